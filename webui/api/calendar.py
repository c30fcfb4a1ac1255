"""Deadlines as iCalendar (RFC 5545): one event a notice, whose UID never changes and whose SEQUENCE grows."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, kw_only=True)
class Event:
    """A deadline; `sequence` grows with each change of the notice or of what is true of it, last at `changed_at`."""

    notice_id: str
    sequence: int
    changed_at: datetime
    deadline_at: datetime | date
    is_cancelled: bool
    summary: str
    description: str
    url: str


def build_calendar(name: str, events: Iterable[Event]) -> str:
    """The text of a calendar; the same events give the same text."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//TimThau//TimThau//VI",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_escape(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
    ]
    for event in events:
        lines += _event_lines(event)
    return "".join(f"{_fold(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _event_lines(event: Event) -> list[str]:
    if isinstance(event.deadline_at, datetime):
        start = f"DTSTART:{_utc(event.deadline_at)}"
    else:
        start = f"DTSTART;VALUE=DATE:{event.deadline_at:%Y%m%d}"
    return [
        "BEGIN:VEVENT",
        f"UID:{event.notice_id}@timthau",
        f"SEQUENCE:{event.sequence}",
        f"DTSTAMP:{_utc(event.changed_at)}",  # without METHOD: when the event was last revised
        f"LAST-MODIFIED:{_utc(event.changed_at)}",
        start,  # without an end: a moment takes no time, a day lasts a day (RFC 5545, 3.6.1)
        f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",
        f"SUMMARY:{_escape(event.summary)}",
        f"DESCRIPTION:{_escape(event.description)}",
        f"URL:{_FORBIDDEN.sub('', event.url)}",
        "END:VEVENT",
    ]


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escape(text: str) -> str:
    plain = _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _fold(line: str) -> str:
    """The line in pieces of at most 75 octets that never cut a letter (RFC 5545, 3.1)."""
    pieces, piece, size = [], "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > 75:
            pieces.append(piece)
            piece, size = " ", 1
        piece += letter
        size += width
    return "\r\n".join([*pieces, piece])
