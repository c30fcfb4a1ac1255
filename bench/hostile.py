"""What attacks were tried, and what held: made-up pages and files are read, the tests behind docs/security.md are run.

    python bench/hostile.py [--pages 400] [--files 120] [--size 60000] [--seed 7] [--made-only]

It prints a table, and ends with 1 when anything was lost: a reader that failed in a way that nobody thought of, or a
test. A page or file that is refused in words, or given up within its bounds of time and memory, is held.
"""

import argparse
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as Tree  # of a file that pytest has just written
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from crawler.extract.file.attachments import read_file
from crawler.extract.limit import Limits
from crawler.process.readers import Readers
from crawler.reading.failure import PageLostError
from tests.site.bombs import BOMBS
from tests.site.document_files import notice_pdf
from tests.site.hostile import make_files, make_pages, read_hostile

#: What is said of a file that was given up.
GIVEN_UP = ("reading it took too long", "reading it failed: the reader ran out of memory or crashed")
#: Seconds that a page or file may take, with a grace for a busy machine.
LONGEST = 1.2 * Limits().seconds
KINDS = {
    "pages that hang, crash or grow": ["tests/crawler/process/test_readers.py"],
    "sites without end": ["tests/crawler/small/test_mazes.py", "tests/crawler/test_transport.py"],
    "silent and endless sites": ["tests/crawler/process/test_fleet.py"],
    "walls and broken answers": ["tests/crawler/small/test_walls.py", "tests/crawler/test_middlewares.py"],
    "addresses that lead inside": [
        "tests/timthau/test_network.py",
        "tests/crawler/test_resolver.py",
        "tests/crawler/test_rebinding.py",
        "tests/crawler/test_browser_gate.py",
        "tests/crawler/test_own_ways.py",
        "tests/crawler/test_single.py",
        "tests/crawler/small/test_inside.py",
        "tests/alerts/hook/test_target.py",
    ],
    "patterns under growing text": ["tests/test_patterns.py"],
    "files of all kinds": ["tests/crawler/extract/test_attachments.py", "tests/crawler/extract/test_bombs.py"],
    "visitors": ["tests/cli/test_connection.py", "tests/webui/test_bounds.py", "tests/webui/test_security.py"],
    "terminals and sheets": ["tests/cli/test_terminal.py"],
    "kills and what they leave": [
        "tests/crawler/test_kill.py",
        "tests/alerts/test_kill.py",
        "tests/timthau/test_award_kill.py",
        "tests/timthau/test_kill.py",
        "tests/timthau/test_scratch.py",
        "tests/index/test_companion.py",
        "tests/index/test_folder.py",
        "tests/desk/test_backup.py",
    ],
    "clocks": ["tests/alerts/test_clock.py", "tests/crawler/process/test_due.py", "tests/desk/test_account.py"],
    "databases restored, emptied, damaged": ["tests/index/test_origin.py", "tests/timthau/test_database.py"],
}


def read_made(made: Iterable[tuple[str, bytes]], readers: Readers) -> tuple[int, int, int]:
    """How many pages or files were read, how many of them given up within their bounds, and how many lost.

    Pages are read by a reader, as in a crawl; files here, where a process of its own is started for each.
    """
    tried = given_up = lost = 0
    for name, content in made:
        tried += 1
        begun = time.monotonic()
        try:
            if name.endswith(".html"):
                readers.lane().submit(read_hostile, name, content).result()
            else:
                given_up += read_file(content, filename=name).warning in GIVEN_UP
        except PageLostError as error:
            given_up += 1
            print(f"{name} {tried}: {error}", file=sys.stderr)
        except Exception as error:  # noqa: BLE001  # any other is what is looked for
            lost += 1
            Path(tempfile.gettempdir(), f"lost-{tried}-{name}").write_bytes(content)
            print(f"{name} {tried}: {error!r}", file=sys.stderr)
        if time.monotonic() - begun > LONGEST:
            lost += 1
            print(f"{name} {tried}: took {time.monotonic() - begun:.0f} s", file=sys.stderr)
    return tried, given_up, lost


def count(paths: list[str]) -> tuple[int, int]:
    """How many cases were tried, and how many were lost."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *paths]
        subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.DEVNULL)
        suites = list(Tree.parse(report).getroot().iter("testsuite"))
    lost = sum(int(suite.get(name, 0)) for suite in suites for name in ("failures", "errors"))
    return sum(int(suite.get("tests", 0)) - int(suite.get("skipped", 0)) for suite in suites), lost


def main() -> None:
    """Run every kind and print its line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("pages", 400), ("files", 120), ("size", 60_000), ("seed", 7)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--made-only", action="store_true", help="leave the tests out")
    options = parser.parse_args()
    pages = make_pages(options.pages, seed=options.seed, size=options.size)
    made = {
        "made-up pages": (("tin.html", page) for page in pages),
        "made-up and damaged files": make_files(options.files, seed=options.seed),
        "files that swell or lead in a circle": ((name, make()) for name, make in BOMBS.items()),
    }
    print("| attacks | tried | held | given up within bounds | lost |\n|---|---|---|---|---|")
    lost_in_all = 0
    with Readers() as readers:
        if not read_file(notice_pdf(), filename="a.pdf").text:
            sys.exit("not even a file without a fault is read here")
        for kind, entries in made.items():
            tried, given_up, lost = read_made(entries, readers)
            lost_in_all += lost
            print(f"| {kind} | {tried} | {tried - lost} | {given_up} | {lost} |", flush=True)
    for kind, paths in () if options.made_only else KINDS.items():
        tried, lost = count(paths)
        lost_in_all += lost
        print(f"| {kind} | {tried} | {tried - lost} | | {lost} |", flush=True)
    sys.exit(1 if lost_in_all else 0)


if __name__ == "__main__":
    main()
