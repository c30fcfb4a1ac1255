"""Which documents have the words of one wish together: on one line, near each other, in any order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from index.embedded.segment.arrayfile import Array
from index.embedded.segment.inversion import Ints
from index.embedded.segment.view import Mask, SegmentView
from index.language.analysis import Word, exact_key, word_key
from index.plan.part import Form, WishPart

_AT_ONCE = 512  # documents: their words stay in the processor's cache
_FEW = 4  # words that are compared one after the other
_DENSE = 4  # where one in so many documents is looked at, reading them all is cheaper than picking words

_NOWHERE: Ints = np.zeros(0, np.int64)

Bits = npt.NDArray[Any]  # a bit for each place of a wish, in a byte where that is enough


def together_mask(segment: SegmentView, part: WishPart) -> Mask:
    """Which documents of a segment have a wish together; remembered, as it is the same for all searches."""
    known = segment.masks.get(part)
    if known is None:
        known = _find(segment, part)
        segment.masks.put(part, known)
    return known


def has_mask(segment: SegmentView, part: WishPart) -> Mask:
    """Which documents have a form of each place, wherever."""
    masks = [_any_of([_all_of(segment, form) for form in forms], segment) for forms in part.places]
    mask: Mask = np.logical_and.reduce(masks)
    return mask


def term_of(word: Word) -> int:
    """The key under which documents have a word, with its accents if it has any."""
    return exact_key(word.exact) if word.accented else word_key(word.folded)


def _find(segment: SegmentView, part: WishPart) -> Mask:
    candidates = has_mask(segment, part)
    if len(part.places) == 1:
        sure = _any_of([_all_of(segment, form) for form in part.places[0] if len(form) == 1], segment)
    else:
        sure = np.zeros(segment.size, bool)
    docs = np.flatnonzero(candidates & ~sure)
    if len(docs):
        sure[_Scan(segment, part).find(docs)] = True
    return sure


def _all_of(segment: SegmentView, form: Form) -> Mask | None:
    together: Mask | None = None
    for word in form:
        impacts = segment.impacts(term_of(word))
        if impacts is None:
            return None
        together = impacts > 0 if together is None else together & (impacts > 0)
    return together


def _any_of(masks: Sequence[Mask | None], segment: SegmentView) -> Mask:
    known = [mask for mask in masks if mask is not None]
    return np.logical_or.reduce(known) if known else np.zeros(segment.size, bool)


class _Scan:
    """Looks through the lines of documents for a wish.

    Each place of the wish is a bit. Around each word of the rarest place the bits of the words near it are joined,
    in every window that has it.
    """

    def __init__(self, segment: SegmentView, part: WishPart) -> None:
        self._segment, self._reach = segment, part.reach
        self._dtype: Any = np.uint8 if len(part.places) <= 8 else np.uint64
        self._full = self._dtype((1 << len(part.places)) - 1)
        self._bits: Bits = np.zeros(segment.file.length("forward_word"), self._dtype)
        self._rows: list[tuple[int, _Row]] = []
        for place, forms in enumerate(part.places):
            for form in forms:
                if len(form) == 1:
                    self._bits[segment.ranks_of(form[0])] |= self._dtype(1 << place)
                elif all(segment.count_of(term_of(word)) for word in form):
                    self._rows.append((place, _Row(segment, form)))
        self._places = len(part.places)
        self._rarest = min(range(self._places), key=lambda i: self._count(part.places[i]))
        self._anchor = self._dtype(1 << self._rarest)
        self._anchors = _Ranks(self._bits & self._anchor > 0)

    def _count(self, forms: Sequence[Form]) -> int:
        """About how many documents have one of some forms."""
        return sum(min(self._segment.count_of(term_of(word)) for word in form) for form in forms)

    def find(self, docs: Ints) -> Ints:
        """Those of some documents, given in order, that have the wish."""
        found = np.zeros(self._segment.size, bool)
        for start in range(0, len(docs), _AT_ONCE):
            some = docs[start : start + _AT_ONCE]
            if some[-1] - some[0] < _DENSE * len(some):
                some = np.arange(some[0], some[-1] + 1)
            words, ends, line_doc = self._segment.words_of(some)
            self._look(_Lines(words, ends, line_doc), found)
        return docs[found[docs]]

    def _look(self, lines: "_Lines", found: Mask) -> None:
        """Mark the documents that have the wish: first where its words stand in a row, which is seen fastest."""
        own: Bits | None = np.zeros(len(lines.words), self._dtype) if self._rows else None
        centres = [self._anchors.places_in(lines)]
        for place, row in self._rows:
            covered = row.find(lines)
            own[covered] |= self._dtype(1 << place)  # type: ignore[index]  # there is one where there are rows
            if place == self._rarest:
                centres.append(covered)
        centre = centres[0] if len(centres) == 1 else np.unique(np.concatenate(centres))
        found[lines.docs_of(self._find_in_a_row(lines, centre))] = True
        centre = centre[~found[lines.docs_of(centre)]]
        found[lines.docs_of(self._find_near(lines, centre, own))] = True

    def _find_in_a_row(self, lines: "_Lines", centre: Ints) -> Ints:
        """Those words around which all places of the wish stand in order."""
        begins = centre - self._rarest
        begins = begins[(begins >= 0) & (begins + self._places <= len(lines.words))]
        for i in range(self._places):
            if i != self._rarest:
                begins = begins[self._bits[lines.words[begins + i]] & self._dtype(1 << i) > 0]
        first, end = lines.bounds_of(begins + self._rarest)
        return begins[(first <= begins) & (begins + self._places <= end)] + self._rarest

    def _find_near(self, lines: "_Lines", centre: Ints, own: Bits | None) -> Ints:
        """Those words near which all places of the wish stand."""
        first, end = lines.bounds_of(centre)
        near = centre[:, None] + np.arange(1 - self._reach, self._reach)
        near = np.where((near >= first[:, None]) & (near < end[:, None]), near, centre[:, None])
        bits = self._bits[lines.words[near]]
        if own is not None:
            bits |= own[near]
        left = np.bitwise_or.accumulate(bits[:, self._reach - 1 :: -1], axis=1)[:, ::-1]
        right = np.bitwise_or.accumulate(bits[:, self._reach - 1 :], axis=1)
        near_all: Ints = centre[(left | right == self._full).any(axis=1)]
        return near_all


class _Ranks:
    """Some words by rank; comparing with a few is several times as fast as looking each word up."""

    def __init__(self, wanted: Mask) -> None:
        self.wanted = wanted
        self._few = np.flatnonzero(wanted)

    def places_in(self, lines: "_Lines") -> Ints:
        """Where they stand among the words of lines, in order."""
        if len(self._few) > _FEW:
            return np.flatnonzero(self.wanted[lines.words])
        places = [lines.places_of(rank) for rank in self._few.tolist()]
        return places[0] if len(places) == 1 else np.sort(np.concatenate([_NOWHERE, *places]))


class _Row:
    """Words in a row that stand for one place of a wish; looked for from the rarest of them on."""

    def __init__(self, segment: SegmentView, form: Form) -> None:
        self._words = [_Ranks(segment.ranks_of(word)) for word in form]
        self._rarest = min(range(len(form)), key=lambda i: segment.count_of(term_of(form[i])))

    def find(self, lines: "_Lines") -> Ints:
        """The places of all words of the row, wherever all of them stand so on one line."""
        words, size = lines.words, len(self._words)
        begins = self._words[self._rarest].places_in(lines) - self._rarest
        begins = begins[(begins >= 0) & (begins + size <= len(words))]
        for i, own in enumerate(self._words):
            if i != self._rarest:
                begins = begins[own.wanted[words[begins + i]]]
        begins = begins[begins + size <= lines.bounds_of(begins)[1]]
        covered: Ints = (begins[:, None] + np.arange(size)).ravel()
        return covered


@dataclass(frozen=True)
class _Lines:
    """The words of some documents, where each line ends among them, and whose line it is."""

    words: Array
    ends: Ints
    owners: Ints
    _places: dict[int, Ints] = field(default_factory=dict)

    def places_of(self, rank: int) -> Ints:
        """Where one word stands; remembered, as several rows of words may have it."""
        if rank not in self._places:
            known = rank <= np.iinfo(self.words.dtype).max
            self._places[rank] = np.flatnonzero(self.words == rank) if known else _NOWHERE
        return self._places[rank]

    def docs_of(self, places: Ints) -> Ints:
        """The documents in which some words stand."""
        owners: Ints = self.owners[np.searchsorted(self.ends, places, side="right")]
        return owners

    def bounds_of(self, places: Ints) -> tuple[Ints, Ints]:
        """Where the lines in which some words stand begin and end."""
        line = np.searchsorted(self.ends, places, side="right")
        return np.where(line > 0, self.ends[line - 1], 0), self.ends[line]
