"""How answers come in: a head of any length is given up beyond a bound, as Scrapy bounds bodies alone."""

import asyncio
from typing import Any, cast
from urllib.parse import urlsplit

from cryptography.x509 import load_der_x509_certificate
from OpenSSL.crypto import X509
from scrapy.core.downloader.contextfactory import _ScrapyClientContextFactory
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Request, Response
from scrapy.utils.defer import deferred_to_future
from twisted.internet._sslverify import IOpenSSLTrustRoot  # what roots of trust are known by
from twisted.internet.ssl import optionsForClientTLS
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS  # what Scrapy's own handler is made of
from zope.interface import implementer  # type: ignore[import-untyped]  # has no types

from crawler.intermediate import fetch_intermediates

#: Bytes of an answer's head, and of all that stands before it; browsers take as many.
MOST_OF_A_HEAD = 262_144
#: What OpenSSL says of a chain that does not end at a trusted root.
_UNVERIFIED = "certificate verify failed"
_LAST_SECONDS = 1.0  # for connections to end in: some servers never confirm it


class HeadTooLargeError(Exception):
    """An answer's head does not end. Raised while it comes in; its page is lost."""


class _Protocol(_LenientHTTP11ClientProtocol):
    """One connection, which counts what comes before a body."""

    _head = 0

    def request(self, request: Any) -> Any:
        self._head = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  # Twisted's name
        parser = self._parser
        if parser is None:  # given up before
            return
        if parser.state in (STATUS, HEADER):
            self._head += len(data)
            if self._head > MOST_OF_A_HEAD:
                error = HeadTooLargeError(f"the head of the answer has over {MOST_OF_A_HEAD} bytes")
                self._giveUp(Failure(error))  # type: ignore[no-untyped-call]  # Twisted's
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]  # as above


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> _Protocol:  # noqa: ARG002, N802  # Twisted's signature
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]  # Twisted's


@implementer(IOpenSSLTrustRoot)
class _Completed:
    """The roots that this machine trusts, with links of a chain that end at one of them."""

    def __init__(self, links: tuple[bytes, ...]) -> None:
        self._links = links

    def _addCACertsToContext(self, context: Any) -> None:  # noqa: N802  # Twisted's name
        context.set_default_verify_paths()
        for link in self._links:
            context.get_cert_store().add_cert(X509.from_cryptography(load_der_x509_certificate(link)))


class _CompletingFactory(_ScrapyClientContextFactory):
    """Scrapy's rules of TLS; certificates that a host leaves out are added to what it sends."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.intermediates: dict[tuple[str, int], tuple[bytes, ...]] = {}

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: N802  # Twisted's name
        host = hostname.decode("ascii")
        if links := self.intermediates.get((host, port)):
            trusted: Any = _Completed(links)
            rules = self._get_cert_options_kwargs()
            return optionsForClientTLS(host, trusted, extraCertificateOptions=rules)
        return super().creatorForNetloc(hostname, port)


class BoundedHandler(HTTP11DownloadHandler):
    """Scrapy's handler of HTTP and HTTPS, with a bound on heads; it fetches certificates that a host leaves out."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory
        # A connection is given back after its answer, when the next request may have opened another one already.
        self._pool.maxPersistentPerHost *= 2
        self._tls = _CompletingFactory.from_crawler(crawler)
        self._contextFactory = cast("Any", self._tls)

    async def download_request(self, request: Request) -> Response:
        """Ask once more where only a link of the host's chain was missing, and its certificate says where that is."""
        try:
            return await super().download_request(request)
        except DownloadFailedError as error:
            proxy = request.meta.get("proxy", "")
            if _UNVERIFIED not in str(error) or not await self._complete(request.url, proxy):
                raise
        return await super().download_request(request)

    async def close(self) -> None:
        """End the connections that are kept.

        Scrapy's own way fires a Deferred a second time where the process was busy for a second meanwhile.
        """
        ended = deferred_to_future(self._pool.closeCachedConnections())  # type: ignore[no-untyped-call]  # Twisted's
        await asyncio.wait([ended], timeout=_LAST_SECONDS)

    async def _complete(self, url: str, proxy: str) -> bool:
        """Fetch what the chain of a host lacks; False where nothing was found, or nothing new."""
        parts = urlsplit(url)
        place = (parts.hostname or "", parts.port or 443)
        if place in self._tls.intermediates:
            return False
        self._tls.intermediates[place] = await asyncio.to_thread(fetch_intermediates, *place, proxy)
        return bool(self._tls.intermediates[place])
