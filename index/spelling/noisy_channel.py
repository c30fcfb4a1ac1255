"""Which words were meant, from what was typed and from how often words follow each other in the index.

A noisy channel: each word may stand for words a slip or two away, which costs; that two words never stand beside each
other costs too. A word counts as meant where the best reading of the whole query that has it is better than the best
one that keeps what was typed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from index.language.analysis import Keys, pair_keys
from index.spelling.vocabulary import Vocabulary

Costs = npt.NDArray[np.float64]

_NEVER = 0.01  # documents in which two words follow each other that do so in none
_NEAR = 3.0  # how much worse than the best reading another one may be


@dataclass(frozen=True)
class Choices:
    """What may stand at one place, the typed word first: keys, how many documents have each, what each costs."""

    words: Sequence[str]
    keys: Keys
    counts: npt.NDArray[np.int64]
    costs: Costs


def find_meant(places: Sequence[Choices], vocabulary: Vocabulary) -> list[list[str]]:
    """For each place the words that were likelier meant than the typed one, best first."""
    steps = _follow(places, vocabulary)
    before = _add_up(places, steps, vocabulary)
    after = [np.zeros(len(places[-1].keys))]
    for place, step in zip(reversed(places[1:]), reversed(steps), strict=True):
        after.append((step + (after[-1] + place.costs)[None, :]).min(axis=1))
    return [_pick(place, one + two) for place, one, two in zip(places, before, reversed(after), strict=True)]


def measure_beginnings(places: Sequence[Choices], vocabulary: Vocabulary) -> list[tuple[float, int]]:
    """What the likeliest reading costs that begins at each of the places, and how many other words than typed it has.

    The places stand in a circle.
    """
    steps = _follow([*places, places[0]], vocabulary)
    readings = []
    for i in range(len(places)):
        turned, own = [*places[i:], *places[:i]], [*steps[i:], *steps[:i]][:-1]
        before = _add_up(turned, own, vocabulary)
        at = [int(before[-1].argmin())]
        for costs, step in zip(before[-2::-1], reversed(own), strict=True):
            at.append(int((costs + step[:, at[-1]]).argmin()))
        readings.append((float(before[-1].min()), sum(place > 0 for place in at)))
    return readings


def _add_up(places: Sequence[Choices], steps: Sequence[Costs], vocabulary: Vocabulary) -> list[Costs]:
    """For each place what the likeliest reading up to each of its words costs."""
    before = [places[0].costs + _cost(places[0].counts, vocabulary.count)]
    for place, step in zip(places[1:], steps, strict=True):
        before.append((before[-1][:, None] + step).min(axis=0) + place.costs)
    return before


def _follow(places: Sequence[Choices], vocabulary: Vocabulary) -> list[Costs]:
    """What it costs that each word at one place is followed by each at the next; all are looked up at once."""
    steps = list(pairwise(places))
    pairs = [pair_keys(np.repeat(one.keys, len(two.keys)), np.tile(two.keys, len(one.keys))) for one, two in steps]
    counts = vocabulary.frequencies(np.concatenate([np.zeros(0, np.uint64), *pairs]))
    ends = np.cumsum([len(own) for own in pairs])
    costs = []
    for (one, two), own, end in zip(steps, pairs, ends.tolist(), strict=True):
        together = counts[end - len(own) : end].reshape(len(one.keys), len(two.keys))
        of = one.counts[:, None]
        # Behind a word that no document has, anything may stand.
        costs.append(np.where(of > 0, _cost(together, of), _cost(two.counts, vocabulary.count)[None, :]))
    return costs


def _cost(counts: npt.NDArray[np.int64], of: npt.NDArray[np.int64] | int) -> Costs:
    costs: Costs = -np.log((counts + _NEVER) / (np.maximum(of, 1) + _NEVER))
    return costs


def _pick(place: Choices, costs: Costs) -> list[str]:
    better = np.flatnonzero((costs < costs[0]) & (costs <= costs.min() + _NEAR))
    return [place.words[i] for i in better[np.argsort(costs[better], kind="stable")].tolist()]
