"""What a result says was bought: from whom, for how much, and what each thing cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from timthau.text.price import parse_price, plain_price
from timthau.text.writable import is_writable

_MOST = Decimal(2**63)


@dataclass(frozen=True, kw_only=True)
class AwardItem:
    """A thing that was bought, as the result prints it; `unit_price_vnd` is for one `unit` and may have decimals."""

    name: str
    unit: str | None = None
    quantity: float | None = None
    unit_price_vnd: Decimal | None = None
    maker: str | None = None
    origin: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values; numbers without decimals are whole, prices as `plain_price` has them."""
        quantity = self.quantity
        if quantity is not None and float(quantity).is_integer():
            quantity = int(quantity)
        return {**vars(self), "quantity": quantity, "unit_price_vnd": plain_price(self.unit_price_vnd)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Raises ValueError with the name of a field that cannot be used."""
        return cls(
            name=_text(data, "name") or _missing("name"),
            unit=_text(data, "unit"),
            quantity=_quantity(data),
            unit_price_vnd=_price(data),
            maker=_text(data, "maker"),
            origin=_text(data, "origin"),
        )


@dataclass(frozen=True, kw_only=True)
class Award:
    """Who won a package, or the part of it that `lot` names, and for how much; a joint venture is one supplier."""

    supplier: str
    tax_code: str | None = None
    lot: str | None = None
    amount_vnd: int | None = None
    items: tuple[AwardItem, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {**vars(self), "items": [item.to_json() for item in self.items]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Raises ValueError with the name of a field that cannot be used."""
        amount = data.get("amount_vnd")
        if amount is not None and (type(amount) is not int or abs(amount) >= _MOST):
            raise ValueError("amount_vnd is not a whole number")
        items = data.get("items") or []
        if not isinstance(items, list):
            raise ValueError("items is not a list")
        return cls(
            supplier=_text(data, "supplier") or _missing("supplier"),
            tax_code=_text(data, "tax_code"),
            lot=_text(data, "lot"),
            amount_vnd=amount,
            items=tuple(map(AwardItem.from_json, items)),
        )


def _quantity(data: Mapping[str, Any]) -> float | None:
    quantity = data.get("quantity")
    if quantity is not None and (type(quantity) not in (int, float) or not abs(quantity) < _MOST):
        raise ValueError("quantity is not a number")
    return quantity


def _price(data: Mapping[str, Any]) -> Decimal | None:
    price = data.get("unit_price_vnd")
    try:
        return None if price is None else parse_price(price)
    except ValueError as error:
        raise ValueError(f"unit_price_vnd {error}") from error


def _text(data: Mapping[str, Any], name: str) -> str | None:
    value = data.get(name)
    if value is not None and (not isinstance(value, str) or not is_writable(value)):
        raise ValueError(f"{name} is not a text")
    return value


def _missing(name: str) -> str:
    raise ValueError(f"{name} is missing")
