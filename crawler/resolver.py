"""From names of hosts to addresses, IPv6 ones too, of public machines only: what was checked is connected to."""

from collections.abc import Sequence
from typing import Any

from scrapy.resolver import CachingHostnameResolver
from twisted.internet.interfaces import IAddress, IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]  # it has no types

from timthau.network import is_private_literal, is_public

#: Hosts that whoever runs this named in a definition as a proxy: they may be inside.
proxies: set[str] = set()


class PublicResolver(CachingHostnameResolver):
    """Leaves out private addresses, unless the host is itself written as one: the bounds of its source know it then."""

    def resolveHostName(  # noqa: N802 - the signature that Twisted calls
        self,
        resolutionReceiver: IResolutionReceiver,  # noqa: N803  # Twisted's name
        hostName: str,  # noqa: N803  # Twisted's name
        portNumber: int = 0,  # noqa: N803  # Twisted's name
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803  # Twisted's name
        transportSemantics: str = "TCP",  # noqa: N803  # Twisted's name
    ) -> IHostResolution:
        """Resolve a name, once for each connection."""
        meant = is_private_literal(hostName) or hostName in proxies
        receiver: Any = resolutionReceiver if meant else _Public(resolutionReceiver)
        return super().resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)


@implementer(IResolutionReceiver)
class _Public:
    """Passes on the public addresses that are found."""

    def __init__(self, receiver: Any) -> None:
        self._receiver = receiver

    def resolutionBegan(self, resolution: IHostResolution) -> None:  # noqa: N802  # Twisted's name
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802  # Twisted's name
        if is_public(address.host):
            self._receiver.addressResolved(address)

    def resolutionComplete(self) -> None:  # noqa: N802  # Twisted's name
        self._receiver.resolutionComplete()
