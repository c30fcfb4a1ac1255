"""Suppliers: who won, one by tax code, with the spellings and old names under which results print it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self

from timthau.model.notice import make_id
from timthau.text.fold import collapse_spaces, nfc, place_tones, write_final_i
from timthau.text.writable import is_writable

_PORTAL_CODE = re.compile(r"vn[- ]?(?=[0-9z])", re.IGNORECASE)
#: What is written before a code, and between its digits: "MST: 0101 234 567 – 001".
_CODE_LABEL = re.compile(r"\A(?:mst|msdn|mã số (?:thuế|doanh nghiệp|dn))\W*", re.IGNORECASE)
_CODE_SIGNS = re.compile(r"(?<=\d)\s*[-‐-―./\s]\s*(?=\d)")
_TAX_CODE = re.compile(r"[0-9]{10}(?:[0-9]{2,3})?")
#: Several that offer together; a code beside such a name is that of one of them.
_JOINT = re.compile(r"\W*(?:tổ hợp |các )?(?:nhà thầu )?liên danh\b", re.IGNORECASE)
_OLD_NAME = re.compile(
    r"\(\s*+(?:tên (?:cũ|trước đây)(?: là)?|trước đây là|tiền thân(?: là)?)\s*+:?\s*+([^()]++)\)", re.I
)
_WORD = re.compile(r"[^\W_]+")
#: The law on enterprises registers no two names that differ in signs or these.
_JOINING = frozenset({"và"})
#: Short forms of company names that have one meaning there.
_SHORT = {
    "tnhh": "trách nhiệm hữu hạn",
    "cp": "cổ phần",
    "ctcp": "công ty cổ phần",
    "mtv": "một thành viên",
    "tm": "thương mại",
    "dv": "dịch vụ",
    "tmdv": "thương mại dịch vụ",
    "xnk": "xuất nhập khẩu",
    "sx": "sản xuất",
    "dp": "dược phẩm",
    "vtyt": "vật tư y tế",
    "tbyt": "thiết bị y tế",
    "ttb": "trang thiết bị",
    "cty": "công ty",
}


@dataclass(frozen=True, kw_only=True)
class Winner:
    """A supplier as one award line names it."""

    name: str
    tax_code: str | None = None

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Raises ValueError with the name of a field that cannot be used."""
        name, code = (data.get("name"), data.get("tax_code")) if isinstance(data, Mapping) else (data, None)
        if not isinstance(name, str) or not name.strip() or not is_writable(name):
            raise ValueError("suppliers has one without a name")
        if code is not None and (not isinstance(code, str) or not is_writable(code)):
            raise ValueError("tax_code is not a text")
        return cls.of(name, code)

    @classmethod
    def of(cls, name: str, code: str | None) -> Self:
        """The winner of a printed name and a tax code in any of its forms; a joint venture has none of its own."""
        return cls(name=name, tax_code=parse_tax_code(code) if code and not is_joint(name) else None)

    @property
    def key(self) -> str:
        """What the spellings of its name share."""
        return make_supplier_key(self.name)

    @property
    def id(self) -> str:
        """The id of a supplier of this code; without one, of those of this name of whom no code is known."""
        return _make_supplier_id(self.tax_code or f"name {self.key}")


@dataclass(frozen=True, kw_only=True)
class SupplierName:
    """A name as printed, and in how many award lines."""

    name: str
    lines: int


@dataclass(frozen=True, kw_only=True)
class Supplier:
    """Who won: all award lines of one tax code, and those that print only a name that no other code has.

    `names` are the spellings, the latest beside its code first; `name` is that of today, `old_names` those of which is
    said that they are of before.
    """

    id: str
    tax_code: str | None
    name: str
    old_names: tuple[str, ...]
    names: tuple[SupplierName, ...]
    lines: int

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        names = [{"name": one.name, "lines": one.lines} for one in self.names]
        return {**vars(self), "old_names": list(self.old_names), "names": names}


@lru_cache(maxsize=16_384)
def _make_supplier_id(key: str) -> str:
    return make_id("supplier", key)


@lru_cache(maxsize=16_384)
def parse_tax_code(text: str) -> str | None:
    """A tax code without what is written around it: "vn0101234567" and "MST: 0101234567 - 001" as 10, 12 or 13 digits.

    Codes of another form, as foreign companies have, stay as they are; None when there is none.
    """
    plain = _PORTAL_CODE.sub("", _CODE_LABEL.sub("", collapse_spaces(text)), count=1)
    bare = _CODE_SIGNS.sub("", plain)
    return bare if _TAX_CODE.fullmatch(bare) else plain or None


@lru_cache(maxsize=1 << 16)
def make_supplier_key(name: str) -> str:
    """What the spellings of one company's name share; readable.

    Case, where the tone stands, signs, y or i, short forms of one meaning and what is said of old names do not count;
    accents do: "Thiên Ân" and "Thiện An" are two companies.
    """
    words = [word for word in _WORD.findall(nfc(split_name(name)[0]).lower()) if word not in _JOINING]
    long = (part for word in words for part in _SHORT.get(word, word).split())
    return " ".join(write_final_i(place_tones(word)) for word in long)


def is_joint(name: str) -> bool:
    """Whether a name is that of a joint venture, as "Liên danh A - B"."""
    return _JOINT.match(nfc(name)) is not None


def split_name(name: str) -> tuple[str, tuple[str, ...]]:
    """A printed name without its old names, and those: "A (Tên cũ: B)"."""
    old = tuple(collapse_spaces(found) for found in _OLD_NAME.findall(name))
    return collapse_spaces(_OLD_NAME.sub(" ", name)) or collapse_spaces(name), old
