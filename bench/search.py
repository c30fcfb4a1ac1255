"""Speed of a search in the state that `timthau import` leaves, beside SQLite FTS5 and tantivy, in one go.

    python bench/search.py [--count 100000] [--home HOME] [--short] [--cpu] [--peers fts5,tantivy] [--work DIR]
        [--write README.md]

Every query is a piece of a title and is asked once: the first 40 of a new process by themselves (its memory has what
`timthau serve` reads before it answers, the files are in the system's), then 200 others, then 200 with a letter
missing. Ours is the full search, which ranks, mends slips, counts all facets and gives titles; "page" has the
passages of twenty hits as well, which the peers do not make. Peers take words as they are typed, all of them, and
count two facets. Made-up notices are imported into WORK with the command, as a user does; HOME is one where that was
done before. With --cpu all times are of processors alone, which a machine that others use too distorts least. With
--write the table takes the place of the one before in a page, between two comments. Needs ../shared/bench beside the
checkout, and for the peers a Python with tantivy (`--python`, default this one).
"""

import argparse
import importlib.util
import json
import math
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

_FIRST, _LATER = 40, 200  # queries: those of a new process, and others after them
_SEED = 18
_PARTS = ("first 40", "later", "a letter missing")
_BEGIN, _END = "<!-- bench/search.py -->", "<!-- bench/search.py ends -->"
_SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


def main() -> None:
    options = parse_options()
    if options.step == "query":
        query(options.index, load_queries(options.queries), options.clock, page=options.page)
    elif options.step == "peer":
        query_peer(options)
    else:
        compare(options)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", nargs="?", choices=["compare", "query", "peer"], default="compare")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--short", action="store_true", help="bodies of 100-200 syllables, for a million")
    parser.add_argument("--cpu", dest="clock", action="store_const", const=time.process_time, default=time.perf_counter)
    parser.add_argument("--home", type=Path, help="the notices of --count were imported here before")
    parser.add_argument("--peers", default="fts5,tantivy")
    parser.add_argument("--python", default=sys.executable, help="a Python with numpy and tantivy")
    parser.add_argument("--work", type=Path, default=Path("/tmp/timthau-bench"))
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--write", type=Path, help="a page in Markdown that has the table")
    parser.add_argument("--peer", help=argparse.SUPPRESS)  # this and the next three are of the steps
    parser.add_argument("--page", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--queries", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--index", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def compare(options: argparse.Namespace) -> None:
    """Import the notices, build the peers on them, ask all the same queries, print a table."""
    options.work.mkdir(parents=True, exist_ok=True)
    shared = options.shared / "bench"
    notices = options.work / f"notices-{options.count}{'-short' if options.short else ''}.jsonl"
    if not notices.exists():
        short = ["short"] if options.short else []
        run(options.python, shared / "make_notices.py", options.count, notices, *short)
    queries = options.work / f"queries-{notices.stem}.json"
    queries.write_text(json.dumps(make_queries(notices)), "utf-8")
    home = options.home or import_into(options.work / f"home-{notices.stem}", notices)
    cpu = ["--cpu"] if options.clock is time.process_time else []
    asked = ["--queries", queries, "--shared", options.shared, *cpu]
    ours = [sys.executable, __file__, "query", "--index", home / "index", *asked]
    rows = run(*ours, "--page") | run(*ours)
    for peer in filter(None, options.peers.split(",")):
        place = options.work / f"{peer}-{notices.stem}"
        run(options.python, shared / "peers.py", "build", peer, notices, place)
        rows |= run(options.python, __file__, "peer", "--peer", peer, "--index", place, *asked)
    table = build_table(rows, "processor" if cpu else "clock")
    print(table)
    if options.write:
        page = options.write.read_text("utf-8")
        before, after = page.split(_BEGIN)[0], page.split(_END)[-1]
        options.write.write_text(f"{before}{_BEGIN}\n{table}\n{_END}{after}", "utf-8")


def import_into(home: Path, notices: Path) -> Path:
    """A new home with the notices, as the command leaves it."""
    shutil.rmtree(home, ignore_errors=True)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TIMTHAU_HOME": str(home)}
    subprocess.run([sys.executable, "-m", "cli", "import", str(notices)], check=True, env=environment)
    return home


def run(*command: Any) -> dict[str, Any]:
    """What a step printed last, as JSON; its errors go to the terminal."""
    done = subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE, text=True)
    lines = done.stdout.strip().splitlines()
    return dict(json.loads(lines[-1])) if lines else {}


def make_queries(notices: Path) -> list[list[str]]:
    """Pieces of titles from all over the notices, each once: the first, the later, and others with a letter missing."""
    chance = random.Random(_SEED)
    wanted = _FIRST + 2 * _LATER
    with notices.open(encoding="utf-8") as file:
        titles = [json.loads(line)["title"].split() for line in file]
    chance.shuffle(titles)
    pieces = dict.fromkeys(piece for title in titles if (piece := _cut(title, chance)))
    chosen = list(islice(pieces, wanted))
    later = _FIRST + _LATER
    return [chosen[:_FIRST], chosen[_FIRST:later], [_misspell(text, chance) for text in chosen[later:]]]


def _cut(title: Sequence[str], chance: random.Random) -> str:
    """Two to five words of the second half of a title, where it says what is bought."""
    size = chance.randint(2, 5)
    start = max(len(title) // 2, len(title) - size - chance.randint(0, 2))
    return " ".join(title[start : start + size])


def _misspell(text: str, chance: random.Random) -> str:
    word = max(text.split(), key=len)
    at = chance.randrange(1, max(len(word), 2))
    return text.replace(word, word[:at] + word[at + 1 :], 1)


def load_queries(path: Path) -> list[list[str]]:
    """Raises OSError and ValueError."""
    read: list[list[str]] = json.loads(path.read_text("utf-8"))
    return read


def query(folder: Path, queries: list[list[str]], clock: Callable[[], float], *, page: bool) -> None:
    """Open the index and ask all queries, as every search of ours is, and with the passages of a page if wished."""
    from index.embedded.array_index import ArrayIndex  # noqa: PLC0415  # the step of a peer may have no such library
    from index.embedded.engine import WhooshEngine  # noqa: PLC0415  # as above
    from index.opening import warm_up  # noqa: PLC0415  # as above
    from index.query import Query  # noqa: PLC0415  # as above
    from timthau.model.moment import HANOI  # noqa: PLC0415  # as above

    now = datetime(2026, 6, 1, tzinfo=HANOI)
    started = clock()
    engine = WhooshEngine(folder)
    warm_up(engine)
    opened = clock() - started

    def ask(text: str) -> Callable[[], object]:
        return lambda: engine.search(Query(text=text), now=now, passages=page)

    figures = [measure(map(ask, part), clock) for part in queries]
    segments = len(ArrayIndex(folder).current().segments)
    state = f"{engine.count()} documents in {segments} segments, ready in {1000 * opened:.0f} ms, {peak_mb()} MB"
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    name = "ours, page" if page else "ours"
    print(json.dumps({name: figures, "state": f"{state} of memory, {size / 1e6:.0f} MB of disk"}))


def query_peer(options: argparse.Namespace) -> None:
    """Ask a peer the same queries, by relevance and with facets."""
    spec = importlib.util.spec_from_file_location("peers", options.shared / "bench" / "peers.py")
    assert spec
    assert spec.loader
    peers = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(peers)
    parts = load_queries(options.queries)
    peers.QUERIES = [text for part in parts for text in part]
    rows: dict[str, Any] = {}
    for mode in ("facets", "relevance"):
        search, at, rows[f"{options.peer}, {mode}"] = peers.searches(options.peer, str(options.index))[mode], 0, []
        for part in parts:
            asked = [partial(search, number) for number in range(at, at + len(part))]
            rows[f"{options.peer}, {mode}"].append(measure(asked, options.clock))
            at += len(part)
    print(json.dumps(rows))


def measure(searches: Iterable[Callable[[], object]], clock: Callable[[], float]) -> dict[str, float]:
    """What shares of some searches, each done once, take at most, in ms."""
    times = []
    for search in searches:
        started = clock()
        search()
        times.append(1000 * (clock() - started))
    times.sort()
    return {name: times[math.ceil(share * len(times)) - 1] for name, share in _SHARES.items()}


def build_table(rows: dict[str, Any], clock: str) -> str:
    """Milliseconds by engine and part, in Markdown, above them the state they were measured in."""
    state = rows.pop("state")
    lines = [
        f"Ours as imported: {state}. Milliseconds of the {clock}, {' / '.join(_SHARES)}:",
        "",
        f"| | {' | '.join(_PARTS)} |",
        f"|---|{'---|' * len(_PARTS)}",
    ]
    for name, parts in rows.items():
        cells = (" / ".join(f"{part[share]:.1f}" for share in _SHARES) for part in parts)
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def peak_mb() -> int:
    """The most memory that this process had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
