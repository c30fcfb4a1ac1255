"""The filters of a query as conditions, each with a mask over the documents of a segment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

import numpy as np

from index.language.field import field_bits
from index.language.name import merged_provinces, name_key
from index.query import Query, Status
from index.segment.document import MISSING
from index.segment.view import Mask, SegmentView
from timthau.model.moment import HANOI
from timthau.model.province import find_merged, make_province_key

_DAY = 86400  # seconds


@dataclass(frozen=True)
class Named:
    """A document has one of these names in a column, or (`excluded`) none of them."""

    column: str
    keys: frozenset[str]
    excluded: bool = False

    def mask(self, segment: SegmentView, _now: datetime) -> Mask:
        known = np.array([(key in self.keys) != self.excluded for key in segment.name_keys(self.column)], bool)
        mask: Mask = known[segment.column(self.column)]
        return mask


@dataclass(frozen=True)
class Between:
    """A document's number is in a range, both ends included; None is no end."""

    column: str
    low: int | None
    high: int | None

    def mask(self, segment: SegmentView, _now: datetime) -> Mask:
        column = segment.column(self.column)
        mask: Mask = column != MISSING
        if self.low is not None:
            mask &= column >= max(self.low, MISSING)
        if self.high is not None:
            mask &= column <= min(self.high, -MISSING)
        return mask


@dataclass(frozen=True)
class Bought:
    """What is bought is one of these fields, which are bits."""

    fields: int

    def mask(self, segment: SegmentView, _now: datetime) -> Mask:
        mask: Mask = segment.column("fields") & self.fields != 0
        return mask


@dataclass(frozen=True)
class InStatus:
    """A document is open or closed at the moment."""

    status: Status

    def mask(self, segment: SegmentView, now: datetime) -> Mask:
        deadlines = segment.column("deadline")
        opened = deadlines >= now.timestamp()
        return opened if self.status is Status.OPEN else ~opened & (deadlines != MISSING)


@dataclass(frozen=True)
class HasName:
    """A document has one of these names among those in a column, which are parted by spaces."""

    column: str
    names: frozenset[str]

    def mask(self, segment: SegmentView, _now: datetime) -> Mask:
        known = np.array([not self.names.isdisjoint(text.split()) for text in segment.names(self.column)], bool)
        mask: Mask = known[segment.column(self.column)]
        return mask


@dataclass(frozen=True)
class HasTerm:
    """A document is found by a term."""

    term: int

    def mask(self, segment: SegmentView, _now: datetime) -> Mask:
        mask = np.zeros(segment.size, bool)
        mask[segment.docs_of(self.term)] = True
        return mask


@dataclass(frozen=True)
class LacksTerms:
    """A document is found by none of some terms."""

    terms: frozenset[int]

    def mask(self, segment: SegmentView, _now: datetime) -> Mask:
        mask = np.ones(segment.size, bool)
        for term in self.terms:
            mask[segment.docs_of(term)] = False
        return mask


#: What a filter of a query asks for, in one form for all ways to write it.
Condition = Named | Between | Bought | InStatus | HasName | HasTerm | LacksTerms


def read_conditions(query: Query) -> Iterator[Condition]:
    """What the filters of a query ask for; all of it must hold."""
    provinces = (*query.provinces, *merged_provinces(query))
    named = {"kind": query.kinds, "province": provinces, "buyer": query.buyers, "source": query.sources}
    for column, names in named.items():
        if names:
            # A document without a name has the key of a name without letters, which nobody asks for.
            yield Named(column, frozenset(name_key(column, str(name)) for name in names) - {""})
    if query.excluded_provinces:
        gone = (*query.excluded_provinces, *(old for name in query.excluded_provinces for old in find_merged(name)))
        yield Named("province", frozenset(map(make_province_key, gone)) - {""}, excluded=True)
    ranges = (
        Between("published", *_seconds(query.published_from, query.published_to)),
        Between("deadline", *_seconds(query.deadline_from, query.deadline_to)),
        Between("amount", query.min_amount, query.max_amount),
    )
    yield from (wanted for wanted in ranges if (wanted.low, wanted.high) != (None, None))
    if query.fields:
        yield Bought(field_bits(query.fields))
    if query.status is not None:
        yield InStatus(query.status)


def _seconds(first: date | None, last: date | None) -> tuple[int | None, int | None]:
    """The first second of a day in Hanoi and the last of another."""
    low = None if first is None else midnight(first)
    return low, None if last is None else midnight(last, days=1) - 1


def midnight(day: date, *, days: int = 0) -> int:
    """The first second of a day in Hanoi, or of the day so many days later."""
    return int(datetime.combine(day, time.min, HANOI).timestamp()) + days * _DAY
