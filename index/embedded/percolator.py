"""Which of many literal queries some notices answer: a search the other way round.

What queries have in common is looked up once. Words, alternatives, units and queries are numbered, and each has a bit
for every notice: an alternative the bits that all its words have, a unit those that any of its alternatives has, a
query those that all its units have. Only for queries that have some left is it looked whether the words of each part
stand together. What a query asks for and whether a notice has it is decided by the plan, the analysis, the parts, the
phrases and the filters of a search.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from index.embedded.row import phrase_mask
from index.embedded.together import together_mask
from index.filter import Condition, read_conditions
from index.language.parser import parse_query
from index.plan.part import WishPart
from index.plan.plan import Alternative, build_plan
from index.query import Query
from index.segment.arrayfile import gather_ranges
from index.segment.document import read_document
from index.segment.inversion import Ints
from index.segment.snapshot import Snapshot
from index.segment.view import Mask, SegmentView
from timthau.model.notice import Notice

#: A row for each 64 notices, with 64 bits for whatever is numbered.
Bits = npt.NDArray[np.uint64]

_UNPACKED = 4096  # queries whose bits are unpacked at a time: a megabyte or two


class Percolator:
    """Literal queries, numbered from 0 as they are added, ready to be compared with notices."""

    def __init__(self) -> None:
        self._words: dict[int, int] = {}
        self._alternatives: dict[Alternative, int] = {}
        self._units: dict[tuple[int, ...], int] = {}
        self._conditions: dict[Condition, int] = {}
        self._parts: dict[WishPart, int] = {}
        self._words_of, self._alternatives_of = _Lists(), _Lists()
        self._required, self._excluded, self._conditions_of = _Lists(), _Lists(), _Lists()
        self._parts_of = _Lists()

    def add(self, query: Query) -> None:
        """Number one more query, next after those before."""
        wish = parse_query(query)
        plan = build_plan(wish, None, expand=query.expand)
        self._required.append(self._number_unit(unit.alternatives) for unit in plan.units if unit.required)
        self._excluded.append(map(self._number_alternative, plan.excluded))
        parts = [part for part in plan.parts if not part.trivial]
        self._parts_of.append(self._parts.setdefault(part, len(self._parts)) for part in parts)
        conditions = read_conditions(wish.filters)
        self._conditions_of.append(self._conditions.setdefault(c, len(self._conditions)) for c in conditions)

    def match(self, notices: Sequence[Notice], now: datetime) -> Iterator[tuple[int, int]]:
        """The numbers of query and notice of each pair that belongs together, in order; `now` decides what is open.

        No two notices may have one id. Memory grows with their number: several hundred at a time are best.
        """
        if not notices:
            return
        (segment,) = Snapshot.of(map(read_document, notices)).segments
        bits = self._match(segment, now)
        chosen = np.flatnonzero(bits.any(axis=0))
        bits = bits[:, chosen]
        for start in range(0, len(chosen), _UNPACKED):
            found, docs = np.nonzero(_unpack(bits[:, start : start + _UNPACKED], len(notices)))
            yield from zip(chosen[start + found].tolist(), docs.tolist(), strict=True)

    def _number_unit(self, alternatives: Iterable[Alternative]) -> int:
        unit = tuple(sorted(set(map(self._number_alternative, alternatives))))
        if unit not in self._units:
            self._units[unit] = self._alternatives_of.append(unit)
        return self._units[unit]

    def _number_alternative(self, alternative: Alternative) -> int:
        alternative = replace(alternative, weight=1.0)
        if alternative not in self._alternatives:
            words = [self._words.setdefault(key, len(self._words)) for key in alternative.keys]
            self._alternatives[alternative] = self._words_of.append(words)
        return self._alternatives[alternative]

    def _match(self, segment: SegmentView, now: datetime) -> Bits:
        """The bits of all queries."""
        every = _pack(np.ones((1, segment.size), bool))
        alternatives = self._words_of.reduce(np.bitwise_and, self._find_words(segment), every)
        self._check(alternatives, segment)
        units = self._alternatives_of.reduce(np.bitwise_or, alternatives, every)
        bits = self._required.reduce(np.bitwise_and, units, every)
        bits &= ~self._excluded.reduce(np.bitwise_or, alternatives, ~every)
        masks = [condition.mask(segment, now) for condition in self._conditions]
        conditions = _pack(np.array(masks, bool).reshape(len(masks), segment.size))
        bits &= self._conditions_of.reduce(np.bitwise_and, conditions, every)
        bits &= self._parts_of.reduce(np.bitwise_and, self._find_parts(segment, bits), every)
        return bits

    def _find_parts(self, segment: SegmentView, bits: Bits) -> Bits:
        """The bits of the parts that queries with some bits have: only there it matters what stands together."""
        parts = list(self._parts)
        asked = self._parts_of.numbers_in(np.flatnonzero(bits.any(axis=0)))
        masks = [together_mask(segment, parts[number]) for number in asked]
        found = np.zeros((len(bits), len(parts)), np.uint64)
        found[:, asked] = _pack(np.array(masks, bool).reshape(len(masks), segment.size))
        return found

    def _find_words(self, segment: SegmentView) -> Bits:
        rows = segment.rows(np.fromiter(self._words, np.uint64, len(self._words)))
        found = np.flatnonzero(rows >= 0)
        masks = np.zeros((len(found), segment.size), bool)
        for mask, row in zip(masks, rows[found].tolist(), strict=True):
            mask[segment.postings(row)[0]] = True
        own = _pack(masks)
        bits = np.zeros((len(own), len(rows)), np.uint64)
        bits[:, found] = own
        return bits

    def _check(self, bits: Bits, segment: SegmentView) -> None:
        """Leave the alternatives that ask for more than words only what has all of it."""
        asking = {number: asked for asked, number in self._alternatives.items() if asked.prefix or asked.phrase}
        numbers = np.fromiter(asking, np.int64, len(asking))
        masks = _unpack(bits[:, numbers], segment.size)
        for mask, asked in zip(masks, asking.values(), strict=True):
            if asked.prefix:
                mask[:] = segment.prefix_impacts(asked.prefix) > 0
            elif mask.any():
                mask[:] = phrase_mask(segment, asked.phrase)
        bits[:, numbers] = _pack(masks)


class _Lists:
    """Lists of numbers, one behind the other."""

    def __init__(self) -> None:
        self._values, self._at = array("i"), array("q", [0])

    def append(self, values: Iterable[int]) -> int:
        """Add a list; its number."""
        self._values.extend(values)
        self._at.append(len(self._values))
        return len(self._at) - 2

    def numbers_in(self, lists: Ints) -> list[int]:
        """The numbers that are in some of the lists."""
        at = np.frombuffer(self._at, np.int64)
        values = np.frombuffer(self._values, np.int32)
        numbers: list[int] = np.unique(values[gather_ranges(at[lists], at[lists + 1] - at[lists])]).tolist()
        return numbers

    def reduce(self, combine: np.ufunc, bits: Bits, empty: Bits) -> Bits:
        """The bits of what is in each list, combined; those of a list without anything are `empty`."""
        at = np.frombuffer(self._at, np.int64)
        reduced = np.repeat(empty, len(at) - 1, axis=1)
        filled = np.flatnonzero(np.diff(at))
        if len(filled):
            values = np.frombuffer(self._values, np.int32)
            for into, own in zip(reduced, bits, strict=True):
                into[filled] = combine.reduceat(own[values], at[filled])
        return reduced


def _pack(masks: Mask) -> Bits:
    """Masks over documents as bits."""
    packed = np.packbits(masks, axis=1, bitorder="little")
    padded = np.pad(packed, ((0, 0), (0, -packed.shape[1] % 8)))  # to whole numbers of 64 bits
    return np.ascontiguousarray(padded.view("<u8").T)


def _unpack(bits: Bits, size: int) -> Mask:
    """Bits as masks over so many documents."""
    packed = np.ascontiguousarray(bits.T).view(np.uint8)
    return np.unpackbits(packed, axis=1, count=size, bitorder="little").view(bool)
