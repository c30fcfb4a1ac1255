"""The arrays of a segment as they are kept in its file: documents of terms and places of words in two bytes or less.

The documents of a term are written in the shortest of three forms, which follows from how many there are:

    few      their numbers, four bytes each
    some     how many there are of each 65,536 documents, then the lower two bytes of each
    many     a bit for every document of the segment, from one document in sixteen on

The places of a word, counted over all words of all lines, are written as few or some; the words by their folded forms,
so that those that differ in accents alone are neighbours.
"""

from functools import cached_property

import numpy as np
import numpy.typing as npt

from index.embedded.segment.arrayfile import Array, ArraySource, gather_ranges, offsets_of
from index.embedded.segment.vocabulary import letters_of_all

Ints = npt.NDArray[np.int64]
Units = npt.NDArray[np.uint16]

_FEW = 32  # documents up to which the counts that "some" begins with would not pay
_MANY = 16  # one document in so many: a bit each is as short as two bytes for those
_BLOCK = 1 << 16


def pack(arrays: dict[str, Array]) -> dict[str, Array]:
    """The arrays of a segment as they are written."""
    size = len(arrays["key"])
    loose = {"post_doc", "term_at", "line_at", "doc_at", "place", "place_at"}
    packed = {name: array for name, array in arrays.items() if name not in loose}
    packed |= _pack_postings(arrays["post_doc"], np.diff(arrays["term_at"]), size)
    packed |= _pack_places(arrays["place"], arrays["place_at"], arrays["exact_fold"], len(arrays["fold_key"]))
    packed["fold_letters"] = letters_of_all(arrays["fold_text"], arrays["fold_text_at"])
    lengths = np.diff(arrays["line_at"])
    packed["line_words"] = lengths.astype(np.min_scalar_type(int(lengths.max(initial=0))))
    packed["line_begins"] = _mark_beginnings(arrays["line_at"])
    packed["word_at"] = _shorten(arrays["line_at"][arrays["doc_at"]])
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
        if name in ("place", "place_at"):
            return self._places[name]
        if name == "line_at":
            return offsets_of(read("line_words"))
        return read(name).astype(np.int64) if name in ("term_at", "doc_at") else read(name)

    def slice(self, name: str, start: int, end: int) -> Array:
        """A part of an array that is written as it is."""
        return self._source.slice(name, start, end)

    @cached_property
    def _places(self) -> dict[str, Array]:
        read = self._source.array
        return _unpack_places(read("place"), read("place_at"), read("row_word"), int(read("word_at")[-1]))


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
    units = 2 * counts
    units[some] = counts[some] + 2 * _blocks(size)
    units[many] = -(-size // 16)
    starts, at = offsets_of(counts), offsets_of(units)
    out = np.zeros(int(at[-1]), np.uint16)
    _write_few(out, at[few], docs[gather_ranges(starts[few], counts[few])], counts[few])
    _write_some(out, at[some], docs[gather_ranges(starts[some], counts[some])], counts[some], _blocks(size))
    for row in many.tolist():
        mask = np.zeros(16 * int(units[row]), bool)
        mask[docs[starts[row] : starts[row + 1]]] = True
        out[at[row] : at[row + 1]] = np.packbits(mask, bitorder="little").view(np.uint16)
    return {"where": out, "where_at": _shorten(at)}


def _unpack_postings(where: Units, at: Array, counts: Ints, size: int) -> npt.NDArray[np.uint32]:
    few, some, many = _forms(counts, size)
    starts = offsets_of(counts)
    docs = np.zeros(int(starts[-1]), np.uint32)
    docs[gather_ranges(starts[few], counts[few])] = _read_few(where, at[few], counts[few])
    docs[gather_ranges(starts[some], counts[some])] = _read_some(where, at[some], counts[some], _blocks(size))
    for row in many.tolist():
        docs[starts[row] : starts[row + 1]] = np.flatnonzero(read_mask(where[int(at[row]) : int(at[row + 1])], size))
    return docs


def _write_few(out: Units, at: Array, values: Array, counts: Ints) -> None:
    """Write lists of few numbers to where each begins."""
    out[gather_ranges(at, 2 * counts)] = values.astype(np.uint32).view(np.uint16)


def _read_few(units: Units, at: Array, counts: Ints) -> npt.NDArray[np.uint32]:
    return units[gather_ranges(at, 2 * counts)].view(np.uint32)


def _write_some(out: Units, at: Array, values: Array, counts: Ints, blocks: int) -> None:
    """Write lists of some numbers to where each begins: for each block how many, then the lower halves."""
    out[gather_ranges(at + 2 * blocks, counts)] = values & (_BLOCK - 1)
    own = np.repeat(np.arange(len(counts)), counts)
    filled = np.bincount(own * blocks + (values >> 16), minlength=len(counts) * blocks)
    out[gather_ranges(at, np.full(len(counts), 2 * blocks))] = filled.astype(np.uint32).view(np.uint16)


def _read_some(units: Units, at: Array, counts: Ints, blocks: int) -> npt.NDArray[np.uint32]:
    at = at.astype(np.int64)
    filled = units[gather_ranges(at, np.full(len(counts), 2 * blocks))].view(np.uint32)
    high = np.repeat(np.tile(np.arange(blocks, dtype=np.uint32), len(counts)), filled) << np.uint32(16)
    read: npt.NDArray[np.uint32] = high + units[gather_ranges(at + 2 * blocks, counts)]
    return read


def _join_blocks(units: Units, head: int) -> npt.NDArray[np.uint32]:
    """The numbers of one list of some: how many there are of each block, in `head` units, then their lower halves."""
    values: npt.NDArray[np.uint32] = units[head:].astype(np.uint32)
    if head > 2:
        values += np.repeat(np.arange(head // 2, dtype=np.uint32) * np.uint32(_BLOCK), units[:head].view(np.uint32))
    return values


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
    return _join_blocks(units, 2 * _blocks(size))


def count_among(units: Units, count: int, size: int, docs: npt.NDArray[np.uint32]) -> int:
    """How many of some documents have a term; far less work than reading all that have it."""
    if is_mask(count, size):
        return int(np.count_nonzero(units[docs >> 4] >> (docs & 15).astype(np.uint16) & np.uint16(1)))
    having = read_docs(units, count, size)
    place = np.minimum(np.searchsorted(having, docs), len(having) - 1)
    return int(np.count_nonzero(having[place] == docs))


# --- places of words


def _pack_places(places: Array, at: Ints, folds: Array, fold_count: int) -> dict[str, Array]:
    """The places of each word in the order of folded words, and which word has which row."""
    order = np.argsort(folds, kind="stable")
    counts = np.diff(at)[order]
    values = places[gather_ranges(at[order], counts)]
    blocks = _blocks(len(places))
    head = 2 * blocks
    few, some = np.flatnonzero(counts < head), np.flatnonzero(counts >= head)
    units = np.where(counts < head, 2 * counts, counts + head)
    starts, unit_at = offsets_of(counts), offsets_of(units)
    out = np.zeros(int(unit_at[-1]), np.uint16)
    _write_few(out, unit_at[few], values[gather_ranges(starts[few], counts[few])], counts[few])
    _write_some(out, unit_at[some], values[gather_ranges(starts[some], counts[some])], counts[some], blocks)
    return {
        "place": out,
        "place_at": _shorten(unit_at),
        "row_word": order.astype(np.uint32),
        "fold_row_at": offsets_of(np.bincount(folds, minlength=fold_count)).astype(np.uint32),
    }


def _unpack_places(units: Units, at: Array, words: Array, total: int) -> dict[str, Array]:
    blocks = _blocks(total)
    lengths, at = np.diff(at.astype(np.int64)), at.astype(np.int64)
    head = 2 * blocks
    counts = np.where(lengths < 2 * head, lengths // 2, lengths - head)
    few, some = np.flatnonzero(counts < head), np.flatnonzero(counts >= head)
    starts = offsets_of(counts)
    values = np.zeros(int(starts[-1]), np.uint32)
    values[gather_ranges(starts[few], counts[few])] = _read_few(units, at[few], counts[few])
    values[gather_ranges(starts[some], counts[some])] = _read_some(units, at[some], counts[some], blocks)
    own = np.argsort(words)
    return {"place": values[gather_ranges(starts[own], counts[own])], "place_at": offsets_of(counts[own])}


def read_places(units: Units, total: int) -> npt.NDArray[np.uint32]:
    """The places of one word among so many, in order."""
    head = 2 * _blocks(total)
    return units.view(np.uint32) if len(units) < 2 * head else _join_blocks(units, head)


def _mark_beginnings(line_at: Ints) -> npt.NDArray[np.uint8]:
    """A bit for each word, whether its line begins there."""
    begins = np.zeros(int(line_at[-1]) + 1, bool)
    begins[line_at] = True
    return np.packbits(begins, bitorder="little")
