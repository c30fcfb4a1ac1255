"""Days, deadlines and amounts are said the way people say them."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from flask import Flask, current_app
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st

from timthau.locale import CATALOGUES
from timthau.model.moment import HANOI, Moment
from webui.http.language import select_language
from webui.view import wording

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)


@pytest.fixture(scope="module", autouse=True)
def vietnamese() -> Iterator[None]:
    app = Flask("webui")
    Babel(app, default_translation_directories=str(CATALOGUES), default_locale="vi", locale_selector=select_language)
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("deadline", "text", "state"),
    [
        (NOW + timedelta(days=10), "còn 10 ngày", "open"),
        (NOW + timedelta(days=3, hours=8), "còn 3 ngày", "soon"),
        (datetime(2026, 11, 24, 0, 30, tzinfo=HANOI), "còn 15 giờ", "urgent"),
        (NOW + timedelta(days=1, hours=1), "còn 1 ngày", "soon"),
        (NOW + timedelta(hours=4, minutes=30), "còn 4 giờ", "urgent"),
        (NOW + timedelta(minutes=35), "còn 35 phút", "urgent"),
        (NOW - timedelta(minutes=1), "hết hạn hôm nay", "closed"),
        (datetime(2026, 11, 22, 23, 59, tzinfo=HANOI), "quá hạn 1 ngày", "closed"),
        (NOW - timedelta(days=400), "đã hết hạn", "closed"),
        (date(2026, 11, 23), "ngày cuối", "urgent"),
        (date(2026, 11, 26), "còn 3 ngày", "soon"),
        (date(2026, 11, 22), "quá hạn 1 ngày", "closed"),
    ],
)
def test_a_deadline_says_what_is_left(deadline: Moment, text: str, state: str) -> None:
    assert wording.format_remaining(deadline, NOW) == wording.Remaining(text, state)


def test_what_is_left_is_counted_in_hanoi_wherever_the_server_stands() -> None:
    late = datetime.fromisoformat("2026-11-23T17:30:00+00:00")  # half past midnight on the 24th in Hanoi
    assert wording.format_remaining(date(2026, 11, 24), late).text == "ngày cuối"


@pytest.mark.parametrize(
    ("vnd", "text"),
    [
        (10_072_874_000, "10,07 tỷ đồng"),
        (1_250_000_000, "1,25 tỷ đồng"),
        (999_999_999, "1 tỷ đồng"),
        (422_000_000, "422 triệu đồng"),
        (1_000_000, "1 triệu đồng"),
        (950_000, "950.000 đồng"),
        (0, "0 đồng"),
        (1_234_567_000_000, "1.234,57 tỷ đồng"),
    ],
)
def test_amounts_are_in_billions_and_millions(vnd: int, text: str) -> None:
    assert wording.format_amount(vnd) == text


def test_english_has_its_own_signs_and_plurals() -> None:
    with current_app.app_context(), current_app.test_request_context("/?lang=en"):
        assert wording.format_amount(10_072_874_000) == "10.07 billion VND"
        assert wording.format_day(date(2026, 11, 5)) == "5 Nov 2026"
        assert wording.format_remaining(NOW + timedelta(days=1), NOW).text == "1 day left"
        assert wording.format_remaining(NOW + timedelta(days=2), NOW).text == "2 days left"


@pytest.mark.parametrize(("number", "text"), [(1200, "1.200"), (20.5, "20,5"), (0.125, "0,125"), (1e6, "1.000.000")])
def test_numbers_have_vietnamese_signs(number: float, text: str) -> None:
    assert wording.format_number(number) == text


def test_a_day_without_hour_shows_no_hour() -> None:
    assert wording.format_time(date(2026, 11, 5)) == "05/11/2026"
    assert wording.format_time(datetime(2026, 11, 5, 17, 0, tzinfo=HANOI)) == "05/11/2026 17:00"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "http://[", "", "x"])
def test_only_web_addresses_become_links(url: str) -> None:
    assert wording.web_link(url) is None


def test_a_telephone_link_takes_the_first_number() -> None:
    assert wording.phone_link("0237.3123456 - 0912 345 678") == "tel:02373123456"
    assert wording.mail_link("a b@x.vn?cc=y") == "mailto:a%20b@x.vn%3Fcc%3Dy"


@given(st.integers(min_value=0, max_value=10**17))
def test_any_amount_is_within_a_hundredth_of_its_unit(vnd: int) -> None:
    number, unit = wording.format_amount(vnd).split(" ", 1)
    size = {"đồng": 1, "triệu đồng": 10**6, "tỷ đồng": 10**9}[unit]
    assert abs(float(number.replace(".", "").replace(",", ".")) * size - vnd) <= max(0.006 * size, vnd * 1e-9)
