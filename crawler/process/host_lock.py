"""One crawl at a time asks a host: in this process and in all others of the same TIMTHAU_HOME."""

import fcntl
import os
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote


class HostLocks:
    """The hosts that runs hold. A lock is the system's, on a file in a folder: it ends with who holds it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, list[int]] = {}

    def take(self, holder: str, hosts: Iterable[str]) -> bool:
        """Hold all these hosts for somebody, or none of them when one is held by another."""
        self._folder.mkdir(parents=True, exist_ok=True)
        taken: list[int] = []
        for host in sorted(hosts):
            handle = os.open(self._folder / quote(host, safe=""), os.O_RDWR | os.O_CREAT, 0o644)
            taken.append(handle)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                _close(taken)
                return False
        self._held[holder] = taken
        return True

    def give_back(self, holder: str) -> None:
        """Let go of what somebody holds."""
        _close(self._held.pop(holder, []))


def _close(handles: Iterable[int]) -> None:
    for handle in handles:
        os.close(handle)
