"""What things cost by the lines of a result: "Cơm phần thông thường: 30.000 đồng/suất"."""

import re
from collections.abc import Iterator
from decimal import Decimal

from crawler.extract.field.item_table import parse_quantity
from crawler.extract.text.line import Line
from crawler.extract.text.money import parse_sums, parse_unit_price
from crawler.extract.text.passage import FoldedPassage
from timthau.model.award import AwardItem

# "Đơn giá được chọn:", over lines of things.
_PRICES_FOLLOW = re.compile(
    r"\b(?:don gia|gia)(?: \w+){0,4}? (?:trung(?: thau| chao gia)?|duoc (?:lua )?chon|thong nhat)\b[^:;]{0,60}:?\s*$"
)
_PRICE_WORD = re.compile(r"\b(?:voi )?(?:don )?gia(?: [a-z]{1,7}){0,2}$")
_LABELS = {
    "name": re.compile(r"(?:ten )?(?:hang hoa|hang|thiet bi|san pham|mat hang|vat tu|thuoc|dich vu)"),
    "maker": re.compile(r"(?:hang|nha|co so) (?:san xuat|sx)|hang"),
    "origin": re.compile(r"xuat xu|nuoc (?:san xuat|sx)"),
    "quantity": re.compile(r"so luong|sl|khoi luong"),
    "price": re.compile(r"don gia(?: trung thau| trung chao gia| duoc chon)?"),
}
_COUNT = re.compile(r"(?P<number>\d[\d.,]{0,12})\s?(?P<unit>[^\W\d_]{0,12})")


def find_item_lines(passage: FoldedPassage) -> Iterator[AwardItem]:
    """The things of which lines below such a heading say what one costs, up to a line that says something else."""
    below = False
    for line in passage.lines:
        item = _parse_item(line) if below else None
        if item is not None:
            yield item
        else:
            below = _PRICES_FOLLOW.search(line.plain) is not None


def find_labelled_item(passage: FoldedPassage) -> AwardItem | None:
    """The one thing of a result whose labels say what it is and what a piece costs."""
    said: dict[str, str] = {}
    for line in passage.lines:
        label = line.plain[: len(line.label)].strip(" :")
        for field, pattern in _LABELS.items():
            if line.value and pattern.fullmatch(label):
                if field in said:
                    return None  # of several things
                said[field] = line.value.strip(" .;")
    price = parse_unit_price(said.get("price", "").partition("/")[0], 1)
    if price is None or "name" not in said:
        return None
    count = _COUNT.match(said.get("quantity", ""))
    return AwardItem(
        name=said["name"],
        unit=(count["unit"].strip() or None) if count else None,
        quantity=parse_quantity(count["number"]) if count else None,
        unit_price_vnd=price,
        maker=said.get("maker"),
        origin=said.get("origin"),
    )


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
