"""A small web site on loopback for tests of the crawler: real HTTP, every request noted."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote


@dataclass(frozen=True)
class Answer:
    """What the site says to one request."""

    body: bytes | str = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Route = Answer | str | Callable[["Site", str], Answer | str | None]


class Site:
    """Pages by their targets (path and query); what is no key is asked of `otherwise`, else it is 404.

    A target is looked for as it was asked for, then with its escapes read. Pages may hold {base}, which becomes the
    site's address. `requests` are the targets asked for, in order.
    """

    def __init__(self, pages: Mapping[str, Route] | None = None, otherwise: Callable[[str], Any] | None = None) -> None:
        self.pages: dict[str, Route] = dict(pages or {})
        self.otherwise = otherwise
        self.requests: list[str] = []
        self.times: list[float] = []
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.url = ""

    def answer(self, target: str) -> Answer:
        """The answer to a GET of a target."""
        route = self.pages.get(target)
        if route is None and self.otherwise:
            route = self.otherwise(target)
        if callable(route):
            route = route(self, target)
        if route is None:
            return Answer("<html><title>404</title>", 404)
        return Answer(route) if isinstance(route, str) else route

    def asked(self, start: str = "/") -> list[str]:
        """The targets asked for that begin so, robots.txt left out."""
        return [target for target in self.requests if target.startswith(start) and target != "/robots.txt"]


def handler_of(find_site: Callable[[str], Site]) -> type[BaseHTTPRequestHandler]:
    """A handler that answers for the site of the host that is asked."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site = find_site(self.headers.get("Host", ""))
            site.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))  # what a form sends
            target = self.path if self.path in site.pages else unquote(self.path)
            site.requests.append(target)
            site.times.append(time.monotonic())
            site.headers.append({name.lower(): value for name, value in self.headers.items()})
            answer = site.answer(target)
            body = answer.body.replace("{base}", site.url).encode() if isinstance(answer.body, str) else answer.body
            headers = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body)), **answer.headers}
            if "Transfer-Encoding" in headers:  # the body is in chunks already, perhaps without the last
                del headers["Content-Length"]
                self.close_connection = True
            try:
                self.send_response(answer.status)
                for name, value in headers.items():
                    self.send_header(name, value.replace("{base}", site.url))
                self.end_headers()
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):  # the crawler hung up on a page that is too large
                self.close_connection = True

        do_POST = do_GET  # noqa: N815 - the name that http.server calls

        def log_message(self, *args: object) -> None:
            pass

    return Handler


@contextmanager
def serve(site: Site, *, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve a site, over TLS where a server's context is given; its address without a closing slash."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(lambda _: site))
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    site.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site.url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


_GOODS = ("bơm tiêm điện", "máy thở", "giường bệnh nhân", "phim X-quang", "hóa chất sinh hóa", "đèn mổ")


def title(number: int) -> str:
    """The title of the request for quotation with a number."""
    return f"Yêu cầu báo giá mua {_GOODS[number % len(_GOODS)]} đợt {number}"


def listing(*links: tuple[str, str], menu: tuple[tuple[str, str], ...] = (), more: str = "") -> str:
    """A page that lists titles, with a menu."""
    items = "".join(f'<li><a href="{url}">{title}</a></li>' for url, title in links)
    nav = "".join(f'<a href="{url}">{name}</a> ' for url, name in menu)
    body = f"<nav>{nav}</nav><main><ul>{items}</ul>{more}</main>"
    return f"<html><head><title>Danh mục</title></head><body>{body}</body></html>"


def article(title: str, *, day: str = "19/11/2026", extra: str = "", body: str = "") -> str:
    """A page that holds a request for quotation."""
    text = body or (
        "<p>Bệnh viện Đa khoa Thử Nghiệm có nhu cầu tiếp nhận báo giá để tham khảo, xây dựng giá gói thầu.</p>"
        "<p>Kính mời các đơn vị quan tâm gửi báo giá với nội dung cụ thể như sau.</p>"
        "<p>Thời hạn tiếp nhận báo giá: trước 17h ngày 30 tháng 11 năm 2026.</p>"
    )
    return (
        f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>"
        f"<p>Ngày đăng: {day}</p>{text}{extra}</article></body></html>"
    )
