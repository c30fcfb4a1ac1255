"""Completions while typing: item names, buyers and titles that have the words, the last one perhaps unfinished."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from index.embedded.order import best_first
from index.embedded.ranking import rank
from index.embedded.segment.document import Part
from index.embedded.segment.snapshot import Snapshot
from index.embedded.segment.view import SegmentView
from index.language.analysis import fold_phrase, keys_of, pair_keys, parse_words, word_key
from index.plan.plan import Alternative, Plan, QueryUnit
from index.query import Query, Sort
from index.spelling.guess import Guess
from index.spelling.speller import find_spellings
from index.spelling.typo import measure_distance

_LOOKED_AT = 60  # documents whose lines are candidates
_LONGEST = 120  # letters of a completion
_CHOICES = 24  # ways to finish the last word
_SHORTEST = 3  # letters of a beginning that may have a slip
_LIKE = 120  # words with about its letters that are compared with it
_SPARE = 3  # lines looked up for each completion, as some are too long or the same

#: Where a line stands, for reading its text: segment, document, line.
_Place = tuple[SegmentView, int, int]


@dataclass
class _Line:
    """A line that completes what was typed: where it is first found, and how it fits; less is better."""

    place: _Place
    fit: int


def suggest(snapshot: Snapshot, prefix: str, limit: int, now: datetime) -> Sequence[str]:
    """The lines that complete what was typed: first those that begin with it, then by how often they occur."""
    finished = not prefix[-1:].isalnum()
    for text, mend in ((prefix, False), (Guess(snapshot).decode(prefix), True)):
        words = [word.folded for word in parse_words(text)]
        found = _complete(snapshot, _list_readings(words, snapshot, finished, mend), limit, now) if words else ()
        if found:
            return found
    return ()


def _complete(snapshot: Snapshot, readings: Sequence[Sequence[str]], limit: int, now: datetime) -> Sequence[str]:
    """The best lines that have one reading of each word."""
    typed = [[word_key(word) for word in words] for words in readings]
    ranked = rank(snapshot, Plan([QueryUnit([Alternative((key,)) for key in keys]) for keys in typed]), Query(), now)
    if not ranked.complete:
        return ()
    lines: dict[bytes, _Line] = {}
    counts: Counter[bytes] = Counter()
    matchers = {id(segment): _Matcher(segment, typed) for segment in snapshot.segments}
    for segment, doc, _ in best_first(ranked, Sort.RELEVANCE, _LOOKED_AT):
        for line, words_, fit in matchers[id(segment)].find(doc):
            lines.setdefault(words_, _Line((segment, doc, line), fit))
            counts[words_] += 1
    best = sorted(lines, key=lambda words: (lines[words].fit, -counts[words], len(words), words))
    shown: dict[str, str] = {}
    for words_ in best[: _SPARE * limit]:
        segment, doc, line = lines[words_].place
        text = segment.text(doc).lines[line]
        if len(text) <= _LONGEST:
            shown.setdefault(fold_phrase(text), text)
    return tuple(shown.values())[:limit]


def _list_readings(words: Sequence[str], snapshot: Snapshot, finished: bool, mend: bool) -> list[list[str]]:
    """What each word may be: the last one the beginning of longer ones; with `mend` all of them slips of others."""
    readings = [[word] for word in words]
    if mend:
        for edge in find_spellings(words, snapshot):
            if edge.end == edge.start + 1 and len(edge.words) == 1:
                readings[edge.start].append(edge.words[0])
    if not finished:
        before = readings[-2] if len(readings) > 1 else []
        readings[-1] += _find_endings(words[-1], before, snapshot, mend)
    return readings


def _find_endings(prefix: str, before: Sequence[str], snapshot: Snapshot, mend: bool) -> list[str]:
    """The folded words that begin with a prefix, those that follow the word before it most often first."""
    words = sorted(snapshot.words_from(prefix))
    if mend and len(prefix) >= _SHORTEST:
        words = sorted({word for segment in snapshot.segments for word in segment.vocabulary.like_from(prefix)})
    keys = keys_of(words)
    beside = [snapshot.frequencies(pair_keys(np.full_like(keys, word_key(word)), keys)) for word in before]
    together = np.sum(beside, axis=0) if beside else np.zeros(len(words), np.int64)
    order = np.lexsort((-snapshot.frequencies(keys), -together)).tolist()
    if mend:
        order = [i for i in order[:_LIKE] if _begins_like(words[i], prefix)]
    return [words[i] for i in order[:_CHOICES]]


def _begins_like(word: str, prefix: str) -> bool:
    sizes = (len(prefix) - 1, len(prefix), len(prefix) + 1)
    return any(measure_distance(prefix, word[:size], 1) <= 1 for size in sizes)


class _Matcher:
    """Finds the lines of documents of a segment that have all words, on numbers of words alone."""

    def __init__(self, segment: SegmentView, typed: Sequence[Sequence[int]]) -> None:
        self._segment = segment
        size = segment.file.length("fold_key")
        self._tables: list[npt.NDArray[np.bool_]] = []
        for keys in typed:
            table = np.zeros(size, bool)
            table[segment.vocabulary.fold_numbers(keys)] = True
            self._tables.append(table)

    def find(self, doc: int) -> Iterator[tuple[int, bytes, int]]:
        """The lines of titles, buyers and items that fit, with their words as numbers, and how well they fit."""
        lines = self._segment.lines(doc)
        count = int(np.count_nonzero(lines.parts <= Part.ITEM))
        if not count:
            return
        words = lines.words[: int(lines.ends[count - 1])]
        matches = [table[words] for table in self._tables]
        wanted: set[int] | None = None
        for match in matches:
            own = set(np.searchsorted(lines.ends, np.flatnonzero(match), side="right").tolist())
            wanted = own if wanted is None else wanted & own
        # Where the words stand in the order in which they were typed.
        size = len(words) - len(matches) + 1
        rows = np.logical_and.reduce([match[i : i + max(size, 0)] for i, match in enumerate(matches)])
        in_a_row = set(np.searchsorted(lines.ends, np.flatnonzero(rows), side="right").tolist())
        for line in sorted(wanted or ()):
            start, end = int(lines.ends[line - 1]) if line else 0, int(lines.ends[line])
            begins = end - start >= len(matches) and bool(rows[start])
            yield line, words[start:end].tobytes(), 0 if begins else 1 if line in in_a_row else 2
