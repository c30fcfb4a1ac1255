"""What a page keeps for its scripts to show: the entries of a list, in `__NEXT_DATA__` and the like, or as links."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from timthau.text.fold import fold

_TITLES = ("title", "name", "headline", "tieude", "ten", "subject")
_ADDRESSES = ("url", "href", "link", "path", "permalink")
_SLUGS = ("slug", "alias")
_DAYS = ("publishedat", "published_at", "publishdate", "createdat", "created_at", "date", "ngaydang", "ngay_dang")
_MOST = 2000
_LONGEST = 500_000
#: A link that a script writes: document.write('<a href="/tin/12">Yêu cầu báo giá …</a>').
_WRITTEN = re.compile(r"<a\s[^<>]{0,200}?href=\\?[\"']([^\"'\\<>+]{1,300})\\?[\"'][^<>]{0,200}>([^<>\"'+]{10,300})</a>")


def read_entries(root: etree._Element, url: str) -> Iterator[tuple[str, str, str]]:
    """The address, title and day (as written, perhaps empty) of each entry that a page keeps as data.

    What has but a slug is looked for below the page itself, as such sites do.
    """
    for script in root.iter("script"):
        for address, title in _WRITTEN.findall(str(script.text or "")[:_LONGEST]):
            yield address, title, ""
        if script.get("id") == "__NEXT_DATA__" or script.get("type") == "application/json":
            try:
                data = json.loads(str(script.text or ""))
            except (ValueError, RecursionError):
                continue
            yield from _walk(data, urlsplit(url).path.rstrip("/"))


def _walk(data: Any, below: str) -> Iterator[tuple[str, str, str]]:
    waiting, seen = [data], 0
    while waiting and seen < _MOST:
        node = waiting.pop(0)
        seen += 1
        if isinstance(node, dict):
            said = {fold(str(key)): value for key, value in node.items() if isinstance(value, str)}
            title = next((said[key] for key in _TITLES if said.get(key)), "")
            address = next((said[key] for key in _ADDRESSES if said.get(key, "").startswith(("/", "http"))), "")
            if not address and (slug := next((said[key] for key in _SLUGS if said.get(key)), "")):
                address = f"{below}/{slug}"
            if title and address:
                yield address, title, next((said[key] for key in _DAYS if said.get(key)), "")
            waiting += [value for value in node.values() if isinstance(value, dict | list)]
        elif isinstance(node, list):
            waiting += [value for value in node if isinstance(value, dict | list)]
