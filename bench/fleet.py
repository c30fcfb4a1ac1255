"""A full cycle over many sources at once: wall time, memory, fairness; a hung, an endless and a slow one among them.

    .venv/bin/python bench/fleet.py [--sources 200] [--pages 12] [--delay 0.2] [--at-once 20] [--no-bad] [--cycles 2]

Every source is a loopback site of its own with some notices; delays are scaled (a real site is asked every 2 s). The
three bad ones may take a minute each, the others as long as they need; `--no-bad` leaves them out, so that what they
cost the others can be told. A second cycle asks for what is new alone, and knows the bad ones. Printed: the time of
each whole cycle and of the good sources alone, how long the good ones took from their own begin to their end, and the
most memory that all processes had together.
"""

import argparse
import asyncio
import multiprocessing
import sys
import tempfile
import threading
import time
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from crawler.process.fleet import Fleet, start_all
from crawler.process.job import Job, Order, RunReport
from crawler.source import Source, parse_source
from tests.site.loopback import article, listing, title
from timthau.config import Settings
from timthau.store.notice import Store

_BAD = ("hung", "endless", "slow")
_BAD_SECONDS = 60.0
_MENU = (("/bao-gia/", "Yêu cầu báo giá"),)


def build_pages(count: int) -> dict[str, str]:
    """The pages of a good source: home, one list, and notices."""
    rows = [(f"/bao-gia/{n}.html", title(n)) for n in range(count)]
    pages = {"/": listing(menu=_MENU), "/bao-gia/": listing(*rows, menu=_MENU)}
    return pages | {path: article(name) for path, name in rows}


def answer(kind: str, target: str, pages: dict[str, str]) -> str | None:
    """What a source says to a target; None when it has nothing there."""
    if kind == "slow" and target == "/robots.txt":
        return "User-agent: *\nCrawl-delay: 3600"
    if kind == "endless" and target.startswith("/bao-gia/?"):
        number = int(target.rpartition("=")[2]) + 1
        pager = f'<div class="pager"><a href="/bao-gia/?page={number}">{number}</a></div>'
        return listing((f"/bao-gia/them-{number}.html", title(number)), menu=_MENU, more=pager)
    if kind == "endless" and target == "/bao-gia/":
        return answer(kind, "/bao-gia/?page=1", pages)
    return article(title(1)) if "/them-" in target else pages.get(target)


def _serve(kinds: list[str], count: int, sender: Connection) -> None:
    pages = build_pages(count)

    async def serve_one(kind: str) -> int:
        async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                while request := await reader.readuntil(b"\r\n\r\n"):
                    if kind == "hung":
                        await asyncio.sleep(3600)  # that is what hangs
                    text = answer(kind, request.split(b" ", 2)[1].decode(), pages)
                    body = (text or "").encode()
                    status = b"200 OK" if text is not None else b"404 Not Found"
                    head = b"HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
                    writer.write(head % (status, len(body)) + body)
                    await writer.drain()
            except (asyncio.IncompleteReadError, ConnectionError):
                writer.close()

        server = await asyncio.start_server(speak, "127.0.0.1", 0)
        return int(server.sockets[0].getsockname()[1])

    async def serve_all() -> None:
        sender.send([await serve_one(kind) for kind in kinds])
        await asyncio.Event().wait()

    asyncio.run(serve_all())


class MemoryWatch(threading.Thread):
    """The most that the processes below this one had together, in bytes, each counted by its proportional share."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most = 0

    def run(self) -> None:
        while True:
            self.most = max(self.most, sum(map(_share_of, multiprocessing.active_children() or [])))
            time.sleep(1.0)  # polling other processes


def _share_of(process: BaseProcess) -> int:
    pids, found = [process.pid], 0
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        except OSError:
            continue
        found += next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) * 1024
        pids += map(int, children.split())
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=200)
    parser.add_argument("--pages", type=int, default=12)
    parser.add_argument("--delay", type=float, default=0.2)
    parser.add_argument("--at-once", type=int, default=20)
    parser.add_argument("--bad", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--cycles", type=int, default=1)
    options = parser.parse_args()
    good_ones = ["good" for _ in range(options.sources - len(_BAD))]
    kinds = [*(_BAD if options.bad else ()), *good_ones]
    receiver, sender = multiprocessing.get_context("spawn").Pipe(duplex=False)
    server = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(kinds, options.pages, sender), daemon=True
    )
    server.start()
    ports: list[int] = receiver.recv()
    sources = [_define(f"{kind}-{n}", port) for n, (kind, port) in enumerate(zip(kinds, ports, strict=True))]
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.load({"TIMTHAU_HOME": folder, "TIMTHAU_ORIGINALS_URL": "none"})
        Store.open(settings.database_url).close()
        job = Job.of(settings, delay=options.delay)
        memory = MemoryWatch()
        memory.start()
        print(
            f"{len(sources)} sources, {options.pages} notices each, {options.delay} s apart, {options.at_once} at once"
        )
        for _ in range(options.cycles):
            began = time.monotonic()
            took, good_over, reports = _run(sources, job, options.at_once)
            _print_cycle(reports, took, good_over, time.monotonic() - began, options.pages)
    print(f"memory, together   {memory.most / 1e6:8.0f} MB")
    server.terminate()


def _print_cycle(reports: list[RunReport], took: dict[str, float], good_over: float, wall: float, notices: int) -> None:
    good = [report for report in reports if report.source.startswith("good")]
    own = sorted(report.seconds for report in good)
    print(f"whole cycle        {wall:8.1f} s")
    print(f"good sources over  {good_over:8.1f} s, one after the other {sum(own):.1f} s")
    print(f"one good source    {median(own):8.1f} s (95 % under {quantiles(own, n=20)[-1]:.1f}, longest {own[-1]:.1f})")
    print(f"good and complete  {sum(r.status == 'ok' and r.found == notices for r in good):8d} of {len(good)}")
    for report in reports:
        if not report.source.startswith("good"):
            print(f"{report.source:<18} {took[report.source]:8.1f} s, {report.status}: {report.message}", flush=True)


def _define(name: str, port: int) -> Source:
    said = {"title": name, "home": f"http://127.0.0.1:{port}/"}
    return parse_source(name, said | ({"request_limit": 200} if name.startswith("endless") else {}))


def _seconds_of(source: Source) -> float | None:
    return None if source.name.startswith("good") else _BAD_SECONDS


def _run(sources: list[Source], job: Job, at_once: int) -> tuple[dict[str, float], float, list[RunReport]]:
    began, good_over = time.monotonic(), 0.0
    took: dict[str, float] = {}
    reports: list[RunReport] = []
    waiting = [Order(source=source, job=job, seconds=_seconds_of(source)) for source in sources]
    with Fleet(job, at_once=at_once) as fleet:
        while waiting or fleet.running:
            waiting = start_all(fleet, waiting)
            for message in fleet.listen(0.5):
                if isinstance(message, RunReport):
                    reports.append(message)
                    took[message.source] = time.monotonic() - began
                    if message.source.startswith("good"):
                        good_over = time.monotonic() - began
    return took, good_over, reports


if __name__ == "__main__":
    main()
