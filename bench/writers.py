"""Notices a second that processes save on a PostgreSQL server: one, several of sources of their own, several of one.

    python bench/writers.py [--writers 4] [--batches 40] [--size 50] [--rounds 3]

Starts a server of its own (Debian: postgresql), without waiting for the disk. Each process saves batches of new notices
as a crawl does, while another one follows the outbox and counts what it passes over: it exits with 1 when that is
anything. Several of one source queue up, as all did when there was one lock, so the ratios of one run tell what a lock
for each source brings; two processors give at most two times one writer.
"""

import argparse
import multiprocessing
import os
import statistics
import sys
import time
from contextlib import closing
from datetime import datetime
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.site import postgresql
from timthau.model.moment import HANOI
from timthau.model.notice import Notice, NoticeKind, make_id
from timthau.store.notice import Store

NOW = datetime(2026, 11, 29, 9, 0, tzinfo=HANOI)
_TEXT = "Bệnh viện có nhu cầu tiếp nhận báo giá để tham khảo, xây dựng giá gói thầu, cụ thể như sau. " * 40


def main() -> int:
    """Measure in turns and print the medians; 1 when a reader passed over a change."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--batches", type=int, default=40, help="of each writer")
    parser.add_argument("--size", type=int, default=50, help="notices in a transaction")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    many = options.writers
    ways = {
        "1 writer": (1, 1),
        f"{many} writers, a source each": (many, many),
        f"{many} writers, one source": (many, 1),
    }
    rates: dict[str, list[float]] = {name: [] for name in ways}
    missed = 0
    with postgresql.run_server() as server:
        for number in range(options.rounds):
            for place, (name, (writers, sources)) in enumerate(ways.items()):
                postgresql.create_database(server, database := f"bench_{number}_{place}")
                url = server.replace("/postgres?", f"/{database}?")
                Store.open(url).close()
                rate, lost = measure(url, writers, sources, options)
                rates[name].append(rate)
                missed += lost
    alone = statistics.median(rates["1 writer"])
    for name, found in rates.items():
        middle = statistics.median(found)
        print(
            f"{name:28} {middle:7.0f} notices/s, {middle / alone:.2f} times one ({min(found):.0f} to {max(found):.0f})"
        )
    print(f"passed over by a reader: {missed}; load {os.getloadavg()[0]:.1f}")
    return int(missed > 0)


def measure(url: str, writers: int, sources: int, options: argparse.Namespace) -> tuple[float, int]:
    """Notices a second of so many processes that write of so many sources, and changes that a reader passed over."""
    ready, done = multiprocessing.Barrier(writers + 1), multiprocessing.Event()
    count = multiprocessing.Value("q", 0)
    working = [
        multiprocessing.Process(target=_write, args=(url, number, f"bv{number % sources}", options, ready))
        for number in range(writers)
    ]
    reading = multiprocessing.Process(target=_read, args=(url, done, count))
    for process in (reading, *working):
        process.start()
    ready.wait()
    began = time.perf_counter()
    for process in working:
        process.join()
    seconds = time.perf_counter() - began
    done.set()
    reading.join()
    total = writers * options.batches * options.size
    return total / seconds, total - count.value


def _write(url: str, writer: int, source: str, options: argparse.Namespace, ready: Barrier) -> None:
    with closing(Store.open(url)) as store:
        ready.wait()
        for batch in range(options.batches):
            keys = (f"{writer}-{batch}-{number}" for number in range(options.size))
            store.save_all([_make_notice(source, key) for key in keys], NOW)


def _read(url: str, done: Event, count: "multiprocessing.sharedctypes.Synchronized[int]") -> None:
    cursor, is_last = 0, False
    with closing(Store.open(url)) as store:
        while not is_last:
            is_last = done.is_set()
            while changes := store.changes_after(cursor, 500):
                cursor = changes[-1].seq
                count.value += len(changes)
            time.sleep(0.05)  # a worker that follows looks now and then


def _make_notice(source: str, key: str) -> Notice:
    title = f"Yêu cầu báo giá vật tư y tế {key}"
    url = f"https://{source}.example/{key}.html"
    kind = NoticeKind.REQUEST_FOR_QUOTATION
    return Notice(id=make_id(source, key), source=source, source_key=key, url=url, kind=kind, title=title, text=_TEXT)


if __name__ == "__main__":
    sys.exit(main())
