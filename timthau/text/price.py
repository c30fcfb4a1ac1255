"""Prices in JSON: numbers, or texts where a number of JSON would lose digits."""

from decimal import Decimal, InvalidOperation
from typing import Any

_MOST = Decimal(2**63)


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
    if price is None or not price.is_finite() or abs(price) >= _MOST:
        raise ValueError(f"is not a number: {value!r:.80}")
    return price
