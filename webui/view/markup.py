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
#: A heading of a guide that names a trouble, with the name of its own page: "### No OTP arrives {#no-otp}".
_TROUBLE = re.compile(r"^### +(?P<question>[^\s{](?:[^{\n]*[^\s{])?) +\{#(?P<name>[a-z0-9-]+)\}[ \t]*$", re.MULTILINE)
_HEADING = re.compile(r"^##", re.MULTILINE)
_PICTURE = re.compile(r"[a-z0-9-]+\.svg")
_WIDTH, _HEIGHT = 300, 560  # of all drawings, so that the page keeps its place while they load
_ESCAPED = re.compile(r"\\([*_])")


@dataclass(frozen=True)
class GuideTrouble:
    """What somebody meets, what helps, and the name of its page."""

    name: str
    question: str
    answer: str


@dataclass(frozen=True)
class GuideBody:
    """A guide's Markdown around the troubles that it answers, which stand together."""

    before: str
    troubles: tuple[GuideTrouble, ...]
    after: str


_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True)
class Step:
    """One step of a guide: its heading without the number, and its text."""

    name: str
    text: str


def build_html(body: str) -> Markup:
    """The HTML of a guide's Markdown. A picture's bare name is looked for among the drawings of the guides."""
    tokens = _markdown.parse(body)
    for token in tokens:
        token.children = token.children and [shown for child in token.children for shown in _show(child)]
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    return Markup(nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"}))


def _show(token: Token) -> list[Token]:
    """A picture of ours as a link to itself, so that a tap enlarges it; anything else as it is."""
    if token.type != "image":
        return [token]
    source = str(token.attrs.get("src", ""))
    if not _PICTURE.fullmatch(source):
        return [token]
    token.attrs |= {"src": url_for("static", filename=f"guides/{source}"), "width": _WIDTH, "height": _HEIGHT}
    link = Token("link_open", "a", 1, attrs={"href": token.attrs["src"]})
    return [link, token, Token("link_close", "a", -1)]


@lru_cache(maxsize=64)
def split_body(body: str) -> GuideBody:
    """A guide's Markdown with the troubles taken out: each ends where the next heading begins."""
    found = list(_TROUBLE.finditer(body))
    if not found:
        return GuideBody(body, (), "")
    troubles, end = [], 0
    for heading in found:
        following = _HEADING.search(body, heading.end())
        end = following.start() if following else len(body)
        troubles.append(GuideTrouble(heading["name"], heading["question"], body[heading.end() : end].strip()))
    return GuideBody(body[: found[0].start()], tuple(troubles), body[end:])


def flatten(markdown: str) -> str:
    """The words of Markdown, without its signs."""
    return " ".join(text for token in _markdown.parse(markdown) if token.type == "inline" and (text := _plain(token)))


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


def _plain(token: Token) -> str:
    return "".join(
        " " if child.type == "softbreak" else child.content for child in token.children or () if child.type != "image"
    ).strip()
