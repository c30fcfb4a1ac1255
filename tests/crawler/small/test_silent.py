"""What a site shows and gives no address for, says twice, or takes away while it is read: stored, or announced."""

# ruff: noqa: E501 - markup as systems write it

import gzip
import random
import re
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from backports import zstd

from tests.site.loopback import Answer, Route, Site, article, listing, title
from tests.site.small_site import MENU, Crawled, SmallSite, crawl_sites, entries, notices_at, once, one_list, typed

_TWO = (*MENU, ("/dau-thau/", "Thông tin đấu thầu"))


def _at(number: int) -> str:
    return f"/bg/{number}.html"


def _with(more: Mapping[str, Route] | None = None) -> dict[str, Route]:
    """A list of six notices whose pages are closed, with other pages in the place of some."""
    return {**one_list("/bg/{}.html", 6), **(more or {})}


def _list_with(shown: int, more: str, *, menu: tuple[tuple[str, str], ...] = MENU) -> dict[str, Route]:
    """A list that names some notices and has something else below."""
    links = entries("/bg/{}.html", range(shown))
    return {
        "/": listing(menu=menu),
        "/bao-gia/": listing(*links, menu=menu, more=more),
        **notices_at("/bg/{}.html", shown),
    }


def _bomb(pack: Callable[[bytes], bytes], method: str) -> Answer:
    """A few kilobytes that are many megabytes."""
    content = article(title(0)).encode() + bytes(25_000_000)
    return Answer(pack(content), 200, {"Content-Encoding": method, "Content-Type": "text/html"})


def _section_of(page: str) -> dict[str, Route]:
    """A site whose second section answers with a page."""
    return _list_with(3, "", menu=_TWO) | {"/dau-thau/": page}


def _pages(more: Callable[[int], str]) -> dict[int, str]:
    """Three pages of a list of twelve."""
    return {
        page: listing(*entries("/bg/{}.html", range(page * 4 - 4, page * 4)), menu=MENU, more=more(page))
        for page in (1, 2, 3)
    }


def _sent(pages: dict[int, str]) -> Route:
    """The page that a form asks for by its field."""

    def answer(site: Site, target: str) -> str:
        asked = re.search(r"trang=(\d)", f"{site.bodies[-1].decode()}&{target}")
        return pages[int(asked[1]) if asked else 1]

    return answer


_NUMBERS = '<div class="pager">' + "".join(f'<a href="/bao-gia/?page={n}">{n}</a>' for n in (1, 2, 3)) + "</div>"


def _moving(order: Callable[[int], list[int]]) -> dict[str, Route]:
    """A list of three pages whose order depends on how often it was asked for."""
    asked = [0]

    def answer(site: Site, target: str) -> str:
        asked[0] += 1
        start = 4 * (int(target.rpartition("=")[2]) - 1) if "=" in target else 0
        numbers = order(asked[0])[start : start + 4]
        return listing(*entries("/bg/{}.html", numbers), menu=MENU, more=_NUMBERS)

    lists = dict.fromkeys(("/bao-gia/", *(f"/bao-gia/?page={n}" for n in (1, 2, 3))), answer)
    return {"/": listing(menu=MENU), **notices_at("/bg/{}.html", 12), **lists}


def _shuffled(time: int) -> list[int]:
    return random.Random(time).sample(range(12), 12)


def _row(number: int, link: str) -> str:
    return f"<tr><td>{number}</td><td>{title(number)}</td><td>{link}</td></tr>"


def _rows(link: str) -> dict[str, Route]:
    """A table whose titles are no links; {} in the link is the number of its row."""
    rows = "".join(_row(n, link.format(n)) for n in range(6))
    return _list_with(0, f"<table>{rows}</table>") | notices_at("/xem/{}", 6)


_BLANK = listing(menu=_TWO, more='<h1>Thông tin đấu thầu</h1><div id="ds"></div><script>tai("/api/tin")</script>')
_FOLDED = "".join(f"<h3>{title(n)}</h3><div>Thời hạn: trước 17h ngày 30 tháng 11 năm 2026.</div>" for n in (3, 4))
_LOG_IN = '<html><body><form><h1>Đăng nhập</h1><input name="u"><input type="password" name="p"></form></body></html>'
_POSTED = _pages(
    lambda page: (
        f'<form method="post" action="/bao-gia/"><input type="hidden" name="trang" value="{page + 1}"><button>Trang sau</button></form>'
        if page < 3
        else ""
    )
)
_ELSEWHERE = _pages(
    lambda page: (
        '<form method="post" action="/loc"><p class="pager">'
        + "".join(f'<button name="trang" value="{n}">{n}</button>' for n in (1, 2, 3))
        + "</p></form>"
    )
)
_CHOSEN = _pages(
    lambda page: (
        '<form action="/bao-gia/"><select name="trang" onchange="this.form.submit()">'
        + "".join(f'<option value="{n}">Trang {n}</option>' for n in (1, 2, 3))
        + "</select></form>"
    )
)
_FOLLOWED = _pages(lambda page: f'<p><a href="/bao-gia/?sau=k{page + 1}">Xem thêm</a></p>' if page < 3 else "")
_TWELVE = {"/": listing(menu=MENU), **notices_at("/bg/{}.html", 12)}

#: What can be read.
STORED = {
    "a form without a name on its button": SmallSite(pages=_TWELVE | {"/bao-gia/": _sent(_POSTED)}, holds=12),
    "a form that leads to another address": SmallSite(pages=_TWELVE | {"/bao-gia/": _ELSEWHERE[1], "/loc": _sent(_ELSEWHERE)}, holds=12),
    "a number to choose": SmallSite(pages=_TWELVE | {"/bao-gia/": _CHOSEN[1]} | {f"/bao-gia/?trang={n}": _CHOSEN[n] for n in (1, 2, 3)}, holds=12),
    "more behind a cursor": SmallSite(pages=_TWELVE | {"/bao-gia/": _FOLLOWED[1]} | {f"/bao-gia/?sau=k{n}": _FOLLOWED[n] for n in (2, 3)}, holds=12),
    "links that say xem": SmallSite(pages=_rows('<a href="/xem/{}">Xem</a>'), holds=6),
    "links that say a day": SmallSite(pages=_rows('<a href="/xem/{0}">1{0}/11/2026</a>'), holds=6),
    "a pager of one page that a script fills": SmallSite(pages=_list_with(4, '<ul class="pagination" data-total-pages="1"></ul><div class="pager" data-total="4" data-page-size="10"></div>'), holds=4),
    "links that are pictures": SmallSite(pages=_rows('<a href="/xem/{}"><img src="/i.png"></a>'), holds=6),
}  # fmt: skip


def _mapped(build: Callable[[], bytes]) -> dict[str, Route]:
    """A packed sitemap that robots.txt names."""
    robots = typed("User-agent: *\nSitemap: {base}/m.xml.gz\n", "text/plain")
    return {"/robots.txt": robots, "/m.xml.gz": lambda _site, _target: Answer(gzip.compress(build()), 200)}


#: What cannot; how many are stored at the end.
SAID = {
    "numbers that a script knows": (6, _list_with(6, '<ul class="pagination"><li><a href="#" onclick="tai(1)">1</a></li><li><a href="#" onclick="tai(2)">2</a></li></ul>')),
    "more that a script loads": (6, _list_with(6, '<button class="load-more" data-page="2">Xem thêm</button>')),
    "what is older behind a button": (4, _list_with(4, '<div id="infinite-handle"><span><button>Bài cũ hơn</button></span></div>')),
    "entries at addresses of a script": (2, _list_with(2, "".join(f'<p><a href="/bao-gia/#/tin/{n}">{title(n)}</a></p>' for n in (2, 3)))),
    "a post behind a password": (5, _with({_at(3): article(f"Bảo vệ: {title(3)}", body="<p>Nội dung này được bảo mật. Hãy nhập mật khẩu để xem tiếp:</p>")})),
    "a pager that a script fills": (4, _list_with(4, '<ul class="pagination" data-total-pages="3"></ul>')),
    "a pager that counts its entries": (4, _list_with(4, '<div id="phan-trang" data-total="12" data-page-size="4"></div>')),
    "a pager with an address to fill": (4, _list_with(4, '<ul class="pager" data-total="12" data-url="/bao-gia/?p={page}"></ul>')),
    "pages that are counted and not linked": (4, _list_with(4, "<p>Trang <b>1</b> / <b>3</b></p>")),
    "entries that are counted and not linked": (4, _list_with(4, "<div class='info'>Hiển thị 1 - 4 trong tổng số 12 kết quả</div>")),
    "entries that a script opens": (3, _list_with(3, "".join(f'<p><a href="#" onclick="xem({n})">{title(n)}</a></p>' for n in (3, 4)))),
    "a list that says how many it has": (3, _list_with(3, "<p>Tổng số: 12 bản tin</p>")),
    "entries that a script opens by their number": (3, _list_with(3, "".join(f'<li data-id="{n}"><span>{title(n)}</span></li>' for n in (3, 4)))),
    "entries that unfold": (3, _list_with(3, _FOLDED)),
    "entries in forms": (3, _list_with(3, "".join(f'<form method="post"><input type="hidden" name="id" value="{n}"><button>{title(n)}</button></form>' for n in (3, 4)))),
    "a section that a script fills": (3, _section_of(_BLANK)),
    "a section in a frame of another site": (3, _section_of(listing(menu=_TWO, more='<iframe src="https://docs.example/bang"></iframe>'))),
    "a pager that leads to the first page": (4, _TWELVE | {path: listing(*entries("/bg/{}.html", range(4)), menu=MENU, more=_NUMBERS) for path in ("/bao-gia/", *(f"/bao-gia/?page={n}" for n in (1, 2, 3)))}),
    "half a page with its whole length": (3, _with()),
    "an article for members": (5, _with({_at(3): Answer("", 302, {"Location": "/dang-nhap"}), "/dang-nhap": _LOG_IN})),
    "an article that asks to log in": (5, _with({_at(3): article(title(3), body="<p>Vui lòng đăng nhập để xem nội dung này.</p>")})),
    "an error in english with status 200": (5, _with({_at(3): "<html><body>Server Error in '/' Application. Runtime Error</body></html>"})),
    "an answer that is no whole gzip": (6, _with({_at(3): Answer(gzip.compress(article(title(3), extra="<p>" + "".join(map(str, range(999))) + "</p>").encode())[:-30], 200, {"Content-Encoding": "gzip"})})),
    "answers that unpack beyond all bounds": (3, _with({_at(3): _bomb(gzip.compress, "gzip"), _at(4): _bomb(zstd.compress, "zstd"), _at(5): _bomb(lambda plain: gzip.compress(gzip.compress(plain)), "gzip, gzip")})),
    "a site map that unpacks beyond its bound": (6, _with(_mapped(lambda: b" " * 51_000_000))),
    "a packed site map that breaks off": (6, _with(_mapped(lambda: b"<urlset><url><loc>{base}/gioi-thieu.html</loc></url>"))),
    "an article with the status of none": (5, _with({_at(3): Answer(article(title(3)), 404)})),
    "rows of a table without any link": (3, _list_with(3, "<table>" + "".join(f"<tr><td>{n}</td><td>{title(n)}</td><td>19/11/2026</td></tr>" for n in (3, 4)) + "</table>")),
    "an endless redirect": (5, _with({_at(3): Answer("", 302, {"Location": "/bg/vong.html"}), "/bg/vong.html": Answer("", 302, {"Location": _at(3)})})),
}  # fmt: skip
_WHOLE = str(one_list("/bg/{}.html", 6)["/bao-gia/"])
SAID["half a page with its whole length"] = (3, _with() | {"/bao-gia/": _WHOLE[: _WHOLE.index(_at(3))]})


#: What stands once in the place of an article, and what the run says of it.
STOOD_IN: dict[str, tuple[str | Answer, str]] = {
    "the home page": (listing(*entries("/bg/{}.html", range(3)), menu=MENU), "leads back to a list"),
    "another notice": (article(title(2)), "shows another notice"),
    "the way to another notice": (Answer("", 302, {"Location": "/bg/2.html"}), "shows another notice"),
}
_GONE = article("Không tìm thấy", body="<p>Trang bạn yêu cầu không tồn tại hoặc đã bị xóa.</p>")


def _written(encode: Callable[[str], bytes], said: str) -> SmallSite:
    """A site in one encoding that says another."""
    pages = {path: str(page) for path, page in one_list("/bg/{}.html", 3).items()}
    return SmallSite(pages={path: typed(encode(page), said) for path, page in pages.items()}, holds=3)


def _windows_1258(text: str) -> bytes:
    """As old Windows writes: tones are signs of their own behind the vowels."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    letters: list[str] = []
    for letter in text:
        marks = unicodedata.normalize("NFD", letter)
        shape = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in tones))
        letters.append(shape + "".join(mark for mark in marks if mark in tones))
    return "".join(letters).encode("cp1258")


ENCODED = {
    "windows-1258 called utf-8": _written(_windows_1258, "text/html; charset=utf-8"),
    "windows-1258 called nothing": _written(_windows_1258, "text/html"),
    "utf-8 called latin": _written(str.encode, "text/html; charset=iso-8859-1"),
}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Crawled]:
    said = {name: SmallSite(pages=pages) for name, (_, pages) in SAID.items()}
    gone = {"one gone while it is read": SmallSite(pages=_moving(lambda time: list(range(12))[time > 2 :]))}
    mixed = {"in another order each time": SmallSite(pages=_moving(_shuffled))}
    dead = {"a page that says it is gone": SmallSite(pages=_with() | {_at(3): _GONE})}
    home = STOOD_IN["the home page"][0]
    stood_in = {
        name: SmallSite(
            pages=_with(
                {"/": home, _at(4): once(article(title(4)), page if isinstance(page, Answer) else Answer(page))}
            )
        )
        for name, (page, _) in STOOD_IN.items()
    }
    return crawl_sites(
        STORED | ENCODED | said | gone | mixed | dead | stood_in, Path(tmp_path_factory.mktemp("silent"))
    )


@pytest.mark.parametrize("name", STORED)
def test_ways_that_a_browser_has_without_scripts_are_gone(name: str, crawled: dict[str, Crawled]) -> None:
    assert crawled[name].titles == STORED[name].titles, crawled[name].reports[-1].message
    assert [report.status for report in crawled[name].reports] == ["ok", "ok"]


@pytest.mark.parametrize("name", SAID)
def test_what_cannot_be_reached_is_announced_in_every_run(name: str, crawled: dict[str, Crawled]) -> None:
    assert len(crawled[name].titles) == SAID[name][0]
    assert [report.status for report in crawled[name].reports] == ["incomplete", "incomplete"], crawled[name].reports


def test_what_says_with_status_200_that_it_is_not_there_is_missed_once(crawled: dict[str, Crawled]) -> None:
    first, second = crawled["a page that says it is gone"].reports
    assert (first.status, second.status) == ("incomplete", "ok")
    assert "says that it is not there" in first.message


@pytest.mark.parametrize("name", STOOD_IN)
def test_what_stands_in_the_place_of_a_notice_is_not_taken_for_it(name: str, crawled: dict[str, Crawled]) -> None:
    first, second = crawled[name].reports
    assert (first.status, first.new, second.status, second.new) == ("incomplete", 5, "ok", 1)
    assert STOOD_IN[name][1] in first.message
    assert crawled[name].titles == sorted(title(n) for n in range(6))


@pytest.mark.parametrize("name", ENCODED)
def test_what_a_page_is_written_in_counts_and_not_what_it_says(name: str, crawled: dict[str, Crawled]) -> None:
    assert crawled[name].titles == ENCODED[name].titles


def test_a_list_that_moves_while_it_is_read_is_read_again(crawled: dict[str, Crawled]) -> None:
    first, second = crawled["one gone while it is read"].reports
    assert (first.status, second.status) == ("incomplete", "ok")
    assert "changed its order while it was read" in first.message
    assert len(crawled["one gone while it is read"].titles) == 12
    assert crawled["in another order each time"].reports[0].status == "incomplete"
