"""Sums of money as documents write them, in figures or words, and the unit that numbers are said to be counted in."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from crawler.extract.text.folding import fold_in_place, is_accented
from timthau.text.amount import UNITS, parse_number
from timthau.text.numeral import parse_numeral

_NUMBER = (
    r"\d{1,4},\d{4,6}(?= ?t[yir])"  # 67,2154 tỷ
    r"|(?P<mixed>\d{1,3}(?:,\d{3}){1,4}\.\d{3})(?= ?(?:ngan|nghin)\b)"  # 850,200.000 ngàn: decimals of Excel
    r"|\d{1,3}(?P<gap>[.,] )\d{3}(?:(?P=gap)\d{3}){1,4}(?!\d)"  # 850. 200. 000
    r"|\d{1,3}(?P<mark>[.,])\d{3}(?:(?P=mark)\d{3}){0,5}(?:[.,]\d{1,2}(?!\d))?"  # 10.072.874.000
    r"|\d{1,3}(?P<blank>(?: \d{3}){2,5})(?!\d)"  # 10 072 874 000
    r"|\d{1,15}(?:[.,]\d{1,3})?"  # 2,5 and 40000000
)
_SCALE = r"(?:(?:ty|ti|trieu|tr|ngan|nghin)\b|tr(?=d\b))"  # "456,2 trđ"
_CURRENCY = r"(?:dong\b|vnd\b|vn dong\b|viet nam dong\b|d\b)"
_NUMERAL = r"(?:khong|mot|hai|ba|bon|tu|nam|lam|sau|bay|tam|chin|muoi|tram|nghin|ngan|trieu|ty|ti|linh|le|chuc|va)"
_SUM = re.compile(
    rf"(?<![\d.,/a-z-])(?:(?P<prefix>vnd)\s?)?(?P<number>{_NUMBER})"
    rf"(?:\s?(?P<scale>{_SCALE})(?:\s(?P<more>\d{{1,3}}(?:[.,]\d{{1,3}})?)\s(?P<lesser>{_SCALE}))?)?"
    rf"(?:\s?\(\s?{_NUMERAL}(?:,?\s{_NUMERAL}){{1,30}}\s?\)(?=\s?{_CURRENCY}))?"  # 540.000.000 (năm trăm …) đồng
    rf"\s?[.,]?-?\s?\(?(?P<currency>{_CURRENCY})?"
)
# "từ 7 đến 150 triệu đồng", "7.000.000 - 8.000.000 đồng": the number that stands before the upper end of a range.
_LOWER = re.compile(
    rf"(?<![\d.,/a-z-])(?P<number>\d[\d.,]*\d|\d)\s?(?P<scale>{_SCALE})?\s?{_CURRENCY}?\s?(?:/\s?[a-z]{{1,8}}\d?\s?)?"
    r"(?:-|\b(?:den|toi)\b(?! (?:da|thieu))|[,;]?\s?(?:va )?\b(?:toi da|cao nhat)\b)"
    r"(?: (?:muc|duoi|khoang))?\s?$"
)
_LOWER_LENGTH = 50
# "hơn 241 tỷ đồng" says no sum, "gói thầu trên là 5 tỷ đồng" does.
_ABOUT = re.compile(r"\b(?:(?:hon|gan|khoang|xap xi|duoi|toi thieu|it nhat)\s(?:la )?|tren\s)$")
# Nor does "từ 5 tỷ đồng"; "đầu tư 5 tỷ đồng" does.
_FROM = re.compile(r"(?<!đầu )\btừ (?:mức )?$|(?<!dau )\btu $")
_UP_TO = re.compile(rf"\b(?:den|toi|(?:{_NUMERAL}|dong) -)\s$")  # "ba trăm đến năm trăm triệu đồng"
_SPELLS = re.compile(r"\bchu\b")  # "(viết bằng chữ: …"
_PER = re.compile(r"\)?\s?/\s?(?:0?1\s?)?(?P<unit>[a-z]+\d?)")
_FACTOR = re.compile(r"\)?\s?(?:/\s?(?:0?1\s?)?[a-z]+\d?)?\s?[x*]\s?\d")
_IN_WORDS = re.compile(
    r"[\s.,;/-]{0,6}\(?\s?(?:(?:so tien )?(?:viet )?bang chu|ghi bang chu"
    r"|chu)?\s?[:;]?\s?\(?(?P<words>[a-z][a-z ,]{5,200}?dong)\b"
)
_WORDS = re.compile(rf"\b{_NUMERAL}(?:,?\s{_NUMERAL}){{1,30}}(?:\s(?:dong|vnd)|\sviet nam dong)\b")
# "ĐVT: 1.000 đồng", "(triệu đồng)", "Đơn vị tính: nghìn đồng": what bare numbers beside, below or before it count.
_UNIT = re.compile(
    r"(?P<said>(?:\b(?:dvt|d\.v\.t|don vi(?: tinh| tien(?: te)?)?|tinh bang|tinh theo)\s?[:.]?\s?|\(\s?)"
    r"(?:(?P<figure>1[.,]?000(?:[.,]000)?)|(?P<word>nghin|ngan|trieu|ty|ti))?\s?(?P<coin>dong|vnd|vn dong|d)\b"
    r"\s?(?:\)|$|[;,.](?!\d)|(?=\s?[:|]))?)"
)
# Scanners take noughts for letters: "850.200.OOO đồng".
_NOUGHTS = re.compile(r"\d{1,3}(?:[.,][\do]{3}){1,5}(?![a-z\d])")
_NOUGHT = re.compile(r"\d[.,]\d{0,2}o")
_UNIT_SIGN = re.compile(r"\(|d\.?v\.?t|don vi|tinh ")  # in each of these, and quickly looked for
_CELL = re.compile(r"\s*+(?P<number>\d[\d., ]*+)\s*+(?:dong|vnd|vn dong|d)?\s*+(?:/\s?[a-z ]{1,20})?[.,]?\s*+")
_FIGURES = {"1000": 1000, "1000000": 10**6}
_BARE_BEFORE = re.compile(r"(?:[:|)]|\bla)\s*$")
# Cheap to look for, and in every sum that names itself and every unit.
_NAMED = re.compile(r"dong|vnd|trieu|\b(?:d|ty|ti)\b|\d(?:d|ty|ti|tr)\b")
_IN_FIGURES = re.compile(r"[\s,.]{0,3}\(\s?\d")  # "năm trăm triệu đồng (500.000.000 đồng)"
_FIGURE = re.compile(r"\d[.,]\d|\d{5}|\d\s?(?:t[yir]|ng|d)")  # no day, no "24 tháng"
_MOST = 10**15
_LEAST_BARE = 10**6
_FIGURE_NEAR = 40
_GROUPED = ("mark", "blank", "gap", "mixed")  # ways to part thousands
_FOREIGN = re.compile(r"\s?(?:usd|us\$|eur|euro|do la|jpy|yen)\b")


@dataclass(frozen=True)
class Sum:
    """A sum in VND at `start`..`end` of a text.

    `low` is the other end of a range that it closes; `per` is the unit it is for, `factor` says that it is multiplied.
    """

    start: int
    end: int
    vnd: int
    low: int | None = None
    per: str | None = None
    factor: bool = False


def find_unit(plain: str) -> tuple[int, int, int] | None:
    """Where a folded text says in what its numbers are counted, and how many VND that is."""
    if _UNIT_SIGN.search(plain) is None:
        return None
    match = next((found for found in _UNIT.finditer(plain) if found["figure"] or found["word"]), None)
    if match is None:
        return None
    size = _FIGURES[re.sub("[.,]", "", match["figure"])] if match["figure"] else UNITS[match["word"]]
    return match.start(), match.end(), size


def parse_sums(text: str, plain: str | None = None, *, bare: bool = False, unit: int = 1) -> Iterator[Sum]:
    """The sums of a text from left to right; a number in words counts where it does not repeat one in figures.

    With `bare`, also a grouped number of a million or more without "đồng". Numbers without a unit of their own are
    counted in `unit` VND, or in what the text itself says ("ĐVT: 1.000 đồng").
    """
    plain = fold_in_place(text) if plain is None else plain
    if not bare and _NAMED.search(plain) is None:
        return
    if _NOUGHT.search(plain):
        plain = _NOUGHTS.sub(lambda digits: digits[0].replace("o", "0"), plain)
    if (said := find_unit(plain)) is not None:
        start, end, unit = said
        plain = plain[:start] + " " * (end - start - 1) + ":" + plain[end:]
        bare = True
    figures = list(_parse_figures(text, plain, bare=bare, unit=unit))
    yield from sorted((*figures, *_parse_words(plain, figures)), key=lambda one: one.start)


def _parse_figures(text: str, plain: str, *, bare: bool, unit: int) -> Iterator[Sum]:
    previous: Sum | None = None
    for match in _SUM.finditer(plain):
        one = _parse_sum(match, plain, bare=bare, unit=unit)
        if one is None or _is_vague(text, plain, one):
            continue
        if previous is not None and (one.low is None or one.low != previous.vnd or previous.end > one.start):
            yield previous
        previous = one
    if previous is not None:
        yield previous


def _is_vague(text: str, plain: str, one: Sum) -> bool:
    """Whether the words before a sum make it a bound or a guess; both ends of a range are said."""
    if one.low is not None:
        return False
    before = text[max(0, one.start - 12) : one.start].lower()
    from_here = _FROM.search(before) if is_accented(text) else None
    ranged = _LOWER.search(plain, max(0, one.start), min(len(plain), one.end + 12)) is not None
    return bool(_ABOUT.search(plain, max(0, one.start - 14), one.start)) or (from_here is not None and not ranged)


def _parse_sum(match: re.Match[str], plain: str, *, bare: bool, unit: int) -> Sum | None:
    glued = match["scale"] == "tr" and plain[match.start("scale") - 1].isdigit()  # "500tr", but no "trang 500 tr."
    own = match["prefix"] or match["currency"] or match["scale"] in ("ty", "ti", "trieu") or glued
    counted = not own and not match["scale"] and unit > 1
    stands_alone = counted and _BARE_BEFORE.search(plain, 0, match.start()) is not None
    if not own and not stands_alone and not (bare and any(match[one] for one in _GROUPED)):
        return None
    if _FOREIGN.match(plain, match.end()):
        return None
    size = unit if counted else UNITS.get(match["scale"] or "", 1)
    total = parse_number(match["number"], size if not counted or "," in match["number"] else 1) * size
    if match["more"]:
        total += Decimal(match["more"].replace(",", ".")) * UNITS[match["lesser"]]
    if not 0 < total < _MOST or (not own and total < _LEAST_BARE):
        return None
    per = _PER.match(plain, match.end())
    factor = _FACTOR.match(plain, match.end()) is not None
    one = Sum(match.start(), match.end(), int(total), per=per["unit"] if per else None, factor=factor)
    return replace(one, low=_lower(plain, match, size))


def _lower(plain: str, match: re.Match[str], size: int) -> int | None:
    """The lower end of a range that a sum closes; it may leave the scale to the upper end."""
    lower = _LOWER.search(plain, max(0, match.start() - _LOWER_LENGTH), match.start())
    if lower is None:
        return None
    own = UNITS[lower["scale"]] if lower["scale"] else size if "." not in lower["number"] or size == 1 else 1
    low = int(parse_number(lower["number"], own) * own)
    return low if 0 < low < _MOST else None


def _parse_words(plain: str, figures: Sequence[Sum]) -> Iterator[Sum]:
    """The sums that stand in words alone; `figures` are those of the same text that do not."""
    for match in _WORDS.finditer(plain):
        start, end = match.span()
        said = parse_numeral(match[0])
        if said is None or not _LEAST_BARE <= said < _MOST or any(one.vnd == said for one in figures):
            continue
        if _FIGURE.search(plain, max(0, start - _FIGURE_NEAR), start) or _IN_FIGURES.match(plain, end):
            continue  # the words of a sum in figures, which is vague or is a part of something else
        if figures and _SPELLS.search(plain, max(0, start - _FIGURE_NEAR), start):
            continue
        if not (_ABOUT.search(plain, 0, start) or _UP_TO.search(plain, 0, start)):
            per = _PER.match(plain, end)
            yield Sum(start, end, said, per=per["unit"] if per else None)


def is_contradicted(plain: str, one: Sum) -> bool:
    """Whether the words behind a sum say another number."""
    match = _IN_WORDS.match(plain, one.end)
    said = parse_numeral(match["words"]) if match else None
    return said is not None and said != one.vnd


def parse_unit_price(cell: str, unit: int) -> Decimal | None:
    """The price in a cell, its number counted in `unit` VND; None for zero and for what is no number."""
    match = _CELL.fullmatch(fold_in_place(cell))
    if match is None:
        return None
    try:
        price = parse_number(match["number"], 1) * unit
    except ValueError:
        return None
    return price if 0 < price < _MOST else None
