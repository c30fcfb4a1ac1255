"""Reading one file in this process, whatever it is; `attachments` beside it runs this where it can do no harm."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from crawler.extract.document import Content, FileText, Table
from crawler.extract.file import filetype
from crawler.extract.file.cut_zip import mend_zip
from crawler.extract.file.delimited import read_text
from crawler.extract.file.filetype import find_media_type
from crawler.extract.file.mail import read_mail
from crawler.extract.file.page import read_page
from crawler.extract.file.paged import PagedReader
from crawler.extract.file.progress import CUT_SHORT, MOST_DEPTH, ReadingProgress, UnreadableError
from crawler.extract.file.rar import read_packed
from crawler.extract.file.scan import read_image
from crawler.extract.file.sheet import read_sheets
from crawler.extract.file.sheet_xml import is_sheet_xml, read_sheet_xml
from crawler.extract.file.slide import read_slides
from crawler.extract.file.tar import PackedError, read_tar
from crawler.extract.file.zip import Member, read_members
from crawler.extract.layout.table import join_pages, list_lines
from crawler.extract.limit import Limits, Ocr
from crawler.extract.page.parse import decode_page
from crawler.extract.word.doc import LegacyWordError, read_doc
from crawler.extract.word.docx import is_word_xml, read_docx, read_docx_pictures, read_word_xml
from crawler.extract.word.odt import read_odt
from crawler.extract.word.rtf import read_rtf
from timthau.text.fold import collapse_spaces
from timthau.text.repair import repair

_NAMES = {
    filetype.PPT: "old PowerPoint files",
    filetype.ENCRYPTED_OFFICE: "encrypted files",
    filetype.HEIC: "pictures in HEIC, as telephones take them,",
}


@dataclass
class FileReader:
    """Reads a file within limits, with all that lies in it."""

    limits: Limits
    ocr: Ocr | None
    progress: ReadingProgress = field(init=False)
    page_starts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.progress = ReadingProgress(self.limits, self.ocr)

    def read(self, content: bytes, filename: str, declared_type: str | None) -> FileText:
        """What the file says. Libraries' own errors pass through: they mean that the file is damaged."""
        media_type = find_media_type(content, filename=filename, declared=declared_type)
        try:
            parts = self._read_parts(media_type, content)
        except (UnreadableError, PackedError) as error:
            return FileText(media_type=media_type, warning=str(error))
        return self._build(media_type, parts)

    def _read_parts(self, media_type: str, content: bytes) -> Content:
        if media_type.startswith("image/") and media_type not in _NAMES:
            return self._read_image(content)
        if media_type in _ARCHIVES:
            return self._read_archive(_ARCHIVES[media_type], self._whole(media_type, content))
        reader = _READERS.get(media_type)
        if reader is None:
            name = _NAMES.get(media_type, f"files of type {media_type}")
            raise UnreadableError(f"{name} are not read")
        try:
            return reader(self, self._whole(media_type, content))
        except LegacyWordError as error:
            raise UnreadableError(str(error)) from error

    def _whole(self, media_type: str, content: bytes) -> bytes:
        """A file that is a ZIP, without its missing end."""
        mended = mend_zip(content, size=self.progress.size) if media_type in _ZIPPED else None
        if mended is None:
            return content
        self.progress.warn(CUT_SHORT)
        return mended

    def _build(self, media_type: str, parts: Content) -> FileText:
        """The parts as text, repaired in one go, as some damage shows only in the whole."""
        lines, warnings = list_lines(parts), self.progress.warnings
        tables = [*(part for part in parts if not isinstance(part, str)), *_find_tabbed(parts)]
        pieces = [*lines, *(cell for table in tables for row in table for cell in row)]
        repaired = iter(repair("\n".join(piece.replace("\n", " ") for piece in pieces)).split("\n"))
        said = [collapse_spaces(next(repaired)) for _ in lines]
        text = "\n".join(filter(None, said))
        done = [tuple(tuple(collapse_spaces(next(repaired)) for _ in row) for row in table) for table in tables]
        if len(text) > self.limits.characters:
            warnings.append(f"only the first {self.limits.characters:,} characters were read")
            text = text[: self.limits.characters]
        if not text and not warnings:
            warnings.append("the file has no text")
        return FileText(
            media_type=media_type,
            text=text,
            page_lines=tuple(sum(map(bool, said[:start])) for start in self.page_starts),
            tables=tuple(filter(None, done)),
            ocr=self.progress.read_by_ocr,
            warning="; ".join(dict.fromkeys(warnings)) or None,
        )

    def read_pdf(self, content: bytes) -> Content:
        """The pages of a PDF, and the files in it."""
        paged = PagedReader(self.progress, self.read_inner)
        parts = paged.read(content)
        if not self.progress.depth:  # in an archive each file has pages of its own
            self.page_starts = paged.starts
        return parts

    def read_xml(self, content: bytes) -> Content:
        """What Word or Excel saved as one XML file, or a page."""
        if is_sheet_xml(content[:4096]):
            return read_sheet_xml(content, self.progress.warn)
        return read_word_xml(content) if is_word_xml(content[:4096]) else read_page(content)

    def _read_image(self, content: bytes) -> Content:
        parts, starts = join_pages(read_image(content, self.progress))
        if not self.progress.depth:
            self.page_starts = starts
        return parts

    def read_docx(self, content: bytes) -> Content:
        """A DOCX file; when it only holds pictures of pages, what they say."""
        parts = read_docx(content, self.read_inner)
        if sum(map(len, list_lines(parts))) > 200:
            return parts
        for picture in read_docx_pictures(content, at_most=self.ocr.max_pages if self.ocr else 1):
            try:
                parts += join_pages(read_image(picture, self.progress))[0]
            except UnreadableError as error:
                self.progress.warn(str(error))
        return parts

    # --- files in files ---

    def read_inner(self, name: str, content: bytes) -> Content:
        """What a file that lies in another one says; nothing, with a warning, when it is not read."""
        progress = self.progress
        progress.depth += 1
        try:
            if progress.depth > MOST_DEPTH:
                raise UnreadableError("it lies too deep in other files")
            return self._read_parts(find_media_type(content, filename=name), content)
        except (UnreadableError, PackedError) as error:
            progress.warn(f"{name}: {error}")
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001  # one damaged member must not cost the others
            progress.warn(f"{name}: damaged")
        finally:
            progress.depth -= 1
        return []

    def _read_archive(self, unpack: Callable[..., Iterator[Member]], content: bytes) -> Content:
        """The members of an archive one after the other, each under its name; archives share what all may hold."""
        progress = self.progress
        parts: Content = []
        for member in unpack(content, members=progress.members, size=progress.size):
            progress.members -= 1
            parts.append(member.name)
            if member.content is None:
                progress.warn(f"{member.name}: {member.warning}")
                continue
            progress.size -= len(member.content)
            parts += self.read_inner(member.name, member.content)
            if progress.seconds_left() < 0:
                progress.warn("not all files were read: it takes too long")
                break
        return parts


_ARCHIVES: dict[str, Callable[..., Iterator[Member]]] = {
    filetype.ZIP: read_members,
    filetype.RAR: read_packed,
    filetype.SEVEN_ZIP: read_packed,
    filetype.TAR: read_tar,
    filetype.GZIP: read_tar,
}
_ZIPPED = frozenset((filetype.ZIP, filetype.DOCX, filetype.XLSX, filetype.PPTX, filetype.ODT, filetype.ODS))
_READERS: dict[str, Callable[[FileReader, bytes], Content]] = {
    filetype.PDF: FileReader.read_pdf,
    filetype.DOCX: FileReader.read_docx,
    filetype.XML: FileReader.read_xml,
    filetype.DOC: lambda _, content: read_doc(content),
    filetype.ODT: lambda _, content: read_odt(content),
    filetype.RTF: lambda _, content: read_rtf(content),
    filetype.PPTX: lambda _, content: read_slides(content),
    filetype.HTML: lambda _, content: read_page(content),
    filetype.TEXT: lambda _, content: read_text(decode_page(content)),
    filetype.MHTML: lambda reader, content: read_mail(content, reader.read_inner, reader.progress.warn),
    **dict.fromkeys(
        (filetype.XLSX, filetype.XLSB, filetype.XLS, filetype.ODS),
        lambda reader, content: read_sheets(content, reader.progress.warn),
    ),
}


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
