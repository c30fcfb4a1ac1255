"""Which documents have words in a row on one line, with the accents that were typed."""

from collections.abc import Sequence

import numpy as np

from index.embedded.segment.inversion import Ints
from index.embedded.segment.view import Mask, SegmentView
from index.language.analysis import Word, word_key

_AT_ONCE = 512  # documents: their words stay in the processor's cache
_DENSE = 4  # where one in so many documents is looked at, reading them all is cheaper than picking words


def phrase_mask(segment: SegmentView, docs: Ints, phrase: Sequence[Word]) -> Mask:
    """Which of some documents of a segment, given in order, have a phrase."""
    mask = np.zeros(segment.size, bool)
    wanted = [segment.ranks_of(word) for word in phrase]
    # The rarest word first: where it is not, the others need not be looked for.
    order = sorted(range(len(phrase)), key=lambda i: segment.count_of(word_key(phrase[i].folded)))
    for start in range(0, len(docs), _AT_ONCE):
        some = docs[start : start + _AT_ONCE]
        if some[-1] - some[0] < _DENSE * len(some):
            some = np.arange(some[0], some[-1] + 1)
        words, ends, line_doc = segment.words_of(some)
        begins = np.flatnonzero(wanted[order[0]][words]) - order[0]
        begins = begins[(begins >= 0) & (begins <= len(words) - len(phrase))]
        for i in order[1:]:
            begins = begins[wanted[i][words[begins + i]]]
        line = np.searchsorted(ends, begins, side="right")
        mask[line_doc[line[begins + len(phrase) <= ends[line]]]] = True
    chosen = np.zeros(segment.size, bool)
    chosen[docs] = mask[docs]
    return chosen
