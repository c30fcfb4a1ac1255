"""NukeViet 4: numbered articles, lists of 20, feeds by category, and several addresses for each article."""

import re
from typing import ClassVar
from urllib.parse import unquote, urlsplit

from scrapy.http import TextResponse

from crawler.discovery.address import page_number
from crawler.discovery.interest import Interest, judge_section
from crawler.discovery.lead import Lead, day_of
from crawler.discovery.page import Page
from crawler.discovery.platform import AddressRole, Door, DoorKind
from crawler.platforms.generic import Generic
from timthau.model.moment import Moment

#: ".../<category>/<title>-<number>.html", also as the operation of index.php?nv=news&op=…
_ARTICLE = re.compile(r"/([^/?&]+-\d+)(?:\.html)?(?:$|[?&])")
_DOCUMENT = re.compile(r"/detail/[^/]+/$")
_FEEDS = re.compile(r"/(?:feeds|rss)/?$|[?&]nv=feeds\b")
_FEED = re.compile(r"/rss/(?:[^/?]+/)?$|[?&]nv=\w+&op=rss")


class NukeViet(Generic):
    """Also its print and save views, which are twins of the article."""

    name: ClassVar[str] = "nukeviet"
    noise: ClassVar[re.Pattern[str] | None] = re.compile(
        r"/(?:print|savefile|sendmail|rss|tag|tags|users|contact|voting|seek|statistics|banners|siteterms|comment|freecontent|"
        r"two-step-verification|sitemap|instantarticles|author|groups/\w+)(?:/|$|\.)|"
        r"[?&](?:nv=(?:users|contact|voting|seek|statistics|banners|comment)|op=(?:rss|tag|search|print|savefile|sendmail))\b|"
        r"[?&](?:download|pdf|dataprint|nv_redirect)=",
        re.IGNORECASE,
    )

    @classmethod
    def recognises(cls, page: Page) -> bool:
        """By its generator, or the names that its scripts use."""
        return "NukeViet" in page.generator or any(
            mark in page.response.body for mark in (b"nv_base_siteurl", b"nv_name_variable", b"nv_module_name")
        )

    def doors(self, page: Page) -> list[Door]:
        """The page that lists the feeds, beside the feeds that the page names itself."""
        lead_in = next((link.url for link in page.links if _FEEDS.search(link.url)), None)
        index = [Door(url=lead_in, kind=DoorKind.INTERFACE)] if lead_in else []
        return [*index, *super().doors(page)]

    def read_interface(self, response: TextResponse, door: Door) -> tuple[list[Lead], list[Door]]:
        """The feeds of the categories; the name of a category tells what its feed deserves."""
        found = [link for link in Page(response).links if _FEED.search(link.url) and link.url != door.url]
        judged = [(link.url, judge_section(link.text)) for link in found]
        least = {Interest.NOTICE: Interest.NOTICE, Interest.VAGUE: Interest.NONE}
        return [], [Door(url=url, kind=DoorKind.FEED, interest=least[told]) for url, told in judged if told in least]

    def role(self, url: str) -> AddressRole:
        """Titles with a number are articles, everything else that ends in a slash is a list.

        Documents of the modules for laws and files end in a slash too, but stand below "detail".
        """
        role = super().role(url)
        if role is not AddressRole.UNKNOWN:
            return role
        parts = urlsplit(url)
        if _ARTICLE.search(unquote(parts.path)) and parts.path.endswith(".html"):
            return AddressRole.ARTICLE
        if _DOCUMENT.search(parts.path):
            return AddressRole.ARTICLE
        if "nv=" in parts.query:
            return AddressRole.ARTICLE if _ARTICLE.search(unquote(url)) else AddressRole.LIST
        return AddressRole.LIST if parts.path.endswith("/") else AddressRole.UNKNOWN

    def key(self, url: str) -> str:
        """Title and number, which all addresses of an article share. The number alone is unique in a module only."""
        match = _ARTICLE.search(unquote(url.partition("?")[0])) or _ARTICLE.search(unquote(url))
        return match[1] if match and not page_number(url) else super().key(url)

    def feed_time(self, at: Moment | None) -> Moment | None:
        """The day: the month stands where the minutes belong."""
        return at and day_of(at)

    def is_article(self, page: Page) -> bool:
        """By the element of its text, or as any page."""
        return bool(page.response.css("#news-bodyhtml")) or super().is_article(page)

    def is_list(self, page: Page) -> bool:
        """The address tells; a page taken for an article may be one of another module."""
        if self.role(page.url) is AddressRole.ARTICLE or page.response.css("#news-bodyhtml, [itemprop=articleBody]"):
            return False
        return super().is_list(page)
