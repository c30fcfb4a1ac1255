"""When digests are due, in Hanoi time; and the working days before a deadline."""

from datetime import date, datetime, time, timedelta

from holidays import country_holidays

from timthau.model.alert import Frequency
from timthau.model.moment import HANOI, Moment

#: Reminders have windows of their own, every day.
REMINDER = "reminder"
#: How far apart the ends of two windows are.
PERIODS = {
    str(Frequency.DAILY): timedelta(days=1),
    str(Frequency.WEEKLY): timedelta(days=7),
    REMINDER: timedelta(days=1),
}
_MONDAY = 0
_SATURDAY = 5
# Days off, and days in lieu of those that fall on a weekend, as the Labour Code gives them to everybody.
_DAYS_OFF = country_holidays("VN")


def latest_end(frequency: str, now: datetime, digest_time: time) -> datetime:
    """The last moment, `now` included, at which digests of a frequency were due; weekly ones are on Mondays."""
    present = now.astimezone(HANOI)
    day = present.date()
    if frequency == Frequency.WEEKLY:
        day -= timedelta(days=(day.weekday() - _MONDAY) % 7)
    end = datetime.combine(day, digest_time, HANOI)
    return end if end <= present else end - PERIODS[frequency]


def reminder_due(deadline: Moment, working_days: int, digest_time: time) -> datetime:
    """When to remind of a deadline, so many working days before its day."""
    day = deadline.astimezone(HANOI).date() if isinstance(deadline, datetime) else deadline
    return datetime.combine(working_days_before(day, working_days), digest_time, HANOI)


def is_working_day(day: date) -> bool:
    """Whether offices work: no Saturday, Sunday or public holiday of Vietnam."""
    return day.weekday() < _SATURDAY and day not in _DAYS_OFF


def working_days_before(day: date, number: int) -> date:
    """The day that lies so many working days before another, which may itself be a day off."""
    left = number
    while left > 0:
        day -= timedelta(days=1)
        if is_working_day(day):
            left -= 1
    return day
