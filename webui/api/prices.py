"""The API of prices: what a thing was paid, by unit and year, with its lines."""

from typing import Any

from flask import Blueprint, Response, abort, request

from index.price.contract import PriceAnswer
from index.price.figure import Spread
from webui.api.api import answer, open_to_all, read_number
from webui.api.openapi import DEFAULT_LIMIT, MAX_LIMIT
from webui.http.services import now, services
from webui.view.price.form import parse_price_form

blueprint = Blueprint("price_api", __name__, url_prefix="/api/v1/prices")
blueprint.after_request(open_to_all)


@blueprint.get("")
def prices() -> Response:
    """The figures and lines that a search for prices finds."""
    form = parse_price_form(request.args)
    limit = read_number("limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    if form.ignored:
        abort(400, "Cannot be used: " + ", ".join(f"{name}={value}" for name, value in form.ignored))
    found = PriceAnswer(total=0, facets={})  # of nothing that is asked for
    if form.query.asks:
        found = services().prices.search(form.query, limit=limit, offset=(form.page - 1) * limit, now=now())
    stored = services().store.awards.lines_by_id(line.id for line in found.lines)
    return answer(
        {
            "total": found.total,
            "priced": found.priced,
            "units": [
                {"unit": own.unit, "is_open": own.is_open, "outside": own.outside, **_describe(own.spread)}
                for own in found.units
            ],
            "unit": found.chosen and found.chosen.unit,
            "years": [{"year": year, **_describe(own)} for year, own in (found.chosen.years if found.chosen else ())],
            "lines": [
                stored[line.id].to_json() | {"is_outside": line.is_outside} for line in found.lines if line.id in stored
            ],
            "facets": {name: [{"value": v, "count": n} for v, n in counts] for name, counts in found.facets.items()},
            "relaxed": list(found.relaxed),
            "also_searched": list(found.also_searched),
        }
    )


def _describe(spread: Spread) -> dict[str, Any]:
    return dict(vars(spread))
