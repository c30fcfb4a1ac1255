"""What one reader gathers: what is new since a visit, what was saved, and notices side by side.

Who reads is not known here. What was saved and when somebody came last is kept in the browser (static/memory.js) and
stands in the address, which can be sent to others.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from index.query import Sort
from timthau.model.effective import Effective, by_itself, is_news
from timthau.model.moment import end_of, parse_moment, start_of
from timthau.model.notice import Notice
from timthau.model.record import News, Summary
from webui.http.services import now, services
from webui.view.form import SearchForm, parse_form

MOST_NEWS = 500  # changes that are looked at: who was away longer searches
MOST_SHOWN = 200  # more would make the page heavy
_MOST_AMONG = 5000  # notices of a search among which new ones are looked for
MOST_SAVED = 60  # ids in one address; the script asks several times for more
MOST_COMPARED = 4
_SPANS = (1, 3, 7)  # days that are offered
_USUAL = timedelta(days=1)
_OLDEST = timedelta(days=30)
#: How old what is found may be, to be of use.
_RECENT = timedelta(days=14)

blueprint = Blueprint("collection", __name__)


@dataclass(frozen=True)
class NewsLine:
    """A notice, whether it is new or has changed, and when."""

    notice: Summary
    is_new: bool
    at: datetime


@dataclass(frozen=True)
class Compared:
    """A notice beside others, and what is true of it now."""

    notice: Notice
    stands: Effective


@blueprint.get("/new")
def news() -> str:
    """What was found or changed since a moment (`since`) of what a search finds, the latest first."""
    since, form = read_since(), parse_form(request.args, now().date())
    starts = {days: now() - timedelta(days=days) for days in _SPANS}
    return render_template(
        "collection/news.html",
        lines=list_news(since, form),
        form=form,
        since=since,
        starts=starts,
        most_shown=MOST_SHOWN,
    )


@blueprint.get("/new/count")
def count() -> Response:
    """How many those are, for the script that knows when its reader came last."""
    return jsonify(total=len(list_news(read_since(), parse_form(request.args, now().date()))), most=MOST_NEWS)


@blueprint.get("/saved")
def saved() -> str:
    """The notices of an address (`id`), those that close first before the others."""
    found = services().store.summaries(_read_ids(MOST_SAVED))
    return render_template("collection/saved.html", notices=sorted(found.values(), key=_urgency))


@blueprint.get("/compare")
def compare() -> str:
    """Up to four notices side by side, in the order of the address (`id`)."""
    store = services().store
    ids = _read_ids(MOST_COMPARED)
    found, effects = store.notices_by_id(ids), store.effective.of(ids)
    compared = [Compared(found[key], effects.get(key) or by_itself(found[key])) for key in ids if key in found]
    return render_template("collection/compare.html", compared=compared, most=MOST_COMPARED)


def list_news(since: datetime, form: SearchForm) -> list[NewsLine]:
    """What was found or changed since a moment and is of use: open, or published a short while before.

    Of a search, what it finds among the last ones published.
    """
    store = services().store
    found: list[News] = store.news_since(since, MOST_NEWS)
    if form.given:
        query = replace(form.query, sort=Sort.NEWEST)
        answer = services().engine.search(query, limit=_MOST_AMONG, now=now(), passages=False, counts=False)
        wanted = {hit.id for hit in answer.hits}
        found = [one for one in found if one.id in wanted]
    known = store.summaries(one.id for one in found)
    lines = [NewsLine(known[one.id], one.is_new, one.at) for one in found if one.id in known]
    return [line for line in lines if is_news(line.notice, line.notice.effective, line.at, _RECENT)]


def read_since() -> datetime:
    """The moment of the address, at most a month ago; a day ago without one that can be understood."""
    present = now()
    try:
        moment = parse_moment(request.args.get("since", "").strip())
    except ValueError:
        return present - _USUAL
    return min(max(start_of(moment), present - _OLDEST), present)


def _read_ids(most: int) -> list[str]:
    return list(dict.fromkeys(text[:32] for text in request.args.getlist("id")))[:most]


def _urgency(notice: Summary) -> Any:
    closes_at = notice.stands.closes_at
    if closes_at is None:
        return (1, 0.0)
    left = (end_of(closes_at) - now()).total_seconds()
    return (0, left) if left >= 0 else (2, -left)
