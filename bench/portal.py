"""How the national portal is back-filled: seconds and peak memory of many notices, from a stand-in on loopback.

    .venv/bin/python bench/portal.py [--notices 20000]

The stand-in of tests/site/portal.py is served by another process and filled with the real tenders of ../shared/corpus,
again and again under other numbers; with made-up ones where that folder is missing. There is no pause between requests;
against the portal each takes two seconds. Memory is that of the largest process of the crawl at each answer.
"""

import argparse
import gzip
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import cycle, islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from crawler.process.job import CrawlProgress
from crawler.process.run import crawl
from timthau.config import Settings
from timthau.model.moment import HANOI

ROOT = Path(__file__).parents[1]
_CORPUS = ROOT.parent / "shared" / "corpus" / "egp_medical.jsonl.gz"
#: As many as the portal publishes on a usual day.
_PER_DAY = 442


def load_tenders() -> list[dict[str, Any]]:
    """What real tenders say, as fields of the portal's records; nothing where the corpus is missing."""
    if not _CORPUS.is_file():
        return []
    with gzip.open(_CORPUS, "rt", encoding="utf-8") as lines:
        notices = [json.loads(line) for line in lines]
    return [
        {
            "bidName": [notice["title"]],
            "investorName": notice["buyer"],
            "bidPrice": [float(notice["amount_vnd"])],
            "locations": [{"provCode": "", "provName": notice["province"]}],
        }
        for notice in notices
    ]


def _serve(count: int, sender: Connection) -> None:
    sys.path.insert(0, str(ROOT))
    from tests.site.loopback import serve  # noqa: PLC0415 - lies in tests/
    from tests.site.portal import Portal, make_record  # noqa: PLC0415 - as above

    newest = datetime.now(HANOI) - timedelta(days=1)
    step = timedelta(days=1) / _PER_DAY
    tenders = islice(cycle(load_tenders() or [{}]), count)
    portal = Portal(make_record(f"IB26{n:08}", newest - n * step, **said) for n, said in enumerate(tenders))
    with serve(portal) as url:
        sender.send(url)
        sender.recv()
        sender.send(len(portal.searches))


@contextmanager
def serving(count: int) -> Iterator[tuple[str, Connection]]:
    """Serve the stand-in from another process; its address, and the line that ends it."""
    processes = multiprocessing.get_context("spawn")
    ours, theirs = processes.Pipe()
    process = processes.Process(target=_serve, args=(count, theirs), daemon=True)
    process.start()
    theirs.close()  # so that a stand-in that fails is noticed
    yield ours.recv(), ours
    process.join()


class Memory:
    """The resident memory of the largest process of the crawl, in MB, as it was at each answer."""

    def __init__(self) -> None:
        self.seen: list[float] = []
        self._others = set(_children_of(os.getpid()))
        self._crawl: list[int] = []

    def look(self, _: CrawlProgress) -> None:
        """One more answer has come."""
        self._crawl = self._crawl or [pid for pid in _children_of(os.getpid()) if pid not in self._others]
        self.seen.append(max(map(_resident, self._crawl)))

    def at(self, share: float) -> float:
        """The memory when that share of the answers had come."""
        return self.seen[min(int(len(self.seen) * share), len(self.seen) - 1)]


def _children_of(pid: int) -> list[int]:
    """The processes below one, at any depth."""
    children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [found for child in children for found in (child, *_children_of(child))]


def _resident(pid: int) -> float:
    rows = dict(row.split(":", 1) for row in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(rows["VmRSS"].split()[0]) / 1024


def main() -> None:
    """Print a table: seconds, requests, memory on the way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notices", type=int, default=20_000)
    count = parser.parse_args().notices
    with serving(count) as (url, line), tempfile.TemporaryDirectory() as folder:
        memory = Memory()
        definition = Path(folder, "portal.toml")
        definition.write_text(f'title = "Portal"\nhome = "{url}/"\nplatform = "egp"\n', encoding="utf-8")
        settings = Settings.load({"TIMTHAU_HOME": folder})
        since = (datetime.now(HANOI) - timedelta(days=count // _PER_DAY + 2)).date()
        start = time.perf_counter()
        (report,) = crawl([str(definition)], settings=settings, since=since, delay=0, progress=memory.look)
        seconds = time.perf_counter() - start
        line.send("end")
        searches = line.recv()
    if report.status != "ok" or report.new != count:
        raise SystemExit(f"{report.status}: {report.message}")
    print(f"{'notices':>8} {'requests':>9} {'seconds':>8} {'notices/s':>10}")
    print(f"{report.new:>8} {searches:>9} {seconds:>8.1f} {report.new / seconds:>10.0f}")
    print("memory at " + ", ".join(f"{share:.0%}: {memory.at(share):.0f} MB" for share in (0.05, 0.25, 0.5, 0.75, 1)))
    print(f"peak {max(memory.seen):.0f} MB")


if __name__ == "__main__":
    main()
