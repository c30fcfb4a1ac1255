"""Vietnamese first, English switchable: `?lang=` chooses and a cookie remembers."""

from urllib.parse import urlencode

from flask import Flask, Response, request
from flask_babel import get_locale

from webui.access import access

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
    locale = get_locale()
    return locale.language if locale else DEFAULT


def build_switch_url(code: str) -> str:
    """The address of this page in another language."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{request.path}?{urlencode([*kept, ('lang', code)])}"


def init_app(app: Flask) -> None:
    """Remember a chosen language, and give templates what they need to switch."""

    @app.after_request
    def remember(response: Response) -> Response:
        asked = request.args.get("lang")
        if asked in LANGUAGES and asked != request.cookies.get(COOKIE):
            secure = request.is_secure or access().settings.base_url.startswith("https:")
            response.set_cookie(COOKIE, asked, max_age=_YEAR, httponly=True, samesite="Lax", secure=secure)
        if request.endpoint != "static" and request.blueprint != "api":
            response.vary.add("Cookie")
        return response

    app.jinja_env.globals.update(languages=LANGUAGES, language=current_language, build_switch_url=build_switch_url)
