"""Reading pictures with Tesseract and its Vietnamese model, a program of its own that is found at run time."""

import os
import re
import shutil
import subprocess
import time
from functools import lru_cache
from statistics import median

import numpy as np

from crawler.extract.document import Content
from crawler.extract.layout.ink import Grey
from crawler.extract.layout.legibility import count_accented
from crawler.extract.layout.paragraph import WordBox
from crawler.extract.layout.picture import clean_scan, take_rulings
from crawler.extract.layout.ruling import Ruling
from crawler.extract.layout.table import read_layout
from crawler.extract.limit import Ocr

#: Words that Tesseract itself believes less (0 to 100) are stains and stamps.
_MIN_CONFIDENCE = 20.0
#: Fewer words than this are dirt on a picture, which is not turned to look for more.
_LEAST_WORDS = 15
#: Less of its words with accents than this, and a page may stand on its head.
_DOUBTFUL = 0.4
#: Tesseract reads the sign of e-mail addresses with half a bracket before it.
_AT_SIGN = re.compile(r"[(\[]@(?=\w)")
# Phrases of every notice in which the model takes one accent or letter for another; the wrong ones do not exist.
_MISREAD = {
    "kế từ": "kể từ",
    "tối thiếu": "tối thiểu",
    "tố chức": "tổ chức",
    "thời điếm": "thời điểm",
    "địa điếm": "địa điểm",
    "cụ thế": "cụ thể",
    "vận chuyến": "vận chuyển",
    "chuyến khoản": "chuyển khoản",
    "thông tỉn": "thông tin",
    "hướng dân": "hướng dẫn",
    "đế tham khảo": "để tham khảo",
    "bệnh viện da khoa": "bệnh viện đa khoa",
}
_MISREADING = re.compile("|".join(_MISREAD), re.I)
_ROTATE = re.compile(r"Rotate: (\d+)")
_SPECK = re.compile(r"[^\w\s)\]%\"”’]{1,3}")


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
    """Lines and tables of a picture of a page, also of one that lies on its side.

    Raises subprocess.TimeoutExpired after `seconds` (at most `page_seconds`), subprocess.CalledProcessError when
    Tesseract fails.
    """
    until = time.monotonic() + min(ocr.page_seconds, seconds or ocr.page_seconds)
    lines, rulings = _recognise(grey, ocr, until)
    if _stands(lines) or not _makes_sense(lines, least=_DOUBTFUL):
        # Tesseract reads lines that stand too, but their words do not lie where it puts them.
        known = 0 if _stands(lines) else _count_sense(lines)
        for quarters in _find_turns(grey, lines, until):
            turned = _recognise(np.ascontiguousarray(np.rot90(grey, -quarters)), ocr, until)
            if _count_sense(turned[0]) > known:
                (lines, rulings), known = turned, _count_sense(turned[0])
            if _makes_sense(lines, least=0.5) and not _stands(lines):
                break
    parts = read_layout(*_straighten(lines, rulings))
    return [_correct(part) if isinstance(part, str) else part for part in parts]


def _correct(line: str) -> str:
    """The line with what Tesseract is known to misread put right, in the case that it was read in."""
    return _MISREADING.sub(lambda m: _in_case_of(m[0], _MISREAD[m[0].lower()]), line)


def _in_case_of(read: str, right: str) -> str:
    return "".join(letter.upper() if seen.isupper() else letter for seen, letter in zip(read, right, strict=True))


def _recognise(grey: Grey, ocr: Ocr, until: float) -> tuple[list[list[WordBox]], list[Ruling]]:
    rulings, clean = take_rulings(clean_scan(grey))
    options = ["-l", ocr.languages, "--dpi", str(ocr.dpi), "--psm", str(ocr.segmentation), "tsv"]
    return _parse_tsv(_run(clean, options, until)), rulings


def _run(grey: Grey, options: list[str], until: float) -> str:
    height, width = grey.shape
    done = subprocess.run(
        ["tesseract", "stdin", "stdout", *options],
        input=b"P5 %d %d 255\n" % (width, height) + grey.tobytes(),
        capture_output=True,
        timeout=max(0.01, until - time.monotonic()),
        check=True,
        # Its threads cost more than they gain on single pages, and several files are read at once.
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    return done.stdout.decode("utf-8", "replace")


def _stands(lines: list[list[WordBox]]) -> bool:
    """Whether most lines run up or down the picture."""
    long = [(line[0], line[-1]) for line in lines if len(line) > 2]
    upright = sum(abs(last.top - first.top) > abs(last.left - first.left) for first, last in long)
    return upright * 2 > len(long)


def _makes_sense(lines: list[list[WordBox]], *, least: float = 0.2) -> bool:
    """Whether a good part of the words are Vietnamese ones with accents; of a page on its side hardly any are."""
    words = sum(sum(map(str.isalpha, word.text)) > 1 for line in lines for word in line)
    return _count_sense(lines) > least * words


def _count_sense(lines: list[list[WordBox]]) -> int:
    return count_accented(" ".join(word.text for line in lines for word in line))


def _find_turns(grey: Grey, lines: list[list[WordBox]], until: float) -> tuple[int, ...]:
    """Quarters with the clock that the picture may have to be turned by; both sides where its script does not tell.

    Of a page upside down words with accents are read too, but fewer than a page has: there the script has to tell.
    """
    quarters = _find_turn(grey, until)
    if quarters % 2:
        return quarters, 4 - quarters
    if quarters:
        return (quarters,)
    told = _makes_sense(lines) and not _stands(lines)
    return (1, 3) if not told and sum(map(len, lines)) >= _LEAST_WORDS else ()


def _find_turn(grey: Grey, until: float) -> int:
    """How many quarters with the clock the picture has to be turned, by Tesseract's look at its script; 0 if unsure."""
    try:
        found = _ROTATE.search(_run(grey, ["--psm", "0"], until))
    except subprocess.CalledProcessError:  # too few letters, or its model (tesseract-ocr-osd) is not there
        return 0
    return int(found[1]) // 90 % 4 if found else 0


def _parse_tsv(tsv: str) -> list[list[WordBox]]:
    """The lines of Tesseract's table.

    Its columns: level, page, block, paragraph, line, word, left, top, width, height, confidence, text.
    """
    lines: list[list[WordBox]] = []
    for row in tsv.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) < 12:
            continue
        if cells[0] == "4":
            lines.append([])
        elif cells[0] == "5" and cells[11].strip() and float(cells[10]) >= _MIN_CONFIDENCE and lines:
            left, top, width, height = map(float, cells[6:10])
            lines[-1].append(WordBox(_AT_SIGN.sub("@", cells[11].strip()), left, top, left + width, top + height))
    return [kept for line in lines if (kept := _without_specks(line))]


def _without_specks(line: list[WordBox]) -> list[WordBox]:
    """The words without stains that were read as signs: those at the ends of a line, away from any letters."""
    while line and _SPECK.fullmatch(line[-1].text):
        line = line[:-1]
    while len(line) > 1 and _SPECK.fullmatch(line[0].text) and line[0].text not in "-–+•":
        line = line[1:]
    return line


def _straighten(lines: list[list[WordBox]], rulings: list[Ruling]) -> tuple[list[WordBox], list[Ruling]]:
    """Words as if the page had lain straight, each as high as its line; words of one line stay on one level."""
    slopes = [
        (last.bottom - first.bottom) / (last.left - first.left)
        for first, *_, last in (line for line in lines if len(line) > 4)
        if last.left > first.left  # words of a page on its side may stand above each other
    ]
    slope = median(slopes) if slopes else 0.0
    words: list[WordBox] = []
    for line in lines:
        tops = [w.top - slope * w.left for w in line]
        bottoms = [w.bottom - slope * w.left for w in line]
        top, bottom = median(tops), median(bottoms)
        words += [WordBox(w.text, w.left + slope * top, top, w.right + slope * top, bottom) for w in line]
    straight = [
        Ruling(r.upright, r.at + slope * (r.start + r.end) / 2 * (1 if r.upright else -1), r.start, r.end)
        for r in rulings
    ]
    return words, straight
