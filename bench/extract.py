"""Milliseconds a page from bytes to article, beside bare trafilatura, and milliseconds a file from bytes to text.

    python bench/extract.py [--rounds 20] [--pages DIR] [--files DIR] [--python PYTHON]

Pages are those of tests/pages (or all *.html below DIR), files those of data/sample_site. PYTHON is one that has
trafilatura and lxml_html_clean (`pip install trafilatura lxml_html_clean`); without it the peer is left out. Both
read the same bytes one after the other in a process of their own, title, date, text and tables; ours also files.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from crawler.extract.file.attachments import read_file
from crawler.extract.layout.ocr import ocr_available
from crawler.extract.page.article import parse_article

_URL = "https://benchmark.example/tin/bai-viet-1.html"
_PEER = """
import sys, time, statistics, pathlib, trafilatura
rounds, paths = int(sys.argv[1]), sys.argv[3:]
pages = [pathlib.Path(path).read_bytes() for path in paths]
times, letters = [], 0
for turn in range(rounds + 1):
    for page in pages:
        start = time.perf_counter()
        read = trafilatura.bare_extraction(page, url=sys.argv[2], with_metadata=True, include_tables=True)
        if turn:
            times.append(1000 * (time.perf_counter() - start))
            letters += len(read.text or "") if read else 0
print(statistics.mean(times), statistics.median(times), max(times), letters // rounds)
"""


def main() -> None:
    options = parse_options()
    pages = sorted(options.pages.rglob("*.html"))
    print(f"{len(pages)} pages, {sum(page.stat().st_size for page in pages) // len(pages)} bytes on average")
    print(f"{'':16}{'mean ms':>10}{'median ms':>11}{'max ms':>9}{'characters':>12}")
    print_row("timthau", *measure_pages(pages, options.rounds))
    if options.python:
        print_row("trafilatura", *measure_peer(options.python, pages, options.rounds))
    print()
    measure_files(sorted(path for path in options.files.rglob("*") if path.is_file()))


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--pages", type=Path, default=ROOT / "tests" / "pages")
    parser.add_argument("--files", type=Path, default=ROOT / "data" / "sample_site" / "files")
    parser.add_argument("--python", help="a Python with trafilatura and lxml_html_clean")
    return parser.parse_args()


def measure_pages(paths: Iterable[Path], rounds: int) -> tuple[float, float, float, int]:
    """Mean, median and longest milliseconds of a page, and the characters of text read in one round."""
    pages = [path.read_bytes() for path in paths]
    times: list[float] = []
    letters = 0
    for turn in range(rounds + 1):  # the first round warms up
        for page in pages:
            start = time.perf_counter()
            article = parse_article(page, url=_URL)
            if turn:
                times.append(1000 * (time.perf_counter() - start))
                letters += len(article.text)
    return statistics.mean(times), statistics.median(times), max(times), letters // rounds


def measure_peer(python: str, paths: Iterable[Path], rounds: int) -> tuple[float, float, float, int]:
    command = [python, "-W", "ignore", "-c", _PEER, str(rounds), _URL, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    mean, median, longest, letters = done.stdout.split()
    return float(mean), float(median), float(longest), int(letters)


def print_row(name: str, mean: float, median: float, longest: float, letters: int) -> None:
    print(f"{name:16}{mean:10.1f}{median:11.1f}{longest:9.1f}{letters:12}")


def measure_files(paths: Iterable[Path]) -> None:
    """Print how long each kind of file takes in a warm worker; scans are named by the OCR that they need."""
    print(f"{'kind':60}{'files':>6}{'mean ms':>10}   (OCR {'available' if ocr_available() else 'missing'})")
    kinds: dict[str, list[float]] = {}
    for path in paths:
        read_file(path, filename=path.name, ocr=None)
        start = time.perf_counter()
        read = read_file(path, filename=path.name)
        kind = f"{read.media_type}{', read by OCR' if read.ocr else ''}"
        kinds.setdefault(kind, []).append(1000 * (time.perf_counter() - start))
    for kind, times in sorted(kinds.items()):
        print(f"{kind:60}{len(times):6}{statistics.mean(times):10.1f}")


if __name__ == "__main__":
    main()
