"""Speed of `timthau import`, all included, beside indexing the same notices in SQLite FTS5, in one go.

    python bench/import.py [--count 20000] [--work DIR] [--shared ../shared]

The command is run as a user runs it, into a new home: parsing, store with versions and outbox, relations, index. FTS5
only indexes titles and bodies; its rate is what a machine can do, so the ratio of the two can be compared between
machines. What merging writes again is seen by looking for segments every few milliseconds. Needs ../shared/bench beside
the checkout.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Import, build the peer, and print both rates."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--work", type=Path, default=Path("/tmp/timthau-bench"))
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    notices = options.work / f"notices-{options.count}.jsonl"
    if not notices.exists():
        run(sys.executable, options.shared / "bench" / "make_notices.py", options.count, notices)
    home = options.work / "import"
    shutil.rmtree(home, ignore_errors=True)
    started = time.perf_counter()
    with Segments(home / "index") as segments:
        run(sys.executable, "-m", "cli", "import", notices, home=home)
    seconds = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    ours = options.count / seconds
    print(
        f"timthau import   {ours:8.0f} notices/s, {seconds:.0f} s, of processors {used.ru_utime + used.ru_stime:.0f} s"
    )
    print(f"largest process  {used.ru_maxrss // 1024:8.0f} MB")
    index = size_of(home / "index")
    print(f"left in home     {index:8.1f} MB of index, {size_of(home) - index:.1f} MB of store")
    print(f"index written    {segments.written() / index:8.1f} times what is left of it, in {segments.left()} segments")
    peer = run(sys.executable, options.shared / "bench" / "peers.py", "build", "fts5", notices, options.work / "fts5")
    fts5 = json.loads(peer.splitlines()[-1])["docs_per_s"]
    print(f"FTS5, indexing   {fts5:8.0f} notices/s")
    print(f"import / FTS5    {ours / fts5:8.3f}")


class Segments:
    """Sees which segments an index has while it is written, used with `with`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sizes: dict[str, int] = {}
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._is_over.wait(0.02):
            for file in self._folder.glob("build-*/*.tt"):
                with suppress(FileNotFoundError):  # it has just been merged into another
                    self._sizes[file.name] = max(self._sizes.get(file.name, 0), file.stat().st_size)

    def written(self) -> float:
        """Megabytes of all segments that there have been."""
        return sum(self._sizes.values()) / 1e6

    def left(self) -> int:
        """How many there are in the end."""
        return len(list(self._folder.glob("build-*/*.tt")))


def run(*command: object, home: Path | None = None) -> str:
    """What a command prints; it may not fail."""
    told = os.environ | {"PYTHONPATH": str(ROOT)} | ({"TIMTHAU_HOME": str(home)} if home else {})
    done = subprocess.run(list(map(str, command)), check=True, stdout=subprocess.PIPE, text=True, env=told)
    return done.stdout


def size_of(folder: Path) -> float:
    """Megabytes of all files below a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


if __name__ == "__main__":
    main()
