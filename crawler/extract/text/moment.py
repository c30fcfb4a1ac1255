"""Points in time as documents write them: "17h00 ngày 07 tháng 11 năm 2023", "20/07/2026 17:00", "11.8.2025"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from crawler.extract.text.folding import fold_in_place
from timthau.model.moment import HANOI, Moment

# The patterns read folded text and are written with blanks for legibility (VERBOSE); all repeats are bounded, so that
# hostile text takes linear time. {0} is a letter that keeps the names of two uses apart.
_HOUR = r"""
    (?<![\d/.,:]) (?P<{0}hour>\d{{1,2}}) \s{{0,2}}
    (?: : \s? (?P<{0}clock>[0-5]\d) (?: :[0-5]\d )? \s{{0,2}} (?: gio\b | h\b )?        # 17:00, 17:00:00
      | \. (?P<{0}dotted>[0-5]\d) \s{{0,2}} (?: gio | h ) \b                            # 17.00 giờ
      | (?: gio | g | h ) (?![a-z]) \s{{0,2}} [.:,]? \s{{0,2}}                          # 17h, 17g00', 17 giờ 00 phút
        (?: (?P<{0}minute>[0-5]?\d) (?! \d | \s?/\s?\d | \s?-\s?\d{{1,2}}\s?- | \s?\.\s?\d{{1,2}}\s?\. )
            \s{{0,2}} (?: phut | ph | p | gio | ['"] )? )?  # no minute: "17h 10/3"
    )
    (?: \s{{0,2}} (?P<{0}half> am | pm | sang | trua | chieu | toi ) \b )?
"""
# What may stand between an hour and its day: "17h00, (giờ hành chính) thứ Sáu, ngày …".
_JOIN = r"""
    \s{0,3} ['".,;]? \s{0,3}
    (?: \(? (?:trong\s)? gio \s (?: viet\snam | ha\snoi | hanh\schinh | dia\sphuong | dong\sduong ) \)? \s? ,? \s? )?
    (?: -\s? )? \(? (?: (?: vao | cua | het | buoi ) \s )?
    (?: \(? (?: thu\s?(?: hai | ba | tu | nam | sau | bay | [2-7] ) | t[2-7] | chu\s?nhat | cn ) \)? \s? ,? \s? \(? )?
    (?: -\s? )? (?: (?:den \s )? (?:het \s )? ngay \s{0,3} :? \s{0,3} \(? (?: m[uo]ng \s )? )?
    (?: thu\s (?: hai | ba | tu | nam | sau | bay | [2-7] ) ,\s? )?
"""
_DAY = r"""
    (?<![\d/.,])
    (?: (?P<w_day>\d{1,2}) \s{0,3} [,/]?\s? thang \s{0,3} (?P<w_month>\d{1,2})             # 07 tháng 11 năm 2023
        (?: \s{0,3} [,/.-]? \s{0,3} (?: nam \s{0,3} )? (?P<w_year>20\d\d) (?!\d) )?
      | (?P<n_day>\d{1,2}) \s?[/.-]\s? (?P<n_month>\d{1,2}) \s?[/.-]\s? (?P<n_year>20\d\d) (?!\d)
      | (?P<m_day>\d{1,2}) \s?/\s? (?P<m_month>\d{1,2}) \s{0,2} ,?\s? nam \s{0,3} (?P<m_year>20\d\d) (?!\d)
      | (?P<i_year>20\d\d) - (?P<i_month>\d\d) - (?P<i_day>\d\d) (?!\d)                 # ISO
      | (?<= ngay\s ) (?P<y_day>\d{1,2}) (?P<sign>[/.-]) (?P<y_month>\d{1,2}) (?P=sign) (?P<y_year>\d\d) (?![\d/.-]?\d)
      | (?P<s_day>\d{1,2}) \s?/\s? (?P<s_month>\d{1,2}) (?! \s?[\d/%] | \s?[.-]\d )     # 17/2
    )
"""
# An hour behind its day, unless it begins the next point in time or a range: "12/5/2023 (trước 17h00)".
_BEHIND = rf"""
    (?: t | \s{{0,3}} [,;(-]? \s{{0,3}} (?: (?:vao\s)? (?:luc|hoi) \s{{0,2}} | truoc \s{{0,2}} )? )
    (?> {_HOUR.format("b_")} )
    (?! {_JOIN} \d{{1,2}} \s? (?: [/.-] | thang ) | \s? (?: - | den ) \s? \d{{1,2}} \s? [hg:] )
"""
_STAMP = re.compile(rf"(?: (?> {_HOUR.format('a_')} ) {_JOIN} )? {_DAY} (?: {_BEHIND} )?", re.VERBOSE)
# Cheap to look for, and in every day that the pattern knows.
_LIKELY = re.compile(r"\d\s?[/.-]\s?\d|\bthang")
_FORMS = ("w", "n", "m", "i", "y", "s")


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

    def next_after(self, base: date, within: timedelta) -> Moment | None:
        """The first such day on or after a base day, if it is near enough to be meant."""
        for year in (base.year, base.year + 1):
            if _is_day(year, self.month, self.day) and base <= date(year, self.month, self.day) <= base + within:
                return replace(self, year=year).moment()
        return None


def parse_stamps(text: str, plain: str | None = None) -> Iterator[Stamp]:
    """The days of a text from left to right, each with the hour that belongs to it.

    `plain` is the text folded in place. What is no day of the calendar is passed over; an impossible hour is left out.
    """
    plain = fold_in_place(text) if plain is None else plain
    if not _LIKELY.search(plain):
        return
    for match in _STAMP.finditer(plain):
        form = next(form for form in _FORMS if match[f"{form}_day"])
        day, month = int(match[f"{form}_day"]), int(match[f"{form}_month"])
        year = None if form == "s" or not match[f"{form}_year"] else int(match[f"{form}_year"])
        if form == "y" and year is not None:
            year += 2000
        if _is_day(year or _LEAP_YEAR, month, day):
            hour = _parse_hour(match, "a") or _parse_hour(match, "b")
            yield Stamp(match.start(), match.end(), day, month, year, hour)


_LEAP_YEAR = 2024  # has every day


def _parse_hour(match: re.Match[str], side: str) -> time | None:
    if match[f"{side}_hour"] is None:
        return None
    hour, half = int(match[f"{side}_hour"]), match[f"{side}_half"]
    if half in ("pm", "chieu", "toi") and hour < 12:
        hour += 12
    minute = int(match[f"{side}_clock"] or match[f"{side}_dotted"] or match[f"{side}_minute"] or 0)
    return time(hour, minute) if hour < 24 else None


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
