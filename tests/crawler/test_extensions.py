"""The pace that robots.txt asks for, and the record of each run."""

from datetime import datetime, timedelta

import pytest

from crawler.process.job import CrawlProgress
from crawler.process.run import crawl
from crawler.reading.tally import Tally
from tests.site.loopback import Answer, Site, article, listing, serve
from timthau.config import Settings
from timthau.model.moment import HANOI
from timthau.model.record import Run, RunStatus
from timthau.store.notice import Store

TITLE = "Thư mời báo giá mua máy thở"
MENU = (("/bao-gia/", "Yêu cầu báo giá"),)
PAGES = {"/": listing(menu=MENU), "/bao-gia/": listing(("/a.html", TITLE), menu=MENU), "/a.html": article(TITLE)}


def gaps(site: Site) -> list[float]:
    return [later - earlier for earlier, later in zip(site.times, site.times[1:], strict=False)]


def test_a_crawl_delay_is_kept_even_when_none_is_wanted(settings: Settings) -> None:
    robots = Answer("User-agent: *\nCrawl-delay: 0.4", 200, {"Content-Type": "text/plain"})
    site = Site({**PAGES, "/robots.txt": robots})
    with serve(site) as url:
        crawl([url], settings=settings, delay=0)
    assert len(site.times) > 4
    assert min(gaps(site)[1:]) > 0.35


def test_requests_to_one_host_keep_their_distance(settings: Settings) -> None:
    site = Site(PAGES)
    with serve(site) as url:
        crawl([url], settings=settings, delay=0.3)
    assert min(gaps(site)) > 0.25


def test_a_sitemap_named_in_robots_txt_leads_to_what_no_list_names(settings: Settings) -> None:
    hidden = "/thong-bao/moi-chao-gia-mua-xe-cuu-thuong-91.html"
    paths = (hidden, "/hoi-thao-tim-mach-lan-3.html")
    rows = "".join(f"<url><loc>{{base}}{path}</loc></url>" for path in paths)
    sitemap = f"<?xml version='1.0'?><urlset>{rows}</urlset>"
    site = Site(
        {
            **PAGES,
            "/robots.txt": Answer("Sitemap: {base}/map.xml", 200, {"Content-Type": "text/plain"}),
            "/map.xml": Answer(sitemap, 200, {"Content-Type": "text/xml"}),
            hidden: article("Mời chào giá mua xe cứu thương"),
        }
    )
    with serve(site) as url:
        (report,) = crawl([url], settings=settings, delay=0)
    assert (report.status, report.found) == ("ok", 2)
    assert "/hoi-thao-tim-mach-lan-3.html" not in site.requests


def test_the_run_is_recorded_and_every_answer_told(settings: Settings) -> None:
    told: list[CrawlProgress] = []
    site = Site(PAGES)
    with serve(site) as url:
        (report,) = crawl([url], settings=settings, delay=0, progress=told.append)
    store = Store.open(settings.database_url)
    (run,) = store.runs(report.source)
    store.close()
    assert (run.status, run.full, run.found, run.new, run.requests) == (RunStatus.OK, True, 1, 1, len(site.requests))
    assert run.finished_at is not None
    assert {progress.source for progress in told} == {report.source}
    assert len(told) == len(site.requests)


def test_a_robots_txt_that_cannot_be_had_for_now_means_wait(settings: Settings) -> None:
    site = Site({**PAGES, "/robots.txt": Answer("", 503)})
    with serve(site) as url:
        (report,) = crawl([url], settings=settings, delay=0)
    assert (report.status, report.found) == ("failed", 0)
    assert "robots.txt answers 503" in report.message
    assert site.asked() == []


def test_a_byte_order_mark_before_robots_txt_hides_no_rule(settings: Settings) -> None:
    robots = Answer("\ufeffUser-agent: *\nDisallow: /a.html", 200, {"Content-Type": "text/plain"})
    site = Site({**PAGES, "/robots.txt": robots})
    with serve(site) as url:
        crawl([url], settings=settings, delay=0)
    assert "/a.html" not in site.requests


NOW = datetime(2026, 11, 20, tzinfo=HANOI)


def earlier(*found: int, full: bool = False) -> list[Run]:
    return [
        Run(id=n, source="bv", started_at=NOW - timedelta(days=n), status=RunStatus.OK, full=full, found=count)
        for n, count in enumerate(found)
    ]


@pytest.mark.parametrize(
    ("found", "full", "minimum", "before", "status"),
    [
        (3, True, 1, [], RunStatus.OK),
        (0, False, 1, [], RunStatus.FAILED),
        (0, True, 0, [], RunStatus.OK),
        (9, True, 10, [], RunStatus.FAILED),
        (9, False, 10, [], RunStatus.OK),
        (4, False, 1, earlier(20, 10, 30), RunStatus.FAILED),
        (5, False, 1, earlier(20, 10, 30), RunStatus.OK),
        (4, False, 1, earlier(60, full=True), RunStatus.OK),
    ],
)
def test_too_few_notices_fail_a_run(found: int, full: bool, minimum: int, before: list[Run], status: RunStatus) -> None:
    tally = Tally(found={str(number) for number in range(found)})
    assert tally.judge(expected_minimum=minimum, full=full, earlier=before)[0] is status
