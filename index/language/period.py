"""Days as people name them: "15/7/2026", "cuối tháng 7", "quý 2 năm 2026", "tuần này"."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from index.language.phrasing import Phrases, Token
from timthau.text.amount import parse_day
from timthau.text.numeral import parse_numeral

_RELATIVE = (
    *("today", "tomorrow", "yesterday", "this_week", "next_week", "last_week"),
    *("this_month", "next_month", "last_month", "this_year", "last_year"),
)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_YEARS = range(2000, 2100)
_THIRDS = {"begin": 0, "middle": 1, "end": 2}


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included.

    `relative` to today, and whether the year was `dated`; `vague` is a year alone, or what may mean something else.
    """

    first: date
    last: date
    relative: bool = False
    dated: bool = True
    vague: bool = False


class Calendar:
    """Reads the periods in the tokens of a text, seen from a day in Hanoi.

    A day without a year is the last such day up to today, or (`near`) the one nearest to it.
    """

    def __init__(self, tokens: Sequence[Token], phrases: Phrases, today: date) -> None:
        self._tokens, self._phrases, self._today = tokens, phrases, today

    def read(self, at: int, *, near: bool) -> tuple[int, Period] | None:
        """Where the period ends that begins at a token, and the period; None when none does."""
        if found := self._phrases.match(self._tokens, at, *_RELATIVE):
            return found[0], self._name_relative(found[1])
        at_day = self._phrases.skip(self._tokens, at, "day")
        try:
            return (
                self._read_day(at_day, near=near)
                or self._read_month(at, near=near)
                or self._read_week(at, near=near)
                or self._read_span(at, near=near)
            )
        except ValueError:  # there is no such day
            return None

    def _token(self, at: int) -> Token | None:
        return self._tokens[at] if at < len(self._tokens) else None

    def _is(self, at: int, role: str) -> bool:
        found = self._phrases.match(self._tokens, at, role)
        return found is not None and found[0] == at + 1

    def _number(self, at: int, most: int) -> int | None:
        """A whole number from 1 to `most` in figures."""
        token = self._token(at)
        if token is None or token.kind != "number" or not token.text.isdecimal():
            return None
        number = int(token.text)
        return number if 1 <= number <= most else None

    def _year(self, at: int) -> tuple[int, int | None]:
        """Where a year ends that may stand at a token ("năm 2026", "/2026"), and the year."""
        token = self._token(at)
        led = at + 1 if token and (self._is(at, "year") or token.text in "/-,") else at
        year = self._number(led, _YEARS[-1])
        return (led + 1, year) if year in _YEARS else (at, None)

    def _read_day(self, at: int, *, near: bool) -> tuple[int, Period] | None:
        token = self._token(at)
        if token is None:
            return None
        if token.kind == "day":
            day = parse_day(token.text.replace(".", "/"))
            return at + 1, Period(day, day)
        if token.kind == "day_of_year":
            number, month = map(int, token.text.split("/"))
            end, year = self._year(at + 1)
        else:
            number, month = self._number(at, 31) or 0, self._number(at + 2, 12) or 0
            following = self._token(at + 2)
            if number and following and following.kind == "month" and self._is(at + 1, "month"):
                day = date(*reversed((number, *_split_month(following.text))))
                return at + 3, Period(day, day)
            if not (number and month and self._is(at + 1, "month")):
                return None
            end, year = self._year(at + 3)
        day = self._guess(year, month, number, near=near)
        return end, Period(day, day, dated=year is not None)

    def _read_month(self, at: int, *, near: bool) -> tuple[int, Period] | None:
        """A month or a third of one: "cuối tháng 7 năm 2026", "7/2026", "tháng bảy"."""
        third = self._phrases.match(self._tokens, at, *_THIRDS)
        start = third[0] if third else at
        named = self._is(start, "month") and not (at and self._number(at - 1, _YEARS[-1]))  # "12 tháng" is a time
        token = self._token(start + named)
        if token is None:
            return None
        end = start + named + 1
        year: int | None
        if token.kind == "month":
            month, year = _split_month(token.text)
        elif named:
            month, (end, year) = self._number(start + 1, 12) or self._number_word(start), self._year(end)
        else:
            return None
        if not 1 <= month <= 12:
            return None
        first = self._guess(year, month, 1, near=near)
        whole = Period(first, _end_of_month(first), dated=year is not None)
        # "thang 4" without accents is also a ladder.
        vague = year is None and not self._tokens[start].accented
        return end, replace(_third(whole, third[1]) if third else whole, vague=vague)

    def _read_week(self, at: int, *, near: bool) -> tuple[int, Period] | None:
        """A week of a month: "tuần đầu tháng 7", "tuần thứ hai của tháng 7", "tuần cuối tháng 7"."""
        if not self._is(at, "week"):
            return None
        third = self._phrases.match(self._tokens, at + 1, *_THIRDS)
        named = at + 2 if (token := self._token(at + 1)) and token.exact == "thứ" else at + 1
        number = 1 if third else self._number(named, 4) or self._ordinal(named)
        start = third[0] if third else named + 1
        behind = self._token(start)
        found = self._read_month(start + bool(behind and behind.exact == "của"), near=near) if number else None
        if found is None:
            return None
        end, month = found
        first = month.first + timedelta(days=7 * number - 7)
        if third and third[1] != "begin":
            first = month.last - timedelta(days=6) if third[1] == "end" else month.first + timedelta(days=10)
        return end, replace(month, first=first, last=first + timedelta(days=6), vague=False)

    def _ordinal(self, at: int) -> int:
        """The number of a week that a word names."""
        token = self._token(at)
        return {"nhất": 1, "một": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4}.get(token.exact, 0) if token else 0

    def _number_word(self, at: int) -> int:
        """The month that a word behind "tháng" names; typed without accents it may be anything."""
        word = self._token(at + 1)
        if word is None or word.kind != "word" or not self._tokens[at].accented or self._number(at + 2, _YEARS[-1]):
            return 0
        number = 1 if word.exact == "giêng" else 12 if word.exact == "chạp" else parse_numeral(word.text) or 0
        return number if word.exact not in ("tự", "tủ", "tu") and number <= 12 else 0

    def _read_span(self, at: int, *, near: bool) -> tuple[int, Period] | None:
        """A quarter, or a year or a third of one."""
        if self._is(at, "quarter"):
            token = self._token(at + 1)
            number = self._number(at + 1, 4) or (_ROMAN.get(token.folded, 0) if token else 0)
            if not number:
                return None
            end, year = self._year(at + 2)
            first = self._guess(year, 3 * number - 2, 1, near=near)
            last = _end_of_month(first.replace(month=3 * number))
            return end, Period(first, last, dated=year is not None, vague=year is None)
        third = self._phrases.match(self._tokens, at, *_THIRDS)
        start = third[0] if third else at
        if not self._is(start, "year"):
            return None
        end, year = self._year(start)
        if year is None:
            return None
        first_month, last_month = (4 * _THIRDS[third[1]] + 1, 4 * _THIRDS[third[1]] + 4) if third else (1, 12)
        first = date(year, first_month, 1)
        return end, Period(first, _end_of_month(date(year, last_month, 1)), vague=third is None)

    def _guess(self, year: int | None, month: int, day: int, *, near: bool) -> date:
        """A day, of the likeliest year where none is named. Raises ValueError when there is none."""
        if year is not None:
            return date(year, month, day)
        days = [date(self._today.year + more, month, min(day, 28)) for more in (-1, 0, 1)]
        if near:
            best = min(days, key=lambda one: abs(one - self._today))
        else:
            best = max(one for one in days if one <= self._today)
        return best.replace(day=day)

    def _name_relative(self, role: str) -> Period:
        today = self._today
        unit, step = role.rpartition("_")[2], {"last": -1, "this": 0, "next": 1}.get(role.partition("_")[0], 0)
        if unit == "week":
            first = today - timedelta(days=today.weekday() - 7 * step)
            return Period(first, first + timedelta(days=6), relative=True)
        if unit == "month":
            months = today.year * 12 + today.month - 1 + step
            first = date(months // 12, months % 12 + 1, 1)
            return Period(first, _end_of_month(first), relative=True)
        if unit == "year":
            return Period(date(today.year + step, 1, 1), date(today.year + step, 12, 31), relative=True)
        day = today + timedelta(days={"tomorrow": 1, "yesterday": -1}.get(role, 0))
        return Period(day, day, relative=True)


def _split_month(text: str) -> tuple[int, int]:
    """The month and year of "7/2026"."""
    month, year = re.split("[/-]", text)
    return int(month), int(year)


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _third(month: Period, third: str) -> Period:
    """The first ten days of a month, the next ten, or the rest."""
    number = _THIRDS[third]
    first = month.first.replace(day=10 * number + 1)
    return replace(month, first=first, last=month.last if number == 2 else first + timedelta(days=9))
