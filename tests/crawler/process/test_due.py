"""When sources are due: their intervals, how often they failed, priorities, quiet times."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from crawler.process.due import due_at, plan_next
from crawler.source import Source, parse_source
from timthau.model.moment import HANOI
from timthau.model.record import Run, RunStatus

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=HANOI)
OK, FAILED, INTERRUPTED = RunStatus.OK, RunStatus.FAILED, RunStatus.INTERRUPTED


def _source(name: str = "bv", **said: Any) -> Source:
    return parse_source(name, {"title": "x", "home": f"https://{name}.example/"} | said)


def _runs(*ended: tuple[float, RunStatus], source: str = "bv") -> list[Run]:
    """Runs that began so many hours ago, newest first."""
    return [
        Run(id=len(ended) - n, source=source, started_at=NOON - timedelta(hours=hours), status=status)
        for n, (hours, status) in enumerate(ended)
    ]


@pytest.mark.parametrize(
    ("runs", "hours"),
    [
        ([(1, OK)], 5),
        ([(1, RunStatus.INCOMPLETE)], 5),
        ([(1, FAILED), (7, OK)], 5),
        ([(1, FAILED), (7, FAILED), (13, OK)], 11),
        ([(1, FAILED), (7, FAILED), (19, FAILED)], 23),
        ([(1, FAILED)] * 30, 23),
        ([(1, INTERRUPTED), (7, OK)], -1),
        ([(1, RunStatus.RUNNING), (7, OK)], -1),
        ([(0.5, INTERRUPTED), (0.6, INTERRUPTED), (7, OK)], -0.5 + 2 / 60),
        ([(0.5, INTERRUPTED)] * 30, 5.5),
    ],
)
def test_failures_are_tried_again_after_ever_longer_times_and_what_was_interrupted_soon(
    runs: list[tuple[float, RunStatus]], hours: float
) -> None:
    assert due_at(_source(), _runs(*runs)) == NOON + timedelta(hours=hours)


def test_a_start_that_left_no_run_behind_counts() -> None:
    assert due_at(_source(), [], NOON) == NOON + timedelta(hours=6)
    assert due_at(_source(interval="20 minutes"), _runs((1, OK)), NOON) == NOON + timedelta(minutes=20)


def test_priorities_come_first_then_those_that_wait_longest_and_paused_ones_not_at_all() -> None:
    sources = [_source("a"), _source("b"), _source("c", priority=1), _source("d", enabled=False), _source("e")]
    runs = [*_runs((7, OK), source="b"), *_runs((6, OK), source="a"), *_runs((1, OK), source="c")]
    due = plan_next(sources, runs, now=NOON, tried={}, paused={"e"})
    assert [one.source.name for one in due] == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("quiet", "hour", "seconds"),
    [
        ("07:30-17:00", 12, 0.0),
        ("07:30-17:00", 17, 14.5 * 3600),
        ("07:30-17:00", 5, 2.5 * 3600),
        ("22:00-05:00", 23, 0.0),
        ("22:00-05:00", 4, 0.0),
        ("22:00-05:00", 5, 17 * 3600.0),
    ],
)
def test_a_quiet_time_may_pass_midnight(quiet: str, hour: int, seconds: float) -> None:
    assert _source(quiet=quiet).seconds_to_quiet(NOON.replace(hour=hour)) == seconds


def test_without_a_quiet_time_none_comes() -> None:
    assert _source().seconds_to_quiet(NOON) is None


def test_what_a_clock_that_was_ahead_has_dated_holds_nothing_up() -> None:
    runs = [*_runs((-24 * 3000, OK), (7, OK), source="a"), *_runs((-24 * 3000, FAILED), source="b")]
    tried = {"a": NOON + timedelta(days=3000)}
    due = plan_next([_source("a"), _source("b")], runs, now=NOON, tried=tried)
    assert all(one.at <= NOON for one in due)
