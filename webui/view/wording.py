"""Days, deadlines, amounts and numbers as people say them, in the language of the page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import quote, urlsplit

from flask import Flask
from markupsafe import Markup, escape

from timthau.locale import wording
from timthau.model.moment import HANOI, Moment, end_of, format_moment, start_of
from webui.http.address import absolute_url, own_address, printed_address
from webui.http.language import LazyText as _
from webui.http.language import current_language, gettext, ngettext
from webui.http.services import now
from webui.view import label

SOON_DAYS = 3
_DAY = timedelta(days=1)
WEEKDAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
_RECENT_DAYS = 30  # later, nobody counts the days since


@dataclass(frozen=True)
class Remaining:
    """How much time a deadline leaves: `state` is open, soon (days), urgent (less than a day) or closed."""

    text: str
    state: str


def format_day(moment: Moment) -> str:
    """The day of a moment: 05/11/2026, in English 5 Nov 2026."""
    return wording.format_day(moment, current_language())


def format_weekday(moment: Moment) -> str:
    """The day of the week of a moment in Hanoi."""
    day = moment.astimezone(HANOI) if isinstance(moment, datetime) else moment
    return str(WEEKDAYS[day.weekday()])


def format_time(moment: Moment) -> str:
    """The day of a moment, with the hour where one is stated: 05/11/2026 17:00."""
    return wording.format_time(moment, current_language())


def format_remaining(deadline: Moment, present: datetime | None = None) -> Remaining:
    """What is left until a deadline, in calendar days of Hanoi; below 24 hours in hours or minutes."""
    present = (present or now()).astimezone(HANOI)
    end = end_of(deadline).astimezone(HANOI)
    days = (end.date() - present.date()).days
    if end < present:
        return Remaining(_name_past(-days), "closed")
    has_hour = isinstance(deadline, datetime)
    if days > 0 and not (has_hour and end - present < _DAY):
        return Remaining(
            ngettext("%(num)d day left", "%(num)d days left", days), "soon" if days <= SOON_DAYS else "open"
        )
    if not has_hour:
        return Remaining(gettext("last day"), "urgent")
    hours, minutes = divmod((end - present) // timedelta(minutes=1), 60)
    if hours:
        return Remaining(ngettext("%(num)d hour left", "%(num)d hours left", hours), "urgent")
    return Remaining(ngettext("%(num)d minute left", "%(num)d minutes left", minutes), "urgent")


def _name_past(days: int) -> str:
    if days > _RECENT_DAYS:
        return gettext("closed")
    return str(ngettext("closed yesterday", "closed %(num)d days ago", days) if days else gettext("closed today"))


def format_number(number: float | Decimal) -> str:
    """A number with the language's signs and at most four decimals: 1.234,5 in Vietnamese, 1,234.5 in English."""
    return wording.format_number(number, current_language())


def format_price(vnd: float) -> str:
    """A price that was worked out, such as a median: to whole VND, below a hundred with its decimals."""
    return format_number(round(vnd) if vnd >= 100 else round(vnd, 2))


def format_amount(vnd: int) -> str:
    """Whole VND to two decimals of the unit people use: 1,25 tỷ đồng, 40 triệu đồng, 950.000 đồng."""
    billions, millions = (_round(vnd, size) for size in (10**9, 10**6))
    if abs(billions) >= 1:
        return gettext("%(number)s billion VND", number=format_number(billions))
    if abs(millions) >= 1:
        return gettext("%(number)s million VND", number=format_number(millions))
    return format_exact_amount(vnd)


def _round(vnd: int, size: int) -> float:
    """An amount in units of a size, to two decimals, half away from zero."""
    hundredths = (abs(vnd) * 100 + size // 2) // size
    return hundredths / 100 if vnd > 0 else -hundredths / 100


def format_exact_amount(vnd: int) -> str:
    """Whole VND, every digit: 1.250.000.000 đồng."""
    return gettext("%(number)s VND", number=format_number(vnd))


def format_size(size: int) -> str:
    """A size in kB, MB or GB, each a thousand of the one before; a kB is a thousand bytes."""
    for unit, name in ((1_000_000_000, "GB"), (1_000_000, "MB")):
        if size >= unit:
            return f"{format_number(round(size / unit, 1))} {name}"
    return f"{format_number(max(1, round(size / 1000)))} kB"


def mark(parts: Sequence[str]) -> Markup:
    """A passage as HTML: every second part is what matched."""
    marked = [Markup("<mark>%s</mark>") % part if number % 2 else escape(part) for number, part in enumerate(parts)]
    return Markup("").join(marked)


def web_link(url: str) -> str | None:
    """The address where a browser may be sent; None for javascript:, data: and whatever else a document claims."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme.lower() in {"http", "https"} and parts.netloc else None


def mail_link(address: str) -> str:
    """The mailto: address of an e-mail address that a document names."""
    return f"mailto:{quote(address.strip(), safe='@')}"


def phone_link(phone: str) -> str:
    """The tel: address of a telephone number that a document names; of several, the first."""
    first = re.split(r"[/;,–]|\s-\s", phone, maxsplit=1)[0]
    return f"tel:{re.sub(r'[^0-9+]', '', first)}"


def init_app(app: Flask) -> None:
    """Give templates these words and the labels."""
    app.jinja_env.filters.update(
        day=format_day,
        time=format_time,
        weekday=format_weekday,
        start=start_of,
        iso=format_moment,
        mark=mark,
        remaining=format_remaining,
        number=format_number,
        amount=format_amount,
        price=format_price,
        exact_amount=format_exact_amount,
        size=format_size,
        web_link=web_link,
        mail_link=mail_link,
        phone_link=phone_link,
        host=lambda url: urlsplit(url).hostname or url,
    )
    app.jinja_env.globals.update(
        label=label, now=now, absolute_url=absolute_url, own_address=own_address, printed_address=printed_address
    )
