"""What a server hands out where a file is offered: the file, or a page in its place."""

import re

from crawler.extract.document import FileText
from crawler.extract.file.attachments import read_file
from crawler.extract.file.filetype import HTML, TEXT, UNKNOWN, XML, find_media_type
from crawler.extract.file.sheet_xml import is_sheet_xml
from crawler.extract.word.docx import is_word_xml
from timthau.errors import DocumentError

_PAGES = frozenset((HTML, XML, TEXT))
_HTML = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|article|div|p|h[1-6]|table)\b", re.IGNORECASE)


def is_page(content: bytes, *, filename: str = "", declared: str | None = None) -> bool:
    """Whether bytes are a web page, whatever they are called: text, with the first signs of one.

    What Word or Excel saved as XML has elements of the same names.
    """
    media_type = find_media_type(content, filename=filename, declared=declared)
    start = content[:4096]
    saved = media_type == XML and (is_sheet_xml(start) or is_word_xml(start))
    return media_type in _PAGES and not saved and _HTML.search(start) is not None


def is_document(content: bytes) -> bool:
    """Whether bytes are certainly a file to read, such as a PDF that is served as a page."""
    return find_media_type(content) not in (*_PAGES, UNKNOWN)


def read_offered(content: bytes, *, filename: str, declared: str | None, is_named: bool) -> FileText:
    """The text of a file; of a page in its place only a warning.

    Word and Excel save pages under their own types and names (`is_named`): what is offered as a file is one.
    """
    if declared in (None, *_PAGES) and not is_named and is_page(content, declared=declared):
        return FileText(media_type=HTML, warning="a page stands where the file should be")
    try:
        return read_file(content, filename=filename, declared_type=declared)
    except DocumentError as error:
        return FileText(media_type=declared or UNKNOWN, warning=str(error))
