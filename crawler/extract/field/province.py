"""The province a notice names, as it writes it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from crawler.extract.text.folding import fold_in_place
from crawler.extract.text.label import Concept
from crawler.extract.text.line import Line
from crawler.extract.text.passage import FoldedPassage
from timthau.model.province import load_provinces
from timthau.text.fold import collapse_spaces, place_tones


def parse_province(title: FoldedPassage, body: FoldedPassage, buyer: str | None) -> str | None:
    """The province named for the buyer, by the title, or else first in the text; None when only a city or ward is.

    It is given as written, without "tỉnh" and "thành phố". A name that may be a street's or a commune's counts only
    after "tỉnh" or at the end of an address.
    """
    lines = body.lines
    if found := next(_mentions(_lines_of_buyer(lines), bare=False), None):
        return found.text
    for named in (buyer or "", title.text):
        if found := next(_mentions([named], bare=True), None):
            return _moved(found.text, lines) or found.text
    mentions = [(line, mention) for line in lines for mention in _mentions([line.text], bare=False)]
    placed = (mention for line, mention in mentions if _PLACE_LABEL.match(line.plain))
    explicit = (mention for _, mention in mentions if mention.explicit)
    found = next(placed, None) or next(explicit, None) or (mentions[0][1] if mentions else None)
    return found.text if found else None


def _moved(named: str, lines: Sequence[Line]) -> str | None:
    """The province of 2025 that an address gives where a name still has the old one that went into it."""
    now = {province.now for province in load_provinces() if named in (province.name, *province.aliases)} - {named}
    addresses = (mention for line in lines for mention in _mentions([line.text], bare=False) if mention.explicit)
    return next((mention.text for mention in addresses if mention.text in now), None)


_BUYER = frozenset({Concept.REQUESTER, Concept.PROJECT_OWNER, Concept.ASSET_OWNER, Concept.UNIT})
_PLACE_LABEL = re.compile(r"(?:dia diem|thuc hien tai|dia chi|tru so)\b")
# A value that goes on over lines of its own ("Địa chỉ: …") seldom takes more.
_LINES_OF_BUYER = 4


def _lines_of_buyer(lines: tuple[Line, ...]) -> Iterator[str]:
    left = 0
    for line in lines:
        if line.concept in _BUYER:
            left = _LINES_OF_BUYER
        if left and (line.concept in _BUYER or line.section in _BUYER or _PLACE_LABEL.match(line.plain)):
            left -= 1
            yield line.value if line.label else line.text


@dataclass(frozen=True)
class _Mention:
    text: str
    explicit: bool


_PREFIX = re.compile(r"(?:\btinh|\bthanh pho|\btp\.?|\bt\.)\s{0,3}$")
# "SỞ Y TẾ ĐỒNG THÁP": departments are a province's.
_DEPARTMENT = re.compile(r"\bsở (?:[^\W\d][\w&]*,? ){1,6}$")
_BEFORE_TAIL = re.compile(r"(?:^|[,;|–-]|\b(?:tai|o|viet nam|hanh phuc))\s{0,3}$")
_AFTER_TAIL = re.compile(
    r"\s{0,3}(?:[.;)|\"]|$|-|,\s?viet nam|,\s?ngay\b|,\s*(?:dien thoai|dt|sdt|email|so dien)|\s(?:so dien|dien thoai))"
)
# Where a trip goes, goods come from or a meeting is held: nobody buys there.
_TRIP = re.compile(
    r"\b(?:di cong tac|tham quan|(?:di|tour) du lich|(?<!trung tam )hoi nghi|hoi thao|tap huan|nghi mat|nghi duong"
    r"|hoc tap|giao luu|ve nguon|chuyen di|di (?:tham|hoc|thuc te)|dua (?:don )?(?:doan|can bo|vien chuc|hoc sinh)"
    r"|xuat xu|san xuat (?:tai|o))\b[^.;]{0,60}$"
)
_GAP = r"[\s.-]{1,3}"
_LONGEST_NAME = 120  # what is longer than the buyer's own name is running text
_PART = re.compile(r"\b(?:duong|pho|phuong|xa|thi tran|khu|thon|quoc lo|cau|so \d+)\s{0,3}$")


def _mentions(texts: Iterable[str], *, bare: bool) -> Iterator[_Mention]:
    """The provinces that texts name. With `bare`, as in a title or a name, nothing need stand around them."""
    for text in texts:
        plain = fold_in_place(text)
        for match in _pattern().finditer(plain):
            written = collapse_spaces(text[match.start() : match.end()])
            name = _spell(written, text)
            if name is None:
                continue
            before = plain[max(0, match.start() - 12) : match.start()]
            explicit = _PREFIX.search(before) is not None or match[0].startswith(("tp", "t.p"))
            department = _DEPARTMENT.search(text[max(0, match.start() - 50) : match.start()].lower()) is not None
            tail = _BEFORE_TAIL.search(before) and _AFTER_TAIL.match(plain, match.end())
            stated = explicit or department or tail or (bare and not _PART.search(before))
            if stated and not _is_elsewhere(text, plain, match.start()):
                yield _Mention(name, explicit)


def _is_elsewhere(text: str, plain: str, place: int) -> bool:
    """Whether a province is a trip's end or in the name of a company, which may be at home anywhere."""
    if _TRIP.search(plain[max(0, place - 90) : place]):
        return True
    company = re.search(r"\b(?:cong ty|lien danh|doanh nghiep)\b[^.;:,|]{0,80}$", plain[:place])
    return company is not None and not _PREFIX.search(plain[:place]) and len(text) > _LONGEST_NAME


@cache
def _names() -> dict[str, str]:
    """Names and aliases without accents and signs, each with its spelling in the table."""
    return {_skeleton(way): way for province in load_provinces() for way in (*province.aliases, province.name)}


def _skeleton(written: str) -> str:
    return re.sub(r"[\s.-]+", " ", fold_in_place(written)).strip()


@cache
def _pattern() -> re.Pattern[str]:
    groups: dict[str, list[str]] = {}
    for way in sorted(_names(), key=len, reverse=True):
        groups.setdefault(way[0], []).append(way[1:].replace(" ", _GAP))
    return re.compile("|".join(rf"\b{first}(?:{'|'.join(rest)})\b" for first, rest in groups.items()))


def _spell(written: str, text: str) -> str | None:
    """A province's name in the table's spelling, an abbreviation as written; None when the letters are others.

    "Lòng an" is no Long An; in a text without accents "Long An" has to do.
    """
    known = _names().get(_skeleton(written))
    if known is None or (written.islower() and not text.isascii()):
        return None
    same = re.sub(r"[\s.–-]+", " ", place_tones(written).lower()) == re.sub(r"[\s.-]+", " ", place_tones(known).lower())
    if not same and not text.isascii():
        return None
    return written if known.isupper() else known
