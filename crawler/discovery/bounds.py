"""What may be fetched at all, by a crawl and for a single page alike: hosts, schemes, private addresses, robots."""

import codecs
from collections.abc import Collection
from urllib.parse import urlsplit

from crawler.discovery.address import is_same_site
from timthau.network import is_private_literal

_FORBID_ALL = b"User-agent: *\nDisallow: /\n"
_MOST_RULES = 500 * 1024  # bytes


class Bounds:
    """Keeps requests on some hosts, on HTTP, and off private addresses.

    Of the hosts that were `named` those may be private that are written as private addresses; no name and no other
    host may. That a name leads to a private address shows when it is connected to: see `crawler.resolver`.
    """

    def __init__(self, named: Collection[str], others: Collection[str] = ()) -> None:
        self._hosts = frozenset((*named, *others))
        self.private = frozenset(host for host in map(_name_of, named) if is_private_literal(host))

    def refuse(self, url: str) -> str:
        """Why an address is not fetched, as far as it tells by itself; nothing where it may be."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https"):
            return f"{parts.scheme or 'such'} addresses are not fetched"
        if not is_same_site(url, self._hosts):
            return "leads to another site"
        host = parts.hostname or ""
        return "leads to a private address" if is_private_literal(host) and host not in self.private else ""


def read_robots(status: int, body: bytes) -> bytes:
    """The rules that an answer for robots.txt gives.

    What a site cannot say for now (5xx) forbids all, what it does not have (4xx) forbids nothing (RFC 9309, 2.3.1); a
    byte order mark is no rule. Of a larger answer the whole lines of its first 500 KiB are read (2.5).
    """
    if status >= 500:
        return _FORBID_ALL
    if status >= 400:
        return b""
    rules = body.removeprefix(codecs.BOM_UTF8)
    return rules if len(rules) <= _MOST_RULES else rules[: rules.rfind(b"\n", 0, _MOST_RULES) + 1]


def _name_of(host: str) -> str:
    """A host without its port and brackets."""
    return urlsplit(f"//{host}").hostname or ""
