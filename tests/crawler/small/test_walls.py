"""Answers that fail in the middle of a run: what was not read is announced, and the next run reads it."""

import json
import zlib
from pathlib import Path

import brotli
import pytest

from tests.site.loopback import Answer, Route, Site, article, listing, title
from tests.site.small_site import (
    MENU,
    Crawled,
    SmallSite,
    check,
    crawl_sites,
    entries,
    notices_at,
    once,
    one_list,
    typed,
)

_WALL = Answer("<html><title>403 Forbidden</title><h1>Forbidden</h1></html>", 403)
_GZIP = {"Content-Encoding": "gzip"}
_BUSY = Answer("<html><title>503</title><h1>Service Unavailable</h1></html>", 503)
_SHELL = "<html><head><title>Bệnh viện</title></head><body><div id='app'></div><script src='/app.js'></script></body>"
_SITEMAP = "<?xml version='1.0'?><urlset>{}</urlset>"


def _wall_after(count: int, of: int = 20) -> SmallSite:
    """Everything answers 403 once so many requests were made; the next run is let in again."""
    pages = one_list("/bg/{}.html", of)

    def open_again(site: Site) -> None:
        left[0] = 1000

    def otherwise(target: str) -> Answer | str | None:
        if target == "/robots.txt":
            return None
        left[0] -= 1
        return _WALL if left[0] < 0 else pages.get(target)  # type: ignore[return-value]  # plain pages

    left = [count]
    return SmallSite(
        pages={}, otherwise=otherwise, holds=of, ends=("incomplete", "ok"), first=count - 3, before_second=open_again
    )


def _two_pages(second: Answer) -> SmallSite:
    """A list of three pages, of which the second answers `second` at first."""

    def page(number: int) -> str:
        pager = "".join(f'<a href="/bao-gia/?page={n}">{n}</a>' for n in (1, 2, 3) if n != number)
        numbers = range(number * 4 - 4, number * 4)
        return listing(*entries("/bg/{}.html", numbers), menu=MENU, more=f'<div class="pager">{pager}</div>')

    pages: dict[str, Route] = {
        "/": listing(menu=MENU),
        "/bao-gia/": page(1),
        "/bao-gia/?page=2": once(page(2), second, times=3 if second.status == 503 else 1),
        "/bao-gia/?page=3": page(3),
    }
    return SmallSite(pages=pages | notices_at("/bg/{}.html", 12), holds=12, ends=("incomplete", "ok"), first=4)


def _cut(body: str) -> Answer:
    """An answer in chunks of which the last never comes."""
    return Answer(f"{len(body.encode()):x}\r\n{body}\r\n".encode(), 200, {"Transfer-Encoding": "chunked"})


def _packed(body: str, coding: str) -> Answer:
    """A packed answer of the right length whose end was never packed."""
    if coding == "br":
        packer = brotli.Compressor()
        packed = packer.process(body.encode()) + packer.flush()
    else:
        stream = zlib.compressobj(wbits=31)
        packed = stream.compress(body.encode()) + stream.flush(zlib.Z_SYNC_FLUSH)
    return Answer(packed, 200, {"Content-Encoding": coding})


def _arrow(page: int) -> str:
    return f'<div class="pager"><a href="/bao-gia/?page={page}">»</a></div>'


def _wordpress_failing_once() -> SmallSite:
    """One hundred posts on the first page of the interface, which no list shows, and ten on the second."""

    def posts(numbers: range) -> Answer:
        items = [
            {
                "id": n + 1,
                "link": f"{{base}}/{n}/",
                "title": {"rendered": title(n)},
                "date_gmt": "2026-11-19T03:00:00",
                "modified_gmt": "2026-11-19T03:00:00",
                "categories": [1],
            }
            for n in numbers
        ]
        return Answer(json.dumps(items), 200, {"Content-Type": "application/json", "X-WP-TotalPages": "2"})

    fields = "_fields=id,link,title,date_gmt,modified_gmt,categories"
    head = '<head><link rel="https://api.w.org/" href="{base}/wp-json/">'
    pages: dict[str, Route] = {
        "/": listing(menu=MENU).replace("<head>", head),
        "/bao-gia/": listing(*entries("/{}/", range(10)), menu=MENU),
        "/wp-json/wp/v2/categories?per_page=100&_fields=id,name,slug": typed(
            '[{"id": 1, "name": "Báo giá", "slug": "bg"}]', "application/json"
        ),
        "/wp-json/wp/v2/types": typed('{"post": {"rest_base": "posts"}}', "application/json"),
        f"/wp-json/wp/v2/posts?per_page=100&{fields}": posts(range(100)),
        f"/wp-json/wp/v2/posts?per_page=100&{fields}&page=2": once(posts(range(100, 110)), Answer("", 500), times=3),
    }
    return SmallSite(
        pages=pages | notices_at("/{}/", 110),
        otherwise=lambda target: typed("[]", "application/json") if "/v2/media" in target else None,
        holds=110,
        first=100,
        ends=("incomplete", "ok"),
    )


def _with_menu(*more: tuple[str, str]) -> str:
    return listing(menu=(*MENU, *more))


SITES = {
    "a wall after fourteen requests": _wall_after(14),
    "a wall before most of the notices": _wall_after(14, 120),
    "a part that is closed to visitors": SmallSite(
        pages={
            **one_list("/bg/{}.html", 3),
            "/": listing(menu=(*MENU, ("/noi-bo/", "Thông báo nội bộ"))),
            "/noi-bo/": listing(*((f"/noi-bo/{n}.html", f"Thông báo số {n} của phòng") for n in range(25))),
            **{f"/noi-bo/{n}.html": _WALL for n in range(25)},
        },
        holds=3,
        ends=("failed", "ok"),
    ),
    "a list page that is forbidden once": _two_pages(_WALL),
    "a list page that is unavailable thrice": _two_pages(_BUSY),
    "a list page that asks for a log in once": _two_pages(Answer("<h1>Unauthorized</h1>", 401)),
    "a list page that is not found once in the middle": _two_pages(Answer("<h1>Not found</h1>", 404)),
    "a list page that is empty once": _two_pages(Answer("", 200)),
    "a first list page that is forbidden once": SmallSite(
        pages={
            **one_list("/bg/{}.html", 3),
            "/": _with_menu(("/dau-thau/", "Đấu thầu")),
            "/dau-thau/": once(listing(*entries("/dt/{}.html", range(3, 6)), menu=MENU), _WALL),
            **{f"/dt/{n}.html": article(title(n)) for n in range(3, 6)},
        },
        holds=6,
        first=3,
        ends=("incomplete", "ok"),
    ),
    "an article whose words are missing once": SmallSite(
        pages=one_list("/bg/{}.html", 4, **{"/bg/2.html": once(article(title(2)), Answer(_SHELL))}),
        holds=4,
        first=3,
        ends=("incomplete", "ok"),
    ),
    "an article that is no page once": SmallSite(
        pages=one_list("/bg/{}.html", 4, **{"/bg/2.html": once(article(title(2)), Answer("\0 \0"))}),
        holds=4,
        first=3,
        ends=("incomplete", "ok"),
    ),
    "an article that is forbidden once": SmallSite(
        pages=one_list("/bg/{}.html", 4, **{"/bg/2.html": once(article(title(2)), _WALL)}),
        holds=4,
        first=3,
        ends=("incomplete", "ok"),
    ),
    "an article that is empty once": SmallSite(
        pages=one_list("/bg/{}.html", 4, **{"/bg/2.html": once(article(title(2)), Answer(""))}),
        holds=4,
        first=3,
        ends=("incomplete", "ok"),
    ),
    "a sitemap that fails while nothing else names its notices": SmallSite(
        pages={
            "/": listing(("/gioi-thieu.html", "Giới thiệu chung về bệnh viện")),
            "/sitemap.xml": once(
                typed(
                    _SITEMAP.format("".join(f"<url><loc>{{base}}/an/bao-gia-{n}.html</loc></url>" for n in range(3))),
                    "text/xml",
                ),
                Answer("", 500),
                times=3,
            ),
            **notices_at("/an/bao-gia-{}.html", 3),
        },
        holds=3,
        first=0,
        ends=("failed", "ok"),
    ),
    "a feed that fails beside the lists": SmallSite(
        pages={
            **one_list("/bg/{}.html", 3),
            "/": listing(menu=MENU).replace("<head>", '<head><link type="application/rss+xml" href="/rss">'),
            "/rss": once(
                typed(
                    "<?xml version='1.0'?><rss version='2.0'><channel>"
                    + "".join(
                        f"<item><title>{title(n)}</title><link>{{base}}/an/{n}.html</link></item>" for n in (3, 4)
                    )
                    + "</channel></rss>",
                    "application/rss+xml",
                ),
                _BUSY,
                times=3,
            ),
            **{f"/an/{n}.html": article(title(n)) for n in (3, 4)},
        },
        holds=5,
        first=3,
        ends=("incomplete", "ok"),
    ),
    "a chunked list that breaks off": SmallSite(
        pages=one_list(
            "/bg/{}.html",
            4,
            **{
                "/bao-gia/": once(
                    listing(*entries("/bg/{}.html", range(4)), menu=MENU),
                    _cut(listing(*entries("/bg/{}.html", range(2)), menu=MENU)[:-40]),
                    times=3,
                )
            },
        ),
        holds=4,
        first=2,
        ends=("incomplete", "ok"),
    ),
    **{
        f"a list packed with {coding} that breaks off": SmallSite(
            pages=one_list(
                "/bg/{}.html",
                4,
                **{
                    "/bao-gia/": once(
                        listing(*entries("/bg/{}.html", range(4)), menu=MENU),
                        _packed(listing(*entries("/bg/{}.html", range(2)), menu=MENU), coding),
                        times=3,
                    )
                },
            ),
            holds=4,
            first=2,
            ends=("incomplete", "ok"),
        )
        for coding in ("gzip", "br")
    },
    "an answer that is said to be packed and is not": SmallSite(
        pages=one_list(
            "/bg/{}.html", 3, **{"/bg/1.html": once(article(title(1)), Answer(b"\xff\xfe<html>", 200, _GZIP), times=2)}
        ),
        holds=3,
    ),
    "a chunked article that breaks off every time": SmallSite(
        pages=one_list("/bg/{}.html", 3, **{"/bg/1.html": lambda *_: _cut(article(title(1))[:-20])}),
        holds=3,
        ends=("incomplete", "incomplete"),
    ),
    "an end of a list that an arrow leads beyond": SmallSite(
        pages={
            "/": listing(menu=MENU),
            "/bao-gia/": listing(*entries("/bg/{}.html", range(4)), menu=MENU, more=_arrow(2)),
            "/bao-gia/?page=2": listing(*entries("/bg/{}.html", range(4, 8)), menu=MENU, more=_arrow(3)),
            **notices_at("/bg/{}.html", 8),
        },
        holds=8,
    ),
    "a title in the list that leads nowhere": SmallSite(
        pages={
            **one_list("/bg/{}.html", 3),
            "/bao-gia/": listing(*entries("/bg/{}.html", range(4)), menu=MENU),
        },
        holds=3,
        ends=("incomplete", "ok"),
    ),
    "a wordpress whose interface fails on its second page": _wordpress_failing_once(),
}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Crawled]:
    return crawl_sites(SITES, Path(tmp_path_factory.mktemp("walls")))


@pytest.mark.parametrize("name", SITES)
def test_a_gap_is_announced_and_filled(name: str, crawled: dict[str, Crawled]) -> None:
    check(SITES[name], crawled[name])


def test_a_wall_is_not_run_against_for_long(crawled: dict[str, Crawled]) -> None:
    first, second = crawled["a wall before most of the notices"].asked
    assert len(first) <= 70  # what is on its way, and what waits before the home page, is asked still
    assert "stopped at a wall" in crawled["a wall before most of the notices"].reports[0].message
    assert "wall" not in crawled["a part that is closed to visitors"].reports[0].message
    assert len(second) > 100
