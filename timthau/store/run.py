"""The runs of sources: when each began, how it ended, what it counted."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select, update

from timthau.model.moment import format_moment
from timthau.model.record import Failure, Run, RunStatus
from timthau.store.database import Tables
from timthau.store.process.writer import Lock
from timthau.store.row import read_run, read_time
from timthau.store.schema import run as runs
from timthau.store.schema import run_failure as failures

#: So many runs of a source keep what they could not read.
_TOLD_RUNS = 20
#: No run lasts so long, not even the first reading of all days of a portal.
_LONGEST_RUN = timedelta(days=7)
_LATEST = (runs.c.id.desc(),)  # a clock that was set back makes no run an earlier one


class RunStore(Tables):
    """Runs of all sources."""

    def start_run(self, source: str, started_at: datetime, *, full: bool = False) -> int:
        """Note that a crawl begins; runs of the same source that never ended are marked interrupted.

        A database server lets one process at a time read a source: who begins knows that the others lost it. A file has
        no such lock: another home that shares it may be at work, so there only runs that began long ago are marked; who
        was killed is found by what it held, see `end_lost_runs`.
        """
        zeros = dict.fromkeys(("found", "new", "changed", "unchanged", "failed", "requests"), 0)
        begun = {"source": source, "started_at": format_moment(started_at), "status": RunStatus.RUNNING, "full": full}
        with self._writer.begin(source, Lock.COMMON) as connection:
            left = (runs.c.source == source) & (runs.c.status == RunStatus.RUNNING)
            if self._engine.dialect.name == "sqlite":
                left &= runs.c.started_at < format_moment(started_at - _LONGEST_RUN)
            connection.execute(update(runs).where(left).values(status=RunStatus.INTERRUPTED))
            result = connection.execute(insert(runs).values(message="", **begun, **zeros))
            number = int(result.inserted_primary_key.id)  # type: ignore[union-attr]  # an insert of one row has one
        self._writer.fence(number, source)
        return number

    def end_lost_runs(self, is_lost: Callable[[str], bool]) -> list[str]:
        """Mark runs as interrupted of those sources whose reader is lost; gives the sources."""
        running = select(runs.c.source).where(runs.c.status == RunStatus.RUNNING).distinct()
        with self._engine.connect() as connection:
            lost = [source for source in connection.execute(running).scalars() if is_lost(source)]
        if lost:
            left = runs.c.source.in_(lost) & (runs.c.status == RunStatus.RUNNING)
            with self._writer.begin(*lost, Lock.COMMON) as connection:
                connection.execute(update(runs).where(left).values(status=RunStatus.INTERRUPTED))
        return lost

    def finish_run(self, run: Run, failed: Iterable[Failure] = ()) -> None:
        """Keep how a run ended, with its counts and with what it could not read; that of old runs is forgotten."""
        values = asdict(run) | {name: format_moment(getattr(run, name)) for name in ("started_at", "finished_at")}
        rows = [
            {"run_id": run.id, "position": number, "url": one.url, "status": one.status, "reason": one.reason}
            | {"failed_at": format_moment(one.at)}
            for number, one in enumerate(failed)
        ]
        own = select(runs.c.id).where(runs.c.source == run.source).order_by(*_LATEST)
        with self._writer.begin(run.source, Lock.COMMON) as connection:
            connection.execute(update(runs).where(runs.c.id == run.id).values(values))
            if rows:
                connection.execute(insert(failures), rows)
            old = list(connection.execute(own.offset(_TOLD_RUNS).limit(_TOLD_RUNS)).scalars())
            connection.execute(delete(failures).where(failures.c.run_id.in_(old)))

    def failures(self, run_id: int) -> list[Failure]:
        """What a run could not read, in the order in which it happened."""
        query = select(failures).where(failures.c.run_id == run_id).order_by(failures.c.position)
        with self._engine.connect() as connection:
            return [
                Failure(url=row.url, status=row.status, reason=row.reason, at=read_time(row.failed_at))
                for row in connection.execute(query)
            ]

    def runs(self, source: str, *, limit: int = 50) -> list[Run]:
        """The latest runs of a source, newest first."""
        query = select(runs).where(runs.c.source == source).order_by(*_LATEST).limit(limit)
        with self._engine.connect() as connection:
            return [read_run(row) for row in connection.execute(query).mappings()]

    def recent_runs(self, each: int = 50) -> list[Run]:
        """The latest runs of every source, so many of each, newest first."""
        rank = func.row_number().over(partition_by=runs.c.source, order_by=_LATEST)
        ranked = select(runs.c.id, rank.label("rank")).subquery()
        query = select(runs).join(ranked, ranked.c.id == runs.c.id).where(ranked.c.rank <= each).order_by(*_LATEST)
        with self._engine.connect() as connection:
            return [read_run(row) for row in connection.execute(query).mappings()]
