"""Fetching one page and its files outside a crawl: the same bounds and manners, without its machinery."""

import http.client
import socket
import ssl
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable
from email.message import Message
from http import HTTPStatus
from typing import IO, Any
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

import brotli
from protego import Protego

from crawler.discovery.address import host_of
from crawler.discovery.bounds import Bounds, read_robots
from crawler.extract.document import Document
from crawler.intermediate import fetch_intermediates, trusting
from crawler.reading.filename import name_in, parse_disposition
from crawler.tls import explain_tls
from timthau import __version__
from timthau.errors import DocumentError
from timthau.network import TimeLimit, connect_public, is_private_literal

#: Pages and files beyond this are not read; the largest scan seen on agencies' sites had about 40 MB.
MAX_BYTES = 64_000_000
#: Seconds between two requests, and in all: what is left then is named but not fetched.
_DELAY = 2.0
_MOST_SECONDS = 240.0
_TIMEOUT_SECONDS = 60
#: What an address may hold unescaped, the sign of an escape among it.
_WRITTEN = "/%:@!$&'()*+,;=~-._?"
_BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


class NotFetchedError(Exception):
    """Raised when a file is not fetched; the text says why. It becomes a warning on the file."""


class Visit:
    """Requests to the site of one page: robots.txt obeyed, one at a time with a pause between, no other site.

    The page itself is fetched at its reader's word; robots.txt and the bounds hold for what it leads to. `contact`
    stands in the User-Agent, `delay` is in seconds.
    """

    def __init__(self, *, contact: str = "", delay: float = _DELAY) -> None:
        self._agent = f"TimThau/{__version__}" + (f" (+{contact})" if contact else "")
        self._delay = delay
        self._bounds, self._page_bounds = Bounds(()), Bounds(())
        self._robots: dict[str, Protego] = {}
        self._refused = False
        self._until = time.monotonic() + _MOST_SECONDS
        self._next = 0.0

    def fetch_page(self, url: str) -> Document:
        """The page, from wherever it leads. Raises DocumentError when there is no whole document."""
        self._page_bounds = Bounds({host_of(url)})
        try:
            document = self._get(url, check=self._check_way)
        except (OSError, ValueError, http.client.HTTPException) as error:  # refused, timed out, no HTTP
            # urllib wraps what the network said into "<urlopen error …>".
            said = error.reason if type(error) is urllib.error.URLError else error
            told = explain_tls(url).partition(";")[0] if isinstance(said, ssl.SSLError) else ""  # no definition's keys
            raise DocumentError(f"{url}: {told or said}") from error
        if len(document.content) > MAX_BYTES:
            raise DocumentError(f"{url}: larger than {MAX_BYTES // 1_000_000} MB")
        self._bounds = Bounds({host_of(url), host_of(document.url)})
        self._bounds.private &= self._page_bounds.private
        return document

    def fetch_file(self, url: str) -> Document:
        """A file of the page. Raises NotFetchedError."""
        self._check(url)
        robots = self._robots_of(url)
        if not robots.can_fetch(url, self._agent):
            raise NotFetchedError("robots.txt forbids it")
        delay = max(self._delay, robots.crawl_delay(self._agent) or 0)
        if self._refused:
            raise NotFetchedError("the site asks to wait")
        if time.monotonic() + delay > self._until:
            raise NotFetchedError("it takes too long")
        time.sleep(max(0.0, self._next + delay - time.monotonic()))  # politeness: requests are that far apart
        try:
            document = self._get(url, check=self._check)
        except urllib.error.HTTPError as error:
            self._refused = error.code in _BUSY
            raise NotFetchedError(f"the site answers {error.code}") from error
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise NotFetchedError(str(error)) from error
        if len(document.content) > MAX_BYTES:
            raise NotFetchedError(f"larger than {MAX_BYTES // 1_000_000} MB")
        return document

    def _check(self, url: str) -> None:
        """Raises NotFetchedError for what a crawl would not fetch either."""
        if reason := self._bounds.refuse(url):
            raise NotFetchedError(reason)

    def _check_way(self, url: str) -> None:
        """Raises ValueError where the page's own address leads to a machine inside: other sites it may lead to."""
        host = urlsplit(url).hostname or ""
        if is_private_literal(host) and host not in self._page_bounds.private:
            raise ValueError("leads to a private address")

    def _robots_of(self, url: str) -> Protego:
        """The rules of a file's host; none where it states none; where it cannot for now, all is forbidden."""
        address = urljoin(url, "/robots.txt")
        if address not in self._robots:
            try:
                rules = read_robots(HTTPStatus.OK, self._get(address, check=self._check).content)
            except urllib.error.HTTPError as error:
                rules = read_robots(error.code, b"")
            except (OSError, ValueError, http.client.HTTPException, NotFetchedError):
                rules = b""
            self._robots[address] = Protego.parse(rules.decode("utf-8", "replace"))
        return self._robots[address]

    def _get(self, url: str, *, check: Callable[[str], None]) -> Document:
        headers_sent = {"User-Agent": self._agent, "Accept-Encoding": "gzip, br"}
        request = urllib.request.Request(_quote(url), headers=headers_sent)
        try:
            with (
                TimeLimit(_MOST_SECONDS) as limit,
                _build_opener(check, self._page_bounds.private | _proxies(), limit).open(
                    request, timeout=_TIMEOUT_SECONDS
                ) as response,
            ):
                headers, (body, is_whole) = response.headers, _read(response, limit)
                content, is_unpacked = _decode(body, headers.get("Content-Encoding", ""))
                named = parse_disposition(headers.get("Content-Disposition"))
                return Document(
                    url=response.url,
                    filename=named or name_in(response.url),
                    is_named=named is not None,
                    is_cut=not (is_whole and is_unpacked),
                    content=content,
                    declared_type=headers.get_content_type() if "Content-Type" in headers else None,
                    encoding=headers.get_content_charset(),
                )
        except urllib.error.HTTPError as error:
            error.close()  # it holds the connection
            raise
        finally:
            self._next = time.monotonic()


def _build_opener(
    check: Callable[[str], None], private: frozenset[str], limit: TimeLimit
) -> urllib.request.OpenerDirector:
    """What asks by HTTP and in no other way: urllib also speaks FTP, wherever it is led."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _Redirects(check),
        _Plain(private, limit),
        _Secure(private, limit),
    ):
        opener.add_handler(handler)
    return opener


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects only to where `check` lets."""

    max_redirections = 5

    def __init__(self, check: Callable[[str], None]) -> None:
        self._check = check

    def redirect_request(  # noqa: PLR0917 - the signature that urllib calls
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request | None:
        try:
            self._check(newurl)
        except (ValueError, NotFetchedError):
            fp.close()
            raise
        return super().redirect_request(req, fp, code, msg, headers, _quote(newurl))  # type: ignore[arg-type]  # HTTPMessage


def _connections(kind: type[http.client.HTTPConnection], private: frozenset[str], limit: TimeLimit) -> Any:
    """A kind of connection that goes to the very address that was checked, for as long as the limit lets."""

    def connect(address: tuple[str, int], timeout: float, _: object = None) -> socket.socket:
        return limit.hold(connect_public(*address, timeout, private=private))

    def build(host: str, **said: Any) -> http.client.HTTPConnection:
        connection = kind(host, **said)
        connection._create_connection = connect  # type: ignore[attr-defined]  # what the library connects with
        return connection

    return build


class _Plain(urllib.request.HTTPHandler):
    """Opens connections to public machines, and to those in `private`."""

    def __init__(self, private: frozenset[str], limit: TimeLimit) -> None:
        super().__init__()
        self._connection = _connections(http.client.HTTPConnection, private, limit)

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._connection, req)


class _Secure(urllib.request.HTTPSHandler):
    """The same over TLS; the certificates that a host leaves out are fetched, as in a crawl."""

    def __init__(self, private: frozenset[str], limit: TimeLimit) -> None:
        super().__init__()
        self._connection = _connections(http.client.HTTPSConnection, private, limit)

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        try:
            return self.do_open(self._connection, req)
        except urllib.error.URLError as error:
            parts = urlsplit(req.full_url)
            is_unverified = isinstance(error.reason, ssl.SSLCertVerificationError)
            proxy = f"http://{req.host}" if req.has_proxy() else ""
            links = fetch_intermediates(parts.hostname or "", parts.port or 443, proxy) if is_unverified else ()
            if not links:
                raise
        return self.do_open(self._connection, req, context=trusting(links))


def _proxies() -> frozenset[str]:
    """The proxies that whoever runs this names in the environment: they may be inside."""
    return frozenset(urlsplit(url).hostname or "" for url in urllib.request.getproxies().values())


def _quote(url: str) -> str:
    """An address as HTTP writes it: Vietnamese letters and spaces in it are escaped, what is escaped stays."""
    parts = urlsplit(url.strip())
    host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode("ascii")
    path, query = quote(parts.path, safe=_WRITTEN), quote(parts.query, safe=_WRITTEN)
    return urlunsplit((parts.scheme, host, path, query, ""))


def _read(response: http.client.HTTPResponse, limit: TimeLimit) -> tuple[bytes, bool]:
    """The body, and whether it is whole; half a page may say all that is asked. Raises TimeoutError."""
    try:
        body: bytes = response.read(MAX_BYTES + 1)
        is_whole = not response.length or len(body) > MAX_BYTES  # `length` is what the server still owes
    except http.client.IncompleteRead as error:
        body, is_whole = error.partial, False
    if limit.is_over:
        raise TimeoutError("it takes too long")
    return body, is_whole


def _decode(body: bytes, encoding: str) -> tuple[bytes, bool]:
    """The body without its compression, up to the bound, and whether its end is there. Raises ValueError."""
    kind = encoding.strip().lower()
    if kind in ("", "identity") or not body:
        return body, True
    try:
        if kind == "br":
            brotli_part = brotli.Decompressor()
            return bytes(brotli_part.process(body, output_buffer_limit=MAX_BYTES + 1)), brotli_part.is_finished()
        if kind in ("gzip", "x-gzip", "deflate"):
            zlib_part = zlib.decompressobj(wbits=47)
            return zlib_part.decompress(body, MAX_BYTES + 1), zlib_part.eof
    except (brotli.error, zlib.error) as error:
        raise ValueError(f"cannot be unpacked: {error}") from error
    raise ValueError(f"is packed as {kind}, which is not known")
