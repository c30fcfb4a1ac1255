"""Where goods are delivered or work is done."""

import re

from crawler.extract.text.folding import fold_in_place
from crawler.extract.text.label import Concept
from crawler.extract.text.line import CAPITALS
from crawler.extract.text.passage import FoldedPassage
from timthau.text.fold import collapse_spaces

_LONGEST = 300
_LEAD = re.compile(r"(?:tai|o|la)\s(?:dia chi\s)?:?\s?")
_ELSEWHERE = re.compile(r"(?:theo|xem|chi tiet|nhu|quy dinh|phu luc)\b")
_END = re.compile(rf"(?<=[\w)])\.\s+(?=[{CAPITALS}])|;\s")


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
