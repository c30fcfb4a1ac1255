"""What every spider of ours has: a source, the store that it reads into, and an account of how the run went."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from scrapy import Spider
from scrapy.http import Response

from crawler.discovery.challenge import is_challenge
from crawler.reading.tally import Tally
from crawler.source import Source, find_sources
from timthau.config import Settings, data_dir
from timthau.model.moment import HANOI
from timthau.model.record import Run
from timthau.store.notice import Store


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
        self.source = source or find_sources([target], data_dir() / "sources")[0]
        self.store = store or Store.open(Settings.load().database_url)
        self.downloads_folder = downloads_folder or Settings.load().home / "downloads"
        self.full, self.since = full, since
        self.listener, self.on_end = listener, on_end
        self.started_at = datetime.now(HANOI)
        self.earlier = self.store.runs(self.source.name, limit=10_000)
        self.tally = Tally()
        #: What robots.txt names.
        self.sitemaps: list[str] = []

    @property
    def peers(self) -> list[Run]:
        """The earlier runs, newest first, that this one may be compared with."""
        return self.earlier

    def take_stock(self) -> None:
        """Complete the tally before the run is judged."""

    def give_up(self, reason: str) -> None:
        """End the run as failed."""
        self.tally.fatal = self.tally.fatal or reason
        self.crawler.engine.close_spider(self, "given up")

    def is_challenged(self, response: Response) -> bool:
        """Whether the site asks if a person is reading; then it is left alone."""
        if challenged := is_challenge(response):
            self.give_up(f"{response.url} asks whether a person is reading; it is left alone")
        return challenged
