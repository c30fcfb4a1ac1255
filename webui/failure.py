"""Pages for what goes wrong: each says what happened and how to go on."""

import logging

from flask import Flask, render_template
from flask_babel import gettext
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from timthau.errors import TimThauError

_log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_error_handler(HTTPException, _show_http_error)
    app.register_error_handler(TimThauError, _show_room_error)


def _show_http_error(error: HTTPException) -> tuple[str, int]:
    code = error.code or 500
    title, advice = {
        400: (gettext("This request cannot be understood"), gettext("Its address may have been damaged on the way.")),
        404: (gettext("There is no such page"), gettext("It may have been mistyped, or what was here is gone.")),
        405: (gettext("This page cannot be used that way"), gettext("Please start again from the search page.")),
        503: (gettext("Search is not available just now"), gettext("Please try again in a minute.")),
    }.get(code, (gettext("Something went wrong here"), gettext("The fault is ours. Please try again.")))
    return render_template("failure.html", title=title, advice=advice, code=code), code


def _show_room_error(error: TimThauError) -> tuple[str, int]:
    _log.error("%s: %s", type(error).__name__, error)
    return _show_http_error(ServiceUnavailable())
