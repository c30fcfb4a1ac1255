"""What packages cost by the columns of a table: "Giá gói thầu", "Giá trúng thầu"."""

import re
from collections.abc import Iterator, Sequence

from crawler.extract.document import Table
from crawler.extract.field.money import Amount
from crawler.extract.text.folding import fold_in_place
from crawler.extract.text.money import find_unit, parse_sums
from timthau.model.notice import NoticeKind
from timthau.text.fold import collapse_spaces

# Folded heads of columns, the one that says more of an award first; prices of a piece or a square metre are none.
_AWARDED = re.compile(r"(?:tong )?(?:gia|gia tri|so tien)(?: \w+){0,2} trung\b|gia(?: tri)? hop dong|gia duoc chon")
_PLANNED = re.compile(
    r"(?:tong )?(?:gia|gia tri)(?: \w+){0,1} (?:goi thau|khoi diem|tran|ke hoach|du toan)|gia (?:goi|phan|lo)\b|du toan"
)
_SUMS = re.compile(r"thanh tien\b")
_PIECE = re.compile(r"don gia|/|bang chu")
# Beside a measure a price that was won may be that of a piece; of one piece it is that of all.
_ONE = re.compile(r"\s*0?1\s*")
_MEASURE = re.compile(r"(?:don vi(?: tinh)?|dvt|so luong|khoi luong|sl)(?: \w+){0,2}")
_TOTAL = re.compile(
    r"(?:tong(?: cong| so| gia| tien| gia tri| (?:gia )?du toan| kinh phi| thanh tien)?|cong)"
    r"(?: ?\([^()]{0,60}\))?\s*:?$|tong cong\b(?! ty)"
)
_HEAD_ROWS = 3
_LONGEST_HEAD = 90
_MOST_ROWS = 500


def parse_table_amount(tables: Sequence[Table], kind: NoticeKind, *, unit: int = 1) -> Amount | None:
    """What a table's column of prices says: its total, else the least and the most of its prices.

    Bare numbers are counted in what head or table say ("ĐVT: 1.000 đồng"), else in `unit` VND.
    """
    heads = (_AWARDED, _PLANNED) if kind is NoticeKind.AWARD else (_PLANNED, _SUMS)
    for head in heads:
        prices = {price for table in tables for price in _parse_prices(table, head, unit)}
        if prices:
            return Amount(min(prices), max(prices))
    return None


def _parse_prices(table: Table, head: re.Pattern[str], unit: int) -> set[int]:
    """The prices in one table's column; only the total where there is one, or where single rows are of goods."""
    place = next(_find_heads(table, head, find_table_unit(table) or unit), None)
    if place is None:
        return set()
    below, column, size = place
    measures = {
        column
        for row in table[:below]
        for column, cell in enumerate(row)
        if _MEASURE.fullmatch(collapse_spaces(fold_in_place(cell)).strip(" .:*"))
    }
    if head is _PLANNED and measures and next(_find_heads(table, _SUMS, 1), None):
        return set()  # what a piece costs, beside what all of them do
    of_pieces = head is _SUMS
    prices: set[int] = set()
    for row in table[below : below + _MOST_ROWS]:
        vnd = _parse_cell(row[column], size) if column < len(row) else None
        if vnd is None:
            continue
        if any(_TOTAL.match(fold_in_place(cell).strip()) for cell in row[:column]):
            return {vnd}
        single = any(_ONE.fullmatch(row[at]) for at in measures if at < len(row))
        of_pieces = of_pieces or (head is _AWARDED and bool(measures) and not single)
        prices.add(vnd)
    return set() if of_pieces else prices


def _find_heads(table: Table, head: re.Pattern[str], unit: int) -> Iterator[tuple[int, int, int]]:
    """The row below a head, its column, and the VND that its numbers are counted in."""
    for number, row in enumerate(table[:_HEAD_ROWS]):
        for column, cell in enumerate(row):
            plain = collapse_spaces(fold_in_place(cell)).strip(" .:*")
            if len(plain) <= _LONGEST_HEAD and head.match(plain) and not _PIECE.search(plain):
                own = find_unit(f"({plain.rpartition('(')[2].rstrip(')')})") or find_unit(plain)
                yield number + 1, column, own[2] if own else unit


def find_table_unit(table: Table) -> int | None:
    """The VND that the first rows of a table say its numbers are counted in."""
    cells = (fold_in_place(cell) for row in table[:_HEAD_ROWS] for cell in row if len(cell) <= _LONGEST_HEAD)
    return next((unit[2] for cell in cells if (unit := find_unit(cell)) and "gia" not in cell), None)


def _parse_cell(cell: str, size: int) -> int | None:
    """The price that a cell holds; where numbers are counted in millions, "1.250,5" has decimals."""
    number = re.fullmatch(r"\s*\d[\d.,]*\s*", cell)
    if size > 1 and number:
        value = float(number[0].strip().replace(".", "").replace(",", "."))
        return round(value * size)
    if number and number[0].strip().isdigit() and len(number[0].strip()) > 6:
        return int(number[0])
    one = next(parse_sums(cell, bare=True), None)
    return one.vnd if one is not None and one.per is None else None
