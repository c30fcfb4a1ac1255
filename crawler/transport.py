"""How answers come in: a head of any length is given up beyond a bound, as Scrapy bounds bodies alone."""

from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.crawler import Crawler
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS  # what Scrapy's own handler is made of

#: Bytes of an answer's head, and of all that stands before it; browsers take as many.
MOST_OF_A_HEAD = 262_144


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


class BoundedHandler(HTTP11DownloadHandler):
    """Scrapy's handler of HTTP and HTTPS, with a bound on heads."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory
