"""Winners and prices by the rows of tables of results."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from crawler.extract.award.column import AwardColumns, Held, find_head, turn_upright
from crawler.extract.award.supplier import parse_supplier, parse_tax_code, supplier_key
from crawler.extract.document import Table
from crawler.extract.field.item_table import parse_quantity
from crawler.extract.field.price_table import find_table_unit
from crawler.extract.text.folding import fold_in_place
from crawler.extract.text.money import find_unit, parse_sums, parse_unit_price
from crawler.extract.text.organization import SELLERS
from timthau.model.award import AwardItem
from timthau.text.fold import collapse_spaces

_MOST_ROWS = 5000
_TOTAL = re.compile(
    r"\W*(?:(?:tong )?gia(?: tri)? trung thau|tong cong(?! ty)|tong(?: so| gia| tien| gia tri)?(?! (?:cong ty|cuc))"
    r"|cong(?! (?:ty|tac|nghe|trinh|suat|cu|hoa)))\b"
)
_LOST = re.compile(
    r"\b(?:khong trung|truot|bi loai|khong dat|khong dap ung|loai)\b|\bxep hang\D{0,8}(?:[2-9]|hai|ba)\b"
)
_WON = re.compile(r"\W*(?:da |duoc )?(?:trung (?:thau|goi|chao|bao gia)|duoc (?:lua )?chon|(?:lua )?chon\b)")
_NUMBERS = re.compile(r"\(?\s?(?:\d{1,2}|[a-z]|[ivx]{1,4})\s?\)?(?:\s?=.*)?")
# "1/ Công ty A", "Lô 2: Công ty B".
_BEFORE_SELLER = r"\W*(?:\w{1,4}[.)/]\s?)?(?:(?:lo|phan|goi)(?: thau)?(?: so)? \w{1,4}\s?[:.–-]\s?)?"
_NAMES_SELLER = re.compile(rf"{_BEFORE_SELLER}(?:{SELLERS}|(?:nha thau|don vi trung|chi nhanh)\b)")
# "Lô 1 - Nhà thầu trúng thầu: Công ty A", in a cell above the head.
_NAMED_WINNER = re.compile(
    r".{0,60}\b(?:nha thau|don vi|nha cung cap)(?: duoc)? (?:trung (?:thau|goi|chao gia)|(?:lua )?chon)\s?:\s"
)
# "Tên nhà thầu: Công ty A", there in a list of what was won.
_NAMED_SELLER = re.compile(
    r"(?:.{0,80}\btrung thau\b.{0,40} )?\W*(?:\w{1,3}[.)] )?(?:ten )?(?:nha thau|don vi|nha cung cap)\s?:\s"
)
_OF_WHICH = re.compile(r"^\W*trong đó\s?:?\s?", re.IGNORECASE)
_SPLIT = re.compile(r"(?<!\s)\s*[/;]\s*|[/;]\s*|(?<!\s)\s+[-–]\s+|,\s+")


@dataclass(frozen=True)
class AwardRow:
    """A row of a table of results; `supplier` is None where the row does not name one.

    `table` is the place of its table among those that were read; `offered` is set where the supplier stands in a
    column of bidders whose prices nothing calls won, `compared` where others' prices for the same stand beside its own,
    `won` where the table itself says that its prices were won, `proven` where an amount is what its rows come to.
    """

    supplier: str | None
    tax_code: str | None
    lot: str | None
    amount_vnd: int | None
    item: AwardItem | None
    offered_vnd: int | None = None
    table: int = 0
    offered: bool = False
    compared: bool = False
    won: bool = False
    proven: bool = False


def parse_award_tables(tables: Sequence[Table], *, unit: int = 1, result: bool = False) -> list[AwardRow]:
    """The rows of tables of results that say who won or what a thing cost; nothing for any other table.

    A table without a head that is as wide as the one before it goes on with that one, as over the end of a page.

    Numbers are counted in what the head or table says ("ĐVT: 1.000 đồng"), else in `unit` VND. A bare "Đơn giá" is the
    price that was won only with `result`, or where the table names the winners.
    """
    lines: list[AwardRow] = []
    reader: _Reader | None = None
    for number, table in enumerate(map(turn_upright, tables)):
        head = find_head(table)
        if head is not None:
            rows = table[head.below : _MOST_ROWS]
            reader = _Reader(head, find_table_unit(table) or unit, rows, result=result)
            reader.begin(table[: head.below], result=result)
        elif reader is not None and reader.goes_on(table):
            rows = table[:_MOST_ROWS]
        else:
            continue
        if head is not None and head.offers and head.find(Held.SUPPLIER) is None:
            lines += (replace(line, table=number) for line in reader.read_offers(rows))
            continue
        offered, won = reader.offered, reader.won
        lines += (replace(line, table=number, offered=offered, won=won) for line in reader.read(rows))
    return lines


class _Reader:
    """Reads the rows below one head."""

    def __init__(self, head: AwardColumns, unit: int, rows: Sequence[tuple[str, ...]], *, result: bool) -> None:
        self._head = head
        self._unit = unit
        self._above: tuple[str, str | None] | None = None
        self._below: list[Decimal] = []  # what the rows below it come to so far
        self._claimed: set[Decimal] = set()  # the sums beside its name
        self._seller = head.find(Held.SUPPLIER)
        self.won = head.find(Held.AMOUNT, Held.UNIT_PRICE, Held.PRICE) is not None
        outcomes = (fold_in_place(cell) for row in rows for cell in self._cells(row, Held.OUTCOME))
        decided = any(_WON.match(said) and not _LOST.search(said) for said in outcomes)
        bidder = head.find(Held.BIDDER, Held.ENTRANT) if decided else head.find(Held.BIDDER)
        unsaid = self._seller is None and not self.won and bidder is not None
        self._by_outcome, self.offered = unsaid and decided, unsaid and not decided
        if self._seller is None:
            self._seller = bidder
        self._offer = head.find(Held.OFFERED) if self._by_outcome else None
        piece = head.find(Held.UNIT_PRICE)
        listed = head.find(Held.QUANTITY, Held.UNIT) is not None
        if (
            piece is None
            and listed
            and (head.find(Held.AMOUNT, Held.BARE_TOTAL) is not None or self._is_of_pieces(rows))
        ):
            piece = head.find(Held.PRICE)
        if piece is None and (result or head.find(Held.SUPPLIER) is not None):
            piece = head.find(Held.BARE_PRICE)
        self._piece = piece
        lot_price = None if listed else head.find(Held.PRICE)
        self._amount = head.find(Held.AMOUNT) if head.find(Held.AMOUNT) is not None else lot_price

    def _is_of_pieces(self, rows: Sequence[tuple[str, ...]]) -> bool:
        """Whether prices won cannot be those of all the pieces of a row: they come to no whole price for one.

        In hundredths of a VND once, or in whole VND in no row.
        """
        number, column = self._head.find(Held.QUANTITY), self._head.find(Held.PRICE)
        if number is None or column is None:
            return False
        pairs = ((self._price(row, column), parse_quantity(_cell(row, number))) for row in rows)
        told = [(price, Decimal(str(quantity))) for price, quantity in pairs if price is not None and quantity]
        if any(price % (quantity / 100) for price, quantity in told):
            return True
        return bool(told) and all(price % quantity for price, quantity in told)

    def goes_on(self, table: Table) -> bool:
        """Whether a table without a head is the rest of this one."""
        return len(table[0]) == len(self._head.held) and table[0][0].strip(" .").isdigit()

    def begin(self, above: Sequence[tuple[str, ...]], *, result: bool) -> None:
        """Take the winner that a row above the head names for the whole table, of a `result` any seller."""
        cells = [cell for row in above for cell in dict.fromkeys(row) if cell]
        for cell in (*cells, *(" ".join(filter(None, dict.fromkeys(row))) for row in above)):
            plain = fold_in_place(cell)
            named = _NAMED_WINNER.match(plain) or (_NAMED_SELLER.match(plain) if result else None)
            if named and (supplier := parse_supplier(cell[named.end() :])):
                self._above = supplier, next(filter(None, map(parse_tax_code, cells)), None)

    def read(self, rows: Sequence[tuple[str, ...]]) -> Iterator[AwardRow]:
        """The rows that say who won what, and for each winner above its rows what these come to where that is said."""
        wholes: dict[tuple[str, str | None, int], list[tuple[Decimal, Decimal]]] = {}
        columns = [at for at, held in enumerate(self._head.held) if held in (Held.AMOUNT, Held.BARE_TOTAL)]
        sold: dict[str, list[Decimal]] = {}  # what the rows of each winner come to
        for row in rows:
            cells = tuple(map(collapse_spaces, row))
            said = {cell for cell in cells if cell}
            if not said or all(_NUMBERS.fullmatch(fold_in_place(cell)) for cell in said):
                continue
            if self._seller is None and (named := next(filter(None, map(_named, said)), None)) and self._is_of(said):
                yield from self._end(set())
                self._above, self._claimed = named, self._sums(said)
                continue
            if len(said) <= 2 and self._is_heading(said):
                continue
            if (claim := self._claim(cells, sold)) is not None:
                yield claim
                continue
            if any(_TOTAL.match(fold_in_place(cell)) for cell in cells[:3]):
                yield from self._end(self._sums(said))
            elif line := self._parse(cells, self._above):
                if line.item and line.item.unit_price_vnd is not None:
                    price = line.item.unit_price_vnd * Decimal(str(line.item.quantity or 0))
                    self._below.append(price)
                    sold.setdefault(supplier_key(line.supplier or ""), []).append(price)
                    told = ((at, self._price(cells, at)) for at in columns if line.supplier and line.lot is None)
                    for at, whole in told:
                        if whole is not None:
                            wholes.setdefault((line.supplier or "", line.tax_code, at), []).append((whole, price))
                yield line
        yield from self._end(set())
        yield from _add_up(wholes)

    def read_offers(self, rows: Sequence[tuple[str, ...]]) -> Iterator[AwardRow]:
        """What each company asks for a piece of each thing, in the columns that the companies head.

        A column says what a piece costs where its head does, or where its prices times quantities come to its total.
        """
        number = self._head.find(Held.QUANTITY)
        lines = [tuple(map(collapse_spaces, row)) for row in rows]
        totals = [cells for cells in lines if any(_TOTAL.match(fold_in_place(cell)) for cell in cells[:3])]
        goods = [cells for cells in lines if cells not in totals and any(cells)]
        for column, supplier in self._head.offers.items():
            told = [(cells, price) for cells in goods if (price := self._price(cells, column)) is not None]
            counts = [parse_quantity(_cell(cells, number)) if number is not None else None for cells, _ in told]
            wholes = [price * Decimal(str(count or 0)) for (_, price), count in zip(told, counts, strict=True)]
            stated = {price for cells in totals if (price := self._price(cells, column)) is not None}
            total = _find_total(wholes, stated)
            if re.search(r"\bdon gia\b", self._head.wordings[column]) or total is not None:
                items = (self._item(cells, price) for cells, price in told)
                yield from (
                    AwardRow(supplier, None, lot=None, amount_vnd=None, item=item, offered=True, compared=True)
                    for item in items
                    if item is not None
                )
                if total is not None:
                    won = AwardRow(supplier, None, lot=None, amount_vnd=None, item=None, offered_vnd=total)
                    yield replace(won, offered=True, compared=True)

    def _claim(self, cells: tuple[str, ...], sold: Mapping[str, Sequence[Decimal]]) -> AwardRow | None:
        """What a row says that a winner's rows come to: "Công ty A | Cộng | 68.670.000", if they do."""
        named = [found for cell in dict.fromkeys(cells) if (found := _named(_OF_WHICH.sub("", cell)))]
        own = sold.get(supplier_key(named[0][0])) if len(named) == 1 and self._seller is not None else None
        others = {cell for cell in cells if cell and _named(_OF_WHICH.sub("", cell)) is None}
        priced = (one.vnd for cell in cells if _named(cell) for one in parse_sums(cell) if one.per is None)
        sums = self._sums(others) or {Decimal(vnd) for vnd in priced}
        if own is None or len(others) > len(sums) + 1:
            return None
        total = _find_total(own, sums)
        return AwardRow(*named[0], lot=None, amount_vnd=total, item=None, proven=True) if total is not None else None

    def _end(self, sums: set[Decimal]) -> Iterator[AwardRow]:
        """What the rows so far come to, where the row that names their winner or one of sums says just that."""
        total = _find_total(self._below, sums | self._claimed) if self._seller is None else None
        if total is not None:
            supplier, code = self._above or (None, None)
            yield AwardRow(supplier, code, lot=None, amount_vnd=total, item=None, proven=True)
        self._below, self._claimed = [], set()

    def _sums(self, said: set[str]) -> set[Decimal]:
        return {price for cell in said if (price := parse_unit_price(cell, self._unit)) is not None}

    def _is_of(self, said: set[str]) -> bool:
        """Whether a row names a winner and nothing else but a number or its sums."""
        others = [cell for cell in said if _named(cell) is None]
        return len(said) - len(others) == 1 and all(
            _NUMBERS.fullmatch(fold_in_place(cell)) or parse_unit_price(cell, 1) is not None for cell in others
        )

    def _is_heading(self, said: set[str]) -> bool:
        """Whether a row names the winner of the rows below it, or a group of goods: it holds no price."""
        return not any(parse_unit_price(cell, 1) is not None and re.search(r"\d{3}", cell) for cell in said)

    def _parse(self, cells: tuple[str, ...], above: tuple[str, str | None] | None) -> AwardRow | None:
        said = [fold_in_place(cell) for cell in self._cells(cells, Held.OUTCOME)]
        if any(map(_LOST.search, said)) or (self._by_outcome and not any(map(_WON.match, said))):
            return None
        piece, amount = self._price(cells, self._piece), self._price(cells, self._amount)
        if self._seller is not None:
            cell = _cell(cells, self._seller)
            named = parse_supplier(cell) if cell else None
            if named is None and (cell or above is not None or piece is None):
                return None  # nobody won this row, or nobody knows who
            codes = (*self._cells(cells, Held.TAX_CODE), "")
            code = parse_tax_code(codes[0], bare=True) or parse_tax_code(cell)
        else:
            named, code = above or (None, None)
        item = self._item(cells, piece)
        if item is None and amount is None and (self._seller is None or self._amount is not None):
            return None
        offered = self._price(cells, self._offer)
        lot = next(iter(self._cells(cells, Held.LOT)), "") or (
            "" if item or not self._cells(cells, Held.NAME) else self._cells(cells, Held.NAME)[0]
        )
        whole = int(amount) if amount is not None and item is None else None
        return AwardRow(named, code, lot or None, whole, item, int(offered) if offered is not None else None)

    def _item(self, cells: tuple[str, ...], piece: Decimal | None) -> AwardItem | None:
        name = self._name(cells)
        measured = self._cells(cells, Held.UNIT) or self._cells(cells, Held.QUANTITY)
        if not name or not re.search(r"[^\W\d_]", name) or (piece is None and not measured):
            return None
        maker = next(iter(self._cells(cells, Held.MAKER)), None)
        origin = next(iter(self._cells(cells, Held.ORIGIN)), None)
        for both in self._cells(cells, Held.MAKER_AND_ORIGIN):
            parts = _SPLIT.split(both)
            if len(parts) == 2:
                maker, origin = maker or parts[0], origin or parts[1]
        quantity = next(iter(self._cells(cells, Held.QUANTITY)), "")
        return AwardItem(
            name=name,
            unit=next(iter(self._cells(cells, Held.UNIT)), "").strip(" .,-–_|") or None,
            quantity=parse_quantity(quantity) if quantity else None,
            unit_price_vnd=piece,
            maker=maker,
            origin=origin,
        )

    def _name(self, cells: tuple[str, ...]) -> str:
        """What a row calls its thing: of a medicine the name that it is sold by, with its substance behind it."""
        first = next(iter(self._cells(cells, Held.NAME)), "")
        sold = self._cells(cells, Held.TRADE_NAME)
        if sold and first and first != sold[0]:
            return f"{sold[0]} ({first})"
        return sold[0] if sold else first

    def _cells(self, cells: tuple[str, ...], held: Held) -> list[str]:
        """What a row holds of a kind, without what is blank."""
        return [cell for cell, what in zip(cells, self._head.held, strict=False) if what is held and cell.strip(" -–")]

    def _price(self, cells: tuple[str, ...], column: int | None) -> Decimal | None:
        if column is None:
            return None
        own = find_unit(f"({self._head.wordings[column].rpartition('(')[2].strip(' )')})")
        return parse_unit_price(_cell(cells, column), own[2] if own else self._unit)


def _add_up(wholes: Mapping[tuple[str, str | None, int], Sequence[tuple[Decimal, Decimal]]]) -> Iterator[AwardRow]:
    """What winners won in all by a column that repeats it in each of their rows, which come to just that."""
    for (supplier, code, _), rows in wholes.items():
        stated = {whole for whole, _ in rows}
        total = _find_total([price for _, price in rows], stated) if len(rows) > 1 and len(stated) == 1 else None
        if total is not None:
            yield AwardRow(supplier, code, lot=None, amount_vnd=total, item=None)


def _find_total(prices: Sequence[Decimal], stated: Collection[Decimal]) -> int | None:
    """The sum among those stated that prices of rows come to, each of which may have been rounded to whole VND."""
    total = sum(prices)
    return next((int(one) for one in stated if total and abs(one - total) <= Decimal(len(prices)) / 2), None)


def _cell(cells: tuple[str, ...], column: int) -> str:
    return cells[column] if column < len(cells) else ""


def _named(cell: str) -> tuple[str, str | None] | None:
    """The winner that a row of its own names for those below it."""
    if not _NAMES_SELLER.match(fold_in_place(cell)):
        return None
    name = parse_supplier(cell)
    return (name, parse_tax_code(cell)) if name else None
