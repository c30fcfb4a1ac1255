"""Connections that are held, or that bring a request drop by drop, keep nobody else from the page."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from cli.connection import MOST_OF_A_CLIENT, BoundedServer
from cli.server import Server, open_server
from timthau.config import Settings


@contextmanager
def _served(tmp_path: Path) -> Iterator[tuple[int, BoundedServer]]:
    server: Server = open_server(Settings.load({"TIMTHAU_HOME": str(tmp_path)}), host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield int(server.url.rstrip("/").rpartition(":")[2]), server._waitress
    finally:
        server.close()
        thread.join(30)
        assert not thread.is_alive()


def _connect(port: int, client: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=60, source_address=(client, 0))


def _ask(port: int, client: str) -> bytes:
    with _connect(port, client) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return b"".join(iter(lambda: line.recv(65536), b""))


def test_a_client_that_holds_connections_holds_a_few_and_others_are_answered(tmp_path: Path) -> None:
    with _served(tmp_path) as (port, _), ExitStack() as held:
        lines = [held.enter_context(_connect(port)) for _ in range(3 * MOST_OF_A_CLIENT)]
        for line in lines[MOST_OF_A_CLIENT:]:
            assert line.recv(1) == b""
        assert b" 200 OK" in _ask(port, "127.0.0.2")


def test_a_request_that_never_comes_whole_is_given_up(tmp_path: Path) -> None:
    with _served(tmp_path) as (port, server):
        server.request_seconds = 0.0
        server.adj.cleanup_interval = 0
        with _connect(port) as line:
            line.sendall(b"GET / HTTP/1.1\r\nHost: local")
            with suppress(ConnectionResetError):  # what had been sent was not read any more
                assert line.recv(1) == b""


def test_the_server_ends_while_clients_hold_their_connections(tmp_path: Path) -> None:
    """Silent, kept by a browser after an answer, in the middle of a request, not reading what they asked for."""
    with ExitStack() as held:
        with _served(tmp_path) as (port, server):
            server.farewell_seconds = 0.1
            _, kept, half, deaf = (held.enter_context(_connect(port)) for _ in range(4))
            kept.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            answer = kept.recv(65536)
            while not answer.endswith(b"}\n"):
                answer += kept.recv(65536)
            assert b" 200 OK" in answer
            half.sendall(b"GET / HTTP/1.1\r\nHost: local")
            deaf.sendall(b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 60)
        assert _is_refused(port)
        assert b"".join(iter(lambda: kept.recv(65536), b"")) == b""
        assert not server._map


def _is_refused(port: int) -> bool:
    try:
        _connect(port).close()
    except ConnectionRefusedError:
        return True
    return False
