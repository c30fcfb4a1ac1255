"""The texts of documents as a segment keeps them: each compressed by itself, with a dictionary of what many say.

A dictionary is a sample of the texts that it serves, so that what notices have in common takes hardly any room, and
reading one text needs no other. Merging takes texts over as they are, but those of dictionaries that serve too few.
"""

import zlib
from array import array
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from index.segment.arrayfile import Array, ArraySource, ragged

_DICTIONARY = 1 << 15  # bytes: what the format can look back to
_SERVED = 1 << 22  # bytes of texts that share a dictionary
_WORTH = 1 << 18  # bytes, compressed, below which a dictionary is given up when segments are merged
_LEAST = 1 << 17  # bytes of texts from which a dictionary pays
_SAMPLES = 16  # texts of which it has pieces
_MOST = 1 << 24  # bytes, compressed, that wait for those before them to be put
_LEVEL = 3  # with a dictionary it takes the time of level 1 without
_PIECE = 1 << 14  # bytes that are read at once where only the beginning of a text is wanted


class TextWriter:
    """Takes in texts, new ones and compressed ones, and puts them somewhere compressed, in their order."""

    def __init__(self, put: Callable[[Sequence[bytes]], object]) -> None:
        self._put = put
        self._kept: list[bytes] = []
        self._kept_size = self._gone = 0
        self._number = array("H")
        self._dictionaries: list[bytes] = [b""]
        self._pending: list[tuple[int, bytes]] = []
        self._size = 0

    def add(self, text: bytes) -> None:
        """Take in a text; it is compressed when there are enough for a dictionary."""
        self._pending.append((len(self._number), text))
        self._size += len(text)
        self._keep(b"", 0)
        if self._size >= _SERVED:
            self._compress()

    def take(self, source: ArraySource, live: Array) -> None:
        """Take in the texts of a segment's documents that are still there."""
        texts, number = Texts(source), source.array("text_dictionary")
        data, at = source.array("text"), source.array("text_at")
        served = np.bincount(number[live], np.diff(at)[live])
        moved = {
            own: self._adopt(texts.dictionary(own)) for own in np.flatnonzero(served >= _WORTH).tolist() if own > 0
        }
        for doc, own in zip(np.flatnonzero(live).tolist(), number[live].tolist(), strict=True):
            if own in moved:
                self._keep(data[at[doc] : at[doc + 1]].tobytes(), moved[own])
            else:
                self.add(texts.read(doc))

    def close(self) -> dict[str, Array]:
        """Put what is left; gives the dictionaries of all texts, and which of them each needs."""
        self._hand_on()
        return ragged("dictionary", self._dictionaries) | {"text_dictionary": np.array(self._number, np.uint16)}

    def _keep(self, compressed: bytes, dictionary: int) -> None:
        self._kept.append(compressed)
        self._number.append(dictionary)
        self._kept_size += len(compressed)
        if self._kept_size >= _MOST:
            self._hand_on()

    def _hand_on(self) -> None:
        self._compress()
        self._put(self._kept)
        self._gone += len(self._kept)
        self._kept, self._kept_size = [], 0

    def _adopt(self, dictionary: bytes) -> int:
        self._dictionaries.append(dictionary)
        return len(self._dictionaries) - 1

    def _compress(self) -> None:
        own = self._adopt(_make_dictionary([text for _, text in self._pending])) if self._size >= _LEAST else 0
        fresh = zlib.compressobj(_LEVEL, wbits=-zlib.MAX_WBITS, zdict=self._dictionaries[own])
        for place, text in self._pending:
            packer = fresh.copy()
            self._kept[place - self._gone] = packed = packer.compress(text) + packer.flush()
            self._kept_size += len(packed)
            self._number[place] = own
        self._pending, self._size = [], 0


class Texts:
    """Reads the texts of a segment."""

    def __init__(self, source: ArraySource) -> None:
        self._source = source

    def dictionary(self, number: int) -> bytes:
        """The dictionary of a number; that of number 0 is empty."""
        return self._value("dictionary", number)

    def read(self, doc: int) -> bytes:
        """The whole text of a document."""
        return b"".join(self.pieces(doc))

    def pieces(self, doc: int) -> Iterator[bytes]:
        """The text of a document piece by piece, as far as it is wanted."""
        own = int(self._source.slice("text_dictionary", doc, doc + 1)[0])
        unpacker = zlib.decompressobj(wbits=-zlib.MAX_WBITS, zdict=self.dictionary(own))
        rest = self._value("text", doc)
        while rest and not unpacker.eof:
            yield unpacker.decompress(rest, _PIECE)
            rest = unpacker.unconsumed_tail
        yield unpacker.flush()

    def _value(self, name: str, number: int) -> bytes:
        start, end = self._source.slice(f"{name}_at", number, number + 2).tolist()
        return self._source.slice(name, start, end).tobytes()


def _make_dictionary(texts: Sequence[bytes]) -> bytes:
    """Pieces of some of the texts; of each its beginning, where what it is about stands."""
    chosen = texts[:: -(-len(texts) // _SAMPLES)]
    return b"".join(text[: _DICTIONARY // len(chosen)] for text in chosen)
