"""What spelling reads of an index: its words, and how many documents have each word or row of words."""

from collections.abc import Iterable
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index.language.analysis import Keys


class Vocabulary(Protocol):
    """The words of one state of an index; any engine can offer it. Words are folded, keys those of `analysis`."""

    @property
    def count(self) -> int:
        """How many documents there are."""

    def frequencies(self, keys: Keys) -> npt.NDArray[np.int64]:
        """How many documents have each term."""

    def words_like(self, word: str) -> Iterable[str]:
        """Words that may be two slips away, and others."""

    def words_from(self, prefix: str) -> Iterable[str]:
        """Words that begin with a prefix."""

    def words_like_from(self, prefix: str) -> Iterable[str]:
        """Words that begin with a prefix but for one slip, and others."""

    def spellings(self, key: int) -> Iterable[str]:
        """The ways in which documents write a folded word."""

    def count_accented(self, key: int, accents: int) -> int:
        """How many documents have a row of two words with just these accents."""
