"""How much of a file is read at most, and how finely its pictures."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds of reading one file: bytes of it, pages and archive members, seconds in all, megabytes of memory.

    `characters` bounds the text that is kept.
    """

    size: int = 60_000_000
    pages: int = 300
    members: int = 60
    seconds: float = 180.0
    memory_mb: int = 1500
    characters: int = 2_000_000


@dataclass(frozen=True, kw_only=True)
class Ocr:
    """How pictures are read: Tesseract's languages, the resolution that pages are drawn at, seconds for one page."""

    languages: str = "vie"
    dpi: int = 200
    page_seconds: float = 60.0
    max_pages: int = 30
    segmentation: int = 3
