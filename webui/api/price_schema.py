"""The description of the API's prices."""

from typing import Any

from index.contract import Relaxation
from index.price.query import PriceSort
from webui.api.schema import (
    DAY,
    MAYBE_NUMBER,
    MAYBE_TEXT,
    TEXT,
    build_limit,
    build_operation,
    build_parameter,
    list_of,
    object_of,
)

_NUMBER = {"type": "number"}
_COUNT = {"type": "integer"}


def build_price_paths(default: int, most: int) -> dict[str, Any]:
    """The paths of prices; an answer has `default` lines, `most` at most."""
    day = {"type": "string", "pattern": DAY, "description": "2026-11-05 or 5/11/2026"}
    parameters = [
        build_parameter("q", TEXT, "a thing, its code, brand or maker, with or without accents"),
        build_parameter(
            "thing", {"type": "string", "pattern": r"^\s*([0-9a-f]{16})?\s*$"}, "all that is called the same"
        ),
        *(build_parameter(name, list_of(TEXT), f"any of these {name}s") for name in ("maker", "origin", "buyer")),
        build_parameter("province", list_of(TEXT), "any of these provinces"),
        build_parameter("supplier", list_of(TEXT), "any of these suppliers, by id"),
        build_parameter("unit", TEXT, "the unit whose prices are given; the most frequent one without it"),
        build_parameter("from", day, "published on this day or later"),
        build_parameter("to", day, "published on this day or earlier"),
        build_parameter("sort", {"type": "string", "enum": ["", *map(str, PriceSort)]}, "newest without it"),
        build_parameter("limit", build_limit(default, most), "lines in one answer"),
        build_parameter("page", {"type": "integer", "minimum": 1, "maximum": 500}, "of the lines"),
    ]
    spread = {"count": _COUNT} | dict.fromkeys(("lowest", "lower", "median", "upper", "highest"), _NUMBER)
    figures = object_of({"unit": TEXT, "is_open": {"type": "boolean"}, "outside": _COUNT, **spread})
    line = {"id": TEXT, "name": TEXT, "source": TEXT, "url": TEXT, "unit": MAYBE_TEXT, "published_at": MAYBE_TEXT}
    answer = object_of(
        {
            "total": _COUNT | {"description": "matching award lines"},
            "priced": _COUNT | {"description": "of them with a price for one unit"},
            "units": list_of(figures) | {"description": "prices by unit, the most frequent first; never to be mixed"},
            "unit": MAYBE_TEXT | {"description": "the unit of `years` and `lines`"},
            "years": list_of(object_of({"year": _COUNT, **spread})),
            "lines": list_of({"type": "object", "properties": line | {"version": MAYBE_NUMBER}, "required": list(line)})
            | {"description": "Award line JSON, with `is_outside` where a price lies far from most"},
            "facets": {
                "type": "object",
                "additionalProperties": list_of(object_of({"value": TEXT, "count": _COUNT})),
                "description": "counts by maker, origin, buyer and province",
            },
            "relaxed": list_of({"type": "string", "enum": [str(what) for what in Relaxation]}),
            "also_searched": list_of(TEXT),
        }
    )
    return {
        "/api/v1/prices": build_operation("searchPrices", "What things were paid, by unit", answer, parameters, 400)
    }
