"""`timthau crawl`: sources are read once, and the index follows."""

from collections.abc import Callable, Sequence
from datetime import date

from cli.session import follow_store
from cli.terminal import show_progress
from crawler.process.job import CrawlProgress, RunReport
from crawler.process.run import crawl
from timthau.config import Settings


def crawl_once(
    targets: Sequence[str],
    *,
    announce: Callable[[RunReport], None],
    since: date | None,
    full: bool,
    max_pages: int | None,
    delay: float | None,
) -> list[RunReport]:
    """Read sources into the store and keep the index near it; see `crawl`. `announce` hears of each run as it ends."""
    settings = Settings.load()
    with (
        follow_store(settings) as (_, catch_up_now_and_then),
        show_progress("crawl", unit="pages") as progress,
    ):

        def advance(page: CrawlProgress) -> None:
            progress.advance(note=page.source)
            catch_up_now_and_then()

        return crawl(
            targets,
            settings=settings,
            since=since,
            full=full,
            max_pages=max_pages,
            delay=delay,
            progress=advance,
            ended=announce,
        )
