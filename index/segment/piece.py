"""What becomes one segment: segments with the documents of each that are still there, and how far to go at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from index.segment.arrayfile import Array, ArraySource, gather_ranges

Ints = npt.NDArray[np.int64]

# Values that are moved at once: enough that the work is on whole arrays, few enough that a merge takes little memory.
_AT_ONCE = 1 << 20


@dataclass(frozen=True)
class Piece:
    """A segment to merge with the mask of its documents that are still there."""

    source: ArraySource
    live: npt.NDArray[np.bool_]

    @cached_property
    def is_whole(self) -> bool:
        """Whether no document is deleted."""
        return bool(self.live.all())

    @cached_property
    def size(self) -> int:
        """How many documents are still there."""
        return int(np.count_nonzero(self.live))

    @cached_property
    def word_counts(self) -> Ints:
        """How many words each document has, deleted ones too."""
        begins = self.source.array("word_at").astype(np.int64)
        return begins[1:] - begins[:-1]

    @cached_property
    def words(self) -> int:
        """How many words the documents have that are still there."""
        return int(self.word_counts[self.live].sum())


class Pieces:
    """The pieces of one segment, in order, and where the documents and words of each begin in it."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = pieces
        self.first_docs = np.cumsum([0, *(piece.size for piece in pieces)])[:-1].tolist()
        self.first_words = np.cumsum([0, *(piece.words for piece in pieces)])[:-1].tolist()
        self.size = sum(piece.size for piece in pieces)
        self.words = sum(piece.words for piece in pieces)


def split_counts(counts: Array) -> Iterator[tuple[int, int]]:
    """Neighbouring runs by these lengths, about as many together as are moved at once; at least one."""
    ends = np.cumsum(counts, dtype=np.int64)
    start, done = 0, 0
    while start < len(ends):
        end = max(int(np.searchsorted(ends, done + _AT_ONCE, side="right")), start + 1)
        yield start, end
        start, done = end, int(ends[end - 1])


def split_ranges(starts: Array, counts: Array) -> Iterator[Ints]:
    """The positions of several ranges, as many as are moved at once."""
    for first, end in split_counts(counts):
        yield gather_ranges(starts[first:end], counts[first:end])


def split_keys(keys: Array, at: Array, total: int) -> Iterator[Any]:
    """Keys up to which all runs together have about as many values as are moved at once; at the end None.

    `keys` and `at` are of the longest run, `total` is how many values all have: keys are spread evenly.
    """
    longest = int(at[-1])
    places = np.searchsorted(at, np.arange(1, 1 + max(total, 1) // _AT_ONCE) * _AT_ONCE * (longest / max(total, 1)))
    yield from keys[np.unique(places[places < len(keys)])]
    yield None
