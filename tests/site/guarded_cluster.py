"""A guard before a search cluster, as operators put one there: TLS with a certificate of its own, and a password."""

import base64
import http.client
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit


def make_certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key in the same file."""
    made = (
        "req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=127.0.0.1"
        " -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run(["openssl", *made.split()], cwd=folder, check=True, capture_output=True)
    path = folder / "both.pem"
    path.write_text((folder / "cert.pem").read_text() + (folder / "key.pem").read_text())
    return path


_OWN = ("host", "connection", "accept-encoding")


class _QuietServer(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Nothing: who does not trust the certificate hangs up, and that is what is tested."""


@contextmanager
def guard(url: str, certificate: Path, user: str, password: str) -> Iterator[str]:
    """Let pass to a node who knows the password; gives host and port, where TLS is spoken."""
    expected = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    node = urlsplit(url)

    class Guard(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.headers.get("Authorization") != expected:
                self.reply(401, b"{}", "application/json")
                return
            inner = http.client.HTTPConnection(node.hostname or "", node.port, timeout=60)
            try:
                kept = {name: self.headers[name] for name in self.headers if name.lower() not in _OWN}
                inner.request(self.command, self.path, body, kept)
                answer = inner.getresponse()
                self.reply(answer.status, answer.read(), answer.getheader("Content-Type", "application/json"))
            finally:
                inner.close()

        def reply(self, status: int, body: bytes, media_type: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing: tests are silent."""

    for method in ("GET", "POST", "PUT", "DELETE", "HEAD"):
        setattr(Guard, f"do_{method}", Guard.answer)
    server = _QuietServer(("127.0.0.1", 0), Guard)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
