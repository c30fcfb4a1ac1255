"""Points in time as documents write them: "17h00 ngày 07 tháng 11 năm 2023", "20/07/2026 17:00", "11.8.2025"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from crawler.extract.folding import fold_in_place
from timthau.model import HANOI, Moment

# A day may follow its hour at once: in "17h 10/3/2024" and "17h 10-3-2024" the 10 is no minute.
_DAY_BEGINS = r"\s?/\s?\d|\s?-\s?\d{1,2}\s?-|\s?\.\s?\d{1,2}\s?\."
# All patterns read folded text. Bounded repeats keep them linear on hostile input.
_TIME = r"""(?<![\d/.,:])(?P<{0}hour>\d{{1,2}})\s{{0,2}}
    (?: : \s?(?P<{0}clock>[0-5]\d)(?::[0-5]\d)?\s{{0,2}}(?:gio\b|h\b)?                             # 17:00, 17:00:00
      | (?:gio|g|h)(?![a-z])\s{{0,2}}[.:,]?\s{{0,2}}(?:(?P<{0}minute>[0-5]?\d)(?!\d|{1})\s{{0,2}}(?:phut|ph|p|gio|')?)?
    )
    (?:\s{{0,2}}(?P<{0}half>am|pm|sang|trua|chieu|toi)\b)?"""
_WEEKDAY = r"(?:\(?(?:thu\s?(?:hai|ba|tu|nam|sau|bay|[2-7])|t[2-7]|chu\s?nhat|cn)\)?\s?,?\s?)?"
# What may stand between an hour and its day: "17h00, (giờ hành chính) thứ Sáu, ngày …".
_JOIN = rf"""\s{{0,3}}['.,;]?\s{{0,3}}(?:\(?(?:trong\s)?gio\s(?:viet\snam|ha\snoi|hanh\schinh|dia\sphuong|dong\sduong)\)?\s?,?\s?)?
    (?:-\s?)?(?:(?:vao|cua|het|buoi)\s)?{_WEEKDAY}(?:-\s?)?(?:ngay\s{{0,3}}:?\s{{0,3}})?"""
_YEAR = r"(?P<{0}year>20\d\d)(?!\d)"
_DAY = rf"""(?P<day>(?<![\d/.,])
    (?: (?P<w_day>\d{{1,2}})\s{{0,3}},?\s?thang\s{{0,3}}(?P<w_month>\d{{1,2}})(?:\s{{0,3}}[,/.-]?\s{{0,3}}(?:nam\s{{0,3}})?{_YEAR.format("w_")})?
      | (?P<n_day>\d{{1,2}})\s?(?P<sep>[/.-])\s?(?P<n_month>\d{{1,2}})\s?(?:(?P=sep)|[/.-])\s?{_YEAR.format("n_")}
      | (?P<m_day>\d{{1,2}})\s?/\s?(?P<m_month>\d{{1,2}})\s{{0,2}},?\s?nam\s{{0,3}}{_YEAR.format("m_")}
      | {_YEAR.format("i_")}-(?P<i_month>\d\d)-(?P<i_day>\d\d)(?!\d)
      | (?<=ngay\s)(?P<y_day>\d{{1,2}})(?P<ysep>[/.-])(?P<y_month>\d{{1,2}})(?P=ysep)(?P<y_year>\d\d)(?![\d/.-]?\d)
      | (?P<s_day>\d{{1,2}})\s?/\s?(?P<s_month>\d{{1,2}})(?!\s?[\d/%]|\s?[.-]\d)
    ))"""
_AFTER = rf"(?:t|\s{{0,3}}[,;(-]?\s{{0,3}}(?:(?:vao\s)?(?:luc|hoi)\s{{0,2}}|truoc\s{{0,2}})?)(?>{_TIME.format('b_', _DAY_BEGINS)})(?!{_JOIN}\d{{1,2}}\s?(?:[/.-]|thang)|\s?(?:-|den)\s?\d{{1,2}}\s?[hg:])"
_STAMP = re.compile(rf"(?:{_TIME.format('a_', _DAY_BEGINS)}{_JOIN})?{_DAY}(?:{_AFTER})?", re.VERBOSE)
_KINDS = ("w", "n", "m", "i", "y", "s")


@dataclass(frozen=True)
class Stamp:
    """A day, perhaps with its hour, at `start`..`end` of a text; `year` is None where only day and month are given."""

    start: int
    end: int
    day: int
    month: int
    year: int | None
    hour: time | None

    def moment(self) -> Moment | None:
        """The moment in Hanoi time; None without a year. An hour of 24 is the day alone: it ends at midnight."""
        if self.year is None:
            return None
        day = date(self.year, self.month, self.day)
        return datetime.combine(day, self.hour, HANOI) if self.hour is not None else day

    def in_year(self, year: int) -> "Stamp | None":
        """The same day in a year; None when that year lacks it (29 February)."""
        stamp = Stamp(self.start, self.end, self.day, self.month, year, self.hour)
        return stamp if _is_day(year, self.month, self.day) else None

    def next_after(self, base: date, within: timedelta) -> Moment | None:
        """The first such day on or after a base day, if it is near enough to be meant."""
        for year in (base.year, base.year + 1):
            stamp = self.in_year(year)
            if stamp and base <= date(year, self.month, self.day) <= base + within:
                return stamp.moment()
        return None


def parse_stamps(text: str, plain: str | None = None) -> Iterator[Stamp]:
    """The days of a text from left to right, each with the hour that belongs to it.

    `plain` is the text folded in place. What is no day of the calendar is passed over; an impossible hour is left out.
    """
    plain = fold_in_place(text) if plain is None else plain
    if not any(c.isdigit() for c in plain):
        return
    for match in _STAMP.finditer(plain):
        kind = next(kind for kind in _KINDS if match[f"{kind}_day"])
        day, month = int(match[f"{kind}_day"]), int(match[f"{kind}_month"])
        year = int(match[f"{kind}_year"] or 0) if kind != "s" else 0
        if kind == "y":
            year += 2000
        if _is_day(year or 2024, month, day):
            yield Stamp(
                match.start(), match.end(), day, month, year or None, _parse_hour(match, "a") or _parse_hour(match, "b")
            )


def _parse_hour(match: re.Match[str], side: str) -> time | None:
    if match[f"{side}_hour"] is None:
        return None
    hour, half = int(match[f"{side}_hour"]), match[f"{side}_half"]
    if half in ("pm", "chieu", "toi") and hour < 12:
        hour += 12
    minute = int(match[f"{side}_clock"] or match[f"{side}_minute"] or 0)
    return time(hour, minute) if hour < 24 else None


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
