"""Why something could not be fetched."""

import asyncio
import re

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import TextResponse
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.discovery.challenge import is_challenge
from crawler.middlewares import OutOfBoundsError, RunEndedError
from crawler.tls import explain_tls

_TOO_LARGE = re.compile(r"larger than download max size \((\d+)\)")
_ABSENT = frozenset({400, 404, 405, 410, 414, 451})
_REFUSED = frozenset({401, 402, 403, 407})


class PageLostError(Exception):
    """A page that could not be read within its time and memory. Raised by the readers; the text says which."""


def request_of(failure: Failure) -> Request:
    """What was asked for."""
    request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy puts it there
    return request


def is_absent(failure: Failure) -> bool:
    """Whether the server says that there is nothing for us."""
    error = failure.value
    return isinstance(error, HttpError) and error.response.status in _ABSENT


def is_refused(failure: Failure) -> bool:
    """Whether the server says that we may not: a wall, which may have gone the next time, or a log in."""
    error = failure.value
    return isinstance(error, HttpError) and error.response.status in _REFUSED


def is_forbidden(failure: Failure) -> bool:
    """Whether we did not ask: robots.txt, another site, a private address."""
    return isinstance(failure.value, OutOfBoundsError) or "robots.txt" in str(failure.value)


def leads_away(failure: Failure) -> bool:
    """Whether what was asked for leads to where we do not go: another site, a private address."""
    return isinstance(failure.value, OutOfBoundsError)


def is_unasked(failure: Failure) -> bool:
    """Whether the run was ended before we asked: that says nothing of the page."""
    return isinstance(failure.value, RunEndedError)


def status_of(failure: Failure) -> int | None:
    """The HTTP status that the site answered with, if it answered."""
    return failure.value.response.status if isinstance(failure.value, HttpError) else None


def answer_of(failure: Failure) -> str:
    """What the site said beside its status, if it was a text."""
    response = failure.value.response if isinstance(failure.value, HttpError) else None
    return response.text if isinstance(response, TextResponse) else ""


def reason_of(failure: Failure) -> str:
    """In few words, on one line."""
    error = failure.value
    if isinstance(error, HttpError):
        challenged = is_challenge(error.response)
        return "asks whether a person is reading" if challenged else f"answers {error.response.status}"
    text = " ".join(str(error).split())
    if limit := _TOO_LARGE.search(text):
        return f"is larger than {int(limit[1]) // 1_000_000} MB"
    return text or type(error).__name__


async def explain(failure: Failure, url: str) -> str:
    """Why an address could not be reached; where it did not even answer and TLS is the cause, what is wrong with it."""
    answered = isinstance(failure.value, (HttpError, IgnoreRequest))
    proxy = request_of(failure).meta.get("proxy", "")
    return ("" if answered else await asyncio.to_thread(explain_tls, url, proxy)) or reason_of(failure)
