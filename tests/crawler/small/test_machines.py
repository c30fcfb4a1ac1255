"""What machines are told: sitemaps and feeds in any dress, and pages that say wrongly how they are written."""

# ruff: noqa: E501 - markup as systems write it

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.discovery.feed import SitemapLostError, parse_sitemap
from tests.site.loopback import Answer, Route, Site, article, listing, title
from tests.site.small_site import MENU, Crawled, SmallSite, check, crawl_sites, entries, notices_at, one_list, typed

_EMPTY_HOME = listing(("/gioi-thieu.html", "Giới thiệu chung về bệnh viện"))
_NAMED = "/an/yeu-cau-bao-gia-{}.html"


def _by_sitemap(answer: Route, *, target: str = "/sitemap.xml", named: str = "") -> SmallSite:
    pages: dict[str, Route] = {"/": _EMPTY_HOME, target: answer, **notices_at(_NAMED, 3)}
    if target != "/sitemap.xml":
        pages["/robots.txt"] = typed(f"User-agent: *\nSitemap: {named or '{base}' + target}\n", "text/plain")
    return SmallSite(pages=pages, holds=3)


def _packed(site: Site, _target: str) -> Answer:
    text = _urlset().replace("{base}", site.url)
    return Answer(gzip.compress(text.encode()), 200, {"Content-Type": "text/html"})


def _urlset(lastmod: str = "", count: int = 3) -> str:
    urls = "".join(f"<url><loc>{{base}}{_NAMED.format(n)}</loc>{lastmod}</url>" for n in range(count))
    return f"<?xml version='1.0' encoding='UTF-8'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</urlset>"


def _always_now(site: Site, _target: str) -> Answer:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return typed(_urlset(f"<lastmod>{now}</lastmod>", 40), "application/xml")


def _by_json_feed() -> SmallSite:
    """What the second page names stands nowhere else; a list links to the feed as to an article."""

    def page(numbers: range, **more: str) -> Answer:
        items = [{"id": f"{{base}}/an/{n}.html", "title": title(n), "content_html": "<p>"} for n in numbers]
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "Tin",
            **more,
            "items": [*items, {"id": "7"}, 7],
        }
        return typed(json.dumps(feed), "application/feed+json")

    pages: dict[str, Route] = {
        "/": listing(("/tin.json", title(9)), menu=()).replace(
            "<head>", '<head><link rel="alternate" type="application/feed+json" href="/tin.json">'
        ),
        "/tin.json": page(range(3), next_url="/tin-2.json"),
        "/tin-2.json": page(range(3, 6)),
        **notices_at("/an/{}.html", 6),
    }
    return SmallSite(pages=pages, holds=6)


def _by_feed(feed: str, *, start: str = "") -> SmallSite:
    pages: dict[str, Route] = {
        "/": _EMPTY_HOME.replace("<head>", '<head><link rel="alternate" type="application/rss+xml" href="/rss">'),
        "/rss": typed(start + feed, "text/xml; charset=utf-8"),
        **notices_at("/an/{}.html", 3),
    }
    return SmallSite(pages=pages, holds=3)


def _rss(link: str) -> str:
    items = "".join(f"<item><title>{title(n)}</title>{link.format(n)}</item>" for n in range(3))
    return (
        f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Tin</title>{items}</channel></rss>"
    )


def _by_two_feeds() -> SmallSite:
    """As Blogger has them: what the second page names stands nowhere else."""

    def page(numbers: range, more: str = "") -> Answer:
        items = "".join(f"<entry><title>{title(n)}</title><link href='{{base}}/an/{n}.html'/></entry>" for n in numbers)
        return typed(f"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'>{more}{items}</feed>", "text/xml")

    pages: dict[str, Route] = {
        "/": _EMPTY_HOME.replace("<head>", '<head><link rel="alternate" type="application/atom+xml" href="/tin">'),
        "/tin": page(range(3), "<link rel='next' href='{base}/tin?start=4'/>"),
        "/tin?start=4": page(range(3, 6)),
        **notices_at("/an/{}.html", 6),
    }
    return SmallSite(pages=pages, holds=6)


def _mislabelled(charset: str, media_type: str = "text/html") -> SmallSite:
    def dressed(page: str) -> Answer:
        return Answer(page.replace("<head>", f'<head><meta charset="{charset}">'), 200, {"Content-Type": media_type})

    pages: dict[str, Route] = {
        "/": dressed(listing(menu=MENU)),
        "/bao-gia/": dressed(listing(*entries("/bg/{}.html", range(3)), menu=MENU)),
        **{f"/bg/{n}.html": dressed(article(title(n))) for n in range(3)},
    }
    return SmallSite(pages=pages, holds=3)


def _with_feed_links() -> SmallSite:
    """Lists that link to their own feeds as to articles."""
    feed = typed(
        _rss("<link>{{base}}/bg/{0}.html</link>").replace("<title>Tin</title>", f"<title>{title(9)}</title>"),
        "application/rss+xml",
    )
    atom = typed(
        f"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><title>{title(8)}</title><subtitle>Kính mời báo giá trước 17h ngày 30/11/2026</subtitle></feed>",
        "application/atom+xml",
    )
    more = '<a href="/dong-tin/?section=bao-gia" type="application/rss+xml" title="RSS: Yêu cầu báo giá các loại vật tư">RSS</a>'
    links = [*entries("/bg/{}.html", range(3)), ("/dong-tin/atom?section=moi", "Thông báo mời báo giá mới nhất (Atom)")]
    pages = {
        "/": listing(menu=MENU),
        "/bao-gia/": listing(*links, menu=MENU, more=more),
        **notices_at("/bg/{}.html", 3),
    }
    return SmallSite(pages={**pages, "/dong-tin/?section=bao-gia": feed, "/dong-tin/atom?section=moi": atom}, holds=3)


SITES = {
    "a packed sitemap of any type": _by_sitemap(_packed, target="/sitemap.xml.gz"),
    "a sitemap of plain text": _by_sitemap(typed("".join(f"{{base}}{_NAMED.format(n)}\n" for n in range(3)), "text/plain"), target="/sitemap.txt"),
    "a sitemap with a byte before its first": _by_sitemap(typed("\ufeff\n" + _urlset(), "application/xml")),
    "a sitemap that changed a moment ago always": SmallSite(
        pages={"/": _EMPTY_HOME, "/sitemap.xml": _always_now, **notices_at(_NAMED, 40, day="19/11/2025")}, holds=40
    ),
    "guids that are links": _by_feed(_rss("<guid>{{base}}/an/{0}.html</guid>")),
    "guids that are no links": _by_feed(_rss('<guid isPermaLink="false">x-{0}</guid><link>{{base}}/an/{0}.html</link>')),
    "a feed with a blank before its prolog": _by_feed(_rss("<link>{{base}}/an/{0}.html</link>"), start=" \n"),
    "a feed with a warning before its prolog": _by_feed(_rss("<link>{{base}}/an/{0}.html</link>"), start="Notice: Undefined index in x.php\n"),
    "utf-8 that calls itself utf-16": _mislabelled("utf-16"),
    "utf-8 that calls itself utf-16 in its header": _mislabelled("utf-8", "text/html; charset=utf-16"),
    "a feed that goes on on a second page": _by_two_feeds(),
    "atom with links relative to a base": _by_feed("<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom' xml:base='{base}/an/'>" + "".join(f"<entry><title>{title(n)}</title><link href='{n}.html'/></entry>" for n in range(3)) + "</feed>"),
    "a feed in JSON": _by_json_feed(),
    "a sitemap at a relative address": _by_sitemap(typed(_urlset(), "text/xml"), target="/muc/so-do.xml", named="/muc/so-do.xml"),
    "a sitemap with bare ampersands": SmallSite(pages={"/": _EMPTY_HOME, "/sitemap.xml": typed(_urlset().replace(_NAMED[:4], "/xem.php?muc=bao-gia&tin="), "text/xml"), **notices_at("/xem.php?muc=bao-gia&tin=" + _NAMED[4:], 3)}, holds=3),
    "a sitemap that names the home page": SmallSite(pages={**one_list("/bg/{}.html", 40), "/sitemap.xml": typed(_urlset(count=0).replace("</urlset>", "<url><loc>{base}/</loc></url></urlset>"), "text/xml")}, holds=40),
    "lists that link to their feeds": _with_feed_links(),
    "one list of forty, read a second time": SmallSite(pages=one_list("/bg/{}.html", 40), holds=40),
}  # fmt: skip


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Crawled]:
    return crawl_sites(SITES, Path(tmp_path_factory.mktemp("machines")))


@pytest.mark.parametrize("name", SITES)
def test_what_machines_are_told_is_understood(name: str, crawled: dict[str, Crawled]) -> None:
    check(SITES[name], crawled[name])


def test_a_sitemap_that_always_changed_a_moment_ago_is_not_believed(crawled: dict[str, Crawled]) -> None:
    first, second = crawled["a sitemap that changed a moment ago always"].asked
    assert len(second) <= 0.15 * len(first)


def test_a_home_page_that_a_sitemap_names_is_asked_for_once(crawled: dict[str, Crawled]) -> None:
    assert [asked.count("/") for asked in crawled["a sitemap that names the home page"].asked] == [1, 1]


def test_a_sitemap_is_whole_in_any_encoding_and_said_to_be_lost_where_it_breaks_off() -> None:
    text = _urlset().replace("UTF-8", "UTF-16")
    assert len(parse_sitemap(text.encode("utf-16"))[1]) == 3
    with pytest.raises(SitemapLostError, match="broke off"):
        parse_sitemap(text.encode("utf-16")[:-40])
