"""The words of a segment: folded ones, and those with accents that share each of them."""

from bisect import bisect_left
from collections.abc import Collection, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from index.segment.arrayfile import Array, ArraySource
from index.segment.inversion import Ints

_SLIPS = 2  # letters that two slips add or take away, and half of those that they change


class SegmentVocabulary:
    """Looks words up where they are kept: nothing is read before it is asked for."""

    def __init__(self, file: ArraySource) -> None:
        self._file = file

    def from_prefix(self, prefix: str) -> list[str]:
        """The folded words that begin with a prefix."""
        return self._texts("fold", self.numbers_from(prefix))

    def numbers_from(self, prefix: str) -> Array:
        """The numbers of the folded words that begin with a prefix."""
        start, order = prefix.encode(), self._order
        first = bisect_left(order, start)
        return self._file.array("fold_order")[first : bisect_left(order, start + b"\xff", first)]

    def like(self, word: str) -> list[str]:
        """The folded words of about the same letters: those that two slips can make of a word are among them."""
        letters, lengths = self._letters
        apart = np.bitwise_count(letters ^ letters_of(word.encode()))
        return self._texts("fold", np.flatnonzero((apart <= 2 * _SLIPS) & (np.abs(lengths - len(word)) <= _SLIPS)))

    def like_from(self, prefix: str) -> list[str]:
        """The folded words with a prefix's letters or nearly: all that begin with it but for one slip."""
        letters, lengths = self._letters
        missing = np.bitwise_count(~letters & np.uint32(letters_of(prefix.encode())))
        return self._texts("fold", np.flatnonzero((missing <= 1) & (lengths >= len(prefix) - 1)))

    def spellings(self, fold_key: int) -> list[str]:
        """The words with accents that share a folded form."""
        return self._texts("exact", self._file.array("row_word")[self.rows_of_folded(fold_key)])

    def fold_numbers(self, keys: Collection[int]) -> Ints:
        """The numbers of folded words, by their keys."""
        own = self._file.array("fold_key")
        wanted = np.array(sorted(keys), np.uint64)
        if not len(own) or not len(wanted):
            return np.zeros(0, np.int64)
        place = np.minimum(np.searchsorted(own, wanted), len(own) - 1)
        numbers: Ints = place[own[place] == wanted]
        return numbers

    def rows_of_folded(self, key: int) -> slice:
        """The rows of all words that share a folded form: words are neighbours by it."""
        number = self._number("fold", key)
        return slice(0, 0) if number < 0 else slice(*self._file.array("fold_row_at")[number : number + 2].tolist())

    def rows_of_exact(self, key: int) -> slice:
        """The row of one word, with its accents."""
        number = self._number("exact", key)
        if number < 0:
            return slice(0, 0)
        fold = int(self._file.array("exact_fold")[number])
        first, end = self._file.array("fold_row_at")[fold : fold + 2].tolist()
        row = first + int(np.searchsorted(self._file.array("row_word")[first:end], number))
        return slice(row, row + 1)

    def _number(self, kind: str, key: int) -> int:
        """The number of an exact or folded word by its key; -1 when it is not there."""
        keys = self._file.array(f"{kind}_key")
        place = int(np.searchsorted(keys, np.uint64(key)))
        return place if place < len(keys) and int(keys[place]) == key else -1

    def _texts(self, kind: str, numbers: Array) -> list[str]:
        texts, at = self._file.array(f"{kind}_text").data, self._file.array(f"{kind}_text_at")
        numbers = numbers.astype(np.int64)
        spans = zip(at[numbers].tolist(), at[numbers + 1].tolist(), strict=True)
        return [bytes(texts[start:end]).decode() for start, end in spans]

    @cached_property
    def _letters(self) -> tuple[npt.NDArray[np.uint32], Ints]:
        """Which letters each folded word has, as bits, and its length."""
        return self._file.array("fold_letters"), np.diff(self._file.array("fold_text_at"))

    @cached_property
    def _order(self) -> "_InOrder":
        return _InOrder(self._file)


class _InOrder(Sequence[bytes]):
    """The folded words in the order of their letters."""

    def __init__(self, file: ArraySource) -> None:
        self._order, self._texts = file.array("fold_order"), file.array("fold_text").data
        self._at = file.array("fold_text_at")

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, i: int) -> bytes:  # type: ignore[override]  # nobody asks for slices
        number = int(self._order[i])
        return bytes(self._texts[int(self._at[number]) : int(self._at[number + 1])])


def letters_of(word: bytes) -> int:
    """A bit for each letter of a word; letters other than a to z share bits."""
    bits = 0
    for letter in word:
        bits |= 1 << letter % 32
    return bits


def letters_of_all(texts: npt.NDArray[np.uint8], at: Ints) -> npt.NDArray[np.uint32]:
    """The same for many words at once, none of which is empty."""
    if len(at) < 2:
        return np.zeros(0, np.uint32)
    bits = np.left_shift(np.uint32(1), (texts % 32).astype(np.uint32))
    letters: npt.NDArray[np.uint32] = np.bitwise_or.reduceat(bits, at[:-1])
    return letters
