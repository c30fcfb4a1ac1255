"""A first look at a site: what it runs on, what it publishes, and the definition that follows from it."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from crawler.process.job import CrawlProgress, RunReport
from crawler.process.run import crawl
from crawler.source import Source
from timthau.config import Settings
from timthau.errors import SourceError
from timthau.model.moment import format_moment
from timthau.model.notice import Notice
from timthau.scratch import workplace
from timthau.store.notice import Store

_SAMPLES = 5


@dataclass(frozen=True, kw_only=True)
class Probe:
    """What a look at a site showed: how the run went, with the sections that list notices, and its newest notices."""

    home: str
    report: RunReport
    newest: tuple[Notice, ...]

    @property
    def is_usable(self) -> bool:
        """Whether notices were found; a run that stopped at the bound on pages is as good as a whole one."""
        return is_usable(self.report)


def is_usable(report: RunReport) -> bool:
    """Whether a first look found notices."""
    return report.new > 0 and report.status != "failed"


def probe(
    source: Source,
    *,
    settings: Settings,
    max_pages: int,
    delay: float | None = None,
    progress: Callable[[CrawlProgress], None] | None = None,
) -> Probe:
    """Crawl a site, up to a number of pages, into a store that is thrown away. Raises CrawlError."""
    with _store_aside(settings) as aside:
        (report,) = crawl([source], settings=aside, max_pages=max_pages, delay=delay, fetched=True, progress=progress)
        with closing(Store.open(aside.database_url)) as store:
            notices = list(store.each_notice())
    newest = sorted(notices, key=_published, reverse=True)[:_SAMPLES]
    return Probe(home=source.home, report=report, newest=tuple(newest))


def check(
    sources: Sequence[Source],
    *,
    settings: Settings,
    max_pages: int,
    delay: float | None = None,
    progress: Callable[[CrawlProgress], None] | None = None,
    ended: Callable[[RunReport], None] | None = None,
) -> list[RunReport]:
    """Look at several sources side by side, each up to a number of pages, and keep nothing; of a portal one page."""
    with _store_aside(settings) as aside:
        return crawl(
            sources, settings=aside, max_pages=max_pages, delay=delay, fetched=True, progress=progress, ended=ended
        )


@contextmanager
def _store_aside(settings: Settings) -> Iterator[Settings]:
    with workplace(settings.home) as folder:
        yield replace(settings, home=folder, database_url=f"sqlite:///{folder}/probe.db", originals_url="")


def build_definition(probe: Probe, source: Source) -> str:
    """The text of a definition file for a site that was looked at.

    Sections stand in comments: naming them would keep the crawler from finding new ones.
    """
    report = probe.report
    path = [f"path = {_quote(source.path)}"] if source.path != "/" else []
    lines = [
        f"# {report.found} notices were found at the first look ({report.platform}).",
        "# Set checked_on when a crawl has been compared with the site.",
        *(f"# {section.notices} in {section.url} ({section.name})" for section in report.sections),
        f"title = {_quote(report.site_title or report.source)}",
        f"home = {_quote(probe.home)}",
        *path,
        f"platform = {_quote(report.platform)}",
        f"expected_minimum = {max(1, report.found // 2)}",
    ]
    return "\n".join(lines) + "\n"


def save_definition(text: str, path: Path) -> None:
    """Write a definition file. Raises SourceError when there is one already or it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}") from error


def _published(notice: Notice) -> str:
    return format_moment(notice.published_at) or ""


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a JSON string is a TOML basic string
