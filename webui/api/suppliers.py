"""The API of suppliers, and of single award lines."""

from typing import Any

from flask import Blueprint, Response, abort, request

from timthau.model.supplier import Supplier
from webui.api.api import answer, open_to_all, read_number
from webui.api.openapi import DEFAULT_LIMIT, MAX_LIMIT
from webui.api.supplier_schema import MAX_PAGE
from webui.http.address import absolute_url
from webui.http.services import services
from webui.view.form import clean

blueprint = Blueprint("supplier_api", __name__, url_prefix="/api/v1")
blueprint.after_request(open_to_all)


@blueprint.get("/suppliers")
def suppliers() -> Response:
    """Suppliers by words of their names or by tax code, those who won most first."""
    limit, page = read_number("limit", DEFAULT_LIMIT, 1, MAX_LIMIT), read_number("page", 1, 1, MAX_PAGE)
    words = clean(request.args.get("q", ""))
    total, found = services().store.awards.find_suppliers(words, limit=limit, offset=(page - 1) * limit)
    return answer({"total": total, "suppliers": list(map(_describe, found))})


@blueprint.get("/suppliers/<supplier_id>")
def supplier(supplier_id: str) -> Response:
    """One supplier, under any of the ids that it has had, with what it won, the latest first."""
    limit, page = read_number("limit", DEFAULT_LIMIT, 1, MAX_LIMIT), read_number("page", 1, 1, MAX_PAGE)
    awards = services().store.awards
    found = awards.supplier(supplier_id)
    if found is None:
        abort(404, f"There is no supplier {supplier_id}.")
    lines = awards.lines_of_supplier(found.id, limit=limit, offset=(page - 1) * limit)
    return answer(_describe(found) | {"won": [line.to_json() for line in lines]})


@blueprint.get("/prices/<line_id>")
def line(line_id: str) -> Response:
    """All that an award line has said, oldest first."""
    versions = services().store.awards.versions(line_id)
    if not versions:
        abort(404, f"There is no award line {line_id}.")
    return answer({"versions": [version.to_json() for version in versions]})


def _describe(found: Supplier) -> dict[str, Any]:
    return found.to_json() | {"page": absolute_url("suppliers.page", supplier_id=found.id)}
