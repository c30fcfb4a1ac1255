"""Articles that go on over several pages: what the last one says is part of the notice."""

from datetime import date
from pathlib import Path

import pytest

from tests.site.loopback import Answer, Route, article, listing, title
from tests.site.small_site import MENU, Crawled, SmallSite, check, crawl_sites, entries, once

_BEGINS = (
    "<p>Bệnh viện Đa khoa Thử Nghiệm có nhu cầu tiếp nhận báo giá để tham khảo, xây dựng giá gói thầu.</p>"
    "<p>Kính mời các đơn vị quan tâm gửi báo giá với nội dung cụ thể như sau.</p>"
)
_GOES_ON = "<p>Hàng hóa được giao tại kho của bệnh viện trong 30 ngày kể từ ngày hợp đồng có hiệu lực.</p>"
_ENDS = "<p>Thời hạn tiếp nhận báo giá: trước 17h ngày 10 tháng 12 năm 2026.</p>"


def _in_parts(first: str, *others: str, last: Route | None = None) -> SmallSite:
    """A notice over several pages, each of which leads to all of them by its number."""
    addresses = (first, *others)
    texts = (_BEGINS, *[_GOES_ON] * (len(others) - 1), _ENDS)
    pages: dict[str, Route] = {"/": listing(menu=MENU), "/bao-gia/": listing((first, title(0)), menu=MENU)}
    for own, text in zip(addresses, texts, strict=True):
        links = " ".join(
            str(number) if own == address else f'<a href="{address}"><span>{number}</span></a>'
            for number, address in enumerate(addresses, 1)
        )
        pages[own] = article(title(0), body=text, extra=f'<div class="page-links">Trang: {links}</div>')
    if last is not None:
        pages[addresses[-1]] = once(pages[addresses[-1]], last) if isinstance(last, Answer) else last
    return SmallSite(pages=pages)


def _refused() -> SmallSite:
    site = _in_parts("/bg/0/", "/bg/0/2/", last=Answer("", 403))
    site.ends, site.first = ("incomplete", "ok"), 1
    return site


SITES = {
    "a number behind the address": _in_parts("/bg/0/", "/bg/0/2/", "/bg/0/3/"),
    "a number before the ending": _in_parts("/bg/0.html", "/bg/0-2.html"),
    "a field that counts from nought": _in_parts("/bg/0.html", "/bg/0.html?start=1", "/bg/0.html?start=2"),
    "a field beside another": _in_parts("/xem.php?id=10", "/xem.php?id=10&page=2"),
    "a last page that is refused once": _refused(),
}


def _with_comments() -> SmallSite:
    """Each article has a pager through comments, and one through other articles at its own address."""
    pages: dict[str, Route] = {
        "/": listing(menu=MENU),
        "/bao-gia/": listing(*entries("/bg/{}.html", range(8)), menu=MENU),
    }
    for n in range(8):
        others = f'<div class="khac"><a href="/bg/{n}.html?page=2">2</a></div>'
        comments = f'<div id="comments"><a href="/bg/{n}.html?p=2">2</a></div>'
        for query in ("", "?page=2", "?p=2"):
            pages[f"/bg/{n}.html{query}"] = article(title(n), extra=others + comments)
    return SmallSite(pages=pages, holds=8)


_BESIDE = "pagers of something else"


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Crawled]:
    return crawl_sites({**SITES, _BESIDE: _with_comments()}, Path(tmp_path_factory.mktemp("parts")))


@pytest.mark.parametrize("name", SITES)
def test_all_pages_of_an_article_are_read(name: str, crawled: dict[str, Crawled]) -> None:
    check(SITES[name], crawled[name])
    (notice,) = crawled[name].notices[-1]
    assert isinstance(notice.deadline_at, date)
    assert notice.deadline_at.isoformat()[:10] == "2026-12-10"
    assert notice.text.count("Kính mời") == 1


def test_what_is_not_read_of_an_article_is_announced_and_the_rest_is_stored(crawled: dict[str, Crawled]) -> None:
    first = crawled["a last page that is refused once"]
    assert "page 2 of it answers 403" in str(first.reports[0].message)
    assert [notice.deadline_at for notice in first.notices[0]] == [None]


def test_pagers_of_something_else_are_tried_a_few_times(crawled: dict[str, Crawled]) -> None:
    check(_with_comments(), crawled[_BESIDE])
    first, second = crawled[_BESIDE].asked
    assert 1 <= sum("?page=2" in target for target in first) <= 3
    assert not any("?p=2" in target for target in first + second)
