"""Reading one file in this process, whatever it is; `crawler.extract.attachments` runs it where it can do no harm."""

from collections.abc import Iterable

from crawler.extract import filetype, ocr, pdf, sheet, word
from crawler.extract.document import FileText, Table
from crawler.extract.filetype import find_media_type
from crawler.extract.limit import Limits
from crawler.extract.ocr import Ocr
from timthau.text import collapse_spaces, repair


def parse_file(
    content: bytes, *, filename: str, declared_type: str | None, limits: Limits, ocr: Ocr | None, depth: int = 0
) -> FileText:
    """What a file says."""
    media_type = find_media_type(content, filename=filename, declared=declared_type)
    if not content:
        return FileText(media_type=media_type, warning="the file is empty")
    if media_type == filetype.PDF:
        return _read_pdf(content, limits, ocr)
    if media_type == filetype.DOCX:
        return _build(media_type, *word.read_docx(content))
    if media_type == filetype.XLSX:
        return _build(media_type, *sheet.read_xlsx(content))
    return FileText(media_type=media_type, warning=f"files of type {media_type} are not read")


def _build(media_type: str, lines: Iterable[str], tables: Iterable[Table], **more: object) -> FileText:
    text = repair("\n".join(lines))
    kept = "\n".join(line for line in map(collapse_spaces, text.split("\n")) if line)
    return FileText(media_type=media_type, text=kept, tables=tuple(tables), **more)


def _read_pdf(content: bytes, limits: Limits, how: Ocr | None) -> FileText:
    document = pdf.open_pdf(content)
    lines: list[str] = []
    scanned = False
    for index in range(min(len(document), limits.pages)):
        page = document[index]
        text = pdf.read_page(page)
        if len(text.strip()) < 20 and how is not None and ocr.ocr_available():
            text, scanned = ocr.read_picture(pdf.draw_page(page, how.dpi), how), True
        lines += text.splitlines()
        page.close()
    document.close()
    return _build(filetype.PDF, lines, (), ocr=scanned)
