"""The heading of an article, and what the head of its page calls it."""

import re
from functools import lru_cache

from bs4 import BeautifulSoup, Tag

from crawler.extract.page.mass import SEEN_AGAIN, PageMap
from crawler.extract.page.tree import has_named
from timthau.text.fold import collapse_spaces, fold

_SITE_TITLE = re.compile(r"site-?(?:title|name)|logo|brand", re.I)
_HOME = re.compile(r"(?:https?://[^/?#]+)?/?(?:(?:\./)?(?:index|default)\.\w{3,5})?$|(?:\.{1,2}/)+$", re.I)
_TITLE_CLASS = re.compile(r"title|tieu-?de|headline|heading", re.I)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4"))
_TITLE_BREAK = re.compile(r"(?<!\s)\s+[-|–—:»·•]+\s+|(?<!\s)\s*[|»]\s*|[|»]\s*")


def split_title(title: str) -> list[str]:
    """A <title> and its pieces between dashes and bars, longest reading first."""
    pieces = [piece for piece in _TITLE_BREAK.split(title) if len(piece) > 3]
    return [title, *pieces] if len(pieces) > 1 else [title]


def title_key(text: str) -> str:
    """A title without what differs between heading and head: case, accents, white space."""
    return fold(collapse_spaces(text))


def find_heading(soup: BeautifulSoup, page: PageMap, noise: set[int], titles: list[str], sites: set[str]) -> Tag | None:
    """The element that titles the article; `titles` and `sites` (names that are no title) are keys, best first."""
    unwanted = page.inside(noise)
    best: tuple[int, int] | None = None
    for index, tag in enumerate(page.tags):
        if tag.name not in _HEADINGS and not (
            tag.attrs and (_is_title(tag) or _sounds_like_title(page.names[id(tag)]))
        ):
            continue
        text = title_key(tag.get_text(" "))
        if not 3 < len(text) < 400 or text in sites:
            continue
        score = _heading_score(page, tag, text, titles) - (6 if id(tag) in unwanted else 0)
        if score >= 3 and (best is None or score > best[0]):
            best = (score, index)
    if best is not None and best[0] >= 5:
        return page.tags[best[1]]
    return _find_title_text(soup, unwanted, titles, sites) or (page.tags[best[1]] if best else None)


def _is_title(tag: Tag) -> bool:
    return tag.attrs.get("itemprop") in ("headline", "name")


@lru_cache(maxsize=SEEN_AGAIN)
def _sounds_like_title(names: str) -> bool:
    return _TITLE_CLASS.search(names) is not None


def _heading_score(page: PageMap, tag: Tag, text: str, titles: list[str]) -> int:
    names = page.names[id(tag)]
    score = {"h1": 4, "h2": 2, "h3": 1}.get(tag.name, 0)
    score += 3 if tag.get("itemprop") == "headline" else 0
    score += 1 if names and _TITLE_CLASS.search(names) else 0
    if text in titles:
        score += 5
    elif len(text) > 12 and any(
        title.startswith(text) or text.startswith(title.rstrip(" .…")) for title in titles if len(title) > 12
    ):
        score += 4
    # WordPress says "wp-custom-logo" of the whole body.
    around = (page.names.get(id(t), "") for t in (tag, *tag.parents) if t.name not in ("body", "html"))
    score -= 6 if any(map(_SITE_TITLE.search, around)) or _leads_home(tag) else 0
    score += 1 if titles and text == titles[0] else 0
    if tag.name != "h1" and has_named(tag, "a") and any(p.name in ("li", "article") for p in tag.parents):
        score -= 2
    return score - (3 if len(text) < 8 else 0)


def _leads_home(tag: Tag) -> bool:
    """Whether a heading leads to the first page of a site: what it says is the site's name."""
    near = (tag.find("a"), tag.find_parent("a"))
    return any(a is not None and a.get("href") and _HOME.match(str(a["href"]).strip()) for a in near)


def _find_title_text(soup: BeautifulSoup, unwanted: set[int], titles: list[str], sites: set[str]) -> Tag | None:
    """Any element that says just what the page is called: some sites set titles in <div> or <span>."""
    wanted = {title for title in titles if len(title) > 5} - sites
    found: dict[str, Tag] = {}
    for string in soup.find_all(string=True):
        parent = string.parent
        if (
            parent is None
            or parent.name in ("title", "script", "option")
            or len(string) > 500
            or id(parent) in unwanted
        ):
            continue
        if (key := title_key(string)) in wanted and parent.name != "a" and parent.find_parent("a") is None:
            found.setdefault(key, parent)
    return next((found[title] for title in titles if title in found), None)
