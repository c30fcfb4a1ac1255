"""Posting to addresses that strangers name: public machines only, and never for long."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from alerts.hook import target
from alerts.hook.target import check_url, post
from timthau.errors import HookError


@contextmanager
def _serve(answer: Any) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's name
            answer(self)

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/in?a=1"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    "url",
    [
        "http://example.vn/", "ftp://example.vn/", "https://", "https://user:pass@example.vn/", "https://a@example.vn/",
        "https://example.vn:0/", "https://example.vn:99999/", "file:///etc/passwd", "", "https://exa mple.vn/",
        "https://example.vn/\r\nX: y", f"https://example.vn/{'a' * 2000}", "https://[::1", "gopher://example.vn",
    ],
)  # fmt: skip
def test_what_is_no_address_for_a_webhook_is_refused(url: str) -> None:
    with pytest.raises(HookError):
        check_url(url, inside=False)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0"])
def test_machines_inside_are_not_reached_under_any_name(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("it was connected to"))
    with pytest.raises(HookError):
        post(f"https://{host}:8080/", b"{}", {}, inside=False)


def test_a_name_that_changes_between_check_and_connection_gains_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["1.1.1.1", "127.0.0.1", "127.0.0.1"])
    connected = []

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(address: Any, **_: Any) -> socket.socket:
        connected.append(address)
        raise OSError("far away")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(HookError, match="far away"):
        post("https://rebind.example/", b"{}", {}, inside=False)
    assert connected == [("1.1.1.1", 443)]


def test_a_redirect_is_not_followed_and_a_long_answer_is_not_read_to_its_end() -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        request.send_header("Location", "http://169.254.169.254/")
        request.end_headers()
        request.wfile.write(b"x" * 50_000)

    with _serve(answer) as url:
        reply = post(url, b"{}", {}, inside=True)
    assert (reply.status, len(reply.body)) == (302, 10_000)


def test_who_answers_drop_by_drop_does_not_hold_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target, "_TOTAL", 0.3)
    stopping = threading.Event()

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        try:
            while not stopping.wait(0.05):
                request.wfile.write(b"x")
        except OSError:
            pass

    with _serve(answer) as url:
        reply = post(url, b"{}", {}, inside=True)
        stopping.set()
    assert len(reply.body) < 100
