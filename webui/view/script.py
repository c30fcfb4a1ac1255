"""The words of the scripts in static/, in the language of the page."""

import json

from flask import Flask, url_for

from webui.http.language import LazyText as _

_WORDS = {
    "new": _("New"),
    "read": _("Read"),
    "save": _("Save"),
    "saved": _("Saved"),
    "hide": _("Hide"),
    "show": _("Show them"),
    "hiddenCount": _("Hidden on this page: #."),
    "compare": _("Compare"),
    "comparing": _("Compare # notices"),
    "clear": _("Clear"),
    "newHere": _("New here"),
    "since": _("New and changed since your last visit"),
    "taken": _("# notices are saved now."),
    "unusable": _("This is not a file of saved notices."),
    "failed": _("The server cannot be reached just now."),
}


def build_words() -> str:
    """Each word by the name that scripts know it by, and the addresses that they ask, as JSON."""
    addresses = {name: url_for(f"collection.{name}") for name in ("saved", "compare")}
    words = {name: str(word) for name, word in _WORDS.items()}
    return json.dumps(words | {f"{name}Url": url for name, url in addresses.items()}, ensure_ascii=False)


def init_app(app: Flask) -> None:
    """Give the page of every answer the words."""
    app.jinja_env.globals.update(script_words=build_words)
