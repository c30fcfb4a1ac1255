"""The words of several segments into those of one, and where each of them stands."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.segment.arrayfile import Array, gather_ranges, offsets_of
from index.segment.draft import Draft, Offsets
from index.segment.inversion import Arrays, Ints, sort_texts
from index.segment.packing import count_places, head_of, pack_places, pack_words, unpack_places
from index.segment.piece import Piece, Pieces, split_counts, split_ranges


@dataclass(frozen=True)
class Rows:
    """How many rows of words the merged segment has, and for each piece which of them its rows become; -1 for none."""

    count: int
    of_pieces: Sequence[Ints]


def merge_vocabulary(pieces: Sequence[Piece], used: Sequence[npt.NDArray[np.bool_]], draft: Draft) -> Rows:
    """Write the words: the folded ones that documents still have, and those with accents that share one of them."""
    folds, fold_numbers = _merge_words("fold", pieces, used)
    own_folds = [piece.source.array("exact_fold") for piece in pieces]
    masks = [mask[own] for mask, own in zip(used, own_folds, strict=True)]
    exacts, numbers = _merge_words("exact", pieces, masks)
    fold = np.zeros(len(exacts["exact_key"]), np.uint32)
    for number, own, fold_number in zip(numbers, own_folds, fold_numbers, strict=True):
        known = number >= 0
        fold[number[known]] = fold_number[own[known]]
    vocabulary = folds | exacts | {"exact_fold": fold}
    vocabulary |= {"fold_order": sort_texts(vocabulary)} | pack_words(vocabulary)
    draft.extend(vocabulary)
    row = np.empty(len(fold) + 1, np.int64)
    row[vocabulary["row_word"]], row[-1] = np.arange(len(fold)), -1  # the number of a word that is gone is -1
    return Rows(len(fold), [row[n[p.source.array("row_word")]] for p, n in zip(pieces, numbers, strict=True)])


def _merge_words(
    kind: str, pieces: Sequence[Piece], masks: Sequence[npt.NDArray[np.bool_]]
) -> tuple[Arrays, list[Ints]]:
    """The words of one kind in the order of their keys, and for each piece the new numbers of its words."""
    keys = [piece.source.array(f"{kind}_key") for piece in pieces]
    distinct, first = np.unique(np.concatenate([own[m] for own, m in zip(keys, masks, strict=True)]), return_index=True)
    numbers = [
        np.where(mask, np.searchsorted(distinct, own), -1).astype(np.int64)
        for own, mask in zip(keys, masks, strict=True)
    ]
    texts = np.concatenate([piece.source.array(f"{kind}_text") for piece in pieces])
    begins = np.cumsum([0, *(piece.source.length(f"{kind}_text") for piece in pieces)])
    ats = [piece.source.array(f"{kind}_text_at") for piece in pieces]
    starts = np.concatenate([at[:-1][mask] + begin for at, mask, begin in zip(ats, masks, begins, strict=False)])[first]
    lengths = np.concatenate([np.diff(at)[mask] for at, mask in zip(ats, masks, strict=True)])[first]
    chosen = [texts[where] for where in split_ranges(starts, lengths)]
    merged: Arrays = {
        f"{kind}_key": distinct,
        f"{kind}_text": np.concatenate([np.zeros(0, np.uint8), *chosen]),
        f"{kind}_text_at": offsets_of(lengths),
    }
    return merged, numbers


def merge_places(merged: Pieces, rows: Rows, draft: Draft) -> None:
    """Write where each word stands among all words of all lines, in order."""
    runs = [
        _Run(piece, first, row)
        for piece, first, row in zip(merged.pieces, merged.first_words, rows.of_pieces, strict=True)
    ]
    totals = np.zeros(rows.count, np.int64)
    for run in runs:
        totals[run.rows] += run.counts
    place_at = Offsets(draft, "place_at", 2 * merged.words)
    head = head_of(merged.words)
    draft.append("place", np.zeros(0, np.uint16))
    for start, end in split_counts(totals):
        parts = [run.take(start, end) for run in runs]
        row, count = (np.concatenate([part[i] for part in parts]) for i in (0, 1))
        order = np.argsort(row, kind="stable")
        where = gather_ranges(offsets_of(count)[:-1][order], count[order])
        counts = np.zeros(end - start, np.int64)
        np.add.at(counts, row - start, count)
        units, lengths = pack_places(np.concatenate([part[2] for part in parts])[where], counts, head)
        draft.append("place", units)
        place_at.extend(lengths)


class _Run:
    """The rows of one piece that stay, in order: as the rows of the merged segment they are in order too."""

    def __init__(self, piece: Piece, first: int, row: Ints) -> None:
        self._piece = piece
        self._chosen = np.flatnonzero(row >= 0)
        self.rows = row[self._chosen]
        self._at = piece.source.array("place_at").astype(np.int64)
        self._begins = piece.source.array("word_at").astype(np.int64)
        self._head = head_of(int(self._begins[-1]))
        self.counts = count_places(np.diff(self._at), self._head)[self._chosen]
        kept = np.where(piece.live, piece.word_counts, 0)
        self._shift = self._begins[:-1] - (offsets_of(kept)[:-1] + first)  # of the words of each document
        self._first = first

    def take(self, start: int, end: int) -> tuple[Ints, Ints, Array]:
        """Of some rows of the merged segment: which there are, how many places each has, and these, as they become."""
        low, high = np.searchsorted(self.rows, [start, end]).tolist()
        chosen, counts = self._chosen[low:high], self.counts[low:high]
        lengths = self._at[chosen + 1] - self._at[chosen]
        units = self._piece.source.array("place")[gather_ranges(self._at[chosen], lengths)]
        places = unpack_places(units, counts, self._head)
        self._piece.source.forget()
        if self._piece.is_whole:
            return self.rows[low:high], counts, places + np.uint32(self._first)
        doc = np.searchsorted(self._begins, places, side="right") - 1
        kept = self._piece.live[doc]
        counts = np.diff(offsets_of(kept)[offsets_of(counts)])
        return self.rows[low:high], counts, (places - self._shift[doc]).astype(np.uint32)[kept]
