"""Pictures in colour made grey: a stamp over black letters is taken off by the colour of its ink."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Colours = NDArray[np.uint8]

#: Steps between the strongest and the weakest colour of a pixel from which on its ink is coloured.
_LEAST_COLOUR = 48
#: The picture is looked at in squares of this part of its longer side, 2.5 mm of a page.
_SQUARES = 120
_INKED = 0.04
#: What is brighter than this part of a stamp's ink is ink alone; letters shine through as darker.
_INK = 0.6
_BLACK = 110
# A stamp in squares: higher than lines of coloured text are, and smaller than a page that is written in colour.
_STAMP_HEIGHT, _STAMP_WIDTH = range(5, 28), range(5, 48)


def take_ink(colours: Colours) -> Grey:
    """The picture in grey without its stamps; `colours` are rows of red, green and blue.

    Where a stamp lies the strongest of the three colours counts: of red or blue ink that is nearly white, of black
    letters below it still black. Lines of text in colour stay.
    """
    # Colour by colour: numpy takes ten times as long along an axis of three.
    red, green, blue = (np.ascontiguousarray(colours[..., number]) for number in range(3))
    wide = (one.astype(np.uint16) * weight for one, weight in ((red, 77), (green, 150), (blue, 29)))
    grey: Grey = (sum(wide, np.zeros(red.shape, dtype=np.uint16)) >> 8).astype(np.uint8)
    strongest = np.maximum(np.maximum(red, green), blue)
    coloured = (strongest - np.minimum(np.minimum(red, green), blue)) > _LEAST_COLOUR
    if np.count_nonzero(coloured) < 0.0005 * coloured.size:
        return grey
    side = max(4, max(grey.shape) // _SQUARES)
    for rows, columns in _find_stamps(_squares(coloured, side)):
        place = (slice(rows.start * side, rows.stop * side), slice(columns.start * side, columns.stop * side))
        grey[place] = _take_off(grey[place], strongest[place], coloured[place], reach=max(2, side // 4 + 1))
    return grey


def _take_off(grey: Grey, strongest: Grey, stamp: NDArray[np.bool_], *, reach: int) -> Grey:
    """The place of a stamp without it; where its lines cover letters, what is black on both sides goes on between."""
    near = _spread(stamp)
    shade = np.minimum(grey / max(1.0, np.median(grey[stamp])), strongest / max(1.0, np.median(strongest[stamp])))
    left: Grey = np.where(near, np.where(shade > _INK, 255, 255 * shade), grey).astype(np.uint8)
    black = (left < _BLACK) & ~stamp
    left[stamp & (_lies_between(black, reach) | _lies_between(black.T, reach).T)] = 0
    return left


def _spread(marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What is marked, and the pixels around."""
    wide = marked.copy()
    for way in (wide, wide.T):
        way[1:] |= way[:-1].copy()
        way[:-1] |= way[1:].copy()
    return wide


def _lies_between(black: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    """Which pixels have a black one near above and one near below."""
    above, below = np.zeros_like(black), np.zeros_like(black)
    for step in range(1, min(reach, len(black) - 1) + 1):
        above[step:] |= black[:-step]
        below[:-step] |= black[step:]
    return above & below


def _squares(coloured: NDArray[np.bool_], side: int) -> NDArray[np.bool_]:
    """Which squares of the picture hold coloured ink."""
    height, width = (length // side for length in coloured.shape)
    cut = coloured[: height * side, : width * side].reshape(height, side, width, side)
    share: NDArray[np.bool_] = cut.mean(axis=(1, 3)) > _INKED
    return share


def _find_stamps(squares: NDArray[np.bool_]) -> Iterator[tuple[slice, slice]]:
    """The places of coloured squares that hang together and have the size of a stamp."""
    waiting = set(zip(*(index.tolist() for index in np.nonzero(squares)), strict=True))
    while waiting:
        group, front = [], [waiting.pop()]
        while front:
            row, column = front.pop()
            group.append((row, column))
            near = {(row + r, column + c) for r in (-1, 0, 1) for c in (-1, 0, 1)} & waiting
            waiting -= near
            front += near
        rows, columns = zip(*group, strict=True)
        top, bottom, left, right = min(rows), max(rows) + 1, min(columns), max(columns) + 1
        if bottom - top in _STAMP_HEIGHT and right - left in _STAMP_WIDTH:
            yield slice(max(0, top - 1), bottom + 1), slice(max(0, left - 1), right + 1)
