"""Vietnamese first, English switchable: `?lang=` chooses and a cookie remembers."""

from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, g, has_request_context, request
from flask_babel import get_translations

from webui.http.services import services

DEFAULT = "vi"
#: What each language calls itself.
LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
COOKIE = "lang"
_YEAR = 365 * 24 * 3600


def select_language() -> str:
    """The language of this request. The browser's own is not asked: many Vietnamese readers use English systems."""
    asked = request.args.get("lang") or request.cookies.get(COOKIE)
    return asked if asked in LANGUAGES else DEFAULT


def current_language() -> str:
    """The code of the language that the page is written in."""
    code: str | None = g.get("language")
    if code is None:
        code = g.language = select_language() if has_request_context() else DEFAULT
    return code


def gettext(message: str, **values: object) -> str:
    """A message in the language of the page."""
    # Found once a request: flask_babel's own look-up costs a fifth of the time of a result page.
    text: str = _translations().ugettext(message)
    return text % values if values else text


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """A message for a number of things; `num` is among the values."""
    text: str = _translations().ungettext(one, many, num)
    return text % ({"num": num} | values)


class LazyText:
    """A message that is translated when it is shown, for tables made when a module is loaded."""

    __slots__ = ("_message",)

    def __init__(self, message: str) -> None:
        self._message = message

    def __str__(self) -> str:
        return gettext(self._message)


def _translations() -> Any:
    found = g.get("translations")
    if found is None:
        found = g.translations = get_translations()
    return found


def build_switch_url(code: str) -> str:
    """The address of this page in another language."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    # Without the path: one that begins with two slashes would lead to another host.
    return "?" + urlencode([*kept, ("lang", code)])


def init_app(app: Flask) -> None:
    """Remember a chosen language, and give templates what they need to switch."""

    @app.after_request
    def remember(response: Response) -> Response:
        asked = request.args.get("lang")
        is_page = response.mimetype == "text/html" and not response.cache_control.public
        if is_page and asked in LANGUAGES and asked != request.cookies.get(COOKIE):
            secure = request.is_secure or services().settings.base_url.startswith("https:")
            response.set_cookie(COOKIE, asked, max_age=_YEAR, httponly=True, samesite="Lax", secure=secure)
        if request.endpoint != "static" and request.blueprint != "api":
            response.vary.add("Cookie")
        return response

    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # from jinja2.ext.i18n
        gettext=lambda message: _translations().ugettext(message),
        ngettext=lambda one, many, num: _translations().ungettext(one, many, num),
        newstyle=True,
    )
    app.jinja_env.globals.update(languages=LANGUAGES, language=current_language, build_switch_url=build_switch_url)
