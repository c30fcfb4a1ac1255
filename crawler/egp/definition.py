"""What a source definition may say of the portal: which tenders, and which winning prices, are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from timthau.errors import SourceError
from timthau.model.province import find_province

#: The platforms of definitions: the national portal's tenders, and its winning prices.
PORTAL, PRICES = "egp", "egp-prices"
#: The portal's codes of what is procured: goods, works, consulting, other services, several of these.
_FIELDS = ("HH", "XL", "TV", "PTV", "HON_HOP")
#: The tabs of the winning prices, by the portal's names.
_TABS = (
    *("HANG_HOA", "THIET_BI_VAT_TU_Y_TE", "THUOC_TAN_DUOC", "DUOC_LIEU", "VI_THUOC_CO_TRUYEN"),
    *("DICH_VU_PHI_TU_VAN", "DICH_VU_TU_VAN"),
)


@dataclass(frozen=True, kw_only=True)
class Portal:
    """What to read of the national portal.

    Records of these `fields` (codes), of `medicine` only, with these `keywords` in number or name, and of these
    `provinces` by their names; all where nothing is said. The last `reread_days` days are read again in every run, and
    notices without a result until `follow_days` after their deadlines. `quotations` looks for requests for quotation
    too, which nobody has seen the portal's open list give.
    """

    fields: tuple[str, ...] = ()
    medicine: bool = False
    provinces: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    reread_days: int = 7
    follow_days: int = 30
    quotations: bool = False


@dataclass(frozen=True, kw_only=True)
class Prices:
    """What to read of the portal's winning prices: these `tabs`, by the portal's names, `page_size` lines at once.

    The last `reread_days` days of publication are read again in every run. With `export_path` all lines of a window are
    asked for at once at that address of the portal, which no public client was seen to reach without logging in.
    """

    tabs: tuple[str, ...] = ("THIET_BI_VAT_TU_Y_TE", "THUOC_TAN_DUOC", "HANG_HOA")
    reread_days: int = 7
    page_size: int = 200
    export_path: str | None = None


#: What a definition may say of each, with the type it must have in TOML.
PORTAL_KEYS: dict[str, type | tuple[type, ...]] = {
    "fields": list,
    "medicine": bool,
    "provinces": list,
    "keywords": list,
    "reread_days": int,
    "follow_days": int,
    "quotations": bool,
}
PRICES_KEYS: dict[str, type | tuple[type, ...]] = {
    "tabs": list,
    "reread_days": int,
    "page_size": int,
    "export_path": str,
}


def check_definition(said: Mapping[str, Any]) -> None:
    """Raise SourceError naming a key whose value the portal does not know."""
    for key, known in (("fields", _FIELDS), ("tabs", _TABS)):
        for value in said.get(key, ()):
            if value not in known:
                raise SourceError(f"{key} = {value!r} is not known; known are {', '.join(known)}")
    for province in said.get("provinces", ()):
        if find_province(province) is None:
            raise SourceError(f"provinces = {province!r} is not known; known are those of data/provinces.tsv")
    for key in ("reread_days", "page_size"):
        if said.get(key, 1) < 1:
            raise SourceError(f"{key} must be 1 or more")
