"""How many of the found notices have each value of a property, or lie within each of some spans."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from index.facet import AMOUNTS, DAYS_AHEAD, DAYS_BACK, MOST_VALUES, Counts
from index.filter import midnight
from index.language.field import field_bits
from index.query import SOON_DAYS
from index.segment.arrayfile import Array
from index.segment.column import NOTICES
from index.segment.document import MISSING
from index.segment.inversion import Ints
from index.segment.snapshot import Snapshot
from timthau.model.moment import HANOI
from timthau.model.purchase import FIELDS

_FIELD_BITS = np.array([[field_bits([field])] for field in FIELDS])


def count_facets(snapshot: Snapshot, found: Sequence[Ints], now: datetime) -> dict[str, Counts]:
    """The counts by property, of names the most frequent first; what is counted nowhere is left out.

    `published` counts by DAYS_BACK, `deadline` by DAYS_AHEAD, `amount` by "low..high" in VND with both ends, `status`
    open and closed, `closing` what is open and closes within SOON_DAYS.
    """
    facets = {"field": _count_fields(snapshot, found)}
    for column in NOTICES.named:
        facets[column] = count_names(snapshot, found, column)
    today = now.astimezone(HANOI).date()
    back = [(midnight(today, days=1 - days), None) for days in DAYS_BACK]
    ahead = [(midnight(today), midnight(today, days=days + 1) - 1) for days in DAYS_AHEAD]
    amounts = list(zip((None, *AMOUNTS), (*AMOUNTS, None), strict=True))
    opened, closed, closing = _count_states(snapshot, found, now)
    spans = {
        "status": (("open", opened), ("closed", closed)),
        "closing": ((str(SOON_DAYS), closing),),
        "published": zip(map(str, DAYS_BACK), _count_spans(snapshot, found, "published", back), strict=True),
        "deadline": zip(map(str, DAYS_AHEAD), _count_spans(snapshot, found, "deadline", ahead), strict=True),
        "amount": zip(
            (f"{low or ''}..{high or ''}" for low, high in amounts),
            _count_spans(snapshot, found, "amount", [(low or 0, high) for low, high in amounts]),
            strict=True,
        ),
    }
    return facets | {name: tuple((value, count) for value, count in counts if count) for name, counts in spans.items()}


def _chosen(column: Array, docs: Ints) -> Array:
    return column if len(docs) == len(column) else column[docs]


def count_names(snapshot: Snapshot, found: Sequence[Ints], column: str) -> Counts:
    """How many of some documents have each name in a column, the most frequent first."""
    names = snapshot.names(column)
    totals = np.zeros(len(names.labels), np.int64)
    for docs, groups in zip(found, names.of, strict=True):
        own = groups if len(docs) == len(groups) else groups[docs]
        totals += np.bincount(own, minlength=len(totals))
    if "" in names.groups:
        totals[names.groups[""]] = 0
    most = np.flatnonzero(totals >= max(1, _border(totals)))
    # By key, as other engines know no labels.
    first = sorted(zip((-totals[most]).tolist(), [names.keys[i] for i in most], most.tolist(), strict=True))[
        :MOST_VALUES
    ]
    values = sorted((count, names.labels[group]) for count, _, group in first)
    return tuple((label, -count) for count, label in values)


def _border(totals: Ints) -> int:
    """The count of the last value that is given, so that only few have to be sorted by name."""
    return int(np.partition(totals, -MOST_VALUES)[-MOST_VALUES]) if len(totals) > MOST_VALUES else 1


def _count_fields(snapshot: Snapshot, found: Sequence[Ints]) -> Counts:
    totals = np.zeros(len(FIELDS), np.int64)
    for segment, docs in zip(snapshot.segments, found, strict=True):
        sets, number = segment.field_sets
        totals += (sets & _FIELD_BITS != 0) @ np.bincount(_chosen(number, docs), minlength=len(sets))
    counted = ((str(field), n) for field, n in zip(FIELDS, totals.tolist(), strict=True) if n)
    return tuple(sorted(counted, key=lambda row: (-row[1], row[0])))


def _count_states(snapshot: Snapshot, found: Sequence[Ints], now: datetime) -> tuple[int, int, int]:
    """How many are open, closed, and open but not for long."""
    stated, opened, later = 0, 0, 0
    soon = midnight(now.astimezone(HANOI).date(), days=SOON_DAYS + 1)
    for segment, docs in zip(snapshot.segments, found, strict=True):
        deadlines = _chosen(segment.column("deadline"), docs)
        stated += int(np.count_nonzero(deadlines != MISSING))
        opened += int(np.count_nonzero(deadlines >= int(now.timestamp())))
        later += int(np.count_nonzero(deadlines >= soon))
    return opened, stated - opened, opened - later


def _count_spans(
    snapshot: Snapshot, found: Sequence[Ints], column: str, spans: Sequence[tuple[int, int | None]]
) -> list[int]:
    """How many values lie within each span, both ends included."""
    edges = sorted({low for low, _ in spans} | {high + 1 for _, high in spans if high is not None})
    totals = np.zeros(len(edges) + 1, np.int64)
    for segment, docs in zip(snapshot.segments, found, strict=True):
        totals += np.bincount(_chosen(segment.steps(column, tuple(edges)), docs), minlength=len(totals))
    reached = dict(zip(edges, np.cumsum(totals[::-1])[::-1][1:].tolist(), strict=True))
    return [reached[low] - (0 if high is None else reached[high + 1]) for low, high in spans]
