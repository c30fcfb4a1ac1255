"""The address of a search for prices: its parameters read into a PriceQuery."""

from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from index.price.query import PriceQuery, PriceSort
from timthau.text.amount import parse_day
from webui.view.form import Address, clean, parse_page

_FREE = ("q", "maker", "origin", "buyer", "province", "supplier", "unit")
_MOST_VALUES = 40


@dataclass(frozen=True, kw_only=True)
class PriceForm(Address):
    """What an address asks for as a search for prices."""

    query: PriceQuery


def parse_price_form(args: MultiDict[str, str]) -> PriceForm:
    """The search that URL parameters ask for; what cannot be understood is left out and named. Never raises."""
    page = 1
    given: list[tuple[str, str]] = []
    ignored: list[tuple[str, str]] = []
    for name, raw in args.items(multi=True):
        text = clean(raw) if name in _FREE else raw.strip()
        if not text or (name, text) in given or name not in _PARSERS:
            continue
        try:
            if len(given) >= _MOST_VALUES:
                raise ValueError("too many values")
            said = str(_PARSERS[name](text))
            page = int(said) if name == "page" else page
            given.append((name, said))
        except (ValueError, ArithmeticError):
            ignored.append((name, clean(raw)[:60]))
    return PriceForm(query=PriceQuery.from_params(given), page=page, given=tuple(given), ignored=tuple(ignored))


def _parse_thing(text: str) -> str:
    PriceQuery.from_params([("thing", text)])
    return text


_PARSERS: dict[str, Any] = {
    **dict.fromkeys(_FREE, str),
    "thing": _parse_thing,
    "from": parse_day,
    "to": parse_day,
    "sort": PriceSort,
    "page": parse_page,
}
