"""Reading one document by itself: a file, or the page at an address with its files."""

import hashlib
import mimetypes
import re
import urllib.parse
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from crawler.discovery.interest import Interest
from crawler.extract.document import Article, Document, FileLink, FileText
from crawler.extract.file.attachments import read_file
from crawler.extract.file.filetype import HTML, UNKNOWN
from crawler.extract.kind.kind import classify, names_change
from crawler.extract.notice import read_notice
from crawler.extract.page.article import parse_article
from crawler.extract.paper import Paper
from crawler.extract.text.passage import FoldedPassage
from crawler.reading.filename import name_file
from crawler.reading.offered_file import is_page, read_offered
from crawler.reading.wanted_files import choose_files
from crawler.single.visit import MAX_BYTES, NotFetchedError, Visit
from timthau.errors import DocumentError
from timthau.model.notice import Attachment, Notice
from timthau.text.fold import nfc

#: The longest line of a document that is taken for its heading.
_HEADING_LENGTH = 300
# "Số: 1102/YCBG-BV | Độc lập – Tự do – Hạnh phúc".
_NUMBER = re.compile(r"\W*số\s?[:.]?\s?\d{1,5}\s?/\S{2,30}", re.IGNORECASE)
_NOTHING = FoldedPassage("")


def load_document(path: Path, *, url: str | None = None) -> Document:
    """A document from the disk. Raises DocumentError when it cannot be read or is too large."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise DocumentError(f"{path}: {error.strerror}") from error
    if len(content) > MAX_BYTES:
        raise DocumentError(f"{path}: larger than {MAX_BYTES // 1_000_000} MB")
    return Document(url=url or path.resolve().as_uri(), filename=path.name, content=content)


def read_document(document: Document, visit: Visit | None = None) -> Notice | None:
    """What a page or a file says; None when it is no procurement notice.

    The files of a page are fetched and read on the `visit` that brought the page; without one they are named only.
    Raises DocumentError when the document cannot be read at all.
    """
    if is_page(document.content, filename=document.filename, declared=document.declared_type):
        paper = Paper(parse_article(document.content, url=document.url, encoding=document.encoding))
        files = [_read_link(link, visit) for link in choose_files(paper, Interest.NONE)]
        return _read_paper(document, paper, files)
    text = read_file(document.content, filename=document.filename, declared_type=document.declared_type)
    if not text.text.strip():
        raise DocumentError(f"{document.filename}: {text.warning or 'holds no text'}")
    paper = Paper(build_article(text, url=document.url, filename=document.filename))
    notice = _read_paper(document, paper, [])
    return replace(notice, attachments=(_describe(document, text),)) if notice else None


def _read_paper(document: Document, paper: Paper, files: list[tuple[Attachment, FileText]]) -> Notice | None:
    parts = urllib.parse.urlsplit(document.url)
    return read_notice(paper, files, source=parts.hostname or "file", source_key=parts.path or document.filename)


def _describe(document: Document, text: FileText) -> Attachment:
    """The file that a notice is, with what was read of it and what was not."""
    return Attachment(
        url=document.url,
        filename=document.filename,
        media_type=text.media_type,
        size=len(document.content),
        sha256=hashlib.sha256(document.content).hexdigest(),
        text=text.paged_text(),
        ocr=text.ocr,
        warning=text.warning,
    )


def _read_link(link: FileLink, visit: Visit | None) -> tuple[Attachment, FileText]:
    """A file that a page offers; where it is not fetched, its name and why."""
    media_type = link.media_type or mimetypes.guess_type(link.filename)[0] or UNKNOWN
    named = Attachment(url=link.url, filename=name_file(link), media_type=link.media_type)
    if visit is None:
        return named, FileText(media_type=media_type)
    try:
        document = visit.fetch_file(link.url)
    except NotFetchedError as error:
        return named, FileText(media_type=media_type, warning=f"not fetched: {error}")
    name, declared = document.filename, document.declared_type
    text = read_offered(document.content, filename=name, declared=declared, is_named=document.is_named)
    if text.warning and text.media_type == HTML and not text.text:
        return named, text
    fetched = replace(
        named,
        filename=name_file(link, document.filename, text.media_type),
        size=len(document.content),
        sha256=hashlib.sha256(document.content).hexdigest(),
    )
    return fetched, text


def _announces(lines: list[str]) -> Callable[[str], bool]:
    """Whether a line is the heading of a paper with these lines: it says by itself what the paper is.

    The letters of a number ("YCBG") say nothing; "THÔNG BÁO ĐÍNH CHÍNH" says it of a paper about a purchase.
    """
    body = FoldedPassage("\n".join(lines))

    def announces(line: str) -> bool:
        number = _NUMBER.match(line)
        said = FoldedPassage(line[number.end() :] if number else line)
        return classify(said, _NOTHING) is not None or (names_change(said) and classify(said, body) is not None)

    return announces


def build_article(file: FileText, *, url: str, filename: str) -> Article:
    """The article that a file is when it stands alone: its title is the first line that announces something."""
    lines = [line.strip() for line in file.text.splitlines() if line.strip()]
    headings = [line for line in lines if len(line) <= _HEADING_LENGTH]
    # "KẾ HOẠCH" over "Mua sắm trang thiết bị …" are one heading: without its first line it is no plan.
    plans = (f"{above} {line}" for above, line in pairwise(headings) if nfc(above).upper().strip(" .:") == "KẾ HOẠCH")
    title = next(filter(_announces(lines), (*plans, *headings)), None) or Path(filename).stem
    return Article(url=url, title=title, text="\n".join(lines), tables=file.tables, ocr=file.ocr)
