"""Statistics that people can read as plots and take away as CSV: of everything, or of what a search finds."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from babel.dates import get_day_names
from flask import Blueprint, Response, abort, render_template, request, url_for

from index.contract import Entity
from index.query import Query, Sort
from timthau.model.notice import NoticeKind
from timthau.store.overview.count import Buyer, Month, Overview, build_overview, list_days, list_months
from timthau.text.table import guard_cell
from webui.http.language import current_language, gettext
from webui.http.services import Counts, now, services
from webui.view import label
from webui.view.form import SearchForm, parse_form
from webui.view.plot import build_bars, build_columns, build_map
from webui.view.wording import format_number

_SERIES = 5  # kinds that a plot tells apart; the others are added up
_PROVINCES = 15
_BUYERS = 10
MOST_BUYERS = 500  # of a table
_BILLIONS_FROM = 10**11  # VND
MOST_COUNTED = 5000  # notices of a search: the newest

blueprint = Blueprint("statistics", __name__, url_prefix="/stats")


@dataclass(frozen=True)
class Table:
    """A table: its name in addresses, what its columns are called, and its rows."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Counted:
    """What statistics are of: a search, of which everything is one, and its counts."""

    form: SearchForm
    counts: Counts

    @property
    def overview(self) -> Overview:
        """The figures of its notices."""
        return self.counts.overview

    @property
    def fields(self) -> tuple[tuple[str, int], ...]:
        """How many of its notices buy what."""
        return self.counts.fields

    @property
    def left_out(self) -> int:
        """How many of its notices are not in the figures."""
        return self.counts.left_out


@blueprint.get("")
def page() -> str:
    """The plots, each with its table."""
    counted = count()
    overview, form = counted.overview, counted.form
    months = list_months(now().date())
    series = list_series(overview, months)
    names = [format_month(month) for month in months]
    amounts = [overview.amount_by_month.get(month, 0) for month in months]
    unit, value_title, of_unit = _choose_unit(max(amounts))
    values = [round(amount / unit) for amount in amounts]
    search = url_for("search.results")
    leads = [search + form.build_address(**build_span(month)) for month in months]
    return render_template(
        "statistics/page.html",
        counted=counted,
        form=form,
        total=overview.total,
        series=series,
        by_month=build_columns(gettext("Notices by month"), names, series, leads),
        value_title=value_title,
        value_by_month=build_columns(value_title, names, [(of_unit, values)], leads),
        has_value=any(values),
        by_province=build_bars(
            gettext("Notices by province"),
            [
                (name, n, search + form.build_address_with("province", name))
                for name, n in overview.by_province[:_PROVINCES]
            ],
            format_number,
        ),
        province_map=build_map(
            gettext("Map of the provinces"),
            dict(overview.by_province),
            lambda name: search + form.build_address_with("province", name),
        ),
        by_buyer=build_bars(
            gettext("Notices by buyer"),
            [
                (buyer.name, buyer.count, url_for("buyers.page", buyer_id=buyer.id))
                for buyer in list_buyers(overview)[:_BUYERS]
            ],
            format_number,
        ),
        by_field=build_bars(
            gettext("Notices by what is bought"),
            [
                (str(label.PURCHASES[field]), n, search + form.build_address_with("field", field))
                for field, n in counted.fields
            ],
            format_number,
        ),
        days=list_days(now().date()),
        closing_on=overview.closing_on,
        weekdays=list_weekdays(),
        tables={table.name: table for table in list_tables(counted)},
    )


@blueprint.get("/<name>.csv")
def table(name: str) -> Response:
    """One table as CSV in UTF-8, with the mark that spreadsheets know it by."""
    found = next((table for table in list_tables(count()) if table.name == name), None)
    if found is None:
        abort(404)
    text = io.StringIO()
    csv.writer(text).writerows([found.columns, *(map(guard_cell, row) for row in found.rows)])
    response = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="timthau-{name}.csv"'
    return response


def count() -> Counted:
    """What the address asks for: everything, at most a minute old, or the newest notices of a search.

    Those of a search are worked out once in an hour until something changes.
    """
    form = parse_form(request.args, now().date())
    if not form.given:
        answer = services().engine.search(Query(), limit=1, now=now(), passages=False)
        return Counted(form, Counts(services().overview.get(), answer.facets.get("field", ()), 0))
    query, hour = replace(form.query, sort=Sort.NEWEST).normal(), now().replace(minute=0, second=0, microsecond=0)
    key = (query, hour, services().store.last_change(), services().engine.cursor())
    return Counted(form, services().counts.get(key, lambda: _count_found(query)))


def _count_found(query: Query) -> Counts:
    answer = services().engine.search(query, limit=MOST_COUNTED, now=now(), passages=False)
    found = services().store.summaries(hit.id for hit in answer.hits if hit.entity is Entity.NOTICE)
    overview = build_overview(found.values())
    return Counts(overview, answer.facets.get("field", ()), answer.notice_total - len(found))


def list_tables(counted: Counted) -> list[Table]:
    """What the plots show, as tables."""
    overview = counted.overview
    kinds = [kind for kind in NoticeKind if any(kind in by_kind for by_kind in overview.by_month_and_kind.values())]
    months = list_months(now().date())
    counts = overview.by_month_and_kind
    return [
        Table(
            "months",
            (gettext("Month"), *(str(label.KINDS[kind]) for kind in kinds)),
            tuple((format_month(month), *(counts.get(month, {}).get(kind, 0) for kind in kinds)) for month in months),
        ),
        Table(
            "values",
            (gettext("Month"), gettext("Value (VND)")),
            tuple((format_month(month), overview.amount_by_month.get(month, 0)) for month in months),
        ),
        Table("provinces", (gettext("Province"), gettext("Notices")), overview.by_province),
        Table(
            "buyers",
            (gettext("Buyer"), gettext("Notices")),
            tuple((buyer.name, buyer.count) for buyer in list_buyers(overview)),
        ),
        Table(
            "fields",
            (gettext("What is bought"), gettext("Notices")),
            tuple((str(label.PURCHASES[field]), number) for field, number in counted.fields),
        ),
        Table(
            "days-open",
            (gettext("Kind"), gettext("Median of days open"), gettext("Notices")),
            tuple(
                (str(label.KINDS[kind]), round(days, 1), number)
                for kind, (days, number) in sorted(overview.median_days_open.items())
            ),
        ),
        Table(
            "closing",
            (gettext("Day"), gettext("Deadlines")),
            tuple((day.isoformat(), overview.closing_on.get(day, 0)) for day in list_days(now().date())),
        ),
    ]


def _choose_unit(most: int) -> tuple[int, str, str]:
    """The VND of a unit in which an amount is a number of few digits, the plot's title with it, and its name."""
    if most < _BILLIONS_FROM:
        return 10**6, gettext("Value by month, million VND"), gettext("million VND")
    return 10**9, gettext("Value by month, billion VND"), gettext("billion VND")


def list_buyers(overview: Overview) -> list[Buyer]:
    """The buyers, those with the most notices first."""
    return sorted(overview.buyers.values(), key=lambda buyer: (-buyer.count, buyer.name))[:MOST_BUYERS]


def list_weekdays() -> list[str]:
    """The days of the week from Monday, in short."""
    names = get_day_names("abbreviated", locale=current_language())
    return [names[day] for day in range(7)]


def list_series(overview: Overview, months: Sequence[Month]) -> list[tuple[str, list[int]]]:
    """For each of the commonest kinds, and for the others together, the count of every month."""
    totals = {kind: sum(by_kind.get(kind, 0) for by_kind in overview.by_month_and_kind.values()) for kind in NoticeKind}
    common = [kind for kind in sorted(totals, key=lambda kind: -totals[kind]) if totals[kind]][:_SERIES]
    counts = [overview.by_month_and_kind.get(month, {}) for month in months]
    series = [(str(label.KINDS[kind]), [by_kind.get(kind, 0) for by_kind in counts]) for kind in common]
    rest = [sum(by_kind.values()) - sum(by_kind.get(kind, 0) for kind in common) for by_kind in counts]
    return [*series, (gettext("other kinds"), rest)] if any(rest) else series


def build_span(month: Month) -> dict[str, Any]:
    """The parameters of a search that mean one month."""
    first = date(month[0], month[1] + 1, 1)
    after = date(month[0] + (month[1] + 1) // 12, (month[1] + 1) % 12 + 1, 1)
    return {"from": first.isoformat(), "to": (after - timedelta(days=1)).isoformat()}


def format_month(month: Month) -> str:
    """A month as 11/2026."""
    return f"{month[1] + 1:02}/{month[0]}"
