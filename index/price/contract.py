"""What an engine over award lines must do, in plain types."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from index.contract import Relaxation
from index.price.figure import Spread
from index.price.query import PriceQuery
from index.price.thing import Thing
from timthau.model.award_line import AwardLine


@dataclass(frozen=True)
class PricedLine:
    """A found award line by id, with its unit price in VND, if it has one; `is_outside` far from most others."""

    id: str
    price: float | None
    is_outside: bool = False


@dataclass(frozen=True)
class Point:
    """A price and the day it was published on."""

    day: date
    price: float
    is_outside: bool


@dataclass(frozen=True, kw_only=True)
class UnitFigures:
    """The prices for one unit, see `timthau.model.unit`; `years` from the first on, without prices of unknown day."""

    unit: str
    is_open: bool
    spread: Spread
    outside: int
    years: tuple[tuple[int, Spread], ...] = ()


@dataclass(frozen=True, kw_only=True)
class PriceAnswer:
    """What was paid, for one of the units that lines have.

    `total` counts all lines that match, `priced` those with a unit price, in any unit; `units` has the most frequent
    first. `chosen` is the unit that `lines` (one page), `cheapest`, `dearest` and `points` are of: points are a
    sample where there are many. `facets` count all lines by maker, origin, buyer, province.
    """

    total: int
    priced: int = 0
    units: tuple[UnitFigures, ...] = ()
    chosen: UnitFigures | None = None
    lines: tuple[PricedLine, ...] = ()
    cheapest: tuple[PricedLine, ...] = ()
    dearest: tuple[PricedLine, ...] = ()
    points: tuple[Point, ...] = ()
    facets: dict[str, tuple[tuple[str, int], ...]]
    relaxed: tuple[Relaxation, ...] = ()
    also_searched: tuple[str, ...] = ()
    took_ms: float = 0.0


@dataclass(frozen=True)
class Recollection:
    """What a thing was paid before: the spread of prices for one unit, and the latest line.

    All lines that it rests on have `key`, which a query may ask for as its `thing`; `code` is the model that they
    share, where they are not called the same. `confidence` is how often such lines are the same thing.
    """

    key: int
    unit: str
    spread: Spread
    latest: PricedLine
    latest_day: date | None
    confidence: float
    code: str | None = None


class PriceEngine(Protocol):
    """A search engine over award lines; readers and writers as in `index.contract.Engine`."""

    def cursor(self) -> int:
        """The number of the store's change of lines up to which the committed index is complete."""

    def count(self) -> int:
        """How many lines are indexed."""

    def apply(
        self, lines: Iterable[AwardLine], removed: Iterable[str], *, cursor: int, since: int | None = None
    ) -> None:
        """Add or replace lines by id, drop removed ids, and remember the cursor; see `index.contract.Engine.apply`."""

    def settle(self) -> None:
        """Put in order what many changes left behind; see `index.contract.Engine.settle`."""

    def search(
        self, query: PriceQuery, *, limit: int = 20, offset: int = 0, now: datetime | None = None
    ) -> PriceAnswer:
        """The prices of the lines that have all words of a query together; nothing where words had to be given up."""

    def recall(self, things: Sequence[tuple[Thing, str | None]]) -> list[Recollection | None]:
        """What each of some things, with the unit it is asked for in, was paid; None where nothing is comparable."""

    def count_winners(self, things: Iterable[Thing]) -> tuple[int, tuple[tuple[str, int], ...]]:
        """How many lines there are of some things, and how many of them each supplier (by id) won, most first."""

    def close(self) -> None:
        """Give back files and memory; the engine is not used after this."""
