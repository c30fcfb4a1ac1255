"""Who won, in a cell or behind a label: the supplier's name and tax code."""

import re
from functools import lru_cache

from crawler.extract.text.folding import fold_in_place
from crawler.extract.text.line import CAPITALS
from crawler.extract.text.organization import SELLERS
from timthau.text.fold import collapse_spaces

_NOBODY = re.compile(
    r"\W*(?:$|khong|chua|huy|to chuc lai|dau thau lai|n/a\b|nhu tren|tham du|\d+$|cac nha thau|nha thau$|stt)"
)
_LEAD = re.compile(
    r"\W*(?:(?:\d{1,2}|[ivx]{1,4}|[a-e])[.)/]\s?)?(?:(?:lo|phan|goi)(?: thau)?(?: so)? \w{1,4}\s?[:.–-]\s?)?"
    r"(?:(?:ten )?(?:nha thau|don vi|nha cung cap"
    r"|cong ty trung thau|to chuc)(?: trung thau| duoc lua chon| trung)?\s?(?::|la\b|\blà\b)\s?)?(?:-\s)?"
)
_END = re.compile(
    r"[\s,;.(–-]{0,9}(?:\(?\b(?:mst|ma so thue|ma so doanh nghiep|ma dinh danh|dia chi|dc|dien thoai|dt|sdt|email"
    r"|website|voi (?:gia|tong|so)|gia\s?:?\s?(?=\d)|gia trung|trung thau"
    r"|co dia chi|so dkkd|giay chung nhan|dai dien|tru so"
    r"|la (?:don vi|nha thau)|du dieu kien|dat yeu cau)\b)"
)
_SENTENCE_END = re.compile(rf"(?<!\bTP)(?<!\bTp)(?<!\bT)\.\s+(?=[{CAPITALS}])|;")
_TAX_CODE = re.compile(
    r"\b(?:mst|ma so thue|ma so doanh nghiep|ma dinh danh)\b[^\d\n]{0,16}"
    r"(?P<code>\d{4}-\d{3}-\d{3}(?:-\d{3})?|\d(?:[ .]?\d){9}(?:\s?-\s?\d{3})?)(?!\d)"
)
_BARE_CODE = re.compile(r"\s*(?:vn)?(?P<code>\d{4}-\d{3}-\d{3}(?:-\d{3})?|\d{10}(?:\s?-\s?\d{3})?)\s*")
_IN_SMALL_LETTERS = re.compile(rf"{SELLERS}|(?:nha|ong|ba|co so|chi nhanh|trung tam|vien)\b")
_LONGEST = 200


def parse_supplier(text: str) -> str | None:
    """The supplier that a text begins with, as written; None for what names nobody ("Không có nhà thầu trúng thầu").

    A joint venture is one supplier with all its members in the name.
    """
    text = collapse_spaces(text)
    lead = _LEAD.match(fold_in_place(text))
    name = text[lead.end() if lead else 0 :]
    plain = fold_in_place(name)
    if _NOBODY.match(plain):
        return None
    end = _END.search(plain, 3)
    name = name[: end.start() if end else _LONGEST]
    if sentence := _SENTENCE_END.search(name):
        name = name[: sentence.start()]
    name = name.strip(" .,;:-–\"“”'")
    if name.count("(") > name.count(")"):
        name = name[: name.rindex("(")].strip(" ,-–")
    if name[:1].islower() and not _IN_SMALL_LETTERS.match(fold_in_place(name)):
        return None  # what a scan has left of a name
    named = len(re.findall(r"[^\W\d_]{2,}", name)) >= 2 and any(letter.isupper() for letter in name)
    return name if named and len(name) <= _LONGEST else None


def parse_tax_code(text: str, *, bare: bool = False) -> str | None:
    """The tax code behind its label, or with `bare` alone in a cell; None where several stand, as of joint ventures."""
    plain = fold_in_place(text)
    if bare and (alone := _BARE_CODE.fullmatch(plain)):
        return re.sub(r"[\s-]", "", alone["code"])
    codes = {re.sub(r"[\s.-]", "", found["code"]) for found in _TAX_CODE.finditer(plain)}
    return codes.pop() if len(codes) == 1 else None


@lru_cache(maxsize=1024)  # each row is compared with all winners before it
def supplier_key(name: str) -> str:
    """What the spellings of a supplier's name in one document have in common."""
    plain = re.sub(r"[^a-z0-9 ]", " ", fold_in_place(name))
    for long, short in (("trach nhiem huu han", "tnhh"), ("co phan", "cp"), ("mot thanh vien", "mtv")):
        plain = plain.replace(long, short)
    return collapse_spaces(re.sub(r"\bcty\b", "cong ty", plain))
