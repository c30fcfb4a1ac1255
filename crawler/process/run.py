"""Crawl sources, from any program and as often as wanted: the work is done in child processes of their own.

Scrapy's reactor can run only once in a process; and a crawl that is killed, or a library that crashes, takes nobody
along. The children are forked from a server that has loaded Scrapy once, so that they start at once.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from urllib.parse import urljoin

from crawler.discovery.address import canonical
from crawler.process.fleet import Fleet, start_all
from crawler.process.job import CrawlProgress, Job, Order, RunReport
from crawler.source import Source, find_sources, load_sources, source_folders, source_of
from timthau.config import Settings
from timthau.model.record import KnownPage
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

    `targets` are sources, or their names, addresses, or definition files; none means every enabled source; the address
    of a stored notice means that notice alone. `since`
    leaves out what was published before, `full` reads everything again, `max_pages` bounds the answers of each source,
    `delay` is in seconds between two requests to one host, `fetched` looks no further than a portal's newest page.
    `progress` is told of every answer, `ended` of every source as its run ends. Raises SourceError and StoreError
    before anything is fetched.
    """
    job = Job.of(
        settings,
        since=since,
        full=full,
        max_pages=max_pages,
        delay=delay,
        fetched=fetched,
    )
    orders = waiting = list_orders(targets, job)
    reports: dict[str, RunReport] = {}
    with Fleet(job, at_once=settings.crawls_at_once) as fleet:
        while waiting or fleet.running:
            waiting = start_all(fleet, waiting)
            for message in fleet.listen(_LISTEN_SECONDS):
                if isinstance(message, RunReport):
                    reports[message.source] = message
                    if ended:
                        ended(message)
                elif progress:
                    progress(message)
    return [reports[order.source.name] for order in orders]


def list_orders(targets: Sequence[str | Source], job: Job) -> list[Order]:
    """The runs that targets mean: of whole sources, or of one notice where its address is in the store."""
    folders = source_folders(job.home)
    with closing(Store.open(job.database_url)) as store:
        pages = {str(target): store.notice_pages(canonical(str(target))) for target in targets if "://" in str(target)}
    known = {source.name: source for source in load_sources(folders)} if any(pages.values()) else {}
    single = [
        Order(source=_source_of_page(page, known), job=job, only=page.url) for found in pages.values() for page in found
    ]
    whole = [target for target in targets if not pages.get(str(target))]
    if targets and not whole:
        return single
    sources = find_sources(whole, folders)
    return [*single, *(Order(source=source, job=job, seconds=source.run_seconds) for source in sources)]


def _source_of_page(page: KnownPage, known: Mapping[str, Source]) -> Source:
    """The source that a page was read for; one without a definition is made up as it was then."""
    return known.get(page.source) or replace(source_of(urljoin(page.url, "/")), name=page.source)
