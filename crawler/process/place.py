"""Places: how many runs there may be at once, and which of them count.

A place stands for the processor and the line that a run uses. One whose site is silent uses neither, and one that goes
on far longer than the others did would keep them waiting; both run on beside the places, up to a bound for the memory.
So do from their begin those that took so long in vain the last time, and the last ones of a cycle.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable
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
        self._in_vain: dict[str, float] = {}

    def learn(self, runs: Iterable[tuple[str, float, bool]]) -> None:
        """What earlier runs were, oldest first: of which source, of how many seconds, whether they ended well."""
        for name, seconds, is_well in runs:
            self._took.append(seconds)
            self._in_vain[name] = 0.0 if is_well else seconds

    def has_room(self, waiting: int) -> bool:
        """Whether one more may begin, of so many that wait: what fits beside the places as a whole need not wait."""
        if len(self._runs) >= self._most:
            return False
        held = len(self.held())
        return held < self._at_once or held + waiting <= self._most

    def held(self) -> list[str]:
        """The runs that count: those whose sites answer, and that do not go on far longer than others."""
        now = self._clock()
        longest = _FAR_LONGER * median(self._took) if len(self._took) >= _TELLING else float("inf")
        return [
            name
            for name, run in list(self._runs.items())
            if now - run.heard < _SILENT_SECONDS and max(now - run.begun, self._in_vain.get(name, 0.0)) < longest
        ]

    def take(self, name: str) -> None:
        """A run begins."""
        self._runs[name] = _Run(self._clock(), self._clock())

    def hear(self, name: str) -> None:
        """The site of a run has answered."""
        if run := self._runs.get(name):
            run.heard = self._clock()

    def leave(self, name: str, *, is_well: bool) -> None:
        """A run has ended, well or not."""
        if run := self._runs.pop(name, None):
            self.learn([(name, self._clock() - run.begun, is_well)])
