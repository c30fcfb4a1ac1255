"""How the words of a query divide into wishes, each of which stands together in a document.

A comma divides, and so do years, places and the beginning of a buyer's name, which the lexicon knows; and words that
say nothing ("ở", "cho") where what stands before and behind them can be looked for alone. Where an index is at hand,
words divide too that hardly stand beside each other in it.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from index.language.analysis import Word, keys_of, pair_keys, parse_form, parse_words
from index.plan.measure import find_measures, is_year
from index.spelling.edge import Edge
from index.spelling.vocabulary import Vocabulary
from timthau.model.province import load_provinces
from timthau.text.syllable import is_syllable
from timthau.text.table import load_rows

_YEAR_WORD = "năm"
_LONGEST = 6  # words of a name
_HARDLY = 0.05  # of the documents that have either side, those that have them beside each other
_LOOSELY = 0.5  # the same where the words are nowhere together

_Words = tuple[str, ...]


@dataclass(frozen=True)
class WordRun:
    """Words in a row with what may stand for them; `free` need not be there, before each of `stops` is a comma."""

    words: Sequence[Word]
    edges: Sequence[Edge]
    free: Collection[int]
    stops: Collection[int] = ()

    def divide(self, vocabulary: Vocabulary | None, *, loosely: bool = False) -> list[list[int]]:
        """The places of the words of each wish; those of `free` words and of the word for "year" are in none.

        With `loosely` words divide too that stand beside each other seldomer than beside their other neighbours.
        """
        years = self._find_years()
        loose = {*self.free, *(start for start, year in years if start < year)}
        cuts = {*self.stops, *(cut for start, year in years for cut in (start, year + 1))}
        cuts |= self._find_names(cuts)
        kept = [i for i in range(len(self.words)) if i not in loose]
        parts = [list(part) for part in _cut(kept, cuts)]
        parts = [piece for part in parts for piece in self._split(part, lambda a, b: b > a + 1)]
        if vocabulary is None:
            return parts
        beside = _Beside(self, vocabulary, _LOOSELY if loosely else _HARDLY)
        joined = self._find_joined(parts)
        return [
            piece for part in parts for piece in self._split(part, lambda a, b: b not in joined and beside.hardly(a, b))
        ]

    def _find_joined(self, parts: Sequence[Sequence[int]]) -> set[int]:
        """The words that belong to what is before them: a measure to its goods, and goods to one that begins a wish."""
        measures = find_measures(self.words)
        begin = {part[0] for part in parts}
        return {place for own in measures for place in own} | {own.stop for own in measures if own.start in begin}

    def _find_years(self) -> list[tuple[int, int]]:
        """Where years stand: the place of the word for "year" before each, if it is there, and its own.

        Places end with it too: "Hàm Thuận Nam 2026", "quang nam 2026", but not "phim x quang nam 2026".
        """
        accented, plain = _spellings(_YEAR_WORD)
        spellings = {accented} if any(word.accented for word in self.words) else {accented, plain}
        ends = {inside for edge in self.edges for inside in range(edge.start + 1, edge.end)}
        of_places = {own.stop - 1 for own in self.find_places() if own.start not in ends}
        found = []
        for i, word in enumerate(self.words):
            if is_year(word):
                named = i > 0 and self.words[i - 1] in spellings and i - 1 not in of_places
                found.append((i - named, i))
        return found

    def find_places(self) -> Iterator[range]:
        """Where names of places stand, the longest at each."""
        i = 0
        while i < len(self.words):
            size = self._match(i, _places(), ())
            if size:
                yield range(i, i + size)
            i += size or 1

    def _find_names(self, cuts: Collection[int]) -> set[int]:
        """Where places begin and end, and buyers."""
        found: set[int] = set()
        buyer = False
        i = 0
        while i < len(self.words):
            if i in cuts:
                buyer = False
            place = self._match(i, _places(), cuts)
            head = self._match(i, _buyer_words(), cuts)
            if head and not buyer and i + head < len(self.words) and i + head not in cuts:
                found.add(i)
                buyer = True
            elif place:
                found |= {i + place} if buyer else {i, i + place}
                buyer = False
            i += head or place or 1
        return found

    def _match(self, start: int, names: frozenset[tuple[Word, ...]], cuts: Collection[int]) -> int:
        """How many words from a place on are a name, as it is written or without accents; 0 where none is."""
        if self.words[start] not in _beginnings(names):
            return 0
        for size in range(_LONGEST, 0, -1):
            words = tuple(self.words[start : start + size])
            if len(words) == size and words in names and not any(start < cut < start + size for cut in cuts):
                return size
        return 0

    def _split(self, part: list[int], divides: Callable[[int, int], bool]) -> Iterator[list[int]]:
        """A wish divided between two of its words where both sides can be looked for alone."""
        start = 0
        for i in range(1, len(part)):
            before, behind = part[start:i], part[i:]
            if self._stands_alone(before) and self._stands_alone(behind) and divides(part[i - 1], part[i]):
                yield before
                start = i
        yield part[start:]

    def _stands_alone(self, part: Sequence[int]) -> bool:
        """Whether words say something without others: two do, and one that is no syllable, as a brand."""
        if len(part) > 1:
            return True
        word = self.words[part[0]]
        return word.exact.isalpha() and not is_syllable(word.exact)


def find_place_words(words: Sequence[Word]) -> frozenset[str]:
    """The folded words of places among words, the longest name at each."""
    return frozenset(words[i].folded for own in WordRun(words, (), ()).find_places() for i in own)


class _Beside:
    """Which words of a run stand beside each other in an index."""

    def __init__(self, run: WordRun, vocabulary: Vocabulary, share: float) -> None:
        self._run, self._vocabulary, self._share = run, vocabulary, share
        words = run.words
        self._ends = [[word.folded] for word in words]
        self._begins = [[word.folded] for word in words]
        for edge in run.edges:
            self._begins[edge.start].append(edge.words[0])
            self._ends[edge.end - 1].append(edge.words[-1])

    def hardly(self, i: int, j: int) -> bool:
        """Whether two neighbours hardly stand beside each other, for how often each does beside its other one."""
        if any(edge.start <= i and j < edge.end for edge in self._run.edges):
            return False
        beside = self._count(i, j)
        sides = []
        if i:
            sides.append(self._count(i - 1, i))
        if j + 1 < len(self._run.words):
            sides.append(self._count(j, j + 1))
        return beside <= self._share * min(sides, default=0)

    def _count(self, i: int, j: int) -> int:
        """How many documents have a form of one place before a form of the next."""
        firsts, seconds = keys_of(self._ends[i]), keys_of(self._begins[j])
        pairs = pair_keys(np.repeat(firsts, len(seconds)), np.tile(seconds, len(firsts)))
        return int(self._vocabulary.frequencies(pairs).max())


def _cut(places: Sequence[int], cuts: Collection[int]) -> Iterator[Sequence[int]]:
    """The places between cuts, each of which is before a place."""
    part: list[int] = []
    for before, place in zip([-1, *places], places, strict=False):
        if part and any(before < cut <= place for cut in cuts):
            yield part
            part = []
        part.append(place)
    if part:
        yield part


@cache
def _beginnings(names: frozenset[tuple[Word, ...]]) -> frozenset[Word]:
    return frozenset(name[0] for name in names)


def _spellings(text: str) -> tuple[Word, Word]:
    (word,) = parse_form(text)
    return word, Word(word.folded, word.folded)


def _read_names(texts: Collection[str]) -> frozenset[tuple[Word, ...]]:
    names = {tuple(parse_words(text)) for text in texts}
    return frozenset(names | {tuple(Word(word.folded, word.folded) for word in name) for name in names})


@cache
def _places() -> frozenset[tuple[Word, ...]]:
    return _read_names({name for known in load_provinces() for name in (known.name, *known.aliases)})


@cache
def _buyer_words() -> frozenset[tuple[Word, ...]]:
    return _read_names({row[0] for row in load_rows("lexicon/buyer_words.tsv")})
