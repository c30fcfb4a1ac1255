"""What a person knows better than the page: values that stay on top of what is read, and what may be corrected."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from timthau.errors import DeskError
from timthau.model.moment import format_moment, parse_moment
from timthau.model.notice import Notice, NoticeKind

#: The fields of Notice JSON that a person may correct.
CORRECTABLE = (
    "title",
    "kind",
    "buyer",
    "province",
    "reference_number",
    "published_at",
    "deadline_at",
    "quotation_validity_days",
    "amount_vnd",
    "delivery_place",
)
_REQUIRED = ("title", "kind")
_MOMENTS = ("published_at", "deadline_at")
_MOST_LETTERS = 2000
_MOST_DIGITS = 16  # far above any amount, below the 64 bits of the store
_YEARS = range(1990, 2100)  # beyond them a year is mistyped
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


@dataclass(frozen=True, kw_only=True)
class Correction:
    """A value that a person put in place of what a page says; `said` is what the page said when it was last read.

    Values are those of Notice JSON. One that was reverted does not count any more.
    """

    id: int
    notice_id: str
    field: str
    value: Any
    said: Any
    reason: str
    made_by: str
    made_at: datetime
    reverted_by: str | None = None
    reverted_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Hiding:
    """A notice that its operator shows to nobody, and why."""

    notice_id: str
    reason: str
    hidden_by: str
    hidden_at: datetime


def parse_value(field: str, text: str) -> Any:
    """The value of Notice JSON that a person typed; empty means that nothing is stated. Raises DeskError.

    Days and times may be typed as 2026-12-01 or 1/12/2026, with 17:00 behind; the hour is Hanoi's.
    """
    if field not in CORRECTABLE:
        raise DeskError(f"{field} cannot be corrected; what can be: {', '.join(CORRECTABLE)}")
    if not (said := " ".join(text.split())):
        if field in _REQUIRED:
            raise DeskError(f"{field} cannot be empty")
        return None
    if len(said) > _MOST_LETTERS:
        raise DeskError(f"{field} has more than {_MOST_LETTERS} letters")
    try:
        return _PARSERS.get(field, str)(said)
    except (ValueError, OverflowError) as error:
        raise DeskError(f"{field} cannot be {said!r:.80}") from error


def read_value(notice: Notice, field: str) -> Any:
    """What a notice says in a field, as Notice JSON has it."""
    value = getattr(notice, field)
    return format_moment(value) if field in _MOMENTS else value


def put_value(notice: Notice, field: str, value: Any) -> Notice:
    """The notice with another value of Notice JSON in a field."""
    values: dict[str, Any] = {field: value}
    if field == "kind":
        values[field] = NoticeKind(value)
    elif field in _MOMENTS:
        values[field] = value and parse_moment(value)
    return replace(notice, **values)


def _parse_moment(text: str) -> str | None:
    day, _, hour = text.replace("T", " ").partition(" ")
    if match := _DAY.fullmatch(day):
        day = f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
    moment = parse_moment(f"{day} {hour}".strip())
    if moment.year not in _YEARS:
        raise ValueError(text)
    return format_moment(moment)


def _parse_number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
        raise ValueError(text)
    return int(text)


_PARSERS: dict[str, Callable[[str], Any]] = {
    "kind": lambda text: str(NoticeKind(text)),
    "published_at": _parse_moment,
    "deadline_at": _parse_moment,
    "quotation_validity_days": _parse_number,
    "amount_vnd": _parse_number,
}
