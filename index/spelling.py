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
_LONGEST_SYLLABLE = 7


@dataclass(frozen=True)
class Edge:
    """Folded words that may stand for the query's words from `start` to `end`; `shown` says so to the reader."""

    start: int
    end: int
    words: tuple[str, ...]
    weight: float
    shown: str = ""
    corrects: bool = False


def keys_of(words: Iterable[str]) -> Keys:
    """The keys of folded words."""
    return np.array([word_key(word) for word in words], np.uint64)


def find_spellings(words: Sequence[str], snapshot: Snapshot) -> list[Edge]:
    """Other spellings for the words that look wrong where they stand."""
    if not words:
        return []
    keys = keys_of(words)
    known = (snapshot.frequencies(keys) > 0).tolist()
    beside = (snapshot.frequencies(pair_keys(keys[:-1], keys[1:])) > 0).tolist()
    edges = []
    for i, word in enumerate(words):
        sides = [beside[j] for j in (i - 1, i) if 0 <= j < len(beside) and known[j if j < i else j + 1]]
        if not (known[i] and all(sides)) and word.isascii() and word.isalpha() and len(word) <= _LONGEST:
            left = words[i - 1] if i and known[i - 1] else None
            right = words[i + 1] if i + 1 < len(words) and known[i + 1] else None
            edges += _find_corrections(i, word, left, right, snapshot, known=known[i], supported=sum(sides))
            if not known[i]:
                edges += _split(i, word, snapshot)
        if i + 1 < len(words) and not beside[i]:
            edges += _join(i, word + words[i + 1], snapshot, sure=known[i] and known[i + 1])
    return edges


def _find_corrections(
    place: int, word: str, left: str | None, right: str | None, snapshot: Snapshot, *, known: bool, supported: int
) -> list[Edge]:
    if len(word) < _SHORTEST or (known and left is None and right is None):
        return []
    spellings = sorted(_edits(word))
    keys = keys_of(spellings)
    frequencies = snapshot.frequencies(keys)
    found = np.flatnonzero(frequencies)
    if not len(found):
        return []
    keys, frequencies = keys[found], frequencies[found]
    sides = [
        snapshot.frequencies(pair_keys(*((np.full_like(keys, word_key(other)), keys)[:: 1 if first else -1])))
        for other, first in ((left, True), (right, False))
        if other is not None
    ]
    support = sum(((side > 0).astype(np.int64) for side in sides), np.zeros(len(keys), np.int64))
    together = np.minimum.reduce(sides) if sides else frequencies
    best = [
        (int(support[i]), int(together[i]), int(frequencies[i]), spellings[int(found[i])]) for i in range(len(found))
    ]
    if known:
        best = [row for row in best if row[0] == len(sides) and row[0] > supported]
    best.sort(key=lambda row: (-row[0], -row[1], -row[2], row[3]))
    # Where a neighbour vouches for some, the others are chance.
    best = [row for row in best if row[0] == best[0][0]][:_MOST]
    weight = _KNOWN if known else _UNKNOWN
    return [Edge(place, place + 1, (row[3],), weight, row[3], corrects=not known) for row in best]


def _edits(word: str) -> set[str]:
    """All that is one slip away: a letter missing, too many, wrong, or swapped with the next."""
    parts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    edits = {a + b[1:] for a, b in parts if b}
    edits |= {a + b[1] + b[0] + b[2:] for a, b in parts if len(b) > 1}
    edits |= {a + letter + b[1:] for a, b in parts if b for letter in ascii_lowercase}
    edits |= {a + letter + b for a, b in parts for letter in ascii_lowercase}
    return edits - {word, ""}


def _split(place: int, word: str, snapshot: Snapshot) -> list[Edge]:
    """The word as several known words that stand beside each other somewhere, as few as possible."""
    pieces = sorted({word[i:j] for i in range(len(word)) for j in range(i + 1, min(i + _LONGEST_SYLLABLE, len(word)) + 1)})
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
        ways = [way for way in ways if way[1] > 0]
        best[end] = sorted(ways, key=lambda way: (way[0], -way[1], way[2]))[:_MOST]
    found = [way[2] for way in best[len(word)] if len(way[2]) > 1][:1]
    return [Edge(place, place + 1, words, _JOINED, " ".join(words), corrects=True) for words in found]


def _join(place: int, word: str, snapshot: Snapshot, *, sure: bool) -> list[Edge]:
    if sure or not snapshot.frequencies(keys_of([word]))[0]:
        return []
    return [Edge(place, place + 2, (word,), _JOINED, word)]
