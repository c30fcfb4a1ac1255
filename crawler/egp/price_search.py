"""What is asked of the portal's winning prices. The form is the portal's own, see docs/portal.md."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Any

from crawler.egp.definition import Prices
from crawler.egp.search import PublicationWindow
from timthau.model.moment import HANOI

PATH = "/o/egp-portal-personal-page/services/smart/search_prc"
#: The page that a reader would have come from.
REFERER = "/web/guest/winning-bid-data"

_INDEX = "es-smart-pricing"
_GOODS = ("danh_muc_hang_hoa", "ma_hs", "xuat_xu", "ma_tbmt", "ky_ma_hieu", "nhan_hieu", "hang_san_xuat")
_DEVICES = ("ten_thiet_bi", *_GOODS[1:])
_MEDICINES = ("ten_thuoc", "ten_hoat_chat", "ma_tbmt")
_Filter = tuple[str, tuple[str | int | None, ...]]


@dataclass(frozen=True)
class _Tab:
    """How a tab of the portal is asked for: the fields that words would be looked for in, and one search or several,
    each by further filters."""

    fields: tuple[str, ...]
    searches: tuple[tuple[_Filter, ...], ...] = ((),)
    type: str = "HANG_HOA"
    is_filter: bool = True


#: By the names that the portal has for them; services have a type of their own and no tab.
_TABS = {
    "THIET_BI_VAT_TU_Y_TE": _Tab(_DEVICES),
    "THUOC_TAN_DUOC": _Tab(_MEDICINES, tuple((("medicines", (kind,)),) for kind in "012")),
    "HANG_HOA": _Tab(_GOODS),
    "DUOC_LIEU": _Tab(_MEDICINES, ((("medicine_type", (0, None)),),)),
    "VI_THUOC_CO_TRUYEN": _Tab(_MEDICINES, ((("medicine_type", (0, None)),),)),
    "DICH_VU_PHI_TU_VAN": _Tab(("danh_muc_dich_vu",), type="DICH_VU_PHI_TU_VAN", is_filter=False),
    "DICH_VU_TU_VAN": _Tab(("mo_ta_dich_vu",), type="DICH_VU_TU_VAN", is_filter=False),
}


class RangeForm(Enum):
    """How the range of days is written: the newest client was seen to send the first, older ones the second."""

    MILLISECONDS = auto()
    TEXT = auto()


@dataclass(frozen=True)
class PriceSearch:
    """The winning prices of a tab, or of a part of one; with `is_export` all of a window come at once."""

    tab: str
    filters: tuple[_Filter, ...] = ()
    page_size: int = 200
    path: str = PATH
    is_export: bool = False

    def __str__(self) -> str:
        return " ".join((self.tab, *(f"{name}={','.join(map(str, values))}" for name, values in self.filters)))

    @property
    def key(self) -> str:
        """Tells searches apart in the store: by what they find, not by how it is asked for."""
        return str(self)

    def build_body(self, window: PublicationWindow, page: int, form: RangeForm) -> str:
        """The request for a page (from 0) of a window."""
        tab = _TABS[self.tab]
        chosen: list[_Filter] = [
            ("type", (tab.type,)),
            *([("tab", (self.tab,))] if tab.is_filter else []),
            *self.filters,
        ]
        filters: list[dict[str, Any]] = [
            {"fieldName": name, "searchType": "in", "fieldValues": list(values)} for name, values in chosen
        ]
        bounds = {"from": _bound(window.since, form, last=False), "to": _bound(window.until, form, last=True)}
        filters.append({"fieldName": "ngay_dang_tai_kqlcnt", "searchType": "range"} | bounds)
        query = {
            "index": _INDEX,
            "keyWord": "",
            "keyWordNotMatch": "",
            "matchType": "all-1",
            "matchFields": list(tab.fields),
            "filters": filters,
        }
        return json.dumps([{"pageSize": self.page_size, "pageNumber": page, "query": [query]}], ensure_ascii=False)


def list_price_searches(prices: Prices) -> list[PriceSearch]:
    """The searches that a definition asks for: one for each tab, and for each kind of medicine."""
    plain = [PriceSearch(tab, filters, prices.page_size) for tab in prices.tabs for filters in _TABS[tab].searches]
    if prices.export_path is None:
        return plain
    return [replace(search, path=prices.export_path, page_size=10_000, is_export=True) for search in plain]


def _bound(moment: datetime, form: RangeForm, *, last: bool) -> int | str:
    """A time of Hanoi as the portal takes it: marked as UTC, which it is not."""
    local = moment.astimezone(HANOI).replace(microsecond=0, tzinfo=UTC)
    if form is RangeForm.MILLISECONDS:
        return int(local.timestamp()) * 1000 + (999 if last else 0)
    return f"{local:%Y-%m-%dT%H:%M:%S}.{'999' if last else '000'}Z"
