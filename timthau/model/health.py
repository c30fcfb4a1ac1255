"""How the sources are: shown on their page, named in digests, watched by `timthau doctor`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from timthau.model.moment import is_ahead
from timthau.model.record import Attendant, Run, RunStatus, Standing

#: A source that was not visited for so long is silent.
SILENT_AFTER = timedelta(days=2)
#: Who was visited regularly until then and no more is looked for so long; later it was most likely given up.
_MISSED_FOR = timedelta(days=14)
_REGULAR = 3  # runs
#: A first round over two hundred sources, twenty at a time, takes less.
_LATE_AFTER = timedelta(hours=3)
#: A run has three hours unless its definition says otherwise.
_ENDLESS_AFTER = timedelta(hours=6)
#: Workers give a sign of life every minute.
WORKER_SILENT_AFTER = timedelta(minutes=5)
#: States of a source that keep notices from coming in.
DOWN = (str(RunStatus.FAILED), "silent", str(RunStatus.INTERRUPTED), str(RunStatus.INCOMPLETE))


@dataclass(frozen=True)
class Health:
    """How a source is: its latest run's state, or silent (too long without), imported (never visited), paused."""

    source: str
    state: str
    notices: int
    latest: Run | None
    latest_good: Run | None


def list_health(
    runs: Sequence[Run],
    counts: Mapping[str, int],
    present: datetime,
    standings: Mapping[str, Standing] | None = None,
) -> list[Health]:
    """The health of every source that was ever visited or has notices, those in trouble first.

    `runs` stand newest first. One that its operator has paused is paused; another that has not been visited for
    two days is silent, however well it did then.
    """
    found = []
    for source in {run.source for run in runs} | set(counts):
        own = [run for run in runs if run.source == source]
        latest = own[0] if own else None
        good = next((run for run in own if run.status is RunStatus.OK), None)
        silent = latest is not None and present - latest.started_at > SILENT_AFTER
        standing = (standings or {}).get(source)
        state = (
            "paused"
            if standing and standing.paused_at
            else "silent"
            if silent
            else str(latest.status)
            if latest
            else "imported"
        )
        found.append(Health(source, state, counts.get(source, 0), latest, good))
    order = {state: rank for rank, state in enumerate(DOWN)}
    return sorted(found, key=lambda health: (order.get(health.state, len(DOWN)), health.source))


def find_late(runs: Sequence[Run], standings: Mapping[str, Standing], present: datetime) -> dict[str, str]:
    """Sources that the schedule does not get done, with one line each: overdue, or being read without an end.

    `runs` stand newest first.
    """
    late = {
        name: f"due since {standing.due_at:%Y-%m-%d %H:%M} and not read"
        for name, standing in standings.items()
        if standing.due_at and present - standing.due_at > _LATE_AFTER
    }
    latest = {run.source: run for run in reversed(runs)}
    return late | {
        run.source: f"being read since {run.started_at:%Y-%m-%d %H:%M}"
        for run in latest.values()
        if run.status is RunStatus.RUNNING and present - run.started_at > _ENDLESS_AFTER
    }


def find_silenced(runs: Sequence[Run], present: datetime, standings: Mapping[str, Standing] | None = None) -> list[str]:
    """Sources that were visited regularly, are not any more and are not paused; `runs` stand newest first."""
    paused = {name for name, standing in (standings or {}).items() if standing.paused_at}
    recent = [run for run in runs if present - run.started_at <= _MISSED_FOR]
    latest = {run.source: run.started_at for run in reversed(recent)}
    return sorted(
        source
        for source, started_at in latest.items()
        if source not in paused
        and present - started_at > SILENT_AFTER
        and sum(run.source == source for run in recent) >= _REGULAR
    )


def is_silent(worker: Attendant, present: datetime) -> bool:
    """Whether a worker gave no sign of life for so long that it is taken for dead or frozen."""
    return present - worker.seen_at > WORKER_SILENT_AFTER or is_ahead(worker.seen_at, present)
