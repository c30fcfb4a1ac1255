"""The engine on a cluster beside the one in a folder: what is found, how fast, and what kills do to it.

    python bench/cluster.py found|speed|kills [--nodes 3] [--count 100000] [--builds 1] [--shared DIR] [--work DIR]

Starts a cluster of its own (bin/fetch_opensearch .venv/opensearch, see docs/scale.md). `found` compares totals, facets
and the measures of the labelled queries, and exits with 1 when they differ by more than 0.01. `speed` indexes made-up
notices and asks bench/queries.txt on both engines; it exits with 1 when totals or facets differ. `kills` has two index
workers follow a store that is written to, kills workers and nodes meanwhile, and counts what is lost and what is
doubled; it exits with 1 when anything is.
"""

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from index.contract import Engine
from index.embedded.engine import WhooshEngine
from index.opensearch.cluster import Cluster, ClusterAddress
from index.opensearch.document import count_terms
from index.opensearch.engine import OpenSearchEngine
from index.opensearch.home import ClusterHome
from index.query import Query
from index.segment.document import read_document
from index.sync import rebuild
from tests.index.test_match_quality import measure_goods, measure_queries
from tests.quality.typing import Question, load_corpus, rank_of
from tests.site.opensearch import TestCluster, find_lack, run_cluster
from timthau.config import data_dir
from timthau.errors import IndexUnavailableError
from timthau.model.effective import as_it_stands
from timthau.model.guide import load_guides
from timthau.model.moment import HANOI
from timthau.model.notice import Notice
from timthau.store.notice import Store
from timthau.text.fold import fold

NOW = datetime(2026, 11, 29, 9, 0, tzinfo=HANOI)
_NEAR = 0.01
_ASKED = 4  # times: Java is slow at first
_BUILT, _CAUGHT_UP = 5000, 2000  # changes in a batch of a rebuild, and of an index worker


def main() -> int:
    """Measure and print; 1 when something is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["found", "speed", "kills"])
    parser.add_argument("--nodes", type=int, default=3)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--builds", type=int, default=1, help="of the same index: Java is slow at first")
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--work", type=Path, default=Path("/tmp/timthau-bench"))
    options = parser.parse_args()
    if lack := find_lack():
        sys.exit(lack)
    replicas = min(1, options.nodes - 1)
    with run_cluster(options.nodes, heap="512m", tier=4) as cluster:
        url = f"opensearch+{cluster.url}/bench?shards={options.nodes}&replicas={replicas}"
        print(f"{options.nodes} nodes, load {os.getloadavg()[0]:.1f}", flush=True)
        if options.what == "kills":
            return measure_kills(cluster, url, options.count)
        address = ClusterAddress.parse(url.removeprefix("opensearch+"))
        if options.what == "speed":
            return measure_speed(cluster, address, options)
        with closing(OpenSearchEngine(address)) as engine:
            return compare(engine, options.shared)


# --- what is found


def compare(engine: Engine, shared: Path) -> int:
    """The same real notices in both engines, asked the same."""
    corpus = load_corpus()
    guides = load_guides(data_dir() / "guides")
    with TemporaryDirectory() as folder, closing(WhooshEngine(Path(folder))) as embedded:
        for own in (embedded, engine):
            own.apply(corpus, (), cursor=1)
            own.apply(guides, (), cursor=2)
        rows = json.loads((shared / "search" / "queries.json").read_text("utf-8"))
        labelled = [Question(row["class"], "", row["q"], "", frozenset(row["relevant"])) for row in rows]
        apart = 0.0
        for name, measure in _measures(labelled):
            one, other = measure(embedded), measure(engine)
            apart = max(apart, abs(one - other))
            print(f"{name:32} folder {one:.4f}  cluster {other:.4f}  {other - one:+.4f}", flush=True)
        texts = [question.text for question in labelled]
        texts += [fold(notice.title) for notice in random.Random(1).sample(corpus, 100)]
        unequal = count_unequal(embedded, engine, texts)
        print(f"{len(texts)} queries: totals differ in {unequal['total']}, facets in {unequal['facets']}")
    return int(apart > _NEAR or unequal.total() > 0)


def _measures(labelled: Sequence[Question]) -> Iterator[tuple[str, Callable[[Engine], float]]]:
    yield "labelled queries, MRR", lambda own: statistics.mean(rank_of(own, question) for question in labelled)
    for half in ("dev", "heldout"):
        for typed, type_ in (("typed", str), ("folded", fold)):
            for figure in ("precision", "recall"):
                name = f"{half} goods {typed}, {figure}"
                yield name, lambda own, half=half, type_=type_, figure=figure: measure_goods(own, half, type_)[figure]  # type: ignore[misc]  # bound early
        for figure in ("success", "mrr", "precision"):
            name = f"{half} queries, {figure}"
            yield name, lambda own, half=half, figure=figure: measure_queries(own, half)["ALL"][figure]  # type: ignore[misc]  # as above


def count_unequal(one: Engine, other: Engine, texts: Sequence[str]) -> Counter[str]:
    """In how many answers totals and facets differ; names the first of them."""
    unequal = Counter[str](total=0, facets=0)
    for text in texts:
        answers = [own.search(Query(text=text), now=NOW, passages=False) for own in (one, other)]
        for what in ("total", "facets"):
            left, right = (getattr(answer, what) for answer in answers)
            if left != right:
                unequal[what] += 1
                if unequal[what] <= 3:
                    print(f"  {what} of {text!r}: {_tell_apart(left, right)}; given up: {answers[0].relaxed}")
    return unequal


def _tell_apart(left: Any, right: Any) -> str:
    if not isinstance(left, dict):
        return f"{left} and {right}"
    names = [name for name in left if left[name] != right[name]]
    return str({name: sorted(set(left[name]) ^ set(right[name])) for name in names})[:300]


# --- how fast


def measure_speed(cluster: TestCluster, address: ClusterAddress, options: argparse.Namespace) -> int:
    """Index made-up notices as a rebuild does, change some of them, then ask one query after the other."""
    options.work.mkdir(parents=True, exist_ok=True)
    path = options.work / f"notices-{options.count}.jsonl"
    if not path.exists():
        make = options.shared / "bench" / "make_notices.py"
        subprocess.run([sys.executable, str(make), str(options.count), str(path)], check=True)
    lines = (options.shared / "bench" / "queries.txt").read_text("utf-8").splitlines()
    texts = [text for text in lines if text.strip()]
    changed = min(options.count, 4 * _CAUGHT_UP)
    with TemporaryDirectory() as folder, closing(WhooshEngine(Path(folder))) as embedded:
        for number in range(1, options.builds + 1):
            with ClusterHome(address).building() as draft:
                _index(cluster, draft, _read(path, options.count, _BUILT), 0, f"built anew, time {number}")
        with closing(ClusterHome(address).open()) as engine:
            _index(cluster, engine, _read(path, changed, _CAUGHT_UP), options.count, "changed in use")
            for number in range(_ASKED):  # a minute apart, so that no facets are remembered
                for counts, what in ((False, "results"), (True, "with facets")):
                    now = NOW + timedelta(minutes=number)
                    _ask(cluster, engine, texts, f"{what}, time {number + 1}", now=now, counts=counts)
            _index(cluster, embedded, _read(path, options.count, _BUILT), 0, "built in a folder")
            _index(cluster, embedded, _read(path, changed, _CAUGHT_UP), options.count, "changed there")
            unequal = count_unequal(embedded, engine, texts)
    print(f"{len(texts)} queries: totals differ in {unequal['total']}, facets in {unequal['facets']}")
    return int(unequal.total() > 0)


def _read(path: Path, most: int, size: int) -> Iterator[list[Notice]]:
    """The first notices of a file, in batches."""
    with path.open(encoding="utf-8") as lines:
        first = islice(lines, most)
        while batch := [Notice.from_json(json.loads(line)) for line in islice(first, size)]:
            yield batch


def _index(cluster: TestCluster, engine: Engine, batches: Iterable[list[Notice]], cursor: int, what: str) -> None:
    """Take in batches behind a cursor; tells how many notices in a second, and what processors did for each."""
    took, own, theirs, count = 0.0, 0.0, cluster.measure_processor(), 0
    for batch in batches:
        began, processor = time.perf_counter(), time.process_time()
        count += len(batch)
        engine.apply(batch, (), cursor=cursor + count)
        took += time.perf_counter() - began
        own += time.process_time() - processor
        if count % 20_000 == 0:
            print(f"  {count:,}, {count / took:.0f}/s, load {os.getloadavg()[0]:.1f}", flush=True)
    theirs = cluster.measure_processor() - theirs
    told = f"processor time of each: {1000 * own / count:.2f} ms here, {1000 * theirs / count:.2f} ms in the nodes"
    print(f"{count:,} notices {what} in {took:.0f} s: {count / took:.0f}/s; {told}", flush=True)


def _ask(cluster: TestCluster, engine: Engine, texts: Sequence[str], name: str, *, now: datetime, counts: bool) -> None:
    """Ask one query after the other; a load above the number of processors makes times meaningless but processor's."""
    own, theirs = time.process_time(), cluster.measure_processor()
    times = sorted(_time(engine, text, now, counts=counts) for text in texts)
    own, theirs = time.process_time() - own, cluster.measure_processor() - theirs
    middle, late = times[len(times) // 2], times[int(len(times) * 0.95)]
    print(f"{name}: {len(texts)} queries, median {middle:.1f} ms, p95 {late:.1f} ms, load {os.getloadavg()[0]:.1f};")
    print(f"  of processors each: {1000 * own / len(texts):.1f} ms here, {1000 * theirs / len(texts):.1f} in the nodes")


def _time(engine: Engine, text: str, now: datetime, *, counts: bool) -> float:
    began = time.perf_counter()
    engine.search(Query(text=text), now=now, counts=counts)
    return 1000 * (time.perf_counter() - began)


# --- kills


@dataclass
class Searches:
    """Searches that go on while things die: how they came out."""

    engine: Engine
    ending: threading.Event = field(default_factory=threading.Event)
    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0

    def run(self) -> None:
        """Ask again and again."""
        while not self.ending.wait(0.05):
            began = time.perf_counter()
            try:
                answer = self.engine.search(Query(text="máy thở"), now=NOW)
                self.outcomes["wrong" if len({hit.id for hit in answer.hits}) < len(answer.hits) else "answered"] += 1
            except IndexUnavailableError:
                self.outcomes["refused"] += 1
            self.slowest = max(self.slowest, time.perf_counter() - began)


def measure_kills(cluster: TestCluster, url: str, count: int) -> int:
    """Write notices to a store that two index workers follow, and kill them and the nodes."""
    count = min(count, 3000)
    address = ClusterAddress.parse(url.removeprefix("opensearch+"))
    with (
        TemporaryDirectory() as home,
        closing(OpenSearchEngine(address)) as engine,
        closing(Store.open(f"sqlite:///{home}/timthau.db")) as store,
    ):
        corpus = load_corpus()[:count]
        store.save_all(corpus[:50], NOW)
        workers = Workers(home, url)
        searches = Searches(engine)
        asking = threading.Thread(target=searches.run)
        try:
            _wait(lambda: engine.count() > 0, "the first index")
            asking.start()
            _live_through(cluster, store, url, corpus[50:], workers)
            _wait(lambda: engine.cursor() == store.last_change(), "the index to follow")
        finally:
            searches.ending.set()
            if asking.is_alive():
                asking.join()
            workers.end()
        return _judge(engine, address, store, searches)


class Workers:
    """Two index workers, each a process as its operator starts it."""

    def __init__(self, home: str, url: str) -> None:
        self._env = os.environ | {"TIMTHAU_HOME": home, "TIMTHAU_INDEX_URL": url, "PYTHONPATH": str(ROOT)}
        self._running = [self._start() for _ in range(2)]

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "cli", "run", "index"]
        return subprocess.Popen(command, env=self._env, cwd=ROOT, stdout=subprocess.DEVNULL)

    def kill_one(self, number: int) -> None:
        """End one with no chance to say good-bye, and start another in its place."""
        self._running[number].kill()
        self._running[number].wait()
        self._running[number] = self._start()

    def end(self) -> None:
        """End both in good order."""
        for worker in self._running:
            worker.send_signal(signal.SIGTERM)
            worker.wait()


def _live_through(cluster: TestCluster, store: Store, url: str, notices: Sequence[Notice], workers: Workers) -> None:
    """Twelve parts of the notices; before each of them something dies, or a rebuild begins."""
    size = -(-len(notices) // 12)
    rebuilding = threading.Thread(target=rebuild, args=(store, url))
    for part in range(12):
        if part in (2, 5, 8):
            workers.kill_one(part % 2)
        elif part == 3:
            cluster.kill(0)
        elif part == 4:
            cluster.start(0)
        elif part == 6:
            cluster.wait(nodes=cluster.count, status="yellow")
            for number in range(cluster.count):
                cluster.kill(number)
        elif part == 7:
            for number in range(cluster.count):
                cluster.start(number)
            cluster.wait(nodes=cluster.count, status="yellow")
        elif part == 10:
            rebuilding.start()
        changed = [Notice.from_json(n.to_json() | {"title": f"{n.title} lần {part}"}) for n in notices[:20]]
        store.save_all([*notices[part * size : (part + 1) * size], *changed], NOW)
        time.sleep(3)  # in which the workers are in the middle of it
    rebuilding.join()


def _wait(is_so: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 600
    while time.monotonic() < end:
        try:
            if is_so():
                return
        except IndexUnavailableError:
            pass
        time.sleep(0.5)  # polling the cluster
    raise TimeoutError(f"waited too long for {what}")


def _judge(engine: OpenSearchEngine, address: ClusterAddress, store: Store, searches: Searches) -> int:
    """Every notice is there once, as it is now, and every term is counted in as many documents as have it."""
    with closing(Cluster(address)) as cluster:
        cluster.call("POST", f"/{address.name}/_refresh", patient=True)
        body = {"query": {"term": {"entity": "notice"}}, "size": 10_000, "_source": ["owner"]}
        hits = cluster.ask(f"/{address.name}/_search", body)["hits"]["hits"]
    there = Counter(hit["_source"]["owner"] for hit in hits)
    notices = list(store.each_notice())
    lost = [notice.id for notice in notices if notice.id not in there]
    doubled = [key for key, times in there.items() if times > 1]
    effects = store.effective.of([notice.id for notice in notices])
    documents = [read_document(as_it_stands(notice, effects.get(notice.id))) for notice in notices]
    documents += [read_document(guide) for guide in store.guides()]
    expected = count_terms(documents)
    engine._reader.look_again()
    keys = np.array(sorted(expected), np.uint64)
    counts = dict(zip(keys.tolist(), engine._reader.current().frequencies(keys).tolist(), strict=True))
    wrong = sum(counts[key] != number for key, number in expected.items())
    outcomes = dict(searches.outcomes)
    print(f"{len(notices)} notices, {store.last_change()} changes: {len(lost)} lost, {len(doubled)} doubled;")
    print(f"the index says {engine.count()} of {len(documents)}, {wrong} of {len(expected)} terms counted wrong")
    print(f"searches meanwhile: {outcomes}, slowest {searches.slowest:.1f} s")
    return int(bool(lost or doubled or wrong or outcomes.get("wrong") or engine.count() != len(documents)))


if __name__ == "__main__":
    sys.exit(main())
