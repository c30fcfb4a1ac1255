"""Some documents of a segment: where words stand in these alone, so that what few documents have is found soon."""

from typing import Protocol

import numpy as np

from index.language.analysis import Word
from index.segment.arrayfile import Array, gather_ranges
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
        starts = places.searchsorted(self._first)
        own: Places = places[gather_ranges(starts, places.searchsorted(self._end) - starts)]
        return own

    def begin_lines(self, places: Array) -> Mask:
        """Which words, given by their places, are the first of their lines."""
        return self._segment.begin_lines(places)

    def having(self, places: Places) -> Mask:
        """Which of these documents have one of some words of theirs, given by their places."""
        mask: Mask = np.zeros(len(self._first), bool)
        mask[self._first.searchsorted(places, side="right") - 1] = True
        return mask
