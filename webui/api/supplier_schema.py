"""The description of the API's suppliers and award lines."""

from typing import Any

from webui.api.schema import (
    MAYBE_DECIMAL,
    MAYBE_PRICE,
    MAYBE_TEXT,
    MOMENT,
    TEXT,
    build_limit,
    build_operation,
    build_parameter,
    list_of,
    object_of,
    ref,
)

MAX_PAGE = 500
_COUNT = {"type": "integer"}


def build_supplier_paths(default: int, most: int) -> dict[str, Any]:
    """The paths of suppliers and single award lines; an answer has `default` entries, `most` at most."""
    paging = [
        build_parameter("limit", build_limit(default, most), "entries in one answer"),
        build_parameter("page", {"type": "integer", "minimum": 1, "maximum": MAX_PAGE}, "of the entries"),
    ]
    return {
        "/api/v1/prices/{id}": build_operation(
            "getAwardLine",
            "All that an award line has said, oldest first",
            object_of({"versions": list_of(ref("AwardLine"))}),
            [_id("the award line's id")],
            404,
        ),
        "/api/v1/suppliers": build_operation(
            "searchSuppliers",
            "Suppliers by words of their names or by tax code, those who won most first",
            object_of({"total": _COUNT, "suppliers": list_of(ref("Supplier"))}),
            [build_parameter("q", TEXT, "words of the name, with or without accents, or a tax code"), *paging],
            400,
        ),
        "/api/v1/suppliers/{id}": build_operation(
            "getSupplier",
            "One supplier with what it won, the latest first",
            {"allOf": [ref("Supplier"), object_of({"won": list_of(ref("AwardLine"))})]},
            [_id("the supplier's id, or one that it has had"), *paging],
            400,
            404,
        ),
    }


def build_supplier_schemas() -> dict[str, Any]:
    """What the answers are made of."""
    of_thing = "active_ingredient medicine_group model brand maker origin year specification hs_code unit lot"
    of_tender = "loose_tax_code tender_number tender_title buyer province decision_number notice_id tab"
    line: dict[str, Any] = dict.fromkeys(("id", "source", "source_key", "url", "name"), TEXT)
    line |= dict.fromkeys((*of_thing.split(), *of_tender.split()), MAYBE_TEXT)
    line |= {"quantity": MAYBE_DECIMAL, "unit_price_vnd": MAYBE_PRICE, "amount_vnd": MAYBE_PRICE}
    line |= {"suppliers": list_of(object_of({"name": TEXT, "tax_code": MAYBE_TEXT}))}
    line |= dict.fromkeys(("decided_at", "published_at", "first_seen_at", "last_seen_at"), MOMENT)
    names = list_of(object_of({"name": TEXT, "lines": _COUNT}))
    supplier = {
        "id": TEXT,
        "tax_code": MAYBE_TEXT,
        "name": TEXT,
        "old_names": list_of(TEXT),
        "names": names | {"description": "as results print it, and in how many lines"},
        "lines": _COUNT | {"description": "award lines that name it"},
        "page": TEXT | {"description": "its page here"},
    }
    return {"AwardLine": object_of(line | {"version": _COUNT}), "Supplier": object_of(supplier)}


def _id(description: str) -> dict[str, Any]:
    return {"name": "id", "in": "path", "required": True, "schema": TEXT, "description": description}
