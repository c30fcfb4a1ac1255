"""Sites that show their pages in frames, by scripts, from data, or behind a splash."""

import json
from pathlib import Path

import pytest

from tests.site.loopback import Route, article, listing, title
from tests.site.small_site import MENU, Crawled, SmallSite, check, crawl_sites, entries, notices_at, one_list

_SITE = one_list("/bg/{}.html", 4)
_LIST = _SITE["/bao-gia/"]


def _behind(splash: str) -> SmallSite:
    """The site behind a page that only leads to it."""
    return SmallSite(pages={**_SITE, "/": splash, "/vi/": _SITE["/"]}, holds=4)


def _page(body: str, head: str = "") -> str:
    return f"<html><head><title>Bệnh viện</title>{head}</head><body>{body}</body></html>"


def _framed() -> SmallSite:
    frames = '<frame name="top" src="/top.htm"><frame name="menu" src="/menu.htm"><frame name="main" src="/moi.htm">'
    pages: dict[str, Route] = {
        "/": f"<html><head><title>Bệnh viện</title></head><frameset rows='80,*'>{frames}</frameset></html>",
        "/top.htm": _page("<h1>Bệnh viện Đa khoa Thử Nghiệm</h1>"),
        "/menu.htm": _page(
            '<a href="/tb.htm" target="main">Thông báo</a> <a href="/tin.htm" target="main">Tin tức</a>'
        ),
        "/moi.htm": _page("<p>Chào mừng đến với trang của bệnh viện.</p>"),
        "/tb.htm": listing(*entries("/bg/{}.htm", range(4))),
        "/tin.htm": listing(("/tin/1.htm", "Hội nghị giao ban công tác chuyên môn quý IV")),
        **notices_at("/bg/{}.htm", 4),
    }
    return SmallSite(pages=pages, holds=4)


def _in_iframe(source: str = "src") -> SmallSite:
    def frame(page: int) -> str:
        pager = "".join(f'<a href="/ds.aspx?page={n}">{n}</a>' for n in (1, 2) if n != page)
        numbers = range(page * 3 - 3, page * 3)
        return listing(*entries("/bg/{}.html", numbers), more=f'<div class="pager">{pager}</div>')

    pages: dict[str, Route] = {
        "/": listing(menu=MENU),
        "/bao-gia/": _page(f'<nav><a href="{MENU[0][0]}">{MENU[0][1]}</a></nav><iframe {source}="/ds.aspx"></iframe>'),
        "/ds.aspx": frame(1),
        "/ds.aspx?page=2": frame(2),
        **notices_at("/bg/{}.html", 6),
    }
    return SmallSite(pages=pages, holds=6)


def _pressed(row: str) -> SmallSite:
    """Rows of a table that lead on when they are pressed; {0} is the number, {1} the title."""
    rows = "".join(row.format(n, title(n)) for n in range(4))
    table = listing(menu=MENU, more=f"<table>{rows}</table>")
    return SmallSite(pages={**_SITE, "/bao-gia/": table}, holds=4)


def _in_tab() -> SmallSite:
    """Two notices stand on the list, two in what a script puts behind its second tab."""
    tab = '<a href="#hai" data-tab-url="/bao-gia/hai">Chào giá</a>'
    shown = listing(*entries("/bg/{}.html", range(2)), menu=MENU, more=tab)
    rows = "".join(f'<li><a href="{url}">{name}</a></li>' for url, name in entries("/bg/{}.html", range(2, 4)))
    return SmallSite(pages={**_SITE, "/bao-gia/": shown, "/bao-gia/hai": rows}, holds=4)


def _from_data(key: str, value: str) -> SmallSite:
    posts = [{"id": n, "title": title(n), key: value.format(n), "createdAt": "2026-11-19T08:00:00"} for n in range(4)]
    data = json.dumps({"props": {"pageProps": {"posts": posts}}, "page": "/bao-gia"}, ensure_ascii=False)
    script = f'<script id="__NEXT_DATA__" type="application/json">{data}</script>'
    shell = _page(f'<div id="__next"><nav><a href="/bao-gia">Yêu cầu báo giá</a></nav></div>{script}')
    pages: dict[str, Route] = {"/": shell.replace(data, "{}"), "/bao-gia": shell}
    return SmallSite(pages={**pages, **notices_at("/bao-gia/{}", 4)}, holds=4)


def _article_elsewhere(shell: str) -> SmallSite:
    """Pages that show what stands at another address; {0} is the number, {1} the title."""
    banner = {"/quang-cao.html": _page("<p>Khám sức khỏe định kỳ, gọi ngay cho chúng tôi</p>")}
    shells = {f"/bg/{n}.html": _page(shell.format(n, title(n))) for n in range(4)}
    return SmallSite(pages={**_SITE, **banner, **notices_at("/noi-dung/{}.html", 4), **shells}, holds=4)


def _article_from_data() -> SmallSite:
    """Pages whose text stands in data alone."""

    def told(number: int) -> str:
        whole = article(title(number))
        content = whole[whole.index("</h1>") + 5 : whole.index("</article>")]
        post = {"title": title(number), "content": content, "related": [{"title": title(9), "slug": "khac"}]}
        data = json.dumps({"props": {"pageProps": {"post": post}}}, ensure_ascii=False)
        return _page(f'<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{data}</script>')

    return SmallSite(pages={**_SITE, **{f"/bg/{n}.html": told(n) for n in range(4)}}, holds=4)


SITES = {
    "a splash with a script": _behind(_page("<p>Đang tải…</p>", '<script>window.location.href = "/vi/";</script>')),
    "a splash that replaces itself on load": _behind(
        "<html><body onload=\"location.replace('/vi/')\"><p>Đang chuyển hướng</p></body></html>"
    ),
    "a splash with one way in": _behind(_page('<a href="/vi/"><img src="/anh.jpg" alt="Vào trang chủ"></a>')),
    "a splash with a map": _behind(
        _page('<img src="/anh.jpg" usemap="#m"><map name="m"><area href="/vi/" alt="Enter"></map>')
    ),
    "a splash with a meta tag": _behind(_page("", '<meta http-equiv="refresh" content="0; url=/vi/">')),
    "frames": _framed(),
    "a list in an iframe": _in_iframe(),
    "a list in an iframe that loads later": _in_iframe('src="about:blank" data-lazy-src'),
    "a menu to choose from": SmallSite(
        pages={
            **_SITE,
            "/": _page(
                '<a href="/gioi-thieu.html">Giới thiệu</a><select onchange="window.location=this.value">'
                '<option value="/">Trang chủ</option><option value="/bao-gia/">Yêu cầu báo giá</option></select>'
            ),
        },
        holds=4,
    ),
    "rows that can be pressed": _pressed(
        "<tr onclick=\"window.location='/bg/{0}.html'\"><td>{0}</td><td>{1}</td><td>19/11/2026</td></tr>"
    ),
    "rows with an address": _pressed('<tr data-href="/bg/{0}.html"><td>{1}</td><td>19/11/2026</td></tr>'),
    "links that open a window": _pressed(
        '<tr><td><a href="javascript:void(0)" onclick="window.open(\'/bg/{0}.html\')">{1}</a></td></tr>'
    ),
    "a tab that a script fills": _in_tab(),
    "rows that a script writes": _pressed("<script>document.write('<a href=\"/bg/{0}.html\">{1}</a>')</script>"),
    "rows of a map": _pressed('<area href="/bg/{0}.html" alt="{1}">'),
    "a list that is data with addresses": _from_data("url", "/bao-gia/{}"),
    "a list that is data with slugs": _from_data("slug", "{}"),
    "articles that are data": _article_from_data(),
    "articles in an iframe": _article_elsewhere('<h1>{1}</h1><iframe src="/noi-dung/{0}.html"></iframe>'),
    "articles in the second frame": _article_elsewhere(
        '<iframe src="/quang-cao.html"></iframe><iframe src="/khong-co.html"></iframe><iframe src="/noi-dung/{0}.html">'
    ),
    "articles behind a script": _article_elsewhere("<script>window.location = '/noi-dung/{0}.html';</script>"),
}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Crawled]:
    return crawl_sites(SITES, Path(tmp_path_factory.mktemp("scripts")))


@pytest.mark.parametrize("name", SITES)
def test_what_a_browser_would_show_is_read(name: str, crawled: dict[str, Crawled]) -> None:
    check(SITES[name], crawled[name])


@pytest.mark.parametrize("name", ["articles in an iframe", "articles in the second frame", "articles behind a script"])
def test_what_stands_elsewhere_is_read_with_its_fields_and_for_few_requests(
    name: str, crawled: dict[str, Crawled]
) -> None:
    assert all(notice.deadline_at for notice in crawled[name].notices[-1])
    asked = crawled[name].asked[0]
    assert len(asked) <= 20
    assert asked.count("/quang-cao.html") <= 1
