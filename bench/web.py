"""How many searches a second one process of the web page serves, and how long each takes.

    python bench/web.py QUERIES [--home FOLDER] [--connections 16] [--seconds 10]

QUERIES holds one query a line. TIMTHAU_HOME (or --home) has to hold a store with its index. The server runs in a
process of its own behind waitress; the clients keep their connections open and ask as fast as they are answered. At
the end they do so once more while another process stores notices and brings the index up to date. All on a copy of the
folder.
"""

import argparse
import http.client
import itertools
import logging
import multiprocessing
import os
import shutil
import statistics
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from cli.server import open_server
from cli.session import open_search
from index.opening import open_engine
from index.query import Query
from index.sync import catch_up
from timthau.config import Settings
from timthau.model.moment import HANOI
from timthau.model.notice import make_id


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print a table; 1 when any request failed."""
    arguments = _parse_arguments(argv)
    queries = [line for line in Path(arguments.queries).read_text(encoding="utf-8").splitlines() if line.strip()]
    with TemporaryDirectory() as home:
        shutil.copytree(Settings.load(dict(os.environ) | _home(arguments.home)).home, home, dirs_exist_ok=True)
        return _measure(Settings.load(dict(os.environ) | _home(home)), queries, arguments)


def _measure(settings: Settings, queries: Sequence[str], arguments: argparse.Namespace) -> int:
    bare = measure_engine(settings, queries)
    ready: multiprocessing.Queue[int] = multiprocessing.Queue()
    server = multiprocessing.Process(target=serve, args=(settings, ready), daemon=True)
    writer = multiprocessing.Process(target=_write, args=(settings,), daemon=True)
    server.start()
    port = ready.get(timeout=60)
    many, seconds = arguments.connections, arguments.seconds
    try:
        alone, failed = measure_page(port, queries, connections=1, seconds=seconds)
        loaded, failed_loaded = measure_page(port, queries, connections=many, seconds=seconds)
        writer.start()
        beside, failed_beside = measure_page(port, queries, connections=many, seconds=seconds)
    finally:
        for process in (server, writer):
            if process.pid:
                process.terminate()
                process.join()
    print(f"{'':40}{'median ms':>10}{'p95 ms':>10}{'a second':>10}")
    _print_row("engine alone", bare, 1.0, None)
    _print_row("page, 1 connection", alone, seconds, failed)
    _print_row(f"page, {many} connections", loaded, seconds, failed_loaded)
    _print_row(f"page, {many} connections, while writing", beside, seconds, failed_beside)
    print(f"page to engine, medians: {statistics.median(alone) / statistics.median(bare):.2f}")
    return 1 if failed + failed_loaded + failed_beside else 0


def measure_engine(settings: Settings, queries: Sequence[str]) -> list[float]:
    """Milliseconds of each query on the bare index, after one round to warm up."""
    engine = open_engine(settings.index_url)
    took = []
    for _ in range(2):
        took.clear()
        for text in queries:
            began = time.perf_counter()
            engine.search(Query(text=text), limit=20)
            took.append((time.perf_counter() - began) * 1000)
    engine.close()
    return took


def measure_page(port: int, queries: Sequence[str], *, connections: int, seconds: float) -> tuple[list[float], int]:
    """Milliseconds of each answer, and how many were no result page, of so many clients at once."""
    took: list[float] = []
    failures: list[str] = []
    end = time.monotonic() + seconds

    def ask(first: int) -> None:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        number = first * 7919  # clients begin at different queries
        while time.monotonic() < end:
            began = time.perf_counter()
            # Each request is another client's, as one has a limit.
            headers = {"Accept-Encoding": "gzip", "X-Forwarded-For": str(ip_address(0x0A000000 + number))}
            client.request("GET", "/search?q=" + quote(queries[number % len(queries)]), headers=headers)
            answer = client.getresponse()
            answer.read()
            took.append((time.perf_counter() - began) * 1000)
            if answer.status != 200:
                failures.append(str(answer.status))
            number += 1
        client.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took, len(failures)


def serve(settings: Settings, ready: "multiprocessing.Queue[int]") -> None:
    """The page of a home, on a port of the machine that is told when it is there."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # here the queue is meant to be long
    server = open_server(replace(settings, trusted_proxies=1), host="127.0.0.1", port=0)
    ready.put(int(server.url.rstrip("/").rsplit(":", 1)[1]))
    server.run()


def _write(settings: Settings) -> None:
    """Store copies of notices under new keys and index them, twenty every half second, as no crawl is fast."""
    with open_search(settings) as (store, engine):
        notices = list(itertools.islice(store.each_notice(), 20))
        for number in itertools.count():
            keys = [f"{number}-{notice.source_key}" for notice in notices]
            copies = [
                replace(notice, id=make_id("bench", key), source="bench", source_key=key)
                for notice, key in zip(notices, keys, strict=True)
            ]
            store.save_all(copies, datetime.now(HANOI))
            catch_up(store, engine)
            time.sleep(0.5)  # a crawl stores about so often


def _home(folder: str | None) -> dict[str, str]:
    return {"TIMTHAU_HOME": folder} if folder else {}


def _print_row(name: str, took: Sequence[float], seconds: float, failures: int | None) -> None:
    slow = statistics.quantiles(took, n=20)[18]
    rate = f"{len(took) / seconds:10.0f}" if seconds > 1 else f"{'':10}"
    note = "" if failures is None else f"  {failures} failed"
    print(f"{name:40}{statistics.median(took):10.1f}{slow:10.1f}{rate}{note}")


def _parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("queries")
    parser.add_argument("--home")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=10.0)
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
