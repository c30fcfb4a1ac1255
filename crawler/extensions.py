"""What surrounds a run: the pace that robots.txt asks for, the record in the store, and word of how it goes on."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response
from scrapy.robotstxt import ProtegoRobotParser
from twisted.python.failure import Failure

from crawler.reading.tally import MOST_FAILURES
from crawler.spiders.source import SourceSpider
from timthau.errors import LeaseLostError
from timthau.model.moment import HANOI
from timthau.model.record import Outcome, Run, RunStatus

logger = logging.getLogger(__name__)

_FEWEST_REQUESTS = 10  # that a run must have time for


class Budget:
    """Ends a run as incomplete when its time or its requests are used up, and says when half of them are."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self.seconds = crawler.settings.getfloat("RUN_SECONDS")
        self._most = crawler.settings.getint("RUN_REQUESTS")
        self._made = 0
        self._timers: list[asyncio.TimerHandle] = []
        crawler.signals.connect(self.begin, signal=signals.spider_opened)
        crawler.signals.connect(self.count, signal=signals.request_reached_downloader)
        crawler.signals.connect(self.forget, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def begin(self) -> None:
        """The clock runs from the run's first moment."""
        if self.seconds:
            loop, spider = asyncio.get_running_loop(), spider_of(self._crawler)
            word = f"stopped after {self.seconds / 60:g} minutes"
            self._timers = [
                loop.call_later(self.seconds / 2, self._halve),
                loop.call_later(self.seconds, spider.cap, word),
            ]

    def count(self) -> None:
        """One more request."""
        self._made += 1
        if self._made == self._most // 2:
            self._halve()
        if self._made == self._most:
            spider_of(self._crawler).cap(f"stopped after {self._most} requests")

    def forget(self) -> None:
        """The run is over."""
        for timer in self._timers:
            timer.cancel()

    def _halve(self) -> None:
        spider_of(self._crawler).is_half_spent = True


class CrawlDelay:
    """Keeps to the Crawl-delay of robots.txt where it asks for more than the usual pause, and notes its sitemaps.

    A site whose pace lets a run read next to nothing is left alone: to wait for it would hold a place for hours.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        crawler.signals.connect(self.read_robots, signal=signals.robots_parsed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def read_robots(self, robotparser: ProtegoRobotParser, request: Request) -> None:
        """Slow down to what the site asks for."""
        spider = spider_of(self._crawler)
        spider.sitemaps.extend(url for url in robotparser.rp.sitemaps if url not in spider.sitemaps)
        wanted = robotparser.crawl_delay(self._crawler.settings["USER_AGENT"])
        seconds = self._crawler.settings.getfloat("RUN_SECONDS")
        if wanted and 0 < seconds < wanted * _FEWEST_REQUESTS:  # nothing of it is asked for, so nobody need wait
            spider.cap(
                f"robots.txt asks for {wanted:g} s between requests: a run of {seconds / 60:g} minutes is too short"
            )
        elif wanted:
            spider.tally.pace = max(spider.tally.pace, wanted)
        downloader = self._crawler.engine.downloader
        if wanted and wanted > downloader._delay:
            logger.info("robots.txt of %s asks for %s s between requests", request.url, wanted)
            downloader._delay = wanted
            for slot in downloader.slots.values():
                slot.delay = max(slot.delay, wanted)
            if throttle := self._crawler.get_extension(AutoThrottle):
                throttle.mindelay = max(throttle.mindelay, wanted)


class RunRecord:
    """Notes the run in the store when it begins and when it ends, and tells a listener of every answer."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._run_id = 0
        crawler.signals.connect(self.begin, signal=signals.spider_opened)
        crawler.signals.connect(self.tell, signal=signals.response_received)
        crawler.signals.connect(self.end, signal=signals.spider_closed)
        crawler.signals.connect(self.note_error, signal=signals.spider_error)
        crawler.signals.connect(self.note_error, signal=signals.item_error)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def begin(self) -> None:
        """The run is in the store before the first request."""
        spider = spider_of(self._crawler)
        spider.tally.pace = max(spider.tally.pace, self._crawler.settings.getfloat("DOWNLOAD_DELAY"))
        if not spider.is_partial:
            self._run_id = spider.store.start_run(spider.source.name, spider.started_at, full=spider.reads_all)

    def tell(self, response: Response) -> None:
        """One more answer."""
        spider = spider_of(self._crawler)
        if spider.listener:
            spider.listener(spider.source.name, response.url)

    def note_error(self, response: Response, failure: Failure) -> None:
        """A page that made our own code fail is a page that was not read; who may not write any more need not read."""
        if isinstance(failure.value, LeaseLostError):
            spider_of(self._crawler).give_up(str(failure.value))
        tally = spider_of(self._crawler).tally
        tally.failed += 1
        tally.miss(response.url if response else "a page", "could not be read, see the log")

    def end(self, reason: str) -> None:
        """Judge the run and keep how it went."""
        spider = spider_of(self._crawler)
        tally = spider.tally
        with suppress(LeaseLostError):  # which the end of the run says too
            spider.take_stock()
        if reason == "closespider_pagecount":
            tally.gaps.append("stopped at the bound on pages")
        elif reason == "shutdown":
            tally.stopped = True
        elif reason not in ("finished", "given up", "capped"):
            tally.fatal = tally.fatal or f"stopped: {reason}"
        status, message = tally.judge(
            expected_minimum=spider.source.expected_minimum, full=spider.reads_all, earlier=spider.peers
        )
        run = Run(
            id=self._run_id,
            source=spider.source.name,
            started_at=spider.started_at,
            finished_at=datetime.now(HANOI),
            status=status,
            full=spider.reads_all,
            found=tally.count,
            new=tally.saved[Outcome.NEW],
            changed=tally.saved[Outcome.CHANGED],
            unchanged=tally.saved[Outcome.UNCHANGED],
            failed=tally.failed,
            requests=self._crawler.stats.get_value("downloader/request_count", 0),
            message=message,
        )
        try:
            if not spider.is_partial:
                spider.store.finish_run(run, [*tally.failures, *tally.passed][:MOST_FAILURES])
        except LeaseLostError as error:
            run = replace(run, status=RunStatus.INTERRUPTED, message=str(error))
        if spider.on_end:
            spider.on_end(run, tally)
        if run.status is not RunStatus.OK:
            logger.warning("%s: %s", spider.source.name, run.message)


def spider_of(crawler: Crawler) -> SourceSpider:
    """The spider that a crawler runs."""
    if not isinstance(crawler.spider, SourceSpider):
        raise TypeError(f"these extensions serve spiders of sources, not {crawler.spider!r}")
    return crawler.spider
