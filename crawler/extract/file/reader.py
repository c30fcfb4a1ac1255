"""Reading one file in this process, whatever it is; `attachments` beside it runs this where it can do no harm."""

import email
import email.policy
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bs4 import BeautifulSoup
from pypdfium2 import PdfDocument, PdfiumError, PdfPage

from crawler.extract.document import Content, FileText, Table
from crawler.extract.file import filetype
from crawler.extract.file.doc import LegacyWordError, read_doc
from crawler.extract.file.docx import read_docx, read_docx_pictures, read_odt
from crawler.extract.file.filetype import find_media_type
from crawler.extract.file.rar import PackedError, read_packed
from crawler.extract.file.rtf import read_rtf
from crawler.extract.file.sheet import read_sheets
from crawler.extract.file.slide import read_slides
from crawler.extract.file.zip import Member, read_members
from crawler.extract.layout import pdf
from crawler.extract.layout.legibility import count_accented, is_legible
from crawler.extract.layout.ocr import ocr_available, read_picture
from crawler.extract.layout.picture import Grey, PictureError, open_picture
from crawler.extract.layout.table import join_pages, read_layout
from crawler.extract.limit import Limits, Ocr
from crawler.extract.page.block import read_lines
from crawler.extract.page.parse import decode_page, parse_page
from timthau.text.fold import collapse_spaces
from timthau.text.repair import repair

NO_OCR = "a scan that was not read: Tesseract with Vietnamese is not installed"
_NAMES = {
    filetype.PPT: "old PowerPoint files",
    filetype.ENCRYPTED_OFFICE: "encrypted files",
}


class UnreadableError(Exception):
    """Raised while a file is read, with the one line that says why it is not."""


@dataclass
class FileReader:
    """Reads files within limits; `until` (monotonic seconds) is when it gives what it has."""

    limits: Limits
    ocr: Ocr | None
    until: float = field(init=False)
    warnings: list[str] = field(default_factory=list)
    read_by_ocr: bool = False
    scans: int = 0
    page_starts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.until = time.monotonic() + self.limits.seconds

    def read(self, content: bytes, filename: str, declared_type: str | None) -> FileText:
        """What the file says. Libraries' own errors pass through: they mean that the file is damaged."""
        media_type = find_media_type(content, filename=filename, declared=declared_type)
        try:
            parts = self._read_parts(media_type, content, depth=0)
        except (UnreadableError, PackedError) as error:
            return FileText(media_type=media_type, warning=str(error))
        return self._build(media_type, parts)

    def _read_parts(self, media_type: str, content: bytes, depth: int) -> Content:
        if media_type == filetype.PDF:
            return self._read_pdf(content)
        if media_type.startswith("image/"):
            return self._read_image(content)
        if media_type in _ARCHIVES:
            return self._read_archive(_ARCHIVES[media_type], content, depth)
        if media_type == filetype.DOCX:
            return self._read_docx(content)
        reader = _READERS.get(media_type)
        if reader is None:
            name = _NAMES.get(media_type, f"files of type {media_type}")
            raise UnreadableError(f"{name} are not read")
        try:
            return reader(content)
        except LegacyWordError as error:
            raise UnreadableError(str(error)) from error

    def _build(self, media_type: str, parts: Content) -> FileText:
        """The parts as text, repaired in one go, as some damage shows only in the whole."""
        lines = _lines(parts)
        starts = self.page_starts if media_type == filetype.PDF else []  # in an archive each file has pages of its own
        tables = [*(part for part in parts if not isinstance(part, str)), *_find_tabbed(parts)]
        pieces = [*lines, *(cell for table in tables for row in table for cell in row)]
        repaired = iter(repair("\n".join(piece.replace("\n", " ") for piece in pieces)).split("\n"))
        said = [collapse_spaces(next(repaired)) for _ in lines]
        text = "\n".join(filter(None, said))
        done = [tuple(tuple(collapse_spaces(next(repaired)) for _ in row) for row in table) for table in tables]
        if len(text) > self.limits.characters:
            self.warnings.append(f"only the first {self.limits.characters:,} characters were read")
            text = text[: self.limits.characters]
        if not text and not self.warnings:
            self.warnings.append("the file has no text")
        return FileText(
            media_type=media_type,
            text=text,
            page_lines=tuple(sum(map(bool, said[:start])) for start in starts),
            tables=tuple(filter(None, done)),
            ocr=self.read_by_ocr,
            warning="; ".join(dict.fromkeys(self.warnings)) or None,
        )

    # --- pictures ---

    def _read_image(self, content: bytes) -> Content:
        try:
            return self._read_grey(open_picture(content))
        except PictureError as error:
            raise UnreadableError(str(error)) from error

    def _read_grey(self, grey: Grey) -> Content:
        """What OCR reads; nothing, with a warning, when it is not there or takes too long."""
        left = self.until - time.monotonic()
        if self.ocr is None:
            self.warnings.append("a scan that was not read")
        elif not ocr_available():
            self.warnings.append(NO_OCR)
        elif left < 1:
            self.warnings.append("not all pages were read: it takes too long")
        else:
            try:
                parts = read_picture(grey, self.ocr, seconds=left)
            except subprocess.TimeoutExpired:
                self.warnings.append("a page was not read: it takes too long")
            except (subprocess.CalledProcessError, OSError):
                self.warnings.append("a page was not read: Tesseract failed")
            else:
                self.read_by_ocr = True
                return parts
        return []

    def _read_docx(self, content: bytes) -> Content:
        """A DOCX file; when it only holds pictures of pages, what they say."""
        parts = read_docx(content)
        if sum(map(len, _lines(parts))) > 200:
            return parts
        for picture in read_docx_pictures(content, at_most=self.ocr.max_pages if self.ocr else 1):
            try:
                parts += self._read_image(picture)
            except UnreadableError as error:
                self.warnings.append(str(error))
        return parts

    # --- PDF ---

    def _read_pdf(self, content: bytes) -> Content:
        try:
            document = PdfDocument(content)
        except PdfiumError as error:
            raise UnreadableError(
                "the file is encrypted" if "assword" in str(error) else "the file is damaged"
            ) from error
        count = len(document)
        if count > self.limits.pages:
            self.warnings.append(f"only the first {self.limits.pages} of {count} pages were read")
        pages: list[Content] = []
        for number in range(min(count, self.limits.pages)):
            if time.monotonic() > self.until:
                self.warnings.append(f"only the first {number} of {count} pages were read: it takes too long")
                break
            try:
                page = document[number]
                pages.append(self._read_page(page))
                page.close()
            except PdfiumError:
                pages.append([])
                self.warnings.append("a page is damaged")
        document.close()
        parts, self.page_starts = join_pages(pages)
        return parts

    def _read_page(self, page: PdfPage) -> Content:
        """The page's own text, or what OCR makes of its picture where that is all there is, or the better one."""
        own = read_layout(*pdf.read_page(page))
        text = repair("\n".join(_lines(own)))
        if is_legible(text, picture_share=pdf.picture_share(page), drawn=lambda: pdf.is_drawn(page)):
            return own
        if self.ocr is not None and self.scans >= self.ocr.max_pages:
            self.warnings.append(f"only the first {self.scans} scanned pages were read")
            return own
        self.scans += 1
        dpi = self.ocr.dpi if self.ocr is not None else 72
        seen = self._read_grey(pdf.draw_page(page, dpi))
        return seen if count_accented("\n".join(_lines(seen))) >= count_accented(text) else own

    # --- archives ---

    def _read_archive(self, unpack: Callable[..., Iterator[Member]], content: bytes, depth: int) -> Content:
        """The members of an archive one after the other, each under its name."""
        if depth >= 2:
            raise UnreadableError("archives within archives are not read")
        parts: Content = []
        for member in unpack(content, members=self.limits.members, size=2 * self.limits.size):
            parts.append(member.name)
            if member.content is None:
                self.warnings.append(f"{member.name}: {member.warning}")
                continue
            media_type = find_media_type(member.content, filename=member.name)
            try:
                parts += self._read_parts(media_type, member.content, depth + 1)
            except (UnreadableError, PackedError) as error:
                self.warnings.append(f"{member.name}: {error}")
            except MemoryError:
                raise
            except Exception:  # noqa: BLE001  # one damaged member must not cost the others
                self.warnings.append(f"{member.name}: damaged")
        return parts


def _read_html(content: bytes) -> Content:
    return _read_tree(parse_page(content))


def _read_tree(soup: BeautifulSoup) -> Content:
    parts: Content = []
    number: int | None = None
    for line in read_lines(soup):
        if line.row is None:
            parts.append(line.text)
        elif line.table == number:
            last = parts[-1]
            assert not isinstance(last, str)
            parts[-1] = (*last, line.row)
        else:
            parts.append((line.row,))
        number = line.table
    return parts


def _read_mhtml(content: bytes) -> Content:
    """A page saved with its pictures, as Word's "web archive" (.mht, often named .doc)."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    page = message.get_body(("html", "plain"))
    payload = page.get_payload(decode=True) if page is not None else None
    return _read_html(payload) if isinstance(payload, bytes) and payload else []


def _read_text(content: bytes) -> Content:
    return list(decode_page(content).splitlines())


_ARCHIVES: dict[str, Callable[..., Iterator[Member]]] = {
    filetype.ZIP: read_members,
    filetype.RAR: read_packed,
    filetype.SEVEN_ZIP: read_packed,
}
_READERS: dict[str, Callable[[bytes], Content]] = {
    filetype.DOC: read_doc,
    filetype.ODT: read_odt,
    filetype.RTF: read_rtf,
    filetype.PPTX: read_slides,
    **dict.fromkeys((filetype.XLSX, filetype.XLSB, filetype.XLS, filetype.ODS), read_sheets),
    filetype.HTML: _read_html,
    filetype.XML: _read_html,
    filetype.MHTML: _read_mhtml,
    filetype.TEXT: _read_text,
}


def _lines(parts: Content) -> list[str]:
    return [line for part in parts for line in (part.split("\n") if isinstance(part, str) else _rows(part))]


def _rows(table: Table) -> list[str]:
    """A line for each row; what a merged cell says stands once."""
    lines = []
    for row in table:
        cells = [cell for at, cell in enumerate(row) if at == 0 or cell != row[at - 1] or len(cell) < 15]
        lines.append(" | ".join(cells).rstrip(" |"))
    return lines


def _find_tabbed(parts: Content) -> Iterator[Table]:
    """Tables that are written with tabs: lines one after the other with the same number of columns, three or more."""
    rows: list[tuple[str, ...]] = []
    for part in [*parts, ""]:
        for line in part.split("\n") if isinstance(part, str) else [""]:
            row = tuple(collapse_spaces(cell) for cell in line.split("\t"))
            if rows and len(row) != len(rows[0]):
                if len(rows) > 1:
                    yield tuple(rows)
                rows = []
            if len(row) > 2:
                rows.append(row)
