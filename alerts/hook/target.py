"""Posting to an address that a stranger named: only to public machines, whatever its name resolves to meanwhile."""

import contextlib
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import SplitResult, urlsplit

from timthau.errors import HookError
from timthau.network import NotPublicError, TimeLimit, connect_public

_CONNECT = 5  # seconds
_TOTAL = 15  # seconds until an answer must be read
_MOST = 10_000  # octets of an answer
_LONGEST = 2000  # letters of an address
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Reply:
    """What came back: the status, and the beginning of the body."""

    status: int
    body: bytes


def check_url(url: str, *, inside: bool) -> str:
    """An address to post to; `inside` also lets plain HTTP through. Raises HookError when it cannot be one."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise HookError(f"this is no address: {error}") from error
    secure = parts.scheme == "https" or (inside and parts.scheme == "http")
    plain = url.isascii() and url.isprintable() and " " not in url.strip()
    if not (secure and plain and parts.hostname and port != 0 and "@" not in parts.netloc and len(url) <= _LONGEST):
        raise HookError("an https address is needed, without a password")
    return url.strip()


def post(url: str, body: bytes, headers: Mapping[str, str], *, inside: bool) -> Reply:
    """Post, following no redirect. Raises HookError when the machine is not public (unless `inside`) or fails.

    The name is resolved once, and the connection goes to the very address that was checked.
    """
    parts = urlsplit(check_url(url, inside=inside))
    port = parts.port or _PORTS[parts.scheme]
    try:
        with TimeLimit(_TOTAL) as limit, _open(parts, port, limit, inside=inside) as line:
            return _exchange(line, parts, body, headers)
    except (OSError, HTTPException, UnicodeError) as error:
        raise HookError(f"{type(error).__name__}: {error}"[:200]) from error


def _open(parts: SplitResult, port: int, limit: TimeLimit, *, inside: bool) -> socket.socket:
    host = parts.hostname or ""
    try:
        line = limit.hold(connect_public(host, port, _CONNECT, private=(host,) if inside else ()))
    except NotPublicError as error:
        raise HookError("the address leads to no public machine") from error
    if parts.scheme == "http":
        return line
    try:
        return ssl.create_default_context().wrap_socket(line, server_hostname=host)
    except OSError:
        line.close()
        raise


def _exchange(line: socket.socket, parts: SplitResult, body: bytes, headers: Mapping[str, str]) -> Reply:
    connection = HTTPConnection(parts.hostname or "", parts.port)
    connection.sock = line
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.request("POST", path, body, {**headers, "Host": parts.netloc, "Connection": "close"})
    with contextlib.closing(connection.getresponse()) as response:
        return Reply(response.status, b"".join(_read(response)))


def _read(response: HTTPResponse) -> Iterator[bytes]:
    """The body as far as it comes: the status has said what counts, however the line ends."""
    left = _MOST
    with contextlib.suppress(OSError, HTTPException):
        while left > 0 and (part := response.read1(left)):
            left -= len(part)
            yield part
