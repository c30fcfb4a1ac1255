"""What a person may have meant: a letter wrong, missing or swapped, words written as one, a word written as two.

The index's own words and pairs of words decide; there is no list of right spellings.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from string import ascii_lowercase

import numpy as np

from index.analysis import Keys, pair_keys, word_key
from index.snapshot import Snapshot

_SHORTEST = 2  # letters of a word that is corrected
_LONGEST = 24
_MOST = 3  # other spellings of one word that are searched
_UNKNOWN = 0.9  # how much the other spelling of a word counts that no document has
_KNOWN = 0.5  # and of one that documents have, but never beside its neighbours
_JOINED = 0.9
_SLIPS = 2  # documents that have a word by mistake
_MORE = 5  # times as many have the right one
_LONGEST_SYLLABLE = 7


@dataclass(frozen=True)
class Edge:
    """Folded words that may stand for the query's words from `start` to `end`; `shown` says so to the reader.

    `inner` is how much it counts that they stand in a row themselves.
    """

    start: int
    end: int
    words: tuple[str, ...]
    weight: float
    shown: str = ""
    corrects: bool = False
    inner: float = 1.0


def keys_of(words: Iterable[str]) -> Keys:
    """The keys of folded words."""
    return np.array([word_key(word) for word in words], np.uint64)


def find_spellings(words: Sequence[str], snapshot: Snapshot) -> list[Edge]:
    """Other spellings for the words that look wrong where they stand."""
    if not words:
        return []
    keys = keys_of(words)
    counts = snapshot.frequencies(keys).tolist()
    beside = (snapshot.frequencies(pair_keys(keys[:-1], keys[1:])) > 0).tolist()
    edges = []
    for i, word in enumerate(words):
        left = words[i - 1] if i and counts[i - 1] else None
        right = words[i + 1] if i + 1 < len(words) and counts[i + 1] else None
        sides = [beside[j] for j, other in ((i - 1, left), (i, right)) if other is not None]
        doubtful = counts[i] <= _SLIPS
        if (doubtful or not all(sides)) and word.isascii() and word.isalpha() and len(word) <= _LONGEST:
            doubt = _Doubt(i, word, left, right, counts[i], sum(sides))
            edges += _split(doubt, snapshot) if doubtful else []
            edges += _find_corrections(doubt, snapshot)
        if i + 1 < len(words) and not beside[i] and not (counts[i] and counts[i + 1]):
            edges += _join(i, word + words[i + 1], snapshot)
    return edges


@dataclass(frozen=True)
class _Doubt:
    """A word that looks wrong, its known neighbours, how many documents have it and how many neighbours know it."""

    place: int
    word: str
    left: str | None
    right: str | None
    count: int
    supported: int

    def enough(self, count: int) -> bool:
        """Whether so many documents speak for another spelling: documents have slips too, but few have the same."""
        return count > 0 and (self.count == 0 or self.count > _SLIPS or count >= _MORE * self.count)


def _find_corrections(doubt: _Doubt, snapshot: Snapshot) -> list[Edge]:
    neighbours = [(word, first) for word, first in ((doubt.left, True), (doubt.right, False)) if word is not None]
    if len(doubt.word) < _SHORTEST or (doubt.count and not neighbours):
        return []
    spellings = sorted(_edits(doubt.word))
    keys = keys_of(spellings)
    frequencies = snapshot.frequencies(keys)
    found = np.flatnonzero(frequencies)
    if not len(found):
        return []
    keys, frequencies = keys[found], frequencies[found]
    sides = []
    for word, first in neighbours:
        other = np.full_like(keys, word_key(word))
        sides.append(snapshot.frequencies(pair_keys(other, keys) if first else pair_keys(keys, other)))
    support = np.sum([side > 0 for side in sides], axis=0) if sides else np.zeros(len(keys), np.int64)
    together = np.minimum.reduce(sides) if sides else frequencies
    best = [
        (int(support[i]), int(together[i]), int(frequencies[i]), spellings[int(found[i])])
        for i in range(len(found))
        if doubt.enough(int(frequencies[i]))
        # A word that documents have gives way only to one that all its neighbours know better.
        and (not doubt.count or (support[i] == len(sides) and support[i] > doubt.supported))
    ]
    best.sort(key=lambda row: (-row[0], -row[1], -row[2], row[3]))
    # Where a neighbour vouches for some, the others are chance.
    best = [row for row in best if row[0] == best[0][0]][:_MOST]
    weight = _KNOWN if doubt.count else _UNKNOWN
    return [Edge(doubt.place, doubt.place + 1, (row[3],), weight, row[3], corrects=not doubt.count) for row in best]


def _edits(word: str) -> set[str]:
    """All that is one slip away: a letter missing, too many, wrong, or swapped with the next."""
    parts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    edits = {a + b[1:] for a, b in parts if b}
    edits |= {a + b[1] + b[0] + b[2:] for a, b in parts if len(b) > 1}
    edits |= {a + letter + b[1:] for a, b in parts if b for letter in ascii_lowercase}
    edits |= {a + letter + b for a, b in parts for letter in ascii_lowercase}
    return edits - {word, ""}


def _split(doubt: _Doubt, snapshot: Snapshot) -> list[Edge]:
    """The word as several known words that stand beside each other somewhere, as few as possible."""
    word = doubt.word
    pieces = sorted(
        {word[i:j] for i in range(len(word)) for j in range(i + 1, min(i + _LONGEST_SYLLABLE, len(word)) + 1)}
    )
    frequencies = dict(zip(pieces, snapshot.frequencies(keys_of(pieces)).tolist(), strict=True))
    known = [piece for piece in pieces if frequencies[piece] and (len(piece) > 1 or piece in "aeiouy")]
    best: dict[int, list[tuple[int, int, tuple[str, ...]]]] = {0: [(0, 1 << 60, ())]}
    for end in range(1, len(word) + 1):
        ways = [
            (count + 1, rarest, (*before, piece))
            for piece in known
            if word[:end].endswith(piece)
            for count, rarest, before in best.get(end - len(piece), [])
        ]
        pairs = [(way[2][-2], way[2][-1]) for way in ways if len(way[2]) > 1]
        if pairs:
            together = snapshot.frequencies(pair_keys(keys_of(a for a, _ in pairs), keys_of(b for _, b in pairs)))
            support = dict(zip(pairs, together.tolist(), strict=True))
            ways = [
                (count, min(rarest, support[words[-2], words[-1]]) if len(words) > 1 else rarest, words)
                for count, rarest, words in ways
            ]
        ways = [way for way in ways if doubt.enough(way[1])]
        best[end] = sorted(ways, key=lambda way: (way[0], -way[1], way[2]))[:_MOST]
    found = [way[2] for way in best[len(word)] if len(way[2]) > 1][:1]
    shown = [" ".join(words) for words in found]
    return [
        Edge(doubt.place, doubt.place + 1, words, _JOINED, text, corrects=not doubt.count)
        for words, text in zip(found, shown, strict=True)
    ]


def _join(place: int, word: str, snapshot: Snapshot) -> list[Edge]:
    if not snapshot.frequencies(keys_of([word]))[0]:
        return []
    return [Edge(place, place + 2, (word,), _JOINED, word)]
