"""The process that does the crawling: all sources of one job at once, each with a spider of its own."""

from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from crawler import settings as defaults
from crawler.sources import Source
from crawler.spiders.site import SiteSpider
from timthau.store import Run, RunStatus, Store

Tell = Callable[[dict[str, Any]], None]


def run_job(job: dict[str, Any], tell: Tell) -> None:
    """Crawl what a job names; every answer and every report is told."""
    sources = [_read_source(said) for said in job["sources"]]
    with closing(Store.open(job["database_url"])) as store:
        process = AsyncCrawlerProcess(_build_settings(job))
        crawlers = [(source, Crawler(SiteSpider, _build_settings(job, source))) for source in sources]
        for source, crawler in crawlers:
            process.crawl(
                crawler,
                source=source,
                store=store,
                downloads_folder=Path(job["home"], "downloads"),
                full=job["full"],
                since=job["since"] and date.fromisoformat(job["since"]),
                listener=lambda name, url: tell({"progress": {"source": name, "url": url}}),
                on_end=lambda run: tell({"report": _build_report(run)}),
            )
        process.start()


def _build_settings(job: dict[str, Any], source: Source | None = None) -> Settings:
    settings = Settings()
    settings.setmodule(defaults, priority="project")
    agent = defaults.USER_AGENT + (f" (+{job['contact']})" if job["contact"] else "")
    said: dict[str, Any] = {
        "USER_AGENT": agent,
        "LOG_FILE": str(Path(job["home"], "crawl.log")),
        "LOG_FILE_APPEND": False,
        "LOG_LEVEL": "INFO",
        "CLOSESPIDER_PAGECOUNT": job["max_pages"] or 0,
    }
    delay = job["delay"] if job["delay"] is not None else source and source.delay
    if delay is not None:
        said |= {"DOWNLOAD_DELAY": delay, "AUTOTHROTTLE_START_DELAY": delay}
    if delay == 0:
        # Somebody's own machine: there is nobody to be polite to.
        said |= {"AUTOTHROTTLE_ENABLED": False, "CONCURRENT_REQUESTS_PER_DOMAIN": 8}
    if source:
        said["DOWNLOAD_VERIFY_CERTIFICATES"] = source.verify_tls
    settings.setdict(said, priority="cmdline")
    return settings


def _build_report(run: Run) -> dict[str, Any]:
    seconds = (run.finished_at - run.started_at).total_seconds() if run.finished_at else 0.0
    counts = {name: getattr(run, name) for name in ("found", "new", "changed", "unchanged", "failed", "requests")}
    status = run.status if run.status in (RunStatus.OK, RunStatus.INCOMPLETE) else RunStatus.FAILED
    return {"source": run.source, "status": str(status), **counts, "seconds": seconds, "message": run.message}


def _read_source(said: dict[str, Any]) -> Source:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in said.items()}
    return Source(**values)
