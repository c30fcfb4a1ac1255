"""Moments and days in Vietnam's time zone, as the model keeps them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
#: A point in time as a document states it: aware to the minute, or a day when no hour is given.
Moment = datetime | date
#: So far may clocks be apart; what was dated later than that was dated by one that was wrong.
CLOCKS_APART = timedelta(hours=1)


def parse_moment(text: str) -> Moment:
    """A moment from ISO 8601: ten characters are a day, more is a time; one without a zone is Hanoi time.

    Raises ValueError for anything else.
    """
    if len(text) == 10:
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    try:
        return moment.replace(tzinfo=HANOI) if moment.tzinfo is None else moment.astimezone(HANOI)
    except OverflowError as error:  # before year 1 or after year 9999 in the other zone
        raise ValueError(text) from error


def format_moment(moment: Moment | None) -> str | None:
    """ISO 8601 of a moment in Hanoi time, to the second; None stays None."""
    if isinstance(moment, datetime):
        local = moment if moment.tzinfo is HANOI else moment.astimezone(HANOI)
        return local.isoformat(timespec="seconds")
    return moment.isoformat() if moment else None


def start_of(moment: Moment) -> datetime:
    """The first instant that a moment can mean, in Hanoi time."""
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time.min, HANOI)


def end_of(moment: Moment) -> datetime:
    """The last instant that a moment can mean: a deadline that names only a day runs until midnight."""
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time(23, 59, 59), HANOI)


def is_ahead(moment: datetime, now: datetime) -> bool:
    """Whether what has happened is dated later than any clock in order could have dated it."""
    return moment - now > CLOCKS_APART
