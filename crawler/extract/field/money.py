"""Sums of money as documents write them, and which of them is what a notice is worth."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto

from crawler.extract.text.cue import Cue, CueTable
from crawler.extract.text.folding import fold_in_place
from crawler.extract.text.label import Concept
from crawler.extract.text.line import Line
from crawler.extract.text.passage import Passage
from timthau.model.notice import NoticeKind
from timthau.text.amount import UNITS, parse_number
from timthau.text.numeral import parse_numeral

_NUMBER = (
    r"\d{1,3}(?P<mark>[.,])\d{3}(?:(?P=mark)\d{3}){0,5}(?:[.,]\d{1,2}(?!\d))?"  # 10.072.874.000
    r"|\d{1,3}(?: \d{3}){2,5}(?!\d)"  # 10 072 874 000
    r"|\d{1,15}(?:[.,]\d{1,3})?"  # 2,5 and 40000000
)
_SCALE = r"(?:ty|ti|trieu|tr|ngan|nghin)\b"
_CURRENCY = r"(?:dong\b|vnd\b|vn dong\b|viet nam dong\b|d\b)"
_SUM = re.compile(
    rf"(?<![\d.,/a-z-])(?:(?P<prefix>vnd)\s?)?(?P<number>{_NUMBER})"
    rf"(?:\s?(?P<scale>{_SCALE})(?:\s(?P<more>\d{{1,3}}(?:[.,]\d{{1,3}})?)\s(?P<lesser>{_SCALE}))?)?"
    rf"\s?[.,]?-?\s?\(?(?P<currency>{_CURRENCY})?"
)
# "hơn 241 tỷ đồng" says no sum.
_ABOUT = re.compile(r"\b(?:hon|gan|khoang|xap xi)\s(?:la )?$")
_PER = re.compile(r"\)?\s?/\s?(?:0?1\s?)?(?P<unit>[a-z]+\d?)")
_FACTOR = re.compile(r"\)?\s?(?:/\s?(?:0?1\s?)?[a-z]+\d?)?\s?[x*]\s?\d")
_BY_TIME = frozenset({"thang", "nam", "quy", "dot", "goi", "lo", "ky"})
_IN_WORDS = re.compile(
    r"[\s.,;/-]{0,6}\(?\s?(?:(?:so tien )?(?:viet )?bang chu|ghi bang chu"
    r"|chu)?\s?[:;]?\s?\(?(?P<words>[a-z][a-z ,]{5,200}?dong)\b"
)
# "lô số 1: 320.000.000 đồng; lô số 2: 345.000.000 đồng": the next sum is said to be the same.
_LOT = re.compile(
    r"[^:]{0,40}?[;,+-]\s?(?:va\s)?(?:lo|goi|phan|diem|khu|thua|can|xe|tai san|vi tri|quay"
    r"|mat bang)\b[^:;]{0,60}:?\s?"
)
_MOST = 10**15
_NEAR = 300


@dataclass(frozen=True)
class Sum:
    """A sum in VND at `start`..`end` of a text; `per` is the unit it is for, `factor` says that it is multiplied."""

    start: int
    end: int
    vnd: int
    per: str | None = None
    factor: bool = False


def parse_sums(text: str, plain: str | None = None, *, bare: bool = False) -> Iterator[Sum]:
    """The sums of a text from left to right; with `bare`, also a grouped number of a million or more without "đồng"."""
    plain = fold_in_place(text) if plain is None else plain
    for match in _SUM.finditer(plain):
        if _ABOUT.search(plain, max(0, match.start() - 12), match.start()):
            continue
        named = match["prefix"] or match["currency"] or match["scale"] in ("ty", "ti", "trieu")
        if not named and not (bare and match["mark"]):
            continue
        vnd = _vnd(match)
        if vnd is None or (not named and vnd < 10**6):
            continue
        per = _PER.match(plain, match.end())
        yield Sum(
            match.start(), match.end(), vnd, per["unit"] if per else None, _FACTOR.match(plain, match.end()) is not None
        )


def _vnd(match: re.Match[str]) -> int | None:
    """The sum in whole VND; None when it cannot be one."""
    size = UNITS.get(match["scale"] or "", 1)
    total = parse_number(match["number"], size) * size
    if match["more"]:
        total += Decimal(match["more"].replace(",", ".")) * UNITS[match["lesser"]]
    return int(total) if 0 < total < _MOST else None


class Worth(Enum):
    """What a sum is said to be; the higher value counts before the lower."""

    OTHER = 0
    ESTIMATE = auto()
    PRICE = auto()
    TOTAL = auto()
    AWARD = auto()


WORTHS: CueTable[Worth] = CueTable(
    Cue(
        Worth.OTHER,
        r"((bao|dam) dam|bao lanh)( du thau| thuc hien| tham gia)?( (co )?(tri gia|gia tri))?|ky quy|dat (truoc|coc)"
        r"|tien (mua|ban|dat)|phi\b"
        r"|le phi|chi phi (nop|dang|du)|(mua|ban) ho so|ho so\s?:|buoc gia|nop phat|von (dieu le|phap dinh)|doanh thu"
        r"|vuot( qua)?|duoi|khong qua|tro len|hop dong tuong tu|thu nhap|luong\b|don gia|lai suat|no\b|tam ung"
        r"|giam gia|tien thue|thue (gtgt|vat)[^:;]{0,12}:|tiet kiem|gia (du thau|tham gia|chao|tham dinh|tri so sach"
        r"|tri con lai)|chenh lech|nguyen gia|chao gia",
        "bảo đảm dự thầu",
    ),
    Cue(
        Worth.AWARD,
        r"(tong )?(gia|gia tri|so tien)( \w+){0,2} trung( thau| dau gia| tuyen)?|gia( tri)? hop dong|gia( tri)?"
        r" (duoc )?chi dinh( thau)?|trung (thau"
        r"|dau gia)( \w+){0,4} (voi )?(gia|so tien)|(gia|gia tri) de nghi trung|gia (duoc )?phe duyet trung"
        r"|voi (gia|gia tri|so tien)",
        "giá trúng thầu",
    ),
    Cue(
        Worth.TOTAL,
        r"(voi )?tong( cong)?( \w+){0,3} (gia|du toan|kinh phi|tri|tien|gia tri)|tong cong",
        "tổng giá trị gói thầu",
    ),
    Cue(
        Worth.PRICE,
        r"(gia|gia tri|muc gia)( \w+){0,3}? (goi thau|khoi diem|tran|toi da|toi thieu|ke hoach)|gia goi"
        r"|goi thau (co )?gia"
        r"|(tien|chi phi|muc thu|don gia)( \w+){0,4}? khoi diem",
        "giá gói thầu",
    ),
    Cue(Worth.PRICE, r"gia san", "giá sàn", spelled="giá sàn"),  # no "giá trị tài sản"
    Cue(
        Worth.ESTIMATE,
        r"du toan|ngan sach (toi da|du kien|duoc duyet)|kinh phi( (du kien|thuc hien|mua sam))?|(gia"
        r"|gia tri) (du kien|uoc tinh|tam tinh|uoc)|tri gia"
        r"|chi phi( (?!nop|dang|du thau)\w+){0,4}? (duoc duyet|du kien|uoc tinh|toi da)|chi phi (thue )?tu van",
        "dự toán",
    ),
)
_SECTIONS = {Concept.PRICE: Worth.PRICE, Concept.AWARD: Worth.AWARD, Concept.SECURITY: Worth.OTHER}


def parse_amount(passage: Passage, kind: NoticeKind) -> int | None:
    """What a notice is worth in VND: the award's price, or the package's price, ceiling, estimate or starting price.

    None when no sum is said to be that, when several lots have each their own and no total is given, and when the
    sum written out in words is another than that in figures.
    """
    stated: dict[Worth, dict[int, None]] = {}
    for line in passage.lines:
        for worth, vnd in _find_worths(line):
            stated.setdefault(worth, {})[vnd] = None
    if kind is not NoticeKind.AWARD:
        stated.pop(Worth.AWARD, None)
    for worth in sorted(stated, key=lambda worth: -worth.value):
        if len(stated[worth]) == 1:
            return next(iter(stated[worth]))
        if worth is not Worth.TOTAL:
            return None
    return None


def _find_worths(line: Line) -> Iterator[tuple[Worth, int]]:
    """The sums of a line that are prices, each with what it is said to be."""
    bare = line.section in _SECTIONS and line.section is not Concept.SECURITY
    previous, worth = 0, Worth.OTHER
    for one in parse_sums(line.text, line.plain, bare=bare):
        if not (previous and _LOT.fullmatch(line.plain, previous, one.start)):
            worth = _worth(line, previous, one.start)
        previous = one.end
        priced = not one.factor and (one.per is None or one.per in _BY_TIME)
        if worth is not Worth.OTHER and priced and not _is_contradicted(line, one):
            yield worth, one.vnd


def _worth(line: Line, previous: int, start: int) -> Worth:
    """What the sum at `start` is said to be: by the nearest cue since the sum before it, else by the line's section."""
    cue = WORTHS.last(line.text[previous:start], line.plain[previous:start])
    if cue is not None:
        return cue.role
    if previous and line.plain[previous:start].rstrip().endswith("="):
        first = max(0, start - _NEAR)
        cue = WORTHS.last(line.text[first:start], line.plain[first:start])
        return cue.role if cue else _by_section(line)
    return Worth.OTHER if previous else _by_section(line)


def _by_section(line: Line) -> Worth:
    return _SECTIONS.get(line.section, Worth.OTHER) if line.section else Worth.OTHER


def _is_contradicted(line: Line, one: Sum) -> bool:
    """Whether the words behind a sum say another number."""
    match = _IN_WORDS.match(line.plain, one.end)
    said = parse_numeral(match["words"]) if match else None
    return said is not None and said != one.vnd
