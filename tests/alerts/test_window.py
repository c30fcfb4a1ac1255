"""When digests are due, and which days are working days."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.window import PERIODS, is_working_day, latest_end, working_days_before
from timthau.model.alert import Frequency
from timthau.model.moment import HANOI

EIGHT = time(8)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-11-25T08:00:00+07:00", "2026-11-25T08:00:00+07:00"),
        ("2026-11-25T07:59:59+07:00", "2026-11-24T08:00:00+07:00"),
        ("2026-11-24T23:59:59+00:00", "2026-11-24T08:00:00+07:00"),  # 06:59 of the 25th in Hanoi
        ("2026-11-25T01:00:00+00:00", "2026-11-25T08:00:00+07:00"),
        ("2026-11-25T00:00:00+07:00", "2026-11-24T08:00:00+07:00"),
    ],
)
def test_a_daily_digest_is_due_at_eight_in_hanoi(now: str, end: str) -> None:
    assert latest_end(Frequency.DAILY, datetime.fromisoformat(now), EIGHT) == datetime.fromisoformat(end)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-11-23T08:00:00+07:00", "2026-11-23"),
        ("2026-11-23T07:59:00+07:00", "2026-11-16"),
        ("2026-11-29T23:00:00+07:00", "2026-11-23"),
        ("2026-11-29T18:00:00+00:00", "2026-11-23"),  # 01:00 of Monday in Hanoi, before eight
    ],
)
def test_a_weekly_digest_is_due_on_monday(now: str, end: str) -> None:
    due = latest_end(Frequency.WEEKLY, datetime.fromisoformat(now), EIGHT)
    assert (due.date(), due.time()) == (date.fromisoformat(end), EIGHT)


@given(
    st.sampled_from(list(PERIODS)),
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001  # made aware below
    st.times().map(lambda moment: moment.replace(second=0, microsecond=0)),
)
def test_the_last_end_is_never_in_the_future_and_less_than_a_period_ago(
    frequency: Frequency, naive: datetime, digest_time: time
) -> None:
    now = naive.replace(tzinfo=HANOI)
    assert timedelta(0) <= now - latest_end(frequency, now, digest_time) < PERIODS[frequency]


def test_weekends_and_holidays_are_no_working_days() -> None:
    assert not is_working_day(date(2026, 9, 2))  # National Day
    assert not is_working_day(date(2026, 2, 17))  # Tết of the year of the Horse
    assert not is_working_day(date(2026, 11, 28))  # a Saturday
    assert is_working_day(date(2026, 11, 27))


def test_working_days_are_counted_back_over_weekends_and_tet() -> None:
    assert working_days_before(date(2026, 11, 30), 1) == date(2026, 11, 27)
    assert working_days_before(date(2026, 11, 29), 2) == date(2026, 11, 26)
    assert working_days_before(date(2026, 2, 23), 1) <= date(2026, 2, 13)
