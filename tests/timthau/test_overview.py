"""Counts, plots, tables and buyers' pages say what the notices say."""

import csv
import io
import random
import re
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tests.site.webui import NOW, Site, build_notice, in_days, open_site
from timthau.model.buyer import make_buyer_id
from timthau.model.moment import HANOI
from timthau.model.notice import NoticeKind
from timthau.model.record import Summary
from timthau.store.notice import Store
from timthau.store.overview.copy import OverviewCopy
from timthau.store.overview.count import list_days, list_months
from timthau.store.overview.keeper import OverviewKeeper
from webui.view.plot import build_bars, build_columns

pytestmark = pytest.mark.usefixtures("at_now")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    notices = [
        build_notice(
            f"n{i}",
            buyer=["Bệnh viện Mắt Thanh Hóa", "BỆNH VIỆN MẮT THANH HOÁ", "Bệnh viện Mắt Thanh Hóa", "Khác"][i],
            province=["Quảng Nam", "Đà Nẵng", "TP Đà Nẵng", "Huế"][i],
            published_at=in_days(-10),
            deadline_at=in_days(-10 + days),
        )
        for i, days in enumerate((4, 12, 14, 20))
    ]
    notices.append(build_notice("plan", kind=NoticeKind.PLAN, province="=1+1", published_at=date(2026, 10, 1)))
    notices.append(build_notice("bare"))
    return open_site(tmp_path_factory.mktemp("site"), notices)


def read_table(site: Site, name: str) -> list[list[str]]:
    text = site.get(f"/stats/{name}.csv")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_months_are_counted_by_kind(site: Site) -> None:
    rows = read_table(site, "months")
    assert rows[0] == ["Tháng", "Yêu cầu báo giá", "Kế hoạch lựa chọn nhà thầu"]
    assert rows[-1] == ["11/2026", "4", "0"]
    assert rows[-2] == ["10/2026", "0", "1"]
    assert len(rows) == 25


def test_provinces_are_counted_as_those_of_today(site: Site) -> None:
    assert read_table(site, "provinces")[1:] == [["Đà Nẵng", "3"], ["'=1+1", "1"], ["Huế", "1"]]


def test_days_open_have_a_median(site: Site) -> None:
    assert read_table(site, "days-open")[1] == ["Yêu cầu báo giá", "13.0", "4"]


def test_the_calendar_begins_on_monday_and_counts_deadlines(site: Site) -> None:
    rows = read_table(site, "closing")
    assert rows[1] == ["2026-11-23", "0"]
    assert dict(map(tuple, rows[1:]))["2026-11-25"] == "1"
    assert len(rows) == 36


def test_a_table_runs_no_formula_of_a_document(site: Site) -> None:
    assert ["'=1+1", "1"] in read_table(site, "provinces")


def test_an_unknown_table_is_not_there(site: Site) -> None:
    site.get("/stats/secrets.csv", status=404)


def test_the_page_shows_plots_with_names_and_tables(site: Site) -> None:
    html = site.get("/stats")
    plots = [ElementTree.fromstring(svg) for svg in re.findall(r"<svg class=\"plot.*?</svg>", html, re.DOTALL)]
    assert {plot.get("aria-label") for plot in plots} == {"Số thông báo theo tháng"}
    assert all(list(plot.iter("rect")) for plot in plots)
    assert '<ul class="bars" aria-label="Số thông báo theo tỉnh, thành"><li><a' in html
    assert 'href="/search?deadline_from=2026-11-25&amp;deadline_to=2026-11-25"' in html


def test_an_empty_site_has_statistics(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert "0 thông báo" in open_site(tmp_path_factory.mktemp("site")).get("/stats")


def test_a_buyer_has_one_page_for_all_its_spellings(site: Site) -> None:
    assert make_buyer_id("Bệnh viện Mắt Thanh Hóa") == make_buyer_id("BỆNH  VIỆN MẮT THANH HOÁ ")
    html = site.get(f"/buyers/{make_buyer_id('benh vien mat thanh hoa')}")
    assert '<h1 lang="vi">Bệnh viện Mắt Thanh Hóa</h1>' in html
    assert "3 thông báo, 2 còn hạn" in html
    assert '<span lang="vi">Đà Nẵng</span>' in html
    assert 'Cách viết khác: <span lang="vi">BỆNH VIỆN MẮT THANH HOÁ</span>' in html
    assert html.count('class="entry"') == 5
    site.get("/buyers/none", status=404)


def test_a_notice_leads_to_its_buyer(site: Site) -> None:
    html = site.get(f"/notices/{build_notice('n0').id}")
    assert f'href="/buyers/{make_buyer_id("Bệnh viện Mắt Thanh Hóa")}"' in html


def test_a_new_notice_is_counted_when_the_minute_is_over(store: Store) -> None:
    seconds = iter((0.0, 59.0, 61.0))
    keeper = OverviewKeeper(store, clock=lambda: next(seconds))
    assert keeper.get().total == 0
    store.save(build_notice("new"), NOW)
    assert keeper.get().total == 0
    assert keeper.get().total == 1


def test_what_changed_is_counted_as_if_all_were_counted_anew(store: Store) -> None:
    seconds = count(step=100.0)
    keeper = OverviewKeeper(store, clock=lambda: next(seconds))
    chance = random.Random(5)
    for _ in range(6):
        for number in chance.sample(range(12), 5):
            said: dict[str, Any] = {
                "kind": chance.choice((NoticeKind.PLAN, NoticeKind.REQUEST_FOR_QUOTATION, NoticeKind.CANCELLATION)),
                "buyer": chance.choice((None, "Bệnh viện Mắt", "BỆNH VIỆN MẮT", "Sở Y tế")),
                "province": chance.choice((None, "Huế", "Quảng Nam", "Đà Nẵng")),
                "published_at": chance.choice((None, in_days(-chance.randrange(90)))),
                "deadline_at": chance.choice((None, in_days(chance.randrange(90)))),
            }
            store.save(build_notice(f"n{number}", **said), NOW)
        assert keeper.get() == OverviewKeeper(store).get()


def test_who_starts_anew_shows_what_was_counted_before_until_all_is_counted(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = OverviewCopy(tmp_path / "overview.json")
    days = {"published_at": in_days(-5), "deadline_at": in_days(3), "amount_vnd": 5}
    store.save(build_notice("a", buyer="Bệnh viện Mắt", province="Huế", **days), NOW)
    counted = OverviewKeeper(store, copy).get()
    store.save(build_notice("b"), NOW)
    each, go_on = store.each_summary, threading.Event()

    def wait() -> Iterator[Summary]:
        assert go_on.wait(30)
        return each()

    monkeypatch.setattr(store, "each_summary", wait)
    keeper = OverviewKeeper(store, copy)
    assert keeper.get() == keeper.get() == counted
    go_on.set()
    while keeper.get().total == 1:
        time.sleep(0.01)  # the thread that counts may not have begun
    assert keeper.get().total == 2


@pytest.mark.parametrize("damage", ["", "{", "[1]", '[1, 1, "2026-11-20T00:00:00+07:00", {}]', "[0, 1, 2, 3]"])
def test_a_copy_of_another_store_or_a_damaged_one_is_not_shown(store: Store, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "overview.json"
    if damage:
        path.write_text(damage)
    else:
        with closing(Store.open(f"sqlite:///{tmp_path}/other.db")) as other:
            other.save_all([build_notice("x"), build_notice("y")], NOW)
            OverviewKeeper(other, OverviewCopy(path)).get()
    assert OverviewKeeper(store, OverviewCopy(path)).get().total == 0


def test_months_run_over_the_year() -> None:
    assert list_months(date(2026, 2, 1), 3) == [(2025, 11), (2026, 0), (2026, 1)]
    assert list_days(date(2026, 11, 29))[0] == date(2026, 11, 23)


def test_a_month_is_that_of_hanoi(tmp_path_factory: pytest.TempPathFactory) -> None:
    late = datetime.fromisoformat("2026-10-31T18:00:00+00:00").astimezone(HANOI)
    site = open_site(tmp_path_factory.mktemp("site"), [build_notice("late", published_at=late)])
    assert read_table(site, "months")[-1][1] == "1"


def test_statistics_of_a_search_count_what_it_finds_and_their_bars_lead_to_it(tmp_path: Path) -> None:
    one = build_notice("a", title="Mua máy thở", province="Huế", published_at=NOW, amount_vnd=2_000_000_000)
    site = open_site(tmp_path, [one, build_notice("b", title="Mua ghế", province="Gia Lai", published_at=NOW)])
    with time_machine.travel(NOW, tick=False):
        html = site.get("/stats?q=may+tho")
        months = site.get("/stats/values.csv?q=may+tho").strip().splitlines()
    assert 'href="/search?q=may+tho&amp;province=Hu%E1%BA%BF"' in html
    assert "Gia Lai" not in html
    assert months[-1] == "11/2026,2000000000"


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=30), st.text())
def test_any_counts_make_a_plot_within_its_frame(values: list[int], name: str) -> None:
    printable = "".join(c for c in name if c.isprintable())
    with Flask(__name__).test_request_context():  # numbers are written in the language of the page
        labels = [str(n) for n in range(len(values))]
        html = build_columns(printable, labels, [(printable, values)], [f"?month={label}" for label in labels])
        bars = build_bars(printable, [(printable, value, "?") for value in values])
    wide, narrow = map(ElementTree.fromstring, re.findall(r"<svg.*?</svg>", html, re.DOTALL))
    assert len(wide.findall("a")) == sum(map(bool, values))
    for bar in (*wide.iter("rect"), *narrow.iter("rect")):
        assert float(bar.get("y", "")) >= 13.9
        assert float(bar.get("y", "")) + float(bar.get("height", "")) <= 214.2
    assert "<svg" in bars
