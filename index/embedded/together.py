"""Which documents have the words of one wish together: on one line, near each other, in any order.

Decided from the places of the words alone. The rarest word of a wish is the centre; a window of neighbouring words
around it that has all others is looked for by the nearest of each on either side.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from index.embedded.row import find_rows, phrase_mask
from index.embedded.segment.inversion import Ints
from index.embedded.segment.view import Mask, Places, SegmentView
from index.language.analysis import Word, exact_key, word_key
from index.plan.part import Form, WishPart

_FAR = np.int64(1 << 40)  # farther than any word is from another


def together_mask(segment: SegmentView, part: WishPart) -> Mask:
    """Which documents of a segment have a wish together; remembered, as it is the same for all searches."""
    known = segment.masks.get(part)
    if known is None:
        known = _find(segment, part)
        segment.masks.put(part, known)
    return known


def term_of(word: Word) -> int:
    """The key under which documents have a word, with its accents if it has any."""
    return exact_key(word.exact) if word.accented else word_key(word.folded)


def _find(segment: SegmentView, part: WishPart) -> Mask:
    if len(part.places) > 1:
        return segment.having(_find_windows(segment, part))
    # What is found without a place too: codes are also kept as if they were written in one.
    masks = [
        segment.having_term(term_of(form[0])) if len(form) == 1 else phrase_mask(segment, form)
        for form in part.places[0]
    ]
    mask: Mask = np.logical_or.reduce(masks)
    return mask


def _find_windows(segment: SegmentView, part: WishPart) -> Ints:
    """Words around which a form of each place of a wish stands within its reach on one line."""
    forms = {form: _find_form(segment, form) for form in dict.fromkeys(chain(*part.places))}
    centre, *others = sorted((_merge([forms[form] for form in own]) for own in part.places), key=len)
    near = _Near(centre.astype(np.int64), (), ())
    for places in others:
        near = near.with_others(places, part.reach)
    near = near.within(*_bound_lines(segment, near.centre, part.reach))
    return near.centre[near.has_window(part.reach)]


def _find_form(segment: SegmentView, form: Form) -> Places:
    """Where words of a form stand."""
    if len(form) == 1:
        return segment.places_of(form[0])
    words: Ints = (find_rows(segment, form)[:, None] + np.arange(len(form))).ravel()
    return words.astype(np.uint32)


def _merge(found: Sequence[Places]) -> Places:
    """Places in order; those of one form are in order, or nearly, so that this takes hardly longer than reading."""
    return np.sort(found[0] if len(found) == 1 else np.concatenate(found), kind="stable")


def _bound_lines(segment: SegmentView, places: Ints, reach: int) -> tuple[Ints, Ints]:
    """Where the lines of some words begin and end, as far as their reach goes."""
    first, end = places - reach + 1, places + reach
    for back in range(reach - 1):
        here = np.maximum(places - back, 0)
        first = np.where(segment.begin_lines(here), np.maximum(first, here), first)
    for ahead in range(reach - 1, 0, -1):
        here = np.minimum(places + ahead, segment.words)
        end = np.where(segment.begin_lines(here), here, end)
    return first, end


@dataclass(frozen=True)
class _Near:
    """Words, and of each other place of a wish the last before (or at) each of them and the first behind."""

    centre: Ints
    before: tuple[Ints, ...]
    behind: tuple[Ints, ...]

    def with_others(self, places: Places, reach: int) -> "_Near":
        """Those that have one of some other places in reach."""
        if not len(places) or not len(self.centre):
            return _Near(self.centre[:0], (), ())
        number = np.searchsorted(places, self.centre.astype(places.dtype), side="right")
        before = np.where(number > 0, places[number - 1], -_FAR)
        behind = np.where(number < len(places), places[np.minimum(number, len(places) - 1)], _FAR)
        return _Near(self.centre, (*self.before, before), (*self.behind, behind)).only(
            (self.centre - before < reach) | (behind - self.centre < reach)
        )

    def only(self, mask: Mask) -> "_Near":
        return _Near(
            self.centre[mask], tuple(own[mask] for own in self.before), tuple(own[mask] for own in self.behind)
        )

    def within(self, first: Ints, end: Ints) -> "_Near":
        """The same where other places on other lines are none."""
        return _Near(
            self.centre,
            tuple(np.where(own < first, -_FAR, own) for own in self.before),
            tuple(np.where(own >= end, _FAR, own) for own in self.behind),
        )

    def has_window(self, reach: int) -> Mask:
        """Around which words so many in a row have one of each other place.

        A window around the centre has a place if it begins at the last before the centre or earlier, or so late that
        it ends behind the first after the centre; so the earliest and those that end there are all that need be tried.
        """
        earliest = self.centre - reach + 1
        found = np.zeros(len(self.centre), bool)
        for begin in (earliest, *(own - reach + 1 for own in self.behind)):
            holds = (earliest <= begin) & (begin <= self.centre)
            for before, behind in zip(self.before, self.behind, strict=True):
                holds &= (begin <= before) | (behind < begin + reach)
            found |= holds
        return found
