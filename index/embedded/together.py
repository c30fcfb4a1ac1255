"""Which documents have the words of one wish together: on one line, near each other, in any order.

Decided from the places of the words alone. The rarest word of a wish is the centre; a window of neighbouring words
around it that has all others is looked for by the nearest of each on either side.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from index.embedded.portion import Portion, Worded
from index.embedded.row import count_up_to, find_rows, phrase_mask
from index.language.analysis import term_of
from index.plan.part import Form, WishPart
from index.segment.inversion import Ints
from index.segment.view import Mask, Places, SegmentView

Distances = npt.NDArray[np.uint8]

#: Of how many documents of a segment one has to be looked at, at most, for the others to be left out.
_FEW = 20
#: Documents of a segment in which a wish is soon looked for in all, and so kept for the searches after it.
_SMALL = 20_000
_FAR = np.uint8(255)  # more words than any wish has in reach


def together_mask(segment: SegmentView, part: WishPart) -> Mask:
    """Which documents of a segment have a wish together; remembered, as it is the same for all searches."""
    known = segment.masks.get(part)
    if known is None:
        own = segment.having(_find_windows(segment, part)) if len(part.places) > 1 else _find_place(segment, part)
        known = np.logical_and.reduce([own, *(together_mask(segment, one) for one in part.within)])
        segment.masks.put(part, known)
    return known


def together_among(segment: SegmentView, part: WishPart, docs: Ints) -> Mask:
    """Which of some documents of a segment, by number in order, have a wish together."""
    if len(part.places) == 1 or len(docs) * _FEW + _SMALL > segment.size or segment.masks.get(part) is not None:
        return together_mask(segment, part)[docs]
    portion = Portion(segment, docs)
    own = portion.having(_find_windows(portion, part))
    mask: Mask = np.logical_and.reduce([own, *(together_among(segment, one, docs) for one in part.within)])
    return mask


def _find_place(segment: SegmentView, part: WishPart) -> Mask:
    """What is found without a place too: codes are also kept as if they were written in one."""
    masks = [
        segment.having_term(term_of(form[0])) if len(form) == 1 else phrase_mask(segment, form)
        for form in part.places[0]
    ]
    mask: Mask = np.logical_or.reduce(masks)
    return mask


def _find_windows(segment: Worded, part: WishPart) -> Places:
    """Words around which a form of each place of a wish stands within its reach on one line."""
    forms = {form: _find_form(segment, form) for form in dict.fromkeys(chain(*part.places))}
    centre, *others = sorted((_merge([forms[form] for form in own]) for own in part.places), key=len)
    near = _Near(centre, (), ())
    for places in others:
        near = near.with_others(places, part.reach)
    return near.on_lines(segment, part.reach).with_window(part.reach)


def _find_form(segment: Worded, form: Form) -> Places:
    """Where words of a form stand."""
    if len(form) == 1:
        return segment.places_of(form[0])
    words: Ints = (find_rows(segment, form)[:, None] + np.arange(len(form))).ravel()
    return np.sort(words.astype(np.uint32), kind="stable")  # of "a a a" the second is in two


def _merge(found: Sequence[Places]) -> Places:
    """The places of all forms in order; as those of each are, this takes hardly longer than reading."""
    return found[0] if len(found) == 1 else np.sort(np.concatenate(found), kind="stable")


@dataclass(frozen=True)
class _Near:
    """Words, and for each other place of a wish how far its last before (or at) them and its first behind are.

    What is out of reach is _FAR.
    """

    centre: Places
    before: tuple[Distances, ...]
    behind: tuple[Distances, ...]

    def with_others(self, places: Places, reach: int) -> "_Near":
        """Those that have one of some other places in reach."""
        if not len(places):
            return _Near(self.centre[:0], (), ())
        number = count_up_to(places, self.centre)
        # Where there is none the difference is negative, which is far for unsigned numbers.
        before = self.centre - places.take(number - 1, mode="clip")
        behind = places.take(number, mode="clip") - self.centre
        behind[number == len(places)] = _FAR
        chosen = np.flatnonzero((before < reach) | (behind < reach))
        return _Near(
            self.centre[chosen],
            (*(own[chosen] for own in self.before), _shorten(before[chosen])),
            (*(own[chosen] for own in self.behind), _shorten(behind[chosen])),
        )

    def on_lines(self, segment: Worded, reach: int) -> "_Near":
        """The same where places on other lines are out of reach."""
        first = np.full(len(self.centre), _FAR, np.uint8)  # how far back the line of each begins, if within reach
        end = first.copy()
        for distance in range(reach - 2, -1, -1):  # what is in reach is not farther than that behind a beginning
            back = self.centre - np.minimum(self.centre, np.uint32(distance))
            first[segment.begin_lines(back)] = distance
            ahead = np.minimum(self.centre + np.uint32(distance + 1), np.uint32(segment.words))
            end[segment.begin_lines(ahead)] = distance
        return _Near(
            self.centre,
            tuple(np.where(own > first, _FAR, own) for own in self.before),
            tuple(np.where(own > end, _FAR, own) for own in self.behind),
        )

    def with_window(self, reach: int) -> Places:
        """The words around which so many in a row have one of each other place.

        A window has a place if it begins at the last before the centre or earlier, or so late that it ends behind the
        first after the centre; so the earliest and those that end at a place are all that need be tried.
        """
        found = np.zeros(len(self.centre), bool)
        for ahead in (np.zeros(len(self.centre), np.uint8), *self.behind):  # how far behind the centre it ends
            holds = ahead < reach
            back = np.uint8(reach - 1) - ahead
            for before, behind in zip(self.before, self.behind, strict=True):
                holds &= (before <= back) | (behind <= ahead)
            found |= holds
        return self.centre[found]


def _shorten(distances: Places) -> Distances:
    return np.minimum(distances, _FAR).astype(np.uint8)
