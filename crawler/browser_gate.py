"""The way out of a browser: it makes no connection but through here, so that what it reaches is what was checked.

A page's scripts, redirects and sockets ask for whatever they like, and the browser resolves names by itself.
"""

import asyncio
from contextlib import closing, suppress
from ipaddress import ip_address

from crawler.discovery.bounds import Bounds
from timthau.network import is_private_literal, resolve_public

_VERSION = 5  # of SOCKS (RFC 1928)
_CONNECT = 1
_IPV4, _NAME, _IPV6 = 1, 3, 4
_DONE, _NOT_ALLOWED, _UNREACHABLE = 0, 2, 4
_PLAIN = 80  # the port of HTTP
_SECONDS = 30.0
_AT_ONCE = 1 << 16  # bytes


class BrowserGate:
    """A SOCKS 5 server on this machine that connects to the hosts of one site, and to no machine inside.

    Over plain HTTP also to other public machines: the browser fetches certificates there that the site leaves out.
    """

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._server: asyncio.Server | None = None
        self._passing: set[asyncio.Task[None]] = set()

    async def open(self) -> str:
        """Begin, and say at which address."""
        self._server = await asyncio.start_server(self._begin, "127.0.0.1", 0)
        return f"socks5://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """End, with all connections."""
        if self._server:
            self._server.close()
        for task in self._passing:
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._pass(reader, writer))
        self._passing.add(task)
        task.add_done_callback(self._passing.discard)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer), suppress(OSError, EOFError, KeyError, ValueError):
            async with asyncio.timeout(_SECONDS):
                host, port = await _read_wish(reader, writer)
                answer, line = await self._connect(host, port)
            writer.write(bytes((_VERSION, answer, 0, _IPV4)) + bytes(6))
            await writer.drain()
            if line is None:
                return
            there, back = line
            with closing(back):
                await asyncio.gather(_pour(reader, back), _pour(there, writer))

    async def _connect(
        self, host: str, port: int
    ) -> tuple[int, tuple[asyncio.StreamReader, asyncio.StreamWriter] | None]:
        """A connection to the very address that was checked."""
        written = f"[{host}]" if ":" in host else host
        scheme = "https" if port == 443 else "http"
        is_foreign = bool(self._bounds.refuse(f"{scheme}://{written}:{port}/"))
        if is_foreign and (port != _PLAIN or is_private_literal(host)):
            return _NOT_ALLOWED, None
        private = () if is_foreign else self._bounds.private
        with suppress(OSError, UnicodeError):
            for address in await asyncio.to_thread(resolve_public, host, port, private=private):
                with suppress(OSError):
                    return _DONE, await asyncio.open_connection(address, port)
        return _UNREACHABLE, None


async def _read_wish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int]:
    """Where somebody wants to be connected to. Raises ValueError and EOFError."""
    version, ways = await reader.readexactly(2)
    await reader.readexactly(ways)
    writer.write(bytes((_VERSION, 0)))
    said, command, _, kind = await reader.readexactly(4)
    if (version, said, command) != (_VERSION, _VERSION, _CONNECT):
        raise ValueError("not understood")
    if kind == _NAME:
        host = (await reader.readexactly((await reader.readexactly(1))[0])).decode("ascii")
    else:
        host = str(ip_address(await reader.readexactly({_IPV4: 4, _IPV6: 16}[kind])))
    return host, int.from_bytes(await reader.readexactly(2))


async def _pour(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while data := await source.read(_AT_ONCE):
        sink.write(data)
        await sink.drain()
    with suppress(OSError):
        sink.write_eof()
