"""Only machines of the open Internet are asked, whatever names say by then."""

import socket
from typing import Any

import pytest

from timthau.network import NotPublicError, connect_public, is_private_literal, is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::", "2001:db8::1", "::127.0.0.1", "::a00:1", "fec0::1",
        "ff0e::1", "239.1.1.1", "192.0.0.8", "192.88.99.1", "3fff::1",
        "2002:808:808::1", "2001:0:7f00:1::", "64:ff9b:1::1", "240.0.0.1", "100::1", "::ffff:7f00:1", "::ffff:0:7f00:1",
        "198.18.0.1", "203.0.113.1", "64:ff9b::a00:1", "64:ff9b::", "2001:10::1", "5f00::1", "2001:2::1", "100.127.0.1",
    ],
)  # fmt: skip
def test_addresses_inside_are_not_public_however_they_are_wrapped(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.0.0.8", "::1", "[::1]", "localhost", "LOCALHOST.", "a.localhost", "2130706433", "0x7f.1"]
)
def test_private_addresses_are_known_however_they_are_written(host: str) -> None:
    assert is_private_literal(host)


@pytest.mark.parametrize("host", ["bv.example", "1.1.1.1", "2606:4700:4700::1111", "10.example", "localhost.example"])
def test_names_and_public_addresses_are_no_private_ones(host: str) -> None:
    assert not is_private_literal(host)


def _answers(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let every name lead there; what is asked of the resolver is noted."""
    asked: list[str] = []

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def test_a_name_is_resolved_once_and_what_was_checked_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _answers(monkeypatch, "127.0.0.1", "192.0.2.9", "1.2.3.4")
    connected: list[tuple[str, int]] = []
    monkeypatch.setattr(socket, "create_connection", lambda address, **_: connected.append(address))
    connect_public("bv.example", 443, 5)
    assert (asked, connected) == (["bv.example"], [("1.2.3.4", 443)])


def test_a_name_that_leads_inside_is_not_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    _answers(monkeypatch, "169.254.169.254", "::ffff:10.0.0.1")
    with pytest.raises(NotPublicError, match="private address"):
        connect_public("www.bv.example", 80, 5)
