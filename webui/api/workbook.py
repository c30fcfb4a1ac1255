"""A search as a workbook for people: notices, their items, and how much of the search is in it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import islice
from typing import Any, BinaryIO

from timthau.exchange.table import NOTICES, Sheet, append_sheet
from timthau.model.notice import Item, Notice
from webui.http.address import absolute_url
from webui.http.language import gettext
from webui.view import label, source

_Line = tuple[Notice, Item]
#: Rows of items: two seconds of work, and more than anybody reads.
MOST_ITEMS = 5000


def write_workbook(each: Callable[[], Iterable[Notice]], out: BinaryIO, *, count: int, total: int) -> None:
    """Write so many notices, which are read twice, and their first items, with heads in the language of the page.

    A sheet says so where `total` are more, or there are more items.
    """
    from openpyxl import Workbook  # noqa: PLC0415  # half a second to import, for this format only

    book = Workbook(write_only=True)
    append_sheet(book, _build_notices(), each())
    lines = ((notice, item) for notice in each() for item in notice.items)
    append_sheet(book, _build_items(), islice(lines, MOST_ITEMS))
    remarks = [describe_cut(count, total)] if count < total else []
    if next(lines, None):
        remarks.append(gettext("The first %(count)s items. Narrow the search.", count=MOST_ITEMS))
    if remarks:
        remark = gettext("Remark")
        append_sheet(book, Sheet(gettext("Incomplete"), {remark: str}, {remark: 80}), remarks)
    book.save(out)


def describe_cut(count: int, total: int) -> str:
    """What a file says of which `total` notices it holds the first `count`."""
    return gettext("The first %(count)s of %(total)s notices. Narrow the search.", count=count, total=total)


def _build_notices() -> Sheet[Notice]:
    """The sheet of notices that exports have, with heads and words for people."""
    ways = label.SUBMISSION_METHODS
    heads = {name: _name(name) for name in NOTICES.columns}
    shown: dict[str, Callable[[Notice], Any]] = {
        "kind": lambda n: str(label.KINDS[n.kind]),
        "source": lambda n: source.name(n.source, n.url),
        "submission_methods": lambda n: "; ".join(str(ways.get(way, way)) for way in n.submission_methods),
        "id": lambda n: absolute_url("notices.page", notice_id=n.id),
    }
    columns = {heads[name]: shown.get(name, read) for name, read in NOTICES.columns.items()}
    widths = {heads[name]: width for name, width in NOTICES.widths.items()}
    return replace(NOTICES, name=gettext("List of notices"), columns=columns, widths=widths)


def _build_items() -> Sheet[_Line]:
    columns: dict[str, Callable[[_Line], Any]] = {
        _name("title"): lambda line: line[0].title,
        _name("buyer"): lambda line: line[0].buyer,
        _name("deadline_at"): lambda line: line[0].deadline_at,
        gettext("No."): lambda line: line[1].position,
        gettext("Name"): lambda line: line[1].name,
        gettext("Specification"): lambda line: line[1].specification,
        gettext("Unit"): lambda line: line[1].unit,
        gettext("Quantity"): lambda line: line[1].quantity,
        gettext("Unit price (VND)"): lambda line: line[1].unit_price_vnd,
        gettext("Page"): lambda line: absolute_url("notices.page", notice_id=line[0].id),
    }
    return Sheet(gettext("Items"), columns, {_name("title"): 60, gettext("Name"): 50, gettext("Specification"): 60})


def _name(column: str) -> str:
    """What a column of exports is called."""
    others = {
        "id": gettext("Page on TimThau"),
        "phone": gettext("Telephone"),
        "email": gettext("E-mail"),
        "suppliers": gettext("Winner"),
        "source": gettext("Source"),
        "first_seen_at": gettext("First seen"),
        "last_seen_at": gettext("Last checked"),
        "version": gettext("Version"),
    }
    return others.get(column) or str(label.FIELDS[column])
