"""The page of a buyer: its notices, how often it publishes, and what is open."""

from collections import Counter
from collections.abc import Mapping

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from index.query import Query, Sort, Status
from timthau.model.buyer import find_heir
from timthau.store.overview.count import Month, list_months
from webui.http.language import gettext
from webui.http.services import now, services
from webui.pages.search import list_rows
from webui.pages.statistics import build_span, format_month
from webui.view.plot import build_columns
from webui.view.price.line import list_line_rows

_SHOWN = 20
_BOUGHT = 10
_ENOUGH, _USUAL = 6, 3  # notices from which on months say something, and how many of them are named

blueprint = Blueprint("buyers", __name__, url_prefix="/buyers")


@blueprint.get("/<buyer_id>")
def page(buyer_id: str) -> str | Response:
    """One buyer, under whatever spelling its notices name it."""
    buyer = services().overview.get().buyers.get(buyer_id)
    if buyer is None:
        if (heir := find_heir(buyer_id)) and heir != buyer_id:
            return redirect(url_for("buyers.page", buyer_id=heir), 302)  # what was joined may be parted again
        abort(404)
    engine = services().engine
    query = Query(buyers=(buyer.name,), sort=Sort.NEWEST)
    newest = engine.search(query, limit=_SHOWN, now=now(), passages=False)
    still_open = engine.search(
        Query(buyers=(buyer.name,), status=Status.OPEN, sort=Sort.DEADLINE), limit=_SHOWN, now=now(), passages=False
    )
    months = list_months(now().date())
    rhythm = [(gettext("Notices"), [buyer.months.get(month, 0) for month in months])]
    leads = [url_for("search.results", buyer=buyer.name, **build_span(month)) for month in months]
    return render_template(
        "buyers/page.html",
        buyer=buyer,
        open_rows=list_rows(still_open.hits),
        open_total=still_open.total,
        rows=list_rows(newest.hits),
        bought=list_line_rows(services().store.awards.lines_of_buyer(buyer_id, limit=_BOUGHT)),
        rhythm=build_columns(gettext("Notices by month"), [format_month(month) for month in months], rhythm, leads),
        usual=list_usual(buyer.months),
    )


def list_usual(months: Mapping[Month, int]) -> list[tuple[int, int]]:
    """The months of the year (1 to 12) in which most was published, and how much; nothing of a few notices."""
    counts: Counter[int] = Counter()
    for (_, month), count in months.items():
        counts[month + 1] += count
    often = [(month, count) for month, count in counts.items() if count > 1]
    usual = sorted(often, key=lambda found: (-found[1], found[0]))[:_USUAL]
    return usual if counts.total() >= _ENOUGH else []
