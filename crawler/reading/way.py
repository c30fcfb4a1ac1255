"""Pages that say little by themselves: in whose frames, or behind whose script, what they should say is looked for."""

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from scrapy.http import TextResponse

from crawler.reading.page import ReadPage
from crawler.reading.survey import Survey

#: How many pages are looked at in the place of one.
_MOST = 3


@dataclass(frozen=True, kw_only=True)
class Way:
    """From a page that said little, `first`, to one that may say it, `url`; `others` are left to look at."""

    first: ReadPage
    response: TextResponse
    url: str = ""
    others: tuple[str, ...] = ()
    hops: int = 0

    @property
    def meta(self) -> dict[str, Any]:
        """What the request to go it carries: where nothing is there, the others are left."""
        return {"way": self, "handle_httpstatus_list": [HTTPStatus.NOT_FOUND, HTTPStatus.GONE]}


def find_way(found: ReadPage, response: TextResponse, site: Survey) -> Way | None:
    """Where to look next, each page once; None where a page says enough, or nothing is left."""
    way: Way = response.meta.get("way") or Way(first=found, response=response)
    if way.url and _tells(found, response):
        return None
    others = [*way.others, *found.onward]
    while others and way.hops < _MOST:
        url = others.pop(0)
        if site.enters(url):
            return replace(way, url=url, others=tuple(others), hops=way.hops + 1)
    return None


def settle(found: ReadPage, response: TextResponse) -> tuple[ReadPage, TextResponse]:
    """The page to take, and its answer: the first one where none that it leads to says more."""
    way: Way | None = response.meta.get("way")
    return (way.first, way.response) if way and not _tells(found, response) else (found, response)


def _tells(found: ReadPage, response: TextResponse) -> bool:
    return found.says_notice and response.status == HTTPStatus.OK
