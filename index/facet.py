"""How many of the found notices have each value of a property, or lie within each of some spans."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np

from index.arrayfile import Array
from index.document import MISSING
from index.field import FIELDS, field_bits
from index.filter import midnight
from index.inversion import NAMED, Ints
from index.snapshot import Snapshot
from timthau.model import HANOI

#: Values of a facet that are given; the pages show fewer.
MOST_VALUES = 100
#: Days up to and with today in which a notice was published.
DAYS_BACK = (1, 7, 30)
#: Days after today until which a deadline is.
DAYS_AHEAD = (3, 7, 30)
#: Where spans of amounts end, in VND.
AMOUNTS = (100_000_000, 500_000_000, 1_000_000_000, 5_000_000_000)

Counts = tuple[tuple[str, int], ...]


def count_facets(snapshot: Snapshot, found: Sequence[Ints], now: datetime) -> dict[str, Counts]:
    """The counts by property, of names the most frequent first; what is counted nowhere is left out.

    `published` counts by DAYS_BACK, `deadline` by DAYS_AHEAD, `amount` by "low..high" in VND with both ends, `status`
    open and closed.
    """
    facets = {"field": _count_fields(_gather(snapshot, found, "fields"))}
    for column in NAMED:
        facets[column] = _count_names(snapshot, found, column)
    deadlines = _gather(snapshot, found, "deadline")
    spans = {
        "status": _count_states(deadlines, now),
        "published": _count_days_back(_gather(snapshot, found, "published"), now),
        "deadline": _count_days_ahead(deadlines, now),
        "amount": _count_amounts(_gather(snapshot, found, "amount")),
    }
    return facets | {name: tuple((value, count) for value, count in counts if count) for name, counts in spans.items()}


def _gather(snapshot: Snapshot, found: Sequence[Ints], column: str) -> Array:
    own = []
    for segment, docs in zip(snapshot.segments, found, strict=True):
        values = segment.column(column)
        own.append(values if len(docs) == len(values) else values[docs])
    return own[0] if len(own) == 1 else np.concatenate([np.zeros(0, np.int64), *own])


def _count_names(snapshot: Snapshot, found: Sequence[Ints], column: str) -> Counts:
    names = snapshot.names(column)
    totals = np.zeros(len(names.labels), np.int64)
    for docs, groups in zip(found, names.of, strict=True):
        own = groups if len(docs) == len(groups) else groups[docs]
        totals += np.bincount(own, minlength=len(totals))
    if "" in names.groups:
        totals[names.groups[""]] = 0
    first = np.flatnonzero(totals >= max(1, _border(totals)))
    values = [(names.labels[i], int(totals[i])) for i in first]
    return tuple(sorted(values, key=lambda row: (-row[1], row[0]))[:MOST_VALUES])


def _border(totals: Ints) -> int:
    """The count of the last value that is given, so that only few have to be sorted by name."""
    return int(np.partition(totals, -MOST_VALUES)[-MOST_VALUES]) if len(totals) > MOST_VALUES else 1


def _count_fields(bits: Array) -> Counts:
    counts = ((str(field), int(np.count_nonzero(bits & field_bits([field])))) for field in FIELDS)
    return tuple(sorted(filter(lambda row: row[1], counts), key=lambda row: (-row[1], row[0])))


def _count_states(deadlines: Array, now: datetime) -> Iterator[tuple[str, int]]:
    stated = int(np.count_nonzero(deadlines != MISSING))
    opened = _count(deadlines, int(now.timestamp()), None)
    yield from (("open", opened), ("closed", stated - opened))


def _count_days_back(published: Array, now: datetime) -> Iterator[tuple[str, int]]:
    today = now.astimezone(HANOI).date()
    for days in DAYS_BACK:
        yield str(days), _count(published, midnight(today, days=1 - days), None)


def _count_days_ahead(deadlines: Array, now: datetime) -> Iterator[tuple[str, int]]:
    today = now.astimezone(HANOI).date()
    for days in DAYS_AHEAD:
        yield str(days), _count(deadlines, midnight(today), midnight(today, days=days + 1) - 1)


def _count_amounts(amounts: Array) -> Iterator[tuple[str, int]]:
    for low, high in zip((None, *AMOUNTS), (*AMOUNTS, None), strict=True):
        yield f"{low or ''}..{high or ''}", _count(amounts, low or 0, high)


def _count(values: Array, low: int, high: int | None) -> int:
    within = values >= low
    if high is not None:
        within &= values <= high
    return int(np.count_nonzero(within))
