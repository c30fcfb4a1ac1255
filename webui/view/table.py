"""Tables that become blocks on a narrow screen, where each value says under which heading it stands."""

import re
from collections.abc import Iterator

from flask import Flask
from markupsafe import Markup, escape

_HEADING = re.compile(r'<th scope="col"[^>]*>(?P<text>[^<]*(?:<(?!/?th\b)[^<]*)*)</th>')
_PART = re.compile(r'<(?P<name>tr|td|th scope="row")(?=[ >])')


def stack(table: str) -> Markup:
    """A table whose cells are given the text of their heading as `data-label`, which the style sheet shows."""
    headings = [Markup(text).striptags() for text in _HEADING.findall(table)]
    left: Iterator[str] = iter(())

    def name(part: re.Match[str]) -> str:
        nonlocal left
        if part["name"] == "tr":
            left = iter(headings)
            return part[0]
        heading = next(left, "")
        return f'{part[0]} data-label="{escape(heading)}"' if part["name"] == "td" and heading else part[0]

    return Markup(_PART.sub(name, table))  # the text of a template, which has escaped what it shows


def init_app(app: Flask) -> None:
    """Give templates the filter."""
    app.jinja_env.filters["stack"] = stack
