"""Reading the portal's winning prices, replayed on a stand-in over real HTTP."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crawler.process.job import RunReport
from crawler.process.run import crawl
from tests.site.loopback import Answer, serve
from tests.site.price_list import PATH, PriceList, Record, make_price
from timthau.config import Settings
from timthau.model.moment import HANOI
from timthau.store.notice import Store

NOON = datetime.now(HANOI).replace(hour=12, minute=0, second=0, microsecond=0)
DEVICES = ["THIET_BI_VAT_TU_Y_TE"]

Read = Callable[..., RunReport]


def ago(days: int, **more: int) -> datetime:
    """About noon, some days ago."""
    return NOON - timedelta(days=days) + timedelta(**more)


def many(count: int, days: int, **said: Any) -> list[Record]:
    return [make_price(f"{days:04}{n:06}", ago(days, seconds=n // 3), **said) for n in range(count)]


@pytest.fixture
def read(settings: Settings, tmp_path: Path) -> Iterator[Read]:
    """Read prices once, each list at one address; what is said by name goes into the definition."""
    with ExitStack() as servers:
        address = cache(lambda prices: servers.enter_context(serve(prices)))

        def once(prices: PriceList, *, days: int = 0, full: bool = False, **said: Any) -> RunReport:
            url = address(prices)
            values = {"title": "Giá", "home": f"{url}/", "platform": "egp-prices", "reread_days": 3, "tabs": DEVICES}
            path = tmp_path / "gia.toml"
            path.write_text("\n".join(f"{key} = {json.dumps(value)}" for key, value in (values | said).items()))
            since = ago(days).date() if days else None
            (report,) = crawl([str(path)], settings=settings, since=since, full=full, delay=0)
            return report

        yield once


def test_pages_tabs_and_kinds_of_medicine_are_all_read(read: Read, store: Store) -> None:
    medicines = [make_price(f"m{kind}", ago(1), "THUOC_TAN_DUOC", medicines=kind) for kind in "012"]
    goods = [make_price("h1", ago(0, hours=-13), "HANG_HOA")]
    prices = PriceList([*many(450, 1), *medicines, *goods])
    tabs = [*DEVICES, "THUOC_TAN_DUOC", "HANG_HOA"]
    report = read(prices, tabs=tabs)
    assert (report.status, report.found) == ("ok", 454)
    assert report.message.startswith("454 prices found")
    assert Counter(line.tab for line in store.awards.each_line()) == dict(zip(tabs, (450, 3, 1), strict=True))
    assert {search["pageSize"] for search in prices.searches} == {200}
    assert "sortBy" not in prices.searches[0]


@pytest.mark.parametrize("form", ["milliseconds", "text"])
def test_days_are_asked_for_in_the_form_that_the_portal_takes(read: Read, store: Store, form: str) -> None:
    prices = PriceList([make_price("first", ago(1, hours=-12)), make_price("last", ago(1, hours=11))], form=form)
    assert read(prices).status == "ok"
    assert store.awards.count() == 2
    refused = [search for search in prices.searches if isinstance(search["query"][0]["filters"][-1]["from"], int)]
    assert len(refused) == (1 if form == "text" else 3)


def test_a_search_that_is_refused_in_both_forms_ends_the_run(read: Read) -> None:
    report = read(PriceList(many(3, 1), largest_page=50))
    assert report.status == "failed"
    assert "400" in report.message
    assert "PageSize" in report.message
    assert read(PriceList(many(3, 1), largest_page=50), page_size=50).status == "ok"


def test_a_correction_is_a_version_and_what_is_withdrawn_is_gone(read: Read, store: Store) -> None:
    prices = PriceList([*many(5, 1), *many(2, 9)])
    assert read(prices, days=10).found == 7
    wrong = many(5, 1)[2]
    prices.publish(wrong | {"donGia": 700, "ngayDangTaiKqlcnt": f"{ago(0, hours=-12):%Y-%m-%dT%H:%M:%S}"})
    prices.withdraw(many(5, 1)[4]["id"], many(2, 9)[0]["id"])
    assert read(prices, full=True).changed == 1
    lines = {line.source_key: line for line in store.awards.each_line()}
    assert len(lines) == 6  # the older day was not read again
    corrected = lines[wrong["id"]]
    assert (corrected.version, corrected.unit_price_vnd) == (2, 700)
    assert [line.unit_price_vnd for line in store.awards.versions(corrected.id)] == [Decimal("650.5"), 700]
    prices.publish(many(5, 1)[4])
    read(prices, full=True)
    assert store.awards.count() == 7


def test_a_day_with_more_than_the_portal_counts_is_divided_and_then_complete(read: Read, store: Store) -> None:
    prices = PriceList([make_price(f"{n:06}", ago(5, minutes=n % 50)) for n in range(70)], most=20)
    report = read(prices, days=5)
    assert (report.status, report.found, store.awards.count()) == ("ok", 70, 70)
    prices.searches.clear()
    assert read(prices, days=5, expected_minimum=0).status == "ok"
    assert f"{ago(5):%Y-%m-%d}" not in prices.days_asked()


def test_a_count_that_is_not_reached_makes_the_run_incomplete(read: Read, store: Store) -> None:
    prices = PriceList(many(3, 1))
    doubled = {"page": {"content": [many(3, 1)[0]] * 3, "totalElements": 3, "currentPage": 0}}
    prices.trouble = [lambda: None] + [Answer(json.dumps(doubled))] * 3
    report = read(prices)
    assert report.status == "incomplete"
    assert "1 of 3 records came" in report.message
    assert read(prices).status == "ok"
    assert store.awards.count() == 3


def test_another_page_than_asked_for_is_not_taken(read: Read, store: Store) -> None:
    prices = PriceList(many(3, 1))
    other = {"page": {"content": many(3, 1), "totalElements": 3, "currentPage": 7}}
    prices.trouble = [lambda: None, Answer(json.dumps(other))]
    assert read(prices).status == "ok"
    assert len(prices.searches) == 4


@pytest.mark.parametrize(
    ("trouble", "complaint"),
    [
        (Answer("<html><title>Cổng</title><p>Bảo trì</html>"), "does not answer as the portal's list"),
        (Answer("<html>Just a moment...</html>", 403), "left alone"),
        (Answer(json.dumps({"page": {"content": many(1, 40), "totalElements": 1}})), "other days"),
    ],
)
def test_prices_that_answer_otherwise_are_left_alone_at_once(read: Read, trouble: Answer, complaint: str) -> None:
    prices = PriceList(many(3, 1))
    prices.trouble = [trouble]
    report = read(prices)
    assert report.status == "failed"
    assert complaint in report.message
    assert len(prices.searches) == 1


def test_unknown_fields_are_counted_and_said_and_a_record_without_a_name_is_a_gap(read: Read, store: Store) -> None:
    records = [make_price(str(n), ago(1), maLo=n) for n in range(3)]
    report = read(PriceList([*records, make_price("x", ago(1), tenThietBi=None)]))
    assert report.status == "incomplete"
    assert "unknown fields: maLo (3)" in report.message
    assert "a record has no name: x" in report.message
    assert store.awards.count() == 3


def test_all_of_a_window_comes_at_once_where_an_export_is_set(read: Read, store: Store) -> None:
    prices = PriceList(many(450, 1))
    report = read(prices, export_path=f"{PATH}/export")
    assert (report.status, report.found, len(prices.searches)) == ("ok", 450, 3)
