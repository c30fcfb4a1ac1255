"""Notices and award lines into files: JSON lines, CSV and spreadsheets."""

import csv
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, BinaryIO, Generic, TypeVar

from timthau.errors import DocumentError
from timthau.model.award_line import AwardLine
from timthau.model.moment import HANOI, Moment
from timthau.model.notice import Notice
from timthau.text.table import guard_cell

if TYPE_CHECKING:
    from openpyxl import Workbook

_Entry = TypeVar("_Entry", Notice, AwardLine)
_Row = TypeVar("_Row")


@dataclass(frozen=True)
class Sheet(Generic[_Row]):
    """A table of one kind of entry: its name, what stands in each column, and the widths of wide ones in letters."""

    name: str
    columns: dict[str, Callable[[_Row], Any]]
    widths: dict[str, int]


#: One row a notice; what has several parts (items, contacts, files) is counted or joined.
_COLUMNS: dict[str, Callable[[Notice], Any]] = {
    "id": lambda n: n.id,
    "kind": lambda n: str(n.kind),
    "title": lambda n: n.title,
    "buyer": lambda n: n.buyer,
    "province": lambda n: n.province,
    "reference_number": lambda n: n.reference_number,
    "published_at": lambda n: n.published_at,
    "deadline_at": lambda n: n.deadline_at,
    "amount_vnd": lambda n: n.amount_vnd,
    "amount_min_vnd": lambda n: n.amount_min_vnd,
    "amount_max_vnd": lambda n: n.amount_max_vnd,
    "delivery_place": lambda n: n.delivery_place,
    "submission_methods": lambda n: ", ".join(n.submission_methods),
    "phone": lambda n: ", ".join(c.phone for c in n.contacts if c.phone),
    "email": lambda n: ", ".join(c.email for c in n.contacts if c.email),
    "items": lambda n: len(n.items),
    "attachments": lambda n: len(n.attachments),
    "suppliers": lambda n: "; ".join(dict.fromkeys(award.supplier for award in n.awards)),
    "url": lambda n: n.url,
    "source": lambda n: n.source,
    "first_seen_at": lambda n: n.first_seen_at,
    "last_seen_at": lambda n: n.last_seen_at,
    "version": lambda n: n.version,
}


NOTICES = Sheet("Notices", _COLUMNS, {"title": 80, "buyer": 40, "url": 40, "delivery_place": 40})
#: One row an award line.
_OF_LINES: dict[str, Callable[[AwardLine], Any]] = {
    **{name: attrgetter(name) for name in "id name active_ingredient medicine_group model brand maker origin".split()},
    **{name: attrgetter(name) for name in "year specification hs_code unit quantity unit_price_vnd amount_vnd".split()},
    "suppliers": lambda line: "; ".join(winner.name for winner in line.suppliers),
    "tax_codes": lambda line: "; ".join(winner.tax_code or "" for winner in line.suppliers).strip("; "),
    **{name: attrgetter(name) for name in "lot tender_number tender_title buyer province decision_number".split()},
    **{name: attrgetter(name) for name in "decided_at published_at tab source source_key url notice_id".split()},
    **{name: attrgetter(name) for name in "first_seen_at last_seen_at version".split()},
}
LINES = Sheet("Award lines", _OF_LINES, {"name": 60, "specification": 60, "suppliers": 40, "buyer": 40, "maker": 30})
_MOST_ROWS = 1_048_576  # of a sheet
_LONGEST_CELL = 32_767  # letters
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def write_jsonl(entries: Iterable[Notice] | Iterable[AwardLine], out: BinaryIO) -> None:
    """Write Notice JSON or Award line JSON lines in UTF-8."""
    for entry in entries:
        out.write(build_line(entry))


def build_line(entry: Notice | AwardLine) -> bytes:
    """A line of JSON lines."""
    return json.dumps(entry.to_json(), ensure_ascii=False).encode() + b"\n"


def write_csv(notices: Iterable[Notice], out: BinaryIO) -> None:
    """Write a CSV table of notices, see `write_csv_sheet`."""
    write_csv_sheet(NOTICES, notices, out)


def write_csv_sheet(sheet: Sheet[_Entry], entries: Iterable[_Entry], out: BinaryIO) -> None:
    """Write a CSV table that spreadsheets open as UTF-8 (it starts with a BOM)."""

    class _Encoded:
        def write(self, text: str) -> int:
            return out.write(text.encode())

    out.write(b"\xef\xbb\xbf")
    writer = csv.writer(_Encoded())
    writer.writerow(sheet.columns)
    for entry in entries:
        writer.writerow([_csv_cell(read(entry)) for read in sheet.columns.values()])


def write_xlsx(notices: Iterable[Notice], out: BinaryIO) -> None:
    """Write a workbook of notices, see `write_xlsx_sheet`."""
    write_xlsx_sheet(NOTICES, notices, out)


def write_xlsx_sheet(table: Sheet[_Entry], entries: Iterable[_Entry], out: BinaryIO) -> None:
    """Write a workbook with one sheet: times as real dates in Hanoi time, numbers as numbers, texts never as formulas.

    Rows go to a temporary file, so that memory stays flat. Raises DocumentError for more rows than a sheet can hold.
    """
    from openpyxl import Workbook  # noqa: PLC0415  # half a second to import, for this format only

    book = Workbook(write_only=True)
    append_sheet(book, table, entries)
    book.save(out)


def append_sheet(book: "Workbook", table: Sheet[_Row], entries: Iterable[_Row]) -> None:
    """Add a sheet to a workbook that is being written: its heads stay in sight and filter. Raises DocumentError."""
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415  # see write_xlsx_sheet
    from openpyxl.utils import get_column_letter  # noqa: PLC0415  # as above

    sheet = book.create_sheet(table.name)
    sheet.freeze_panes = "A2"
    for number, name in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = table.widths.get(name, 16)
    sheet.append(list(table.columns))
    row = 1
    for row, entry in enumerate(entries, start=2):
        if row > _MOST_ROWS:
            raise DocumentError(f"a sheet holds {_MOST_ROWS - 1:,} {table.name.lower()} at most; csv has no such bound")
        sheet.append([_xlsx_cell(partial(WriteOnlyCell, sheet), read(entry)) for read in table.columns.values()])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{row}"


FORMATS: dict[str, Callable[[Iterable[Notice], BinaryIO], None]] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
    "xlsx": write_xlsx,
}
LINE_FORMATS: dict[str, Callable[[Iterable[AwardLine], BinaryIO], None]] = {
    "jsonl": write_jsonl,
    "csv": partial(write_csv_sheet, LINES),
    "xlsx": partial(write_xlsx_sheet, LINES),
}


def _csv_cell(value: Moment | str | float | Decimal | None) -> str:
    if isinstance(value, datetime):
        return value.astimezone(HANOI).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, Decimal | float):
        return f"{value:f}" if isinstance(value, Decimal) else f"{value:.10g}"
    return guard_cell("" if value is None else str(value))


def _xlsx_cell(make_cell: Callable[[Any], Any], value: Moment | str | float | Decimal | None) -> Any:
    if isinstance(value, datetime):  # a workbook knows no zones
        cell = make_cell(value.astimezone(HANOI).replace(tzinfo=None))
        cell.number_format = "yyyy-mm-dd hh:mm"
    elif isinstance(value, date):
        cell = make_cell(value)
        cell.number_format = "yyyy-mm-dd"
    elif isinstance(value, str):
        cell = make_cell(_NOT_IN_XML.sub("", value)[:_LONGEST_CELL])
        cell.data_type = "s"  # a title that starts with "=" is text
    else:
        cell = make_cell(value)
        is_whole = value is None or value == int(value)
        cell.number_format = "#,##0" if is_whole else "#,##0.00"
    return cell
