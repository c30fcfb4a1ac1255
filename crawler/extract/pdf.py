"""PDF files: the text of their pages, and pictures of the pages that have none."""

from pypdfium2 import PdfDocument, PdfPage


def open_pdf(content: bytes) -> PdfDocument:
    """The document. Raises pypdfium2.PdfiumError when it is encrypted (its text says "password") or damaged."""
    return PdfDocument(content)


def read_page(page: PdfPage) -> str:
    """The text layer of a page; empty where it is only a picture."""
    text_page = page.get_textpage()
    try:
        return str(text_page.get_text_bounded())
    finally:
        text_page.close()


def draw_page(page: PdfPage, dpi: int) -> bytes:
    """The page as a grey picture (PGM)."""
    bitmap = page.render(scale=dpi / 72, grayscale=True)
    try:
        pixels = bitmap.to_numpy()
        height, width = pixels.shape[:2]
        return b"P5 %d %d 255\n" % (width, height) + pixels.tobytes()
    finally:
        bitmap.close()
