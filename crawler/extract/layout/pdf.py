"""PDF files: words and ruled lines of their pages, and pictures of the pages that have no text of their own."""

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from pypdfium2 import PdfObject, PdfPage, PdfTextPage, raw

from crawler.extract.layout.paragraph import WordBox
from crawler.extract.layout.picture import Grey
from crawler.extract.layout.table import Ruling

_PATH, _IMAGE = raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE
#: A filled box thinner than this (in points) is a line.
_THIN = 3.0
_MAX_OBJECTS = 30_000
_MAX_CHARACTERS = 60_000


@dataclass(frozen=True)
class _Frame:
    """From a page's own coordinates to those of a reader: y downwards, turned by what its text is turned by.

    How the page is shown does not matter: lying pages are often drawn upright, or the other way round.
    """

    left: float
    bottom: float
    right: float
    top: float
    turn: int

    def place(self, x: float, y: float) -> tuple[float, float]:
        if self.turn == 90:
            return y - self.bottom, x - self.left
        if self.turn == 180:
            return self.right - x, y - self.bottom
        if self.turn == 270:
            return self.top - y, self.right - x
        return x - self.left, self.top - y

    def box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        (ax, ay), (bx, by) = self.place(x0, y0), self.place(x1, y1)
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def read_page(page: PdfPage) -> tuple[list[WordBox], list[Ruling]]:
    """The words and ruled lines of a page."""
    left, bottom, right, top = page.get_bbox()
    text_page = page.get_textpage()
    try:
        frame = _Frame(left, bottom, right, top, _direction(text_page))
        words = list(_read_words(text_page, frame))
    finally:
        text_page.close()
    return words, list(_read_rulings(page, frame))


def _direction(text_page: PdfTextPage) -> int:
    """Degrees against the clock, in quarters, that most of the text is turned by; pdfium counts with the clock."""
    count = text_page.count_chars()
    turns = [
        -round(math.degrees(raw.FPDFText_GetCharAngle(text_page.raw, index)) / 90) % 4 * 90
        for index in range(0, count, max(1, count // 50))
    ]
    return max(set(turns), key=turns.count) if turns else 0


def picture_share(page: PdfPage) -> float:
    """Which part of the page its pictures cover, 0 to 1."""
    width, height = page.get_size()
    area = 0.0
    for found in page.get_objects(filter=[_IMAGE], max_depth=4):
        left, bottom, right, top = found.get_bounds()
        area += max(0.0, right - left) * max(0.0, top - bottom)
    return float(min(1.0, area / max(1.0, width * height)))


def is_drawn(page: PdfPage) -> bool:
    """Whether the page has so many shapes that they may be letters turned into outlines."""
    return sum(1 for _ in zip(range(301), page.get_objects(filter=[_PATH], max_depth=4), strict=False)) > 300


def draw_page(page: PdfPage, dpi: int) -> Grey:
    """The page as a grey picture, rows of bytes; resolution is lowered for pages larger than A3."""
    longest = max(page.get_size())
    bitmap = page.render(scale=min(dpi / 72, 5000 / max(1.0, longest)), grayscale=True)
    try:
        pixels = bitmap.to_numpy()
        return np.ascontiguousarray(pixels.reshape(pixels.shape[0], pixels.shape[1]))
    finally:
        bitmap.close()


def _read_words(text_page: PdfTextPage, frame: _Frame) -> Iterator[WordBox]:
    box = raw.FS_RECTF()
    pointer = ctypes.byref(box)
    letters: list[str] = []
    left = top = right = bottom = 0.0
    for index in range(min(text_page.count_chars(), _MAX_CHARACTERS)):
        code = raw.FPDFText_GetUnicode(text_page.raw, index)
        # 2 is pdfium's sign for a hyphen at the end of a line.
        letter = "-" if code == 2 else chr(code) if 0 < code < 0x110000 else ""
        if not letter or (letter.isspace() and letter != "\u00a0"):
            if letters:
                yield WordBox(_text(letters), left, top, right, bottom)
                letters = []
            continue
        raw.FPDFText_GetLooseCharBox(text_page.raw, index, pointer)
        x0, y0, x1, y1 = frame.box(box.left, box.bottom, box.right, box.top)
        height = max(y1 - y0, 1.0)
        if letters and not (-height < x0 - right < 0.35 * height and abs(y1 - bottom) < 0.5 * height):
            yield WordBox(_text(letters), left, top, right, bottom)
            letters = []
        if not letters:
            left, top, right, bottom = x0, y0, x1, y1
        letters.append(letter)
        left, top, right, bottom = min(left, x0), min(top, y0), max(right, x1), max(bottom, y1)
    if letters:
        yield WordBox(_text(letters), left, top, right, bottom)


def _text(letters: list[str]) -> str:
    text = "".join(letters)
    if any("\ud800" <= letter <= "\udfff" for letter in letters):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _read_rulings(page: PdfPage, frame: _Frame) -> Iterator[Ruling]:
    for count, found in enumerate(page.get_objects(filter=[_PATH], max_depth=4)):
        if count > _MAX_OBJECTS:
            return
        left, bottom, right, top = found.get_bounds()
        x0, y0, x1, y1 = frame.box(left, bottom, right, top)
        if min(x1 - x0, y1 - y0) < _THIN:
            if max(x1 - x0, y1 - y0) >= _THIN:
                yield _straight(x0, y0, x1, y1)
        else:
            yield from _read_segments(found, frame)


def _straight(x0: float, y0: float, x1: float, y1: float) -> Ruling:
    if x1 - x0 < y1 - y0:
        return Ruling(True, (x0 + x1) / 2, y0, y1)
    return Ruling(False, (y0 + y1) / 2, x0, x1)


def _read_segments(path: PdfObject, frame: _Frame) -> Iterator[Ruling]:
    """The upright and level lines of a path of many parts, such as a grid or a box."""
    matrix = path.get_matrix()
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    for index in range(min(raw.FPDFPath_CountSegments(path.raw), 2000)):
        segment = raw.FPDFPath_GetPathSegment(path.raw, index)
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO:
            yield from _edges(points)
            points = []
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        points.append(frame.place(*matrix.on_point(x.value, y.value)))
        if raw.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    yield from _edges(points)


def _edges(points: list[tuple[float, float]]) -> Iterator[Ruling]:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    if points and min(max(xs) - min(xs), max(ys) - min(ys)) < _THIN:
        if max(max(xs) - min(xs), max(ys) - min(ys)) >= _THIN:
            yield _straight(min(xs), min(ys), max(xs), max(ys))
        return
    for (ax, ay), (bx, by) in pairwise(points):
        if min(abs(ax - bx), abs(ay - by)) < 1 and max(abs(ax - bx), abs(ay - by)) >= _THIN:
            yield _straight(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
