"""Speed of `timthau import`, all included, beside indexing the same notices in SQLite FTS5, in one go.

    python bench/import.py [--count 20000] [--work DIR] [--shared ../shared]

The command is run as a user runs it, into a new home: parsing, store with versions and outbox, relations, index. FTS5
only indexes titles and bodies; its rate is what a machine can do, so the ratio of the two can be compared between
machines. Needs ../shared/bench beside the checkout.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

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
    run(sys.executable, "-m", "cli", "import", notices, home=home)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    ours = options.count / seconds
    print(f"timthau import   {ours:8.0f} notices/s, {seconds:.0f} s, peak {peak} MB")
    index = size_of(home / "index")
    print(f"left in home     {index:8.1f} MB of index, {size_of(home) - index:.1f} MB of store")
    peer = run(sys.executable, options.shared / "bench" / "peers.py", "build", "fts5", notices, options.work / "fts5")
    fts5 = json.loads(peer.splitlines()[-1])["docs_per_s"]
    print(f"FTS5, indexing   {fts5:8.0f} notices/s")
    print(f"import / FTS5    {ours / fts5:8.3f}")


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
