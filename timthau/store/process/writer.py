"""Transactions that write: who waits for whom, and the outbox rows that go last.

A file has one lock, which a writer holds from the beginning. At a server a writer holds what others must not write
meanwhile, and the lock of the outbox only from just before its rows until its commit can be seen.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from enum import IntEnum
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, Engine, insert

from timthau.errors import LeaseLostError
from timthau.model.moment import HANOI, format_moment
from timthau.model.record import RunStatus
from timthau.store.schema import outbox

#: Spaces of advisory locks at a server, among all that use them: ours, and one for sources.
_SPACE, _SOURCES = int.from_bytes(b"ttho"), int.from_bytes(b"ttso")
#: Who writes of more sources than these holds all: a server keeps only so many locks.
_MOST_SOURCES = 16
_ANNOUNCED = "timthau_announced"


class Lock(IntEnum):
    """What a writer holds against others at a server, in the order in which it is taken, so that none wait in a ring.

    Who writes of some sources holds the name of each, and shares SOURCES with those that write of others.
    """

    SOURCES = 1
    RELATIONS = 2
    #: All that belongs to no source: what is true of notices, award lines, alerts, mails, what people decide.
    COMMON = 3
    OUTBOX = 4


#: Against every other writer.
EVERYTHING = frozenset((Lock.SOURCES, Lock.RELATIONS, Lock.COMMON))


class Fence:
    """Keeps a writer out once its run is over or somebody else began one of its source; `run` is the run's number."""

    def __init__(self) -> None:
        self.run = 0
        self.source = ""


class StoreWriter:
    """Begins transactions that write to a database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._fence: Fence | None = engine.get_execution_options().get("timthau_fence")

    def fence(self, run: int, source: str) -> None:
        """Where the store is fenced, write for a run of a source from now on."""
        if self._fence:
            self._fence.run, self._fence.source = run, source

    @contextmanager
    def begin(self, *held: Lock | str) -> Iterator[Connection]:
        """A transaction that holds names of sources and locks; without any, what belongs to no source."""
        names = set(held or (Lock.COMMON,))
        if self._fence and self._fence.source:
            names.add(self._fence.source)  # of which nobody begins another run meanwhile
        with self._engine.execution_options(timthau_writes=names).begin() as connection:
            announced: list[dict[str, Any]] = []
            connection.info[_ANNOUNCED] = announced
            yield connection
            if announced:
                _write_outbox(connection, announced)


def announce(connection: Connection, entity: str, changed: Iterable[tuple[str, int | None]]) -> None:
    """Have changes, ids with versions of notices, stand in the outbox when the transaction that makes them is done."""
    rows: list[dict[str, Any]] = connection.info[_ANNOUNCED]
    rows += ({"entity": entity, "entity_id": key, "version": version} for key, version in changed)


def take(connection: Connection, lock: Lock) -> None:
    """Hold something more until the end of a transaction, if it does not yet."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT {_call(lock)}")


def take_all(connection: Connection, held: Collection[Lock | str]) -> None:
    """Hold locks and names of sources at a server, in the order in which all take them."""
    sources = sorted({_key_of(name) for name in held if not isinstance(name, Lock)})
    locks = {name for name in held if isinstance(name, Lock)}
    if len(sources) > _MOST_SOURCES:
        locks.add(Lock.SOURCES)
    calls = [_call(lock) for lock in sorted(locks)]
    if sources and Lock.SOURCES not in locks:
        of_each = (f"pg_advisory_xact_lock({_SOURCES}, {key})" for key in sources)
        calls = [f"pg_advisory_xact_lock_shared({_SPACE}, {Lock.SOURCES})", *of_each, *calls]
    for call in calls:  # one by one: in one statement their order would be the server's
        connection.exec_driver_sql(f"SELECT {call}")


def pass_fence(connection: Connection, options: Mapping[str, Any]) -> None:
    """Within the locks under which another run would begin. Raises LeaseLostError."""
    fence: Fence | None = options.get("timthau_fence")
    if fence and fence.run and options.get("timthau_writes"):
        row = connection.exec_driver_sql(f"SELECT source, status FROM run WHERE id = {fence.run}").first()
        if row is None or row.status != RunStatus.RUNNING:
            source = row.source if row else "a source that is gone"
            raise LeaseLostError(f"another process reads {source} now: what this one read is not written")


def _write_outbox(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Numbers and times are given within the lock, so both grow in the order of commits: a reader passes over none."""
    take(connection, Lock.OUTBOX)
    now = format_moment(datetime.now(HANOI))
    connection.execute(insert(outbox), [row | {"changed_at": now} for row in rows])


def _call(lock: Lock) -> str:
    return f"pg_advisory_xact_lock({_SPACE}, {lock})"


def _key_of(source: str) -> int:
    return int.from_bytes(blake2b(source.encode(), digest_size=4).digest(), "big", signed=True)
