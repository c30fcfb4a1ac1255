"""What every spider of ours has: a source, the store that it reads into, and an account of how the run went."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.discovery.challenge import is_challenge
from crawler.middlewares import RunEndedError
from crawler.reading.tally import Tally
from crawler.source import Source, find_sources, source_folders
from timthau.config import Settings
from timthau.model.moment import HANOI, is_ahead
from timthau.model.record import Run
from timthau.store.clock import ClockStore
from timthau.store.notice import Store

_AGAIN_SECONDS = 0.2  # between two looks for requests that wait in a run that is being ended


class SourceSpider(Spider):
    """Reads one source; `scrapy crawl NAME -a target=URL` does what `timthau crawl URL` does.

    The other arguments are given by `crawler.process.child`; by themselves they come from `target` and the settings.
    `listener` is told of every answer, `on_end` of how the run went and of what it met.
    """

    #: Whether this run reads everything there is, so that its count can be compared with others of the kind.
    reads_all: bool

    def __init__(
        self,
        *,
        target: str = "",
        source: Source | None = None,
        store: Store | None = None,
        downloads_folder: Path | None = None,
        full: bool = False,
        since: date | None = None,
        listener: Callable[[str, str], None] | None = None,
        on_end: Callable[[Run, Tally], None] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.source = source or find_sources([target], source_folders(Settings.load().home))[0]
        self.store = (store or Store.open(Settings.load().database_url)).fenced()
        self.downloads_folder = downloads_folder or Settings.load().home / "downloads"
        self.full, self.since = full, since
        self.listener, self.on_end = listener, on_end
        self.started_at = datetime.now(HANOI)
        known = self.store.runs(self.source.name, limit=10_000)
        self.earlier = [run for run in known if not is_ahead(run.started_at, self.started_at)]
        if len(self.earlier) < len(known):
            ClockStore(self.store.engine).pull_back_source(self.source.name, self.started_at)
        self.tally = Tally()
        #: Whether this run reads a part of the source that says nothing of how it is; then it is not kept.
        self.is_partial = False
        self.is_ending = False
        #: Whether half of the run's time or requests is used up: the rest is for reading what was found.
        self.is_half_spent = False
        self._closing: asyncio.Task[None] | None = None
        #: What robots.txt names.
        self.sitemaps: list[str] = []

    @property
    def peers(self) -> list[Run]:
        """The earlier runs, newest first, that this one may be compared with."""
        return [] if self.is_partial else self.earlier

    async def fetch(self, url: str) -> Response:
        """What stands at an address that belongs to what is being read. Raises what downloads raise."""
        return await self.crawler.engine.download_async(Request(url, callback=NO_CALLBACK))

    def take_stock(self) -> None:
        """Complete the tally before the run is judged."""

    def give_up(self, reason: str) -> None:
        """End the run as failed, unless it is being ended for another reason."""
        if not self.is_ending:
            self.tally.fatal = reason
            self.end("given up")

    def cap(self, reason: str) -> None:
        """End the run as incomplete: what it was allowed is used up."""
        self.tally.capped = self.tally.capped or reason
        self.end("capped")

    def end(self, reason: str) -> None:
        """End the run at once: what was asked for is waited for, what waits to be asked is not.

        Scrapy would first make the requests that wait in the downloader, each after the site's pause: with a
        Crawl-delay of an hour that takes the rest of the day. Here they fail, and the next run asks for them.
        """
        if self._closing is None:
            self.is_ending = True
            self._closing = asyncio.get_running_loop().create_task(self._close(reason))
            self._drain()

    async def _close(self, reason: str) -> None:
        await self.crawler.engine.close_spider_async(reason=reason)

    def _drain(self) -> None:
        """Fail what waits in the downloader, and again until the spider is closed."""
        for slot in self.crawler.engine.downloader.slots.values():
            while slot.queue:
                _, waiting = slot.queue.popleft()
                waiting.errback(RunEndedError())
        if self.crawler.engine.spider is not None:
            asyncio.get_running_loop().call_later(_AGAIN_SECONDS, self._drain)

    def is_challenged(self, response: Response) -> bool:
        """Whether the site asks if a person is reading; then it is left alone."""
        if challenged := is_challenge(response):
            self.give_up(f"{response.url} asks whether a person is reading; it is left alone")
        return challenged
