"""Lists of several pages: whatever leads to the next one, none is skipped."""

# ruff: noqa: E501 - markup as systems write it

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from tests.site.loopback import Answer, Route, Site, listing, title
from tests.site.small_site import MENU, Crawled, SmallSite, check, crawl_sites, entries, notices_at

_PER_PAGE = 4


def paged(count: int, page_of: Callable[[str], int | None], pager: Callable[[int, int], str]) -> SmallSite:
    """A site with one list; `page_of` says which page a target is, `pager` makes the pager of a page, of so many."""
    last = -(-count // _PER_PAGE)

    def otherwise(target: str) -> str | None:
        page = page_of(target)
        if page is None or not 1 <= page <= last:
            return None
        numbers = range((page - 1) * _PER_PAGE, min(page * _PER_PAGE, count))
        return listing(*entries("/bg/{}.html", numbers), menu=MENU, more=pager(page, last))

    return SmallSite(
        pages={"/": listing(menu=MENU), **notices_at("/bg/{}.html", count)}, otherwise=otherwise, holds=count
    )


def _drupal(page: int, last: int) -> str:
    links = [(n, f"Go to page {n}", str(n)) for n in range(1, last + 1) if n != page]
    links += [(page + 1, "Go to next page", "sau ›"), (last, "Go to last page", "cuối »")] if page < last else []
    items = "".join(
        f'<li class="pager-item"><a title="{hint}" href="/bao-gia/{f"?page={n - 1}" if n > 1 else ""}">{text}</a></li>'
        for n, hint, text in links
    )
    return f'<h2 class="element-invisible">Các trang</h2><ul class="pager"><li class="pager-current">{page}</li>{items}</ul>'


def _drupal_page(target: str) -> int | None:
    path, _, query = target.partition("?page=")
    return int(query or 0) + 1 if path == "/bao-gia/" else None


def _chosen(page: int, last: int) -> str:
    options = (f"<option value={n}{' selected' * (n == page)}>Trang {n}</option>" for n in range(1, last + 1))
    return f'<form action="/bao-gia/"><select name="trang">{"".join(options)}</select><button>Xem</button></form>'


def _drupal_mini(page: int, last: int) -> str:
    back = '<li class="pager-previous"><a href="/bao-gia/">‹‹</a></li>' if page > 1 else ""
    on = (
        f'<li class="pager-next"><a href="/bao-gia/?page={page}" title="Đến trang kế">››</a></li>'
        if page < last
        else ""
    )
    return f'<ul class="pager">{back}<li class="pager-current">{page} của {last}</li>{on}</ul>'


def _e107(page: int, last: int) -> str:
    links = "".join(
        f"<a class='npbutton' href='/news.php?default.0.{(n - 1) * 10}'>{n}</a>"
        for n in range(1, last + 1)
        if n != page
    )
    return f"<div class='nextprev'>{links}</div>"


def _e107_page(target: str) -> int | None:
    if target == "/bao-gia/":
        return 1
    start, _, number = target.rpartition(".")
    return int(number) // 10 + 1 if start == "/news.php?default.0" else None


def _nothing_telling(page: int, last: int) -> str:
    links = "".join(f'<a href="/bao-gia/{chr(96 + n)}x{n * 7}k">{n}</a> ' for n in range(1, last + 1) if n != page)
    return f'<div class="phan-trang">Trang: {links}</div>'


def _nothing_telling_page(target: str) -> int | None:
    name = target.removeprefix("/bao-gia/")
    return 1 if not name else ord(name[0]) - 96 if name[1:2] == "x" else None


def _by_post(pager: Callable[[int, int], str], page_of: Callable[[str, int], int | None]) -> SmallSite:
    """A list whose pages are sent for by a form; the state that the form carries says which page it stands on."""
    count, last = 52, 13
    site = paged(count, lambda _: None, pager)

    def show(page: int) -> str:
        numbers = range((page - 1) * _PER_PAGE, page * _PER_PAGE)
        state = f'<input type="hidden" name="__VIEWSTATE" value="{page}">'
        form = f'<form method="post" action="/bao-gia/">{state}{pager(page, last)}</form>'
        return listing(*entries("/bg/{}.html", numbers), menu=MENU, more=form)

    def bao_gia(own: Site, target: str) -> str | Answer:
        sent = {name: values[0] for name, values in parse_qs(own.bodies[-1].decode(), keep_blank_values=True).items()}
        if not sent:
            return show(1)
        page = page_of(
            sent.get("__EVENTTARGET", "") + "|" + sent.get("__EVENTARGUMENT", "") + "|" + "|".join(sent),
            int(sent["__VIEWSTATE"]),
        )
        return show(page) if page else Answer("", 500)

    pages: dict[str, Route] = {**site.pages, "/bao-gia/": bao_gia}
    return SmallSite(pages=pages, holds=count)


def _gridview(page: int, last: int) -> str:
    """Ten numbers at a time; "…" before and after them."""
    start = (page - 1) // 10 * 10 + 1
    numbers = [(n, str(n)) for n in range(start, min(start + 10, last + 1))]
    numbers = [(start - 1, "...")] * (start > 1) + numbers + [(start + 10, "...")] * (start + 10 <= last)
    cells = "".join(
        f"<td><span>{text}</span></td>"
        if n == page
        else f'<td><a href="javascript:__doPostBack(&#39;ctl00$Main$grid&#39;,&#39;Page${n}&#39;)">{text}</a></td>'
        for n, text in numbers
    )
    return f'<table class="grid"><tr class="pager"><td colspan="3"><table><tr>{cells}</tr></table></td></tr></table>'


def _gridview_page(sent: str, _current: int) -> int | None:
    target, argument, _ = sent.split("|", 2)
    return int(argument.removeprefix("Page$")) if target == "ctl00$Main$grid" else None


def _data_pager(page: int, last: int) -> str:
    """The controls have numbers of their own, which say nothing of the page."""
    start = (page - 1) // 5 * 5 + 1
    numbers = [(n, str(n)) for n in range(start, min(start + 5, last + 1))]
    numbers = [(start - 1, "...")] * (start > 1) + numbers + [(start + 5, "...")] * (start + 5 <= last)
    links = "".join(
        f"<span>{text}</span>&nbsp;"
        if n == page
        else f"<a href=\"javascript:__doPostBack('ctl00$Main$DataPager1$ctl01$ctl{place:02}','')\">{text}</a>&nbsp;"
        for place, (n, text) in enumerate(numbers)
    )
    return f'<span id="ctl00_Main_DataPager1">{links}</span>'


def _data_pager_page(sent: str, current: int) -> int | None:
    place = int(sent.partition("|")[0].rpartition("ctl")[2])
    start = (current - 1) // 5 * 5 + 1
    return start + place - (start > 1)


def _data_pager_buttons(page: int, last: int) -> str:
    on = '<input type="submit" name="ctl00$Main$DataPager1$ctl02$ctl00" value="Trang sau">' if page < last else ""
    back = '<input type="submit" name="ctl00$Main$DataPager1$ctl00$ctl00" value="Trang trước">' if page > 1 else ""
    return f'<span id="ctl00_Main_DataPager1" class="pager">{back}{on}</span>'


def _data_pager_buttons_page(sent: str, current: int) -> int | None:
    return current + 1 if "ctl02$ctl00" in sent else None


def _all_news(category: str) -> SmallSite:
    """An e107 that answers every category's pager with the pages of all news."""

    def otherwise(target: str) -> str | None:
        path, _, number = target.partition("?page=")
        page = int(number or 1)
        if path not in ("/news/", category) or page > 3:
            return None
        numbers = [0, 1] if path == category and page == 1 else list(range((page - 1) * _PER_PAGE, page * _PER_PAGE))
        pager = "".join(f'<a href="/news/?page={n}">{n}</a>' for n in (1, 2, 3) if n != page)
        return listing(*entries("/bg/{}.html", numbers), menu=menu, more=f'<div class="pager">{pager}</div>')

    menu = ((category, "Yêu cầu báo giá"), ("/news/", "Tin tức"))
    return SmallSite(pages={"/": listing(menu=menu), **notices_at("/bg/{}.html", 12)}, otherwise=otherwise, holds=12)


def _static(count: int = 10) -> SmallSite:
    """Pages as Pelican's plain theme makes them: the site's name is a heading, titles lead to themselves, ⟩ leads on."""
    name, last = "Bệnh viện Đa khoa Thử Nghiệm", -(-count // 4)

    def dress(heading: str, body: str) -> str:
        return (
            f"<html><head><title>{name} - {heading}</title></head><body><header><h1><a href='/'>{name}</a></h1><nav>"
            f"<a href='/muc/bao-gia.html'>Yêu cầu báo giá</a></nav></header><main>{body}</main></body></html>"
        )

    def entry(number: int, level: str) -> str:
        return (
            f"<article><header><{level}><a href='/bg/{number}.html'>{title(number)}</a></{level}></header><footer>"
            f"<abbr class='published' title='2026-11-{10 + number}T08:00:00+07:00'>Published: {10 + number}/11/2026</abbr>"
            "<p>In <a href='/muc/bao-gia.html'>Yêu cầu báo giá</a></p></footer><div class='entry-content'>"
            "<p>Bệnh viện có nhu cầu tiếp nhận báo giá để tham khảo, xây dựng giá gói thầu.</p>"
            "<p>Thời hạn tiếp nhận báo giá: trước 17h ngày 30 tháng 12 năm 2026.</p>"
            f"<p><a href='https://drive.google.com/file/d/1x2Zb{number}/view'>bao-gia-{number}.pdf</a></p></div></article>"
        )

    def page(number: int) -> str:
        def at(other: int) -> str:
            return f"/muc/bao-gia{other if other > 1 else ''}.html"

        steps = f"<li><a href='{at(number - 1)}'>⟨</a></li>" if number > 1 else ""
        steps += f"<li>Page {number} / {last}</li>"
        steps += (
            f"<li><a href='{at(number + 1)}'>⟩</a></li><li><a href='{at(last)}'>⟫</a></li>" if number < last else ""
        )
        shown = range(4 * number - 4, min(4 * number, count))
        return dress("Yêu cầu báo giá", "".join(entry(n, "h2") for n in shown) + f"<nav><ul>{steps}</ul></nav>")

    pages = {"/": dress("Trang chủ", entry(0, "h2") + entry(1, "h2"))}
    pages |= {f"/bg/{n}.html": dress(title(n), entry(n, "h2")) for n in range(count)}
    pages |= {f"/muc/bao-gia{n if n > 1 else ''}.html": page(n) for n in range(1, last + 1)}
    return SmallSite(pages=pages, holds=count)


def _two_lists() -> SmallSite:
    """Two lists on one page, each with a pager and a parameter of its own."""

    def show(name: str, first: int, page: int) -> str:
        links = "".join(f"<b>{n}</b>" if n == page else f'<a href="/bao-gia/?{name}={n}">{n}</a>' for n in (1, 2, 3))
        shown = range(first + 4 * page - 4, first + 4 * page)
        rows = "".join(f'<li><a href="{url}">{words}</a></li>' for url, words in entries("/bg/{}.html", shown))
        return f'<div><ul>{rows}</ul><div class="pagination">{links}</div></div>'

    def otherwise(target: str) -> str | None:
        path, _, query = target.partition("?")
        asked = {name: int(value[0]) for name, value in parse_qs(query).items()}
        both = show("moi", 0, asked.get("moi", 1)) + show("cu", 12, asked.get("cu", 1))
        return listing(menu=MENU, more=both) if path == "/bao-gia/" else None

    return SmallSite(pages={"/": listing(menu=MENU), **notices_at("/bg/{}.html", 24)}, otherwise=otherwise, holds=24)


def _down_page(target: str) -> int | None:
    path, _, number = target.partition("?page=")
    return 5 - int(number or 4) if path == "/bao-gia/" else None


def _down(page: int, last: int) -> str:
    """The newest stand on the page with the largest number."""
    return (
        '<div class="pagination">'
        + " ".join(
            f"<span>{n}</span>" if n == last + 1 - page else f'<a href="/bao-gia/?page={n}">{n}</a>'
            for n in range(last, 0, -1)
        )
        + "</div>"
    )


def _page_query(target: str) -> int | None:
    path, _, number = target.partition("?p=")
    return (int(number) if number else 1) if path == "/bao-gia/" else None


def _so_page(target: str) -> int | None:
    path, _, number = target.partition("?so=")
    return int(number.partition("&")[0] or 1) if path == "/bao-gia/" else None


SITES = {
    "drupal counts from 0 and says more in titles": paged(18, _drupal_page, _drupal),
    "drupal with a pager of two arrows": paged(18, _drupal_page, _drupal_mini),
    "backdrop with bare numbers from 0": paged(
        14, _drupal_page, lambda page, last: '<ul class="pager">' + "".join(f'<li><a href="/bao-gia/?page={n - 1}">{n}</a></li>' for n in range(1, last + 1) if n != page) + "</ul>"
    ),
    "e107 with the first entry in the address": paged(22, _e107_page, _e107),
    "numbers that only the text shows": paged(18, _nothing_telling_page, _nothing_telling),
    "sau and truoc without numbers": paged(
        14,
        lambda target: 1 if target == "/bao-gia/" else int(target[9:], 36) if target.startswith("/bao-gia/") and target[9:].isalnum() else None,
        lambda page, last: f'<p class="paging"><a href="/bao-gia/{page - 1}">‹ trước</a>' + (f' <a href="/bao-gia/{page + 1}">sau ›</a>' if page < last else "") + "</p>",
    ),
    "a pager in words of another language": paged(
        14,
        lambda target: 1 if target == "/bao-gia/" else int(target[9:-5]) if target.startswith("/bao-gia/") and target[9:-5].isdigit() else None,
        lambda page, last: '<div class="pager">' + (f'<a href="/bao-gia/{page - 1}.html">zurück</a> ' if page > 2 else "") + (f'<a href="/bao-gia/{page + 1}.html">weiter</a>' if page < last else "") + "</div>",
    ),
    "places instead of numbers": paged(
        14,
        lambda target: 1 + int(target.partition("debut=")[2] or 0) // 4 if target.startswith("/bao-gia/") else None,
        lambda page, last: '<p class="pagination">' + " | ".join(f"<strong>{4 * n - 4}</strong>" if n == page else f'<a href="/bao-gia/?debut={4 * n - 4}">{4 * n - 4}</a>' for n in range(1, last + 1)) + "</p>",
    ),
    "a next page behind a picture of an arrow": paged(
        14,
        lambda target: int(target.partition("so=")[2] or 1) if target.startswith("/bao-gia/") else None,
        lambda page, last: '<ul class="pagination">' + "".join(f'<li><a href="/bao-gia/?so={n}"><i class="fa"></i></a></li>' for n in (page - 1, page + 1) if 0 < n <= last) + "</ul>",
    ),
    "two lists with a pager each": _two_lists(),
    "a pager that counts down": paged(14, _down_page, _down),
    "a number to be typed": paged(
        14,
        _page_query,
        lambda page, last: f'<form action="/bao-gia/">Đến trang <input name="p" value="{page}"> / {last} <input type="submit" value="Đi"></form>',
    ),
    "pages to choose in a form with a button": paged(
        14,
        {"/bao-gia/": 1, **{f"/bao-gia/?trang={n}": n for n in range(1, 5)}}.get,
        _chosen,
    ),
    "words for the next page at any address": paged(
        14,
        {"/bao-gia/": 1, "/b": 2, "/c": 3, "/d": 4}.get,
        lambda page, last: f'<p><a href="/{"abcd"[page]}">Trang kế »</a></p>' if page < last else "",
    ),
    "an arrow that a class draws": paged(
        14, _so_page, lambda page, last: f'<div><a class="next" href="/bao-gia/?so={page + 1}"></a></div>' if page < last else ""
    ),
    "what was published before": paged(
        14, _so_page, lambda page, last: f'<p><a href="/bao-gia/?so={page + 1}">Những tin đã đưa</a></p>' if page < last else ""
    ),
    "a picture as the button of a form": paged(
        14, _so_page, lambda page, last: f'<form action="/bao-gia/"><input type="hidden" name="so" value="{page + 1}"><input type="image" src="/i.gif" alt="Tiếp"></form>' if page < last else ""
    ),
    "a page that comes by scrolling": paged(
        14, _page_query, lambda page, last: f'<div hx-get="/bao-gia/?p={page + 1}" hx-trigger="revealed">Đang tải</div>' if page < last else ""
    ),
    "pages of static files": _static(),
    "gridview with ten numbers and dots": _by_post(_gridview, _gridview_page),
    "datapager with five numbers and dots": _by_post(_data_pager, _data_pager_page),
    "datapager with buttons": _by_post(_data_pager_buttons, _data_pager_buttons_page),
    "a category whose pager leads to all news": _all_news("/news/category/3/"),
    "a pager that shows its ends and its middle": paged(
        30,
        _page_query,
        lambda page, last: '<div class="pagination">' + "".join(f'<a href="/bao-gia/?p={n}">{n}</a>' for n in sorted({1, page - 1, page + 1, last} - {0, page, last + 1})) + "</div>",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Crawled]:
    return crawl_sites(SITES, Path(tmp_path_factory.mktemp("pagers")))


@pytest.mark.parametrize("name", SITES)
def test_every_page_of_a_list_is_read(name: str, crawled: dict[str, Crawled]) -> None:
    check(SITES[name], crawled[name])


def test_pages_of_static_files_have_their_days_and_files(crawled: dict[str, Crawled]) -> None:
    found = {
        notice.title: (str(notice.published_at)[:10], len(notice.attachments))
        for notice in crawled["pages of static files"].notices[-1]
    }
    assert found == {title(n): (f"2026-11-{10 + n}", 1) for n in range(10)}
