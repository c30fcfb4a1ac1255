"""The number a notice bears itself: not that of the laws and decisions it rests on."""

import re
from collections.abc import Iterator, Sequence

from crawler.extract.text.folding import fold_in_place
from crawler.extract.text.label import Concept
from crawler.extract.text.line import Line
from crawler.extract.text.passage import FoldedPassage
from timthau.model.notice import NoticeKind
from timthau.text.fold import collapse_spaces

# "1234/YCBG-BVM", "12/2024/TB-BV", "35/BVĐKT-VTTBYT", "48QĐ-BQLDAĐTHT9" (its slash lost); blanks around the slash.
_CODE = re.compile(
    r"(?<![\w/.,-])(?P<number>\d{1,5}[A-Za-z]?\s?/\s?(?:(?:19"
    r"|20)\d\d\s?/\s?)?[A-ZĐ][\wĐđ&.]{0,14}(?:(?!\s[-–]\s[A-ZĐ][a-zà-ỹđ])\s?[-–/]\s?(?:[A-ZĐ]|[cdef]\d)[\wĐđ&.]{0,14}){0,4}|\d{1,5}(?:QĐ|TB|TM|CV|KH|YCBG"
    r"|TMBG|BC|TTr|GM|HD)-[A-ZĐ][\wĐđ&]{0,20})(?![\w/])"
)
# "TB-2026-001/CNTT", "88-2026/BVTT/DD": other codes, which only a label makes numbers of letters.
_LABELLED = re.compile(
    r"(?<![\w/.,-])(?=[\wĐđ&./-]{0,60}[A-ZĐ])(?=[\wĐđ&./-]{0,60}\d)"
    r"(?P<number>[A-ZĐ\d][\wĐđ&]{0,14}(?:[-/.][A-ZĐ\d][\wĐđ&]{0,14}){1,6})(?![\w/])"
)
_LABEL = re.compile(
    r"(?:^|[(|;,.]\s?)(?:(?:van ban |thong bao )?so|(?:so |ma so |so ky )?(?:ky hieu|hieu|ma) (?:thong bao|thu moi"
    r"|yeu cau|cong van|van ban|ho so)|so (?:ky hieu|thong bao|thu moi|yeu cau|cong van|van ban|hieu)"
    r"|(?:(?:rfq|rfp|itb|ifb|tender|notice|our) )?(?:ref(?:erence)?\.?|no\.?)(?: (?:no\.?|number))?"
    r"(?: ?/ ?so[a-z ]{0,24})?)\s?:\s?$"
)
# "Ký hiệu: TB-2026-001/CNTT": a product's code has no stroke.
_SIGN = re.compile(r"(?:^|[(|;,.]\s?)(?:ky hieu|ma)(?: so)?\s?:\s?$")
_OF_A_LAW = re.compile(
    r"(?<![A-ZĐ])(?:QH\d+|NĐ-CP|ND-CP|TTLT|TT-B[A-ZĐ]+|NQ-CP|NQ-HĐND|UBTVQH\d*|CT-TTg|QĐ-TTg|L-CTN|TT-[A-ZĐ]+)$"
)
# A unit of measure or of frequency: "1/KM".
_NO_CODE = re.compile(r"\d+\s?/\s?(?:[A-Z]$|KM$|VND$|USD$|HS$)")
_BASIS = re.compile(
    r"\b(?:can cu|theo|tai(?! san)|thuc hien|kem theo|ban hanh kem|dua vao|xet)\b(?P<cited>[^;]{0,200})$"
)
# "… theo danh mục đính kèm (Thư mời số 12/TM-BV)": what stands in brackets is no basis, unless it explains a paper.
_BRACKET = re.compile(
    r"(?P<before>.*)\((?:[^()]{0,40}\b)?(?:so|thong bao|thu moi|cong van|yeu cau bao gia|van ban)\b[^()]{0,20}$"
)
_PAPER = re.compile(
    r"\b(?:luat|nghi dinh|thong tu|quyet dinh|nghi quyet|cong van|to trinh|thong bao|van ban|bien ban|ke hoach|hop dong"
    r"|chi thi|thu moi|yeu cau bao gia|de nghi|chu truong)\b"
)
# "đã phát hành Thư mời số …", "lần 1 số …": the paper that this one follows.
_EARLIER = re.compile(
    r"\b(?:da (?:dang|phat hanh|ban hanh|thong bao|gui|moi|co)|lan (?:1|mot|dau|thu nhat))\b[^;]{0,200}$"
)
# "gia hạn Thông báo số …": the paper that a change is about.
_CHANGED = re.compile(
    r"\b(?:gia han|dinh chinh|dieu chinh|bo sung|sua doi|thay the|tam dung|huy(?= (?:bo|thong bao|thu moi|yeu cau)))\b"
    r"[^;:(]{0,160}\b(?:thong bao|thu moi|yeu cau|cong van|tbmt)(?: (?:bao|chao|moi|gia|thau|hang|quan|tam)){0,4}"
    r"(?: so)?\s?:?\s*$"
)
# "hợp đồng số …", "bản án sơ thẩm số …", "giấy chứng nhận số …".
_CONTRACT = re.compile(r"\b(?:hop dong|ban an|giay (?:chung nhan|phep)|chung thu|giay to)\b[^.;:,]{0,60}\bso\s?:?\s*$")
# "Thông báo số … ngày … về việc mời báo giá … Nay gia hạn": so does a change tell of the call.
_ABOUT_CALL = re.compile(
    r"^(?:ngay [\d/.-]{6,10},? [^.;]{1,80} co )?(?:thong bao|thu moi|cong van|yeu cau)(?: \w+){0,3} so\b[^.;]{0,160}"
    r"\b(?:ve viec|v/v|ve) (?:moi|yeu cau|chao|bao gia|dau gia|ban)"
)
_CHANGES = frozenset({NoticeKind.AMENDMENT, NoticeKind.CANCELLATION})
_SENTENCE_START = re.compile(r".*(?<!\btp)\.\s", re.DOTALL)
_OWN_BEFORE = re.compile(
    r"(?:^|[\s(:;.,-])(?:(?:s ?o|ky hieu)( hieu| ky hieu| van ban| thong bao| qd| moi){0,2}\s?[:.]?"
    r"|(?:thong bao|thu moi|cong van|quyet dinh"
    r"|yeu cau bao gia|ycbg|to trinh|ke hoach|giay moi|tb|qd|thu moi bao gia|thu moi chao gia"
    r"|thong bao moi thau)( so)?\s?:?)\s*$"
)
_LISTED = re.compile(
    r"(?:luat|nghi dinh|thong tu|quyet dinh|nghi quyet|cong van|to trinh|thong bao|van ban|bien ban|ke hoach"
    r"|hop dong)\b"
)
# "Theo Quyết định số …", "(ban hành kèm theo Công văn số …)": papers that a notice may be the announcement of.
_ANNOUNCED = re.compile(
    r"\b(?:theo|tai) (?P<paper>cong van|thong bao|thu moi|yeu cau|van ban|quyet dinh)(?: (?:bao|chao|moi) \w+)?"
    r"(?: so)?\s?:?\s$"
)
_OF_SOMETHING_ELSE = re.compile(
    r"[^.;:]{0,160}\b(?:ke hoach|du toan|danh muc|chu truong|hsmt|e-hsmt|ho so|giao(?! duc| thong)|thanh lap)\b"
)
_PORTAL_CODE = re.compile(r"\b(?:IB|PL|RQ|TBMT)\d{8,12}(?:-\d\d)?\b")
_TENDER_CODE = re.compile(r"\bIB\d{10}(?:-\d\d)?\b")
_OF_TENDERS = _CHANGES | {NoticeKind.INVITATION_TO_TENDER, NoticeKind.CONSULTANT_SELECTION}
_SAYS_NUMBER = re.compile(r"\W*(?:(?:thong bao|cong van)(?: (?:dinh chinh|gia han|huy|dieu chinh))? )?so\s?:?\s?")
_DAY_BEHIND = re.compile(r"[\s,.;-]{0,4}(?:ngay [\d/.-]{6,10}|ngay \d{1,2} thang \d{1,2} nam 20\d\d)?[\s.;]{0,4}")
# Abbreviations bear no tone.
_TONED = re.compile("[ÀÁẢÃẠẰẮẲẴẶẦẤẨẪẬÈÉẺẼẸỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌỒỐỔỖỘỜỚỞỠỢÙÚỦŨỤỪỨỬỮỰỲÝỶỸỴ]")
_SHORTENED = re.compile(r"ubnd|[bcdghklmnpqrstvx]{3,6}|ttyt|bvyhct")
_HEAD_LINES = 12
_NEAR = 220


def parse_number(
    title: FoldedPassage, body: FoldedPassage, *, kind: NoticeKind | None = None, buyer: str | None = None
) -> str | None:
    """The reference number: from the title, the head of the letter, or the sentence that announces it.

    Else that of the one paper of the buyer's own that is announced: a call's letter, a result's or plan's decision.
    A card of the national portal bears the decision's number, else its own code without the version ("IB2500214908").
    """
    found = _from_title(title)
    if found:
        return found
    lines = body.lines
    if kind in _CHANGES and (found := next(filter(None, map(_alone, lines)), None)):
        return found
    changed = _changed_numbers(title)
    for line in _without_basis(lines[:_HEAD_LINES]):
        cited = kind in _CHANGES and _ABOUT_CALL.search(line.plain) is not None
        if not cited and (found := _from_line(line)) and found not in changed:
            return found
    if found := next(filter(None, map(_alone, lines[_HEAD_LINES:])), None):
        return found
    for line in lines:
        if line.concept is Concept.DECISION and (match := _CODE.search(line.value)):
            return _tidy(match["number"])
    own = _of_own_house(lines, kind, buyer) if kind else None
    # A result speaks of a tender's code; it is its own only on a card.
    cards = [line for line in lines[:40] if kind is not NoticeKind.AWARD or line.concept is Concept.PORTAL]
    cards += title.lines if kind is not NoticeKind.AWARD else ()
    codes = (_portal_code(line, planned=kind is NoticeKind.PLAN) for line in cards)
    return own or next(filter(None, codes), None) or (_sole_code(lines) if kind in _OF_TENDERS else None)


def _changed_numbers(title: FoldedPassage) -> set[str]:
    """The papers that a title says are changed: they are others."""
    return {
        _tidy(match["number"])
        for match in _CODE.finditer(title.text)
        if _CHANGED.search(title.plain[: match.start()][-_NEAR:])
    }


def _of_own_house(lines: Sequence[Line], kind: NoticeKind, buyer: str | None) -> str | None:
    """The number of the one paper that is announced and bears the buyer's letters: "BVM" for Bệnh viện Mắt.

    A decision that is announced without saying whose it is needs no letters.
    """
    decided = kind in (NoticeKind.AWARD, NoticeKind.PLAN, NoticeKind.CANCELLATION)
    letters = _letters(buyer or "")
    found = set()
    for line in lines[:_HEAD_LINES]:
        for match in () if line.plain.startswith("can cu") else _CODE.finditer(line.text):
            said = _ANNOUNCED.search(line.plain, max(0, match.start() - _NEAR), match.start())
            if said is None or (said["paper"] == "quyet dinh") is not decided:
                continue
            about = None if kind is NoticeKind.PLAN else _OF_SOMETHING_ELSE.match(line.plain, match.end())
            own = _is_of_house(match["number"], letters) if buyer else decided
            if about is None and own:
                found.add(_tidy(match["number"]))
    return found.pop() if len(found) == 1 else None


def find_own_numbers(lines: Sequence[Line], owner: str) -> list[str]:
    """The numbers that stand at the head of these lines behind "Số" and bear the letters of an agency's name."""
    letters = _letters(owner)
    heads = (_CODE.search(line.text) for line in lines if line.plain.startswith("so"))
    return [_tidy(match["number"]) for match in heads if match and _is_of_house(match["number"], letters)]


def _letters(name: str) -> str:
    """The first letters of a name's words; what is short already is kept whole ("UBND", "TTYT")."""
    return "".join(word if _SHORTENED.fullmatch(word) else word[0] for word in fold_in_place(name).split())


def _is_of_house(number: str, letters: str) -> bool:
    """Whether a part of a number abbreviates the name: three first letters of its words, or four of them in order."""
    parts = re.split(r"[/\s–-]+", fold_in_place(number))[1:]
    return any(
        (len(part) >= 3 and letters.startswith(part))
        or (len(part) >= 4 and part in letters)
        or _is_in_order(part, letters)
        for part in parts
    )


def _is_in_order(part: str, letters: str) -> bool:
    left = iter(letters)
    return len(part) >= 4 and letters[:2] == part[:2] and all(letter in left for letter in part)


def _from_title(title: FoldedPassage) -> str | None:
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
        earlier = _SENTENCE_START.match(before)
        sentence = before[earlier.end() if earlier else 0 :]
        if _OWN_BEFORE.search(before) and _is_own(match["number"], before) and not _EARLIER.search(sentence):
            return _tidy(match["number"])
    for match in _LABELLED.finditer(line.text):
        before, number = line.plain[max(0, match.start() - _NEAR) : match.start()], match["number"]
        named = _LABEL.search(before) or ("/" in number and _SIGN.search(before))
        if named and not _PORTAL_CODE.match(number) and not _OF_A_LAW.search(number):
            return _tidy(number)
    return None


def _alone(line: Line) -> str | None:
    """The number of a line that says nothing else but perhaps the day: "Số 640/TB-TTĐG ngày 27/8/2026"."""
    match = _CODE.search(line.text)
    if match is None or not _SAYS_NUMBER.fullmatch(line.plain[: match.start()]):
        return None
    rest = _DAY_BEHIND.fullmatch(line.plain, match.end())
    return _tidy(match["number"]) if rest and _is_own(match["number"], "") else None


def _is_own(number: str, before: str) -> bool:
    if _TONED.search(number):
        return False  # "Trường Cao đẳng nghề SỐ 5/BỘ QUỐC PHÒNG"
    cited = _is_cited(before) or _CHANGED.search(before) or _CONTRACT.search(before)
    return not (cited or _OF_A_LAW.search(number.replace(" ", "")) or _NO_CODE.match(number))


def _is_cited(before: str) -> bool:
    basis = _BASIS.search(before)
    if basis is None:
        return False
    bracket = _BRACKET.fullmatch(basis["cited"])
    return bracket is None or _PAPER.search(bracket["before"]) is not None


def _portal_code(line: Line, *, planned: bool) -> str | None:
    """The code that a line gives as the portal's; what begins with PL is a plan's own, and what others rest on."""
    labelled = line.concept is Concept.PORTAL or re.search(
        r"\b(?:tbmt|thong bao moi thau|he thong mang dau thau)\b", line.plain
    )
    match = _PORTAL_CODE.search(f"{line.text} {line.value}") if labelled else None
    return match[0].split("-")[0] if match and (planned or not match[0].startswith("PL")) else None


def _sole_code(lines: Sequence[Line]) -> str | None:
    """The code of a tender, where the text names one alone: "gói thầu mua máy siêu âm (IB2600111999)"."""
    found = {match[0].split("-")[0] for line in lines[:40] for match in _TENDER_CODE.finditer(line.text)}
    return found.pop() if len(found) == 1 else None


def _tidy(number: str) -> str:
    return re.sub(r"\s?([/-])\s?", r"\1", collapse_spaces(number.replace("–", "-"))).rstrip(".-&")
