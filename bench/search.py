"""Speed of the search engine beside SQLite FTS5 and tantivy, on the same made-up notices in one go.

    python bench/search.py [--count 100000] [--short] [--cpu] [--peers fts5,tantivy] [--work DIR] [--shared ../shared]

With --cpu all engines' times are of their processors alone, which a machine that others use too distorts least.
Needs ../shared/bench beside the checkout, and for the peers a Python with tantivy (`--python`, default this one).
Times are of one query at a time in a process of its own. Ours is the full search each time, with ranking, facets and
titles; "page" has the passages of twenty hits as well, which the peers do not make.
"""

import argparse
import json
import math
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from index.embedded.engine import WhooshEngine
from index.query import Query, Sort
from timthau.model.moment import HANOI
from timthau.model.notice import Notice, NoticeKind

_BATCH = 5000
_KINDS = ("request_for_quotation", "invitation_to_tender", "plan", "award")  # as peers.py narrows
_MODES = ("relevance", "newest", "filtered", "facets")
_CPU_CLOCK = """
import runpy, sys, time
time.perf_counter = time.process_time
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
_NOW = datetime(2026, 6, 1, tzinfo=HANOI)


def main() -> None:
    options = parse_options()
    if options.step == "build":
        build(options.notices, options.index)
    elif options.step == "query":
        query(options.index, options.shared)
    else:
        compare(options)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", nargs="?", choices=["compare", "build", "query"], default="compare")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--short", action="store_true", help="bodies of 100-200 syllables, for a million")
    parser.add_argument("--cpu", action="store_true", help="processor time instead of the clock's")
    parser.add_argument("--peers", default="fts5,tantivy")
    parser.add_argument("--python", default=sys.executable, help="a Python with numpy and tantivy")
    parser.add_argument("--work", type=Path, default=Path("/tmp/timthau-bench"))
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--notices", type=Path)
    parser.add_argument("--index", type=Path)
    return parser.parse_args()


def compare(options: argparse.Namespace) -> None:
    """Build all engines on the same notices, query each, print a table."""
    options.work.mkdir(parents=True, exist_ok=True)
    peers = options.shared / "bench" / "peers.py"
    notices = options.work / f"notices-{options.count}{'-short' if options.short else ''}.jsonl"
    if not notices.exists():
        short = ["short"] if options.short else []
        run(options.python, options.shared / "bench" / "make_notices.py", options.count, notices, *short)
    folder = options.work / f"ours-{notices.stem}"
    ours = [sys.executable, Path(__file__), "--shared", options.shared]
    figures = {"ours": run(*ours, "build", "--notices", notices, "--index", folder)}
    figures["ours"] |= run(*timed(ours, options), "query", "--index", folder)
    for peer in filter(None, options.peers.split(",")):
        place = options.work / f"{peer}-{notices.stem}"
        figures[peer] = run(options.python, peers, "build", peer, notices, place)
        figures[peer] |= run(*timed([options.python, peers], options), "query", peer, place)
    print_table(figures)


def timed(command: list[Any], options: argparse.Namespace) -> list[Any]:
    """The command of a step that measures time, made to measure that of its processor if wished."""
    python, *rest = command
    return [python, "-c", _CPU_CLOCK, *rest] if options.cpu else command


def run(*command: Any) -> dict[str, Any]:
    """What a step printed last, as JSON; its errors go to the terminal."""
    done = subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True)
    print(done.stdout.strip(), flush=True)
    lines = done.stdout.strip().splitlines()
    return dict(json.loads(lines[-1])) if lines else {}


def build(notices: Path, folder: Path) -> None:
    """Index all notices as a rebuild does, store excluded, and print the rate."""
    if folder.exists():
        subprocess.run(["rm", "-r", str(folder)], check=True)
    started, read, count = time.perf_counter(), 0.0, 0
    engine = WhooshEngine(folder)
    source = load_notices(notices)
    while True:
        reading = time.perf_counter()
        batch = list(islice(source, _BATCH))
        read += time.perf_counter() - reading
        if not batch:
            break
        count += len(batch)
        engine.apply(batch, (), cursor=count)
    engine.optimize()
    seconds = time.perf_counter() - started - read
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    small = time_small_batch(engine, notices, count)
    print_json(
        engine="ours", docs=count, docs_per_s=round(count / seconds, 1), size_mb=round(size / 1e6, 1),
        peak_mb=peak_mb(), small_batch_s=small,
    )  # fmt: skip


def time_small_batch(engine: WhooshEngine, notices: Path, count: int) -> float:
    """Seconds from handing in twenty changed notices until a search can see them."""
    batch = list(islice(load_notices(notices), 20))
    started = time.perf_counter()
    engine.apply(batch, (), cursor=count + 1)
    engine.search(Query(text="máy"))
    return round(time.perf_counter() - started, 2)


def load_notices(path: Path) -> Iterator[Notice]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield Notice.from_json(json.loads(line))


def query(folder: Path, shared: Path) -> None:
    """Open the index and time all queries in all modes, as peers.py does."""
    started = time.perf_counter()
    engine = WhooshEngine(folder)
    engine.search(Query(text="máy"), now=_NOW)
    figures: dict[str, Any] = {"open_s": round(time.perf_counter() - started, 3)}
    queries = (shared / "bench" / "queries.txt").read_text("utf-8").split("\n")[:40]
    for mode in (*_MODES, "page"):
        figures[mode] = time_queries([build_search(engine, text, mode, i) for i, text in enumerate(queries)])
    print_json(engine="ours", **figures, reader_peak_mb=peak_mb())


def build_search(engine: WhooshEngine, text: str, mode: str, number: int) -> Callable[[], object]:
    year = 2022 + number % 4
    narrow = {
        "kinds": (NoticeKind(_KINDS[number % 4]),),
        "published_from": date(year, 1, 1),
        "published_to": date(year, 12, 31),
    }
    wanted = Query(text=text, sort=Sort.NEWEST if mode == "newest" else Sort.RELEVANCE)
    if mode == "filtered":
        wanted = Query(text=text, **narrow)  # type: ignore[arg-type]  # each has the type of its field
    return lambda: engine.search(wanted, limit=20, now=_NOW, passages=mode == "page")


def time_queries(searches: list[Callable[[], object]], repeats: int = 3) -> dict[str, float]:
    """Median and 95th percentile over the queries, in ms; of each query the median of some repeats."""
    times = []
    for search in searches:
        own = []
        for _ in range(repeats):
            started = time.perf_counter()
            search()
            own.append(time.perf_counter() - started)
        times.append(statistics.median(own) * 1000)
    times.sort()
    return {"p50": round(times[len(times) // 2], 2), "p95": round(times[math.ceil(0.95 * len(times)) - 1], 2)}


def print_table(figures: dict[str, dict[str, Any]]) -> None:
    """Times by engine and mode, and how many times ours each peer takes at the 95th percentile."""
    print(f"\n{'':10}" + "".join(f"{mode:>24}" for mode in _MODES) + f"{'docs/s':>10}{'MB':>8}")
    for name, found in figures.items():
        cells = "".join(f"{found[mode]['p50']:>11.2f} /{found[mode]['p95']:>8.2f} ms" for mode in _MODES)
        print(f"{name:10}{cells}{found['docs_per_s']:>10}{found['size_mb']:>8}")
    for name in figures.keys() - {"ours"}:
        ratios = (figures[name][mode]["p95"] / figures["ours"][mode]["p95"] for mode in _MODES)
        print(f"{name + ' / ours':18}" + "".join(f"{ratio:>16.1f} x p95   " for ratio in ratios))


def print_json(**values: Any) -> None:
    print(json.dumps(values), flush=True)


def peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
