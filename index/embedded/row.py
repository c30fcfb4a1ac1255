"""Where words stand in a row on one line, with the accents that were typed."""

from collections.abc import Sequence

import numpy as np

from index.embedded.portion import Worded
from index.language.analysis import Word
from index.segment.inversion import Ints
from index.segment.view import Mask, Places, SegmentView


def find_rows(segment: Worded, words: Sequence[Word]) -> Ints:
    """The places at which a row begins, in order; looked for from the rarest of its words on."""
    places = [segment.places_of(word) for word in words]
    first, *others = sorted(range(len(words)), key=lambda i: len(places[i]))
    begins = places[first].astype(np.int64) - first
    begins = begins[begins >= 0]
    for i in others:
        begins = begins[_are_among(begins + i, places[i])]
    for i in range(1, len(words)):
        begins = begins[~segment.begin_lines(begins + i)]
    return begins


def phrase_mask(segment: SegmentView, phrase: Sequence[Word]) -> Mask:
    """Which documents of a segment have a phrase."""
    return segment.having(find_rows(segment, phrase))


def _are_among(wanted: Ints, places: Places) -> Mask:
    """Which of some places are among others; both are in order."""
    if not len(places):
        return np.zeros(len(wanted), bool)
    number = places.searchsorted(wanted.astype(places.dtype))
    found: Mask = places[np.minimum(number, len(places) - 1)] == wanted
    return found
