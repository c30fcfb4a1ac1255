"""Which times of publication a run reads."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.egp.plan import ReadingPlan, begin_of, last_complete_day
from crawler.egp.search import PAGE_SIZE, PublicationWindow
from timthau.model.moment import HANOI
from timthau.model.record import Run, RunStatus
from timthau.store.portal import PortalDay, Sighting

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=HANOI)
PLAN = ReadingPlan(now=NOW, begun=NOW, reread_days=3, follow_days=10)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def day(number: int) -> date:
    return date(2026, 11, number)


def read_day(number: int, *, complete: bool = True, read_at: datetime = NOW - DAY) -> PortalDay:
    return PortalDay(
        source="egp", search="", day=day(number), pages=2, received=20, total=30, complete=complete, read_at=read_at
    )


def days(plan: ReadingPlan, *read: PortalDay) -> list[int]:
    return [found.day for found in plan.list_days({known.day: known for known in read})]


def run(ago: timedelta, status: RunStatus) -> Run:
    return Run(id=1, source="egp", started_at=NOW - ago, status=status)


def test_the_last_days_are_read_in_every_run_newest_first() -> None:
    assert days(PLAN) == [20, 19, 18]
    assert days(PLAN, *map(read_day, (18, 19, 20))) == [20, 19, 18]


def test_a_back_fill_reads_what_is_not_complete() -> None:
    plan = replace(PLAN, since=day(14))
    assert days(plan) == [20, 19, 18, 17, 16, 15, 14]
    assert days(plan, read_day(17), read_day(15), read_day(14, complete=False)) == [20, 19, 18, 16, 14]


def test_days_since_the_last_good_run_are_caught_up() -> None:
    assert days(replace(PLAN, last_complete=day(15))) == [20, 19, 18, 17, 16, 15]
    assert days(replace(PLAN, last_complete=day(19))) == [20, 19, 18]


def test_a_day_that_was_begun_and_never_completed_is_taken_up_by_any_run() -> None:
    assert days(PLAN, read_day(5), read_day(4, complete=False)) == [20, 19, 18, 4]


def test_a_day_that_was_read_before_it_was_over_is_not_complete() -> None:
    early = read_day(16, read_at=NOW - 4 * DAY)
    assert days(replace(PLAN, since=day(16)), early) == [20, 19, 18, 17, 16]
    assert not PLAN.resumes(replace(early, complete=False))


def test_a_run_that_takes_up_another_reads_on_where_that_one_was() -> None:
    plan = replace(PLAN, begun=NOW - 2 * HOUR)
    begun = NOW - HOUR
    read = (read_day(20, read_at=begun), read_day(19, read_at=begun), read_day(18, complete=False, read_at=begun))
    assert days(plan, *read) == [20, 18]
    assert [plan.resumes(known) for known in read] == [False, False, True]
    assert [PLAN.resumes(known) for known in read] == [False, False, False]
    assert PLAN.resumes(read_day(10, complete=False))


@pytest.mark.parametrize(
    ("earlier", "begun"),
    [
        ([], NOW),
        ([run(HOUR, RunStatus.OK)], NOW),
        ([run(HOUR, RunStatus.RUNNING), run(2 * HOUR, RunStatus.FAILED), run(3 * HOUR, RunStatus.OK)], NOW - 2 * HOUR),
        ([run(HOUR, RunStatus.INCOMPLETE), run(9 * HOUR, RunStatus.INTERRUPTED)], NOW - HOUR),
    ],
)
def test_a_run_takes_up_those_that_broke_off_a_short_time_ago(earlier: list[Run], begun: datetime) -> None:
    assert begin_of(NOW, earlier) == begun


def test_a_run_has_read_up_to_the_day_on_which_it_started() -> None:
    assert last_complete_day([run(HOUR, RunStatus.FAILED), run(3 * DAY, RunStatus.OK)]) == day(17)
    assert last_complete_day([]) is None


def test_a_day_is_read_to_its_end_and_today_until_now() -> None:
    assert str(PLAN.window(day(19))) == "2026-11-19"
    assert PLAN.window(day(19)).until == datetime(2026, 11, 19, 23, 59, 59, tzinfo=HANOI)
    assert PLAN.window(day(20)) == PublicationWindow(datetime(2026, 11, 20, tzinfo=HANOI), NOW)


def test_open_notices_are_read_again_and_closed_ones_for_a_while_once_a_week() -> None:
    old, seen = NOW - 30 * DAY, NOW - DAY
    due = {
        "open": Sighting("a", old, NOW + DAY, seen),
        "without a deadline": Sighting("a", old, None, seen),
        "closed, not looked at for a week": Sighting("a", old, NOW - 9 * DAY, NOW - 8 * DAY),
    }
    settled = {
        "seen by this run": Sighting("a", old, NOW + DAY, NOW),
        "closed, seen lately": Sighting("a", old, NOW - 2 * DAY, seen),
        "closed long ago": Sighting("a", old, NOW - 11 * DAY, old),
    }
    assert [name for name, one in (due | settled).items() if list(PLAN.list_windows([one]))] == list(due)
    assert not list(PLAN.list_windows([due["open"]], seen={"a"}))


_SIGHTINGS = st.lists(st.tuples(st.integers(0, 5000), st.booleans()), max_size=120).map(
    lambda rows: [
        Sighting("a", NOW - 40 * DAY + timedelta(minutes=at), NOW + DAY if is_open else NOW - 20 * DAY, NOW - DAY)
        for at, is_open in sorted(rows)
    ]
)


@given(sightings=_SIGHTINGS)
def test_windows_hold_all_open_notices_and_no_more_than_a_page(sightings: list[Sighting]) -> None:
    windows = list(PLAN.list_windows(sightings))
    still_open = [one for one in sightings if one.deadline_at and one.deadline_at > NOW]
    assert all(any(w.since <= one.published_at <= w.until for w in windows) for one in still_open)
    assert len(windows) <= len(still_open)
    assert len(windows) <= -(-len(sightings) // PAGE_SIZE) + 1
    edges = [(window.since, window.until) for window in windows]
    assert edges == sorted(edges)
