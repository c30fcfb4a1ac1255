"""Some documents of a segment: where words stand in these alone, so that what few documents have is found soon."""

from typing import Protocol

import numpy as np

from index.language.analysis import Word
from index.segment.arrayfile import Array
from index.segment.inversion import Ints
from index.segment.view import Mask, Places, SegmentView


class Worded(Protocol):
    """What tells where words stand: a segment, or a portion of it."""

    @property
    def words(self) -> int:
        """How many words all lines of the segment have."""
        ...

    def places_of(self, word: Word) -> Places:
        """Where a word stands among all words of all lines of the segment, in order."""
        ...

    def begin_lines(self, places: Array) -> Mask:
        """Which words, given by their places, are the first of their lines."""
        ...


class Portion:
    """Documents of a segment by number, in order."""

    def __init__(self, segment: SegmentView, docs: Ints) -> None:
        self._segment = segment
        self._first, self._end = segment.words_of(docs)
        self.words = segment.words

    def places_of(self, word: Word) -> Places:
        """Where a word stands in these documents, in order."""
        places = self._segment.places_of(word)
        low, high = np.searchsorted(places, self._first), np.searchsorted(places, self._end)
        counts = high - low
        before = np.cumsum(counts) - counts
        own: Places = places[np.arange(counts.sum()) + np.repeat(low - before, counts)]
        return own

    def begin_lines(self, places: Array) -> Mask:
        """Which words, given by their places, are the first of their lines."""
        return self._segment.begin_lines(places)

    def having(self, places: Places) -> Mask:
        """Which of these documents have one of some words of theirs, given by their places."""
        mask: Mask = np.zeros(len(self._first), bool)
        mask[np.searchsorted(self._first, places, side="right") - 1] = True
        return mask
