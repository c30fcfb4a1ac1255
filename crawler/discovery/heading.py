"""Whether a page is the article that the link to it named: its title stands above words of its own."""

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree

from timthau.text.fold import fold

_WORD = re.compile(r"\w+")
_HEADINGS = ("h1", "h2", "h3", "h4")
#: What shows the titles of other pages, or no text.
_NO_HEADINGS = frozenset(("a", "title", "option", "script", "style"))
_ELLIPSIS = re.compile(r"(?<!\s)\s*(?:\.\.\.|…)\s*$")
#: Letters between a title and the first title of another page, from which on they are an article's: a list begins at
#: once, or after a line that says what it is.
_MUCH = 200
#: How far a page is looked through below a title, and how many places may say it.
_MOST_ELEMENTS = 3000
_MOST_PLACES = 5


def is_headed(root: etree._Element, title: str, least: int) -> bool:
    """Whether a title of `least` words stands on a page, and words of its own below it before a link of as many."""
    wanted = _plain(_ELLIPSIS.sub("", title))
    if len(wanted.split()) < least:
        return False
    return any(_has_own_words(element, least) for element in islice(_find(root, wanted), _MOST_PLACES))


def is_named(root: etree._Element, title: str) -> bool:
    """Whether a title stands on a page otherwise than as a link."""
    wanted = _plain(_ELLIPSIS.sub("", title))
    return bool(wanted) and next(_find(root, wanted), None) is not None


def _find(root: etree._Element, wanted: str) -> Iterator[etree._Element]:
    """The elements that say a title, or of what a list has only the beginning of, and that lead nowhere."""
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag in _NO_HEADINGS:
            continue
        text = _text(element) if element.tag in _HEADINGS else str(element.text or "")
        is_said = len(wanted) <= len(text) and _plain(text[: 4 * len(wanted)]).startswith(wanted)
        if is_said and next(element.iterancestors("a"), None) is None:
            yield element


def _has_own_words(heading: etree._Element, least: int) -> bool:
    letters = _count(heading.tail)
    for element in islice(_following(heading), _MOST_ELEMENTS):
        if element.tag == "a" and len(_WORD.findall(_text(element))) >= least:
            return False
        if isinstance(element.tag, str) and element.tag not in ("a", "script", "style"):
            letters += _count(element.text)
        letters += _count(element.tail)
        if letters >= _MUCH:
            return True
    return False


def _following(element: etree._Element) -> Iterator[etree._Element]:
    """What comes behind an element on its page."""
    at: etree._Element | None = element
    while at is not None:
        for sibling in at.itersiblings():
            yield from sibling.iter()
        at = at.getparent()


def _text(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))


def _count(text: object) -> int:
    return len(" ".join(str(text or "").split()))


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(fold(text)))
