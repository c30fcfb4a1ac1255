"""What attacks were tried, and what held: `python bench/hostile.py` runs the tests behind docs/security.md, and counts.

It prints a table, and ends with 1 when anything was lost.
"""

import subprocess
import sys
import tempfile
import xml.etree.ElementTree as Tree  # of a file that pytest has just written
from pathlib import Path

ROOT = Path(__file__).parent.parent
KINDS = {
    "pages that hang, crash or grow": ["tests/crawler/process/test_readers.py"],
    "sites without end": ["tests/crawler/small/test_mazes.py"],
    "silent and endless sites": ["tests/crawler/process/test_fleet.py"],
    "walls and broken answers": ["tests/crawler/small/test_walls.py", "tests/crawler/test_middlewares.py"],
    "addresses that lead inside": [
        "tests/timthau/test_network.py",
        "tests/crawler/test_resolver.py",
        "tests/alerts/hook/test_target.py",
    ],
    "patterns under growing text": ["tests/test_patterns.py"],
    "files of all kinds": ["tests/crawler/extract/test_attachments.py"],
    "visitors": ["tests/cli/test_connection.py", "tests/webui/test_bounds.py", "tests/webui/test_security.py"],
    "terminals and sheets": ["tests/cli/test_terminal.py"],
    "kills": ["tests/crawler/test_kill.py", "tests/alerts/test_kill.py"],
    "databases restored, emptied, damaged": ["tests/index/test_origin.py", "tests/timthau/test_database.py"],
}


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
    print("| attacks | tried | held | lost |\n|---|---|---|---|")
    lost_in_all = 0
    for kind, paths in KINDS.items():
        tried, lost = count(paths)
        lost_in_all += lost
        print(f"| {kind} | {tried} | {tried - lost} | {lost} |", flush=True)
    sys.exit(1 if lost_in_all else 0)


if __name__ == "__main__":
    main()
