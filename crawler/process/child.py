"""The process that does the crawling: all sources of one job at once, each with a spider of its own."""

import ctypes
import gc
import logging
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from crawler import settings as defaults
from crawler.process.job import CrawlProgress, Job, RunReport
from crawler.reading.tally import Tally
from crawler.source import Source
from crawler.spiders.egp import EgpSpider
from crawler.spiders.site import SiteSpider
from timthau.model.record import Run, RunStatus
from timthau.store.notice import Store

_LOG_LEVEL = "INFO"
_PR_SET_PDEATHSIG = 1  # from linux/prctl.h
#: A page's tree is some thousand objects that die together: to look for them more often finds them alive.
_OBJECTS_BETWEEN_COLLECTIONS = 50_000

Tell = Callable[[CrawlProgress | RunReport], None]


def run_job(job: Job, tell: Tell) -> None:
    """Crawl what a job names; every answer and every report is told."""
    gc.freeze()  # what is loaded by now stays; the readers, forked from here, need not look through it either
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    with start_readers() as readers, closing(Store.open(job.database_url)) as store:
        process = AsyncCrawlerProcess(build_settings(job))
        logging.getLogger("scrapy").setLevel(_LOG_LEVEL)  # or it writes two lines a page that the log then leaves out
        for source in job.sources:
            own = {"fetched": job.fetched} if source.portal else {"readers": readers}
            process.crawl(
                Crawler(EgpSpider if source.portal else SiteSpider, build_settings(job, source)),
                source=source,
                store=store,
                downloads_folder=job.home / "downloads",
                full=job.full,
                since=job.since,
                **own,
                listener=lambda name, url: tell(CrawlProgress(source=name, url=url)),
                on_end=lambda run, tally: tell(build_report(run, tally)),
            )
        process.start()


def start_readers() -> ProcessPoolExecutor:
    """Processes that read pages and notices, one a processor; the spider only fetches and decides.

    They are forked at once, while this process has no threads, reactor or database connection yet.
    """
    pool = ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("fork"), initializer=_end_with_parent)
    pool.submit(int).result()
    return pool


def _end_with_parent() -> None:
    """A reader must not outlive a crawl that was killed: Linux ends it then, elsewhere it would wait for ever."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the crawl, which ends its readers itself
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def build_settings(job: Job, source: Source | None = None) -> Settings:
    """Scrapy's settings for a job: the project's, then the definition's, then the command line's."""
    settings = Settings()
    settings.setmodule(defaults, priority="project")
    said: dict[str, Any] = {
        "USER_AGENT": defaults.USER_AGENT + (f" (+{job.contact})" if job.contact else ""),
        "LOG_FILE": str(job.home / "crawl.log"),
        "LOG_FILE_APPEND": False,
        "LOG_LEVEL": _LOG_LEVEL,
        "CLOSESPIDER_PAGECOUNT": job.max_pages or 0,
    }
    delay = job.delay if job.delay is not None else source and source.delay
    if delay is not None:
        said |= {"DOWNLOAD_DELAY": delay, "AUTOTHROTTLE_START_DELAY": delay}
    if delay == 0:
        # Somebody's own machine: there is nobody to be polite to.
        said |= {"AUTOTHROTTLE_ENABLED": False, "CONCURRENT_REQUESTS_PER_DOMAIN": 8}
    if source:
        said["DOWNLOAD_VERIFY_CERTIFICATES"] = source.verify_tls
        if source.tls_ciphers:  # of this source's crawler alone, which asks no hosts but this source's
            said["DOWNLOADER_CLIENT_TLS_CIPHERS"] = source.tls_ciphers
    settings.setdict(said, priority="cmdline")
    return settings


def build_report(run: Run, tally: Tally) -> RunReport:
    """The report of a run that has ended."""
    status = run.status if run.status in (RunStatus.OK, RunStatus.INCOMPLETE) else RunStatus.FAILED
    return RunReport(
        source=run.source,
        status=str(status),
        found=run.found,
        new=run.new,
        changed=run.changed,
        unchanged=run.unchanged,
        failed=run.failed,
        requests=run.requests,
        seconds=(run.finished_at - run.started_at).total_seconds() if run.finished_at else 0.0,
        message=run.message,
        platform=tally.platform,
        site_title=tally.site_title,
        sections=tally.sections,
    )
