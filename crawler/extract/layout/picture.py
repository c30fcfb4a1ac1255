"""Pictures as arrays of grey: opening their pages within bounds, and finding the lines that are drawn on them."""

import io
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, ImageOps

from crawler.extract.layout.ink import Grey, take_ink
from crawler.extract.layout.ruling import Ruling

#: A page at 300 dpi has 9 million pixels; what has ten times as many is a poster or an attack.
MAX_PIXELS = 90_000_000
#: Degrees; less than this Tesseract reads as well as straight lines.
_LEAST_SKEW = 0.8
# Pixels across an A4 page at 200 dpi, upright and lying: pictures for the web have half of that, cameras more.
_PAGE_WIDTH = (1650, 2340)
_GREY = frozenset(("1", "L", "LA", "I", "I;16", "F"))
_PAGED = frozenset(("TIFF",))


class PictureError(Exception):
    """Raised by `open_pictures` with one line on why a picture cannot be read."""


def open_pictures(content: bytes) -> Iterator[Grey]:
    """The pages of a picture in grey, turned as its camera says, of a size that text can be read at.

    Raises PictureError, for a page that is damaged after those before it.
    """
    Image.MAX_IMAGE_PIXELS = None  # the size is checked here, before anything is decoded
    try:
        with Image.open(io.BytesIO(content)) as picture:
            # Of what moves (GIF, WebP) the first frame is the picture; in a TIFF each is a page.
            for number in range(getattr(picture, "n_frames", 1) if picture.format in _PAGED else 1):
                picture.seek(number)
                if picture.width * picture.height > MAX_PIXELS:
                    raise PictureError("the picture is too large")
                whole = _load(picture)
                yield _prepare(picture)
                if not whole:
                    raise PictureError("the picture was cut short: its end is missing")
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise PictureError("the picture is damaged") from error


def _load(picture: Image.Image) -> bool:
    """Take a picture in; whether it is whole. Of a photograph that was cut short the upper part is there."""
    try:
        picture.load()
    except OSError:
        if picture.format != "JPEG":
            raise
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            picture.load()
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = False
        return False
    return True


def _prepare(picture: Image.Image) -> Grey:
    upright = ImageOps.exif_transpose(picture)
    if upright.has_transparency_data:
        upright = upright.convert("RGBA")
        white = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(white, upright)
    grey = (
        upright.convert("L") if upright.mode in _GREY else Image.fromarray(take_ink(np.asarray(upright.convert("RGB"))))
    )
    scale = min(max(_PAGE_WIDTH[grey.width > grey.height] / grey.width, 0.3), 2.5)
    if not 0.9 < scale < 1.1:
        size = (max(1, round(grey.width * scale)), max(1, round(grey.height * scale)))
        grey = grey.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    return np.asarray(grey, dtype=np.uint8)


def clean_scan(grey: Grey) -> Grey:
    """The picture without specks of dust, and straight if it lies clearly askew; turning blurs, so only then."""
    dark = grey < _ink_below(grey)
    # A speck has nothing else around it; dots of letters and sentences stand near letters.
    lone = dark & (_sums_around(dark, 2) == _sums_around(dark, 5))
    clean = grey.copy()
    clean[lone] = 255
    angle = _find_skew(dark & ~lone)
    if abs(angle) < _LEAST_SKEW:
        return clean
    turned = Image.fromarray(clean).rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=255)
    return np.asarray(turned, dtype=np.uint8)


def _sums_around(dark: NDArray[np.bool_], reach: int) -> NDArray[np.int32]:
    """How many pixels are dark in the square around each, `reach` to each side."""
    padded = np.pad(dark.astype(np.int32), ((reach + 1, reach), (reach + 1, reach)))
    sums = padded.cumsum(axis=0, dtype=np.int32).cumsum(axis=1, dtype=np.int32)
    side = 2 * reach + 1
    around: NDArray[np.int32] = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    return around


def _find_skew(dark: NDArray[np.bool_]) -> float:
    """Degrees by which lines of text rise or fall: along them, ink gathers in the fewest rows."""
    rows, columns = np.nonzero(dark[::2, ::2])
    step = max(1, len(rows) // 60_000)
    rows, columns = rows[::step], columns[::step]
    if len(rows) < 100:
        return 0.0

    def gathered(angle: float) -> int:
        shifted = np.round(rows - columns * np.tan(np.radians(angle))).astype(np.int64)
        return int((np.bincount(shifted - shifted.min()) ** 2).sum())

    rough = max(np.arange(-3, 3.01, 0.25), key=gathered)
    return float(max(np.arange(rough - 0.25, rough + 0.26, 0.05), key=gathered))


def take_rulings(grey: Grey) -> tuple[list[Ruling], Grey]:
    """The level and upright lines of a picture, in pixels, and the picture without them."""
    dark = grey < _ink_below(grey)
    clean = grey.copy()
    shortest = max(40, grey.shape[1] // 40)
    rulings: list[Ruling] = []
    for upright in (False, True):
        mask = dark.T if upright else dark
        target = clean.T if upright else clean
        for runs in _thin_groups(_long_runs(mask, shortest)):
            start, end = min(r[1] for r in runs), max(r[2] for r in runs)
            first, last = min(r[0] for r in runs), max(r[0] for r in runs)
            if end - start < 2 * shortest:
                continue
            rulings.append(Ruling(upright, (first + last) / 2, start, end))
            for at, left, right in runs:
                target[max(0, at - 1) : at + 2, left:right] = 255
    return rulings, clean


def _ink_below(grey: Grey) -> float:
    """What is darker than paper (the most frequent light tone) by enough to be ink; thin lines are faint in scans."""
    counts = np.bincount(grey.ravel(), minlength=256)
    return (int(counts[128:].argmax()) + 128) * 0.82


def _long_runs(dark: NDArray[np.bool_], shortest: int) -> list[tuple[int, int, int]]:
    """Unbroken dark stretches of a row: row, start, end."""
    padded = np.zeros((dark.shape[0], dark.shape[1] + 2), dtype=np.int8)
    padded[:, 1:-1] = dark
    steps = np.diff(padded, axis=1)
    rows, starts = np.nonzero(steps == 1)
    ends = np.nonzero(steps == -1)[1]
    long = ends - starts >= shortest
    return list(zip(rows[long].tolist(), starts[long].tolist(), ends[long].tolist(), strict=True))


def _thin_groups(runs: list[tuple[int, int, int]]) -> Iterator[list[tuple[int, int, int]]]:
    """Runs of rows next to each other that touch, as a line that is thick or a little askew makes; no blots."""
    groups: list[list[tuple[int, int, int]]] = []
    open_groups: list[list[tuple[int, int, int]]] = []
    for run in runs:
        open_groups = [group for group in open_groups if run[0] - group[-1][0] <= 2]
        for group in open_groups:
            if any(run[0] - r[0] <= 2 and run[1] <= r[2] + 6 and run[2] >= r[1] - 6 for r in group[-6:]):
                group.append(run)
                break
        else:
            groups.append([run])
            open_groups.append(groups[-1])
    for group in groups:
        length = max(r[2] for r in group) - min(r[1] for r in group)
        if group[-1][0] - group[0][0] <= max(12, 0.03 * length):
            yield group
