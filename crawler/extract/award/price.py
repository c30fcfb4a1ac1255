"""The sums of a text that are said to be what was won."""

import re
from collections.abc import Iterator

from crawler.extract.text.money import is_contradicted, parse_sums

#: What folded texts call winning a tender, a package, an asking for prices.
WINS = r"trung (?:thau|goi|chao gia|chao hang|bao gia)"
#: Prices that were agreed upon after an offer.
AFTER_TALKS = r"(?:sau|qua)(?: khi)? (?:thuong thao|dam phan|thuong luong|hieu chinh|giam gia)"
PRICE_LABEL = re.compile(
    r"(?:tong )?(?:gia|gia tri|so tien)(?: \w+){0,3} (?:trung\b|(?:duoc )?chi dinh\b)|gia(?: tri)?(?: hop dong|$)"
    rf"|(?:tong )?gia(?: tri)? {AFTER_TALKS}"
)
_PRICE_BEFORE = re.compile(
    r"\b(?:gia|gia tri|so tien|tong gia|tong so tien)(?: \w+){0,3} trung(?: thau)?(?: \w+){0,3}?"
    r"\s?(?:la|:)?\s?:?\s?\(?$"
    r"|\b(?:voi )?(?:tong )?gia(?: tri)? (?:hop dong|(?:duoc )?chi dinh(?: thau)?)\s?(?:la|:)?\s?:?\s?$"
    r"|\bvoi (?:tong )?(?:gia|gia tri|so tien)(?: \w+){0,4}\s?(?:la|:)?\s?:?\s?$"
    rf"|\bgia(?: tri)?(?: hop dong)? {AFTER_TALKS}(?: \w+){{0,2}}\s?:?\s?$"
)
_TOTAL_BEFORE = re.compile(
    r"\b(?:tong (?:gia|gia tri|so tien|gia tri hop dong)|(?<=, )(?:gia tri|so tien))"
    r"(?: (?:sau thue|(?:da )?(?:bao )?gom (?:thue|vat)))?\s?(?:la|:)?\s?:?\s?$"
)
_UNTAXED = re.compile(r"\b(?:truoc thue|chua (?:bao )?(?:gom )?(?:thue|vat))\b[^.;]{0,20}$")
_WON = re.compile(rf"\b{WINS}\b|\btrung \d{{1,3}} (?:phan|lo|goi|mat hang|khoan)\b")


def parse_price(text: str, plain: str, *, won: bool = True) -> int | None:
    """The sum that a text says a winner won, with taxes where it also says that without."""
    untaxed: int | None = None
    for vnd, before in _told_prices(text, plain, won=won):
        if not _UNTAXED.search(before):
            return vnd
        untaxed = vnd if untaxed is None else untaxed
    return untaxed


def parse_prices(text: str, plain: str, *, labelled: bool = False, won: bool = False) -> Iterator[int]:
    """The sums of a text that are said to be what was won; with `won` a total is, as is known from before the text."""
    return (vnd for vnd, _ in _told_prices(text, plain, labelled=labelled, won=won))


def _told_prices(text: str, plain: str, *, labelled: bool = False, won: bool = False) -> Iterator[tuple[int, str]]:
    """The same with the folded words before each."""
    for one in parse_sums(text, plain, bare=labelled):
        before = plain[max(0, one.start - 80) : one.start]
        said = (
            labelled or _PRICE_BEFORE.search(before) or ((won or _WON.search(plain)) and _TOTAL_BEFORE.search(before))
        )
        if said and one.per in (None, "nam") and one.low is None and not one.factor and not is_contradicted(plain, one):
            yield one.vnd, before
