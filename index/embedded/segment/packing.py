"""The arrays of a segment as they are kept in its file: documents of terms and words of lines in two bytes or less.

The documents of a term are written in the shortest of three forms, which follows from how many there are:

    few      their numbers, four bytes each
    some     how many there are of each 65,536 documents, then the lower two bytes of each
    many     a bit for every document of the segment, from one document in sixteen on

Words of lines are numbered by how often they occur. The most frequent take two bytes; the others four, of which the
first two are a number that no frequent word has.
"""

import numpy as np
import numpy.typing as npt

from index.embedded.segment.arrayfile import Array, ArraySource, gather_ranges, offsets_of

Ints = npt.NDArray[np.int64]
Units = npt.NDArray[np.uint16]

_FEW = 32  # documents up to which the counts that "some" begins with would not pay
_MANY = 16  # one document in so many: a bit each is as short as two bytes for those
_BLOCK = 1 << 16
_DIRECT = 0xFF00  # words that take two bytes; the 256 numbers above tell that two more bytes follow


def pack(arrays: dict[str, Array]) -> dict[str, Array]:
    """The arrays of a segment as they are written."""
    size = len(arrays["key"])
    loose = {"post_doc", "term_at", "forward", "line_at", "doc_at"}
    packed = {name: array for name, array in arrays.items() if name not in loose}
    packed |= _pack_postings(arrays["post_doc"], np.diff(arrays["term_at"]), size)
    packed |= _pack_words(arrays["forward"], arrays["line_at"], arrays["doc_at"], len(arrays["exact_key"]))
    for name in ("term_at", "doc_at"):
        packed[name] = _shorten(arrays[name])
    return packed


class Unpacked:
    """A written segment's arrays as they were before they were packed."""

    def __init__(self, source: ArraySource) -> None:
        self._source = source

    def array(self, name: str) -> Array:
        read = self._source.array
        if name == "post_doc":
            return _unpack_postings(read("where"), read("where_at"), np.diff(self.array("term_at")), len(read("key")))
        if name == "forward":
            return read("forward_word")[read_ranks(read("forward"))]
        if name == "line_at":
            return offsets_of(read("line_words"))
        return read(name).astype(np.int64) if name in ("term_at", "doc_at") else read(name)


def _shorten(offsets: Array) -> Array:
    return offsets.astype(np.uint32) if not len(offsets) or offsets.max() < 1 << 32 else offsets


# --- documents of terms


def _forms(counts: Ints, size: int) -> tuple[Ints, Ints, Ints]:
    """Which terms are written as few, some and many."""
    few = counts < _FEW
    many = ~few & (counts * _MANY > size)
    return np.flatnonzero(few), np.flatnonzero(~few & ~many), np.flatnonzero(many)


def _blocks(size: int) -> int:
    return -(-size // _BLOCK)


def _pack_postings(docs: Array, counts: Ints, size: int) -> dict[str, Array]:
    few, some, many = _forms(counts, size)
    units, head = 2 * counts, 2 * _blocks(size)
    units[some] = counts[some] + head
    units[many] = -(-size // 16)
    starts, at = offsets_of(counts), offsets_of(units)
    out = np.zeros(int(at[-1]), np.uint16)
    own = docs[gather_ranges(starts[few], counts[few])].astype(np.uint32)
    out[gather_ranges(at[few], units[few])] = own.view(np.uint16)
    own = docs[gather_ranges(starts[some], counts[some])]
    out[gather_ranges(at[some] + head, counts[some])] = own & (_BLOCK - 1)
    term = np.repeat(np.arange(len(some)), counts[some])
    blocks = np.bincount(term * _blocks(size) + (own >> 16), minlength=len(some) * _blocks(size))
    out[gather_ranges(at[some], np.full(len(some), head))] = blocks.astype(np.uint32).view(np.uint16)
    for row in many.tolist():
        mask = np.zeros(16 * int(units[row]), bool)
        mask[docs[starts[row] : starts[row + 1]]] = True
        out[at[row] : at[row + 1]] = np.packbits(mask, bitorder="little").view(np.uint16)
    return {"where": out, "where_at": _shorten(at)}


def _unpack_postings(where: Units, at: Array, counts: Ints, size: int) -> npt.NDArray[np.uint32]:
    few, some, many = _forms(counts, size)
    starts, head = offsets_of(counts), 2 * _blocks(size)
    docs = np.zeros(int(starts[-1]), np.uint32)
    own = where[gather_ranges(at[few], 2 * counts[few])]
    docs[gather_ranges(starts[few], counts[few])] = own.view(np.uint32)
    blocks = where[gather_ranges(at[some], np.full(len(some), head))].view(np.uint32)
    high = np.repeat(np.tile(np.arange(_blocks(size), dtype=np.uint32), len(some)), blocks) << np.uint32(16)
    docs[gather_ranges(starts[some], counts[some])] = (
        high + where[gather_ranges(at[some] + np.int64(head), counts[some])]
    )
    for row in many.tolist():
        docs[starts[row] : starts[row + 1]] = np.flatnonzero(read_mask(where[int(at[row]) : int(at[row + 1])], size))
    return docs


def is_mask(count: int, size: int) -> bool:
    """Whether a term that so many of a segment's documents have is written as bits."""
    return count >= _FEW and count * _MANY > size


def read_mask(units: Units, size: int) -> npt.NDArray[np.bool_]:
    """Which documents have a term that many have."""
    return np.unpackbits(units.view(np.uint8), count=size, bitorder="little").view(np.bool_)


def read_docs(units: Units, count: int, size: int) -> npt.NDArray[np.uint32]:
    """The documents of one term, in order."""
    if count < _FEW:
        return units.view(np.uint32)
    if is_mask(count, size):
        return np.flatnonzero(read_mask(units, size)).astype(np.uint32)
    head = 2 * _blocks(size)
    docs: npt.NDArray[np.uint32] = units[head:].astype(np.uint32)
    if head > 2:
        docs += np.repeat(np.arange(_blocks(size), dtype=np.uint32) * np.uint32(_BLOCK), units[:head].view(np.uint32))
    return docs


def count_among(units: Units, count: int, size: int, docs: npt.NDArray[np.uint32]) -> int:
    """How many of some documents have a term; far less work than reading all that have it."""
    if is_mask(count, size):
        return int(np.count_nonzero(units[docs >> 4] >> (docs & 15).astype(np.uint16) & np.uint16(1)))
    having = read_docs(units, count, size)
    place = np.minimum(np.searchsorted(having, docs), len(having) - 1)
    return int(np.count_nonzero(having[place] == docs))


# --- words of lines


def _pack_words(words: Array, line_at: Ints, doc_at: Ints, vocabulary: int) -> dict[str, Array]:
    order = np.argsort(-np.bincount(words, minlength=vocabulary), kind="stable")
    rank = np.empty(vocabulary, np.int64)
    rank[order] = np.arange(vocabulary)
    ranks = rank[words]
    rare = np.flatnonzero(ranks >= _DIRECT)
    units = ranks.astype(np.uint16)
    doc_word_at = line_at[doc_at]
    lengths = np.diff(line_at)
    packed = {"forward_word": order.astype(np.uint32), "forward_at": _shorten(doc_word_at)}
    packed["line_words"] = lengths.astype(np.min_scalar_type(int(lengths.max(initial=0))))
    if len(rare):
        page, place = np.divmod(ranks[rare] - _DIRECT, _DIRECT)
        units[rare] = _DIRECT + page
        units = np.insert(units, rare + 1, place.astype(np.uint16))
        packed["forward_at"] = _shorten(doc_word_at + np.searchsorted(rare, doc_word_at))
    return packed | {"forward": units}


def read_ranks(units: Units) -> Array:
    """The ranks of words by how often they occur, from what is written for them."""
    first = units >= _DIRECT
    if not first.any():
        return units
    rare = np.flatnonzero(first)
    ranks = units.astype(np.int64)
    ranks[rare] = _DIRECT + (ranks[rare] - _DIRECT) * _DIRECT + ranks[rare + 1]
    return np.delete(ranks, rare + 1)
