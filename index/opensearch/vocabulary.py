"""The words of an index on a cluster, with how many documents have each term: published beside the documents.

The writer adds a piece with each batch: what the batch adds to the counts or takes away. Pieces of about the same size
are made one, so that there are few. Readers keep the pieces that they have and fetch the others.
"""

import base64
import io
import zipfile
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt

from index.language.analysis import Keys, word_key
from index.opensearch.document import accented_row_keys
from index.segment.vocabulary import letters_of
from timthau.errors import IndexDamagedError

Ints = npt.NDArray[np.int64]

_SLIPS = 2


class WordPiece:
    """Counts by term, and the spellings that some documents brought along."""

    def __init__(self, keys: Keys, counts: Ints, spellings: Mapping[str, str]) -> None:
        self.keys, self.counts, self.spellings = keys, counts, dict(spellings)

    @classmethod
    def of(cls, counted: Iterable[tuple[Keys, Ints]], spellings: Mapping[str, str]) -> Self:
        """The sum of several counts."""
        pairs = list(counted)
        none: list[Keys] = [np.zeros(0, np.uint64)]
        keys, number = np.unique(np.concatenate(none + [own for own, _ in pairs]), return_inverse=True)
        weights = np.concatenate([np.zeros(0, np.int64), *(counts for _, counts in pairs)])
        totals = np.bincount(number, weights=weights, minlength=len(keys)).astype(np.int64)
        return cls(keys[totals != 0], totals[totals != 0], spellings)

    @classmethod
    def join(cls, pieces: Sequence["WordPiece"]) -> Self:
        """Several pieces as one."""
        spellings = {exact: folded for piece in pieces for exact, folded in piece.spellings.items()}
        return cls.of(((piece.keys, piece.counts) for piece in pieces), spellings)

    def __len__(self) -> int:
        return len(self.keys)

    def write(self) -> bytes:
        """The piece as it is published."""
        words = "\n".join(f"{exact} {folded}" for exact, folded in self.spellings.items()).encode()
        file = io.BytesIO()
        np.savez_compressed(
            file, keys=self.keys, counts=self.counts.astype(np.int32), words=np.frombuffer(words, np.uint8)
        )
        return file.getvalue()

    @classmethod
    def read(cls, data: bytes) -> Self:
        """A piece from what was published. Raises IndexDamagedError."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
                words = arrays["words"].tobytes().decode()
                spellings = dict(line.split(" ") for line in words.split("\n") if line)
                return cls(arrays["keys"], arrays["counts"].astype(np.int64), spellings)
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise IndexDamagedError(f"the published vocabulary cannot be read: {error}") from error

    @cached_property
    def words(self) -> list[bytes]:
        """The folded words in the order of their letters."""
        return sorted({folded.encode() for folded in self.spellings.values()})

    @cached_property
    def by_folded(self) -> dict[int, list[str]]:
        """The ways in which documents write each folded word, by its key."""
        found: dict[int, list[str]] = {}
        for exact, folded in self.spellings.items():
            found.setdefault(word_key(folded), []).append(exact)
        return found

    @cached_property
    def letters(self) -> tuple[npt.NDArray[np.uint32], Ints]:
        """Which letters each folded word has, as bits, and its length."""
        bits = np.array([letters_of(word) for word in self.words], np.uint32)
        return bits, np.array([len(word) for word in self.words], np.int64)

    def count(self, keys: Keys) -> Ints:
        """What it adds to the count of each of some terms."""
        if not len(self.keys):
            return np.zeros(len(keys), np.int64)
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[place] == keys, self.counts[place], 0)


class PublishedVocabulary:
    """See `index.spelling.vocabulary.Vocabulary`."""

    def __init__(self, pieces: Sequence[WordPiece], count: int) -> None:
        self._pieces, self.count = tuple(pieces), count

    def frequencies(self, keys: Keys) -> Ints:
        total = np.zeros(len(keys), np.int64)
        for piece in self._pieces:
            total += piece.count(keys)
        return total

    def count_accented(self, key: int, accents: int) -> int:
        keys = accented_row_keys(np.array([key], np.uint64), np.array([accents]))
        return int(self.frequencies(keys)[0])

    def words_like(self, word: str) -> set[str]:
        own = np.uint32(letters_of(word.encode()))
        found: set[str] = set()
        for piece in self._pieces:
            letters, lengths = piece.letters
            apart = np.bitwise_count(letters ^ own)
            near = (apart <= 2 * _SLIPS) & (np.abs(lengths - len(word)) <= _SLIPS)
            found.update(piece.words[i].decode() for i in np.flatnonzero(near).tolist())
        return self._present(found)

    def words_from(self, prefix: str) -> set[str]:
        start = prefix.encode()
        found: set[str] = set()
        for piece in self._pieces:
            first = bisect_left(piece.words, start)
            found.update(
                word.decode() for word in piece.words[first : bisect_left(piece.words, start + b"\xff", first)]
            )
        return self._present(found)

    def words_like_from(self, prefix: str) -> set[str]:
        own = np.uint32(letters_of(prefix.encode()))
        found: set[str] = set()
        for piece in self._pieces:
            letters, lengths = piece.letters
            near = (np.bitwise_count(~letters & own) <= 1) & (lengths >= len(prefix) - 1)
            found.update(piece.words[i].decode() for i in np.flatnonzero(near).tolist())
        return self._present(found)

    def spellings(self, key: int) -> set[str]:
        return {text for piece in self._pieces for text in piece.by_folded.get(key, ())}

    def _present(self, words: Iterable[str]) -> set[str]:
        """Those that documents still have."""
        known = list(words)
        counts = self.frequencies(np.array([word_key(word) for word in known], np.uint64))
        return {word for word, count in zip(known, counts.tolist(), strict=True) if count > 0}


_PART = 6 << 20  # bytes in one document of the cluster


def split_data(data: bytes) -> Iterator[str]:
    """What is published, in parts that the cluster takes."""
    for start in range(0, len(data), _PART):
        yield base64.b64encode(data[start : start + _PART]).decode()


def join_data(parts: Iterable[str]) -> bytes:
    """The parts together again."""
    return b"".join(map(base64.b64decode, parts))
