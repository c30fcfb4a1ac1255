"""What may be fetched at all, by a crawl and for a single page alike: hosts, schemes, private addresses, robots."""

import codecs
import socket
from collections.abc import Collection
from urllib.parse import urlsplit

from crawler.discovery.address import host_of, is_public, is_same_site

_FORBID_ALL = b"User-agent: *\nDisallow: /\n"


class Bounds:
    """Keeps requests on some hosts, on HTTP, and off private addresses.

    Hosts that were `named` may be private; whatever else they lead to may not.
    """

    def __init__(self, named: Collection[str], others: Collection[str] = ()) -> None:
        self._named = frozenset(named)
        self._hosts = self._named | frozenset(others)

    def refuse(self, url: str) -> str:
        """Why an address is not fetched, as far as it tells by itself; nothing where it may be."""
        scheme = urlsplit(url).scheme
        if scheme not in ("http", "https"):
            return f"{scheme or 'such'} addresses are not fetched"
        return "" if is_same_site(url, self._hosts) else "leads to another site"

    def is_named(self, url: str) -> bool:
        """Whether an address is on a host that was named, and may therefore be private."""
        return host_of(url) in self._named


def is_private(host: str) -> bool:
    """Whether a host has an address that is not on the open Internet; asks the resolver, and may wait for it.

    One without any address is not private: the request will say so.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return not all(is_public(str(entry[4][0]).partition("%")[0]) for entry in found)


def read_robots(status: int, body: bytes) -> bytes:
    """The rules that an answer for robots.txt gives.

    What a site cannot say for now (5xx) forbids all, what it does not have (4xx) forbids nothing (RFC 9309, 2.3.1); a
    byte order mark is no rule.
    """
    if status >= 500:
        return _FORBID_ALL
    return b"" if status >= 400 else body.removeprefix(codecs.BOM_UTF8)
