"""Spreadsheets of all kinds (XLSX, XLSB, XLS, ODS): every sheet's rows as a table."""

import contextlib
import io
from collections.abc import Callable, Iterator
from datetime import date, datetime, time

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from crawler.extract.document import Content, Table
from crawler.extract.file.sheet_unseen import Seen, find_unseen
from timthau.text.fold import collapse_spaces

_MAX_ROWS = 20_000
_MAX_COLUMNS = 100


def read_sheets(content: bytes, warn: Callable[[str], None]) -> Content:
    """The visible sheets, a table each under its name; formulas count with the value they last had.

    Rows and columns that are folded away belong to their table, what is not seen does not. Merged cells stand
    in each place they cover.
    `warn` is told of sheets that are hidden. Raises python_calamine.CalamineError when the file is damaged.
    """
    with _steady():
        return _read_book(content, warn)


@contextlib.contextmanager
def _steady() -> Iterator[None]:
    """Turn a panic of calamine's Rust into an error as damaged files give; `Exception` does not cover it."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # PyO3 gives no name to import
            raise CalamineError("calamine panicked") from error
        raise


def _read_book(content: bytes, warn: Callable[[str], None]) -> Content:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    unseen = find_unseen(content, warn)
    blocks: Content = []
    for metadata in book.sheets_metadata:
        if metadata.visible is not SheetVisibleEnum.Visible:
            warn(f"a hidden sheet was not read: {metadata.name}")
            continue
        table = _read_sheet(book.get_sheet_by_name(metadata.name), unseen.get(metadata.name, {}))
        if table:
            blocks += [metadata.name, table]
    return blocks


def _read_sheet(sheet: CalamineSheet, unseen: Seen) -> Table:
    grid: list[list[str]] = []
    for row in sheet.iter_rows():
        grid.append([_text(value) for value in row[:_MAX_COLUMNS]])
        if len(grid) == _MAX_ROWS:
            break
    _, left = sheet.start or (0, 0)
    for (at, place), said in unseen.items():
        if at < len(grid) and 0 <= place - left < len(grid[at]):
            grid[at][place - left] = collapse_spaces(said)
    _fill_merged(grid, sheet)
    used = [
        column for column in range(max(map(len, grid), default=0)) if any(column < len(r) and r[column] for r in grid)
    ]
    return tuple(tuple(_at(row, column) for column in used) for row in grid if any(row))


def _fill_merged(grid: list[list[str]], sheet: CalamineSheet) -> None:
    # Rows that we get are those of the sheet, but its columns start at the first that is used.
    _, left = sheet.start or (0, 0)
    for (first_row, first_column), (last_row, last_column) in sheet.merged_cell_ranges or ():
        column = first_column - left
        if not (first_row < len(grid) and 0 <= column < len(grid[first_row])):
            continue
        for r in range(first_row, min(last_row + 1, len(grid))):
            for c in range(column, min(last_column - left + 1, len(grid[r]))):
                grid[r][c] = grid[first_row][column]


def _at(row: list[str], column: int) -> str:
    return row[column] if column < len(row) else ""


def _text(value: object) -> str:
    """A value as people see it, in Vietnamese order of day and month."""
    if isinstance(value, str):
        return value.strip()  # blanks within are made one with those of all other files
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, float):
        # A comma, as in Vietnam: "1.125" would be read as a thousand.
        return f"{value:.6f}".rstrip("0").rstrip(".").replace(".", ",")
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y" if value.time() == time() else "%H:%M %d/%m/%Y")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return str(value)
