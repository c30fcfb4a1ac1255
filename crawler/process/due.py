"""When each source is to be read next."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from crawler.source import Source
from timthau.model.moment import HANOI, is_ahead
from timthau.model.record import Run, RunStatus

_NEVER = datetime(2000, 1, 1, tzinfo=HANOI)
#: A source that fails again and again is tried again after twice the time each time, but once in so long at least.
_LONGEST_WAIT = timedelta(days=1)
#: What was interrupted is taken up at once, and when that is interrupted too, after so long, and so on.
_AGAIN = timedelta(minutes=2)
_MOST_DOUBLINGS = 10


@dataclass(frozen=True)
class Due:
    """When a source is to be read next."""

    source: Source
    at: datetime


def plan_next(
    sources: Sequence[Source],
    runs: Sequence[Run],
    *,
    now: datetime,
    tried: Mapping[str, datetime],
    paused: Collection[str] = (),
) -> list[Due]:
    """When each enabled source that is not paused is due: the greatest priority first, then the longest waiting.

    `runs` stand newest first. `tried` are starts that may have left no run behind, such as of a crawl that crashed.
    What began after `now` was dated by a clock that was ahead, and counts for nothing.
    """
    by_source: dict[str, list[Run]] = {}
    for run in runs:
        if not is_ahead(run.started_at, now):
            by_source.setdefault(run.source, []).append(run)
    begun = {name: at for name, at in tried.items() if not is_ahead(at, now)}
    due = [
        Due(source, due_at(source, by_source.get(source.name, []), begun.get(source.name)))
        for source in sources
        if source.enabled and source.name not in paused
    ]
    return sorted(due, key=lambda one: (-one.source.priority, one.at, one.source.name))


def due_at(source: Source, runs: Sequence[Run], tried: datetime | None = None) -> datetime:
    """When a source is due, by its runs, newest first; a time long ago for one that never was read.

    A run that is not over was interrupted, unless the caller knows better.
    """
    broken = list(takewhile(lambda run: run.status in (RunStatus.INTERRUPTED, RunStatus.RUNNING), runs))
    whole = runs[len(broken) :]
    failed = len(list(takewhile(lambda run: run.status is RunStatus.FAILED, whole)))
    wait = source.interval
    if failed:
        wait = max(wait, min(wait * 2 ** min(failed - 1, _MOST_DOUBLINGS), _LONGEST_WAIT))
    at = whole[0].started_at + wait if whole else _NEVER
    if broken:
        pause = min(_AGAIN * (2 ** min(len(broken) - 1, _MOST_DOUBLINGS) - 1), source.interval)
        at = max(min(at, broken[0].started_at), broken[0].started_at + pause)
    return max(at, tried + source.interval) if tried and (not runs or tried > runs[0].started_at) else at
