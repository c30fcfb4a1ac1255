"""What a process holds at a database server, so that no other one does the same work."""

import time
from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import Self

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from timthau.store.database import name_failures, read_url

# A machine that is gone is noticed within a minute, so that others may hold what it held.
_KEPT_ALIVE = {"keepalives_idle": 20, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}
#: Seconds without a sign of life after which a process may lose what it holds at the server.
_LEASE = 300.0
_END_SILENT = """
SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND granted AND datname = current_database() AND state = 'idle'
AND (classid::bigint << 32 | objid::bigint) = %s AND state_change < now() - make_interval(secs => %s)
"""


class SessionLocks:
    """Names that one process holds at a database server, against those on other machines.

    They end with the connection, however its process ends, and when somebody wants what a process holds that gave no
    sign of life for the seconds of a `lease`, by the server's clock. Raises StoreError when the connection is lost, and
    with it what was held. `clock` is in seconds.
    """

    def __init__(
        self, connection: Connection, clock: Callable[[], float] = time.monotonic, lease: float = _LEASE
    ) -> None:
        self._connection, self._clock, self._lease = connection, clock, lease
        self._resting: dict[str, float] = {}

    @classmethod
    def open(cls, url: str) -> Self | None:
        """Locks at the server of a database; None where a file is the database, which one machine has for itself."""
        address, _ = read_url(url)
        if address.get_backend_name() != "postgresql":
            return None
        engine = create_engine(address, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=_KEPT_ALIVE)
        name_failures(engine)
        return cls(engine.connect())

    def take(self, names: Iterable[str]) -> bool:
        """Hold all these names, or none of them when one is held elsewhere or left alone for now."""
        self.check()
        taken: list[str] = []
        for name in sorted(names):
            if name in self._resting or not self._call("pg_try_advisory_lock", name):
                self._end_silent(name)
                self._release(taken)
                return False
            taken.append(name)
        return True

    def is_held(self, name: str) -> bool:
        """Whether another process holds a name."""
        if not self._call("pg_try_advisory_lock", name):
            return True
        self._release([name])
        return False

    def give_back(self, names: Iterable[str], rest: float = 0.0) -> None:
        """Let go of names when they have been left alone for so many seconds."""
        self._resting |= dict.fromkeys(names, self._clock() + rest)
        self.check()

    def check(self) -> None:
        """Let go of what has rested long enough. Raises StoreError when the connection is lost."""
        now = self._clock()
        done = [name for name, until in self._resting.items() if until <= now]
        self._release(done)
        for name in done:
            del self._resting[name]
        self._connection.exec_driver_sql("SELECT 1")

    def close(self) -> None:
        """Let go of everything."""
        self._connection.close()

    def _end_silent(self, name: str) -> None:
        """End the connection of who holds a name, if it is silent for longer than a lease: it froze, or will end."""
        self._connection.exec_driver_sql(_END_SILENT, (_key_of(name), self._lease))

    def _release(self, names: Iterable[str]) -> None:
        for name in names:
            self._call("pg_advisory_unlock", name)

    def _call(self, function: str, name: str) -> bool:
        return bool(self._connection.exec_driver_sql(f"SELECT {function}({_key_of(name)})").scalar())


def _key_of(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
