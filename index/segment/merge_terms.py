"""The terms of several segments into those of one, with the documents of each: terms in the order of their keys."""

from functools import cached_property

import numpy as np
import numpy.typing as npt

from index.segment.arrayfile import Array, offsets_of
from index.segment.draft import Draft, Offsets
from index.segment.inversion import Arrays, concatenate_postings
from index.segment.packing import most_units, pack_postings, unpack_postings
from index.segment.piece import Piece, Pieces, split_keys


def merge_terms(merged: Pieces, draft: Draft) -> list[npt.NDArray[np.bool_]]:
    """Write the terms; tells for each piece which of its folded words a document still has."""
    runs = [_Run(piece, first) for piece, first in zip(merged.pieces, merged.first_docs, strict=True)]
    postings = sum(run.postings for run in runs)
    term_at = Offsets(draft, "term_at", postings)
    where_at = Offsets(draft, "where_at", most_units(postings, merged.size))
    longest = max(runs, key=lambda run: run.postings)
    for key in split_keys(longest.keys, longest.at, postings):
        part = concatenate_postings([run.take_until(key) for run in runs])
        counts = np.diff(part["term_at"])
        units, lengths = pack_postings(part["post_doc"], counts, merged.size)
        draft.extend({"term_key": part["term_key"], "where": units, "post_impact": part["post_impact"]})
        term_at.extend(counts)
        where_at.extend(lengths)
        for run in runs:
            run.note_used(part["term_key"], key)
    return [run.used for run in runs]


class _Run:
    """The terms of one piece, taken in the order of their keys."""

    def __init__(self, piece: Piece, first: int) -> None:
        self._piece, self._first = piece, first
        read = piece.source.array
        self.keys, self.at, self._where_at = read("term_key"), read("term_at"), read("where_at")
        self.postings = int(self.at[-1])
        self._folds = read("fold_key")
        self.used = np.ones(len(self._folds), bool)
        self._done = self._folds_done = 0

    def take_until(self, key: np.uint64 | None) -> Arrays:
        """The next terms, those before a key or all that are left, with their live documents by their new numbers."""
        start, end = self._done, _place(self.keys, key)
        self._done = end
        at = self.at[start : end + 1].astype(np.int64)
        where_at = self._where_at[start : end + 1].astype(np.int64)
        source, counts = self._piece.source, np.diff(at)
        units = source.slice("where", int(where_at[0]), int(where_at[-1]))
        docs = unpack_postings(units, where_at - where_at[0], counts, len(self._piece.live))
        impacts = source.slice("post_impact", int(at[0]), int(at[-1]))
        if not self._piece.is_whole:
            kept = self._piece.live[docs]
            counts = np.diff(offsets_of(kept)[at - at[0]])
            docs, impacts = self._number[docs[kept]], impacts[kept]
        moved = docs + np.uint32(self._first)
        return {"term_key": self.keys[start:end], "count": counts, "post_doc": moved, "post_impact": np.array(impacts)}

    def note_used(self, terms: Array, until: np.uint64 | None) -> None:
        """Learn which terms before a key, of those not told before, documents still have."""
        start, end = self._folds_done, _place(self._folds, until)
        self._folds_done = end
        if not self._piece.is_whole:
            self.used[start:end] = np.isin(self._folds[start:end], terms, assume_unique=True)
        self._piece.source.forget()

    @cached_property
    def _number(self) -> npt.NDArray[np.uint32]:
        return np.cumsum(self._piece.live, dtype=np.uint32) - np.uint32(1)


def _place(keys: Array, key: np.uint64 | None) -> int:
    return len(keys) if key is None else int(np.searchsorted(keys, key))
