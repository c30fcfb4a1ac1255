"""Reading pictures with Tesseract and its Vietnamese model, as a program of its own that is found at run time."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, kw_only=True)
class Ocr:
    """How pictures are read: Tesseract's languages, the resolution that pages are drawn at, seconds for one page."""

    languages: str = "vie+eng"
    dpi: int = 250
    page_seconds: float = 60.0
    max_pages: int = 30


@lru_cache(maxsize=1)
def ocr_available() -> bool:
    """Whether Tesseract with its Vietnamese model is installed; Debian: tesseract-ocr, tesseract-ocr-vie."""
    command = shutil.which("tesseract")
    if command is None:
        return False
    try:
        listed = subprocess.run([command, "--list-langs"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return "vie" in listed.stdout.split()


def read_picture(picture: bytes, ocr: Ocr) -> str:
    """The lines that Tesseract reads in a picture (PNG, JPEG, PNM, TIFF …).

    Raises subprocess.TimeoutExpired after `page_seconds` and subprocess.CalledProcessError when it is no picture.
    """
    done = subprocess.run(
        ["tesseract", "stdin", "stdout", "-l", ocr.languages, "--dpi", str(ocr.dpi), "--psm", "3"],
        input=picture,
        capture_output=True,
        timeout=ocr.page_seconds,
        check=True,
        # Its threads cost more than they gain on single pages, and we read several files at once.
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    return done.stdout.decode("utf-8", "replace").replace("\f", "")
