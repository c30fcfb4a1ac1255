"""Our own Markdown made HTML: raw HTML in it is shown as text, and the result passes a sanitizer all the same."""

import re
from dataclasses import dataclass
from functools import lru_cache

import nh3
from flask import url_for
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_TAGS = {"h2", "h3", "h4", "p", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "a", "img", "br", "hr"}
_TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "width", "height", "loading"}, "ol": {"start"}}
_STEP = re.compile(r"(?:Bước|Step) [0-9]+[.:]? *(?P<name>.+)")
_PICTURE = re.compile(r"[a-z0-9-]+\.svg")
_ESCAPED = re.compile(r"\\([*_])")

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True)
class Step:
    """One step of a guide: its heading without the number, and its text."""

    name: str
    text: str


def build_html(body: str) -> Markup:
    """The HTML of a guide's Markdown. A picture's bare name is looked for among the drawings of the guides."""
    tokens = _markdown.parse(body)
    for token in _inline(tokens):
        if token.type == "image":
            source = str(token.attrs.get("src", ""))
            if _PICTURE.fullmatch(source):
                token.attrs["src"] = url_for("static", filename=f"guides/{source}")
            token.attrs["loading"] = "lazy"
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    return Markup(nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"}))


def quote_text(body: str) -> Markup:
    """The text of a guide that another site wrote: its paragraphs, and nothing in them that leads anywhere."""
    lines = (_ESCAPED.sub(r"\1", line).strip() for line in body.splitlines())
    return Markup("\n").join(Markup("<p>{}</p>").format(line) for line in lines if line)


@lru_cache(maxsize=64)
def list_steps(body: str) -> tuple[Step, ...]:
    """The steps of a guide: what stands under its headings "Bước 1. …" or "Step 1. …"."""
    steps: list[Step] = []
    heading, inside = False, False
    for token in _markdown.parse(body):
        if token.type == "heading_open":
            heading, inside = True, False
        elif token.type == "inline":
            text = _plain(token)
            if heading and (found := _STEP.fullmatch(text)):
                steps.append(Step(found["name"], ""))
                inside = True
            elif inside and not heading and text:
                steps[-1] = Step(steps[-1].name, f"{steps[-1].text} {text}".strip())
        elif token.type == "heading_close":
            heading = False
    return tuple(steps)


def _inline(tokens: list[Token]) -> list[Token]:
    return [child for token in tokens for child in token.children or ()]


def _plain(token: Token) -> str:
    return "".join(
        " " if child.type == "softbreak" else child.content for child in token.children or () if child.type != "image"
    ).strip()
