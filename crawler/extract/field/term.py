"""Terms of a call: where goods are delivered or work is done, and how many days offers must stay valid."""

import re

from crawler.extract.text.folding import fold_in_place
from crawler.extract.text.label import Concept
from crawler.extract.text.line import CAPITALS
from crawler.extract.text.passage import FoldedPassage
from timthau.text.fold import collapse_spaces

_LONGEST = 300
_NEAR = 60
_LEAD = re.compile(r"(?:tai|o|la)\s(?:dia chi\s)?:?\s?")
_ELSEWHERE = re.compile(r"(?:theo|xem|chi tiet|nhu|quy dinh|phu luc)\b")
_END = re.compile(rf"(?<=[\w)])\.\s+(?=[{CAPITALS}])|;\s")
_VALID = re.compile(
    r"hieu luc[^.;]{0,80}?(?<![\d/.-])(?P<days>\d{2,3})\s?(?:\([^()]{1,40}\)\s?)?ngay\b(?! lam viec)(?!\s\d)"
    r"|(?<![\d/.-])(?P<first>\d{2,3})\s?ngay\b[^.;]{0,30} hieu luc"
    r"|(?:gia|phi|ho so|thu)\b[^.;:]{0,20} (?:co gia tri|hop le)\b[^.;\d]{0,40}(?P<worth>\d{2,3})\s?"
    r"(?:\([^()]{1,40}\)\s?)?ngay\b(?! lam viec)"
    r"|\bgia\b[^.;:]{0,20} giu (?:nguyen|trong)[^.;\d]{0,30}(?P<kept>\d{2,3}) ngay\b(?! lam viec)"
    r"|\b(?:validity|valid for)\b[^.;\d]{0,40}(?P<english>\d{2,3}) (?:calendar )?days\b"
)
_NOT_OF_OFFERS = re.compile(r"\b(?:hop dong|bao lanh|bao dam|dam bao|chung thu|quyet dinh|giay phep)\b")


def parse_place(passage: FoldedPassage) -> str | None:
    """The delivery place that a label announces ("Địa điểm cung cấp:", "Nơi giao hàng:"), without "tại"."""
    for line in passage.lines:
        if line.concept is not Concept.PLACE or not line.label:
            continue
        value = collapse_spaces(line.value)
        lead = _LEAD.match(fold_in_place(value))
        value = value[lead.end() if lead else 0 :]
        end = next(
            (match.start() for match in _END.finditer(value) if not value[: match.start()].lower().endswith("tp")), None
        )
        value = value[:end].strip(" .,;:-–")
        if len(value) > 3 and len(value) <= _LONGEST and not _ELSEWHERE.match(fold_in_place(value)):
            return value
    return None


def parse_validity(passage: FoldedPassage) -> int | None:
    """The days that a quotation or bid has to stay valid; None where it is given in months or as a date."""
    for line in passage.lines:
        said = f"{line.plain}: {fold_in_place(line.value)}" if line.label == line.text else line.plain
        if "hieu luc" not in said and not re.search(r"gia tri|hop le|giu (?:nguyen|trong)|\bvalid", said):
            continue
        match = _VALID.search(said)
        if match and not _NOT_OF_OFFERS.search(said, max(0, match.start() - _NEAR), match.end()):
            return int(match["days"] or match["first"] or match["worth"] or match["english"] or match["kept"])
    return None
