"""What the columns of a table of results hold: winners, what they won, and for how much."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import lru_cache

from crawler.extract.award.price import AFTER_TALKS
from crawler.extract.award.supplier import parse_supplier
from crawler.extract.document import Table
from crawler.extract.field.item_table import Column, find_column, fold_head
from crawler.extract.text.folding import fold_in_place, is_accented
from crawler.extract.text.organization import SELLERS
from timthau.text.fold import collapse_spaces


class Held(Enum):
    """What a column of a table of results holds."""

    LOT = auto()
    SUPPLIER = auto()
    ENTRANT = auto()  # "Nhà thầu tham dự": the winner only where a row says so
    BIDDER = auto()  # a bare "Nhà thầu": the winner only beside a price that was won
    TAX_CODE = auto()
    AMOUNT = auto()  # what was won in all
    UNIT_PRICE = auto()
    PRICE = auto()  # "Giá trúng thầu": of a piece in a list of goods, else of the lot
    BARE_PRICE = auto()  # "Đơn giá" that nothing calls planned, quoted or won
    BARE_TOTAL = auto()
    OFFERED = auto()  # what a bidder asked in all: of the winner where a row says who that is
    OFFER = auto()  # what the company that the head names asks: tables that compare offers have several
    OUTCOME = auto()
    NAME = auto()
    TRADE_NAME = auto()  # of a medicine, beside its substance
    UNIT = auto()
    QUANTITY = auto()
    MAKER = auto()
    ORIGIN = auto()
    MAKER_AND_ORIGIN = auto()
    UNKNOWN = auto()


_PRICE = re.compile(r"\b(?:(?<!danh )gia|thanh tien|so tien|tong tien)\b")
# Prices that were planned, offered or compared.
_OTHER_PRICE = re.compile(
    r"\b(?:ke hoach|du toan|du thau|chao|tham dinh|goi thau|moi thau|khoi diem|tran|toi da|tham khao|duoc duyet"
    r"|ke khai|chenh lech|giam gia|thang truoc|truoc thue|chua (?:bao gom|co|gom)? ?(?:thue|vat))\b"
)
_WORTH = re.compile(r"tri gia(?: \(?(?:vnd|dong|d)\)?)?")
_COUNT = re.compile(r"(?:khoi )?luong(?: (?:moi thau|trung thau|dat mua|du kien))?")
_JUST_PRICE = re.compile(r"gia(?: ban)?\W{0,3}(?:(?:vnd|dong|d|(?:da |co |gom |bao gom ){0,2}vat)\W{0,3})?")
_AGREED = re.compile(rf"\b(?:{AFTER_TALKS}|duoc (?:lua )?chon)\b")
_ASKED = re.compile(r"\bgia(?: tri)? (?:du thau|chao|bao gia)\b(?!.*\b(?:giam|truoc|chua))")
_CONTRACT = re.compile(r"\bgia(?: tri)? (?:ky )?(?:hop dong|hd)\b")
_SELLER = re.compile(
    r"\b(?:nha thau|nguoi (?:trung|mua)|ben (?:cung cap|cung ung|ban)"
    r"|don vi|cong ty|nha cung cap|doanh nghiep|to chuc|ca nhan|nha phan phoi|lien danh)\b"
)
_COMPANY = re.compile(rf"\s*(?:{SELLERS}|nha (?:sach|may|in)\b)")
# "Báo giá của Công ty TNHH A", heading what that company asks.
_OFFERED_BY = re.compile(
    rf"\s*(?P<lead>(?:(?:bao gia|don gia|gia|chao gia)(?: bao| chao| du thau)?(?: cua)? )?){SELLERS}"
)
_PRICE_WON = re.compile(r"\b(?:gia(?: tri)? (?:du )?(?:trung|duoc|hop dong|sau)|don gia|gia tri|so tien|thanh tien)\b")
_OF_COMPANIES = re.compile(r"\b(?:trung|cung (?:cap|ung)|du thau|tham (?:du|gia)|san xuat|duoc|chao)\b")
_NO_WINNER = re.compile(r"\b(?:tham du|du thau|tham gia|khong|truot|chua|bi loai|nop|mua ho so)\b")
_ENTERS = re.compile(r"\b(?:tham du|du thau|tham gia|nop)\b(?!.*\bkhong\b)")
_TRADE_NAME = re.compile(r"(?:ten )?(?:thuoc|thuong mai|biet duoc)\b(?!.*\bhoat chat\b)")
_SUBSTANCE = re.compile(r"(?:ten )?(?:hoat chat|thanh phan)\b")
_ORIGIN = re.compile(r"\b(?:xuat xu|nuoc(?: san xuat| sx)?|nguon goc)\b")
_MAKER = re.compile(r"\b(?:hang|nha|co so|cty|cong ty) (?:san xuat|sx)\b|^(?:nsx|hsx)\b|\bhang chu so huu\b")
# "Hãng", "Hãng/Nước sản xuất"; without its accent it may be goods.
_BRAND = re.compile(r"(?:tên )?hãng(?: và\b|\s*[-–/,;&]|\W*$)")
_TAX_CODE = re.compile(r"\b(?:ma so thue|mst|ma so (?:doanh nghiep|dn)|msdn|ma dinh danh)\b")
_LOT = re.compile(r"(?:ten |ma |so )?(?:goi thau|goi|phan|lo|phan \(lo\)|phan/lo|phan lo)\b")
_OUTCOME = re.compile(r"(?:ket qua|ghi chu|xep hang|danh gia|ket luan|tinh trang|trang thai)\b")
_LETTER = re.compile(r"[^\W\d_]")
_LONGEST_HEAD = 120
_HEAD_ROWS = 40  # of a sheet the letter stands above the table
_GOODS = {Column.UNIT: Held.UNIT, Column.QUANTITY: Held.QUANTITY}
# "Giá trúng thầu: 31.065.600 đồng" heads no column; "(1.000 đồng)" may stand in a head.
_FIGURE = re.compile(r"\d{4}(?!\s?[)/-])|(?<!1)[.,]\d{3}\b")
_NUMBERING = re.compile(r"\(?\s?(?:\d{1,2}|[a-z]|[ivx]{1,4})\s?\)?(?:\s?=.*)?")


@dataclass(frozen=True)
class AwardColumns:
    """The columns of a table of results: what each holds, its folded wording, and the first row below them.

    `offers` are the companies whose prices columns hold, by column.
    """

    held: tuple[Held, ...]
    wordings: tuple[str, ...]
    below: int
    offers: Mapping[int, str] = field(default_factory=dict)

    def find(self, *wanted: Held) -> int | None:
        """The first column that holds the first of these that any column holds."""
        return next((self.held.index(one) for one in wanted if one in self.held), None)


def find_head(table: Table) -> AwardColumns | None:
    """The head of a table of results; None for any other table. Heads of several rows are read down each column."""
    for first in range(min(_HEAD_ROWS, len(table))):
        best = None
        for last in range(first, min(first + 3, len(table))):
            if last > first and not _is_head_row(table[last], table[last - 1]):
                break
            rows = table[first : last + 1]
            heads = [_join(cells) for cells in zip(*rows, strict=False)]
            offers = _find_offers(rows)
            held = tuple(Held.OFFER if at in offers else _hold(head) for at, head in enumerate(heads))
            if any(_SUBSTANCE.match(fold_head(head)) for head in heads):
                held = tuple(
                    Held.TRADE_NAME if what is Held.NAME and _TRADE_NAME.match(fold_head(head)) else what
                    for what, head in zip(held, heads, strict=True)
                )
            held = _with_price(held, heads)
            # A line of the letter above stands in a cell as wide as the table.
            one = len({head for head in heads if head}) < 2
            if any(map(_is_company, heads)) and not offers:
                break  # a row that tells something of a company
            if not one and _is_result(held) and not any(map(_FIGURE.search, heads)):
                held = _with_name(_with_bidders(held, table[last + 1 :]), table[last + 1 :])
                best = AwardColumns(held, tuple(map(fold_head, heads)), last + 1, offers)
        if best is not None:
            return best
    return None


def _with_bidders(held: tuple[Held, ...], rows: Sequence[Sequence[str]]) -> tuple[Held, ...]:
    """The columns, where "Đơn vị" stands above companies: they are no measures."""
    if Held.UNIT not in held or Held.SUPPLIER in held:
        return held
    at = held.index(Held.UNIT)
    cells = [row[at] for row in rows[:20] if at < len(row) and row[at] not in (*row[:at][-1:], *row[at + 1 :][:1])]
    sellers = any(_COMPANY.match(fold_in_place(cell)) for cell in cells)
    return (*held[:at], Held.BIDDER, *held[at + 1 :]) if sellers else held


def turn_upright(table: Table) -> Table:
    """A table that tells of packages in columns, or of one beside its labels, turned so that rows tell of them."""
    if any(not row or row[0].strip(" .").isdigit() for row in table):
        return table  # rows are numbered
    labels = [_hold(row[0]) for row in table]
    winners = [row[1:] for row, held in zip(table, labels, strict=True) if held is Held.SUPPLIER]
    named = [cell for row in winners[:1] for cell in row if cell.strip()]
    priced = {Held.AMOUNT, Held.PRICE, Held.UNIT_PRICE} & set(labels)
    if not (priced and named and all(_COMPANY.match(fold_in_place(cell)) for cell in named)):
        return table
    width = max(map(len, table))
    return tuple(zip(*((*row, *[""] * (width - len(row))) for row in table), strict=True))


def _is_company(head: str) -> bool:
    """Whether a cell names a company rather than heading a column of companies."""
    plain = fold_in_place(head)
    words = [word for word in head.split() if word[:1].isupper()]
    return _COMPANY.match(plain) is not None and len(words) > 2 and not _OF_COMPANIES.search(plain)


def _find_offers(rows: Sequence[Sequence[str]]) -> dict[int, str]:
    """The companies that head columns of their own, where several do, by column."""
    offers: dict[int, str] = {}
    for row in rows:
        for at, cell in enumerate(map(collapse_spaces, row)):
            named = _OFFERED_BY.match(fold_in_place(cell))
            if named and (supplier := parse_supplier(cell[named.end("lead") :])):
                offers.setdefault(at, supplier)
    return offers if len(set(offers.values())) > 1 else {}


def _with_price(held: tuple[Held, ...], heads: Sequence[str]) -> tuple[Held, ...]:
    """The columns, where the only price of a piece is one that was approved: beside others that is a planned one."""
    pieces = [at for at, head in enumerate(heads) if _is_piece(fold_head(head)) and "gia" in fold_head(head).split()]
    if len(pieces) != 1 or held[pieces[0]] is not Held.UNKNOWN or "duoc duyet" not in fold_head(heads[pieces[0]]):
        return held
    return (*held[: pieces[0]], Held.BARE_PRICE, *held[pieces[0] + 1 :])


def _with_name(held: tuple[Held, ...], rows: Sequence[Sequence[str]]) -> tuple[Held, ...]:
    """The columns, where none of a list of prices is understood as what things are called: that with most letters."""
    priced = {Held.UNIT_PRICE, Held.PRICE, Held.BARE_PRICE} & set(held)
    if Held.NAME in held or Held.TRADE_NAME in held or not (priced and {Held.UNIT, Held.QUANTITY} & set(held)):
        return held
    letters = {
        at: sum(len(_LETTER.findall(row[at])) for row in rows[:20] if at < len(row))
        for at, what in enumerate(held)
        if what is Held.UNKNOWN
    }
    name = max(letters, key=letters.__getitem__, default=None)
    return held if name is None or not letters[name] else (*held[:name], Held.NAME, *held[name + 1 :])


def _is_head_row(row: Sequence[str], above: Sequence[str]) -> bool:
    """Whether a row goes on with the head: a cell spans down into it, and it holds no figures."""
    spans = any(cell and cell == over for cell, over in zip(row, above, strict=False))
    numbered = all(_NUMBERING.fullmatch(fold_head(cell)) for cell in row if cell.strip())
    figures = any(re.search(r"\d{3}", cell) for cell in row)
    return len(row) == len(above) and spans and not numbered and not figures


def _is_result(held: tuple[Held, ...]) -> bool:
    """Whether columns tell who won, or at what price something was won."""
    won = {Held.SUPPLIER, Held.AMOUNT, Held.UNIT_PRICE, Held.PRICE} & set(held)
    told = {Held.NAME, Held.LOT, Held.SUPPLIER, Held.BIDDER, Held.AMOUNT, Held.PRICE} & set(held)
    listed = Held.NAME in held and (Held.BARE_PRICE in held or Held.OFFER in held)
    listed = listed or (Held.OUTCOME in held and (Held.BIDDER in held or Held.ENTRANT in held))
    known = sum(one is not Held.UNKNOWN for one in held)
    return (bool(won) and len(told) > 0 and known > 1) or listed


def _join(cells: Sequence[str]) -> str:
    return " ".join(dict.fromkeys(collapse_spaces(cell) for cell in cells if cell.strip()))


@lru_cache(maxsize=1024)  # heads are looked at for what they hold and for whose a table is
def _hold(head: str) -> Held:
    plain = fold_head(head)
    if not plain or len(plain) > _LONGEST_HEAD:
        return Held.UNKNOWN
    goods = find_column(head)
    won = (re.search(r"\btrung\b", plain) is not None and (not is_accented(head) or "trúng" in head.lower())) or (
        _PRICE.search(plain) is not None and _AGREED.search(plain) is not None
    )
    if _TAX_CODE.search(plain):
        held = Held.TAX_CODE
    elif _MAKER.search(plain) or _BRAND.match(collapse_spaces(head).lower()):
        held = Held.MAKER_AND_ORIGIN if _ORIGIN.search(plain) else Held.MAKER
    elif won and _SELLER.match(plain) and not _PRICE_WON.search(plain):
        held = _hold_seller(plain, won=won)
    elif _WORTH.fullmatch(plain):
        held = Held.BARE_TOTAL
    elif _PRICE.search(plain) and (won or "tri gia" not in plain):
        held = _hold_price(plain, won=won)
    elif goods in (Column.UNIT, Column.QUANTITY):
        held = _GOODS[goods]
    elif _COUNT.fullmatch(plain):
        held = Held.QUANTITY
    elif _SELLER.search(plain):
        held = _hold_seller(plain, won=won)
    else:
        rows = ((_ORIGIN, Held.ORIGIN), (_OUTCOME, Held.OUTCOME), (_LOT, Held.LOT))
        named = Held.NAME if goods is Column.NAME else Held.UNKNOWN
        held = next((what for pattern, what in rows if pattern.match(plain)), named)
    return held


def _hold_price(plain: str, *, won: bool) -> Held:
    if not won:
        return _hold_unsaid(plain)
    piece, total = _is_piece(plain), _is_total(plain)
    if re.search(r"\b(?:truoc thue|chua (?:bao gom |co |gom )?(?:thue|vat))\b", plain):
        return Held.UNKNOWN
    return Held.UNIT_PRICE if piece else Held.AMOUNT if total else Held.PRICE


def _is_piece(plain: str) -> bool:
    return re.search(r"\bdon gia\b|/", plain) is not None


def _is_total(plain: str) -> bool:
    return re.search(r"\b(?:thanh tien|tong|gia tri|tri gia|so tien)\b", plain) is not None


def _hold_unsaid(plain: str) -> Held:
    """What a price is that its head does not call won."""
    piece, total = _is_piece(plain), _is_total(plain)
    if _ASKED.search(plain) and not piece:
        return Held.OFFERED
    if _JUST_PRICE.fullmatch(plain):
        return Held.BARE_PRICE
    if _OTHER_PRICE.search(plain) or not (piece or total):
        return Held.UNKNOWN
    if piece:
        return Held.BARE_PRICE
    return Held.AMOUNT if _CONTRACT.search(plain) else Held.BARE_TOTAL


def _hold_seller(plain: str, *, won: bool) -> Held:
    if _NO_WINNER.search(plain):
        return Held.ENTRANT if _ENTERS.search(plain) else Held.UNKNOWN
    chosen = re.search(r"\bduoc (?:(?:lua )?chon|cong nhan|chi dinh)\b", plain)
    supplies = re.search(r"\b(?:cung cap|cung ung)\b", plain) and not plain.startswith("nha cung cap")
    if won or chosen or supplies:
        return Held.SUPPLIER
    return Held.BIDDER
