"""A process that crawls: the sources that it is told to read, side by side, each with a spider of its own."""

import asyncio
import gc
import logging
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import closing
from contextvars import copy_context
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from crawler import settings as defaults
from crawler.browser import build_browser_settings
from crawler.extensions import RunRecord
from crawler.process.job import CrawlProgress, Job, Order, RunReport
from crawler.process.log import RunLog, RunLogHandler, current_log
from crawler.process.readers import Readers
from crawler.reading.tally import Tally
from crawler.source import Source
from crawler.spiders.egp import EgpSpider
from crawler.spiders.price import PriceSpider
from crawler.spiders.site import SiteSpider
from crawler.spiders.source import SourceSpider
from timthau.errors import SourceError
from timthau.model.moment import HANOI
from timthau.model.record import Run, RunStatus
from timthau.original import Originals, open_originals
from timthau.store.notice import Store

_LOG_LEVEL = "INFO"
#: A page's tree is some thousand objects that die together: to look for them more often finds them alive.
_OBJECTS_BETWEEN_COLLECTIONS = 50_000
#: How long answers that are on their way are waited for when everything is to end.
_LAST_ANSWERS_SECONDS = 8.0

#: A loop that is busy with one thing for so long hangs: it waits for the database for a minute at most.
_HUNG_SECONDS = 600.0

#: Answers are told together that come within so many seconds: each message wakes who listens.
_TELLING_SECONDS = 0.05

Tell = Callable[[Sequence[CrawlProgress | RunReport]], None]


def run_orders(job: Job, orders: Connection, tell: Tell) -> None:
    """Crawl what is ordered until the word is None: what runs then is finished; until there is no more giver: it ends.

    An order whose source is no source but a bool ends everything. All answers and reports are told, in their order.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who gives the orders
    gc.freeze()  # what is loaded by now stays; the readers, forked from here, need not look through it either
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    with Readers() as readers, closing(Store.open(job.database_url)) as store:
        # What a process says of all runs would be laid over what is said of each: it says the project's alone.
        process = AsyncCrawlerProcess(_load_defaults())
        _keep_logs(job)  # after it, as it has Scrapy write all that there is to say
        crew = _Crew(process, readers, store, open_originals(job.originals_url, job.originals_gb, store), tell)
        # The loop that the process has set up; it runs from the next line on.
        loop = asyncio.get_event_loop()
        loop.add_reader(orders.fileno(), crew.read, orders)
        beat(loop)
        process.start(stop_after_crawl=False, install_signal_handlers=False)


def beat(loop: asyncio.AbstractEventLoop, seconds: float = _HUNG_SECONDS) -> None:
    """Have the system end this process when its loop hangs for so long, whoever is left to notice it."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    loop.call_later(seconds / 10, beat, loop, seconds)


class _Crew:
    """The spiders of one process."""

    def __init__(
        self,
        process: AsyncCrawlerProcess,
        readers: Readers,
        store: Store,
        originals: Originals | None,
        tell: Tell,
    ) -> None:
        self._process, self._readers, self._store, self._tell = process, readers, store, tell
        self._originals = originals
        self._answers: list[CrawlProgress | RunReport] = []
        self._running: set[asyncio.Task[None]] = set()
        self._is_last = False

    def read(self, orders: Connection) -> None:
        """Take what was ordered; called whenever something came."""
        try:
            while not self._is_last and orders.poll():
                order: Order | bool | None = orders.recv()
                if isinstance(order, Order):
                    self._start(order)
                else:
                    self._end(orders, at_once=order is not None)
        except (EOFError, ConnectionResetError):  # who gave the orders is gone
            self._end(orders, at_once=True)

    def _end(self, orders: Connection, *, at_once: bool) -> None:
        """Take no more orders; with `at_once` also end what runs, as interrupted."""
        loop = asyncio.get_running_loop()
        if at_once:
            for crawler in self._process.crawlers:
                if isinstance(crawler.spider, SourceSpider):
                    crawler.spider.end("shutdown")
            loop.call_later(_LAST_ANSWERS_SECONDS, self._abandon)
        if not self._is_last:
            loop.remove_reader(orders.fileno())
        self._is_last = True
        if not self._running:
            _stop()

    def _abandon(self) -> None:
        """Note the end of runs whose sites go on being silent, and leave."""
        for crawler in self._process.crawlers:
            if record := crawler.get_extension(RunRecord):
                record.end("shutdown")
        os._exit(0)

    def _start(self, order: Order) -> None:
        source, job = order.source, order.job
        try:
            settings = build_settings(job, source, order.seconds)
        except SourceError as error:
            self._report(RunReport(source=source.name, status="failed", message=str(error)))
            return
        log = RunLog(job.home / "logs", source.name, datetime.now(HANOI), job.logs)
        context = copy_context()
        context.run(current_log.set, log)
        own: dict[str, Any] = (
            {"fetched": job.fetched}
            if source.portal or source.prices
            else {"readers": self._readers.lane(), "only": order.only, "originals": self._originals}
        )
        spider = EgpSpider if source.portal else PriceSpider if source.prices else SiteSpider
        task = context.run(
            self._process.crawl,
            Crawler(spider, settings),
            source=source,
            store=self._store,
            downloads_folder=job.home / "downloads",
            full=job.full,
            since=job.since,
            **own,
            listener=self._note_answer,
            on_end=lambda run, tally: self._report(build_report(run, tally)),
        )
        self._running.add(task)
        task.add_done_callback(lambda done: self._forget(done, source, log))

    def _note_answer(self, source: str, url: str) -> None:
        """Tell of an answer soon."""
        if not self._answers:
            asyncio.get_running_loop().call_later(_TELLING_SECONDS, self._tell_answers)
        self._answers.append(CrawlProgress(source=source, url=url))

    def _tell_answers(self) -> None:
        if self._answers:
            self._tell(self._answers)
            self._answers = []

    def _report(self, report: RunReport) -> None:
        """Tell how a run ended, after all that it was answered."""
        self._tell_answers()
        self._tell([report])

    def _forget(self, task: "asyncio.Task[None]", source: Source, log: RunLog) -> None:
        self._running.discard(task)
        if error := task.exception():  # a spider that could not even begin
            logging.getLogger(__name__).error("%s: %r", source.name, error, exc_info=error)
            self._report(
                RunReport(source=source.name, status="failed", message=f"the crawl could not begin: {error!r}")
            )
        log.close()
        if self._is_last and not self._running:
            _stop()


def _stop() -> None:
    from twisted.internet import reactor  # noqa: PLC0415 - the one that the process has installed

    reactor.stop()  # type: ignore[misc]  # Twisted types its reactor as a module


def _keep_logs(job: Job) -> None:
    root = logging.getLogger()
    root.addHandler(RunLogHandler(job.home / "logs", job.log_format))
    root.setLevel(_LOG_LEVEL)
    logging.getLogger("scrapy").setLevel(_LOG_LEVEL)  # or it writes two lines a page that the log then leaves out


def _load_defaults() -> Settings:
    settings = Settings()
    settings.setmodule(defaults, priority="project")
    return settings


def build_settings(job: Job, source: Source, seconds: float | None = None) -> Settings:
    """Scrapy's settings for a run: the project's, then the definition's, then the command line's."""
    settings = _load_defaults()
    said: dict[str, Any] = {
        "USER_AGENT": defaults.USER_AGENT + (f" (+{contact})" if (contact := source.contact or job.contact) else ""),
        "LOG_LEVEL": _LOG_LEVEL,
        "CLOSESPIDER_PAGECOUNT": job.max_pages or 0,
        "RUN_SECONDS": seconds or 0,
        "RUN_REQUESTS": source.request_limit,
        "NOTICE_LETTERS": job.notice_mb * 1_000_000,
        "DOWNLOAD_VERIFY_CERTIFICATES": source.verify_tls,
    }
    delay = job.delay if job.delay is not None else source.delay
    if delay is not None:
        said |= {"DOWNLOAD_DELAY": delay, "AUTOTHROTTLE_START_DELAY": delay}
    if delay == 0:
        # Somebody's own machine: there is nobody to be polite to.
        said |= {"AUTOTHROTTLE_ENABLED": False, "CONCURRENT_REQUESTS_PER_DOMAIN": 8}
    if source.tls_ciphers:  # of this source's crawler alone, which asks no hosts but this source's
        said["DOWNLOADER_CLIENT_TLS_CIPHERS"] = source.tls_ciphers
    if source.javascript:
        said |= build_browser_settings(source)
    settings.setdict(said, priority="cmdline")
    return settings


def build_report(run: Run, tally: Tally) -> RunReport:
    """The report of a run that has ended."""
    ended = (RunStatus.OK, RunStatus.INCOMPLETE, RunStatus.INTERRUPTED)
    return RunReport(
        source=run.source,
        status=str(run.status if run.status in ended else RunStatus.FAILED),
        found=run.found,
        new=run.new,
        changed=run.changed,
        unchanged=run.unchanged,
        failed=run.failed,
        missed=len(tally.failures) + bool(tally.capped or tally.stopped),
        requests=run.requests,
        rest=tally.pace,
        seconds=(run.finished_at - run.started_at).total_seconds() if run.finished_at else 0.0,
        message=run.message,
        noun=tally.noun,
        platform=tally.platform,
        site_title=tally.site_title,
        sections=tally.sections,
    )
