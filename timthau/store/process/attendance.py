"""Which processes work on a store, with what each holds and its last sign of life."""

import os
import socket
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, insert, select

from timthau.errors import StoreError
from timthau.model.moment import HANOI, format_moment
from timthau.model.record import Attendant
from timthau.scratch import lives
from timthau.store.database import Tables
from timthau.store.row import read_time
from timthau.store.schema import worker as workers

_EVERY = 60.0  # seconds between two signs of life
_TOLD_FOR = timedelta(days=1)  # of a worker that gives none any more


class Attendance(Tables):
    """The workers of a store."""

    def workers(self, now: datetime) -> list[Attendant]:
        """Those that work, and those that did within a day and did not say good-bye."""
        rows = select(workers).where(workers.c.seen_at >= format_moment(now - _TOLD_FOR))
        rows = rows.order_by(workers.c.part, workers.c.machine, workers.c.process)
        with self._engine.connect() as connection:
            return [
                Attendant(
                    part=row.part,
                    machine=row.machine,
                    process=row.process,
                    begun_at=read_time(row.begun_at),
                    seen_at=read_time(row.seen_at),
                    holds=tuple(row.holds.splitlines()),
                )
                for row in connection.execute(rows)
            ]

    def sign(self, worker: Attendant) -> None:
        """Keep the sign of life of a worker, and forget those that are long gone."""
        values = {name: getattr(worker, name) for name in ("part", "machine", "process")}
        values |= {name: format_moment(getattr(worker, name)) for name in ("begun_at", "seen_at")}
        old = workers.c.seen_at < format_moment(worker.seen_at - _TOLD_FOR)
        with self._writer.begin() as connection:
            connection.execute(delete(workers).where(_is(worker) | old))
            connection.execute(insert(workers).values(**values, holds="\n".join(worker.holds)))

    def leave(self, worker: Attendant) -> None:
        """Forget a worker that has ended."""
        with self._writer.begin() as connection:
            connection.execute(delete(workers).where(_is(worker)))


def _is(worker: Attendant) -> ColumnElement[bool]:
    return and_(workers.c.machine == worker.machine, workers.c.process == worker.process, workers.c.part == worker.part)


@contextmanager
def attend(url: str, part: str, holds: Callable[[], Collection[str]] = tuple) -> Iterator[None]:
    """Be one of the workers of the store at a URL while the block lasts; `holds` is asked from another thread.

    Dead workers of this machine are forgotten: this one takes their place. A store that does not answer is told of by
    who works with it.
    """
    now = datetime.now(HANOI)
    own = Attendant(part=part, machine=socket.gethostname(), process=os.getpid(), begun_at=now, seen_at=now)
    ending = threading.Event()

    def sign_again_and_again(attendance: Attendance) -> None:
        while not ending.wait(_EVERY):
            with suppress(StoreError):
                attendance.sign(replace(own, seen_at=datetime.now(HANOI), holds=tuple(sorted(holds()))))

    with closing(Attendance.open(url)) as attendance:
        for other in attendance.workers(now):
            if (other.machine, other.part) == (own.machine, own.part) and not lives(other.process):
                attendance.leave(other)
        attendance.sign(own)
        signing = threading.Thread(target=sign_again_and_again, args=(attendance,), name=f"attendance of {part}")
        signing.start()
        try:
            yield
        finally:
            ending.set()
            signing.join()
            with suppress(StoreError):
                attendance.leave(own)
