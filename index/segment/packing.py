"""The arrays of a segment as they are kept in its file: documents of terms and places of words in two bytes or less.

The documents of a term are written in the shortest of three forms, which follows from how many there are:

    few      their numbers, four bytes each
    some     how many there are of each 65,536 documents, then the lower two bytes of each
    many     a bit for every document of the segment, from one document in sixteen on

The places of a word, counted over all words of all lines, are written as few or some; the words by their folded forms,
so that those that differ in accents alone are neighbours.
"""

import numpy as np
import numpy.typing as npt

from index.segment.arrayfile import Array, gather_ranges, offsets_of
from index.segment.vocabulary import letters_of_all

Ints = npt.NDArray[np.int64]
Units = npt.NDArray[np.uint16]

_FEW = 32  # documents up to which the counts that "some" begins with would not pay
_MANY = 16  # one document in so many: a bit each is as short as two bytes for those
_BLOCK = 1 << 16


def pack(arrays: dict[str, Array]) -> dict[str, Array]:
    """The arrays of a segment as they are written."""
    size, words = len(arrays["key"]), len(arrays["place"])
    loose = {"post_doc", "term_at", "line_at", "doc_at", "place", "place_at"}
    packed = {name: array for name, array in arrays.items() if name not in loose} | pack_words(arrays)
    packed["where"], lengths = pack_postings(arrays["post_doc"], np.diff(arrays["term_at"]), size)
    packed["where_at"] = _shorten(offsets_of(lengths))
    row_word = packed["row_word"]
    counts = np.diff(arrays["place_at"])[row_word]
    places = arrays["place"][gather_ranges(arrays["place_at"][row_word], counts)]
    packed["place"], lengths = pack_places(places, counts, head_of(words))
    packed["place_at"] = _shorten(offsets_of(lengths))
    lengths = np.diff(arrays["line_at"])
    packed["line_words"] = lengths.astype(np.min_scalar_type(int(lengths.max(initial=0))))
    packed["line_begins"] = np.packbits(mark_beginnings(arrays["line_at"]), bitorder="little")
    packed["word_at"] = _shorten(arrays["line_at"][arrays["doc_at"]])
    for name in ("term_at", "doc_at"):
        packed[name] = _shorten(arrays[name])
    return packed


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


def most_units(postings: int, size: int) -> int:
    """What the documents of terms take at most, in units of two bytes."""
    return 2 * postings + 2 * _blocks(size) * (postings // _FEW)


def pack_postings(docs: Array, counts: Ints, size: int) -> tuple[Units, Ints]:
    """The documents of terms as they are written, and how long those of each term are."""
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
    return out, units


def unpack_postings(where: Units, at: Array, counts: Ints, size: int) -> npt.NDArray[np.uint32]:
    """The documents of terms, by where those of each are written and how many there are."""
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


def pack_words(arrays: dict[str, Array]) -> dict[str, Array]:
    """The rows of words, in the order of folded words, and the letters of these."""
    folds = arrays["exact_fold"]
    return {
        "fold_letters": letters_of_all(arrays["fold_text"], arrays["fold_text_at"]),
        "row_word": np.argsort(folds, kind="stable").astype(np.uint32),
        "fold_row_at": offsets_of(np.bincount(folds, minlength=len(arrays["fold_key"]))).astype(np.uint32),
    }


def head_of(words: int) -> int:
    """How many units the places of a frequent word begin with, of so many words in all."""
    return 2 * _blocks(words)


def pack_places(places: Array, counts: Ints, head: int) -> tuple[Units, Ints]:
    """The places of rows of words as they are written, and how long those of each row are."""
    few, some = np.flatnonzero(counts < head), np.flatnonzero(counts >= head)
    units = np.where(counts < head, 2 * counts, counts + head)
    starts, at = offsets_of(counts), offsets_of(units)
    out = np.zeros(int(at[-1]), np.uint16)
    _write_few(out, at[few], places[gather_ranges(starts[few], counts[few])], counts[few])
    _write_some(out, at[some], places[gather_ranges(starts[some], counts[some])], counts[some], head // 2)
    return out, units


def count_places(lengths: Ints, head: int) -> Ints:
    """How many places there are of each row, by how long they are written."""
    counts: Ints = np.where(lengths < 2 * head, lengths // 2, lengths - head)
    return counts


def unpack_places(units: Units, counts: Ints, head: int) -> npt.NDArray[np.uint32]:
    """The places of rows of words that are written one after the other."""
    few, some = np.flatnonzero(counts < head), np.flatnonzero(counts >= head)
    starts, at = offsets_of(counts), offsets_of(np.where(counts < head, 2 * counts, counts + head))
    places = np.zeros(int(starts[-1]), np.uint32)
    places[gather_ranges(starts[few], counts[few])] = _read_few(units, at[few], counts[few])
    places[gather_ranges(starts[some], counts[some])] = _read_some(units, at[some], counts[some], head // 2)
    return places


def read_places(units: Units, total: int) -> npt.NDArray[np.uint32]:
    """The places of one word among so many, in order."""
    head = head_of(total)
    return units.view(np.uint32) if len(units) < 2 * head else _join_blocks(units, head)


def mark_beginnings(line_at: Ints) -> npt.NDArray[np.bool_]:
    """For each word, and for the end, whether a line begins there."""
    begins = np.zeros(int(line_at[-1]) + 1, bool)
    begins[line_at] = True
    return begins
