"""What may be fetched, and how a host's wish for a pause is kept."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.discovery.bounds import read_robots
from crawler.discovery.challenge import is_challenge
from crawler.middlewares import OutOfBoundsError, SiteBounds, parse_retry_after
from crawler.process.run import crawl
from crawler.source import parse_source
from tests.site.loopback import Answer, Site, article, listing, serve
from timthau.config import Settings

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SOURCE = parse_source(
    "bv",
    {"title": "x", "home": "http://www.bv.example/", "hosts": ["tep.bv2.example"], "file_hosts": ["luutru.example"]},
)


def check(url: str, bounds: SiteBounds | None = None) -> None:
    asked = (bounds or SiteBounds(SOURCE)).process_request(Request(url))
    with ThreadPoolExecutor(1) as aside:  # a browser of other tests may have a loop in this thread
        aside.submit(asyncio.run, asked).result()


@pytest.mark.parametrize(
    "url",
    ["http://bv.example/a", "https://www.bv.example/a", "http://tep.bv2.example/a.pdf", "http://luutru.example/a.pdf"],
)
def test_the_hosts_that_a_source_names_are_asked(url: str) -> None:
    check(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://other.example/",
        "http://bv.example.evil.example/",
        "http://evilbv.example/",
        "http://bv.example:8080/",
        "http://127.0.0.1/",
        "http://localhost/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "ftp://bv.example/a.pdf",
    ],
)
def test_nobody_else_is_asked(url: str) -> None:
    with pytest.raises(OutOfBoundsError):
        check(url)


def test_a_host_for_files_that_leads_to_a_private_address_is_not_asked() -> None:
    said = {"title": "x", "home": "http://bv.example/", "file_hosts": ["localhost"]}
    with pytest.raises(OutOfBoundsError, match="leads to a private address"):
        check("http://localhost/a.pdf", SiteBounds(parse_source("x", said)))
    check("http://localhost/", SiteBounds(parse_source("x", said | {"home": "http://localhost/"})))


def test_retry_after_is_a_number_of_seconds_or_a_date() -> None:
    assert parse_retry_after("120", now=NOW) == 120
    assert parse_retry_after("Mon, 23 Nov 2026 12:01:30 GMT", now=NOW) == 90
    assert parse_retry_after("Mon, 23 Nov 2026 11:00:00 GMT", now=NOW) == 0


@given(st.text(max_size=40))
def test_any_retry_after_gives_a_pause(text: str) -> None:
    assert parse_retry_after(text, now=NOW) >= 0


def test_a_pause_is_kept_and_the_request_repeated(settings: Settings) -> None:
    title = "Thư mời báo giá mua máy thở"

    def busy(site: Site, target: str) -> Answer | str:
        first = site.requests.count(target) == 1
        return Answer("", 503, {"Retry-After": "1"}) if first else article(title)

    menu = (("/bao-gia/", "Yêu cầu báo giá"),)
    site = Site({"/": listing(menu=menu), "/bao-gia/": listing(("/a.html", title), menu=menu), "/a.html": busy})
    with serve(site) as url:
        (report,) = crawl([url], settings=settings, delay=0)
    assert (report.status, report.found) == ("ok", 1)
    first, second = (at for target, at in zip(site.requests, site.times, strict=True) if target == "/a.html")
    assert second - first >= 1.0


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, "<title>Attention Required! | Cloudflare</title>"),
        (200, "<title>Just a moment...</title>"),
        (200, "<script>document.cookie='a=b'; location.reload();</script>"),
        (200, "<form><div class='g-recaptcha'></div></form>"),
    ],
)
def test_challenges_are_recognised(status: int, body: str) -> None:
    assert is_challenge(HtmlResponse("http://bv.example/", status=status, body=body.encode()))


@pytest.mark.parametrize(
    "body",
    [
        listing(*[(f"/{n}", "Thư mời báo giá") for n in range(9)])
        + "<script src='/recaptcha/api.js'></script>"
        + " " * 5000,
        article("Yêu cầu báo giá mua captcha"),
    ],
)
def test_pages_with_a_form_at_their_foot_are_no_challenges(body: Any) -> None:
    assert not is_challenge(HtmlResponse("http://bv.example/", body=(body + "<a >1</a><a >2</a><a >3</a>").encode()))


def test_of_an_endless_robots_txt_whole_lines_of_its_beginning_are_read() -> None:
    rules = b"User-agent: *\n" + b"".join(b"Disallow: /a/%d/\n" % number for number in range(100_000))
    read = read_robots(200, rules)
    assert 400_000 < len(read) <= 512_000
    assert read.endswith(b"/\n")
    assert rules.startswith(read)
    assert read_robots(200, rules[:9000]) == rules[:9000]
    assert read_robots(200, b"x" * 1_000_000) == b""
