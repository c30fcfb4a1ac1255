"""Places: how many runs there may be at once, and which of them count.

A place stands for the processor and the line that a run uses. One whose site is silent uses neither, and one that goes
on far longer than the others did would keep them waiting; both run on beside the places, up to a bound for the memory.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

#: A run that was told nothing for so long waits for its site, or for the pace that the site asks for.
_SILENT_SECONDS = 5.0
#: So many times as long as others took in the middle is far longer, once so many of them have ended.
_FAR_LONGER = 3.0
_TELLING = 5
#: So many of the last runs are remembered.
_REMEMBERED = 200
#: For so many places there may be one run more beside them.
_PLACES_BESIDE = 2


@dataclass
class _Run:
    begun: float
    heard: float


class Places:
    """The runs that there are; `clock` is in seconds."""

    def __init__(self, at_once: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._at_once = at_once
        self._most = at_once + at_once // _PLACES_BESIDE
        self._clock = clock
        self._runs: dict[str, _Run] = {}
        self._took: deque[float] = deque(maxlen=_REMEMBERED)

    @property
    def has_room(self) -> bool:
        """Whether one more may begin."""
        return len(self._runs) < self._most and len(self.held()) < self._at_once

    def held(self) -> list[str]:
        """The runs that count: those whose sites answer, and that do not go on far longer than others."""
        now = self._clock()
        longest = _FAR_LONGER * median(self._took) if len(self._took) >= _TELLING else float("inf")
        runs = list(self._runs.items())
        return [name for name, run in runs if now - run.heard < _SILENT_SECONDS and now - run.begun < longest]

    def take(self, name: str) -> None:
        """A run begins."""
        self._runs[name] = _Run(self._clock(), self._clock())

    def hear(self, name: str) -> None:
        """The site of a run has answered."""
        if run := self._runs.get(name):
            run.heard = self._clock()

    def leave(self, name: str) -> None:
        """A run has ended."""
        if run := self._runs.pop(name, None):
            self._took.append(self._clock() - run.begun)
