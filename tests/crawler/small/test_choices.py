"""Lists that show a part of what they hold until one chooses, what lies elsewhere, and what stands there twice."""

# ruff: noqa: E501 - markup as systems write it

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.site.loopback import Answer, Route, Site, article, listing, title
from tests.site.small_site import MENU, Crawled, SmallSite, check, crawl_sites, entries, notices_at, one_list

_YEARS = ("2026", "2025", "2024")
_TWELVE: dict[str, Route] = {"/": listing(menu=MENU), **notices_at("/bg/{}.html", 12)}
_ONE_TITLE = "Yêu cầu báo giá vật tư y tế đợt tháng 11"


def _list(numbers: range | list[int], more: str) -> str:
    return listing(*entries("/bg/{}.html", numbers), menu=MENU, more=more)


def _field(name: str, options: dict[str, str], chosen: str, on_change: str = "") -> str:
    shown = (
        f'<option value="{value}"{" selected" * (value == chosen)}>{words}</option>' for value, words in options.items()
    )
    return f'<select name="{name}" onchange="{on_change}">{"".join(shown)}</select>'


def _form(*fields: str, says: str = 'action="/bao-gia/"') -> str:
    return f"<form {says}>{''.join(fields)}<button>Xem</button></form>"


def _by_year(more: Callable[[str], str], *, path: str = "/bao-gia/") -> SmallSite:
    """Four notices of each of three years, those of the newest at first."""
    pages = {
        year: listing(
            *entries("/bg/{}.html", range(4 * n, 4 * n + 4)), menu=((path, "Yêu cầu báo giá"),), more=more(year)
        )
        for n, year in enumerate(_YEARS)
    }
    shown = {path: pages["2026"]} | {f"{path}?nam={year}": page for year, page in pages.items()}
    return SmallSite(pages=_TWELVE | {"/": listing(menu=((path, "Yêu cầu báo giá"),))} | shown, holds=12)


def _asked(answer: Callable[[dict[str, str]], str]) -> SmallSite:
    """A list that answers by the fields that it is sent, in its address or its body."""

    def speak(site: Site, target: str) -> str:
        return answer(dict(re.findall(r"(\w+)=(\w+)", f"{target}&{site.bodies[-1].decode()}")))

    return SmallSite(
        pages=_TWELVE | {"/bao-gia/": speak},
        otherwise=lambda target: speak if target.startswith("/bao-gia/?") else None,
        holds=12,
    )


_NAMED = {year: f"Năm {year}" for year in _YEARS}
_MONTHS = {str(month): f"Tháng {month}" for month in range(1, 13)}
_FIELDS = {"": "-- Lĩnh vực --", "1": "Thuốc", "2": "Vật tư y tế", "3": "Thiết bị"}


def _year_and_month(sent: dict[str, str]) -> str:
    year, month = sent.get("nam", "2026"), sent.get("thang", "11")
    numbers = [n for n in range(12) if (_YEARS[n // 6], str(1 + n % 6 * 2)) == (year, month)]
    return _list(
        numbers, _form(_field("thang", _MONTHS, month), _field("nam", {y: y for y in _YEARS[:2]}, year), says="")
    )


def _year_and_page(sent: dict[str, str]) -> str:
    year, page = sent.get("nam", "2026"), int(sent.get("page", "1"))
    start = 4 * _YEARS.index(year) + 2 * page - 2
    pager = "".join(f'<a href="/bao-gia/?nam={year}&page={n}">{n}</a>' for n in (1, 2))
    return _list(range(start, start + 2), _form(_field("nam", _NAMED, year)) + f'<div class="pager">{pager}</div>')


def _year_sent(sent: dict[str, str]) -> str:
    year = sent.get("nam", "2026")
    start = 4 * _YEARS.index(year)
    field = _field("nam", {y: y for y in _YEARS}, year, "javascript:setTimeout('__doPostBack(\\'nam\\',\\'\\')', 0)")
    return _list(
        range(start, start + 4),
        f'<form method="post" action="./"><input type="hidden" name="__VIEWSTATE" value="x">{field}</form>',
    )


def _category(sent: dict[str, str]) -> str:
    chosen = sent.get("lv", "")
    start = 4 * int(chosen) - 4 if chosen else 0
    return _list(range(start, start + 4) if chosen else range(3), _form(_field("lv", _FIELDS, chosen)))


def _nothing_until_chosen(sent: dict[str, str]) -> str:
    year = sent.get("nam", "")
    start = 4 * _YEARS.index(year) if year else 0
    return _list(range(start, start + 4 if year else 0), _form(_field("nam", {"": "Chọn năm"} | _NAMED, year)))


def _going_on(more: Callable[[str], tuple[dict[str, str], str]]) -> SmallSite:
    """Three pages whose way on stands in their heads."""
    pages: dict[str, Route] = {}
    for page in (1, 2, 3):
        headers, head = more(f"/bao-gia/?sau=k{page + 1}") if page < 3 else ({}, "")
        body = _list(range(4 * page - 4, 4 * page), "").replace("</head>", f"{head}</head>")
        pages["/bao-gia/" if page == 1 else f"/bao-gia/?sau=k{page}"] = Answer(body, 200, headers)
    return SmallSite(pages=_TWELVE | pages, holds=12)


_LOOKS = _form(_field("sort", {"0": "Mới nhất", "1": "Cũ nhất"}, "0")) + _form(
    _field("size", {n: n for n in ("10", "20")}, "10")
)
_SAME = article(_ONE_TITLE)

_MONTHS_BESIDE = "".join(f'<li><a href="/luu-tru/2026/{n}/">Tháng {n} 2026</a></li>' for n in (10, 11))


def _month(number: int) -> str:
    """A month that had one notice, which its page shows whole."""
    path = f"/bg/{number}.html"
    return article(title(number)).replace(f"<h1>{title(number)}</h1>", f'<h1><a href="{path}">{title(number)}</a></h1>')


STORED = {
    "years in a form": _by_year(lambda year: _form(_field("nam", _NAMED, year))),
    "years that a script leads to": _by_year(lambda year: '<select onchange="location.href=this.value">' + "".join(f'<option value="/bao-gia/?nam={y}">{y}</option>' for y in _YEARS) + "</select>"),
    "years as links": _by_year(lambda year: "<h3>Lưu trữ</h3>" + " ".join(f'<a href="/bao-gia.html?nam={y}">{y}</a>' for y in _YEARS), path="/bao-gia.html"),
    "categories in a form": _asked(_category),
    "nothing until a year is chosen": _asked(_nothing_until_chosen),
    "a year and a month": _asked(_year_and_month),
    "years with pages": _asked(_year_and_page),
    "years in a form that is posted back": _asked(_year_sent),
    "fields that only sort and count": SmallSite(pages=_TWELVE | {"/bao-gia/": _list(range(12), _LOOKS)}, holds=12),
    "a next page in a header": _going_on(lambda url: ({"Link": f'<{url}>; rel="next", </x>; rel="prev"'}, "")),
    "a next page in the head": _going_on(lambda url: ({}, f'<link rel="next" href="{url}">')),
    "months that show their one notice whole": SmallSite(pages={**one_list("/bg/{}.html", 12), "/": listing(("/bg/11.html", title(11)), ("/bg/10.html", title(10)), menu=MENU, more=f"<ul>{_MONTHS_BESIDE}</ul>"), "/luu-tru/2026/10/": _month(10), "/luu-tru/2026/11/": _month(11)}, holds=12),
    "one text put up twice": SmallSite(pages={"/": listing(menu=MENU), "/bao-gia/": listing(("/bg/1.html", _ONE_TITLE), ("/bg/2.html", _ONE_TITLE), menu=MENU), "/bg/1.html": _SAME, "/bg/2.html": _SAME}, holds=[_ONE_TITLE] * 2),
}  # fmt: skip

_TWO = (*MENU, ("/dau-thau/", "Thông tin đấu thầu"))
_ROBOTS = Answer("User-agent: *\nDisallow: /bg/3", 200, {"Content-Type": "text/plain"})
_AWAY = "http://127.0.9.9:1/x"

#: What is there and not read, or not twice: said in every run.
BESIDE = {
    "a notice that robots.txt forbids": ("1 pages not asked for", one_list("/bg/{}.html", 6) | {"/robots.txt": _ROBOTS}),
    "a notice on another site": ("1 pages not asked for", one_list("/bg/{}.html", 6) | {"/bao-gia/": listing(*entries("/bg/{}.html", range(5)), (_AWAY, title(5)), menu=MENU)}),
    "an article below two menus": ("1 addresses say word for word", {"/": listing(menu=_TWO), "/bao-gia/": listing(*((f"/bao-gia/a{n}.html", title(n)) for n in range(5)), menu=_TWO), "/dau-thau/": listing(("/dau-thau/a1.html", title(1)), menu=_TWO), "/dau-thau/a1.html": article(title(1)), **notices_at("/bao-gia/a{}.html", 5)}),
}  # fmt: skip

_UNHEEDED = dict(_by_year(lambda year: _form(_field("nam", _NAMED, "2026"))).pages)
#: What cannot be chosen.
SHUT = {
    "a form that a script alone heeds": _UNHEEDED | {f"/bao-gia/?nam={year}": _UNHEEDED["/bao-gia/"] for year in _YEARS},
    "years that a script shows": _TWELVE | {"/bao-gia/": _list(range(4), _field("nam", _NAMED, "2026", "tai(this.value)"))},
    "more choices than anybody makes": _TWELVE | {"/bao-gia/": _list(range(4), _form(_field("thang", _MONTHS, "11"), _field("nam", {str(y): str(y) for y in range(2016, 2027)}, "2026")))},
    "more choices than anybody makes, in one field": _TWELVE | {"/bao-gia/": _list(range(4), _form(_field("ky", {f"{m}-{y}": f"Tháng {m}/{y}" for y in range(2016, 2027) for m in range(1, 13)}, "11-2026")))},
}  # fmt: skip


#: Addresses of the site's own that lead to another one: missed once, then the site's word is taken for it.
AWAY = {
    "a notice that leads to another site": SmallSite(pages=one_list("/bg/{}.html", 6) | {"/bg/3.html": Answer("", 302, {"Location": _AWAY})}, holds=5),
    "a list that leads to another site": SmallSite(pages=one_list("/bg/{}.html", 5) | {"/": listing(menu=_TWO), "/dau-thau/": Answer("", 302, {"Location": _AWAY})}, holds=5),
}  # fmt: skip


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Crawled]:
    beside = {name: SmallSite(pages=pages, holds=5) for name, (_, pages) in BESIDE.items()}
    shut = {name: SmallSite(pages=pages, holds=4) for name, pages in SHUT.items()}
    return crawl_sites(STORED | beside | shut | AWAY, Path(tmp_path_factory.mktemp("choices")))


@pytest.mark.parametrize("name", STORED)
def test_what_can_be_chosen_is_read(name: str, crawled: dict[str, Crawled]) -> None:
    check(STORED[name], crawled[name])


@pytest.mark.parametrize("name", ["years in a form", "categories in a form", "a year and a month"])
def test_what_can_be_chosen_is_not_asked_for_every_time(name: str, crawled: dict[str, Crawled]) -> None:
    assert [target for target in crawled[name].asked[1] if "?" in target] == []


def test_months_beside_the_lists_are_not_asked_for_every_time(crawled: dict[str, Crawled]) -> None:
    first, second = crawled["months that show their one notice whole"].asked
    assert [sum(target.startswith("/luu-tru/") for target in asked) for asked in (first, second)] == [2, 0]


def test_fields_that_change_how_a_list_looks_are_left_alone(crawled: dict[str, Crawled]) -> None:
    assert [target for target in crawled["fields that only sort and count"].asked[0] if "?" in target] == []


@pytest.mark.parametrize("name", BESIDE)
def test_what_is_there_and_not_read_is_said_in_every_run(name: str, crawled: dict[str, Crawled]) -> None:
    assert len(crawled[name].titles) == 5
    for report in crawled[name].reports:
        assert report.status == "ok"
        assert BESIDE[name][0] in report.message


@pytest.mark.parametrize("name", SHUT)
def test_what_cannot_be_chosen_is_announced(name: str, crawled: dict[str, Crawled]) -> None:
    assert [report.status for report in crawled[name].reports] == ["incomplete", "incomplete"], crawled[name].reports
    assert len(crawled[name].titles) == 4


@pytest.mark.parametrize("name", AWAY)
def test_what_leads_to_another_site_is_missed_once_and_said_in_every_run(
    name: str, crawled: dict[str, Crawled]
) -> None:
    first, second = crawled[name].reports
    assert (first.status, second.status, len(crawled[name].titles)) == ("incomplete", "ok", 5)
    assert "not read: 1" in first.message
    assert "1 pages not asked for" in second.message
