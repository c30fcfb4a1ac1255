"""What was asked for at the desk, in the database: taken by one worker, in the order in which it was asked."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, true, update

from timthau.model.desk.record import Errand, Work
from timthau.model.moment import format_moment
from timthau.store.database import Tables
from timthau.store.desk.table import errand as errands
from timthau.store.row import read_time

_WAITING = errands.c.begun_at.is_(None)
_MOMENTS = ("asked_at", "begun_at", "ended_at")


class ErrandStore(Tables):
    """Errands."""

    def ask(self, work: Work, target: str, *, body: str = "", by: str, at: datetime) -> int:
        """Ask for work; the same that waits already is not asked for twice. Gives its number."""
        same = _WAITING & (errands.c.work == work) & (errands.c.target == target) & (errands.c.body == body)
        values = {"work": work, "target": target, "body": body, "asked_by": by, "outcome": ""}
        with self._writer.begin() as connection:
            if known := connection.execute(select(errands.c.id).where(same)).scalar():
                return int(known)
            added = connection.execute(insert(errands).values(values | {"asked_at": format_moment(at)}))
            return int(added.inserted_primary_key.id)  # type: ignore[union-attr]  # an insert of one row has one

    def count_waiting(self) -> int:
        """How many nobody has begun."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(errands).where(_WAITING)).scalar_one()

    def take(self, at: datetime) -> Errand | None:
        """The one that has waited longest, for this worker alone."""
        first = select(errands).where(_WAITING).order_by(errands.c.id).limit(1)
        with self._writer.begin() as connection:
            row = connection.execute(first.with_for_update(skip_locked=True)).mappings().first()
            if row is None:
                return None
            values = {"begun_at": format_moment(at)}
            connection.execute(update(errands).where(errands.c.id == row["id"]).values(values))
            return _read(dict(row) | values)

    def put_back(self, number: int) -> None:
        """Let an errand that was begun wait again, for the next worker."""
        with self._writer.begin() as connection:
            connection.execute(update(errands).where(errands.c.id == number).values(begun_at=None))

    def end(self, errand_id: int, outcome: str, at: datetime) -> None:
        """Say how work came out."""
        values = {"outcome": outcome, "ended_at": format_moment(at)}
        with self._writer.begin() as connection:
            connection.execute(update(errands).where(errands.c.id == errand_id).values(values))

    def end_lost(self, begun_before: datetime, outcome: str, at: datetime) -> None:
        """End what was begun before a moment and never came to an end: its worker was killed."""
        lost = errands.c.ended_at.is_(None) & (errands.c.begun_at < format_moment(begun_before))
        with self._writer.begin() as connection:
            connection.execute(update(errands).where(lost).values(outcome=outcome, ended_at=format_moment(at)))

    def errand(self, errand_id: int) -> Errand | None:
        """An errand by its number."""
        with self._engine.connect() as connection:
            row = connection.execute(select(errands).where(errands.c.id == errand_id)).mappings().first()
            return _read(row) if row else None

    def errands(self, *, target: str | None = None, limit: int = 20) -> list[Errand]:
        """The latest errands, newest first; of one target, or all."""
        which = true() if target is None else errands.c.target == target
        rows = select(errands).where(which).order_by(errands.c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [_read(row) for row in connection.execute(rows).mappings()]

    def forget_errands(self, before: datetime) -> None:
        """Delete what ended before a moment."""
        with self._writer.begin() as connection:
            connection.execute(delete(errands).where(errands.c.ended_at < format_moment(before)))


def _read(row: Any) -> Errand:
    times = {name: row[name] and read_time(row[name]) for name in _MOMENTS}
    return Errand(**(dict(row) | times | {"work": Work(row["work"])}))
