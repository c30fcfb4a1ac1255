"""Addresses as systems write them: fetched as they are written, and each article known once."""

# ruff: noqa: E501 - markup as systems write it

from pathlib import Path
from typing import Any

import pytest

from crawler.discovery.address import absolute, canonical, host_of, is_same_site
from tests.site.loopback import Answer, Route, Site, article, listing, title
from tests.site.small_site import MENU, Crawled, SmallSite, check, crawl_sites, entries, notices_at, one_list


def _pdf(text: str) -> bytes:
    """A small PDF that holds one line."""
    stream = f"BT /F1 12 Tf 40 700 Td ({text}) Tj ET".encode()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj%s endobj\n" % (n, part) for n, part in enumerate(parts, 1))
    return body + b"trailer<</Root 1 0 R/Size 6>>\n%%EOF"


def _as_html(content: bytes) -> Answer:
    return Answer(content, 200, {"Content-Type": "text/html; charset=utf-8"})


def _pages_with(form: str, pager: str) -> SmallSite:
    """A list of two pages; articles and pages have addresses that look alike."""

    def page(number: int) -> str:
        numbers = range(number * 4 - 4, number * 4)
        more = f'<div class="pagination"><a href="{pager.format(3 - number)}">{3 - number}</a></div>'
        return listing(*[(form.format(n + 11), title(n)) for n in numbers], menu=MENU, more=more)

    pages: dict[str, Route] = {
        "/": listing(menu=MENU),
        "/bao-gia/": page(1),
        pager.format(1): page(1),
        pager.format(2): page(2),
    }
    next_one = '<p><a href="{}">Bài sau</a></p>'
    articles = {form.format(n + 11): article(title(n), extra=next_one.format(form.format(n + 12))) for n in range(8)}
    return SmallSite(pages={**articles, **pages}, holds=8)


def _session(address: str) -> SmallSite:
    """Every answer gives its links another session; `address` holds {} for it."""

    def otherwise(target: str) -> str | None:
        number[0] += 1
        session = f"a{number[0]:05x}zq3k9w7mx1c5v8b2n"
        plain = canonical("http://x" + target).removeprefix("http://x")
        links = [(address.format(session, f"bg/{n}.html"), title(n)) for n in range(4)]
        menu = ((address.format(session, "bao-gia/"), "Yêu cầu báo giá"),)
        if plain in ("/", "/bao-gia/"):
            return listing(*(links if plain != "/" else []), menu=menu)
        return article(title(int(plain[4]))) if plain.startswith("/bg/") else None

    number = [0]
    return SmallSite(pages={}, otherwise=otherwise, holds=4)


def _attached() -> SmallSite:
    file = '<p><a href="/tep/{0}.pdf">Phu luc {0}.pdf</a></p>'
    pages: dict[str, Any] = {f"/tep/{n}.pdf": _as_html(_pdf(f"Phu luc so {n}")) for n in range(3)}
    links = entries("/bg/{}.html", range(3))
    articles = {f"/bg/{n}.html": article(title(n), extra=file.format(n)) for n in range(3)}
    return SmallSite(
        pages={"/": listing(menu=MENU), "/bao-gia/": listing(*links, menu=MENU), **articles, **pages}, holds=3
    )


def _against_caches(name: str) -> SmallSite:
    """Every answer gives its links the time of its own making."""

    def rows(site: Site, _target: str) -> str:
        now = 1_790_000_000 + len(site.requests)
        return listing(*[(f"/xem?id={n}&{name}={now}", title(n)) for n in range(4)], menu=MENU)

    return SmallSite(
        pages={"/": listing(menu=MENU), "/bao-gia/": rows},
        otherwise=lambda target: article(title(int(target[8]))) if target.startswith("/xem?id=") else None,
        holds=4,
    )


SITES = {
    "a number against caches": _against_caches("_"),
    "a time against caches": _against_caches("t"),
    "files served as text html": _attached(),
    "a path as the whole query": SmallSite(pages=one_list("/index.php?/dau-thau/{}", 4), holds=4),
    "a bare number as the whole query": SmallSite(pages=one_list("/xem.php?{}", 4), holds=4),
    "escapes of windows-1258 in the path": SmallSite(pages=one_list("/B%E1o-gi%E1/{}.html", 3), holds=3),
    "escapes of windows-1258 in the query": SmallSite(pages=one_list("/xem.asp?ten=B%E1o+gi%E1+{}", 3), holds=3),
    "ref as the number of an article": SmallSite(pages=one_list("/xem.php?ref={}", 4), holds=4),
    "e107 with dots in the query": SmallSite(pages=one_list("/news.php?extend.{}", 4), holds=4),
    "backslashes": SmallSite(
        pages={"/": listing(menu=MENU), "/bao-gia/": listing(*entries("\\bg\\{}.html", range(3)), menu=MENU), **notices_at("/bg/{}.html", 3)},
        holds=3,
    ),
    "articles with p as their parameter": _pages_with("/tin?p={}", "/bao-gia/?trang={}"),
    "articles below p": _pages_with("/thong-bao/p/{}", "/bao-gia/p/{}"),
    "articles and pages with the same parameter": _pages_with("/bao-gia/?p={}", "/bao-gia/?trang={}"),
    "a session in the path": _session("/(S({}))/{}"),
    "a session in the query": _session("/{1}?sid={0}"),
    "a path that begins with two slashes": SmallSite(pages=one_list("/bg//{}.html", 3), holds=3),
    "semicolons and commas": SmallSite(pages=one_list("/xem;muc=1,{}.html", 3), holds=3),
    "plus and blank in a query": SmallSite(pages=one_list("/xem?ten=a+b%20{}", 3), holds=3),
}  # fmt: skip


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Crawled]:
    return crawl_sites(SITES, Path(tmp_path_factory.mktemp("addresses")))


@pytest.mark.parametrize("name", SITES)
def test_addresses_are_fetched_as_written_and_known_once(name: str, crawled: dict[str, Crawled]) -> None:
    check(SITES[name], crawled[name])


def test_the_bytes_of_a_file_tell_its_type(crawled: dict[str, Crawled]) -> None:
    files = [
        file.text or "" for notice in crawled["files served as text html"].notices[-1] for file in notice.attachments
    ]
    assert sorted(text.strip() for text in files) == [f"Phu luc so {n}" for n in range(3)]


def test_hosts_are_asked_for_in_the_letters_of_the_name_system() -> None:
    address = absolute("https://BệnhViện-Thử.vn/báo giá/?từ=1#x")
    assert address == "https://xn--bnhvin-th-u87dlt87e.vn/b%C3%A1o%20gi%C3%A1/?t%E1%BB%AB=1" or address.startswith(
        "https://xn--"
    )
    assert host_of("https://bệnhviện-thử.vn/") == host_of(address)
    assert is_same_site("https://tệp.bệnhviện-thử.vn/a", frozenset({host_of(address)}))


def test_an_address_of_the_sixth_version_keeps_its_brackets() -> None:
    assert absolute("/a", "http://[::1]:8080/b") == "http://[::1]:8080/a"
    assert host_of("http://[::1]:8080/") == "[::1]:8080"


def test_letters_of_a_query_are_escaped_as_the_page_is_written() -> None:
    assert absolute("?tên=giá", "https://bv.example/x", encoding="cp1258").endswith("=gi%E1")
