"""What the headers of an answer say of a page."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from scrapy.http import Response

from timthau.model.moment import HANOI

#: Some systems give the time of the request, less a day, as the time of the last change: such a time means nothing.
_TOO_FRESH = timedelta(days=2)


def is_offered(response: Response) -> bool:
    """Whether a server hands out an answer to be saved as a file, whatever it is."""
    return (header(response, "Content-Disposition") or "").lstrip().lower().startswith("attachment")


def header(response: Response, name: str) -> str | None:
    """A header's value, if there is one."""
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def trusted_time(response: Response) -> str | None:
    """The time of last change that a server states, unless it was made up for the occasion."""
    stated = header(response, "Last-Modified")
    try:
        age = datetime.now(HANOI) - parsedate_to_datetime(stated or "")
    except (TypeError, ValueError):
        return None
    return stated if age > _TOO_FRESH else None
