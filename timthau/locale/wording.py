"""Days and numbers as people write them in a language, "vi" or "en"."""

from datetime import datetime
from decimal import Decimal

from timthau.model.moment import HANOI, Moment

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_VIETNAMESE_SIGNS = str.maketrans(",.", ".,")


def format_day(moment: Moment, language: str) -> str:
    """The day of a moment in Hanoi: 05/11/2026, in English 5 Nov 2026."""
    day = moment.astimezone(HANOI) if isinstance(moment, datetime) else moment
    if language == "vi":
        return f"{day.day:02}/{day.month:02}/{day.year}"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def format_day_of_year(moment: Moment, language: str) -> str:
    """The day of a moment in Hanoi without its year, for where room is scarce: 05/11, in English 5 Nov."""
    day = format_day(moment, language)
    return day[:-5]


def format_time(moment: Moment, language: str) -> str:
    """The day of a moment, with the hour of Hanoi where one is stated: 05/11/2026 17:00."""
    if not isinstance(moment, datetime):
        return format_day(moment, language)
    return f"{format_day(moment, language)} {moment.astimezone(HANOI):%H:%M}"


def format_number(number: float | Decimal, language: str) -> str:
    """A number with the language's signs and at most four decimals: 1.234,5 in Vietnamese, 1,234.5 in English."""
    if isinstance(number, int) and -1000 < number < 1000:
        return str(number)  # most counts: no signs to choose
    written = f"{number:,.4f}".rstrip("0").rstrip(".")
    return written.translate(_VIETNAMESE_SIGNS) if language == "vi" else written
