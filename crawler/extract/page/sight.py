"""What of a page a visitor does not see: hidden, struck, off the page, too small, or in the paper's own colour."""

import re

from bs4 import Tag
from bs4.element import NavigableString

#: Stands in the style of an element all of whose classes the page itself explains.
ALL_TOLD = "--all-told"
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_STRUCK = re.compile(
    r"text-decoration[a-z-]{0,20}\s*+:[^;]{0,99}?line-through|mso-hide\s*:\s*all|(?:left|text-indent)\s*+:\s*-\d{4}"
    r"|opacity\s*:\s*0(?:\.0*)?(?![.\d])"
    r"|font-size\s*:\s*(?:0(?![.\d])|[0-2](?:\.\d+)?\s?p[xt]|0?\.[01]\d*\s?r?em|[0-9]\s?%)",
    re.IGNORECASE,
)
_HIDDEN_CLASS = re.compile(r"(?:^|\s)(?:hidden|d-none|sr-only|visually-hidden|screen-reader-text)(?:\s|$)")
_FOLDED_LENGTH = 300
_COLOUR = re.compile(r"(?<![-\w])color\s*+:\s*+([^;!]++)", re.IGNORECASE)
_PAPER = re.compile(r"(?<![-\w])background(?:-color)?\s*+:\s*+([^;!]++)", re.IGNORECASE)
_WHITE = re.compile(r"#fff(?:fff)?|#f[c-f]f[c-f]f[c-f]|white|rgba?\(\s*25[2-5]\s*,\s*25[2-5]\s*,\s*25[2-5]\b.*")
_LETTERS = frozenset("a b big em font i small span strong sub sup u p".split())


def is_hidden(tag: Tag) -> bool:
    """Whether a visitor does not see the element, or sees it struck out: hidden metadata, text for screen readers."""
    if not tag.attrs:
        return False
    style = str(tag.get("style", ""))
    if _STRUCK.search(style) or _is_blank(tag, style):
        return True
    classes = str(tag.get("class", ""))
    if tag.has_attr("hidden") or _HIDDEN.search(style) or _HIDDEN_CLASS.search(classes):
        # A folded panel is opened by a click: what is long is meant to be read.
        return len(tag.get_text()) < _FOLDED_LENGTH
    return False


def _is_blank(tag: Tag, style: str) -> bool:
    """Whether letters have the colour of the paper: the one they name, or white between letters that are not."""
    colour = _COLOUR.search(style)
    said = colour[1].strip().lower() if colour else str(tag.get("color", "")).strip().lower()
    if not said:
        return False
    if paper := _PAPER.search(style):
        return paper[1].strip().lower() == said or bool(_WHITE.fullmatch(said) and _WHITE.fullmatch(paper[1].strip()))
    if "class" in tag.attrs and ALL_TOLD not in style:
        return False  # a class may have a paper of its own
    return tag.name in _LETTERS and _WHITE.fullmatch(said) is not None and _stands_in_text(tag)


def _stands_in_text(tag: Tag) -> bool:
    """Whether other letters stand beside an element on the same paper, and nothing says that those are white too."""
    beside = (node for node in tag.parent.contents if node is not tag) if tag.parent else ()
    return any(
        bool(node.strip())
        if isinstance(node, NavigableString)
        else isinstance(node, Tag)
        and not _COLOUR.search(str(node.get("style", "")))
        and bool(node.get_text(strip=True))
        for node in beside
    )
