"""Answers that were worked out and are asked for again: a few are remembered, those of before are forgotten first."""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Remembered(Generic[_T]):
    """Answers by what they depend on. Safe for threads; two that ask for one at once may both work it out."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._known: dict[Hashable, _T] = {}

    def get(self, key: Hashable, work_out: Callable[[], _T]) -> _T:
        """The answer for a key, which is all that it depends on."""
        with self._lock:
            if key in self._known:
                return self._known[key]
        found = work_out()
        self.keep(key, found)
        return found

    def find(self, key: Hashable) -> _T | None:
        """The answer for a key where it is known."""
        with self._lock:
            return self._known.get(key)

    def keep(self, key: Hashable, answer: _T) -> None:
        """Remember an answer."""
        with self._lock:
            while len(self._known) >= self._most:
                del self._known[next(iter(self._known))]
            self._known[key] = answer
