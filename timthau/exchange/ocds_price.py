"""Award lines of a tender as a release of the Open Contracting Data Standard: awards and the contracts they lead to."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from hashlib import sha256
from itertools import groupby
from typing import Any

from timthau.exchange.ocds_contract import list_contracts, list_tags
from timthau.model.award_line import AwardLine
from timthau.model.buyer import make_buyer_id
from timthau.model.moment import format_moment, start_of
from timthau.model.notice import make_id
from timthau.text.price import nearest_number

_Key = tuple[str, str, tuple[str, ...]]


def build_price_release(lines: Sequence[AwardLine], process: str, ocid: str) -> dict[str, Any]:
    """What was awarded in a tender, as a release of its process; one award for each decision, lot and set of winners.

    There is at least one line. What lines do not say is null.
    """
    dates = [start_of(line.dated_at) for line in lines if line.dated_at]
    date = max(dates or [line.last_seen_at for line in lines if line.last_seen_at], default=None)
    said = sha256("".join(sorted(line.content_hash() for line in lines)).encode()).hexdigest()
    first = lines[0]
    awards = [_award(list(own), process) for _, own in groupby(sorted(lines, key=_key), key=_key)]
    contracts = list_contracts(awards)
    buyer = {"id": make_buyer_id(first.buyer), "name": first.buyer} if first.buyer else None
    return {
        "ocid": ocid,
        "id": f"{process}-award-{said[:16]}",
        "date": format_moment(date),
        "tag": list_tags("award", contracts),
        "initiationType": "tender",
        "language": "vi",
        "parties": [*_buyer_party(first, buyer), *_list_suppliers(lines)],
        "buyer": buyer,
        "awards": awards,
        "contracts": contracts,
    }


def _key(line: AwardLine) -> _Key:
    return line.decision_number or "", line.lot or "", tuple(sorted(winner.id for winner in line.suppliers))


def _award(lines: Sequence[AwardLine], process: str) -> dict[str, Any]:
    first, amounts = lines[0], [line.amount_vnd for line in lines if line.amount_vnd is not None]
    whole = sum(amounts, Decimal()) if len(amounts) == len(lines) else None
    return {
        "id": f"{process}-{make_id(process, repr(_key(first)))}",
        "title": first.lot or first.tender_title,
        "description": first.decision_number,
        "status": "active",
        "date": format_moment(start_of(first.decided_at)) if first.decided_at else None,
        "value": None if whole is None else {"amount": nearest_number(whole), "currency": "VND"},
        "suppliers": [{"id": winner.id, "name": winner.name} for winner in first.suppliers],
        "items": [_item(line) for line in sorted(lines, key=lambda line: line.id)],
    }


def _item(line: AwardLine) -> dict[str, Any]:
    price = line.unit_price_vnd
    parts = (line.name, line.model, line.maker, line.origin, line.specification)
    return {
        "id": line.id,
        "description": ", ".join(part for part in parts if part),
        "quantity": line.quantity,
        "unit": {
            "name": line.unit,
            "value": None if price is None else {"amount": nearest_number(price), "currency": "VND"},
        },
    }


def _buyer_party(line: AwardLine, buyer: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    if buyer:
        place = {"region": line.province, "countryName": "Việt Nam"} if line.province else None
        yield buyer | {"roles": ["buyer", "procuringEntity"], "address": place}


def _list_suppliers(lines: Sequence[AwardLine]) -> Iterator[dict[str, Any]]:
    winners = {winner.id: winner for line in lines for winner in line.suppliers}
    for key, winner in winners.items():
        legal = {"id": winner.tax_code, "legalName": winner.name} if winner.tax_code else None
        yield {"id": key, "name": winner.name, "roles": ["supplier"], "identifier": legal}
