"""What may be fetched at all, and when to wait."""

import asyncio
import logging
import struct
import zlib
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from time import monotonic
from typing import Self
from urllib.parse import urlsplit

import brotli
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response, TextResponse
from scrapy.utils.httpobj import urlparse_cached

from crawler.browser import in_browser
from crawler.charset import true_encoding
from crawler.discovery.address import host_of
from crawler.discovery.bounds import Bounds, read_robots
from crawler.resolver import proxies
from crawler.source import Source

logger = logging.getLogger(__name__)

#: A site that asks for a longer pause is left for the next run.
_LONGEST_PAUSE = 15 * 60.0
#: The pause when a site says "too many requests" and not how long to wait.
_USUAL_PAUSE = 30.0
#: The spider's methods that read pages; doors, robots.txt and files are no pages.
_PAGES = frozenset({"parse_home", "parse_list", "parse_article"})
_REFUSED = frozenset({401, 403})
#: So many refusals in a row are looked into.
_REFUSALS = 10
#: How often a pause looks whether the run is being ended.
_LOOK_SECONDS = 0.5
#: How often one request is repeated after a pause, unless it says "most_pauses" itself.
_MOST_PAUSES = 6


class OutOfBoundsError(IgnoreRequest):
    """An address that must not be fetched. Raised by SiteBounds; the text says why."""


class RunEndedError(IgnoreRequest):
    """A request that still waited when its run was ended. Raised where it waits; it says nothing of the site."""

    def __init__(self) -> None:
        super().__init__("the run was ended before it was asked for")


class SiteBounds:
    """Keeps every request, redirects included, on the source's hosts, on HTTP, and off private addresses.

    A home that is written as a private address may be one; whatever else it leads to may not. In a run that is being
    ended nothing more is asked for.
    """

    def __init__(self, source: Source, check_ending: Callable[[], None] = lambda: None) -> None:
        self._check_ending = check_ending
        self._bounds = Bounds(source.site_hosts, {host.removeprefix("www.") for host in source.file_hosts})

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(_source_of(crawler), partial(_check_ending, crawler))

    async def process_request(self, request: Request) -> None:
        self._check_ending()
        if reason := self._bounds.refuse(request.url):
            raise OutOfBoundsError(f"{reason}: {request.url}")


class RobotsAnswers:
    """A robots.txt that the site cannot give for now forbids all (RFC 9309); a byte order mark is no rule.

    Where that of the source itself cannot be had, the run ends and the next one asks again.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        if urlparse_cached(request).path != "/robots.txt":
            return response
        if response.status >= 500:
            source = _source_of(self._crawler)
            if host_of(request.url) in source.site_hosts:
                word = f"{request.url} answers {response.status}: the site is to be left alone for now"
                self._crawler.spider.give_up(word)  # type: ignore[union-attr]  # our spider
        return response.replace(body=read_robots(response.status, response.body))


class OwnWays:
    """Asks a source in the way that its definition says: by a proxy, with headers of its own, in a browser."""

    def __init__(self, source: Source) -> None:
        self._source = source
        if source.proxy:
            proxies.add(urlsplit(source.proxy).hostname or "")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(_source_of(crawler))

    def process_request(self, request: Request) -> None:
        source = self._source
        if source.proxy:
            request.meta["proxy"] = source.proxy
        if host_of(request.url) in source.site_hosts:  # a key to this site is nothing for those who keep its files
            for name, value in source.headers:
                request.headers[name] = value
        if source.javascript and getattr(request.callback, "__name__", "") in _PAGES:
            request.meta.update(in_browser(request.url))


class Pause:
    """Stops all requests to a host that answers 429, or 503 with Retry-After, for as long as it asks; then repeats.

    A host that counts requests is then asked no more often than it answered before it refused. A site that asks for
    more than a quarter of an hour, or goes on refusing, ends the run.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._hosts: dict[str, _Pace] = defaultdict(_Pace)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        pace = self._hosts[host_of(request.url)]
        while (wait := pace.wait(monotonic())) > 0:
            await asyncio.sleep(min(wait, _LOOK_SECONDS))  # the host is asked no more often than it answered before
            _check_ending(self._crawler)
        pace.sent.append(monotonic())

    def process_response(self, request: Request, response: Response) -> Response | Request:
        stated = response.headers.get("Retry-After")
        if response.status != 429 and not (response.status == 503 and stated):
            return response
        seconds = parse_retry_after((stated or b"").decode("latin-1"), now=datetime.now(UTC))
        host, times = host_of(request.url), request.meta.get("pauses", 0) + 1
        if seconds > _LONGEST_PAUSE or times > request.meta.get("most_pauses", _MOST_PAUSES):
            why = f"asks to come back in {seconds / 60:.0f} minutes" if seconds > _LONGEST_PAUSE else "goes on refusing"
            self._crawler.spider.give_up(f"{host} {why}")  # type: ignore[union-attr]  # our spider
            raise IgnoreRequest(f"the site {why}")
        logger.info("%s asks for a pause of %.0f s", host, seconds)
        self._hosts[host].refuse(seconds, monotonic())
        return request.replace(dont_filter=True, meta=request.meta | {"pauses": times})


class Wall:
    """Ends a run, as incomplete, that is refused everything: many pages in a row, and then the home page too.

    A part of a site that is closed to visitors is no wall.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._in_a_row = 0
        self._most = _REFUSALS

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        if getattr(request.callback, "__name__", "") not in _PAGES:
            return response
        self._in_a_row = self._in_a_row + 1 if response.status in _REFUSED else 0
        if self._in_a_row >= self._most and not self._crawler.spider.is_ending:  # type: ignore[union-attr]  # our spider
            self._in_a_row, self._most = 0, 2 * self._most
            home = Request(_source_of(self._crawler).home, dont_filter=True)
            try:
                answer = await self._crawler.engine.download_async(home)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is no refusal
                logger.info("%s: %r", home.url, error)
                return response
            if answer.status in _REFUSED:
                word = f"stopped at a wall: {answer.status} for everything, the home page too"
                self._crawler.spider.cap(word)  # type: ignore[union-attr]  # our spider
        return response


class Unpack(HttpCompressionMiddleware):
    """Unpacks answers, and says of those that end in the middle that they broke off, as far as they were unpacked.

    Scrapy's own gives what there is of such a page as if it were all, or where that is nothing drops the request. Only
    what can be told to end is asked for.
    """

    def process_request(self, request: Request, spider: Spider | None = None) -> None:  # noqa: ARG002 - Scrapy's signature
        request.headers.setdefault("Accept-Encoding", "gzip, br")

    def process_response(
        self,
        request: Request,
        response: Response,
        spider: Spider | None = None,  # noqa: ARG002 - Scrapy's signature
    ) -> Response | Request:
        codings = [coding.strip().lower() for coding in (response.headers.get("Content-Encoding") or b"").split(b",")]
        if codings == [b""] or not response.body:
            return super().process_response(request, response)
        try:
            unpacked = super().process_response(request, response)
            whole = not isinstance(unpacked, Response) or _is_whole(codings[-1], response.body, len(unpacked.body))
        except (EOFError, OSError, struct.error, zlib.error, brotli.error):
            unpacked, whole = response.replace(body=b""), False
            del unpacked.headers["Content-Encoding"]
        return unpacked if whole else unpacked.replace(flags=[*unpacked.flags, "dataloss"])


def _is_whole(coding: bytes, packed: bytes, size: int) -> bool:
    """Whether a packed body has its end: what stands there says how long it is unpacked (RFC 1952), or it is looked."""
    if coding in (b"gzip", b"x-gzip"):
        if int.from_bytes(packed[-4:], "little") == size:
            return True
        unpacker = zlib.decompressobj(wbits=31)
        unpacker.decompress(packed)
        return unpacker.eof
    if coding == b"br":
        stream = brotli.Decompressor()
        stream.process(packed)
        return bool(stream.is_finished())
    return True


class AskAgain:
    """Asks again for what broke off, as often as for what failed; at last the part that came is taken."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response | Request:
        if "dataloss" not in response.flags:
            return response
        return get_retry_request(request, spider=self._crawler.spider, reason="broke off") or response  # type: ignore[arg-type]  # our spider


class TrueEncoding:
    """Pages that say one encoding and are written in another are read in their own."""

    def process_response(self, request: Request, response: Response) -> Response:  # noqa: ARG002 - Scrapy's signature
        if isinstance(response, TextResponse):
            encoding = true_encoding(response.body, response.encoding)
            if encoding != response.encoding.lower():
                return response.replace(encoding=encoding)
        return response


@dataclass
class _Pace:
    """How one host may be asked: not before `until`, and no more than `most` requests in `window` seconds."""

    until: float = 0.0
    most: int = 0
    window: float = 0.0
    sent: deque[float] = field(default_factory=lambda: deque(maxlen=1000))

    def wait(self, now: float) -> float:
        """Seconds until the next request may go."""
        recent = [at for at in self.sent if at > now - self.window] if self.most else []
        room = recent[-self.most] + self.window - now if len(recent) >= self.most > 0 else 0.0
        return max(self.until - now, room)

    def refuse(self, seconds: float, now: float) -> None:
        """Note a refusal; what was refused while a pause is on says nothing new."""
        if now < self.until:
            return
        answered = sum(at > now - seconds for at in self.sent) - 1
        if answered > 1:
            self.most, self.window = min(answered, self.most or answered), seconds
        self.until = now + seconds


def parse_retry_after(text: str, *, now: datetime) -> float:
    """The seconds that a Retry-After header asks for: a number, or a date; the usual pause for anything else."""
    text = text.strip()
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - now).total_seconds())
    except (TypeError, ValueError):
        return _USUAL_PAUSE


def _check_ending(crawler: Crawler) -> None:
    if crawler.spider.is_ending:  # type: ignore[union-attr]  # our spider
        raise RunEndedError


def _source_of(crawler: Crawler) -> Source:
    source: Source = crawler.spider.source  # type: ignore[union-attr]  # our spider
    return source
