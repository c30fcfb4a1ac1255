"""The filters of a query as masks over the documents of a segment."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time

import numpy as np

from index.document import MISSING, name_key
from index.field import field_bits
from index.place import find_merged, place_key
from index.query import Query, Status
from index.snapshot import Mask, SegmentView
from timthau.model import HANOI

_DAY = 86400  # seconds


@dataclass(frozen=True)
class Filter:
    """What the filters of a query ask of columns, one form for all ways to write it; all of it must hold.

    Of the names of a column any one, and of the fields; ranges include both ends, None is no end.
    """

    names: tuple[tuple[str, frozenset[str]], ...]
    ranges: tuple[tuple[str, int | None, int | None], ...]
    fields: int
    status: Status | None


def read_filter(query: Query) -> Filter:
    """The filters of a query."""
    asked = (
        ("kind", query.kinds),
        ("province", (*query.provinces, *merged_provinces(query))),
        ("buyer", query.buyers),
    )
    ranges = (
        ("published", *_seconds(query.published_from, query.published_to)),
        ("deadline", *_seconds(query.deadline_from, query.deadline_to)),
        ("amount", query.min_amount, query.max_amount),
    )
    return Filter(
        # Documents without a name have the key of a name without letters, which nobody asks for.
        names=tuple((c, frozenset(name_key(c, str(name)) for name in own) - {""}) for c, own in asked if own),
        ranges=tuple(row for row in ranges if row[1:] != (None, None)),
        fields=field_bits(query.fields),
        status=query.status,
    )


def filter_mask(segment: SegmentView, wanted: Filter, now: datetime) -> Mask | None:
    """Which documents of a segment pass a filter; None when it asks for nothing."""
    masks = [_name_mask(segment, column, keys) for column, keys in wanted.names]
    masks += [_between(segment, *ends) for ends in wanted.ranges]
    if wanted.status is not None:
        masks.append(_status_mask(segment, wanted.status, now))
    if wanted.fields:
        masks.append(segment.column("fields") & wanted.fields != 0)
    return np.logical_and.reduce(masks) if masks else None


def merged_provinces(query: Query) -> tuple[str, ...]:
    """The provinces of until 2025 that are found with those a query asks for, as they went into them."""
    asked = {place_key(name) for name in query.provinces}
    found = [name for wanted in query.provinces if query.expand for name in find_merged(wanted)]
    return tuple(name for name in dict.fromkeys(found) if place_key(name) not in asked)


def _name_mask(segment: SegmentView, column: str, wanted: Collection[str]) -> Mask:
    known = np.array([key in wanted for key in segment.name_keys(column)], bool)
    mask: Mask = known[segment.column(column)]
    return mask


def _status_mask(segment: SegmentView, status: Status, now: datetime) -> Mask:
    deadlines = segment.column("deadline")
    opened = deadlines >= now.timestamp()
    return opened if status is Status.OPEN else ~opened & (deadlines != MISSING)


def _between(segment: SegmentView, name: str, low: int | None, high: int | None) -> Mask:
    column = segment.column(name)
    mask: Mask = column != MISSING
    if low is not None:
        mask &= column >= max(low, MISSING)
    if high is not None:
        mask &= column <= min(high, -MISSING)
    return mask


def _seconds(first: date | None, last: date | None) -> tuple[int | None, int | None]:
    """The first second of a day in Hanoi and the last of another."""
    low = None if first is None else midnight(first)
    return low, None if last is None else midnight(last, days=1) - 1


def midnight(day: date, *, days: int = 0) -> int:
    """The first second of a day in Hanoi, or of the day so many days later."""
    return int(datetime.combine(day, time.min, HANOI).timestamp()) + days * _DAY
