"""What things cost by the lines of a result: "Cơm phần thông thường: 30.000 đồng/suất"."""

import re
from collections.abc import Iterator
from decimal import Decimal

from crawler.extract.text.line import Line
from crawler.extract.text.money import parse_sums
from crawler.extract.text.passage import FoldedPassage
from timthau.model.award import AwardItem

# "Đơn giá được chọn:", over lines of things.
_PRICES_FOLLOW = re.compile(
    r"\b(?:don gia|gia)(?: \w+){0,4}? (?:trung(?: thau| chao gia)?|duoc (?:lua )?chon|thong nhat)\b[^:;]{0,60}:?\s*$"
)
_PRICE_WORD = re.compile(r"\b(?:voi )?(?:don )?gia(?: [a-z]{1,7}){0,2}$")


def find_item_lines(passage: FoldedPassage) -> Iterator[AwardItem]:
    """The things of which lines below such a heading say what one costs, up to a line that says something else."""
    below = False
    for line in passage.lines:
        item = _parse_item(line) if below else None
        if item is not None:
            yield item
        else:
            below = _PRICES_FOLLOW.search(line.plain) is not None


def _parse_item(line: Line) -> AwardItem | None:
    sums = list(parse_sums(line.text, line.plain))
    if len(sums) != 1 or sums[0].per is None or sums[0].low is not None or sums[0].factor:
        return None
    [price] = sums
    plain = line.plain[: price.start].rstrip(" :,;–-")
    word = _PRICE_WORD.search(plain, max(0, len(plain) - 30))
    name = line.text[: word.start() if word else len(plain)].strip(" -–+•*.,;:")
    unit = line.plain.find(price.per or "", price.end)
    said = line.text[unit : unit + len(price.per or "")]  # with its accents
    return AwardItem(name=name, unit=said, unit_price_vnd=Decimal(price.vnd)) if name else None
