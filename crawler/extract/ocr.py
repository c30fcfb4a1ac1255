"""Reading pictures with Tesseract and its Vietnamese model, a program of its own that is found at run time."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from statistics import median

from crawler.extract.layout import Word
from crawler.extract.picture import Grey, take_rulings
from crawler.extract.table import Ruling, read_layout
from crawler.extract.word import Content

#: Words that Tesseract itself believes less (0 to 100) are stains and stamps.
_MIN_CONFIDENCE = 20.0
#: Tesseract reads the sign of e-mail addresses with half a bracket before it.
_AT_SIGN = re.compile(r"[(\[]@(?=\w)")
_SPECK = re.compile(r"[^\w\s)\]%\"”’]{1,3}")


@dataclass(frozen=True, kw_only=True)
class Ocr:
    """How pictures are read: Tesseract's languages, the resolution that pages are drawn at, seconds for one page."""

    languages: str = "vie"
    dpi: int = 200
    page_seconds: float = 60.0
    max_pages: int = 30
    segmentation: int = 3


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


def read_picture(grey: Grey, ocr: Ocr, *, seconds: float | None = None) -> Content:
    """Lines and tables of a picture of a page.

    Raises subprocess.TimeoutExpired after `seconds` (at most `page_seconds`), subprocess.CalledProcessError when
    Tesseract fails.
    """
    rulings, clean = take_rulings(grey)
    height, width = clean.shape
    done = subprocess.run(
        [
            "tesseract",
            "stdin",
            "stdout",
            "-l",
            ocr.languages,
            "--dpi",
            str(ocr.dpi),
            "--psm",
            str(ocr.segmentation),
            "tsv",
        ],
        input=b"P5 %d %d 255\n" % (width, height) + clean.tobytes(),
        capture_output=True,
        timeout=min(ocr.page_seconds, seconds or ocr.page_seconds),
        check=True,
        # Its threads cost more than they gain on single pages, and several files are read at once.
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    lines = _parse_tsv(done.stdout.decode("utf-8", "replace"))
    return read_layout(*_straighten(lines, rulings))


def _parse_tsv(tsv: str) -> list[list[Word]]:
    """The lines of Tesseract's table.

    Its columns: level, page, block, paragraph, line, word, left, top, width, height, confidence, text.
    """
    lines: list[list[Word]] = []
    for row in tsv.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) < 12:
            continue
        if cells[0] == "4":
            lines.append([])
        elif cells[0] == "5" and cells[11].strip() and float(cells[10]) >= _MIN_CONFIDENCE and lines:
            left, top, width, height = map(float, cells[6:10])
            lines[-1].append(Word(_AT_SIGN.sub("@", cells[11].strip()), left, top, left + width, top + height))
    return [kept for line in lines if (kept := _without_specks(line))]


def _without_specks(line: list[Word]) -> list[Word]:
    """The words without stains that were read as signs: those at the ends of a line, away from any letters."""
    while line and _SPECK.fullmatch(line[-1].text):
        line = line[:-1]
    while len(line) > 1 and _SPECK.fullmatch(line[0].text) and line[0].text not in "-–+•":
        line = line[1:]
    return line


def _straighten(lines: list[list[Word]], rulings: list[Ruling]) -> tuple[list[Word], list[Ruling]]:
    """Words as if the page had lain straight, each as high as its line; words of one line stay on one level."""
    slopes = [
        (last.bottom - first.bottom) / (last.left - first.left)
        for first, *_, last in (line for line in lines if len(line) > 4)
    ]
    slope = median(slopes) if slopes else 0.0
    words: list[Word] = []
    for line in lines:
        tops = [w.top - slope * w.left for w in line]
        bottoms = [w.bottom - slope * w.left for w in line]
        top, bottom = median(tops), median(bottoms)
        words += [Word(w.text, w.left + slope * top, top, w.right + slope * top, bottom) for w in line]
    straight = [
        Ruling(r.upright, r.at + slope * (r.start + r.end) / 2 * (1 if r.upright else -1), r.start, r.end)
        for r in rulings
    ]
    return words, straight
