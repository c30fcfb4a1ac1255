"""Pages for what goes wrong: each says what happened and how to go on."""

import json
import logging

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from timthau.errors import TimThauError
from webui.http.language import gettext

_log = logging.getLogger(__name__)
_RETRY_AFTER = 30  # seconds


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_error_handler(HTTPException, _show_http_error)
    app.register_error_handler(TimThauError, _show_room_error)


def _show_http_error(error: HTTPException) -> Response:
    code = error.code or 500
    if request.path.startswith("/api/"):
        response = build_problem(code, error.name, error.description or "")
    else:
        response = _build_page(code)
    for name in ("Allow", "Retry-After"):
        for value in error.get_response().headers.getlist(name):
            response.headers[name] = value
    return response


def _build_page(code: int) -> Response:
    title, advice = {
        400: (gettext("This request cannot be understood"), gettext("Its address may have been damaged on the way.")),
        403: (gettext("You may not do that here"), gettext("Please start again from the search page.")),
        404: (gettext("There is no such page"), gettext("It may have been mistyped, or what was here is gone.")),
        405: (gettext("This page cannot be used that way"), gettext("Please start again from the search page.")),
        429: (gettext("That was too many requests at once"), gettext("Please wait a moment and try again.")),
        503: (gettext("Search is not available just now"), gettext("Please try again in a minute.")),
    }.get(code, (gettext("Something went wrong here"), gettext("The error is on our side. Please try again.")))
    return Response(render_template("failure.html", title=title, advice=advice, code=code), status=code)


def build_problem(code: int, title: str, detail: str) -> Response:
    """What went wrong in the form of RFC 9457, in English."""
    body = json.dumps({"type": "about:blank", "title": title, "status": code, "detail": detail})
    return Response(body, status=code, mimetype="application/problem+json")


def _show_room_error(error: TimThauError) -> Response:
    _log.error("%s: %s", type(error).__name__, error)
    return _show_http_error(ServiceUnavailable(retry_after=_RETRY_AFTER))
