"""Articles that a page keeps as data and leaves to its scripts to show."""

import json
from collections.abc import Iterator
from html import escape
from typing import Any

from bs4 import BeautifulSoup

from crawler.extract.page.tree import find_named
from timthau.text.fold import fold

#: A page that shows less text has nothing but its frame.
_FRAME_LENGTH = 400
#: Shorter pieces of markup are captions.
_SHORTEST = 150
_TITLES = ("title", "name", "headline", "tieude")
_DAYS = ("publishedat", "published_at", "publishdate", "datepublished", "createdat", "created_at", "date")
_MOST = 5000


def find_kept_article(soup: BeautifulSoup) -> str | None:
    """The markup of the article that a page without text of its own keeps as data; None where there is none."""
    scripts = [script for script in find_named(soup, "script") if script.get("id") == "__NEXT_DATA__"]
    if not scripts or len(soup.get_text(" ", strip=True)) > _FRAME_LENGTH:
        return None
    try:
        data = json.loads(str(scripts[0].string or ""))
    except (ValueError, RecursionError):
        return None
    kept = [(text, said) for said in _each_object(data) for text in said.values() if "<" in text and "</" in text]
    text, said = max(kept, key=lambda one: len(one[0]), default=("", {}))
    title = next((said[key] for key in _TITLES if said.get(key)), "")
    if len(text) < _SHORTEST or not title:
        return None
    day = next((said[key] for key in _DAYS if said.get(key)), "")
    time = f'<time itemprop="datePublished" datetime="{escape(day)}">{escape(day)}</time>' if day else ""
    heading = escape(title)
    body = f'<article><h1>{heading}</h1>{time}<div itemprop="articleBody">{text}</div></article>'
    return f"<html><head><title>{heading}</title></head><body>{body}</body></html>"


def _each_object(data: Any) -> Iterator[dict[str, str]]:
    """The texts of each object, by their folded names."""
    waiting, seen = [data], 0
    while waiting and seen < _MOST:
        node = waiting.pop()
        seen += 1
        if isinstance(node, dict):
            yield {fold(str(key)): value for key, value in node.items() if isinstance(value, str)}
        values = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        waiting += [value for value in values if isinstance(value, dict | list)]
