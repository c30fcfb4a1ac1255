"""One crawl at a time asks a host, and none sooner than its pace allows after the one before.

That holds in this process and in all others of the same TIMTHAU_HOME; of the same store, where that is on a server.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import quote

from timthau.store.process.lock import SessionLocks


class HostLocks:
    """The hosts that runs hold. A lock is the system's, on a file in a folder: it ends with who holds it.

    The file keeps when its host was last let go of and how long it is to be left alone; it is empty as long as somebody
    holds it. `clock` is in seconds. What is held is held at the `server` of the store too, if it has one.
    """

    def __init__(
        self, folder: Path, clock: Callable[[], float] = time.time, server: SessionLocks | None = None
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._server = server
        self._held: dict[str, list[int]] = {}
        self._hosts: dict[str, set[str]] = {}

    def take(self, holder: str, hosts: Iterable[str]) -> bool:
        """Hold all these hosts for somebody, or none of them when one is held by another or left alone for now."""
        taken, wanted = list[int](), set(hosts)
        for host in sorted(wanted):
            handle = self._open(host)
            taken.append(handle)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                _close(taken)
                return False
            if self._is_resting(handle):
                _close(taken)
                return False
        if self._server and not self._server.take(wanted):
            _close(taken)
            return False
        for handle in taken:
            os.ftruncate(handle, 0)
        self._held[holder], self._hosts[holder] = taken, wanted
        return True

    def is_held(self, host: str) -> bool:
        """Whether somebody holds a host."""
        handle = self._open(host)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(handle)
        return self._server is not None and self._server.is_held(host)

    def check(self) -> None:
        """Raises StoreError when what is held at the server is lost."""
        if self._server:
            self._server.check()

    def close(self) -> None:
        """Let go of what is held at the server."""
        if self._server:
            self._server.close()

    def is_lost(self, host: str) -> bool:
        """Whether somebody held a host here and is gone without having let go of it."""
        path = self._find(host)
        return path.exists() and path.stat().st_size == 0 and not self.is_held(host)

    def give_back(self, holder: str, rest: float = 0.0) -> None:
        """Let go of what somebody holds; its hosts are left alone for so many seconds."""
        handles = self._held.pop(holder, [])
        for handle in handles:
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{self._clock()} {rest}".encode(), 0)
        _close(handles)
        if self._server:
            self._server.give_back(self._hosts.pop(holder, ()), rest)

    def _open(self, host: str) -> int:
        self._folder.mkdir(parents=True, exist_ok=True)
        return os.open(self._find(host), os.O_RDWR | os.O_CREAT, 0o600)

    def _find(self, host: str) -> Path:
        return self._folder / quote(host, safe="")

    def _is_resting(self, handle: int) -> bool:
        said = os.pread(handle, 100, 0).split()
        if len(said) != 2:  # nobody has let go of it in good order
            return False
        since, rest = map(float, said)
        return 0 <= self._clock() - since < rest  # below 0 the clock was set back, and says nothing


def _close(handles: Iterable[int]) -> None:
    for handle in handles:
        os.close(handle)
