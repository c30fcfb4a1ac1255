"""The page of a buyer: its notices, how often it publishes, and what is open."""

from flask import Blueprint, abort, render_template

from index.query import Query, Sort, Status
from timthau.store.overview import list_months
from webui.http.language import gettext
from webui.http.services import now, services
from webui.pages.search import list_rows
from webui.pages.statistics import format_month
from webui.view.award_line import list_line_rows
from webui.view.plot import build_columns

_SHOWN = 20
_BOUGHT = 10

blueprint = Blueprint("buyers", __name__, url_prefix="/buyers")


@blueprint.get("/<buyer_id>")
def page(buyer_id: str) -> str:
    """One buyer, under whatever spelling its notices name it."""
    buyer = services().overview.get().buyers.get(buyer_id)
    if buyer is None:
        abort(404)
    engine = services().engine
    query = Query(buyers=(buyer.name,), sort=Sort.NEWEST)
    newest = engine.search(query, limit=_SHOWN, now=now(), passages=False)
    still_open = engine.search(
        Query(buyers=(buyer.name,), status=Status.OPEN, sort=Sort.DEADLINE), limit=_SHOWN, now=now(), passages=False
    )
    months = list_months(now().date())
    rhythm = [(gettext("Notices"), [buyer.months.get(month, 0) for month in months])]
    return render_template(
        "buyers/page.html",
        buyer=buyer,
        open_rows=list_rows(still_open.hits),
        open_total=still_open.total,
        rows=list_rows(newest.hits),
        bought=list_line_rows(services().store.awards.lines_of_buyer(buyer_id, limit=_BOUGHT)),
        rhythm=build_columns(gettext("Notices by month"), [format_month(month) for month in months], rhythm),
    )
