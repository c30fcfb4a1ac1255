"""Lines of goods and services: from tables, and from lists where a table lost its shape."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, auto
from functools import lru_cache

from crawler.extract.document import Table
from crawler.extract.field.price_table import find_table_unit
from crawler.extract.text.folding import fold_in_place
from crawler.extract.text.money import find_unit, parse_unit_price
from timthau.model.notice import Item
from timthau.text.fold import collapse_spaces

MAX_ITEMS = 5000


class Column(IntEnum):
    """What a column of a table of goods holds."""

    POSITION = auto()
    NAME = auto()
    UNIT = auto()
    QUANTITY = auto()
    SPECIFICATION = auto()
    UNIT_PRICE = auto()  # what the buyer plans, was quoted, or pays at most
    IGNORED = auto()  # sums, prices won or to be offered, remarks of delivery


# Folded heads of columns; the first that matches counts. The last column is a head as tables write it.
HEADS: tuple[tuple[Column, str, str], ...] = (
    (
        Column.UNIT_PRICE,
        r"don gia( (ke hoach|du toan|tham khao|toi da|tran|du kien|goi thau|khoi diem|mua|co vat|co thue))*"
        r"( ?\([^()]*\))*",
        "Đơn giá kế hoạch (VNĐ)",
    ),
    (
        Column.IGNORED,
        r"don gia|thanh tien|gia (trung|ke hoach|chao|du|tham|tran|goi)|\bgia\b(?! tri)|thue"
        r"|\bvat\b(?! (tu|lieu|pham|dung|nuoi))",
        "Thành tiền",
    ),
    (
        Column.IGNORED,
        r"nha thau|goi thau|cong ty|ho (va )?ten|chuc vu|ngay (giao|sinh)|dia (diem|chi)|hang san|xuat xu|ma (so|hs"
        r"|hang)",
        "Xuất xứ",
    ),
    (Column.POSITION, r"(stt|tt|so tt|so thu tu|no\.?|#|so)\.?", "STT"),
    (Column.UNIT, r"^.*(don vi( tinh)?|dvt|d\.v\.t|dv tinh|dv)\.?( \(.*)?|^.*\bunit", "Đơn vị tính"),
    (Column.QUANTITY, r"^.*(so luong|khoi luong|s\.? ?luong|\bsl\b|nhu cau|quantity)(/ ?khoi luong)?.*", "Số lượng"),
    (
        Column.SPECIFICATION,
        r"(yeu cau|thong so|mo ta|quy cach|tinh nang|cau hinh|tieu chuan|ham luong|dac tinh|chi tieu|ghi chu|nong do"
        r"|dang)\b.*",
        "Mô tả yêu cầu về tính năng, thông số kỹ thuật",
    ),
    (
        Column.NAME,
        r"((ten|danh muc|noi dung|mat hang|chung loai|hang muc|hang hoa|san pham|dich vu|thiet bi|vat tu|thuoc"
        r"|cong viec|loai|hoat chat|linh kien|goi|phan|tai san|dau muc)\b.*|ten)",
        "Tên hàng hóa",
    ),
)
_HEAD_PATTERNS = [(column, re.compile(pattern)) for column, pattern, _ in HEADS]
# Names that need no quantity beside them to be goods; "nội dung" may head a table of scores.
_GOODS = re.compile(r"ten|danh muc|mat hang|hang hoa|san pham|thiet bi|vat tu|thuoc|hoat chat")
_TOTAL = re.compile(r"(tong( cong| so| gia| tien)?|cong)\b(?!\s(?:tac|nghe|cu|suat|ty|thuc|trinh|viec))")
_NUMBERS = re.compile(r"\(?\s?(\d{1,2}|[a-z]|[ivx]{1,4}|\(?\d\)? ?= ?[\d()x*+ ]+)\s?\)?")
_QUANTITY = re.compile(r"\d{1,3}(?:[.,]\d{3})+(?!\d)|\d+(?:[.,]\d+)?")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_POSITION = re.compile(r"\D{0,2}(\d{1,5})\D{0,2}")
_LETTER = re.compile(r"[^\W\d_]")
_LONGEST_HEAD = 90
# A demand in a list: "Máy thở - Màn hình: 10 inch - Có pin"; fewer dashes stand within names too.
_DEMAND = re.compile(r"(?<=\S)\s[-–+•*]\s(?=\S)")
_LEAST_DEMANDS = 3
#: Rows that may stand above the head: sheets begin with the whole letter.
_DEEPEST_HEAD = 80
# What forms of offers have in the place of goods: "Thiết bị A", "Hàng hóa thứ 1", "…".
_BLANK_NAME = re.compile(
    r"(?:(?:ten )?(?:trang )?(?:thiet bi|hang hoa|mat hang|san pham|danh muc|thuoc|vat tu|hoa chat|dich vu|hang muc"
    r"|phu kien|linh kien|goi|phan|cong viec)(?: y te)?\s?(?:so |thu )?)?"
    r"[(\[]?(?:[a-z]|\d{1,2}|i{1,3}|[.…_ -]++)[)\]]?[.…_ ]*+"
)


def is_blank_form(items: Sequence[Item]) -> bool:
    """Whether items are the rows of a form for offers that nobody has filled in: "Thiết bị A", "Thiết bị B"."""
    return all(_BLANK_NAME.fullmatch(collapse_spaces(fold_in_place(item.name))) for item in items)


def parse_tables(tables: Sequence[Table], *, unit: int = 1) -> tuple[Item, ...]:
    """The items of all tables that have the columns of a list of goods, in order; a table printed twice counts once.

    Unit prices are counted in what the table says ("ĐVT: 1.000 đồng"), else in `unit` VND.
    """
    items: list[Item] = []
    head: _Head | None = None
    for table in tables:
        found, head = _parse_table(table, head, unit)
        if not is_blank_form(found) and not _is_repeated(found, items):
            items += found
    return tuple(items[:MAX_ITEMS])


def parse_quantity(text: str) -> float | None:
    """A quantity: "25.000" is 25,000 and "0,5" a half, "01" is 1; None where there is none or a range."""
    numbers = _QUANTITY.findall(fold_in_place(text))
    if len(numbers) != 1:
        return None
    number = numbers[0]
    if _GROUPED.fullmatch(number) and not number.startswith("0"):
        return float(re.sub(r"[.,]", "", number))
    return float(number.replace(",", "."))


# "Sốlượng", "Đơngiá": heads of narrow columns lose the blanks between their words, in scans above all.
_GLUED = re.compile(
    r"\b(so|khoi|don|thanh|hang|nuoc|xuat|san|ten|nha|danh|trung|gia|mat|ma)"
    r"(luong|gia|vi|tien|san|xu|xuat|hang|hoa|thau|muc|trung|tinh)(?=[^a-z]|luong|gia|vi|tinh|tien|xuat|hoa|thau|$)"
)


def fold_head(cell: str) -> str:
    """A head folded, with blanks between its words and without what stands at its ends."""
    plain = collapse_spaces(fold_in_place(cell)).strip(" .:*\"'“”|-_`´¬~^,;=")
    while (parted := _GLUED.sub(r"\1 \2 ", plain)) != plain:
        plain = parted
    return collapse_spaces(plain)


@lru_cache(maxsize=8192)  # tables have the same heads again and again
def find_column(cell: str) -> Column | None:
    """What a head says of its column; None for a cell that is no head."""
    plain = fold_head(cell)
    if not plain or len(plain) > _LONGEST_HEAD:
        return None
    for column, pattern in _HEAD_PATTERNS:
        matches = pattern.search(plain) if column is Column.IGNORED else pattern.fullmatch(plain)
        if matches:
            return column
    return None


def find_columns(cells: Sequence[str]) -> list[Column] | None:
    """What each column holds, if the cells are the head of a list of goods."""
    columns = [find_column(cell) for cell in cells]
    names = [cell for cell, column in zip(cells, columns, strict=True) if column is Column.NAME]
    measured = Column.UNIT in columns or Column.QUANTITY in columns
    counted = Column.POSITION in columns and len(cells) >= 3
    if not names or not (measured or (counted and any(_GOODS.match(fold_in_place(name)) for name in names))):
        return None
    return _one_each(columns)


def _one_each(columns: list[Column | None]) -> list[Column]:
    """Each kind of column once: of two names the first is the name, the other tells more of it."""
    seen: set[Column] = set()
    result = []
    for column in columns:
        if column is None or (column in seen and column not in (Column.NAME, Column.SPECIFICATION, Column.IGNORED)):
            result.append(Column.IGNORED)
        elif column is Column.NAME and column in seen:
            result.append(Column.SPECIFICATION)
        else:
            result.append(column)
        seen.add(result[-1])
    return result


@dataclass(frozen=True)
class _Head:
    """The columns of a table, and how many VND its prices are counted in."""

    columns: list[Column]
    unit: int


def _parse_table(table: Table, before: _Head | None, unit: int) -> tuple[list[Item], _Head | None]:
    """A table's items, and its head for a table that goes on without one on the next page."""
    for number, row in enumerate(table[:_DEEPEST_HEAD]):
        if (columns := find_columns(row)) is None:
            continue
        below = number + 1
        while below < len(table) and (joined := _joined_head(table[number:below], table[below])):
            columns, below = joined, below + 1
        head = _Head(columns, _price_unit(table[:below], columns) or unit)
        return _parse_rows(table[below:], head), head
    if before and table and len(table[0]) == len(before.columns) and table[0][0].strip(" .").isdigit():
        return _parse_rows(table, before), before
    return [], None


def _price_unit(rows: Table, columns: list[Column]) -> int | None:
    """What the head of the prices or the rows above say that they are counted in."""
    if Column.UNIT_PRICE not in columns:
        return None
    place = columns.index(Column.UNIT_PRICE)
    own = (find_unit(fold_in_place(row[place])) for row in rows if place < len(row))
    return next((said[2] for said in own if said), None) or find_table_unit(rows)


def _joined_head(above: Table, row: tuple[str, ...]) -> list[Column] | None:
    """Columns of a head of several rows: a cell that spans rows stands in each, what lies below another refines it."""
    if len(row) != len(above[0]) or any(_QUANTITY.search(cell) for cell in row):
        return None
    repeated = sum(cell == over and bool(cell) for cell, over in zip(row, above[-1], strict=True))
    if not repeated or all(cell == over for cell, over in zip(row, above[-1], strict=True)):
        return None
    return find_columns([cell or over for cell, over in zip(row, above[-1], strict=True)])


def _parse_rows(rows: Sequence[tuple[str, ...]], head: _Head) -> list[Item]:
    read = [_Row.parse(row, head.columns) for row in rows]
    measures = sum(row.is_measured() for row in read) * 2 >= max(1, sum(bool(row.name) for row in read))
    items: list[Item] = []
    previous: _Row | None = None
    for row in read:
        if previous is not None and row.continues(previous) and items:
            items[-1] = _extended(items[-1], row)
        elif row.is_item(measured=measures):
            items.append(row.item(head.unit))
            previous = row
    return items


@dataclass(frozen=True)
class _Row:
    position: str
    name: str
    unit: str
    quantity: str
    specification: str
    price: str
    cells: tuple[str, ...]

    @classmethod
    def parse(cls, cells: tuple[str, ...], columns: list[Column]) -> "_Row":
        said: dict[Column, list[str]] = {}
        collapsed = tuple(map(collapse_spaces, cells))
        for text, column in zip(collapsed, columns, strict=False):
            if text and text not in said.setdefault(column, []):
                said[column].append(text)
        first = {column: "; ".join(texts) for column, texts in said.items()}
        return cls(
            position=first.get(Column.POSITION, ""),
            name=first.get(Column.NAME, ""),
            unit=first.get(Column.UNIT, ""),
            quantity=first.get(Column.QUANTITY, ""),
            specification=first.get(Column.SPECIFICATION, ""),
            price=first.get(Column.UNIT_PRICE, ""),
            cells=collapsed,
        )

    def is_measured(self) -> bool:
        return bool(self.unit or self.quantity) and self.name not in (self.unit, self.quantity)

    def is_item(self, *, measured: bool) -> bool:
        """Whether the row is a line of goods, not a total, a row of column numbers, a heading or a remark."""
        plain = fold_in_place(self.name)
        cells = [cell for cell in self.cells if cell]
        named = _LETTER.search(plain) is not None
        total = _TOTAL.match(plain) is not None and not (self.position and self.unit)
        numbers = all(_NUMBERS.fullmatch(fold_in_place(cell)) for cell in cells)
        heading = len(set(cells)) == 1 and len(self.cells) > 2
        if not named or total or numbers or heading or _TOTAL.match(fold_in_place(self.position)):
            return False
        return self.is_measured() or not measured

    def continues(self, previous: "_Row") -> bool:
        """Whether the row only says more of the one above: its cells span down, or position and measure are missing."""
        same = (self.position, self.name, self.unit, self.quantity) == (
            previous.position,
            previous.name,
            previous.unit,
            previous.quantity,
        )
        if same and self.position:
            return True
        return not (self.position or self.unit or self.quantity or self.name) and bool(self.specification)

    def item(self, unit: int) -> Item:
        position = _POSITION.fullmatch(self.position)
        name, demands = _part_name(self.name)
        return Item(
            position=int(position[1]) if position else None,
            name=name,
            specification="; ".join(filter(None, (demands, self.specification))) or None,
            unit=self.unit.strip(" .") or None,
            quantity=parse_quantity(self.quantity),
            unit_price_vnd=parse_unit_price(self.price, unit) if self.price else None,
        )


def _part_name(name: str) -> tuple[str, str]:
    """A name and the demands that stand below it in one cell, each behind a dash."""
    dashes = list(_DEMAND.finditer(name))
    if len(dashes) < _LEAST_DEMANDS or dashes[0].start() > _LONGEST_HEAD * 2:
        return name, ""
    return name[: dashes[0].start()].rstrip(" :;,."), name[dashes[0].start() :].strip()


def _extended(item: Item, row: _Row) -> Item:
    more = [text for text in (item.specification, row.specification) if text]
    return replace(item, specification="; ".join(dict.fromkeys(more)) or None)


def _is_repeated(found: list[Item], items: list[Item]) -> bool:
    """Whether most of a table was already read: pages print their body twice."""
    known = {fold_in_place(item.name) for item in items}
    return bool(found) and sum(fold_in_place(item.name) in known for item in found) > 0.8 * len(found)
