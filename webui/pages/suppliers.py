"""The page of a supplier: what it won, where, at which prices, how much of it, and who else wins the same things."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from index.price.query import PriceQuery
from index.price.thing import parse_thing
from timthau.model.supplier import Supplier, Winner
from webui.http.services import now, services
from webui.pages.search import list_pages
from webui.view.form import parse_page
from webui.view.price.line import list_line_rows

PAGE_SIZE = 20
_LOOKED_AT = 300  # lines by whose things rivals are found
_RIVALS = 10
_PLACES = 10

blueprint = Blueprint("suppliers", __name__, url_prefix="/suppliers")


@blueprint.get("/<supplier_id>")
def page(supplier_id: str) -> str | Response:
    """One supplier, under whatever spelling results name it."""
    awards = services().store.awards
    supplier = awards.supplier(supplier_id)
    if supplier is None:
        abort(404)
    if supplier.id != supplier_id:
        return redirect(url_for("suppliers.page", supplier_id=supplier.id), 301)
    number = _read_page()
    lines = awards.lines_of_supplier(supplier.id, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    ids = list_ids(supplier)
    answer = services().prices.search(PriceQuery(suppliers=ids), limit=1, now=now())
    won, total, rivals = find_rivals(supplier)
    return render_template(
        "suppliers/page.html",
        supplier=supplier,
        ids=ids,
        rows=list_line_rows(lines),
        page=number,
        pages=list_pages(number, supplier.lines, PAGE_SIZE),
        provinces=answer.facets.get("province", ())[:_PLACES],
        buyers=answer.facets.get("buyer", ())[:_PLACES],
        makers=answer.facets.get("maker", ())[:_PLACES],
        won=won,
        total=total,
        rivals=rivals,
        page_address=lambda n: url_for("suppliers.page", supplier_id=supplier.id, page=n if n > 1 else None),
    )


def list_ids(supplier: Supplier) -> tuple[str, ...]:
    """The ids under which award lines name a supplier: its own, and those of its names without a code."""
    return (supplier.id, *sorted({Winner(name=name.name).id for name in supplier.names} - {supplier.id}))


def find_rivals(supplier: Supplier) -> tuple[int, int, list[tuple[Supplier, int]]]:
    """Of the things that a supplier won lately: the lines it won, all lines, and who won most of the others."""
    awards = services().store.awards
    things = [parse_thing(line.name) for line in awards.lines_of_supplier(supplier.id, limit=_LOOKED_AT)]
    total, counts = services().prices.count_winners(things)
    own = set(list_ids(supplier))
    others = [(key, count) for key, count in counts if key not in own][: 2 * _RIVALS]
    known = awards.suppliers_by_id([key for key, _ in others])
    summed: dict[str, int] = {}
    for key, count in others:
        if key in known:
            summed[known[key].id] = summed.get(known[key].id, 0) + count
    rivals = sorted(((known[key], count) for key, count in summed.items() if key in known), key=lambda row: -row[1])
    return sum(count for key, count in counts if key in own), total, rivals[:_RIVALS]


def _read_page() -> int:
    try:
        return parse_page(request.args.get("page", "1"))
    except ValueError:
        abort(404)
