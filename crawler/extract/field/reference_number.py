"""The number a notice bears itself: not that of the laws and decisions it rests on."""

import re
from collections.abc import Iterator

from crawler.extract.text.label import Concept
from crawler.extract.text.line import Line
from crawler.extract.text.passage import Passage
from timthau.text.fold import collapse_spaces

# "1234/YCBG-BVM", "12/2024/TB-BV", "35/BVĐKT-VTTBYT", "48QĐ-BQLDAĐTHT9" (its slash lost); blanks around the slash.
_CODE = re.compile(
    r"(?<![\w/.,-])(?P<number>\d{1,5}[A-Za-z]?\s?/\s?(?:(?:19"
    r"|20)\d\d\s?/\s?)?[A-ZĐ][\wĐđ&.]{0,14}(?:\s?[-–/]\s?[A-ZĐ][\wĐđ&.]{0,14}){0,4}|\d{1,5}(?:QĐ|TB|TM|CV|KH|YCBG"
    r"|TMBG|BC|TTr|GM|HD)-[A-ZĐ][\wĐđ&]{0,20})(?![\w/])"
)
# "TB-2026-001/CNTT": letters first, which only "Số:" before it makes a number of a letter.
_LETTERS_FIRST = re.compile(
    r"(?<![\w/.,-])(?P<number>[A-ZĐ][A-ZĐa-zđ]{1,9}(?:[-/.]\d{1,6}){1,3}(?:[-/][A-ZĐ][\wĐđ&.]{0,14}){0,4})(?![\w/])"
)
_NAMED_NUMBER = re.compile(
    r"(?:^|[\s(])(?:so|ky hieu|ma)(?: hieu| thong bao| thu moi| yeu cau| cong van| van ban| so)?\s?:\s?$"
)
_OF_A_LAW = re.compile(
    r"(?:QH\d+|NĐ-CP|ND-CP|TTLT|TT-B[A-ZĐ]+|NQ-CP|NQ-HĐND|UBTVQH\d*|CT-TTg|QĐ-TTg|L-CTN|TT-[A-ZĐ]+)$"
)
# A unit of measure or of frequency: "1/KM".
_NO_CODE = re.compile(r"\d+\s?/\s?(?:[A-Z]$|KM$|VND$|USD$|HS$)")
_BASIS = re.compile(r"\b(?:can cu|theo|tai|thuc hien|kem theo|ban hanh kem|dua vao|xet)\b[^;]{0,200}$")
# "đã phát hành Thư mời số …", "lần 1 số …": the paper that this one follows.
_EARLIER = re.compile(
    r"\b(?:da (?:dang|phat hanh|ban hanh|thong bao|gui|moi|co)|lan (?:1|mot|dau|thu nhat))\b[^;]{0,200}$"
)
# "gia hạn Thông báo số …": the paper that a change is about.
_CHANGED = re.compile(
    r"\b(?:gia han|dinh chinh|dieu chinh|bo sung|sua doi|thay the|tam dung|huy(?= (?:bo|thong bao|thu moi|yeu cau)))\b"
    r"[^;:(]{0,160}\b(?:thong bao|thu moi|yeu cau|cong van|tbmt)(?: (?:bao|chao|moi) \w+)?(?: so)?\s?:?\s*$"
)
_SENTENCE_START = re.compile(r".*(?<!\btp)\.\s", re.DOTALL)
_OWN_BEFORE = re.compile(
    r"(?:^|[\s(:;.,-])(?:(?:so|ky hieu)( hieu| ky hieu| van ban| thong bao| qd){0,2}\s?[:.]?"
    r"|(?:thong bao|thu moi|cong van|quyet dinh"
    r"|yeu cau bao gia|ycbg|to trinh|ke hoach|giay moi|tb|qd|thu moi bao gia|thu moi chao gia"
    r"|thong bao moi thau)( so)?\s?:?)\s*$"
)
_LISTED = re.compile(
    r"(?:luat|nghi dinh|thong tu|quyet dinh|nghi quyet|cong van|to trinh|thong bao|van ban|bien ban|ke hoach"
    r"|hop dong)\b"
)
_PORTAL_CODE = re.compile(r"\b(?:IB|PL|RQ|TBMT)\d{8,12}(?:-\d\d)?\b")
_HEAD_LINES = 12
_NEAR = 220


def parse_number(title: Passage, body: Passage) -> str | None:
    """The reference number: from the title, the head of the letter, or the sentence that announces it.

    A card of the national portal bears the decision's number, else its own code without the version ("IB2500214908").
    """
    found = _from_title(title)
    if found:
        return found
    lines = body.lines
    for line in _without_basis(lines[:_HEAD_LINES]):
        if found := _from_line(line):
            return found
    for line in lines:
        if line.concept is Concept.DECISION and (match := _CODE.search(line.value)):
            return _tidy(match["number"])
    return next(filter(None, map(_portal_code, lines[:40])), None)


def _from_title(title: Passage) -> str | None:
    """In a title the number leads ("12/TB-BV: …") or follows its document ("… số 12/TB-BV về việc …")."""
    for match in _CODE.finditer(title.text):
        before = title.plain[: match.start()][-_NEAR:]
        leads = not before.strip(" \"'([-.:") or _OWN_BEFORE.search(before)
        if leads and _is_own(match["number"], before):
            return _tidy(match["number"])
    return None


def _without_basis(lines: tuple[Line, ...]) -> Iterator[Line]:
    """The lines without "Căn cứ …" and the list of laws and decisions under it."""
    in_basis = False
    for line in lines:
        in_basis = line.plain.startswith(("can cu", "theo ")) or (in_basis and _LISTED.match(line.plain) is not None)
        if not in_basis:
            yield line


def _from_line(line: Line) -> str | None:
    for match in _CODE.finditer(line.text):
        before = line.plain[max(0, match.start() - _NEAR) : match.start()]
        sentence = _SENTENCE_START.sub("", before)
        if _OWN_BEFORE.search(before) and _is_own(match["number"], before) and not _EARLIER.search(sentence):
            return _tidy(match["number"])
    for match in _LETTERS_FIRST.finditer(line.text):
        if _NAMED_NUMBER.search(line.plain[: match.start()]) and not _PORTAL_CODE.match(match["number"]):
            return _tidy(match["number"])
    return None


def _is_own(number: str, before: str) -> bool:
    cited = _BASIS.search(before) or _CHANGED.search(before)
    return not (cited or _OF_A_LAW.search(number.replace(" ", "")) or _NO_CODE.match(number))


def _portal_code(line: Line) -> str | None:
    labelled = line.concept is Concept.PORTAL or re.search(
        r"\b(?:tbmt|thong bao moi thau|he thong mang dau thau)\b", line.plain
    )
    match = _PORTAL_CODE.search(f"{line.text} {line.value}") if labelled else None
    return match[0].split("-")[0] if match and not match[0].startswith("PL") else None


def _tidy(number: str) -> str:
    return re.sub(r"\s?([/-])\s?", r"\1", collapse_spaces(number.replace("–", "-"))).rstrip(".-&")
