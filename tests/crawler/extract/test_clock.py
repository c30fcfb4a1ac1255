"""Points in time in every written form."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.text.moment import parse_stamps
from timthau.model.moment import HANOI

DAYS = st.dates(min_value=date(2001, 1, 1), max_value=date(2099, 12, 31))
HOURS = st.times().map(lambda hour: hour.replace(second=0, microsecond=0))

DAY_FORMS: list[Callable[[date], str]] = [
    lambda d: f"ngày {d:%d} tháng {d:%m} năm {d.year}",
    lambda d: f"ngày {d.day} tháng {d.month} năm {d.year}",
    lambda d: f"{d.day:02d} tháng {d.month:02d}, {d.year}",
    lambda d: f"ngày {d.day} tháng {d.month}/{d.year}",
    lambda d: f"ngày {d.day:02d} tháng{d.month} năm {d.year}",
    lambda d: f"{d.day:02d}/tháng {d.month}/{d.year}",
    lambda d: f"{d:%d/%m/%Y}",
    lambda d: f"ngày {d.day}/{d.month}/{d.year}",
    lambda d: f"ngày {d.day} /{d.month:02d}/{d.year}",
    lambda d: f"ngày {d:%d} / {d:%m} / {d.year}",
    lambda d: f"ngày {d.day}-{d.month}-{d.year}",
    lambda d: f"ngày {d.day}.{d.month}.{d.year}",
    lambda d: f"ngày {d:%d.%m.%Y}",
    lambda d: f"ngày {d.day}/{d.month} năm {d.year}",
    lambda d: d.isoformat(),
    lambda d: f"NGÀY {d.day} THÁNG {d.month} NĂM {d.year}",
    lambda d: f"ngay {d.day} thang {d.month} nam {d.year}",
]
HOUR_FORMS: list[Callable[[time], str]] = [
    lambda t: f"{t:%H:%M}",
    lambda t: f"{t:%Hh%M}",
    lambda t: f"{t.hour}h{t:%M}",
    lambda t: f"{t.hour}h{t:%M}’",
    lambda t: f"{t.hour}h{t:%M}'",
    lambda t: f"{t:%H} giờ {t:%M} phút",
    lambda t: f"{t:%H} giờ {t:%M}",
    lambda t: f"{t.hour} giờ {t:%M} phút",
    lambda t: f"{t.hour}giờ{t:%M}",
    lambda t: f"{t.hour}g{t:%M}",
    lambda t: f"{t:%H:%M}:00",
    lambda t: f"{t:%H:%M} giờ",
    lambda t: f"{t:%H.%M} giờ",
    lambda t: f"{t.hour}h{t:%M}”",
]
WEEKDAYS = ["thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"]
JOINTS: list[Callable[[str, str, date], str]] = [
    lambda hour, day, _: f"{hour} {day}",
    lambda hour, day, _: f"{hour}, {day}",
    lambda hour, day, _: f"{hour} - {day}",
    lambda hour, day, _: f"{hour} (giờ Việt Nam) {day}",
    lambda hour, day, _: f"{hour} (trong giờ hành chính), {day}",
    lambda hour, day, d: f"{hour} {WEEKDAYS[d.weekday()]}, {day}",
    lambda hour, day, d: f"{hour} ({WEEKDAYS[d.weekday()]}) {day}",
    lambda hour, day, _: f"{day} lúc {hour}",
    lambda hour, day, _: f"{day} vào lúc {hour}",
    lambda hour, day, _: f"{day} ({hour})",
    lambda hour, day, _: f"{day} - {hour}",
    lambda hour, day, _: f"{day} {hour}",
]


def _moments(text: str) -> list[date]:
    return [moment for stamp in parse_stamps(text) if (moment := stamp.moment())]


@given(DAYS, st.sampled_from(DAY_FORMS), st.sampled_from(["", "đến hết ", "trước ", "(", "từ "]))
def test_a_day_in_any_form_is_read_back(day: date, form: Callable[[date], str], before: str) -> None:
    assert _moments(f"Hạn nộp {before}{form(day)}.") == [day]


@given(DAYS, HOURS, st.sampled_from(DAY_FORMS), st.sampled_from(HOUR_FORMS), st.sampled_from(JOINTS))
def test_an_hour_beside_its_day_is_read_back_in_any_form(
    day: date,
    hour: time,
    day_form: Callable[[date], str],
    hour_form: Callable[[time], str],
    joint: Callable[[str, str, date], str],
) -> None:
    text = f"trước {joint(hour_form(hour), day_form(day), day)} tại phòng Văn thư"
    assert _moments(text) == [datetime.combine(day, hour, HANOI)]


@given(DAYS, DAYS, st.tuples(HOURS, HOURS), st.sampled_from(DAY_FORMS), st.sampled_from(HOUR_FORMS))
def test_both_ends_of_a_window_are_read_back(
    day: date,
    last: date,
    hours: tuple[time, time],
    day_form: Callable[[date], str],
    hour_form: Callable[[time], str],
) -> None:
    opens, closes = hours
    text = f"từ {hour_form(opens)} {day_form(day)} đến trước {hour_form(closes)} {day_form(last)}"
    assert _moments(text) == [datetime.combine(day, opens, HANOI), datetime.combine(last, closes, HANOI)]


@pytest.mark.parametrize(
    ("text", "moments"),
    [
        ("trước 4h30 chiều ngày 12/5/2023", ["2023-05-12T16:30:00+07:00"]),
        ("5:00 PM ngày 12/5/2023", ["2023-05-12T17:00:00+07:00"]),
        ("17h00 giờ ngày 12/5/2023", ["2023-05-12T17:00:00+07:00"]),
        ("17.30 giờ ngày 12/5/2023", ["2023-05-12T17:30:00+07:00"]),
        ("17h30” ngày 12/5/2023", ["2023-05-12T17:30:00+07:00"]),
        ("17h00 đến hết ngày 12/5/2023", ["2023-05-12T17:00:00+07:00"]),
        ("17h00 ngày thứ Sáu, 12/5/2023", ["2023-05-12T17:00:00+07:00"]),
        ("8 giờ ngày mùng 5 tháng5 năm 2023", ["2023-05-05T08:00:00+07:00"]),
        ("17h00 ngày 12/tháng 5/2023", ["2023-05-12T17:00:00+07:00"]),
        ("17h 10/3/2024", ["2024-03-10T17:00:00+07:00"]),
        ("17h10/3/2024", ["2024-03-10T17:00:00+07:00"]),
        ("ngày 12/5/2023 (trước 17h00)", ["2023-05-12T17:00:00+07:00"]),
        ("11h00 sáng thứ 6 (23/02/2024)", ["2024-02-23T11:00:00+07:00"]),
        ("trước ngày 12/5/23", ["2023-05-12"]),
        ("từ ngày 10 - 19/4/2024", ["2024-04-19"]),
        ("13.02.2024-15.02.2024", ["2024-02-13", "2024-02-15"]),
        ("24h00 ngày 12/5/2023", ["2023-05-12"]),
        ("30h00 ngày 12/5/2023", ["2023-05-12"]),
        ("ngày 31/02/2024", []),
        ("từ ngày 20/12/2019 (7h30 - 16h30)", ["2019-12-20"]),
        ("số 93/100 điểm, 24/24 giờ, quý 4/2024, 10.072.874.000 đồng, 12.2024.5", []),
        ("01/01/2020 8h00 đến 02/01/2020 17h00", ["2020-01-01T08:00:00+07:00", "2020-01-02T17:00:00+07:00"]),
    ],
)
def test_forms_that_need_care(text: str, moments: list[str]) -> None:
    assert [moment.isoformat() for moment in _moments(text)] == moments


def test_a_day_without_a_year_is_a_stamp_without_a_moment() -> None:
    (stamp,) = parse_stamps("16h (17/2)")
    assert (stamp.day, stamp.month, stamp.year, stamp.hour, stamp.moment()) == (17, 2, None, time(16), None)


def test_a_day_without_a_year_is_the_next_one_after_a_base_day() -> None:
    (stamp,) = parse_stamps("ngày 5/1")
    near = timedelta(days=60)
    assert stamp.next_after(date(2023, 12, 20), near) == date(2024, 1, 5)
    assert stamp.next_after(date(2024, 2, 1), near) is None


@given(st.text())
def test_any_text_has_its_stamps_within_it(text: str) -> None:
    assert all(0 <= stamp.start < stamp.end <= len(text) for stamp in parse_stamps(text))
