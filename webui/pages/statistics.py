"""Statistics that people can read as plots and take away as CSV."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from babel.dates import get_day_names
from flask import Blueprint, Response, abort, render_template

from timthau.model.notice import NoticeKind
from timthau.store.overview import Month, Overview, list_days, list_months
from timthau.text.table import guard_cell
from webui.http.language import current_language, gettext
from webui.http.services import now, services
from webui.view import label
from webui.view.plot import build_bars, build_columns

_SERIES = 5  # kinds that a plot tells apart; the others are added up
_PROVINCES = 15

blueprint = Blueprint("statistics", __name__, url_prefix="/stats")


@dataclass(frozen=True)
class Table:
    """A table: its name in addresses, what its columns are called, and its rows."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@blueprint.get("")
def page() -> str:
    """The plots, each with its table."""
    overview = services().overview.get()
    months = list_months(now().date())
    series = list_series(overview, months)
    return render_template(
        "statistics/page.html",
        total=overview.total,
        series=series,
        by_month=build_columns(gettext("Notices by month"), [format_month(month) for month in months], series),
        by_province=build_bars(gettext("Notices by province"), overview.by_province[:_PROVINCES]),
        days=list_days(now().date()),
        closing_on=overview.closing_on,
        weekdays=list_weekdays(),
        tables={table.name: table for table in list_tables(overview)},
    )


@blueprint.get("/<name>.csv")
def table(name: str) -> Response:
    """One table as CSV in UTF-8, with the mark that spreadsheets know it by."""
    found = next((table for table in list_tables(services().overview.get()) if table.name == name), None)
    if found is None:
        abort(404)
    text = io.StringIO()
    csv.writer(text).writerows([found.columns, *(map(guard_cell, row) for row in found.rows)])
    response = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="timthau-{name}.csv"'
    return response


def list_tables(overview: Overview) -> list[Table]:
    """What the plots show, as tables."""
    kinds = [kind for kind in NoticeKind if any(kind in by_kind for by_kind in overview.by_month_and_kind.values())]
    months = list_months(now().date())
    counts = overview.by_month_and_kind
    return [
        Table(
            "months",
            (gettext("Month"), *(str(label.KINDS[kind]) for kind in kinds)),
            tuple((format_month(month), *(counts.get(month, {}).get(kind, 0) for kind in kinds)) for month in months),
        ),
        Table("provinces", (gettext("Province"), gettext("Notices")), overview.by_province),
        Table(
            "days-open",
            (gettext("Kind"), gettext("Median of days open"), gettext("Notices")),
            tuple(
                (str(label.KINDS[kind]), round(days, 1), count)
                for kind, (days, count) in sorted(overview.median_days_open.items())
            ),
        ),
        Table(
            "closing",
            (gettext("Day"), gettext("Deadlines")),
            tuple((day.isoformat(), overview.closing_on.get(day, 0)) for day in list_days(now().date())),
        ),
    ]


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


def format_month(month: Month) -> str:
    """A month as 11/2026."""
    return f"{month[1] + 1:02}/{month[0]}"
