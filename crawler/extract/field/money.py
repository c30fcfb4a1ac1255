"""Which of a notice's sums is what it is worth."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from crawler.extract.field.worth import WORTHS, Worth
from crawler.extract.text.cue import CueMatch
from crawler.extract.text.folding import fold_in_place
from crawler.extract.text.label import Concept
from crawler.extract.text.line import Line
from crawler.extract.text.money import Sum, find_unit, is_contradicted, parse_sums
from crawler.extract.text.passage import FoldedPassage
from timthau.model.notice import NoticeKind

_BY_TIME = frozenset({"thang", "nam", "quy", "dot", "goi", "lo", "ky"})
# "lô số 1: 320.000.000 đồng; lô số 2: 345.000.000 đồng": the next sum is said to be the same.
_LOT = re.compile(
    r"[^:]{0,40}?[;,+-]\s?(?:va\s)?(?:lo|goi|phan|diem|khu|thua|can|xe|tai san|vi tri|quay|ki ?-?ot|sap|o|toa|tang"
    r"|mat bang)\b[^:;]{0,60}:?\s?|\)?\s?(?:[,;/+-]|va|hoac|hay)\s"
)
_NEAR = 300
_UNIT_LAST = re.compile(r"[:.;(]\s?\(?(?:dvt|don vi(?: tinh)?)\s?:[^:]{2,30}$")
# A line that says no more than a unit speaks for those below it.
_UNIT_LINE_LENGTH = 60


@dataclass(frozen=True)
class Amount:
    """The least and the most, in VND, of what a notice is said to be worth; `planned` where nobody paid it yet."""

    low: int
    high: int
    planned: bool = False

    @property
    def vnd(self) -> int | None:
        """The one sum that it is worth; None for a range and for several lots."""
        return self.low if self.low == self.high else None


_SECTIONS = {Concept.PRICE: Worth.PRICE, Concept.AWARD: Worth.AWARD, Concept.SECURITY: Worth.OTHER}


# A label of its own ends what the label above it says, but for lots and sums: "Gói 1: …", "Bằng số: …".
_GOES_ON = re.compile(
    r"(?:goi|lo|phan|ki ?-?ot|tai san|hang muc|khu|thua|o|xe|tong|cong|bang|viet|trong do|la)\b"
    r"|(?:so tien|gia)\s*$|\d|[^\w\s]|(?:nay )?(?:sua|dieu chinh|dinh chinh|doc)(?: lai)? (?:thanh|la)\b"
)
# "Tổng tiền: 500.000.000": a label of money needs no "đồng" beside its number.
_NUMBER_ALONE = re.compile(r"\s*\d{1,3}(?:([., ])\d{3})(?:\1\d{3}){1,4}(?:,\d\d)?\s*[.;]?\s*")
_LABEL_OF_MONEY = re.compile(r"\b(?:gia|tien|kinh phi|du toan|ngan sach|chi phi|price|cost|budget)\b")
_PRICED_TABLE = re.compile(r"\b(?:thanh tien|don gia|gia goi thau)\b")
# "Tổng cộng: 04 gói | 3.271.700 | |", a row whose table says what it counts in.
_TOTAL_ROW = re.compile(
    r"(?:tong cong|tong so|cong)\b(?! ty)[^|]{0,30}(?:\|[^|\d]{0,20}){0,4}\|\s?[\d.,]{5,20}\s?(?:\||$)"
)
_TOTAL_ALONE = re.compile(
    r"(?:tong cong|tong so tien|tong tien|tong gia tri|tong gia)(?: (?:gia )?(?:cua )?(?:cac )?goi(?: thau)?)?"
    r"(?: \([^()]{0,40}\))?\s?:?"
)
# "Giá:" over "643.000.000 đồng".
_SUM_FIRST = re.compile(r"(?:vnd\s?)?\d")
# "Cộng: 500 triệu đồng" adds up at least so many, and at most so many, sums of lines above it.
_FEWEST_PARTS, _MOST_PARTS = 2, 100
# "Giá trước thuế", "chưa bao gồm VAT" beside a price that has it.
_UNTAXED = re.compile(r"\b(?:truoc |chua (?:bao )?(?:gom |tinh |co )?|khong (?:bao )?gom )(?:thue|vat)\b")
_TAXED = re.compile(r"\b(?:sau |da (?:bao )?(?:gom |tinh |co )?|(?:bao )?gom )(?:thue|vat)\b")
# "đã in: 3.872.000.000 đồng; đúng là: …", "… nay điều chỉnh thành …".
_CORRECTED = re.compile(
    r"\b(?:dung la|nay la|(?:sua|dieu chinh|dinh chinh|thay doi|doc|ghi)(?: lai)?(?: thanh| la| con| len| xuong))"
    r"\s?:?\s?[\"'(]?\s?$"
)
# "Thực hiện Quyết định số … về việc bổ sung kinh phí 1.200.000.000 đồng;": what a call rests on, in a line of its own.
_BASIS = re.compile(
    r"\W*(?:can cu|thuc hien|theo|xet)\b[^.;:]{0,60}\b(?:quyet dinh|cong van|nghi quyet|ke hoach|to trinh|van ban|luat"
    r"|nghi dinh|thong tu)\b[^;]*;\s*$"
)
# "Nội dung | Đã ghi | Nay sửa lại là", the head of a table of corrections.
_CORRECTIONS = re.compile(
    r"\b(?:da (?:ghi|dang|in|thong bao|phat hanh)|cu|truoc (?:khi )?(?:sua|dinh chinh|dieu chinh)|ban dau)\b"
    r"[^|\n]{0,40}"
    r"\|[^|\n]{0,30}\b(?:sua|dinh chinh|dieu chinh|moi|thay)\b"
)
# "7.000.000 đồng/tháng x 36 tháng = …", "… (tương đương 252.000.000 đồng cho 36 tháng)".
_MAKES = re.compile(r"(?:=|\b(?:tuong duong|tuong ung|tuc|tuc la|tinh thanh|thanh tien)(?: voi)?\s?:?)\s*$")
_LINK = re.compile(r"\s?(?:\(\s?|,?\s?(?:chinh )?la\s)")
_CUE_BEHIND = 60
# Of a request for quotations "Giá: …" is what one piece costs, unless it says that taxes are in it.
_CALL = NoticeKind.REQUEST_FOR_QUOTATION
_ALL_IN = re.compile(
    r"[\s.,]*\(?\s?(?:(?:gia )?(?:da |tron goi,? )?(?:bao )?(?:gom|co) (?:ca )?(?:thue|vat)"
    r"|(?:viet |so tien )?bang chu)\b"
)
_ADVICE = (NoticeKind.PRICE_APPRAISAL, NoticeKind.CONSULTANT_SELECTION)
_OF_ADVICE = re.compile(
    r"\b(?:chi phi|kinh phi|muc phi|phi (?:dich vu|tham dinh)|tu van|(?<!duoc )giam sat|(?<!bao )(?<!chao )gia dich vu"
    r"|goi thau(?! (?:thiet bi|mua|xay|thi cong|cung cap|noi tren|tren|nay)))\b"
)
_CLAUSE = re.compile(r".*[.;,](?!\d)")
# "Giá kế hoạch cũ", "tổng giá trị đã mua năm ngoái": what was paid or planned before.
_ASIDE = re.compile(
    r"\b(?:cũ|trước đây|ban đầu|lần trước|năm (?:ngoái|trước)"
    r"|quyết toán|đã (?:hủy|huỷ|mua|cấp|sử dụng|thực hiện|thanh toán|giải ngân))\b"
)
# What a law's example or a bidder's experience speaks of.
_ELSEWHERE = re.compile(
    r"\b(?:vi du|thi du|(?:nha thau|nha cung cap|don vi)[^.;]{0,40} da (?:thuc hien|hoan thanh|cung cap))\b[^.;]*$"
)
# "Giá gói thầu (đã gồm thuế, phí, lệ phí): …": what a price takes in is not what the sum is.
_INCLUDED = re.compile(
    r"\([^()]*\b(?:gom|ke ca|(?:co|tinh|sau|truoc) thue|vat)\b[^()]*\)"
    r"|\bgom\b(?:(?!\bgia\b)[^.;:()]){1,30}\b(?:thue|phi|vat)\b(?:(?!\bgia\b)[^.;:()]){0,50}(?=:|\bla\s?$)"
)
# "trị giá 890.000.000 đồng đã ký năm 2024"
_PAST_BEHIND = re.compile(r"[\s,(]{0,3}đã (?:được )?(?:ký|mua|thực hiện|thanh toán|nghiệm thu|quyết toán|giải ngân)\b")
_OF_LOTS = re.compile(r"\b(?:goi|lo|phan|ki ?-?ot|khu|thua|xe|can)\b")
_OF_WHICH = re.compile(r"\btrong do\b")


def parse_amount(passage: FoldedPassage, kind: NoticeKind, *, unit: int = 1) -> Amount | None:
    """What a notice is worth: the award's price, or the package's price, ceiling, estimate or starting price.

    None when no sum is said to be that, or when the sum written out in words is another than that in figures; a range,
    and several lots that have each their own without a total, give both ends alone. `unit` is how many VND bare
    numbers count where the text says nothing else.
    """
    stated: dict[Worth, set[tuple[int, int]]] = {}
    above: list[int] = []
    corrected = _CORRECTIONS.search(passage.plain) is not None
    for line in _join_labels(passage.lines, tabled=_PRICED_TABLE.search(passage.plain) is not None):
        unit = _unit_below(line) or unit
        if kind.is_call and _BASIS.match(line.plain):
            continue
        sums = list(_find_worths(line, unit, above, corrected=corrected))
        above += [one.vnd for _, one in sums[:1]]
        for worth, one in sums:
            if worth is Worth.OTHER or (
                worth is Worth.BARE and kind is _CALL and not _ALL_IN.match(line.plain, one.end)
            ):
                continue
            if kind in _ADVICE and _is_of_goods(line, one):
                continue
            if not (_is_untaxed(line.plain) and _says_both(passage.plain)):
                stated.setdefault(worth, set()).add((one.vnd if one.low is None else one.low, one.vnd))
    if kind is not NoticeKind.AWARD:
        stated.pop(Worth.AWARD, None)
    if len(stated.get(Worth.TOTAL, ())) > 1 and (Worth.PRICE in stated or Worth.ESTIMATE in stated):
        del stated[Worth.TOTAL]  # totals of single lots
    if not stated:
        return None
    worth = max(stated, key=lambda one: one.value)
    ends = stated[worth]
    planned = worth.value <= Worth.PRICE.value
    return Amount(min(low for low, _ in ends), max(high for _, high in ends), planned)


def _is_untaxed(plain: str) -> bool:
    return _UNTAXED.search(plain) is not None and _TAXED.search(plain) is None


def _says_both(plain: str) -> bool:
    """Whether a text states sums with their taxes beside sums without."""
    return _TAXED.search(plain) is not None and _UNTAXED.search(plain) is not None


def find_line_unit(passage: FoldedPassage) -> int:
    """How many VND a line of its own says that numbers are counted in; 1 where none does."""
    if passage.unit is None:
        return 1
    return next(filter(None, map(_unit_below, passage.lines)), 1)


def _unit_below(line: Line) -> int | None:
    """The unit of a line that says nothing else, or that ends with it: "… như sau: Đơn vị tính: nghìn đồng"."""
    if (last := _UNIT_LAST.search(line.plain)) and (said := find_unit(line.plain[last.start() :])):
        return said[2]
    unit = find_unit(line.plain) if len(line.plain) <= _UNIT_LINE_LENGTH else None
    rest = line.plain[: unit[0]] + line.plain[unit[1] :] if unit else ""
    return unit[2] if unit and not any(letter.isdigit() for letter in rest) else None


def _join_labels(lines: Sequence[Line], *, tabled: bool) -> Iterator[Line]:
    """The lines, a label that ends one joined to the sum that begins the next.

    With `tabled` also "Tổng cộng" to the number below it, as tables of prices have it that were taken apart in lines.
    """
    joined: Line | None = None
    for line in lines:
        total = joined is not None and not joined.text.endswith(":")
        if joined is not None and (_NUMBER_ALONE.fullmatch(line.text) if total else _SUM_FIRST.match(line.plain)):
            label = f"{joined.label or joined.text} (tiền)" if total else joined.label
            said = replace(joined, text=f"{joined.text}: {line.text}" if total else f"{joined.text} {line.text}")
            yield replace(said, plain=fold_in_place(said.text), label=label, value=line.text)
            joined = None
            continue
        if joined is not None:
            yield joined
        joined = line if line.text.endswith(":") or (tabled and _TOTAL_ALONE.fullmatch(line.plain)) else None
        if joined is None:
            yield line
    if joined is not None:
        yield joined


def _is_labelled_number(line: Line) -> bool:
    """Whether a line is a label of money and a number: "Tổng tiền: 500.000.000"."""
    labelled = line.label and _NUMBER_ALONE.fullmatch(line.value)
    return bool(labelled) and _LABEL_OF_MONEY.search(fold_in_place(line.label)) is not None


def _supersedes(line: Line, earlier: int, one: Sum, start: int) -> bool:
    """Whether the sum at `start` stands for the one before it: with taxes for one without, or as its correction."""
    between = line.plain[one.end : start]
    taxed = _TAXED.search(between) and _UNTAXED.search(line.plain, earlier, one.start)
    return taxed is not None or _CORRECTED.search(between) is not None


def _adds_up(vnd: int, above: Sequence[int]) -> bool:
    """Whether a sum is that of the last ones above it."""
    total = 0
    for count, one in enumerate(above[: -_MOST_PARTS - 1 : -1], 1):
        total += one
        if total >= vnd:
            return total == vnd and count >= _FEWEST_PARTS
    return False


def _is_next_cell(line: Line, one: Sum, previous: int) -> bool:
    """Whether only the end of a cell stands between a sum and the one before it."""
    return line.plain[previous : one.start].strip(" .") == "|"


def _find_worths(
    line: Line, unit: int, above: Sequence[int], *, corrected: bool = False
) -> Iterator[tuple[Worth, Sum]]:
    """The sums of a line, each with what it is said to be; `above` are those of the lines before it.

    With `corrected` a cell of a row stands for the one before it.
    """
    bare = line.section is not Concept.SECURITY and not _is_row(line) and (unit > 1 or line.section in _SECTIONS)
    bare = bare or _is_labelled_number(line) or (unit > 1 and _TOTAL_ROW.match(line.plain) is not None)
    earlier, previous, worth = 0, 0, Worth.OTHER
    found: list[tuple[Worth, Sum]] = []
    for one in parse_sums(line.text, line.plain, bare=bare, unit=unit if bare else 1):
        start = one.start
        before = worth
        aside = _ASIDE.search(line.text[previous:start].lower())
        if aside or not (previous and _LOT.fullmatch(line.plain, previous, start)):
            worth = _worth(line, previous, one)
        if worth is Worth.SUM:
            summed = found or before is not Worth.OTHER or _adds_up(one.vnd, above)
            worth = Worth.TOTAL if summed else Worth.OTHER
        if found and found[-1][1].end == previous:
            if found[-1][1].per and _MAKES.search(line.plain, previous, start):
                if one.vnd < found[-1][1].vnd:
                    continue  # what a month costs, behind what a year does
                found.pop()  # the rent of a month gives way to that of all of them
            elif _supersedes(line, earlier, found[-1][1], start) or (corrected and _is_next_cell(line, one, previous)):
                replaced, _ = found.pop()
                worth = replaced if worth is Worth.OTHER else worth
        earlier, previous = previous, one.end
        priced = not one.factor and (one.per is None or one.per in _BY_TIME)
        if priced and not is_contradicted(line.plain, one):
            found.append((worth, one))
    yield from found


def _worth(line: Line, previous: int, one: Sum) -> Worth:
    """What a sum is said to be: by the nearest cue since the one before it, by the line's section, or behind it."""
    start = one.start
    plain = _INCLUDED.sub(lambda part: " " * len(part[0]), line.plain[previous:start])
    cue = None if _ELSEWHERE.search(plain) else WORTHS.last(line.text[previous:start], plain)
    if cue is not None:
        part = cue.role is Worth.ESTIMATE and _OF_WHICH.search(line.plain, max(0, start - _NEAR), start)
        aside = _ASIDE.search(line.text[previous + cue.start : start].lower())
        if part or aside or _PAST_BEHIND.match(line.text[one.end : one.end + _CUE_BEHIND].lower()):
            return Worth.OTHER
        return _linked(line, previous, cue) if line.plain.startswith("voi ", previous + cue.start) else cue.role
    if previous and _MAKES.search(line.plain, previous, start):
        first = max(0, start - _NEAR)
        cue = WORTHS.last(line.text[first:start], line.plain[first:start])
        if cue is None or line.plain[first + cue.start : first + cue.end] == "don gia":
            return Worth.PRICE  # what all pieces cost, behind what one costs
        return cue.role
    inside = _OF_WHICH.search(line.plain, max(0, start - _NEAR), start) and not _OF_LOTS.search(
        line.plain, previous, start
    )
    said = Worth.OTHER if previous or inside else _by_section(line)
    return _said_behind(line, one.end) if said is Worth.OTHER else said


def _linked(line: Line, previous: int, link: CueMatch[Worth]) -> Worth:
    """What "với số tiền" says: what the words before it do ("dự toán mua sắm"), else that it was awarded."""
    end = previous + link.start
    cue = WORTHS.last(line.text[previous:end], line.plain[previous:end])
    return link.role if cue is None or cue.role in (Worth.OTHER, Worth.BARE) else cue.role


def _said_behind(line: Line, end: int) -> Worth:
    """What stands right behind a sum: "4.350.000.000 đồng (giá gói thầu)", "… là giá gói thầu được duyệt"."""
    if (link := _LINK.match(line.plain, end)) is None:
        return Worth.OTHER
    behind = slice(link.end(), link.end() + _CUE_BEHIND)
    cue = WORTHS.first(line.text[behind], line.plain[behind])
    return cue.role if cue is not None and cue.start == 0 else Worth.OTHER


def _is_of_goods(line: Line, one: Sum) -> bool:
    """Whether a sum that the line itself says something of is of what is appraised or advised on, not of that work."""
    first = max(0, one.start - _NEAR)
    if clause := _CLAUSE.match(line.plain, first, one.start):
        first = clause.end()
    said = WORTHS.first(line.text[first : one.start], line.plain[first : one.start])
    return said is not None and _OF_ADVICE.search(line.plain, first, one.start) is None


def _by_section(line: Line) -> Worth:
    if _is_row(line) or (line.label and line.concept is None and not _GOES_ON.match(fold_in_place(line.label))):
        return Worth.OTHER
    return _SECTIONS.get(line.section, Worth.OTHER) if line.section else Worth.OTHER


def _is_row(line: Line) -> bool:
    """Whether it is a row of a table, whose cells are what their columns say."""
    return line.text.count(" | ") > 1
