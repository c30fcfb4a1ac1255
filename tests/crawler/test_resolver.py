"""What a crawl connects to: public machines, IPv6 ones too, whatever a name leads to at that moment."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.resolver import dnscache
from twisted.internet.address import IPv4Address, IPv6Address

from crawler.resolver import PublicResolver, proxies

NAMES = {
    "bv.example": ["1.2.3.4", "10.0.0.1", "2606:4700:4700::1111", "fec0::1"],
    "www.bv.example": ["127.0.0.1"],
    "v6.example": ["2606:4700:4700::1111"],
    "127.0.0.1": ["127.0.0.1"],
    "proxy.example": ["10.0.0.9"],
}


class _Names:
    """A resolver that knows a few names."""

    def resolveHostName(self, receiver: Any, host: str, port: int, *_: Any) -> Any:  # noqa: N802 - Twisted's name
        receiver.resolutionBegan(self)
        for text in NAMES[host]:
            kind: Any = IPv6Address if ":" in text else IPv4Address
            receiver.addressResolved(kind("TCP", text, port))
        receiver.resolutionComplete()
        return self


class _Found:
    def __init__(self) -> None:
        self.addresses: list[str] = []

    def resolutionBegan(self, _: object) -> None:  # noqa: N802 - Twisted's name
        pass

    def addressResolved(self, address: Any) -> None:  # noqa: N802 - Twisted's name
        self.addresses.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802 - Twisted's name
        pass


@pytest.mark.parametrize(
    ("host", "addresses"),
    [
        ("bv.example", ["1.2.3.4", "2606:4700:4700::1111"]),
        ("www.bv.example", []),
        ("v6.example", ["2606:4700:4700::1111"]),
        ("127.0.0.1", ["127.0.0.1"]),
        ("proxy.example", ["10.0.0.9"]),
    ],
)
def test_names_lead_to_public_machines_only_also_when_they_are_remembered(host: str, addresses: Sequence[str]) -> None:
    proxies.add("proxy.example")
    dnscache.clear()
    resolver = PublicResolver(SimpleNamespace(nameResolver=_Names()), 100)  # type: ignore[arg-type]  # what it asks of one
    for _ in range(2):
        found = _Found()
        resolver.resolveHostName(found, host, 80)  # type: ignore[arg-type]  # what it asks of one
        assert found.addresses == addresses
    proxies.clear()
    dnscache.clear()
