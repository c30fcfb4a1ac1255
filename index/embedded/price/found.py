"""Found award lines as arrays over all segments: their prices, days and units."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from index.price.contract import Point, PricedLine, UnitFigures
from index.price.figure import Mask, Prices, find_outliers, measure
from index.segment.document import MISSING
from index.segment.inversion import Ints
from index.segment.snapshot import Snapshot
from timthau.model.unit import parse_unit

_OFFSET = 7 * 3600  # of Hanoi's clock, in seconds
_MOST_POINTS = 300


@dataclass(frozen=True)
class Found:
    """Some lines, one value of each array a line; `published` in seconds, MISSING where no day is known."""

    snapshot: Snapshot
    segment: Ints
    doc: Ints
    price: Prices
    published: Ints
    unit: Ints

    @classmethod
    def of(cls, snapshot: Snapshot, docs: Sequence[Ints]) -> "Found":
        """Documents of each segment of a snapshot."""
        units = snapshot.names("unit").of
        parts = list(zip(snapshot.segments, docs, units, strict=True))
        return cls(
            snapshot,
            _join((np.full(len(own), number) for number, own in enumerate(docs)), np.int64),
            _join(docs, np.int64),
            _join((segment.column("price")[own] for segment, own, _ in parts), np.float64),
            _join((segment.column("published")[own] for segment, own, _ in parts), np.int64),
            _join((groups[own] for _, own, groups in parts), np.int64),
        )

    def only(self, chosen: Mask | Ints) -> "Found":
        """Some of them, in the order chosen."""
        return Found(
            self.snapshot,
            self.segment[chosen],
            self.doc[chosen],
            self.price[chosen],
            self.published[chosen],
            self.unit[chosen],
        )

    def priced(self) -> "Found":
        """Those with a unit price."""
        return self.only(~np.isnan(self.price))

    def __len__(self) -> int:
        return len(self.doc)

    def lines(self, outside: Mask) -> tuple[PricedLine, ...]:
        """The lines with their ids, which are read one by one."""
        segments = self.snapshot.segments
        return tuple(
            PricedLine(segments[number].head(doc).id, None if np.isnan(price) else price, is_outside)
            for number, doc, price, is_outside in zip(
                self.segment.tolist(), self.doc.tolist(), self.price.tolist(), outside.tolist(), strict=True
            )
        )

    def count_buyers(self) -> int:
        """How many buyers they have, under however many spellings."""
        named = self.snapshot.names("buyer").of
        return len(
            {int(named[number][doc]) for number, doc in zip(self.segment.tolist(), self.doc.tolist(), strict=True)}
        )

    def newest_first(self) -> Ints:
        """Their places, the latest first; ties are broken by segment and document."""
        return np.lexsort((self.doc, self.segment, -self.published))

    def figures(self, name: str, *, by_year: bool) -> tuple[UnitFigures, Mask]:
        """The figures over all of them, which have one unit and a price each, and which lie outside."""
        outside = find_outliers(self.price)
        years: list[tuple[int, Any]] = []
        if by_year:
            dated = self.published != MISSING
            year = days_of(self.published[dated]).astype("datetime64[Y]").astype(np.int64) + 1970
            own = self.price[dated]
            years = [(int(one), measure(own[year == one])) for one in np.unique(year).tolist()]
        figures = UnitFigures(
            unit=name,
            is_open=parse_unit(name).is_open,
            spread=measure(self.price),
            outside=int(outside.sum()),
            years=tuple(years),
        )
        return figures, outside

    def points(self, outside: Mask) -> tuple[Point, ...]:
        """The prices over time; of many, evenly chosen ones and all that lie outside."""
        dated = np.flatnonzero(self.published != MISSING)
        order = dated[np.argsort(self.published[dated], kind="stable")]
        if len(order) > _MOST_POINTS:
            chosen = np.zeros(len(order), bool)
            chosen[np.linspace(0, len(order) - 1, _MOST_POINTS).astype(np.int64)] = True
            far = np.flatnonzero(outside[order])
            chosen[far[np.linspace(0, len(far) - 1, min(len(far), _MOST_POINTS // 4)).astype(np.int64)]] = True
            order = order[chosen]
        days: list[date] = days_of(self.published[order]).tolist()
        rows = zip(days, self.price[order].tolist(), outside[order].tolist(), strict=True)
        return tuple(Point(*row) for row in rows)


def days_of(published: Ints) -> npt.NDArray[np.datetime64]:
    """The days in Hanoi of moments in seconds."""
    return (published + _OFFSET).astype("datetime64[s]").astype("datetime64[D]")


def _join(parts: Iterable[npt.NDArray[Any]], dtype: Any) -> npt.NDArray[Any]:
    return np.concatenate([np.zeros(0, dtype), *parts])
