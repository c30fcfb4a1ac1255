"""Crawl sources, from any program and as often as wanted: the work is done in a child process of its own.

Scrapy's reactor can run only once in a process; and a crawl that is killed, or a library that crashes, takes nobody
along. The children are forked from a server that has loaded Scrapy once, so that they start at once.
"""

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, datetime
from multiprocessing.connection import Connection
from types import ModuleType
from typing import Any

from crawler.process.job import CrawlProgress, Job, RunReport
from crawler.source import Source, find_sources
from timthau.config import Settings, data_dir
from timthau.model.moment import HANOI
from timthau.model.record import RunStatus
from timthau.store.notice import Store

#: Loaded once in the server: what the child imports, and what Scrapy would load by name in each crawl.
_PRELOADED = (
    "crawler.process.child",
    "crawler.extensions",
    "crawler.pipelines",
    "scrapy.core.downloader.handlers.http11",
    "scrapy.downloadermiddlewares.cookies",
    "scrapy.extensions.remote_control",
)
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(list(_PRELOADED))
#: How long the child may take to end after an interrupt; it finishes the pages that are on their way.
_GRACE_SECONDS = 30


def crawl(
    targets: Sequence[str],
    *,
    settings: Settings,
    since: date | None = None,
    full: bool = False,
    max_pages: int | None = None,
    delay: float | None = None,
    fetched: bool = False,
    progress: Callable[[CrawlProgress], None] | None = None,
) -> list[RunReport]:
    """Crawl sources into the store; each notice is committed as it is read.

    `targets` are names of sources, addresses, or definition files; none means every enabled source. `since` leaves out
    what was published before, `full` reads everything again, `max_pages` bounds the answers of each source, `delay` is
    in seconds between two requests to one host, `fetched` looks no further than a portal's newest page. Raises
    SourceError and StoreError before anything is fetched.
    """
    sources = find_sources(targets, data_dir() / "sources")
    if not sources:
        return []
    with closing(Store.open(settings.database_url)):
        pass  # made or migrated here, so that a store that cannot be used is this process's error
    job = Job(
        sources=tuple(sources),
        home=settings.home,
        database_url=settings.database_url,
        contact=settings.contact,
        since=since,
        full=full,
        max_pages=max_pages,
        delay=delay,
        fetched=fetched,
    )
    receiver, sender = _processes.Pipe(duplex=False)
    child = _processes.Process(target=_work, args=(job, sender), name="timthau crawl")
    with _without_main():
        child.start()
    sender.close()
    reports: dict[str, RunReport] = {}
    try:
        for message in _messages(receiver):
            if isinstance(message, RunReport):
                reports[message.source] = message
            elif progress:
                progress(message)
    finally:
        child.join(_GRACE_SECONDS)
        if child.is_alive():
            child.kill()
            child.join()
    return [reports.get(source.name) or _report_lost(source, child.exitcode or 0, settings) for source in sources]


@contextmanager
def _without_main() -> Iterator[None]:
    """Hide the running program from multiprocessing, which would run it again in the child for nothing."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _work(job: Job, sender: Connection) -> None:
    """The child's side."""
    from crawler.process.child import run_job  # noqa: PLC0415 - the parent must not pay for Scrapy

    def tell(message: CrawlProgress | RunReport) -> None:
        try:
            sender.send(message)
        except BrokenPipeError:
            os._exit(1)  # nobody listens any more; what was read is in the store

    run_job(job, tell)


def _messages(receiver: Connection) -> Iterator[Any]:
    try:
        while True:
            yield receiver.recv()
    except EOFError:
        return


def _report_lost(source: Source, code: int, settings: Settings) -> RunReport:
    """The report of a run that did not give one itself; the store is told too."""
    ending = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
    message = f"the crawl {ending} before the run was over"
    with closing(Store.open(settings.database_url)) as store:
        run = next(iter(store.runs(source.name, limit=1)), None)
        if run and run.status is RunStatus.RUNNING:
            store.finish_run(replace(run, finished_at=datetime.now(HANOI), status=RunStatus.FAILED, message=message))
    return RunReport(source=source.name, status="failed", message=message)
