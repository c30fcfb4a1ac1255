"""Which machines are asked: public ones, whatever their names lead to, and private ones only where that was meant."""

import ipaddress
import socket
import threading
from collections.abc import Collection
from contextlib import suppress
from typing import Self

_GLOBAL = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
#: Ways to write an IPv4 address into an IPv6 one that nobody needs any more: 6to4 and Teredo.
_TUNNELS = (ipaddress.ip_network("2002::/16"), ipaddress.ip_network("2001::/32"))
#: Set aside since, or in use no more, of which Python's own list does not know: for protocols, 6to4's relays, examples.
_SET_ASIDE = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")))
_LOOPBACK_NAME = "localhost"


class NotPublicError(OSError):
    """A name leads to no public machine. Raised where it is about to be connected to."""


def is_public(text: str) -> bool:
    """Whether an IP address is one of the open Internet, also one that is wrapped in another. Raises ValueError."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64 or address.ipv4_mapped:
            return is_public(str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)))
        if address not in _GLOBAL or any(address in tunnel for tunnel in _TUNNELS):
            return False
    if any(address in network for network in _SET_ASIDE):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def is_private_literal(host: str) -> bool:
    """Whether a host is a private address that is written out; `localhost` is one by definition."""
    name = host.lower().rstrip(".")
    if name == _LOOPBACK_NAME or name.endswith(f".{_LOOPBACK_NAME}"):
        return True
    try:
        return not is_public(name.strip("[]"))
    except ValueError:
        return _is_number(name)


def resolve_public(host: str, port: int, *, private: Collection[str] = ()) -> list[str]:
    """The addresses of a host that may be connected to; asks the resolver, and may wait for it.

    Hosts that stand in `private` may be anywhere. Raises NotPublicError when none is left, and OSError.
    """
    found = dict.fromkeys(str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    allowed = [address for address in found if host in private or is_public(address)]
    if not allowed:
        raise NotPublicError(f"{host} leads to a private address")
    return allowed


def connect_public(host: str, port: int, seconds: float, *, private: Collection[str] = ()) -> socket.socket:
    """A connection to the very address that was checked. Raises OSError, NotPublicError among them."""
    error: OSError | None = None
    for address in resolve_public(host, port, private=private):
        try:
            return socket.create_connection((address, port), timeout=seconds)
        except OSError as failed:
            error = failed
    raise error or NotPublicError(host)


class TimeLimit:
    """Hangs up on connections after so many seconds, however their other side goes on: drop by drop, or not at all.

    Used with `with`. A line that is held may be wrapped into TLS, or given away, meanwhile.
    """

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self._lines: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._hang_up)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        for line in self._lines:
            line.close()

    def hold(self, line: socket.socket) -> socket.socket:
        """Hang up on this one too. Raises TimeoutError when the time is over."""
        self._lines.append(line.dup())
        if self.is_over:  # asked last: the time may have ended meanwhile
            line.close()
            raise TimeoutError("it takes too long")
        return line

    def _hang_up(self) -> None:
        self.is_over = True
        for line in self._lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


def _is_number(name: str) -> bool:
    """Whether a host is a number that resolvers take for an address: 2130706433, 0x7f.1, 127.1."""
    try:
        socket.inet_aton(name)
    except (OSError, UnicodeEncodeError):
        return False
    return True
