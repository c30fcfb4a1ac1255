"""Joomla: numbered articles under menus, with or without index.php; lists that go on by their first entry."""

import re
from typing import ClassVar
from urllib.parse import parse_qsl, unquote, urlsplit

from crawler.discovery.address import page_number
from crawler.discovery.page import Page
from crawler.discovery.platform import AddressRole
from crawler.platforms.generic import Generic

_ARTICLE = re.compile(r"/(\d+-[^/?]+?)(?:\.html)?/?$")

#: How the extensions for files (Phoca Download, jDownloads, DOCman) hand them out.
_DOWNLOAD = re.compile(
    r"[?&]download=\d|/jdownloads?/(?:send|finish)/|/(?:send|finish)/\d+-[^/]+/\d+-|/\d+-[^/]+/file$"
)
_ARTICLE_LAYOUT = ".item-page, .itemView, body.view-article, [itemprop=articleBody]"
_LISTS = ".blog, .blog-featured, .category-list, .categories-list, body.view-category, .itemList, .com-content-category"


class Joomla(Generic):
    """Core articles (com_content) and K2 items."""

    name: ClassVar[str] = "joomla"
    noise: ClassVar[re.Pattern[str] | None] = re.compile(
        r"[?&](?:format=(?:feed|pdf|raw)|task=(?!callelement)\w+|option=com_(?:users|search|mailto|finder|banners|wrapper|contact))|"
        r"/component/(?:users|search|mailto|finder|banners|contact|tags)|/(?:administrator|itemlist/user)/",
        re.IGNORECASE,
    )

    @classmethod
    def recognises(cls, page: Page) -> bool:
        """By its generator, or its scripts and parameters."""
        marks = (
            b"/media/jui/",
            b"/media/system/js/",
            b"option=com_content",
            b"joomla-script-options",
            b"/components/com_",
        )
        return "Joomla" in page.generator or any(mark in page.response.body for mark in marks)

    def role(self, url: str) -> AddressRole:
        """Parameters tell; numbers do not, as categories have them too: there the link's words and the page decide."""
        role = super().role(url)
        if role is not AddressRole.UNKNOWN:
            return role
        if _DOWNLOAD.search(url):
            return AddressRole.FILE
        query = dict(parse_qsl(urlsplit(url).query))
        if query.get("view") in ("article", "item"):
            return AddressRole.ARTICLE
        return AddressRole.LIST if "option" in query else AddressRole.UNKNOWN

    def key(self, url: str) -> str:
        """Number and title, with or without index.php and whatever menu leads there."""
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query))
        if query.get("view") in ("article", "item") and query.get("id"):
            return query["id"].replace(":", "-")
        match = _ARTICLE.search(unquote(parts.path))
        if match and not page_number(url):
            return match[1]
        return super().key(url).removeprefix("/index.php") or "/"

    def is_list(self, page: Page) -> bool:
        """The layout tells: articles are `item-page`, lists are blogs and category tables."""
        response = page.response
        if response.css(_ARTICLE_LAYOUT):
            return False
        if response.css(_LISTS):
            return True
        return super().is_list(page)

    def is_article(self, page: Page) -> bool:
        """The layout tells here too; since version 5 articles carry no other mark."""
        return bool(page.response.css(_ARTICLE_LAYOUT)) or super().is_article(page)
