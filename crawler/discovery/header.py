"""What the headers of an answer say of a page."""

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from scrapy.http import Response

from crawler.discovery.address import absolute
from timthau.model.moment import HANOI

#: Some systems give the time of the request, less a day, as the time of the last change: such a time means nothing.
_TOO_FRESH = timedelta(days=2)
_LINK = re.compile(r"<([^<>]*)>([^<>]*)")
_NEXT = re.compile(r";\s*rel\s*=\s*(?:\"(?:[^\"]*\s)?next(?:\s[^\"]*)?\"|next\b)", re.IGNORECASE)


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


def next_of(response: Response) -> str:
    """The page that a Link header (RFC 8288) calls the next one; empty for none."""
    stated = (value.decode("latin-1") for value in response.headers.getlist("Link"))
    named = (
        absolute(url, response.url) for value in stated for url, more in _LINK.findall(value) if _NEXT.search(more)
    )
    return next(filter(None, named), "")
