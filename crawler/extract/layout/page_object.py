"""What a PDF page is drawn with: letters, paths and pictures, each with its place on the page."""

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pypdfium2 import PdfMatrix, PdfPage, raw

#: Objects of a page that are looked at; maps and drawings have more.
_MAX_OBJECTS = 30_000
_MAX_DEPTH = 4
_INVISIBLE_MODES = frozenset((raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP))
#: Degrees by which a watermark lies off the lines of a page, at least.
_LEAST_SLANT = 8
_WHITE = 250
#: Points of an area that may hide a line of letters, and how many such areas of a page are looked at.
_LEAST_COVER = 4
_MAX_COVERS = 100
_OPAQUE = 250

#: Left, bottom, right, top in a page's own coordinates, which grow upwards.
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One object: its handle, its bounds, and the matrix of the forms around it."""

    handle: Any
    box: Box
    around: PdfMatrix | None

    @property
    def address(self) -> int:
        """What tells the object from others."""
        return ctypes.cast(self.handle, ctypes.c_void_p).value or 0

    def matrix(self) -> PdfMatrix:
        """From the object's own coordinates to those of the page."""
        own = _matrix(self.handle)
        return own.multiply(self.around) if self.around is not None else own


@dataclass(slots=True)
class PageObjects:
    """The objects of a page; of letters only those whose look says that they may not be seen, or are no text.

    `invisible` letters are drawn without ink, `doubtful` ones white, in a layer or under a filled area that is drawn
    after them, `slanted` ones across the page.
    """

    paths: list[Drawn] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    invisible: list[Drawn] = field(default_factory=list)
    doubtful: list[Drawn] = field(default_factory=list)
    slanted: list[Drawn] = field(default_factory=list)


def list_objects(page: PdfPage, *, layered: bool = False) -> PageObjects:
    """The objects of a page; `layered` says that the file may have layers, so that letters may lie in hidden ones."""
    found = PageObjects()
    letters: list[tuple[Any, PdfMatrix | None]] = []
    covers: list[tuple[int, Box]] = []  # how many letters were drawn before an area, and the area
    for count, (kind, handle, around) in enumerate(_walk(page)):
        if count > _MAX_OBJECTS:
            break
        if kind == raw.FPDF_PAGEOBJ_PATH:
            box = _bounds(handle, around)
            found.paths.append(Drawn(handle, box, around))
            if letters and len(covers) < _MAX_COVERS and _may_cover(handle, box):
                covers.append((len(letters), box))
        elif kind == raw.FPDF_PAGEOBJ_IMAGE:
            found.pictures.append(_bounds(handle, around))
        elif kind == raw.FPDF_PAGEOBJ_TEXT:
            _judge(handle, around, found, layered)
            letters.append((handle, around))
    found.doubtful += _covered(letters, covers)
    return found


def _may_cover(handle: Any, box: Box) -> bool:
    """Whether a path is an area that may lie over letters: filled, without a glimpse of what is below, no line."""
    if min(box[2] - box[0], box[3] - box[1]) < _LEAST_COVER:
        return False
    if not raw.FPDFPath_GetDrawMode(handle, ctypes.byref(_fill_mode), ctypes.byref(_stroked)) or not _fill_mode.value:
        return False
    return bool(raw.FPDFPageObj_GetFillColor(handle, *_COLOUR)) and _alpha.value >= _OPAQUE


def _covered(letters: list[tuple[Any, PdfMatrix | None]], covers: list[tuple[int, Box]]) -> Iterator[Drawn]:
    """The letters in whose middle an area lies that was drawn later."""
    last = max((count for count, _ in covers), default=0)
    for place, (handle, around) in enumerate(letters[:last]):
        box = _bounds(handle, around)
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        if any(place < count and c[0] <= x <= c[2] and c[1] <= y <= c[3] for count, c in covers):
            yield Drawn(handle, box, around)


def _walk(page: PdfPage) -> Iterator[tuple[int, Any, PdfMatrix | None]]:
    stack: list[tuple[Any, PdfMatrix | None, int]] = [
        (raw.FPDFPage_GetObject(page.raw, index), None, 0)
        for index in reversed(range(min(raw.FPDFPage_CountObjects(page.raw), _MAX_OBJECTS)))
    ]
    while stack:
        handle, around, depth = stack.pop()
        kind = raw.FPDFPageObj_GetType(handle)
        if kind != raw.FPDF_PAGEOBJ_FORM:
            yield kind, handle, around
        elif depth < _MAX_DEPTH:
            matrix = _matrix(handle)
            inside = matrix.multiply(around) if around is not None else matrix
            for index in reversed(range(min(raw.FPDFFormObj_CountObjects(handle), _MAX_OBJECTS))):
                stack.append((raw.FPDFFormObj_GetObject(handle, index), inside, depth + 1))


def _judge(handle: Any, around: PdfMatrix | None, found: PageObjects, layered: bool) -> None:
    if raw.FPDFTextObj_GetTextRenderMode(handle) in _INVISIBLE_MODES:
        found.invisible.append(Drawn(handle, _bounds(handle, around), around))
    elif _is_blank(handle) or (layered and (around is not None or raw.FPDFPageObj_CountMarks(handle) > 0)):
        found.doubtful.append(Drawn(handle, _bounds(handle, around), around))
    matrix = _matrix(handle)
    if matrix.b or matrix.c:
        whole = matrix.multiply(around) if around is not None else matrix
        if _LEAST_SLANT < math.degrees(math.atan2(whole.b, whole.a)) % 90 < 90 - _LEAST_SLANT:
            found.slanted.append(Drawn(handle, _bounds(handle, around), around))


_red, _green, _blue, _alpha = (ctypes.c_uint() for _ in range(4))
_COLOUR = tuple(map(ctypes.byref, (_red, _green, _blue, _alpha)))


def _is_blank(handle: Any) -> bool:
    """Whether letters are drawn in white or without colour."""
    if not raw.FPDFPageObj_GetFillColor(handle, *_COLOUR):
        return False
    return _alpha.value < 10 or min(_red.value, _green.value, _blue.value) >= _WHITE


_fill_mode, _stroked = ctypes.c_int(), ctypes.c_int()
_edges = tuple(ctypes.c_float() for _ in range(4))
_EDGES = tuple(map(ctypes.byref, _edges))


def _bounds(handle: Any, around: PdfMatrix | None) -> Box:
    if not raw.FPDFPageObj_GetBounds(handle, *_EDGES):
        return (0.0, 0.0, 0.0, 0.0)
    left, bottom, right, top = (edge.value for edge in _edges)
    return around.on_rect(left, bottom, right, top) if around is not None else (left, bottom, right, top)


def _matrix(handle: Any) -> PdfMatrix:
    found = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(handle, found)
    return PdfMatrix(found.a, found.b, found.c, found.d, found.e, found.f)
