"""Ordinary days: pages that only look like challenges, days that edits move, side bars that change."""

from pathlib import Path

import pytest

from tests.site.loopback import Answer, Route, Site, article, listing, title
from tests.site.small_site import MENU, Crawled, SmallSite, check, crawl_sites, entries, notices_at, one_list

_BEACON = "<script>(function(){a.src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'})()</script>"
_TURNSTILE = (
    '<form action="/lien-he"><div class="cf-turnstile" data-sitekey="x"></div><input name="email"></form>'
    '<script src="https://challenges.cloudflare.com/turnstile/v0/api.js"></script>'
)
_RECAPTCHA = (
    '<form><div class="g-recaptcha"></div></form><script src="https://www.google.com/recaptcha/api.js"></script>'
)
_CHALLENGE = (
    "<html><head><title>Just a moment...</title></head><body><script src='/cdn-cgi/challenge-platform/h/b/orchestrate/"
    "chl_page/v1'></script><noscript>Enable JavaScript</noscript></body></html>"
)
_TEXT = "".join(
    f"<p>Nội dung thứ {n} của thông báo: bệnh viện mời các đơn vị có đủ năng lực báo giá.</p>" for n in range(12)
)


def _with(script: str) -> SmallSite:
    """Every page carries a script or form."""
    pages = one_list("/bg/{}.html", 3)
    dressed = {
        path: page.replace("</body>", f"{script}</body>") for path, page in pages.items() if isinstance(page, str)
    }
    long = article(title(2), extra=_TEXT + script)
    return SmallSite(pages={**dressed, "/bg/2.html": long}, holds=3)


def _edited(published: str, modified: str, byline: str) -> str:
    data = f'{{"@type": "NewsArticle", "datePublished": "{published}", "dateModified": "{modified}"}}'
    head = f'<head><script type="application/ld+json">{data}</script>'
    return article(title(0)).replace("<head>", head).replace("<p>Ngày đăng: 19/11/2026</p>", byline)


def _nukeviet(byline: str, *, listed: str = "") -> SmallSite:
    """The page calls the time of its last edit that of its publication, and is edited between the crawls."""
    first, later = "2026-11-20T08:00:00+07:00", "2026-11-25T09:00:00+07:00"
    rows = f'<li><a href="/bg/0.html">{title(0)}</a> <span>{listed}</span></li>'

    def edit(site: Site) -> None:
        site.pages["/bg/0.html"] = _edited(later, later, byline).replace("30 tháng 11", "29 tháng 11")

    pages: dict[str, Route] = {
        "/": listing(menu=MENU),
        "/bao-gia/": listing(menu=MENU, more=f"<ul>{rows}</ul>"),
        "/bg/0.html": _edited(first, first, byline),
    }
    return SmallSite(pages=pages, before_second=edit)


def _drupal() -> SmallSite:
    footer = '<footer class="node__meta"><p class="submitted">Thứ năm, 19/11/2026 - 08:15 bởi quantri</p></footer>'
    page = article(title(0)).replace("<p>Ngày đăng: 19/11/2026</p>", footer)
    return SmallSite(pages=one_list("/bg/{}.html", 1, **{"/bg/0.html": page}))


def _whole_articles() -> SmallSite:
    """A list shows whole articles, their days at their feet; the articles' own pages say none."""
    links = '<p><a href="https://luat.example/22">Luật Đấu thầu số 22/2023/QH15</a></p>'
    shown = "".join(
        f'<article><header><h2><a href="/bg/{n}.html">{title(n)}</a></h2></header><div>{_TEXT}{links}</div>'
        '<footer><time datetime="2026-11-19 09:03:22">1 week ago</time></footer></article>'
        for n in range(3)
    )
    pages = {
        path: str(page).replace("<p>Ngày đăng: 19/11/2026</p>", "") for path, page in one_list("/bg/{}.html", 3).items()
    }
    return SmallSite(pages={**pages, "/bao-gia/": listing(menu=MENU, more=shown)}, holds=3)


def _side_bar() -> SmallSite:
    """Six lists of three pages with a side bar of the newest; one article is new the second time."""

    def lists(site: Site, target: str) -> str:
        path, _, query = target.partition("?page=")
        number, section = int(query or 1), int(path.strip("/").rpartition("-")[2])
        start = section * 12 + (number - 1) * 4
        pager = "".join(f'<a href="{path}?page={n}">{n}</a>' for n in (1, 2, 3) if n != number)
        newest = f'<aside><ul><li><a href="/bg/{news[0]}.html">{title(news[0])}</a></li></ul></aside>'
        return listing(
            *entries("/bg/{}.html", range(start, start + 4)),
            menu=menu,
            more=f'<div class="pager">{pager}</div>{newest}',
        )

    def publish(site: Site) -> None:
        news[0] = 72
        site.pages["/bg/72.html"] = article(title(72))

    def home(site: Site, target: str) -> str:
        return listing(*entries("/bg/{}.html", [news[0]]), menu=menu)

    news = [0]
    menu = tuple((f"/bao-gia-{n}/", f"Yêu cầu báo giá {n}") for n in range(6))
    answers: dict[str, Route] = {"/": home}
    answers |= {f"/bao-gia-{n}/{page}": lists for n in range(6) for page in ("", "?page=1", "?page=2", "?page=3")}
    pages = answers | notices_at("/bg/{}.html", 72, day="19/11/2025")
    return SmallSite(pages=pages, holds=73, first=72, before_second=publish)


def _related() -> SmallSite:
    """Below every article stands a list of others, with a pager of its own."""

    def dressed(number: int) -> str:
        others = "".join(f'<li><a href="{path}">{words}</a></li>' for path, words in entries("/bg/{}.html", range(8)))
        pager = "".join(f'<a href="/bg/{number}.html?page={n}">{n}</a>' for n in (2, 3, 4))
        return article(title(number), extra=f'<h3>Tin liên quan</h3><ul>{others}</ul><div class="pager">{pager}</div>')

    pages = one_list("/bg/{}.html", 8)
    return SmallSite(pages={**pages, **{f"/bg/{n}.html": dressed(n) for n in range(8)}}, holds=8)


def _two_levels() -> SmallSite:
    """Notices behind two sections of mixed content, which hold none themselves."""
    public, work = ("/cong-khai/", "Công khai"), ("/cong-khai/viec/", "Hoạt động")
    lists = {"/": listing(menu=(public,)), public[0]: listing(menu=(public, work)), work[0]: listing(menu=MENU)}
    return SmallSite(pages={**one_list("/bg/{}.html", 3), **lists}, holds=3)


def _switches() -> SmallSite:
    """Links that show the same in another design, or what an author wrote."""
    more = (
        '<a href="/bao-gia/?nv_themever=m">Xem trang này trên điện thoại</a> <a href="/bg/0.html?theme=dark">Giao diện '
        'tối của trang này</a> <a href="/?author=2">Các bài viết của quản trị viên</a>'
    )
    pages = {path: str(page).replace("</body>", f"{more}</body>") for path, page in one_list("/bg/{}.html", 6).items()}
    return SmallSite(pages=pages, otherwise=lambda target: pages.get(target.partition("?")[0]), holds=6)


_COLLECTION = "Tổng hợp các thông báo mời báo giá của bệnh viện"


def _collection(*more: int) -> SmallSite:
    """A list has an entry that leads to another list, of what the first one names too, and of `more`."""
    pager = '<div class="pager"><a href="/tong-hop.html?page=2">2</a></div>'
    first = listing(*entries("/bg/{}.html", range(4)), ("/tong-hop.html", _COLLECTION), menu=MENU)
    second = listing(*entries("/bg/{}.html", [0, 1, 2, *more]), menu=MENU, more=pager)
    numbers = {*range(4), *more}
    lists: dict[str, Route] = {"/": listing(menu=MENU), "/bao-gia/": first, "/tong-hop.html": second}
    lists["/tong-hop.html?page=2"] = listing(*entries("/bg/{}.html", [3]), menu=MENU)
    return SmallSite(
        pages={**lists, **{f"/bg/{n}.html": article(title(n)) for n in numbers}},
        holds=[title(n) for n in numbers],
    )


def _cards() -> SmallSite:
    """A list whose entries are one link each, with the section's name and a file beside it."""
    cards = "".join(
        f'<div class="card"><a href="/bg/{n}.html"><h3>{title(n)}</h3><p>Bệnh viện có nhu cầu tiếp nhận báo giá</p></a>'
        f'<p><a href="/bao-gia/">Yêu cầu báo giá</a> <a href="https://drive.google.com/file/d/1x2Zb{n}/view">bao-gia-{n}.pdf</a>'
        "</p></div>"
        for n in range(4)
    )
    return SmallSite(pages=one_list("/bg/{}.html", 4) | {"/bao-gia/": listing(menu=MENU, more=cards)}, holds=4)


def _headless() -> SmallSite:
    """An article looks like a list: before its heading stand the titles of all the others, and a pager through them."""
    others = "".join(f'<li><a href="{path}">{words}</a></li>' for path, words in entries("/bg/{}.html", range(8)))
    pager = '<div class="pager"><a href="/bg/8.html?page=2">2</a></div>'
    page = article(title(8)).replace("<h1>", f"<ul>{others}</ul>{pager}<h1>")
    return SmallSite(pages={**one_list("/bg/{}.html", 9), "/bg/8.html": page}, holds=9)


SITES = {
    "an article that looks like a list": _headless(),
    "articles with a pager through others": _related(),
    "switches of the design": _switches(),
    "a list behind two others": _two_levels(),
    "a list among the titles": _collection(7, 8),
    "a list among the titles that names nothing else": _collection(),
    "entries that are one link each": _cards(),
    "a script that watches": _with(_BEACON),
    "a form with turnstile": _with(_TURNSTILE),
    "a form with recaptcha": _with(_RECAPTCHA),
    "nukeviet with its byline": _nukeviet("<p>Thứ năm - 19/11/2026 07:13</p>"),
    "nukeviet with the day in its list alone": _nukeviet("", listed="19/11/2026"),
    "a byline in a footer": _drupal(),
    "whole articles with a day in the footer": _whole_articles(),
    "one new article in every side bar": _side_bar(),
}

CHALLENGED = {
    "a challenge with status 200": SmallSite(pages=one_list("/bg/{}.html", 3, **{"/": _CHALLENGE}), holds=0),
    "a challenge with status 403": SmallSite(
        pages=one_list("/bg/{}.html", 3, **{"/": Answer(_CHALLENGE, 403)}), holds=0
    ),
    "a challenge in the middle": SmallSite(pages=one_list("/bg/{}.html", 3, **{"/bao-gia/": _CHALLENGE}), holds=0),
}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Crawled]:
    return crawl_sites({**SITES, **CHALLENGED}, Path(tmp_path_factory.mktemp("ordinary")))


@pytest.mark.parametrize("name", SITES)
def test_ordinary_sites_are_read(name: str, crawled: dict[str, Crawled]) -> None:
    check(SITES[name], crawled[name])


@pytest.mark.parametrize("name", [name for name in SITES if "nukeviet" in name or "footer" in name])
def test_the_day_is_that_of_publication_and_no_edit_moves_it(name: str, crawled: dict[str, Crawled]) -> None:
    assert {str(notice.published_at)[:10] for stored in crawled[name].notices for notice in stored} == {"2026-11-19"}


def test_a_new_article_in_a_side_bar_makes_no_list_be_read_to_its_end(crawled: dict[str, Crawled]) -> None:
    _, second = crawled["one new article in every side bar"].asked
    assert sum("?page=" in target for target in second) == 0


def test_articles_with_a_pager_through_others_are_asked_for_once(crawled: dict[str, Crawled]) -> None:
    asked = crawled["articles with a pager through others"].asked[0]
    beyond = [target for target in asked if "?page=" in target]
    assert len(asked) - len(beyond) <= 11
    assert len(beyond) <= 3  # which may have been the second pages of these articles


@pytest.mark.parametrize("name", CHALLENGED)
def test_a_real_challenge_ends_the_run(name: str, crawled: dict[str, Crawled]) -> None:
    reports = crawled[name].reports
    assert {report.status for report in reports} == {"failed"}
