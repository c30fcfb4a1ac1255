"""Deadlines as iCalendar (RFC 5545): one event a notice, whose UID never changes and whose SEQUENCE grows."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_SHOWN = timedelta(minutes=15)
_ALARMS = ("P1D", "PT2H")  # before the event: a day, two hours
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
    alarms = [] if event.is_cancelled else [line for before in _ALARMS for line in _alarm_lines(event, before)]
    return [
        "BEGIN:VEVENT",
        f"UID:{event.notice_id}@timthau",
        f"SEQUENCE:{event.sequence}",
        f"DTSTAMP:{_utc(event.changed_at)}",  # without METHOD: when the event was last revised
        f"LAST-MODIFIED:{_utc(event.changed_at)}",
        *_span_lines(event.deadline_at),
        f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",
        f"SUMMARY:{_escape(event.summary)}",
        f"DESCRIPTION:{_escape(event.description)}",
        f"URL:{_FORBIDDEN.sub('', event.url)}",
        *alarms,
        "END:VEVENT",
    ]


def _span_lines(deadline: datetime | date) -> list[str]:
    """When the event begins and ends: what takes no time is hard to see, so a moment takes a quarter of an hour."""
    try:
        if isinstance(deadline, datetime):
            return [f"DTSTART:{_utc(deadline)}", f"DTEND:{_utc(deadline + _SHOWN)}"]
        return [f"DTSTART;VALUE=DATE:{deadline:%Y%m%d}", f"DTEND;VALUE=DATE:{deadline + timedelta(days=1):%Y%m%d}"]
    except OverflowError:  # the last day that there is
        return [f"DTSTART;VALUE=DATE:{deadline:%Y%m%d}"]


def _alarm_lines(event: Event, before: str) -> list[str]:
    return [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_escape(event.summary)}",
        f"TRIGGER:-{before}",
        "END:VALARM",
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
