"""Fetching the further pages of articles."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from http import HTTPStatus

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response, TextResponse

from crawler.discovery.challenge import is_challenge
from crawler.middlewares import RunEndedError
from crawler.reading.failure import PageLostError
from crawler.reading.page import FetchedPage, FetchedPart, ReadPage

Fetch = Callable[[str], Awaitable[Response]]
_MOST = 20  # of one article
#: After so many articles of a site whose links to a second page led to nothing more, no others are followed.
_VAIN = 3
_ABSENT = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


class PartFetcher:
    """Goes on with articles as far as their further pages say more."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._vain, self._was_worth_it = 0, False
        self._one_by_one = asyncio.Lock()

    async def go_on(
        self, found: ReadPage, fetched: FetchedPage, look: Callable[[FetchedPage], Awaitable[ReadPage]]
    ) -> tuple[ReadPage, FetchedPage]:
        """What is read of an article with its next page, which is fetched."""
        if self._was_worth_it:
            return await self._go_on(found, fetched, look)
        async with self._one_by_one:
            if self._vain >= _VAIN:
                return replace(found, following=""), fetched
            whole, further = await self._go_on(found, fetched, look)
        more = whole.parts > found.parts
        self._vain, self._was_worth_it = self._vain + (not more), self._was_worth_it or more
        return whole, further

    async def _go_on(
        self, found: ReadPage, fetched: FetchedPage, look: Callable[[FetchedPage], Awaitable[ReadPage]]
    ) -> tuple[ReadPage, FetchedPage]:
        number = len(fetched.parts) + 2
        if number > _MOST:
            return replace(found, following="", lacks=f"more than {_MOST} pages of it were not read"), fetched
        try:
            response = await self._ask(found.following)
        except PageLostError as error:
            return replace(found, following="", lacks=f"page {number} of it {error}"), fetched
        if response is None or is_challenge(response):
            return replace(found, following=""), fetched
        part = FetchedPart(url=response.url, body=response.body, encoding=response.encoding)
        fetched = replace(fetched, parts=(*fetched.parts, part))
        return await look(fetched), fetched

    async def _ask(self, url: str) -> TextResponse | None:
        """The page at an address; None where there is none for us. Raises PageLostError."""
        try:
            response = await self._fetch(url)
        except RunEndedError as error:
            raise PageLostError("was not asked for") from error
        except IgnoreRequest:  # robots.txt, or another site
            return None
        except Exception as error:  # any failure of the network is a gap, and tried again next time
            raise PageLostError(f"was not read: {str(error) or type(error).__name__}") from error
        if response.status not in (HTTPStatus.OK, *_ABSENT):
            raise PageLostError(f"answers {response.status}")
        return response if isinstance(response, TextResponse) and response.status == HTTPStatus.OK else None
