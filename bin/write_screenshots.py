"""Make the pictures of docs/ from those that tests/e2e leaves in build/screenshots where it is asked to.

    TIMTHAU_PICTURES=1 pytest tests/e2e/test_accessibility.py
    python bin/write_screenshots.py

Each page becomes one picture: desk and phone, light and dark. Few colours and few pixels keep all of them small.
"""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "build" / "screenshots"
IMAGES = ROOT / "docs" / "images"
_VIEWS = ("desk-light", "desk-dark", "phone-light", "phone-dark")
_WIDTHS = {"desk": 440, "phone": 160}
_HEIGHT = 440
_GAP = 12
_COLOURS = 64
#: Pictures of one view, large enough to read: name, view, height.
_SINGLE = {"search": ("home-desk-light", 760), "notice": ("notice-desk-light", 760), "guide": ("guide-desk-dark", 760)}


def build_sheet(name: str) -> Image.Image:
    """The four views of a page beside each other, each cut off at the same height."""
    views = []
    for view in _VIEWS:
        with Image.open(SOURCE / f"{name}-{view}.png") as picture:
            views.append(_fit(picture, _WIDTHS[view.partition("-")[0]], _HEIGHT))
    sheet = Image.new("RGB", (sum(view.width + _GAP for view in views) - _GAP, max(v.height for v in views)), "#888")
    left = 0
    for view in views:
        sheet.paste(view, (left, 0))
        left += view.width + _GAP
    return sheet


def _fit(picture: Image.Image, width: int, height: int) -> Image.Image:
    scaled = picture.convert("RGB").resize(
        (width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS
    )
    return scaled.crop((0, 0, width, min(height, scaled.height)))


def _pages() -> Iterator[str]:
    for path in sorted(SOURCE.glob("*-phone-dark.png")):
        name = path.name.removesuffix("-phone-dark.png")
        if not name.endswith(("-markup", "-endless")):  # what no site should have
            yield name


def _save(picture: Image.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> None:
    """Write all pictures."""
    for name in _pages():
        _save(build_sheet(name), IMAGES / "pages" / f"{name}.png")
    for name, (view, height) in _SINGLE.items():
        with Image.open(SOURCE / f"{view}.png") as picture:
            _save(_fit(picture, 860, height), IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
