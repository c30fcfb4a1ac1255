"""A browser's way out: to the hosts of its site, by the very address that was checked, and to no machine inside."""

import asyncio
import socket
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from typing import Any

import pytest

from crawler.browser_gate import BrowserGate
from crawler.discovery.bounds import Bounds
from tests.site.loopback import Site, serve

_NOT_ALLOWED, _UNREACHABLE = b"\5\2", b"\5\4"


def _run(work: Coroutine[Any, Any, bytes]) -> bytes:
    with ThreadPoolExecutor(1) as aside:  # a browser of other tests may have a loop in this thread
        return aside.submit(asyncio.run, work).result()


async def _ask(gate: BrowserGate, host: str, port: int) -> bytes:
    """What is answered to somebody who wants to be connected to a host, and asks it for a page."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int((await gate.open()).rpartition(":")[2]))
    try:
        where = b"\3" + bytes([len(host)]) + host.encode()
        if not host[-1].isalpha() and "x" not in host:
            packed = ip_address(host).packed
            where = (b"\1" if len(packed) == 4 else b"\4") + packed
        writer.write(b"\5\1\0" + b"\5\1\0" + where + port.to_bytes(2))
        writer.write(b"GET / HTTP/1.0\r\n\r\n")
        return (await reader.read())[2:]
    finally:
        writer.close()
        await writer.wait_closed()
        await gate.close()


def _resolve_inside(host: str, port: int, **_: Any) -> list[Any]:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1" if host.endswith("bv.example") else host, port))]


def test_a_browser_gets_to_its_site_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    site, inside = Site({"/": "trang chủ"}), Site(otherwise=lambda _: "bí mật")
    with serve(site) as url, serve(inside) as other:
        own, port = (int(address.rpartition(":")[2]) for address in (url, other))
        answer = _run(_ask(BrowserGate(Bounds({f"127.0.0.1:{own}"})), "127.0.0.1", own))
        assert answer.startswith(b"\5\0")
        assert "trang chủ" in answer.decode("utf-8", "replace")
        monkeypatch.setattr(socket, "getaddrinfo", _resolve_inside)
        for named, host, told in (
            (f"127.0.0.1:{own}", "127.0.0.1", _NOT_ALLOWED),  # another port of the same machine is another site
            (f"127.0.0.1:{own}", "::ffff:127.0.0.1", _NOT_ALLOWED),
            (f"127.0.0.1:{own}", "::1", _NOT_ALLOWED),
            (f"127.0.0.1:{own}", "localhost", _NOT_ALLOWED),
            (f"bv.example:{port}", "127.0.0.1", _NOT_ALLOWED),
            (f"bv.example:{port}", "other.example", _NOT_ALLOWED),
            (f"bv.example:{port}", "www.bv.example", _UNREACHABLE),  # a name that leads inside
            (f"bv.example:{port}", "files.bv.example", _UNREACHABLE),
        ):
            assert _run(_ask(BrowserGate(Bounds({named})), host, port)).startswith(told), host
        for host, told in (("ca.bv.example", _UNREACHABLE), ("127.0.0.1", _NOT_ALLOWED), ("0x7f.1", _NOT_ALLOWED)):
            assert _run(_ask(BrowserGate(Bounds({"vn.example"})), host, 80)).startswith(told), host
    assert inside.requests == []


def test_who_speaks_otherwise_is_hung_up_on() -> None:
    async def speak(words: bytes) -> bytes:
        gate = BrowserGate(Bounds({"bv.example"}))
        reader, writer = await asyncio.open_connection("127.0.0.1", int((await gate.open()).rpartition(":")[2]))
        writer.write(words)
        writer.write_eof()
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        await gate.close()
        return answer

    for words in (b"", b"GET / HTTP/1.1\r\n\r\n", b"\5\1\0\5\2\0\1" + bytes(6), b"\5\1\0\5\1\0\7" + bytes(6)):
        assert _run(speak(words)) in (b"", b"\5\0")
