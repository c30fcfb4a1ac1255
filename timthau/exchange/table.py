"""Notices in and out of files: Notice JSON lines, CSV and spreadsheets."""

import csv
import json
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import partial
from typing import Any, BinaryIO

from timthau.errors import DocumentError
from timthau.model.moment import HANOI, Moment
from timthau.model.notice import Notice
from timthau.text.table import guard_cell

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


_WIDTHS = {"title": 80, "buyer": 40, "url": 40, "delivery_place": 40}  # in letters
_MOST_ROWS = 1_048_576  # of a sheet
_LONGEST_CELL = 32_767  # letters
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def write_jsonl(notices: Iterable[Notice], out: BinaryIO) -> None:
    """Write Notice JSON lines in UTF-8."""
    for notice in notices:
        out.write(json.dumps(notice.to_json(), ensure_ascii=False).encode() + b"\n")


def write_csv(notices: Iterable[Notice], out: BinaryIO) -> None:
    """Write a CSV table that spreadsheets open as UTF-8 (it starts with a BOM)."""

    class _Encoded:
        def write(self, text: str) -> int:
            return out.write(text.encode())

    out.write(b"\xef\xbb\xbf")
    writer = csv.writer(_Encoded())
    writer.writerow(_COLUMNS)
    for notice in notices:
        writer.writerow([_csv_cell(read(notice)) for read in _COLUMNS.values()])


def write_xlsx(notices: Iterable[Notice], out: BinaryIO) -> None:
    """Write a workbook with one sheet: times as real dates in Hanoi time, numbers as numbers, texts never as formulas.

    Rows go to a temporary file, so that memory stays flat. Raises DocumentError for more notices than a sheet can hold.
    """
    from openpyxl import Workbook  # noqa: PLC0415  # half a second to import, for this format only
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415  # as above
    from openpyxl.utils import get_column_letter  # noqa: PLC0415  # as above

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Notices")
    sheet.freeze_panes = "A2"
    for number, name in enumerate(_COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(name, 16)
    sheet.append(list(_COLUMNS))
    for row, notice in enumerate(notices, start=2):
        if row > _MOST_ROWS:
            raise DocumentError(f"a sheet holds {_MOST_ROWS - 1:,} notices at most; csv has no such bound")
        sheet.append([_xlsx_cell(partial(WriteOnlyCell, sheet), read(notice)) for read in _COLUMNS.values()])
    book.save(out)


FORMATS: dict[str, Callable[[Iterable[Notice], BinaryIO], None]] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
    "xlsx": write_xlsx,
}


def _csv_cell(value: Moment | str | int | None) -> str:
    if isinstance(value, datetime):
        return value.astimezone(HANOI).strftime("%Y-%m-%d %H:%M")
    return guard_cell("" if value is None else str(value))


def _xlsx_cell(make_cell: Callable[[Any], Any], value: Moment | str | int | None) -> Any:
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
        cell.number_format = "#,##0"
    return cell
