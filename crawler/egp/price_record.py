"""From a record of the portal's winning prices to an award line, with every type that its fields were seen to have."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from crawler.egp.record import list_places, list_texts, parse_time
from timthau.model.award_line import AwardLine
from timthau.model.notice import make_id
from timthau.model.supplier import Winner, parse_tax_code
from timthau.text.price import parse_price

#: Where each field of ours is, in the order of what is believed; tabs and editions of the portal differ.
_TEXTS = {
    "name": ("tenThietBi", "danhMucHangHoa", "tenThuoc", "danhMucDichVu", "moTaDichVu"),
    "active_ingredient": ("tenHoatChat",),
    "medicine_group": ("nhomThuoc",),
    "model": ("kyMaHieu", "chungLoai"),
    "brand": ("nhanHieu",),
    "maker": ("hangSanXuat",),
    "origin": ("xuatXu",),
    "year": ("namSanXuat",),
    "specification": ("cauHinh",),
    "hs_code": ("maHs",),
    "unit": ("donViTinh",),
    "tender_title": ("tenGoiThau",),
    "buyer": ("tenCdtBmt",),
    "decision_number": ("soQuyetDinh",),
}
_TIMES = {"decided_at": "ngayBanHanhQuyetDinh", "published_at": "ngayDangTaiKqlcnt"}
_QUANTITIES = ("khoiLuongDouble", "khoiLuong", "soLuong")
#: What was won, else what was bid.
_PRICES = ("donGia", "donGiaDuThau")
_AMOUNTS = ("thanhTien",)
#: Fields that are understood, and that say nothing that a line keeps.
_OTHERS = frozenset(
    "id type tab medicines medicineType winningName winningCode maTbmt maCdt diaDiem bidForm soNhaThauThamDu score "
    "soLuuHanh maKqlcnt kqlcntId idKqlcnt resultId".split()
)
_KNOWN = _OTHERS.union(*_TEXTS.values(), _TIMES.values(), _QUANTITIES, _PRICES, _AMOUNTS)
#: What a sheet puts around a text that it would take for a formula, and what it makes of the end of a line.
_QUOTED = re.compile(r"""\s*(?:'(?=[-=+@*•])|"(.*)"\s*\Z|'(.*)'\s*\Z)""", re.DOTALL)
_LINE_END = "_x000D_"

Record = Mapping[str, Any]


@dataclass(frozen=True)
class PriceReading:
    """What a record says; `unknown` are names of fields that nobody has told us of."""

    line: AwardLine
    unknown: tuple[str, ...]


def read_price(record: Record, *, source: str, url: str, tab: str) -> PriceReading:
    """The award line that a record of the prices is.

    Raises ValueError when the record has no id or no name, without which there is no line.
    """
    texts: dict[str, Any] = {name: _text(record, fields) for name, fields in _TEXTS.items()}
    key = next(iter(list_texts(record.get("id"))), None)
    if not key or not texts["name"]:
        raise ValueError(f"a record has no {'name' if key else 'id'}: {key or record.get('maTbmt')}")
    times: dict[str, Any] = {name: parse_time(record.get(field)) for name, field in _TIMES.items()}
    suppliers, loose = _winners(record)
    provinces = list(dict.fromkeys(province for _, province in list_places(record.get("diaDiem")) if province))
    quantity = _number(record, _QUANTITIES)
    line = AwardLine(
        id=make_id(source, key),
        source=source,
        source_key=key,
        url=url,
        tab=tab,
        **texts | {"specification": _unquoted(texts["specification"])},
        **times,
        quantity=None if quantity is None else float(quantity),
        unit_price_vnd=_number(record, _PRICES),
        amount_vnd=_number(record, _AMOUNTS),
        suppliers=suppliers,
        loose_tax_code=loose,
        tender_number=next(iter(list_texts(record.get("maTbmt"))), None),
        province=provinces[0] if len(provinces) == 1 else None,
    ).settled()
    return PriceReading(line, tuple(sorted(record.keys() - _KNOWN)))


def _text(record: Record, fields: tuple[str, ...]) -> str | None:
    found = (text.replace(_LINE_END, " ").strip() for field in fields for text in list_texts(record.get(field)))
    return next(filter(None, found), None)


def _unquoted(text: str | None) -> str | None:
    """A specification without the quotation marks that a sheet has put around it."""
    if text and (found := _QUOTED.match(text)):
        inner = next((part for part in found.groups() if part is not None), text[found.end() :])
        return inner.strip() or text
    return text


def _number(record: Record, fields: tuple[str, ...]) -> Decimal | None:
    """The first of some fields that holds a number above zero, which may come as a text or in a list."""
    for field in fields:
        value = record.get(field)
        for entry in value if isinstance(value, list) else [value]:
            try:
                number = parse_price(entry.strip() if isinstance(entry, str) else entry)
            except ValueError:
                continue
            if number > 0:
                return number
    return None


def _winners(record: Record) -> tuple[tuple[Winner, ...], str | None]:
    """Who won, each with a code where there are as many codes as names; a single code for several names is loose."""
    names = list_texts(record.get("winningName"))
    codes = [code for text in list_texts(record.get("winningCode")) if (code := parse_tax_code(text))]
    if len(names) == len(codes):
        return tuple(Winner.of(name, code) for name, code in zip(names, codes, strict=True)), None
    return tuple(Winner(name=name) for name in names), codes[0] if len(codes) == 1 else None
