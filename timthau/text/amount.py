"""Amounts and days as people type and write them: the search box, the form and the reading of documents share these."""

import re
from datetime import date
from decimal import Decimal

from timthau.text.fold import fold
from timthau.text.numeral import parse_numeral

#: What a unit behind a number multiplies it by, folded.
UNITS = {
    **{"ty": 10**9, "ti": 10**9, "billion": 10**9, "b": 10**9},
    **{"trieu": 10**6, "tr": 10**6, "million": 10**6, "m": 10**6},
    **{"nghin": 1000, "ngan": 1000, "k": 1000},
}
_TOO_MUCH = 10**18
_MOST_PLAUSIBLE = 10**14  # no notice is about more than the country's budget

_NUMBER = r"\d[\d.,]*(?: \d{3})*(?!\d)"
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_AMOUNT = re.compile(
    rf"(?P<number>{_NUMBER})\s*+(?:(?P<unit>{_UNIT})(?![a-z])"
    rf"(?:\s*+(?:(?P<more>{_NUMBER})\s*+(?P<lesser>{_UNIT})(?![a-z])|(?P<tenths>[1-9])(?!\d)|(?P<half>ruoi)))?)?"
    r"(?:\s*+(?:viet nam )?(?:dong|vnd|d))?",
    re.ASCII,
)
_UNIT_BEFORE_DIGIT = re.compile(rf"(\d)({_UNIT})(?=\d)")
_DAY = re.compile(
    r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})"
    r"|(?P<iso_year>\d{4})-(?P<iso_month>\d{1,2})-(?P<iso_day>\d{1,2})",
    re.ASCII,
)


def parse_amount(text: str) -> int:
    """Whole VND from what people type: 500000000, 500.000.000, 500 triệu, 1,5 tỷ, 1ty2, "năm trăm triệu".

    Raises ValueError.
    """
    folded = " ".join(_UNIT_BEFORE_DIGIT.sub(r"\1 \2 ", fold(text)).split())
    parts = _AMOUNT.fullmatch(folded)
    if parts is None:
        said = parse_numeral(folded) if folded[:1].isalpha() else None
        if said is None:
            raise ValueError(f"{text!r:.40} is no amount")
        return said
    size = UNITS.get(parts["unit"] or "", 1)
    total = parse_number(parts["number"], size) * size
    if parts["more"]:
        total += parse_number(parts["more"], UNITS[parts["lesser"]]) * UNITS[parts["lesser"]]
    elif parts["tenths"] or parts["half"]:
        total += Decimal(size) * int(parts["tenths"] or 5) / 10
    if total >= _TOO_MUCH:
        raise ValueError("more than any notice can be about")
    return int(total)


def parse_number(text: str, size: int = 1) -> Decimal:
    """A number in figures, in units of `size` ("triệu": a million). Raises ValueError.

    Dots, commas and spaces part thousands, but before a unit a lone comma stands for decimals, and so does a dot that
    fewer than three digits follow: "203,531 tỷ" and "2.5 tỷ" have decimals, "1.200 triệu" is one thousand two hundred
    millions. A dot that would make it more than any notice is about has decimals too.
    """
    number = text.replace(" ", "").rstrip(".,")
    marks = re.findall("[.,]", number)
    whole, last = (re.sub("[.,]", "", number[: -len(end) - 1]), end) if (end := _last(number)) else (number, "")
    decimal = bool(marks) and (
        len(last) != 3 or (len(marks) > 1 and marks[-1] != marks[0]) or (size > 1 and marks == [","])
    )
    if size >= UNITS["ty"] and marks == ["."] and Decimal(whole + last) * size >= _MOST_PLAUSIBLE:
        decimal = True
    if not (whole + last).isdecimal():
        raise ValueError(f"{text!r:.40} is no number")
    return Decimal(f"{whole}.{last}" if decimal else whole + last)


def _last(number: str) -> str:
    """The digits behind the last sign of a number; nothing when it has none."""
    parts = re.split("[.,]", number)
    return parts[-1] if len(parts) > 1 else ""


def parse_day(text: str) -> date:
    """A day from 2026-11-05, 5/11/2026, 05.11.2026 or 5-11-2026. Raises ValueError."""
    parts = _DAY.fullmatch(text.strip())
    if parts is None:
        raise ValueError(f"{text!r:.40} is no day")
    iso = "iso_" if parts["iso_year"] else ""
    return date(*(int(parts[f"{iso}{name}"]) for name in ("year", "month", "day")))
