"""Letters of a PDF page that its reader does not see, or that are no part of its text."""

import math

import numpy as np
from pypdfium2 import PdfPage

from crawler.extract.layout.ink import Grey
from crawler.extract.layout.page_object import Box, Drawn, PageObjects
from crawler.extract.layout.paragraph import WordBox
from crawler.extract.layout.ruling import Ruling

#: Steps of grey between paper and letter that an eye can tell.
_LEAST_CONTRAST = 40
_LOOK_DPI = 72
# A stroke runs through the middle of letters: an underline lies lower, a line of a table higher or lower.
_STROKE_FROM, _STROKE_TO = 0.35, 0.72
_COVERED = 0.7


def find_unseen(page: PdfPage, objects: PageObjects) -> frozenset[int]:
    """The addresses of the letters' objects that are not read.

    Letters without ink over a picture are what a scanner read of it; anywhere else nobody sees them. White ones, and
    those in layers, are looked for in the picture of the page. What lies across the page is a watermark.
    """
    gone = [drawn for drawn in objects.invisible if not any(_holds(box, drawn.box) for box in objects.pictures)]
    if objects.doubtful:
        grey, bounds = _look(page)
        gone += [drawn for drawn in objects.doubtful if not _is_seen(grey, bounds, drawn)]
    return frozenset(drawn.address for drawn in [*gone, *objects.slanted])


def _holds(outer: Box, inner: Box) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _look(page: PdfPage) -> tuple[Grey, Box]:
    """The page as it is shown, but unturned, and its bounds."""
    turn = page.get_rotation()
    page.set_rotation(0)
    try:
        longest = max(page.get_size())
        bitmap = page.render(scale=min(_LOOK_DPI / 72, 2000 / max(1.0, longest)), grayscale=True)
        pixels = bitmap.to_numpy()
        grey = np.ascontiguousarray(pixels.reshape(pixels.shape[0], pixels.shape[1]))
        bitmap.close()
        return grey, page.get_bbox()
    finally:
        page.set_rotation(turn)


def _is_seen(grey: Grey, bounds: Box, drawn: Drawn) -> bool:
    left, bottom, right, top = bounds
    height, width = grey.shape
    across, down = width / max(1.0, right - left), height / max(1.0, top - bottom)
    x0, x1 = (drawn.box[0] - left) * across, (drawn.box[2] - left) * across
    y0, y1 = (top - drawn.box[3]) * down, (top - drawn.box[1]) * down
    part = grey[max(0, math.floor(y0)) : max(0, math.ceil(y1)), max(0, math.floor(x0)) : max(0, math.ceil(x1))]
    return part.size > 0 and int(part.max()) - int(part.min()) >= _LEAST_CONTRAST


def without_struck(words: list[WordBox], rulings: list[Ruling]) -> list[WordBox]:
    """The words that no line strikes through."""
    levels = sorted((r for r in rulings if not r.upright), key=lambda ruling: ruling.at)
    if not levels:
        return words
    heights = np.array([ruling.at for ruling in levels])
    tops = np.array([word.top for word in words])
    tall = np.array([word.height for word in words])
    first = np.searchsorted(heights, tops + _STROKE_FROM * tall)
    last = np.searchsorted(heights, tops + _STROKE_TO * tall)
    uprights = [r for r in rulings if r.upright]
    return [
        word
        for word, start, end in zip(words, first.tolist(), last.tolist(), strict=True)
        if start == end or not any(_strikes(levels[index], word, uprights) for index in range(start, end))
    ]


def _strikes(line: Ruling, word: WordBox, uprights: list[Ruling]) -> bool:
    covered = min(line.end, word.right) - max(line.start, word.left)
    if covered < _COVERED * (word.right - word.left):
        return False
    # A line that others meet is one of a table; letters that stick out of their cell lie on it.
    return not any(line.start - 2 <= up.at <= line.end + 2 and up.start - 2 <= line.at <= up.end + 2 for up in uprights)
