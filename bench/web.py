"""How many searches a second one process of the web page serves, and how long each takes.

    python bench/web.py QUERIES [--home FOLDER] [--connections 16] [--seconds 10]

QUERIES holds one query a line. TIMTHAU_HOME (or --home) has to hold a store with its index. The server runs in a
process of its own behind waitress; the clients keep their connections open and ask as fast as they are answered.
"""

import argparse
import http.client
import logging
import multiprocessing
import os
import statistics
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from index.engine import open_engine
from index.query import Query
from timthau.config import Settings
from timthau.server import open_server


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print a table; 1 when any request failed."""
    arguments = _parse_arguments(argv)
    settings = Settings.load(dict(os.environ) | ({"TIMTHAU_HOME": arguments.home} if arguments.home else {}))
    queries = [line for line in Path(arguments.queries).read_text(encoding="utf-8").splitlines() if line.strip()]
    bare = measure_engine(settings, queries)
    ready: multiprocessing.Queue[int] = multiprocessing.Queue()
    server = multiprocessing.Process(target=_serve, args=(settings, ready), daemon=True)
    server.start()
    port = ready.get(timeout=60)
    try:
        alone, _ = measure_page(port, queries, connections=1, seconds=arguments.seconds)
        loaded, failures = measure_page(port, queries, connections=arguments.connections, seconds=arguments.seconds)
    finally:
        server.terminate()
        server.join()
    print(f"{'':36}{'median ms':>10}{'p95 ms':>10}{'a second':>10}")
    _print_row("engine alone", bare, 1.0, None)
    _print_row("page, 1 connection", alone, arguments.seconds, None)
    _print_row(f"page, {arguments.connections} connections", loaded, arguments.seconds, failures)
    print(f"page to engine, medians: {statistics.median(alone) / statistics.median(bare):.2f}")
    return 1 if failures else 0


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
            client.request(
                "GET", "/search?q=" + quote(queries[number % len(queries)]), headers={"Accept-Encoding": "gzip"}
            )
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


def _serve(settings: Settings, ready: "multiprocessing.Queue[int]") -> None:
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # here the queue is meant to be long
    server = open_server(settings, host="127.0.0.1", port=0)
    ready.put(int(server.url.rstrip("/").rsplit(":", 1)[1]))
    server.run()


def _print_row(name: str, took: Sequence[float], seconds: float, failures: int | None) -> None:
    slow = statistics.quantiles(took, n=20)[18]
    rate = f"{len(took) / seconds:10.0f}" if seconds > 1 else f"{'':10}"
    note = "" if failures is None else f"  {failures} failed"
    print(f"{name:36}{statistics.median(took):10.1f}{slow:10.1f}{rate}{note}")


def _parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("queries")
    parser.add_argument("--home")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=10.0)
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
