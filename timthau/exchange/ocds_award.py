"""Results in the Open Contracting Data Standard: an award for each winner, and the winners as parties."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from timthau.model.award import Award, AwardItem
from timthau.model.notice import Notice
from timthau.model.supplier import Winner
from timthau.text.price import nearest_number


def make_supplier_id(award: Award) -> str:
    """The id of a supplier: the same for one tax code, else for all spellings of a name."""
    return Winner.of(award.supplier, award.tax_code).id


def build_awards(notice: Notice, head: dict[str, Any]) -> list[dict[str, Any]]:
    """An award for each winner that a result names, else one that says what the result does; `head` is in each."""
    if not notice.awards:
        return [{"id": notice.id, "title": notice.title, **head}]
    common = {name: value for name, value in head.items() if name not in ("value", "items")}
    return [
        {
            "id": f"{notice.id}-{number}",
            "title": award.lot or notice.title,
            **common,
            "value": _money(award.amount_vnd),
            "suppliers": [{"id": make_supplier_id(award), "name": award.supplier}],
            "items": [_item(item, place) for place, item in enumerate(award.items, start=1)],
        }
        for number, award in enumerate(notice.awards, start=1)
    ]


def list_suppliers(notice: Notice) -> Iterator[dict[str, Any]]:
    """The winners as parties, each once."""
    seen = set()
    for award in notice.awards:
        party = make_supplier_id(award)
        if party not in seen:
            seen.add(party)
            legal = {"id": award.tax_code, "legalName": award.supplier} if award.tax_code else None
            yield {"id": party, "name": award.supplier, "roles": ["supplier"], "identifier": legal}


def _item(item: AwardItem, place: int) -> dict[str, Any]:
    return {
        "id": str(place),
        "description": ", ".join(part for part in (item.name, item.maker, item.origin) if part),
        "quantity": item.quantity,
        "unit": {"name": item.unit, "value": _money(item.unit_price_vnd)},
    }


def _money(vnd: int | Decimal | None) -> dict[str, Any] | None:
    return None if vnd is None else {"amount": nearest_number(Decimal(vnd)), "currency": "VND"}
