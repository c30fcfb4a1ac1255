"""PDF files within a file's limits: their pages, read or recognised, and the files that lie in them."""

import time
from dataclasses import dataclass, field

from pypdfium2 import PdfDocument, PdfiumError, PdfPage

from crawler.extract.document import Content
from crawler.extract.file.progress import Progress, UnreadableError
from crawler.extract.file.scan import read_scan
from crawler.extract.layout import pdf
from crawler.extract.layout.legibility import count_accented, is_legible
from crawler.extract.layout.table import join_pages, list_lines, read_layout
from crawler.extract.word.docx import Inner
from timthau.text.repair import repair


@dataclass
class PagedReader:
    """Reads a PDF; `starts` are the lines that its pages but the first begin with."""

    progress: Progress
    inner: Inner
    starts: list[int] = field(default_factory=list)

    def read(self, content: bytes) -> Content:
        """Its pages one after the other. Raises UnreadableError."""
        try:
            document = PdfDocument(content)
        except PdfiumError as error:
            raise UnreadableError(
                "the file is encrypted" if "assword" in str(error) else "the file is damaged"
            ) from error
        parts, self.starts = join_pages(self._read_pages(document))
        document.close()
        return parts

    def _read_pages(self, document: PdfDocument) -> list[Content]:
        limits, count = self.progress.limits, len(document)
        if count > limits.pages:
            self.progress.warn(f"only the first {limits.pages} of {count} pages were read")
        pages: list[Content] = []
        for number in range(min(count, limits.pages)):
            if time.monotonic() > self.progress.until:
                self.progress.warn(f"only the first {number} of {count} pages were read: it takes too long")
                break
            try:
                page = document[number]
                pages.append(self._read_page(page))
                page.close()
            except PdfiumError:
                pages.append([])
                self.progress.warn("a page is damaged")
        return pages

    def _read_page(self, page: PdfPage) -> Content:
        """The page's own text, or what OCR makes of its picture where that is all there is, or the better one."""
        own = read_layout(*pdf.read_page(page))
        text = repair("\n".join(list_lines(own)))
        if is_legible(text, picture_share=pdf.picture_share(page), drawn=lambda: pdf.is_drawn(page)):
            return own
        ocr = self.progress.ocr
        if ocr is not None and self.progress.scans >= ocr.max_pages:
            self.progress.warn(f"only the first {self.progress.scans} scanned pages were read")
            return own
        self.progress.scans += 1
        seen = read_scan(pdf.draw_page(page, ocr.dpi if ocr is not None else 72), self.progress)
        return seen if count_accented("\n".join(list_lines(seen))) >= count_accented(text) else own
