"""PDF files: words and ruled lines of their pages, and pictures of the pages that have no text of their own."""

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from pypdfium2 import PdfPage, PdfTextPage, raw

from crawler.extract.layout.ink import Grey, take_ink
from crawler.extract.layout.page_object import Box, Drawn, PageObjects, list_objects
from crawler.extract.layout.paragraph import WordBox
from crawler.extract.layout.ruling import Ruling
from crawler.extract.layout.unseen import find_unseen, without_struck

#: A filled box thinner than this (in points) is a line.
_THIN = 3.0
_MAX_CHARACTERS = 60_000
#: Codes that fonts without meaning give their letters: control signs, and those that are nobody's.
_LOST = frozenset((*range(1, 2), *range(3, 9), 0x0B, *range(0x0E, 0x20), 0xFFFD, *range(0xE000, 0xF000)))


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

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        if not self.turn and x0 <= x1 and y0 <= y1:
            return x0 - self.left, self.top - y1, x1 - self.left, self.top - y0
        (ax, ay), (bx, by) = self.place(x0, y0), self.place(x1, y1)
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


@dataclass(frozen=True, slots=True)
class PageText:
    """What a page says by itself, and how it is drawn.

    `lost` is the share of its letters that no meaning is known of (0 to 1), `pictures` their boxes in the page's own
    coordinates, `bare` those of them that no words lie on, `shapes` how many paths there are.
    """

    words: list[WordBox]
    rulings: list[Ruling]
    lost: float
    pictures: list[Box]
    bare: list[Box]
    shapes: int


def read_page(page: PdfPage, *, layered: bool = False) -> PageText:
    """The words and ruled lines of a page, without what its reader does not see."""
    left, bottom, right, top = page.get_bbox()
    objects = list_objects(page, layered=layered)
    unseen = find_unseen(page, objects)
    text_page = page.get_textpage()
    try:
        frame = _Frame(left, bottom, right, top, _direction(text_page))
        reader = _WordReader(text_page, frame, unseen)
        words = _lay_upright(list(reader.read()))
        lost = reader.lost / max(1, reader.seen)
    finally:
        text_page.close()
    rulings = list(_read_rulings(objects, frame))
    width, height = frame.box(left, bottom, right, top)[2:]
    if page.get_rotation() == 0:  # else the page's bounds are those of the page as it is shown
        words = [w for w in words if 0 <= w.left + w.right <= 2 * width and 0 <= w.middle <= height]
    bare = [box for box in objects.pictures if not _has_words(frame.box(*box), words)]
    return PageText(without_struck(words, rulings), rulings, lost, objects.pictures, bare, len(objects.paths))


def _has_words(box: Box, words: list[WordBox]) -> bool:
    inside = (box[0] <= (w.left + w.right) / 2 <= box[2] and box[1] <= w.middle <= box[3] for w in words)
    return sum(inside) > 3


def _direction(text_page: PdfTextPage) -> int:
    """Degrees against the clock, in quarters, that most of the text is turned by; pdfium counts with the clock."""
    count = text_page.count_chars()
    turns = [
        -round(math.degrees(raw.FPDFText_GetCharAngle(text_page.raw, index)) / 90) % 4 * 90
        for index in range(0, count, max(1, count // 50))
    ]
    return max(set(turns), key=turns.count) if turns else 0


def picture_share(page: PdfPage, pictures: list[Box]) -> float:
    """Which part of the page its pictures cover, 0 to 1."""
    width, height = page.get_size()
    area = sum(max(0.0, right - left) * max(0.0, top - bottom) for left, bottom, right, top in pictures)
    return float(min(1.0, area / max(1.0, width * height)))


def draw_page(page: PdfPage, dpi: int) -> Grey:
    """The page as a grey picture without its stamps; resolution is lowered for pages larger than A3."""
    longest = max(page.get_size())
    bitmap = page.render(scale=min(dpi / 72, 5000 / max(1.0, longest)), rev_byteorder=True)
    try:
        return take_ink(bitmap.to_numpy()[:, :, :3])
    finally:
        bitmap.close()


def cut_out(grey: Grey, page: PdfPage, box: Box) -> Grey:
    """The part of a page's picture that a box in the page's coordinates covers; the page must be shown unturned."""
    left, bottom, right, top = page.get_bbox()
    height, width = grey.shape[:2]
    across, down = width / max(1.0, right - left), height / max(1.0, top - bottom)
    x0, x1 = max(0, round((box[0] - left) * across)), max(0, round((box[2] - left) * across))
    y0, y1 = max(0, round((top - box[3]) * down)), max(0, round((top - box[1]) * down))
    return np.ascontiguousarray(grey[y0:y1, x0:x1])


class _WordReader:
    """Puts the letters of a page together to words, and counts those that mean nothing."""

    def __init__(self, text_page: PdfTextPage, frame: _Frame, unseen: frozenset[int]) -> None:
        self._text_page = text_page
        self._frame = frame
        self._unseen = unseen
        self.lost = 0
        self.seen = 0

    def read(self) -> Iterator["_Run"]:
        box = raw.FS_RECTF()
        pointer = ctypes.byref(box)
        page, frame = self._text_page.raw, self._frame
        run: _Run | None = None
        for index in range(min(self._text_page.count_chars(), _MAX_CHARACTERS)):
            code = raw.FPDFText_GetUnicode(page, index)
            # 2 is pdfium's sign for a hyphen at the end of a line.
            letter = "-" if code == 2 else chr(code) if 0 < code < 0x110000 else ""
            if not letter or (letter.isspace() and letter != "\u00a0"):
                self.lost += code == 0
                if run is not None:
                    yield run
                    run = None
            elif not (self._unseen and self._is_unseen(index)):
                self.seen += 1
                self.lost += code in _LOST
                raw.FPDFText_GetLooseCharBox(page, index, pointer)
                place = frame.box(box.left, box.bottom, box.right, box.top)
                if run is not None and (run.add(letter, place) or (self._stands(index) and run.stand(letter, place))):
                    continue
                if run is not None:
                    yield run
                run = _Run([letter], *place)
        if run is not None:
            yield run

    def _is_unseen(self, index: int) -> bool:
        found = raw.FPDFText_GetTextObject(self._text_page.raw, index)
        return ctypes.cast(found, ctypes.c_void_p).value in self._unseen

    def _stands(self, index: int) -> bool:
        """Whether a letter is turned by a quarter against most of the page."""
        turn = -round(math.degrees(raw.FPDFText_GetCharAngle(self._text_page.raw, index)) / 90) % 4 * 90
        return (turn - self._frame.turn) % 180 == 90


@dataclass(slots=True)
class _Run:
    """Letters beside each other, or, `upright`, above each other as in narrow heads of tables."""

    letters: list[str]
    left: float
    top: float
    right: float
    bottom: float
    upright: bool = False

    def add(self, letter: str, place: Box) -> bool:
        """Whether a letter goes on with a level word; then it does."""
        x0, y0, x1, y1 = place
        height = y1 - y0 if y1 - y0 > 1.0 else 1.0
        if self.upright or not (-height < x0 - self.right < 0.35 * height and abs(y1 - self.bottom) < 0.5 * height):
            return False
        self.letters.append(letter)
        self.right = max(self.right, x1)
        if x0 < self.left or y0 != self.top or y1 != self.bottom:  # most letters of a word have one height
            self.left, self.top, self.bottom = min(self.left, x0), min(self.top, y0), max(self.bottom, y1)
        return True

    def stand(self, letter: str, place: Box) -> bool:
        """Whether a turned letter goes on with a word that is turned by a quarter; then it does."""
        x0, y0, x1, y1 = place
        width = max(x1 - x0, 1.0)
        level = abs(x0 - self.left) < 0.3 * width and abs(x1 - self.right) < 0.3 * width
        beside = min(abs(y1 - self.top), abs(y0 - self.bottom)) < width
        if not (level and beside and (self.upright or len(self.letters) == 1)):
            return False
        self.letters.append(letter)
        self.left, self.right = min(self.left, x0), max(self.right, x1)
        self.top, self.bottom = min(self.top, y0), max(self.bottom, y1)
        self.upright = True
        return True

    def word(self) -> WordBox:
        return WordBox(_text(self.letters), self.left, self.top, self.right, self.bottom)


def _lay_upright(runs: list[_Run]) -> list[WordBox]:
    """The words; those of a line that is turned by a quarter beside each other in the middle of its place."""
    words: list[WordBox] = []
    index = 0
    while index < len(runs):
        line = [runs[index]]
        while runs[index].upright and index + len(line) < len(runs) and _goes_on(line[-1], runs[index + len(line)]):
            line.append(runs[index + len(line)])
        words += _lay_down(line) if line[0].upright else [line[0].word()]
        index += len(line)
    return words


def _goes_on(before: _Run, after: _Run) -> bool:
    width = before.right - before.left
    beside = min(abs(after.bottom - before.top), abs(after.top - before.bottom)) < width
    return beside and abs(after.left - before.left) < 0.5 * width and (after.upright or len(after.letters) == 1)


def _lay_down(line: list[_Run]) -> Iterator[WordBox]:
    left, right = min(run.left for run in line), max(run.right for run in line)
    middle = (min(run.top for run in line) + max(run.bottom for run in line)) / 2
    step, half = (right - left) / len(line), (right - left) / 2
    for number, run in enumerate(line):
        at = left + number * step
        yield replace(run.word(), left=at, right=at + step, top=middle - half, bottom=middle + half)


def _text(letters: list[str]) -> str:
    text = "".join(letters)
    if any("\ud800" <= letter <= "\udfff" for letter in letters):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _read_rulings(objects: PageObjects, frame: _Frame) -> Iterator[Ruling]:
    for found in objects.paths:
        x0, y0, x1, y1 = frame.box(*found.box)
        if min(x1 - x0, y1 - y0) < _THIN:
            if max(x1 - x0, y1 - y0) >= _THIN:
                yield _straight(x0, y0, x1, y1)
        else:
            yield from _read_segments(found, frame)


def _straight(x0: float, y0: float, x1: float, y1: float) -> Ruling:
    if x1 - x0 < y1 - y0:
        return Ruling(True, (x0 + x1) / 2, y0, y1)
    return Ruling(False, (y0 + y1) / 2, x0, x1)


def _read_segments(path: Drawn, frame: _Frame) -> Iterator[Ruling]:
    """The upright and level lines of a path of many parts, such as a grid or a box."""
    matrix = path.matrix()
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    for index in range(min(raw.FPDFPath_CountSegments(path.handle), 2000)):
        segment = raw.FPDFPath_GetPathSegment(path.handle, index)
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
