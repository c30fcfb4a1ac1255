"""Prices in JSON: numbers, or texts where a number of JSON would lose digits."""

from decimal import Decimal, InvalidOperation
from typing import Any

#: Digits before the point and behind it: what is longer is no price, and writing it out may fill any memory.
_MOST_WHOLE, _MOST_DECIMALS = 19, 40


def plain_price(price: Decimal | None) -> int | float | str | None:
    """A price for JSON: whole where it is, else with its decimals; a text where those would not survive."""
    if price is None:
        return None
    number = nearest_number(price)
    return number if isinstance(number, int) or Decimal(repr(number)) == price else str(price)


def nearest_number(price: Decimal) -> int | float:
    """A price for readers that take numbers alone: whole where it is, else with its decimals to 15 digits."""
    return int(price) if price == price.to_integral_value() else float(price)


def parse_price(value: Any) -> Decimal:
    """A price from JSON, without loss: of a number the shortest decimal that means it. Raises ValueError."""
    try:
        price = Decimal(str(value)) if type(value) in (int, float, str, Decimal) else None
    except InvalidOperation:
        price = None
    if price is None or not _is_plain(price):
        raise ValueError(f"is not a number: {value!r:.80}")
    return price


def _is_plain(price: Decimal) -> bool:
    """Whether a number can be written out; it is asked for its place alone, as arithmetic overflows with some."""
    return price.is_finite() and price.adjusted() < _MOST_WHOLE and int(price.as_tuple().exponent) >= -_MOST_DECIMALS
