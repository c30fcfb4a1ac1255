"""The filters of a query as masks over the documents of a segment, and the counts of facets."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

import numpy as np

from index.document import MISSING, name_key
from index.field import FIELDS, field_bits
from index.inversion import NAMED, Ints
from index.place import find_merged, place_key
from index.query import Query, Status
from index.snapshot import Mask, SegmentView, Snapshot
from timthau.model import HANOI

#: Values of a facet that are given; the pages show fewer.
MOST_VALUES = 100

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
    low = None if first is None else _midnight(first)
    return low, None if last is None else _midnight(last) + _DAY - 1


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time.min, HANOI).timestamp())


def count_facets(snapshot: Snapshot, found: Sequence[Ints]) -> dict[str, tuple[tuple[str, int], ...]]:
    """How many of the documents have each kind, field, province and buyer, the most frequent first."""
    facets = {"field": _count_fields(snapshot, found)}
    for column in NAMED:
        names = snapshot.names(column)
        totals = np.zeros(len(names.labels), np.int64)
        for docs, groups in zip(found, names.of, strict=True):
            own = groups if len(docs) == len(groups) else groups[docs]
            totals += np.bincount(own, minlength=len(totals))
        if "" in names.groups:
            totals[names.groups[""]] = 0
        first = np.flatnonzero(totals >= max(1, _border(totals)))
        values = [(names.labels[i], int(totals[i])) for i in first]
        facets[column] = tuple(sorted(values, key=lambda row: (-row[1], row[0]))[:MOST_VALUES])
    return facets


def _count_fields(snapshot: Snapshot, found: Sequence[Ints]) -> tuple[tuple[str, int], ...]:
    own = [segment.column("fields")[docs] for segment, docs in zip(snapshot.segments, found, strict=True)]
    bits = np.concatenate(own) if own else np.zeros(0, np.uint32)
    counts = ((str(field), int(np.count_nonzero(bits & field_bits([field])))) for field in FIELDS)
    return tuple(sorted(filter(lambda row: row[1], counts), key=lambda row: (-row[1], row[0])))


def _border(totals: Ints) -> int:
    """The count of the last value that is given, so that only few have to be sorted by name."""
    return int(np.partition(totals, -MOST_VALUES)[-MOST_VALUES]) if len(totals) > MOST_VALUES else 1
