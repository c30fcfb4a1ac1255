"""Lists of goods in text that lost its table: one cell a line, one row a line, bars or tabs between cells, or prose."""

import re
from collections.abc import Iterator, Sequence

from crawler.extract.document import Table
from crawler.extract.field.item_table import (
    MAX_ITEMS,
    Column,
    find_column,
    find_columns,
    is_blank_form,
    parse_quantity,
    parse_tables,
)
from crawler.extract.field.money import find_line_unit
from crawler.extract.text.folding import fold_in_place
from crawler.extract.text.label import Concept, parse_label
from crawler.extract.text.passage import FoldedPassage
from crawler.extract.text.unit import UNIT_PATTERN, is_unit
from timthau.model.notice import Item
from timthau.text.fold import collapse_spaces

_MOST_LINES = 20_000
_POSITION = re.compile(r"\(?0{0,2}(\d{1,4})[.)]?")
# Scans put specks before the number.
_ROW = re.compile(r"[_|'`~.\s-]{0,5}0{0,2}(?P<number>\d{1,4})(?P<dot>[.)]?)\s+(?=\S*[^\W\d_])")
_END_OF_ROWS = re.compile(r"[IVXivx]{1,4}\.\s|(?:tong cong|ghi chu|luu y)\b")
_TOTAL_ROW = re.compile(r"(?:tong(?: cong)?|cong)\s*:?$")
_MOST_PARTS = 30
_QUANTITY = r"\d{1,3}(?:[.,]\d{3})+|\d{1,6}(?:,\d{1,2})?"
_MEASURE = re.compile(
    rf"(?<=\s)(?:(?P<unit>{UNIT_PATTERN})\s?(?P<quantity>{_QUANTITY})"
    rf"|(?P<first>{_QUANTITY})\s?(?P<second>{UNIT_PATTERN}))[_.,;']{{0,3}}(?=\s|$)"
)
_LISTED = re.compile(
    rf"(?P<name>[^\W_][^:;\n]{{2,200}}?)\s?(?:[:,;(–-]|\bgom\b)\s?(?:so luong|sl|khoi luong)?\s?:?\s?"
    rf"(?P<quantity>{_QUANTITY})\s?(?:\([^()]{{1,30}}\)\s?)?(?P<unit>{UNIT_PATTERN})\b\s?\)?[\s.;,]*$"
)
_TIMES = frozenset({"ngay", "thang", "nam", "gio", "lan", "quy", "ky", "dot", "%"})
_LIST_SECTIONS = frozenset({Concept.ITEMS})
# As in: có nhu cầu mua sắm các mặt hàng sau.
_ANNOUNCED = re.compile(
    r"\b(?:mat hang|hang hoa|danh muc|vat tu|thiet bi|noi dung|san pham|dich vu)\b[^.:]{0,60}\b(?:sau|gom)\b"
    r"[^.:]{0,12}:?$"
)
_MOST_HEADS = 12


def parse_listing(passage: FoldedPassage) -> tuple[Item, ...]:
    """The items of a list of goods in plain text; empty unless its head or its heading shows that it is one."""
    lines = [
        collapse_spaces(line.replace("\t", " | ")) for line in passage.text.splitlines()[:_MOST_LINES] if line.strip()
    ]
    items = parse_tables(_bar_tables(lines), unit=find_line_unit(passage))
    for parse in (_parse_cells, _parse_rows):
        items = items or tuple(parse(lines))
    items = items or tuple(_parse_sentences(passage))
    return () if is_blank_form(items) else items[:MAX_ITEMS]


def find_bar_tables(text: str) -> list[Table]:
    """The tables whose cells stand in the text with bars between."""
    return _bar_tables([collapse_spaces(line) for line in text.splitlines()[:_MOST_LINES] if "|" in line])


def _bar_tables(lines: Sequence[str]) -> list[Table]:
    """Neighbouring lines with as many bars are the rows of a table.

    Scans lose bars: "STT Danh mục | … | ĐVT Số lượng" is parted into the heads it names, and so are the rows below.
    """
    tables: list[list[tuple[str, ...]]] = []
    width = 0
    for line in lines:
        cells = _bar_cells(line) if "|" in line else ()
        if len(cells) < 2:
            continue
        heads = tuple(part for cell in cells for part in _part_heads(cell))
        if len(heads) > len(cells) and find_columns(heads):
            cells, width = heads, len(heads)
        elif len(cells) < width:
            cells = _part_row(cells, width)
        if tables and _TOTAL_ROW.match(fold_in_place(cells[0])):
            cells = ("",) * (len(tables[-1][0]) - len(cells)) + cells  # it spans the first columns
        if tables and len(tables[-1][0]) == len(cells):
            tables[-1].append(cells)
        else:
            tables.append([cells])
    return [tuple(rows) for rows in tables]


def _part_heads(cell: str) -> tuple[str, ...]:
    """The two heads that one cell holds, or the cell itself."""
    for blank in re.finditer(r"\s", cell[:40]):
        left, right = find_column(cell[: blank.start()]), find_column(cell[blank.end() :])
        # "Số lượng" is no number of rows beside a quantity.
        numbered = left is Column.POSITION and fold_in_place(cell[: blank.start()]) != "so"
        if (numbered or left is Column.UNIT) and right not in (None, left):
            return cell[: blank.start()], cell[blank.end() :]
    return (cell,)


def _part_row(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    """A row with cells that lost the bar between number and name, or between unit and quantity."""
    if (number := _ROW.match(cells[0])) is not None:
        cells = (number["number"], cells[0][number.end() :], *cells[1:])
    measure = re.fullmatch(rf"(\D{{1,20}}?)\s+({_QUANTITY})", cells[-1])
    if len(cells) < width and measure and is_unit(measure[1]):
        cells = (*cells[:-1], measure[1], measure[2])
    return cells


def _bar_cells(line: str) -> tuple[str, ...]:
    cells = tuple(cell.strip() for cell in line.split("|"))
    return cells[1 : len(cells) - (not cells[-1])] if not cells[0] else cells


def _parse_cells(lines: Sequence[str]) -> Iterator[Item]:
    """One cell a line: heads below each other, then rows that each begin with their number."""
    start = 0
    while (heads := _find_heads(lines, start)) is not None:
        first, columns = heads
        place, number = first, 1
        while place < len(lines) and _is_position(lines[place], number):
            end = _row_end(lines, place, number, len(columns))
            if item := _item_of_cells(number, lines[place + 1 : end]):
                yield item
            place, number = end, number + 1
        start = max(place, first)


def _find_heads(lines: Sequence[str], start: int) -> tuple[int, list[Column]] | None:
    """The line after the next run of heads, and their columns."""
    place = start
    while place < len(lines):
        end = place
        if find_column(lines[place]) is Column.POSITION:
            end += 1
            while end < len(lines) and end - place < _MOST_HEADS and find_column(lines[end]) is not None:
                end += 1
            columns = find_columns(lines[place:end])
            if columns and end < len(lines) and _is_position(lines[end], 1):
                return end, columns
        place = max(end, place + 1)
    return None


def _is_position(line: str, number: int) -> bool:
    match = _POSITION.fullmatch(line)
    return match is not None and int(match[1]) == number


def _row_end(lines: Sequence[str], place: int, number: int, width: int) -> int:
    """Where a row ends: at the next number nearest to the table's width, as a quantity may equal that number."""
    ends = [end for end in range(place + 2, min(len(lines), place + width + 3)) if _is_position(lines[end], number + 1)]
    if ends:
        return min(ends, key=lambda end: abs(end - place - width))
    for end in range(place + 1, min(len(lines), place + width)):
        if ":" in lines[end] or len(lines[end]) > 300:
            return end
    return min(len(lines), place + width)


def _item_of_cells(number: int, cells: Sequence[str]) -> Item | None:
    """An item from cells in unknown order: the first is the name, a unit and a number are told by their looks."""
    if not cells or not re.search(r"[^\W\d_]", cells[0]):
        return None
    unit = next((cell for cell in cells[1:] if is_unit(cell)), None)
    amounts = [cell for cell in cells[1:] if re.fullmatch(_QUANTITY, cell)]
    rest = [cell for cell in cells[1:] if cell is not unit and cell not in amounts[:1]]
    return Item(
        position=number,
        name=cells[0],
        specification="; ".join(rest) or None,
        unit=unit,
        quantity=parse_quantity(amounts[0]) if amounts else None,
    )


def _parse_rows(lines: Sequence[str]) -> Iterator[Item]:
    """One row a line, as files print tables: "3 Giấy A4 70 gsm Ram 1.800", perhaps going on in the next line."""
    for place, line in enumerate(lines):
        if _is_row_head(" ".join(lines[place : place + 3])) and _is_row_head_start(line):
            rows = list(_numbered_rows(lines[place + 1 :]))
            items = [item for number, parts in rows if (item := _item_of_row(number, parts))]
            if items and sum(item.quantity is not None for item in items) * 2 >= len(items):
                yield from items
                return


def _is_row_head_start(line: str) -> bool:
    return re.match(r"\W*(?:stt|tt|so tt)\b", fold_in_place(line)) is not None


def _is_row_head(line: str) -> bool:
    plain = fold_in_place(line)
    named = re.search(r"\b(?:ten|danh muc|noi dung|mat hang|hang hoa|dich vu|thiet bi|vat tu)\b", plain)
    return named is not None and re.search(r"\b(?:so luong|khoi luong|sl|dvt|don vi)\b", plain) is not None


def _numbered_rows(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Rows numbered 1, 2, 3 … in one style, each with the lines that go on with it; a labelled line ends the list."""
    number, style, parts = 0, "", list[str]()
    for line in lines:
        match = _ROW.match(line)
        said = line[match.end() :] if match else line
        if _END_OF_ROWS.match(fold_in_place(said)) or (":" in said and parse_label(said.split(":")[0])):
            break
        if match and int(match["number"]) == number + 1 and match["dot"] == (style if number else match["dot"]):
            if parts:
                yield number, parts
            number, style, parts = number + 1, match["dot"], [said]
        elif number and len(parts) < _MOST_PARTS:
            parts.append(line)
    if parts:
        yield number, parts


def _item_of_row(number: int, parts: list[str]) -> Item | None:
    """An item from a row in one string: a unit beside a number, best at the end of a line, parts name and remark."""
    text = " ".join(parts)
    ends, length = set(), -1
    for part in parts:
        length += len(part) + 1
        ends.add(length)
    plain = fold_in_place(text)
    found = list(_MEASURE.finditer(plain))
    if not found:
        return Item(position=number, name=parts[0])
    measure = next((match for match in found if match.end() in ends), found[-1])
    group, amount = ("unit", "quantity") if measure["unit"] else ("second", "first")
    name, rest = text[: measure.start()].strip(" |,;"), text[measure.end() :].strip(" |,;")
    unit = text[measure.start(group) : measure.end(group)]
    return (
        Item(
            position=number, name=name, specification=rest or None, unit=unit, quantity=parse_quantity(measure[amount])
        )
        if name
        else None
    )


def _parse_sentences(passage: FoldedPassage) -> Iterator[Item]:
    """Goods listed line by line under their heading: "- Máy thở: 02 máy"."""
    announced = False
    for line in passage.lines:
        if not line.numbered:
            announced = _ANNOUNCED.search(line.plain) is not None
        if not (announced or line.section in _LIST_SECTIONS) or not line.numbered or line.concept is not None:
            continue
        match = _LISTED.fullmatch(line.plain)
        if match and match["unit"] not in _TIMES:
            yield Item(
                name=line.text[match.start("name") : match.end("name")].strip(),
                unit=line.text[match.start("unit") : match.end("unit")],
                quantity=parse_quantity(match["quantity"]),
            )
