"""Where words stand in a row on one line, with the accents that were typed."""

from collections.abc import Sequence

import numpy as np

from index.embedded.portion import Worded
from index.language.analysis import Word
from index.segment.inversion import Ints
from index.segment.view import Mask, Places, SegmentView

# One place is looked for among others in the time in which so many are merged.
_SOON_FOUND = 8
_TOP = 1 << 31  # places that can be doubled


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
    number = count_up_to(places, wanted.astype(places.dtype))
    found: Mask = places.take(number - 1, mode="clip") == wanted
    return found


def count_up_to(places: Places, wanted: Places) -> Ints:
    """How many of some places are no greater than each of others; both are in order.

    Two long lists are merged, which takes less than half of the time of looking for each.
    """
    if len(wanted) * _SOON_FOUND < len(places) or max(places[-1:].max(initial=0), wanted[-1:].max(initial=0)) >= _TOP:
        return places.searchsorted(wanted, side="right")
    together = np.concatenate([places << 1, wanted << 1 | 1])
    together.sort(kind="stable")  # which finds that it has two lists in order, and merges them
    merged: Ints = np.flatnonzero((together & 1).astype(bool))
    merged -= np.arange(len(wanted))
    return merged
