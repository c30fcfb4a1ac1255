"""Crawl sources, from any program and as often as wanted: the work is done in child processes of their own.

Scrapy's reactor can run only once in a process; and a crawl that is killed, or a library that crashes, takes nobody
along. The children are forked from a server that has loaded Scrapy once, so that they start at once.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date

from crawler.process.fleet import Fleet, start_all
from crawler.process.job import CrawlProgress, Job, Order, RunReport
from crawler.source import Source, find_sources, source_folders
from timthau.config import Settings
from timthau.store.notice import Store

_LISTEN_SECONDS = 0.5


def crawl(
    targets: Sequence[str | Source],
    *,
    settings: Settings,
    since: date | None = None,
    full: bool = False,
    max_pages: int | None = None,
    delay: float | None = None,
    fetched: bool = False,
    progress: Callable[[CrawlProgress], None] | None = None,
    ended: Callable[[RunReport], None] | None = None,
) -> list[RunReport]:
    """Crawl sources into the store, several at once; each notice is committed as it is read.

    `targets` are sources, or their names, addresses, or definition files; none means every enabled source. `since`
    leaves out what was published before, `full` reads everything again, `max_pages` bounds the answers of each source,
    `delay` is in seconds between two requests to one host, `fetched` looks no further than a portal's newest page.
    `progress` is told of every answer, `ended` of every source as its run ends. Raises SourceError and StoreError
    before anything is fetched.
    """
    sources = find_sources(targets, source_folders(settings.home))
    if not sources:
        return []
    with closing(Store.open(settings.database_url)):
        pass  # made or migrated here, so that a store that cannot be used is this process's error
    job = Job(
        home=settings.home,
        database_url=settings.database_url,
        contact=settings.contact,
        since=since,
        full=full,
        max_pages=max_pages,
        delay=delay,
        fetched=fetched,
    )
    waiting = [Order(source=source, job=job, seconds=source.run_seconds) for source in sources]
    reports: dict[str, RunReport] = {}
    with Fleet(job, at_once=settings.crawls_at_once) as fleet:
        while waiting or fleet.running:
            if fleet.has_room:
                waiting = start_all(fleet, waiting)
            for message in fleet.listen(_LISTEN_SECONDS):
                if isinstance(message, RunReport):
                    reports[message.source] = message
                    if ended:
                        ended(message)
                elif progress:
                    progress(message)
    return [reports[source.name] for source in sources]
