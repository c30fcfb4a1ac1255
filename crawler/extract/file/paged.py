"""PDF files within a file's limits: their pages, read or recognised, what is filled in, and the files in them."""

import ctypes
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from pypdfium2 import PdfAttachment, PdfDocument, PdfiumError, PdfPage, raw

from crawler.extract.document import Content
from crawler.extract.file.progress import CUT_SHORT, ReadingProgress, UnreadableError
from crawler.extract.file.scan import read_scan
from crawler.extract.layout import pdf
from crawler.extract.layout.legibility import count_accented, is_legible
from crawler.extract.layout.page_object import Box
from crawler.extract.layout.page_stream import has_lost_stream
from crawler.extract.layout.table import join_pages, list_lines, read_layout
from crawler.extract.word.docx import Inner
from timthau.text.repair import repair

_ROOT = re.compile(rb"(\d{1,7})\s+0\s+obj\b[^%]{0,400}?/Type\s*/Catalog\b")
# A page by itself, for files whose root stood at the missing end.
_PAGE = re.compile(rb"\b(\d{1,7})\s+0\s+obj\b(?=(?:(?!endobj).){0,600}?/Type\s*/Page\b)", re.S)
_OBJECT = re.compile(rb"\b(\d{1,7})\s+0\s+obj\b")
# A picture on a page that has a text of its own may hold a table or half of a letter; smaller ones are emblems.
_LEAST_PICTURE = 0.12
_LEAST_WORDS = 5
# Remarks, and signatures with their particulars, lie over a page; what is typed into fields and lines is part of it.
_LYING_OVER = frozenset(
    (raw.FPDF_ANNOT_TEXT, raw.FPDF_ANNOT_POPUP, raw.FPDF_ANNOT_STAMP, raw.FPDF_ANNOT_WATERMARK, raw.FPDF_ANNOT_REDACT)
)
DAMAGED_PAGE = "a page is damaged"
#: Points; lower signatures are the number and the day that a clerk puts in.
_SIGNATURE_HEIGHT = 30.0


@dataclass
class PagedReader:
    """Reads a PDF; `starts` are the lines that its pages but the first begin with."""

    progress: ReadingProgress
    inner: Inner
    starts: list[int] = field(default_factory=list)
    _layered: bool = False
    _bare: bool = False  # there are pages on which nothing is drawn
    _pinned: list[PdfAttachment] = field(default_factory=list)

    def read(self, content: bytes) -> Content:
        """Its pages one after the other, then the files that lie in it. Raises UnreadableError."""
        document = self._open(content)
        # Names may be packed into streams of objects, where only reading them tells.
        self._layered = b"/OCProperties" in content or b"/ObjStm" in content
        if document.get_formtype() != raw.FORMTYPE_NONE:
            document.init_forms()
            if document.get_formtype() in (raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND):
                self.progress.warn("an XFA form was not read")
        parts, self.starts = join_pages(self._read_pages(document))
        if self._bare and has_lost_stream(content):
            self.progress.warn(DAMAGED_PAGE)
        parts += self._read_attached(document)
        document.close()
        return parts

    def _open(self, content: bytes) -> PdfDocument:
        try:
            return PdfDocument(content)
        except PdfiumError as error:
            if "assword" in str(error):
                raise UnreadableError("the file is encrypted") from error
            # Cut short: the table of its parts is lost, but where they begin can be seen.
            end = _make_end(content)
            if end is None:
                raise UnreadableError("the file is damaged") from error
        try:
            document = PdfDocument(content + end)
        except PdfiumError as error:
            raise UnreadableError("the file is damaged") from error
        self.progress.warn(CUT_SHORT)
        return document

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
                page, pinned = _open_page(document, number)
                self._pinned += pinned
                pages.append(self._read_page(page))
                page.close()
            except PdfiumError:
                pages.append([])
                self.progress.warn(DAMAGED_PAGE)
        return pages

    def _read_page(self, page: PdfPage) -> Content:
        """The page's own text, or what OCR makes of its picture where that is all there is, or the better one."""
        said = pdf.read_page(page, layered=self._layered)
        self._bare = self._bare or not (said.words or said.pictures or said.shapes)
        own = read_layout(said.words, said.rulings)
        text = repair("\n".join(list_lines(own)))
        share = pdf.picture_share(page, said.pictures)
        if is_legible(text, picture_share=share, drawn=lambda: said.shapes > 300, lost=said.lost):
            return [*own, *self._read_pictures(page, said.bare)] if share >= _LEAST_PICTURE else own
        if not self._may_scan():
            return own
        seen = read_scan(pdf.draw_page(page, self._dpi()), self.progress)
        known = count_accented(text)
        return seen if count_accented("\n".join(list_lines(seen))) > known or not known else own

    def _read_pictures(self, page: PdfPage, pictures: list[Box]) -> Content:
        """What stands in the larger pictures of a page whose letters lie beside them."""
        parts: Content = []
        large = [box for box in pictures if pdf.picture_share(page, [box]) >= _LEAST_PICTURE]
        if large and page.get_rotation() == 0 and self._may_scan():
            drawn = pdf.draw_page(page, self._dpi())
            for box in large:
                seen = read_scan(pdf.cut_out(drawn, page, box), self.progress)
                if count_accented("\n".join(list_lines(seen))) >= _LEAST_WORDS:
                    parts += seen
        return parts

    def _may_scan(self) -> bool:
        ocr = self.progress.ocr
        if ocr is None:
            self.progress.warn("a scan that was not read")
            return False
        if self.progress.scans >= ocr.max_pages:
            self.progress.warn(f"only the first {self.progress.scans} scanned pages were read")
            return False
        self.progress.scans += 1
        return True

    def _dpi(self) -> int:
        return self.progress.ocr.dpi if self.progress.ocr is not None else 72

    def _read_attached(self, document: PdfDocument) -> Content:
        """The files that a PDF carries, each under its name: portfolios, lists of goods beside a letter."""
        parts: Content = []
        most, count = self.progress.members, document.count_attachments()
        files = [document.get_attachment(number) for number in range(min(count, most))]
        for attached in [*files, *self._pinned][:most]:
            name = attached.get_name() or "…"
            parts.append(name)
            try:
                content = bytes(attached.get_data())
            except PdfiumError:
                self.progress.warn(f"{name}: damaged")
                continue
            if len(content) > self.progress.size:
                self.progress.warn(f"{name}: too large")
                continue
            self.progress.members -= 1
            self.progress.size -= len(content)
            parts += self.inner(name, content)
        if count + len(self._pinned) > most:
            self.progress.warn("not all attached files were read")
        return parts


def _make_end(content: bytes) -> bytes | None:
    """An end for a file that was cut short: it names the root, which is made of the pages where it is missing too."""
    root = _ROOT.search(content)
    made, number = b"", root[1] if root else b""
    if root is None:
        pages = [match[1] for match in _PAGE.finditer(content)]
        if not pages:
            return None
        above = max(int(match[1]) for match in _OBJECT.finditer(content)) + 1
        kids = b" ".join(b"%s 0 R" % page for page in dict.fromkeys(pages))
        made = b"%d 0 obj\n<</Type/Pages/Count %d/Kids[%s]>>\nendobj\n" % (above, kids.count(b"R"), kids)
        made += b"%d 0 obj\n<</Type/Catalog/Pages %d 0 R>>\nendobj\n" % (above + 1, above)
        number = b"%d" % (above + 1)
    return b"\nendstream\nendobj\n%strailer\n<< /Root %s 0 R >>\nstartxref\n0\n%%%%EOF\n" % (made, number)


def _open_page(document: PdfDocument, number: int) -> tuple[PdfPage, list[PdfAttachment]]:
    """A page with what is typed into its fields and lines as a part of it, and the files that are pinned to it."""
    page = document[number]
    count = raw.FPDFPage_GetAnnotCount(page.raw)
    pinned = [*_find_pinned(document, page, count)]
    if not count or not _settle(document, page):
        return page, pinned
    flat = raw.FPDFPage_Flatten(page.raw, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_SUCCESS
    if flat:
        page.close()
        page = document[number]
    return page, pinned


def _find_pinned(document: PdfDocument, page: PdfPage, count: int) -> Iterator[PdfAttachment]:
    for index in range(count):
        annotation = raw.FPDFPage_GetAnnot(page.raw, index)
        if raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_FILEATTACHMENT:
            file = raw.FPDFAnnot_GetFileAttachment(annotation)
            if file:
                yield PdfAttachment(file, document)
        raw.FPDFPage_CloseAnnot(annotation)


def _settle(document: PdfDocument, page: PdfPage) -> bool:
    """Take from a page the annotations that are no part of its text; whether others than links are left."""
    left = False
    for index in reversed(range(raw.FPDFPage_GetAnnotCount(page.raw))):
        annotation = raw.FPDFPage_GetAnnot(page.raw, index)
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        over = kind in _LYING_OVER or (kind == raw.FPDF_ANNOT_WIDGET and _is_tall_signature(document, annotation))
        raw.FPDFPage_CloseAnnot(annotation)
        if over:
            raw.FPDFPage_RemoveAnnot(page.raw, index)
        left = left or not (over or kind == raw.FPDF_ANNOT_LINK)
    return left


def _is_tall_signature(document: PdfDocument, annotation: object) -> bool:
    form = document.formenv
    if form is None or raw.FPDFAnnot_GetFormFieldType(form.raw, annotation) != raw.FPDF_FORMFIELD_SIGNATURE:
        return False
    box = raw.FS_RECTF()
    raw.FPDFAnnot_GetRect(annotation, ctypes.byref(box))
    return bool(abs(box.top - box.bottom) > _SIGNATURE_HEIGHT)
