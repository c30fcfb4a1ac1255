"""Spreadsheets that Excel 2003 saved as one XML file, and that many programs still write under the name .xls."""

from collections.abc import Callable, Iterator

from lxml import etree

from crawler.extract.document import Content, Table
from timthau.text.fold import collapse_spaces

_S = "{urn:schemas-microsoft-com:office:spreadsheet}"
_X = "{urn:schemas-microsoft-com:office:excel}"
_MAX_ROWS = 20_000
_MAX_COLUMNS = 100


def is_sheet_xml(start: bytes) -> bool:
    """Whether an XML file is a spreadsheet, by its first bytes."""
    return _S[1:-1].encode() in start


def read_sheet_xml(content: bytes, warn: Callable[[str], None]) -> Content:
    """The visible sheets, a table each under its name; merged cells stand in each place.

    `warn` is told of sheets that are hidden. Raises etree.XMLSyntaxError.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    blocks: Content = []
    for sheet in etree.fromstring(content, parser).iter(f"{_S}Worksheet"):
        visible = sheet.find(f"{_X}WorksheetOptions/{_X}Visible")
        if visible is not None and "Hidden" in (visible.text or ""):
            warn(f"a hidden sheet was not read: {sheet.get(f'{_S}Name')}")
            continue
        table = _read_rows(sheet)
        if table:
            blocks += [str(sheet.get(f"{_S}Name", "")), table]
    return blocks


def _read_rows(sheet: etree._Element) -> Table:
    grid: dict[int, dict[int, str]] = {}
    at = 0
    for row in sheet.iterfind(f"{_S}Table/{_S}Row"):
        at = _index(row, at)
        if at > _MAX_ROWS:
            break
        column = 0
        for cell in row.iterfind(f"{_S}Cell"):
            column = _index(cell, column)
            while column in grid.get(at, ()):  # a cell from above reaches down to here
                column += 1
            across, down = (_count(cell, name) for name in ("MergeAcross", "MergeDown"))
            text = _text(cell)
            for below in range(at, at + down + 1):
                grid.setdefault(below, {}).update(dict.fromkeys(range(column, column + across + 1), text))
            column += across
    return tuple(_even(grid))


def _even(grid: dict[int, dict[int, str]]) -> Iterator[tuple[str, ...]]:
    used = sorted({column for row in grid.values() for column, text in row.items() if text})[:_MAX_COLUMNS]
    for _, row in sorted(grid.items()):
        if any(row.values()):
            yield tuple(row.get(column, "") for column in used)


def _index(node: etree._Element, before: int) -> int:
    value = node.get(f"{_S}Index", "")
    return max(int(value), before + 1) if value.isdigit() and len(value) < 8 else before + 1


def _count(cell: etree._Element, name: str) -> int:
    value = cell.get(_S + name, "")
    return min(int(value), _MAX_COLUMNS) if value.isdigit() and len(value) < 8 else 0


def _text(cell: etree._Element) -> str:
    """A value as people see it: days in Vietnamese order, a comma before decimals."""
    data = cell.find(f"{_S}Data")
    if data is None:
        return ""
    text = collapse_spaces("".join(map(str, data.itertext())))
    kind = data.get(f"{_S}Type")
    if kind == "DateTime" and len(text) >= 16:
        day, hour = "/".join(reversed(text[:10].split("-"))), text[11:16]
        return day if hour == "00:00" else f"{hour} {day}"
    return text.removesuffix(".0").replace(".", ",") if kind == "Number" else text
