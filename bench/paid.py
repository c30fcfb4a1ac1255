"""Pages over a store of very many award lines: how long each takes of the processor, and what export takes of memory.

    python bench/paid.py [--count 1000000] [--distinct 20000] [--work DIR] [--keep]

`distinct` made-up lines are stored and indexed as an import does, then store and index are multiplied until there are
`count`: the store under new keys, so that every page, API answer and export sees as many lines as there would be. With
--keep what an earlier call made is asked again.
"""

import argparse
import http.client
import multiprocessing
import os
import random
import resource
import shutil
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import timedelta
from functools import partial
from ipaddress import ip_address
from itertools import islice, product
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.prices import FORMS, HEADS, SIZES, grow, make_lines, time_task
from bench.web import serve
from index.embedded.price.engine import EmbeddedPriceEngine
from index.price import sync
from tests.site.webui import NOW, Site, build_notice, open_site
from timthau.batch import batched
from timthau.exchange.table import LINE_FORMATS
from timthau.model.buyer import make_buyer_id
from timthau.model.notice import Item, make_id
from timthau.model.supplier import Winner
from timthau.store.notice import Store

_BATCH = 10_000
_ROUNDS = 12
_BUYERS = 20
_EXPORTED = 100_000
_UNSEEN = 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--distinct", type=int, default=20_000)
    parser.add_argument("--work", type=Path, default=Path("/tmp/timthau-bench/paid"))
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    home: Path = options.work
    if not options.keep:
        shutil.rmtree(home, ignore_errors=True)
        fill(home, options.distinct, options.count)
    site = open_site(home)
    size = {file.name: file.stat().st_size for file in home.rglob("*") if file.is_file()}
    with closing(sqlite3.connect(home / "timthau.db")) as database:
        (stored,) = database.execute("SELECT count(*) FROM award_line").fetchone()
    print(f"lines: {stored:,}; store {size['timthau.db'] / 1e6:,.0f} MB, all {sum(size.values()) / 1e6:,.0f} MB")
    show_times(site)
    show_export(site.store)
    show_served(site)


def fill(home: Path, distinct: int, count: int) -> None:
    """Store and index so many lines, and a few notices that they belong to."""
    site = open_site(home)
    started = time.process_time()
    for lines in batched(make_lines(distinct), _BATCH):
        site.store.awards.save_all(lines, NOW)
    print(f"stored: {distinct / (time.process_time() - started):,.0f} lines a second, making them up included")
    items = tuple(Item(position=n, name=line.name, unit="cái") for n, line in enumerate(make_lines(150), start=1))
    site.save(*(build_notice(f"n{n}", buyer=f"Bệnh viện số {n}", items=items) for n in range(_BUYERS)))
    with closing(sync.open_current(site.store, site.settings.price_index_url, print)):
        pass
    multiply(home / "timthau.db", distinct, count)
    with closing(EmbeddedPriceEngine(home / "index" / "prices")) as engine:
        grow(engine, count, cursor=site.store.awards.last_change())


def multiply(path: Path, distinct: int, count: int) -> None:
    """Add the lines of the store to it under other keys."""
    with closing(sqlite3.connect(path)) as database:
        database.create_function("own_id", 1, lambda key: make_id("bench", key), deterministic=True)
        database.execute("PRAGMA synchronous = OFF")
        for turn in range(1, count // distinct):
            key = f"json_extract(document, '$.source_key') || '-{turn}'"
            told = f"json_set(document, '$.source_key', {key}, '$.id', own_id({key}))"
            database.execute(f"""
                INSERT INTO award_line SELECT own_id({key}), source, tab, notice_id, tender_number, buyer_id, dated_at,
                version, content_hash, first_seen_at, last_seen_at, gone_at, change_seq + {turn * distinct}, {told}
                FROM award_line WHERE change_seq <= {distinct}""")
            database.execute(f"""
                INSERT INTO award_winner SELECT own_id({key}), position, supplier_id, name_key, name, tax_code,
                award_winner.dated_at
                FROM award_winner JOIN award_line ON line_id = id WHERE change_seq <= {distinct}""")
            database.commit()
        for table in ("supplier", "supplier_name"):
            database.execute(f"UPDATE {table} SET lines = lines * {count // distinct}")
        database.commit()


def list_pages(site: Site) -> dict[str, list[str]]:
    """The addresses of each sort of page."""
    suppliers = [supplier.id for supplier in site.store.awards.find_suppliers(limit=_ROUNDS)[1]]
    things = ("găng tay khám", "bơm tiêm 5ml", "kim luồn tĩnh mạch 22G", "test HIV", "khẩu trang y tế", "bông y tế")
    return {
        "prices of a thing": [f"/prices?q={thing}" for thing in things] * 2,
        "prices of a thing, page 500": [f"/prices?q={thing}&page=500" for thing in things] * 2,
        "prices a buyer paid": [f"/prices?buyer=Bệnh viện số {n}" for n in range(_ROUNDS)],
        "buyer": [f"/buyers/{make_buyer_id(f'Bệnh viện số {n}')}" for n in range(_ROUNDS)],
        "supplier": [f"/suppliers/{key}" for key in suppliers],
        "supplier, page 100": [f"/suppliers/{key}?page=100" for key in suppliers],
        "open notice of 150 items": [f"/notices/{make_id('benh-vien-mau', f'n{n}')}" for n in range(_ROUNDS)],
        "api/v1/prices": [f"/api/v1/prices?q={thing}&limit=100" for thing in things] * 2,
        "api/v1/prices, page 500": [f"/api/v1/prices?q={thing}&limit=100&page=500" for thing in things] * 2,
        "api/v1/suppliers": [f"/api/v1/suppliers?q=cong ty {n}" for n in range(_ROUNDS)],
        "api/v1/suppliers/ID": [f"/api/v1/suppliers/{key}" for key in suppliers],
    }


def show_times(site: Site) -> None:
    """The middle and the 95th part of a hundred of each sort of page, by the processor's clock."""
    print(f"{'page':<34}{'first ms':>10}{'median ms':>11}{'p95 ms':>9}")
    for name, addresses in list_pages(site).items():
        times = [time_task(partial(_ask, site, address)) for address in addresses]
        rest = sorted(times[1:])
        print(f"{name:<34}{times[0]:>10.0f}{statistics.median(rest):>11.0f}{rest[int(0.95 * len(rest))]:>9.0f}")
    awards = site.store.awards
    again = list(make_lines(2000))
    tasks: dict[str, Callable[[], object]] = {
        "2,000 lines again": lambda: awards.save_all(again, NOW),
        "5,000 changes far out": lambda: awards.changes_after(awards.last_change() - 5000, 5000),
        "lines of a supplier's name": lambda: awards.supplier(Winner(name="Công ty 0000000007").id),
        "a day's lines, all seen": lambda: awards.let_go_unseen(
            "bench", "none", (NOW - timedelta(days=900)).date(), seen=(), at=NOW
        ),
        "how many there are": awards.count,
    }
    for name, task in tasks.items():
        times = [time_task(task) for _ in range(3)]
        print(f"{name:<34}{times[0]:>10.0f}{statistics.median(times[1:]):>11.0f}{max(times[1:]):>9.0f}")


def show_served(site: Site) -> None:
    """The same over HTTP, asked of one process, and of a thing only searches that it has not had: what the server's
    processor had to do, and how long an answer took."""
    ready: multiprocessing.Queue[int] = multiprocessing.Queue()
    server = multiprocessing.Process(target=serve, args=(site.settings, ready), daemon=True)
    server.start()
    connection = http.client.HTTPConnection("127.0.0.1", ready.get(timeout=600))
    print(f"{'over HTTP':<34}{'processor':>12}{'p95':>6}{'answer':>9}{'p95':>6} ms")
    try:
        for name, addresses in list_served(site).items():
            used, took = zip(*(_fetch(connection, server.pid or 0, address) for address in addresses), strict=True)
            middle = f"{statistics.median(used):>12.0f}{_late(used):>6.0f}{statistics.median(took):>9.0f}"
            print(f"{len(addresses):>3} {name:<30}{middle}{_late(took):>6.0f}")
    finally:
        server.terminate()
        server.join()


def list_served(site: Site) -> dict[str, list[str]]:
    """The addresses that are asked for over HTTP."""
    pages = list_pages(site)
    things = random.Random(7).sample(list(product(HEADS, FORMS, SIZES)), _UNSEEN)
    asked = {"prices of things, first time": [f"/prices?q={''.join(parts).lower()}" for parts in things]}
    asked["the same again"] = asked["prices of things, first time"]
    return asked | {name: pages[name] for name in ("supplier", "buyer", "open notice of 150 items")}


def _fetch(connection: http.client.HTTPConnection, process: int, address: str) -> tuple[float, float]:
    """Milliseconds of a process's processor, and until its answer was there."""
    used, started = _count_nanoseconds(process), time.perf_counter()
    # Each from another client, as the page answers one client only so many costly ones in a minute.
    client = str(ip_address(random.getrandbits(32)))
    connection.request("GET", quote(address, safe="/?&="), headers={"X-Forwarded-For": client})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise SystemExit(f"{address}: {answer.status}")
    return (_count_nanoseconds(process) - used) / 1e6, (time.perf_counter() - started) * 1000


def _count_nanoseconds(process: int) -> int:
    """What all threads of a process have had of the processor."""
    tasks = Path("/proc", str(process), "task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks)


def _late(times: Sequence[float]) -> float:
    return sorted(times)[int(0.95 * len(times))]


def show_export(store: Store) -> None:
    """How fast lines are written as JSON, and what memory that takes beyond what the pages took."""
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with open(os.devnull, "wb") as out:
        LINE_FORMATS["jsonl"](islice(store.awards.each_line(), _EXPORTED), out)
    seconds = time.process_time() - started
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    rate = min(_EXPORTED, store.awards.count()) / seconds
    print(f"export: {rate:,.0f} lines a second; {more:,.0f} MB more than the pages took")
    started = time.process_time()
    lines = sum(map(len, islice(store.awards.each_tender(), 10)))
    print(f"10 tenders of {lines:,} lines: {1000 * (time.process_time() - started):,.0f} ms")


def _ask(site: Site, address: str) -> None:
    answer = site.client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address}: {answer.status}")


if __name__ == "__main__":
    main()
