"""The order of what was found: by score, date or deadline, ties broken by date, then id; only the first are sorted.

A place in it is what it goes by: score or deadline (not by date), date, id and key, each as a number that grows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from index.contract import Place
from index.embedded.ranking import Ranked, Scores
from index.query import Sort
from index.segment.arrayfile import offsets_of
from index.segment.document import MISSING
from index.segment.inversion import Ints
from index.segment.view import SegmentView

# From so many times the wanted number on, one in so many is looked at first.
_SAMPLED, _EVERY = 64, 16

_Key = Callable[[Ints | None], npt.NDArray[Any]]


@dataclass(frozen=True)
class Scored:
    """A document that was found, its score, and its place in the order."""

    segment: SegmentView
    doc: int
    score: float
    place: Place


def best_first(ranked: Ranked, sort: Sort, count: int, after: Place | None = None) -> list[Scored]:
    """The first `count` documents in the order asked for, or the first behind a place."""
    order = _Order(ranked)
    if count <= 0 or not order.starts[-1]:
        return []
    keys: list[_Key] = [order.newest, order.identity, order.key]
    if sort is not Sort.NEWEST:
        keys.insert(0, order.nearest if sort is Sort.DEADLINE else order.relevance)
    if after is not None and len(after) != len(keys):
        raise ValueError("this order has no such place")
    chosen = None if after is None else _behind(keys, after, moves=sort is Sort.RELEVANCE)
    first = _smallest(keys, chosen, count)
    scores, places = order.scores(first).tolist(), zip(*(key(first).tolist() for key in keys), strict=True)
    return [
        Scored(*order.document(number), score, place)
        for number, score, place in zip(first.tolist(), scores, places, strict=True)
    ]


def _behind(keys: Sequence[_Key], after: Place, *, moves: bool) -> Ints:
    """The documents behind a place. Where scores depend on what else there is, that is where its document has moved."""
    values = [key(None) for key in keys]
    if moves:
        same = np.logical_and.reduce([own == value for own, value in zip(values[1:], after[1:], strict=True)])
        after = (values[0][same].item(), *after[1:]) if np.count_nonzero(same) == 1 else after
    behind, tied = np.zeros(len(values[0]), bool), np.ones(len(values[0]), bool)
    for own, value in zip(values, after, strict=True):
        behind |= tied & (own > value)
        tied &= own == value
    return np.flatnonzero(behind)


class _Order:
    """Sort keys of found documents, which are numbered through all segments; the smallest comes first."""

    def __init__(self, ranked: Ranked) -> None:
        self._ranked = ranked
        self._now = int(ranked.now.timestamp())
        self._lowest: Scores | None = None
        self.starts = offsets_of(np.array([len(found.docs) for found in ranked.found]))

    def _collect(self, chosen: Ints | None, read: Callable[[int, Ints], npt.NDArray[Any]]) -> npt.NDArray[Any]:
        """A value for each chosen document, or for all, read from each segment at once."""
        found = self._ranked.found
        if chosen is None:
            values_of = [read(number, own.docs) for number, own in enumerate(found)]
            return values_of[0] if len(values_of) == 1 else np.concatenate(values_of)
        owner = np.searchsorted(self.starts, chosen, side="right") - 1
        values: npt.NDArray[Any] | None = None
        for number, own in enumerate(found):
            mine = np.flatnonzero(owner == number)
            part = read(number, own.docs[chosen[mine] - self.starts[number]])
            values = np.zeros(len(chosen), part.dtype) if values is None else values
            values[mine] = part
        return np.zeros(0) if values is None else values

    def _column(self, name: str, chosen: Ints | None) -> npt.NDArray[Any]:
        found = self._ranked.found
        return self._collect(chosen, lambda number, docs: found[number].segment.column(name)[docs])

    def scores(self, chosen: Ints) -> Scores:
        return self._collect(chosen, self._ranked.scores) if self._lowest is None else -self._lowest[chosen]

    def relevance(self, chosen: Ints | None) -> Scores:
        if self._lowest is None:
            scores = self._collect(None, self._ranked.scores)
            self._lowest = np.negative(scores, out=scores)
        return self._lowest if chosen is None else self._lowest[chosen]

    def newest(self, chosen: Ints | None) -> Ints:
        return -self._column("published", chosen)

    def nearest(self, chosen: Ints | None) -> Ints:
        """Deadlines to come, the next one first; then passed ones, the last one first; then none."""
        deadlines = self._column("deadline", chosen)
        passed = np.where(deadlines == MISSING, -MISSING, (1 << 40) - deadlines)
        return np.where(deadlines >= self._now, deadlines, passed)

    def identity(self, chosen: Ints | None) -> npt.NDArray[Any]:
        return self._column("order", chosen)

    def key(self, chosen: Ints | None) -> npt.NDArray[Any]:
        return self._column("key", chosen)

    def document(self, place: int) -> tuple[SegmentView, int]:
        number = int(np.searchsorted(self.starts, place, side="right")) - 1
        found = self._ranked.found[number]
        return found.segment, int(found.docs[place - int(self.starts[number])])


def _smallest(keys: Sequence[_Key], chosen: Ints | None, count: int) -> Ints:
    """The `count` smallest by several keys, in order; later keys are only read where earlier ones are equal."""
    key = keys[0](chosen)
    chosen = np.arange(len(key)) if chosen is None else chosen
    if len(key) > _SAMPLED * count:
        # The sample's border is no better than that of all, and leaves few to look at.
        sample = np.partition(key[::_EVERY], count - 1)[count - 1]
        chosen = chosen[key <= sample]
        key = keys[0](chosen)
    if len(key) > count:
        border = np.partition(key, count - 1)[count - 1]
        below = chosen[key < border]
        tied = chosen[key == border]
        rest = count - len(below)
        if len(tied) > rest:
            tied = _smallest(keys[1:], tied, rest) if len(keys) > 1 else tied[:rest]
        chosen = np.concatenate([below, tied])
    order = np.lexsort([key(chosen) for key in reversed(keys)])
    return chosen[order]
