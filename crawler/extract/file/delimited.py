"""Plain text, and tables in it that signs divide (CSV), under whatever name."""

import csv
import re
from collections.abc import Iterator, Sequence

from crawler.extract.document import Content, Table
from timthau.text.fold import collapse_spaces

#: Rows of as many cells, one after the other, that make a table.
_LEAST_ROWS = 3
_LEAST_CELLS = 3
_MAX_CELLS = 60


def read_text(text: str) -> Content:
    """The lines of a text; those that are rows of one table, divided by commas or semicolons, as a table.

    Tabs stay: what they divide may be no table.
    """
    best: Content = [*text.splitlines()]
    for sign in (",", ";"):
        # In prose a space follows each of them.
        if len(re.findall(rf"{sign}(?! )", text)) >= _LEAST_ROWS * (_LEAST_CELLS - 1):
            found = list(_read_delimited(text, sign))
            if _count_rows(found) > _count_rows(best):
                best = found
    return best


def _count_rows(parts: Content) -> int:
    return sum(len(part) for part in parts if not isinstance(part, str))


def _read_delimited(text: str, sign: str) -> Iterator[str | Table]:
    lines = text.splitlines()
    rows: list[list[str]] = []
    said: list[str] = []
    try:
        for start, end, cells in _read_records(lines, sign):
            if rows and len(cells) != len(rows[0]):
                yield from _close(rows, said)
                rows, said = [], []
            if _LEAST_CELLS <= len(cells) <= _MAX_CELLS:
                rows.append(cells)
                said += lines[start:end]
            else:
                yield from _plain(cells, lines[start:end])
    except csv.Error:  # a quotation mark that nothing ends: no table
        said = lines
        rows = []
    yield from _close(rows, said)


def _read_records(lines: Sequence[str], sign: str) -> Iterator[tuple[int, int, list[str]]]:
    """Where each record begins and ends, in lines, and its cells."""
    reader, start = csv.reader(lines, delimiter=sign), 0
    for cells in reader:
        yield start, reader.line_num, cells
        start = reader.line_num


def _plain(cells: Sequence[str], lines: Sequence[str]) -> Iterator[str]:
    """A record that is no row: as it stands, without the signs of cells that are empty."""
    filled = [cell for cell in cells if cell.strip()]
    yield from filled if len(filled) == 1 else lines


def _close(rows: list[list[str]], lines: list[str]) -> Iterator[str | Table]:
    """The rows as a table if they are one: in prose a space follows each comma."""
    cells = [cell for row in rows for cell in row[1:] if cell]
    if len(rows) >= _LEAST_ROWS and sum(cell[0].isspace() for cell in cells) * 5 <= len(cells):
        yield tuple(tuple(map(collapse_spaces, row)) for row in rows)
    else:
        yield from lines
