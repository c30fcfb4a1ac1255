"""What may be fetched at all, and when to wait."""

import asyncio
import logging
import socket
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.address import host_of, is_public, is_same_site
from crawler.sources import Source

logger = logging.getLogger(__name__)

#: A site that asks for a longer pause is left for the next run.
_LONGEST_PAUSE = 15 * 60.0
#: The pause when a site says "too many requests" and not how long to wait.
_USUAL_PAUSE = 30.0


class OutOfBoundsError(IgnoreRequest):
    """An address that must not be fetched. Raised by SiteBounds; the text says why."""


class SiteBounds:
    """Keeps every request, redirects included, on the source's hosts, on HTTP, and off private addresses.

    Hosts that the source names itself may be private; whatever else it leads to may not.
    """

    def __init__(self, source: Source) -> None:
        self._named = source.site_hosts
        self._hosts = source.site_hosts | {host.removeprefix("www.") for host in source.file_hosts}
        self._checked: dict[str, bool] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(_source_of(crawler))

    async def process_request(self, request: Request) -> None:
        url = urlparse_cached(request)
        if url.scheme not in ("http", "https"):
            raise OutOfBoundsError(f"{url.scheme} addresses are not fetched: {request.url}")
        if not is_same_site(request.url, self._hosts):
            raise OutOfBoundsError(f"leads to another site: {request.url}")
        if host_of(request.url) not in self._named and not await self._is_public(url.hostname or ""):
            raise OutOfBoundsError(f"leads to a private address: {request.url}")

    async def _is_public(self, host: str) -> bool:
        if host not in self._checked:
            try:
                found = await asyncio.to_thread(socket.getaddrinfo, host, None, type=socket.SOCK_STREAM)
            except OSError:
                return True  # it has no address at all: the download will say so
            self._checked[host] = all(is_public(str(entry[4][0]).partition("%")[0]) for entry in found)
        return self._checked[host]


class Pause:
    """Stops all requests to a host that answers 429 or 503 with Retry-After, for as long as it asks.

    RetryMiddleware then repeats the request. A site that asks for more than a quarter of an hour ends the run.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._until: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        host = host_of(request.url)
        while (left := self._until.get(host, 0.0) - monotonic()) > 0:
            await asyncio.sleep(left)

    def process_response(self, request: Request, response: Response) -> Response:
        stated = response.headers.get("Retry-After")
        if response.status == 429 or (response.status == 503 and stated):
            seconds = parse_retry_after((stated or b"").decode("latin-1"), now=datetime.now(UTC))
            host = host_of(request.url)
            if seconds > _LONGEST_PAUSE:
                self._crawler.spider.give_up(f"{host} asks to come back in {seconds / 60:.0f} minutes")  # type: ignore[union-attr]  # our spider
                raise IgnoreRequest("the site asks for a long pause")
            logger.info("%s asks for a pause of %.0f s", host, seconds)
            self._until[host] = max(self._until.get(host, 0.0), monotonic() + seconds)
        return response


def parse_retry_after(text: str, *, now: datetime) -> float:
    """The seconds that a Retry-After header asks for: a number, or a date; the usual pause for anything else."""
    text = text.strip()
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - now).total_seconds())
    except (TypeError, ValueError):
        return _USUAL_PAUSE


def _source_of(crawler: Crawler) -> Source:
    source: Source = crawler.spider.source  # type: ignore[union-attr]  # our spider
    return source
