"""A forward proxy on loopback, as agencies have them: it tunnels and fetches for whoever asks."""

import http.client
import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass
class Proxy:
    """Where it is, and what it was asked for: "CONNECT host:port" or "GET http://…"."""

    url: str = ""
    asked: list[str] = field(default_factory=list)


@contextmanager
def serve_proxy() -> Iterator[Proxy]:
    """Run a proxy."""
    proxy = Proxy()

    class Handler(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            proxy.asked.append(f"CONNECT {self.path}")
            host, _, port = self.path.rpartition(":")
            with socket.create_connection((host, int(port))) as there:
                self.send_response(200)
                self.end_headers()
                _relay(self.connection, there)
            self.close_connection = True

        def do_GET(self) -> None:
            proxy.asked.append(f"GET {self.path}")
            parts = urlsplit(self.path)
            with closing(http.client.HTTPConnection(parts.netloc)) as there:
                there.request("GET", parts.path or "/")
                answer = there.getresponse()
                body = answer.read()
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    proxy.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _relay(one: socket.socket, other: socket.socket) -> None:
    """Hand on what either side says until one of them hangs up."""
    with selectors.DefaultSelector() as watch:
        watch.register(one, selectors.EVENT_READ, other)
        watch.register(other, selectors.EVENT_READ, one)
        while True:
            for key, _ in watch.select():
                try:
                    if not (said := key.fileobj.recv(65_536)):  # type: ignore[union-attr]  # what we registered
                        return
                    key.data.sendall(said)
                except OSError:
                    return
