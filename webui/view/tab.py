"""The tabs over a result list, each with how many notices it has: what is open before what is over."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from index.contract import Answer, Engine
from index.query import SOON_DAYS, Query
from timthau.model.notice import NoticeKind
from webui.http.language import LazyText as _
from webui.view.form import SearchForm, parse_form

#: What the first page shows: today's work.
_TODAY = MultiDict([("open", "1"), ("sort", "deadline")])
_AWARDS = (NoticeKind.AWARD,)
# The value of `open`, or that of `kind`, and what the tab is called.
_TABS: tuple[tuple[str | None, str | None, Any], ...] = (
    ("soon", None, _("Closing soon")),
    ("1", None, _("Open")),
    (None, "award", _("Awards")),
    ("0", None, _("Closed")),
    (None, None, _("All")),
)
_OPEN = ("soon", "1")


@dataclass(frozen=True)
class Tab:
    """A part of what a search finds, and the parameters that show it; `count` is None where it was not counted."""

    label: Any
    count: int | None
    address: str
    is_current: bool


def parse_today(now: datetime) -> SearchForm:
    """The search for what is open, closing soonest first."""
    return parse_form(_TODAY, now.date())


def list_tabs(engine: Engine, form: SearchForm, answer: Answer, now: datetime) -> list[Tab]:
    """The tabs of a search that was answered; their counts are those of the search whichever tab it shows."""
    is_of_awards = form.query.kinds == _AWARDS and not form.value("open")
    counts = _count(engine, form, answer, now, is_of_awards=is_of_awards) if answer.counted else {}
    tabs = []
    for status, kind, text in _TABS:
        is_current = bool(kind) if is_of_awards else not kind and (form.value("open") or None) == status
        address = form.build_address(**_choose(form, status, kind, is_of_awards=is_of_awards))
        tabs.append(Tab(text, counts.get(kind or status or ""), address, is_current))
    return tabs


def _choose(form: SearchForm, status: str | None, kind: str | None, *, is_of_awards: bool) -> dict[str, str | None]:
    """What a tab changes of the parameters: without words, open notices come in the order of their deadlines."""
    changes: dict[str, str | None] = {"open": status}
    if kind or is_of_awards:
        changes["kind"] = kind
    sort = form.value("sort")
    if not form.query.text and status in _OPEN:
        changes["sort"] = sort or "deadline"
    elif not form.query.text and sort == "deadline":
        changes["sort"] = None
    return changes


def _count(engine: Engine, form: SearchForm, answer: Answer, now: datetime, *, is_of_awards: bool) -> Mapping[str, int]:
    """How many notices each tab has, by the value that it sets: parts of what the search finds without tabs."""
    query = replace(form.query, status=None)
    if form.value("open") == "soon" and not form.value("deadline_to"):
        query = replace(query, deadline_to=None)
    if is_of_awards:
        query = replace(query, kinds=())

    def count(wanted: Query) -> Mapping[str, Mapping[str, int]]:
        found = answer
        if wanted != form.query:
            found = engine.search(wanted, limit=1, now=now, passages=False)
        return {name: dict(counts) for name, counts in found.facets.items()}

    everything = count(query)
    awards = count(replace(query, kinds=_AWARDS)) if query.kinds else everything
    states = everything.get("status", {})
    return {
        "soon": everything.get("closing", {}).get(str(SOON_DAYS), 0),
        "1": states.get("open", 0),
        "0": states.get("closed", 0),
        "award": awards.get("kind", {}).get(str(NoticeKind.AWARD), 0),
        "": sum(everything.get("kind", {}).values()),
    }
