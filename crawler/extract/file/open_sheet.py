"""What OpenDocument sheets (ODS) do not show: struck, hidden and tiny letters, white ones on no colour."""

import zipfile
from collections.abc import Iterator

from lxml import etree

from crawler.extract.word.docx import parse_part
from crawler.extract.word.odt import OpenReader, find_styles, hides_letters, says_filled, says_unseen, says_white
from crawler.extract.word.wordml import join_cell

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE, _NAME = f"{_TABLE}style-name", f"{_TABLE}name"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_MOST_ROWS, _MOST_COLUMNS = 20_000, 100


def find_open_unseen(archive: zipfile.ZipFile) -> dict[str, dict[tuple[int, int], str]]:
    """The cells of each sheet, by its name, that do not show all they say, with what they show."""
    if not hides_letters(archive.read("content.xml")):
        return {}
    root = parse_part(archive, "content.xml")
    roots = [root, parse_part(archive, "styles.xml")] if "styles.xml" in archive.namelist() else [root]
    unseen, white = find_styles(roots, says_unseen), find_styles(roots, says_white)
    filled = find_styles(roots, says_filled, of="table-cell-properties")
    reader = OpenReader(unseen, white)
    return {
        str(sheet.get(_NAME)): dict(_find_cells(sheet, reader, blank=unseen | (white - filled), filled=filled))
        for sheet in root.iter(f"{_TABLE}table")
    }


def _find_cells(
    sheet: etree._Element, reader: OpenReader, *, blank: frozenset[str], filled: frozenset[str]
) -> Iterator[tuple[tuple[int, int], str]]:
    dresses = list(_columns(sheet))
    at = 0
    for row in sheet.iter(f"{_TABLE}table-row"):
        if at >= _MOST_ROWS:
            return
        place = 0
        for cell in row.iterchildren(*_CELLS):
            below = dresses[place] if place < len(dresses) else None
            dress = cell.get(_STYLE) or row.get(f"{_TABLE}default-cell-style-name") or below
            if len(cell) and place < _MOST_COLUMNS:
                reader.cells = int(dress in filled)
                shown = "" if dress in blank else join_cell(reader.read(cell))
                if dress in blank or shown != join_cell(iter(("".join(map(str, cell.itertext())),))):
                    yield (at, place), shown
            place += _count(cell, "number-columns-repeated")
        at += _count(row, "number-rows-repeated")


def _columns(sheet: etree._Element) -> Iterator[str | None]:
    """The style of each column's cells that have none of their own."""
    for column in sheet.iter(f"{_TABLE}table-column"):
        repeated = min(_count(column, "number-columns-repeated"), _MOST_COLUMNS)
        yield from [column.get(f"{_TABLE}default-cell-style-name")] * repeated


def _count(node: etree._Element, name: str) -> int:
    value = node.get(_TABLE + name, "")
    return int(value) if value.isdigit() and len(value) < 8 else 1
