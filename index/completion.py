"""Completions while typing: item names, buyers and titles that have the words, the last one perhaps unfinished."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt

from index.language.analysis import fold_phrase, keys_of, pair_keys, parse_words, word_key
from index.plan.plan import Alternative, Plan, QueryUnit
from index.segment.document import Part
from index.segment.view import Lines, SegmentView
from index.spelling.guess import Guess
from index.spelling.speller import find_spellings
from index.spelling.typo import measure_distance
from index.spelling.vocabulary import Vocabulary
from timthau.text.fold import fold

#: Documents whose lines are candidates.
LOOKED_AT = 60
_LONGEST = 120  # letters of a completion
_CHOICES = 24  # ways to finish the last word
_SHORTEST = 3  # letters of a beginning that may have a slip
_LIKE = 120  # words with about its letters that are compared with it
_SPARE = 3  # lines looked up for each completion, as some are too long or the same


@dataclass
class _Line:
    """A line that completes what was typed: as it is first found, and how it fits; less is better."""

    text: str
    fit: int


#: The best documents that have one word of each of some lists, given by keys.
FindBest = Callable[[Sequence[Sequence[int]]], Sequence[tuple[SegmentView, int]]]


def build_choices(typed: Sequence[Sequence[int]]) -> Plan:
    """The plan that asks for one word of each of some lists."""
    return Plan([QueryUnit([Alternative((key,)) for key in keys]) for keys in typed])


def find_completions(vocabulary: Vocabulary, find_best: FindBest, prefix: str, limit: int) -> Sequence[str]:
    """The lines that complete what was typed: first those that begin with it, then by how often they occur."""
    finished = not prefix[-1:].isalnum()
    for text, mend in ((prefix, False), (Guess(vocabulary).decode(prefix), True)):
        words = [word.folded for word in parse_words(text)]
        found = _complete(find_best, _list_readings(words, vocabulary, finished, mend), limit) if words else ()
        if found:
            return found
    return ()


def _complete(find_best: FindBest, readings: Sequence[Sequence[str]], limit: int) -> Sequence[str]:
    """The best lines that have one reading of each word."""
    typed = [[word_key(word) for word in words] for words in readings]
    lines: dict[str, _Line] = {}
    counts: Counter[str] = Counter()
    found: dict[SegmentView, list[int]] = {}
    for segment, doc in find_best(typed):
        found.setdefault(segment, []).append(doc)
    for segment, docs in found.items():
        for text, fit in _find_lines(segment, docs, typed):
            own = fold(text.lower())
            lines.setdefault(own, _Line(text, fit))
            counts[own] += 1
    best = sorted(lines, key=lambda own: (lines[own].fit, -counts[own], own.count(" "), own))
    shown: dict[str, str] = {}
    for own in best[: _SPARE * limit]:
        shown.setdefault(fold_phrase(lines[own].text), lines[own].text)
    return tuple(shown.values())[:limit]


def _list_readings(words: Sequence[str], vocabulary: Vocabulary, finished: bool, mend: bool) -> list[list[str]]:
    """What each word may be: the last one the beginning of longer ones; with `mend` all of them slips of others."""
    readings = [[word] for word in words]
    if mend:
        for edge in find_spellings(words, vocabulary):
            if edge.end == edge.start + 1 and len(edge.words) == 1:
                readings[edge.start].append(edge.words[0])
    if not finished:
        before = readings[-2] if len(readings) > 1 else []
        readings[-1] += _find_endings(words[-1], before, vocabulary, mend)
    return readings


def _find_endings(prefix: str, before: Sequence[str], vocabulary: Vocabulary, mend: bool) -> list[str]:
    """The folded words that begin with a prefix, those that follow the word before it most often first."""
    words = sorted(vocabulary.words_from(prefix))
    if mend and len(prefix) >= _SHORTEST:
        words = sorted(vocabulary.words_like_from(prefix))
    keys = keys_of(words)
    beside = [vocabulary.frequencies(pair_keys(np.full_like(keys, word_key(word)), keys)) for word in before]
    together = np.sum(beside, axis=0) if beside else np.zeros(len(words), np.int64)
    order = np.lexsort((-vocabulary.frequencies(keys), -together)).tolist()
    if mend:
        order = [i for i in order[:_LIKE] if _begins_like(words[i], prefix)]
    return [words[i] for i in order[:_CHOICES]]


def _begins_like(word: str, prefix: str) -> bool:
    sizes = (len(prefix) - 1, len(prefix), len(prefix) + 1)
    return any(measure_distance(prefix, word[:size], 1) <= 1 for size in sizes)


def _find_lines(segment: SegmentView, docs: Sequence[int], typed: Sequence[Sequence[int]]) -> Iterator[tuple[str, int]]:
    """The lines of titles, buyers and items of some documents that have all words, and how well each fits."""
    words = [_find_words(segment, docs, keys) for keys in typed]
    for number, doc in enumerate(docs):
        lines = segment.lines(doc)
        fits = _fit_lines(lines, [own[number] for own in words])
        texts = segment.opening(doc, max(fits) + 1) if fits else []
        for line, fit in sorted(fits.items()):
            if len(texts[line]) <= _LONGEST:
                yield texts[line], fit


def _find_words(segment: SegmentView, docs: Sequence[int], keys: Sequence[int]) -> list[npt.NDArray[np.uint32]]:
    """Where each of some documents has one of some words."""
    starts, ends = segment.words_of(np.array(docs, np.int64))
    found: list[list[npt.NDArray[np.uint32]]] = [[] for _ in docs]
    for key in keys:
        places = segment.places_of_folded(key)
        first, end = np.searchsorted(places, starts), np.searchsorted(places, ends)
        for i in np.flatnonzero(end > first).tolist():
            found[i].append(places[first[i] : end[i]])
    return [np.sort(np.concatenate(own)) if own else np.zeros(0, np.uint32) for own in found]


def _fit_lines(lines: Lines, words: Sequence[npt.NDArray[np.uint32]]) -> dict[int, int]:
    """The lines that have all words: 0 where they begin one in the order typed, 1 where they stand so in it, else 2."""
    own = [set(np.searchsorted(lines.ends, places, side="right").tolist()) for places in words]
    wanted = {line for line in set.intersection(*own) if lines.parts[line] <= Part.ITEM}
    if not wanted:
        return {}
    rows = reduce(np.intersect1d, [places - np.uint32(i) for i, places in enumerate(words)])
    in_a_row = np.searchsorted(lines.ends, rows, side="right").tolist()
    begins = set(lines.ends.tolist()) | {lines.first}
    fits = dict.fromkeys(wanted, 2)
    for place, line in zip(rows.tolist(), in_a_row, strict=True):
        if line in wanted:
            fits[line] = min(fits[line], 0 if place in begins else 1)
    return fits
