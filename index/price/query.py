"""What prices to look for: one object for page, API and alert."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Self

from index.query import Query
from timthau.text.fold import collapse_spaces, nfc


class PriceSort(StrEnum):
    """The order of the lines; ties are broken by date, then id."""

    NEWEST = "newest"
    CHEAPEST = "cheapest"
    DEAREST = "dearest"


_SEVERAL = {
    "maker": "makers",
    "origin": "origins",
    "buyer": "buyers",
    "province": "provinces",
    "supplier": "suppliers",
}


@dataclass(frozen=True, kw_only=True)
class PriceQuery:
    """Words and filters over award lines; several values of one filter mean any of them.

    Names match without regard to case and accents, `suppliers` are ids. `thing` is the key of what a thing is called,
    see `index.price.thing`. `unit` chooses one unit of those found, in the form of `timthau.model.unit`; prices of
    others are only counted. Days are those of publication in Hanoi, both ends included.
    """

    text: str = ""
    thing: int | None = None
    makers: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    buyers: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()
    unit: str | None = None
    published_from: date | None = None
    published_to: date | None = None
    sort: PriceSort = PriceSort.NEWEST

    @property
    def asks(self) -> bool:
        """Whether it asks for anything but a time and a unit."""
        return bool(self.text or self.thing or any(getattr(self, name) for name in _SEVERAL.values()))

    def words(self) -> Query:
        """The part of it that a search for notices knows too."""
        return Query(
            text=self.text,
            provinces=self.provinces,
            buyers=self.buyers,
            published_from=self.published_from,
            published_to=self.published_to,
        )

    def normal(self) -> Self:
        """The same wish in one form."""
        several: dict[str, Any] = {
            name: tuple(sorted({collapse_spaces(nfc(value)) for value in getattr(self, name)} - {""}))
            for name in _SEVERAL.values()
        }
        return replace(self, text=collapse_spaces(nfc(self.text)), **several)

    def to_params(self) -> tuple[tuple[str, str], ...]:
        """The query as address parameters, in one order, without those that have their default."""
        query = self.normal()
        pairs = [("q", query.text)] if query.text else []
        pairs += [("thing", f"{query.thing:016x}")] if query.thing else []
        pairs += [(name, value) for name, attribute in _SEVERAL.items() for value in getattr(query, attribute)]
        pairs += [("unit", query.unit)] if query.unit is not None else []
        pairs += [("from", str(query.published_from))] if query.published_from else []
        pairs += [("to", str(query.published_to))] if query.published_to else []
        pairs += [("sort", str(query.sort))] if query.sort is not PriceSort.NEWEST else []
        return tuple(pairs)

    @classmethod
    def from_params(cls, pairs: Iterable[tuple[str, str]]) -> Self:
        """The query that address parameters describe; empty and unknown ones are ignored.

        Raises ValueError that names the parameter whose value cannot be used.
        """
        values: dict[str, Any] = {}
        for name, text in pairs:
            if not text.strip():
                continue
            try:
                if name in _SEVERAL:
                    values[_SEVERAL[name]] = (*values.get(_SEVERAL[name], ()), text)
                elif name in _SINGLE:
                    attribute, parse = _SINGLE[name]
                    values[attribute] = parse(text.strip())
            except ValueError as error:
                raise ValueError(f"{name}={text!r:.80} cannot be used") from error
        return cls(**values).normal()


def _parse_thing(text: str) -> int:
    if not re.fullmatch(r"[0-9a-f]{16}", text):
        raise ValueError(text)
    return int(text, 16)


_SINGLE: dict[str, tuple[str, Any]] = {
    "q": ("text", str),
    "thing": ("thing", _parse_thing),
    "unit": ("unit", str),
    "from": ("published_from", date.fromisoformat),
    "to": ("published_to", date.fromisoformat),
    "sort": ("sort", PriceSort),
}
