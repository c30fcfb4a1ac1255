"""What is asked of a crawl and what it reports."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

from crawler.reading.tally import Section
from crawler.settings import DOWNLOAD_DELAY
from crawler.source import Source
from timthau.config import Settings
from timthau.logline import LINES


@dataclass(frozen=True, kw_only=True)
class CrawlProgress:
    """One more answer from a source."""

    source: str
    url: str


@dataclass(frozen=True, kw_only=True)
class RunReport:
    """How the run of one source ended: `status` is ok, incomplete, failed or interrupted, `message` one line.

    `missed` addresses could not be read; one more where a limit, a wall or a person ended the run. For `rest` seconds
    its hosts are to be left alone after the last request.
    `platform` and `site_title` are empty when the home page could not be read.
    """

    source: str
    status: str
    found: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    failed: int = 0
    missed: int = 0
    requests: int = 0
    seconds: float = 0.0
    rest: float = 0.0
    message: str = ""
    noun: str = "notices"
    platform: str = ""
    site_title: str = ""
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Job:
    """How sources are to be read; see `crawl` for the meanings."""

    home: Path
    database_url: str
    contact: str = ""
    originals_url: str = ""
    originals_gb: int = 0
    downloads_gb: int = 5
    notice_mb: int = 5
    versions: int = 50
    logs: int = 20
    log_format: str = LINES
    since: date | None = None
    full: bool = False
    max_pages: int | None = None
    delay: float | None = None
    fetched: bool = False

    @classmethod
    def of(cls, settings: Settings, **said: Any) -> Self:
        """A job with these settings, done as is said."""
        names = cls.__dataclass_fields__.keys() & Settings.__dataclass_fields__.keys()
        return cls(**{name: getattr(settings, name) for name in names}, **said)


@dataclass(frozen=True, kw_only=True)
class Order:
    """One run to make: of a source, in the way of a job, for so many seconds at most where that is not None.

    With `only`, of that one address.
    """

    source: Source
    job: Job
    seconds: float | None = None
    only: str = ""

    @property
    def delay(self) -> float:
        """Seconds between two requests, where robots.txt does not ask for more."""
        said = self.job.delay if self.job.delay is not None else self.source.delay
        return DOWNLOAD_DELAY if said is None else said
