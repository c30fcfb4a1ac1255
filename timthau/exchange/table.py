"""Notices in and out of files: Notice JSON lines, CSV and spreadsheets."""

import csv
import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from timthau.errors import DocumentError
from timthau.model.moment import HANOI, Moment
from timthau.model.notice import Notice
from timthau.model.record import Outcome
from timthau.store.notice import Store
from timthau.text.table import guard_cell

_BATCH = 200


@dataclass
class ImportReport:
    """What an import did; `rejected` holds line numbers (from 1) with the reason."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: list[tuple[int, str]] = field(default_factory=list)

    def count(self, outcome: Outcome) -> None:
        """Note what saving one more notice did."""
        match outcome:
            case Outcome.NEW:
                self.new += 1
            case Outcome.CHANGED:
                self.changed += 1
            case Outcome.UNCHANGED:
                self.unchanged += 1

    @property
    def total(self) -> int:
        """How many notices were taken."""
        return self.new + self.changed + self.unchanged


def import_notices(store: Store, path: Path, *, progress: Callable[[int], None]) -> ImportReport:
    """Store every notice of a file of Notice JSON lines, gzipped or not; a broken line is reported, the rest taken.

    Each batch is one transaction, so that a kill leaves whole batches and the same import run again completes them.
    `progress` is told how many lines each batch took. Raises DocumentError when the file cannot be read.
    """
    report = ImportReport()
    batch: list[Notice] = []

    def flush() -> None:
        for saved in store.save_all(batch, datetime.now(HANOI)):
            report.count(saved.outcome)
        progress(len(batch))
        batch.clear()

    for number, line in _load_lines(path):
        if not line.strip():
            continue
        try:
            batch.append(_parse_line(line))
        except ValueError as error:
            report.rejected.append((number, str(error)))
        if len(batch) == _BATCH:
            flush()
    flush()
    return report


def _load_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            yield from enumerate(gzip.GzipFile(fileobj=raw) if packed else raw, start=1)
    except (OSError, EOFError, zlib.error) as error:  # a cut or damaged gzip file is one of these
        raise DocumentError(f"{path}: {getattr(error, 'strerror', None) or error}") from error


def _parse_line(line: bytes) -> Notice:
    try:
        data = json.loads(line)
    except UnicodeDecodeError as error:
        raise ValueError("is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error.msg} at column {error.colno}") from error
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error
    if not isinstance(data, dict):
        raise ValueError("is not a JSON object")
    return Notice.from_json(data)


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
