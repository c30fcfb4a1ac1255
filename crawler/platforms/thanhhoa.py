"""The portal that agencies of Thanh Hóa province share: sections below /web/trang-chu/, articles below the sections."""

import re
from typing import ClassVar
from urllib.parse import urlsplit

from crawler.discovery.page import Page
from crawler.discovery.platform import AddressRole
from crawler.platforms.generic import Generic

_ARTICLE = re.compile(r"^/web/[^/]+/(?:[^/]+/)+[^/]+\.html$")
_SECTION = re.compile(r"^/web/[^/]+(?:/[^/]+)*(?:\.htm|/)?$")


class ThanhHoa(Generic):
    """Addresses tell articles from sections: an article's ends in .html and lies below its section."""

    name: ClassVar[str] = "thanhhoa"

    @classmethod
    def recognises(cls, page: Page) -> bool:
        """By the addresses of its pages."""
        paths = [urlsplit(link.url).path for link in page.links]
        return sum(bool(_ARTICLE.match(path)) for path in paths) >= 3 and any(
            path.startswith("/web/trang-chu") for path in paths
        )

    def role(self, url: str) -> AddressRole:
        """By the address."""
        role = super().role(url)
        if role is not AddressRole.UNKNOWN:
            return role
        path = urlsplit(url).path
        if _ARTICLE.match(path):
            return AddressRole.ARTICLE
        return AddressRole.LIST if _SECTION.match(path) else AddressRole.UNKNOWN

    def is_list(self, page: Page) -> bool:
        """By the address, where it tells."""
        return self.role(page.url) is not AddressRole.ARTICLE and super().is_list(page)
