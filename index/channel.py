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

from index.analysis import Keys, pair_keys
from index.snapshot import Snapshot

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


def find_meant(places: Sequence[Choices], snapshot: Snapshot) -> list[list[str]]:
    """For each place the words that were likelier meant than the typed one, best first."""
    steps = [_follow(one, two, snapshot) for one, two in pairwise(places)]
    before = [places[0].costs + _cost(places[0].counts, snapshot.count)]
    for place, step in zip(places[1:], steps, strict=True):
        before.append((before[-1][:, None] + step).min(axis=0) + place.costs)
    after = [np.zeros(len(places[-1].keys))]
    for place, step in zip(reversed(places[1:]), reversed(steps), strict=True):
        after.append((step + (after[-1] + place.costs)[None, :]).min(axis=1))
    return [_pick(place, one + two) for place, one, two in zip(places, before, reversed(after), strict=True)]


def _follow(one: Choices, two: Choices, snapshot: Snapshot) -> Costs:
    """What it costs that each word at one place is followed by each at the next."""
    pairs = pair_keys(np.repeat(one.keys, len(two.keys)), np.tile(two.keys, len(one.keys)))
    together = snapshot.frequencies(pairs).reshape(len(one.keys), len(two.keys))
    costs = _cost(together, one.counts[:, None])
    # Behind a word that no document has, anything may stand.
    return np.where(one.counts[:, None] > 0, costs, _cost(two.counts, snapshot.count)[None, :])


def _cost(counts: npt.NDArray[np.int64], of: npt.NDArray[np.int64] | int) -> Costs:
    costs: Costs = -np.log((counts + _NEVER) / (np.maximum(of, 1) + _NEVER))
    return costs


def _pick(place: Choices, costs: Costs) -> list[str]:
    better = np.flatnonzero((costs < costs[0]) & (costs <= costs.min() + _NEAR))
    return [place.words[i] for i in better[np.argsort(costs[better], kind="stable")].tolist()]
