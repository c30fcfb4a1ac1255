"""The page of prices: what a thing was paid, by unit and over time, and from whom."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from markupsafe import Markup

from index.language.name import name_key
from index.price.contract import PriceAnswer
from index.price.query import PriceSort
from webui.http.language import LazyText as _
from webui.http.language import gettext
from webui.http.services import now, services
from webui.pages.search import list_pages
from webui.view import label
from webui.view.facet import Choice
from webui.view.price.form import PriceForm, parse_price_form
from webui.view.price.line import LineRow, find_lines, list_line_rows
from webui.view.price.plot import build_prices
from webui.view.wording import format_day

PAGE_SIZE = 20
_SHOWN, _MOST = 6, 30
#: Filters of names with their headings.
_FACETS = (("maker", _("Maker")), ("origin", _("Origin")), ("province", _("Province")), ("buyer", _("Buyer")))

blueprint = Blueprint("prices", __name__)


@dataclass(frozen=True)
class NameFilter:
    """A filter with its choices, those that people see at once and the rest."""

    name: str
    label: Any
    first: tuple[Choice, ...]
    rest: tuple[Choice, ...]


@blueprint.get("/prices")
def page() -> str:
    """What was paid for the things that the words name; how to ask, where nothing is asked for."""
    form = parse_price_form(request.args)
    if not form.query.asks:
        return render_template("prices/page.html", form=form, answer=None, total=services().prices.count())
    offset = (form.page - 1) * PAGE_SIZE
    answer = services().prices.search(form.query, limit=PAGE_SIZE, offset=offset, now=now())
    rows = list_shown(answer)
    chosen = answer.chosen
    return render_template(
        "prices/page.html",
        form=form,
        answer=answer,
        heading=build_heading(form, rows),
        rows=rows["lines"],
        cheapest=rows["cheapest"],
        dearest=rows["dearest"],
        plot=draw_prices(answer),
        facets=[list_names(form, answer, name, heading) for name, heading in _FACETS],
        chips=list_chips(form),
        alert=build_alert_address(form, rows),
        pages=list_pages(form.page, chosen.spread.count if chosen else 0, PAGE_SIZE),
        first_number=offset + 1,
        total=answer.total,
    )


def draw_prices(answer: PriceAnswer) -> Markup:
    """The prices for the chosen unit over time."""
    if answer.chosen is None:
        return Markup("")
    title = gettext("Prices over time, VND per %(unit)s", unit=answer.chosen.unit)
    return build_prices(title, answer.points, answer.chosen.years)


def list_shown(answer: PriceAnswer) -> dict[str, list[LineRow]]:
    """The lines that the page shows, by what they are shown as."""
    parts = {"lines": answer.lines, "cheapest": answer.cheapest, "dearest": answer.dearest}
    priced = {line.id: line for own in parts.values() for line in own}
    known = {line.id: line for line in find_lines(list(priced))}
    rows = {
        row.line.id: row for row in list_line_rows(known.values(), {key: p.is_outside for key, p in priced.items()})
    }
    return {name: [rows[line.id] for line in own if line.id in rows] for name, own in parts.items()}


def build_heading(form: PriceForm, rows: dict[str, list[LineRow]]) -> str:
    """What was asked for: the words, or how the first line found calls the thing."""
    if form.query.text:
        return form.query.text
    if form.query.thing and rows["lines"]:
        return rows["lines"][0].line.name
    return gettext("Prices paid")


def build_alert_address(form: PriceForm, rows: dict[str, list[LineRow]]) -> str:
    """Where new award lines of the search can be had by mail; of a thing, by what it is called."""
    query = form.query
    text = query.text or (build_heading(form, rows) if query.thing else "")
    params = replace(query, text=text, thing=None, unit=None, sort=PriceSort.NEWEST).to_params()
    return f"{url_for('alerts.new')}?{urlencode([('prices', '1'), *params])}"


def list_names(form: PriceForm, answer: PriceAnswer, name: str, heading: Any) -> NameFilter:
    """The choices of a filter; what is chosen already stays among them."""
    chosen = {name_key(name, value): value for value in form.values(name)}
    choices = []
    for value, count in answer.facets.get(name, ()):
        typed = chosen.pop(name_key(name, value), None)
        build = form.build_address_without if typed else form.build_address_with
        choices.append(Choice(value, count, typed is not None, build(name, typed or value)))
    choices += [Choice(v, None, True, form.build_address_without(name, v)) for v in chosen.values()]
    choices.sort(key=lambda choice: not choice.chosen)
    return NameFilter(name, heading, tuple(choices[:_SHOWN]), tuple(choices[_SHOWN:_MOST]))


def list_chips(form: PriceForm) -> list[tuple[Any, str, str]]:
    """The filters in use: what each is called, its value, and the address without it."""
    query, chips = form.query, []
    for name, value in form.given:
        if name == "supplier":
            found = services().store.awards.supplier(value)
            chips.append((_("Supplier"), found.name if found else value, form.build_address_without(name, value)))
        elif name in dict(_FACETS):
            chips.append((dict(_FACETS)[name], value, form.build_address_without(name, value)))
    for name, day in (("from", query.published_from), ("to", query.published_to)):
        if day:
            chips.append((label.FILTERS[name], format_day(day), form.build_address(**{name: None})))
    return chips
