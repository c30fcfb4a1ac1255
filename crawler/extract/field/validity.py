"""How many days quotations or bids must stay valid."""

import re

from crawler.extract.text.passage import FoldedPassage

_VALID = re.compile(
    r"hieu luc[^.;]{0,80}?(?<![\d/.-])(?P<days>\d{2,3})\s?(?:\([^()]{1,40}\)\s?)?ngay\b(?! lam viec)(?!\s\d)"
    r"|(?<![\d/.-])(?P<first>\d{2,3})\s?ngay\b[^.;]{0,30} hieu luc"
    r"|(?:gia|ho so|thu)\b[^.;:]{0,20} (?:co gia tri|hop le)\b[^.;\d]{0,40}(?P<worth>\d{2,3})\s?"
    r"(?:\([^()]{1,40}\)\s?)?ngay\b(?! lam viec)"
)
_NOT_OF_OFFERS = re.compile(r"\b(?:hop dong|bao lanh|bao dam|dam bao|chung thu|quyet dinh|giay phep)\b")


def parse_validity(passage: FoldedPassage) -> int | None:
    """The days that a quotation or bid has to stay valid; None where it is given in months or as a date."""
    for line in passage.lines:
        if "hieu luc" not in line.plain and not re.search(r"gia tri|hop le", line.plain):
            continue
        match = _VALID.search(line.plain)
        if match and not _NOT_OF_OFFERS.search(line.plain, max(0, match.start() - 30), match.end()):
            return int(match["days"] or match["first"] or match["worth"])
    return None
