"""Why something could not be fetched."""

import re

from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.challenge import is_challenge
from crawler.middlewares import OutOfBoundsError

_TOO_LARGE = re.compile(r"larger than download max size \((\d+)\)")
_ABSENT = frozenset({401, 403, 404, 405, 410})


def is_absent(failure: Failure) -> bool:
    """Whether the server says that there is nothing for us."""
    return _status(failure) in _ABSENT


def is_forbidden(failure: Failure) -> bool:
    """Whether we did not ask: robots.txt, another site, a private address."""
    return bool(failure.check(OutOfBoundsError)) or "robots.txt" in str(failure.value)


def reason_of(failure: Failure) -> str:
    """In few words, on one line."""
    if failure.check(HttpError):
        return "asks whether a person is reading" if is_challenge(_response(failure)) else f"answers {_status(failure)}"
    text = " ".join(str(failure.value).split())
    if limit := _TOO_LARGE.search(text):
        return f"is larger than {int(limit[1]) // 1_000_000} MB"
    return text or type(failure.value).__name__


def _response(failure: Failure) -> Response:
    response: Response = failure.value.response
    return response


def _status(failure: Failure) -> int | None:
    return _response(failure).status if failure.check(HttpError) else None
