"""Points in time as documents write them: "17h00 ngày 07 tháng 11 năm 2023", "20/07/2026 17:00", "11.8.2025"."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from crawler.extract.text.folding import fold_in_place
from timthau.model.moment import HANOI, Moment

# The patterns read folded text and are written with blanks for legibility (VERBOSE); all repeats are bounded, so that
# hostile text takes linear time. {0} is a letter that keeps the names of two uses apart.
_HOUR = r"""
    (?: (?<![\d/.,:]) (?P<{0}hour>\d{{1,2}}) | \b (?P<{0}said>{words}) (?=\s gio\b) ) \s{{0,2}}
    (?: : \s? (?P<{0}clock>[0-5]\d) (?: :[0-5]\d )? \s{{0,2}} (?: gio\b | h\b )?        # 17:00, 17:00:00
      | \. (?P<{0}dotted>[0-5]\d) \s{{0,2}} (?: (?: gio | h ) \b | (?= [ap]\.?m\b ) )   # 17.00 giờ, 4.30 pm
      | (?: (?: gio | g | h ) (?![a-z]) | (?= ruoi \s (?: sang | trua | chieu | toi ) \b ) )  # 9 rưỡi sáng
        \s{{0,2}} [.:,]? \s{{0,2}}                                                       # 17h, 17g00', 17 giờ
        (?: (?P<{0}minute>[0-5]?\d) (?! \d | \s?/\s?\d | \s?-\s?\d{{1,2}}\s?- | \s?\.\s?\d{{1,2}}\s?\. | \sthang )
            \s{{0,2}} (?: phut | ph | p | gio | ['"] )?                               # no minute: "17h 10/3"
          | (?P<{0}past> ruoi | (?:muoi | ba\smuoi | bon\smuoi) (?:\slam)? (?:\sphut)? ) \b
          | kem \s (?P<{0}short> 5 | 10 | 15 | 20 | muoi(?:\slam)? ) \b (?:\sphut\b)? )?
      | (?= \s? [ap]\.?m\b )                                                         # 5 PM
    )
    (?: \s{{0,2}} (?:buoi\s)? (?P<{0}half> a\.?m | p\.?m | sang | trua | chieu | toi
        | (?<=\d\s) (?: sa | ch ) (?!\s?nhat) ) \b \.? )?                               # 9:00 SA
"""
# What may stand between an hour and its day: "17h00, (giờ hành chính) thứ Sáu, ngày …".
_JOIN = r"""
    \s{0,3} ['".,;)]? \s{0,3}
    (?: \( [a-z][a-z\s]{2,40} \) \s? ,? \s? )?                                      # 09h00 (chín giờ)
    (?: \(? (?:trong\s)? gio \s (?: viet\snam | ha\snoi | hanh\schinh | dia\sphuong | dong\sduong ) \)? \s? ,? \s? )?
    (?: \(? (?: (?: ha\s?noi | viet\s?nam | local )\stime | gmt\s?\+\s?0?7 ) \)? \s? ,? \s? )?
    (?: -\s? )? \(? (?: (?: vao | cua | het | buoi | cung | on ) \s )? (?: (?: {weekdays} ) ,? \s )?
    (?: \(? (?: thu\s?(?: hai | ba | tu | nam | sau | bay | [2-7] ) | t[2-7] | chu\s?nhat | cn ) \)? \s? ,? \s? \(? )?
    (?: -\s? )? (?: (?:den \s )? (?:het \s )? ngay \s{0,3} [:.,]? \s{0,3} \(? (?: m[uo]ng \s )? )?
    (?: thu\s (?: hai | ba | tu | nam | sau | bay | [2-7] ) (?: ,\s? | \s?\( | \s(?=\d) ) )?  # ngày thứ Hai (15/6
    (?: (?:ngay\s)? mai ,\s? )?                                                       # 9h00 sáng mai, 17/6
"""
_DAY = r"""
    (?<![\d/.,])
    (?: (?P<w_day>\d{1,2}) \s{0,3} [,/.]?\s? thang [.:]? \s{0,3}                           # 07 tháng 11 năm 2023
        (?: (?P<w_month>\d{1,2}) | (?P<w_said>{months}) (?= [,\s]{1,3} (?:nam\s)? 20\d\d ) )
        (?: \s{0,3} [,/.-]? \s{0,3} (?: nam [.:]? \s{0,3} )? (?P<w_year>20\d\d) (?!\d) )?
      | (?P<n_day>\d{1,2}) \s?[/.-]\s? (?P<n_month>\d{1,2}) \s?[/.-]\s? (?P<n_year>20\d\d) (?!\d)
      | (?P<m_day>\d{1,2}) \s?/\s? (?P<m_month>\d{1,2}) \s{0,2} ,?\s? nam \s{0,3} (?P<m_year>20\d\d) (?!\d)
      | (?P<i_year>20\d\d) - (?P<i_month>\d\d) - (?P<i_day>\d\d) (?!\d)                 # ISO
      | (?P<e_day>\d{1,2}) (?:st|nd|rd|th)? [\s-] (?:of\s)? (?P<e_said>{english}) \.? ,? [\s-] (?P<e_year>20\d\d) (?!\d)
      | (?P<f_said>{english}) \.? \s (?P<f_day>\d{1,2}) (?:st|nd|rd|th)? ,? \s (?P<f_year>20\d\d) (?!\d)
      | (?P<y_day>\d{1,2}) (?P<sign>[/.-]) (?P<y_month>\d{1,2}) (?P=sign) (?P<y_year>\d\d) (?![\d/.-]?\d)
      | (?P<s_day>\d{1,2}) \s?/\s? (?P<s_month>\d{1,2}) (?! \s?[\d/%] | \s?[.-]\d )     # 17/2
    )
"""
# An hour behind its day, unless it begins the next point in time or a range: "12/5/2023 (trước 17h00)".
_BEHIND = r"""
    (?: t | \s{{0,3}} [,;(-]? \s{{0,3}} (?: (?:vao\s)? (?:luc|hoi) \s{{0,2}} | truoc \s{{0,2}} )?
      | \s? [,;] \s? gio (?: \s (?: dong\s?thau | het\shan | nop | nhan | ket\sthuc ) )? \s? : \s? )
    (?> {hour} )
    (?! {join} \d{{1,2}} \s? (?: [/.-] | thang ) | \s? (?: - | den ) \s? \d{{1,2}} \s? [hg:] )
"""
_HOURS = {say: n for n, say in enumerate("khong mot hai ba bon nam sau bay tam chin muoi".split())} | {
    **{f"muoi {say}": 10 + n for n, say in enumerate("mot hai ba bon lam sau bay tam chin".split(), 1)},
    **{f"hai muoi{say}": 20 + n for n, say in enumerate(("", " mot", " hai", " ba", " bon"))},
}
_PAST = {"ruoi": 30, "muoi": 10, "muoi lam": 15, "ba muoi": 30, "bon muoi": 40, "bon muoi lam": 45, "ba muoi lam": 35}
_MONTHS = {
    **{"gieng": 1, "mot": 1, "hai": 2, "ba": 3, "tu": 4, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10},
    **{"nam": 5, "muoi mot": 11, "muoi hai": 12, "chap": 12},
}
_NAMES = "january february march april may june july august september october november december".split()
_ENGLISH = {short: n for n, name in enumerate(_NAMES, 1) for short in (name, name[:3])} | {"sept": 9}
_WEEKDAYS = "|".join(f"{day}(?:day)?" for day in "mon tues? wed(?:nes)? thu(?:rs)? fri sat(?:ur)? sun".split())


def _choice(words: Iterable[str]) -> str:
    """Any of the words, the longest first, for a pattern in which blanks stand for legibility."""
    return "|".join(word.replace(" ", r"\s") for word in sorted(words, key=len, reverse=True))


def _build(hours: str) -> re.Pattern[str]:
    """The pattern of a stamp, its hours in figures or one of these words."""
    behind = _BEHIND.format(hour=_HOUR.format("b_", words=hours), join=_JOINED)
    return re.compile(rf"(?: (?> {_HOUR.format('a_', words=hours)} ) {_JOINED} )? {_DATED} (?: {behind} )?", re.VERBOSE)


_JOINED = _JOIN.replace("{weekdays}", _WEEKDAYS)
# The word "năm" is the fifth month only before "năm 2026"; else it says that a year follows.
_DATED = _DAY.replace("{months}", _choice(_MONTHS).replace("|nam|", r"|nam(?=\snam\b)|")).replace(
    "{english}", _choice(_ENGLISH)
)
_STAMP = _build("(?!)")
# Words for hours are rare, and looking for them takes time at every letter.
_SPELLED_STAMP = _build(_choice(_HOURS))
_SPELLED_HOUR = re.compile(r"\b(?:mot|hai|ba|bon|nam|lam|sau|bay|tam|chin|muoi) gio\b")
# Cheap to look for, and in every day that the pattern knows.
_LIKELY = re.compile(r"\d\s?[/.-]\s?\d|\bthang")
# "1 1 giờ 00 ngày 3 1/7/2 024", as scans part digits.
_PARTED = re.compile(
    r"(?<![\d.,/:-])(?<!\d )(?:[01] \d|2 [0-4])(?=\s?(?:gio\b|h(?:\d\d)?\b))"
    r"|(?<=\bngay )[0-3] \d(?=\s?[/.-]\s?\d)|(?<=\d[/.-])(?:2 0 ?\d ?\d|20 \d ?\d|202 \d)(?!\d)(?! \d)"
)
_LIKELY_ENGLISH = re.compile(rf"\b(?:{_choice(_ENGLISH)})\b")
_FORMS = ("w", "n", "m", "i", "y", "s", "e", "f")
# What shows that "13/03/26" is a day.
_BEFORE_SHORT_YEAR = re.compile(r"(?:\b(?:ngay|truoc|den|toi|het|tu|han|luc)\s?|:\s?|\()[.:]?\s?$")


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
    if _PARTED.search(plain):
        plain = _PARTED.sub(_join_digits, plain)
    if not _LIKELY.search(plain) and not ("20" in plain and _LIKELY_ENGLISH.search(plain)):
        return
    pattern = _SPELLED_STAMP if _SPELLED_HOUR.search(plain) else _STAMP
    for match in pattern.finditer(plain):
        form = next(form for form in _FORMS if match[f"{form}_day"])
        if form == "y" and not _is_short_year(match, plain):
            continue
        if form in "ef" and not text[match.start(f"{form}_said") : match.end(f"{form}_said")].isascii():
            continue  # "2 máy" is no second of May
        day, month, year = int(match[f"{form}_day"]), _parse_month(match, form), _parse_year(match, form)
        if _is_day(year or _LEAP_YEAR, month, day):
            hour = _parse_hour(match, "a") or _parse_hour(match, "b")
            yield Stamp(match.start(), match.end(), day, month, year, hour)


def _join_digits(match: re.Match[str]) -> str:
    """Digits that a scan has parted, as long as they were."""
    joined = match[0].replace(" ", "")
    return joined + " " * (len(match[0]) - len(joined))


def _is_short_year(match: re.Match[str], plain: str) -> bool:
    """Whether two digits are a year: behind "ngày", "trước" or a label, or beside an hour."""
    if not 10 <= int(match["y_year"]) <= 60:
        return False
    timed = (match["a_hour"] or match["b_hour"] or match["a_said"]) is not None
    return timed or _BEFORE_SHORT_YEAR.search(plain, max(0, match.start() - 12), match.start("y_day")) is not None


def _parse_month(match: re.Match[str], form: str) -> int:
    said = match[f"{form}_said"] if form in "wef" else None
    if said is None:
        return int(match[f"{form}_month"])
    return (_MONTHS if form == "w" else _ENGLISH)[said]


def _parse_year(match: re.Match[str], form: str) -> int | None:
    if form == "s" or not match[f"{form}_year"]:
        return None
    return int(match[f"{form}_year"]) + (2000 if form == "y" else 0)


_LEAP_YEAR = 2024  # has every day


def _parse_hour(match: re.Match[str], side: str) -> time | None:
    said, half, past = match[f"{side}_said"], match[f"{side}_half"], match[f"{side}_past"]
    if match[f"{side}_hour"] is None and said is None:
        return None
    hour = _HOURS[said] if said else int(match[f"{side}_hour"])
    half = (half or "").replace(".", "")
    if (half in ("pm", "chieu", "toi", "ch") and hour < 12) or (half == "trua" and hour < 3):
        hour += 12
    if half in ("am", "sa") and hour == 12:
        hour = 0
    minute = match[f"{side}_clock"] or match[f"{side}_dotted"] or match[f"{side}_minute"]
    if past:
        minute = _PAST[past.removesuffix(" phut")]
    if short := match[f"{side}_short"]:  # "17 giờ kém 15"
        hour, minute = hour - 1, 60 - (_PAST.get(short) or int(short))
    return time(hour, int(minute or 0)) if 0 <= hour < 24 else None


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
