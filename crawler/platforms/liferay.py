"""Liferay: articles of the asset publisher, files below /documents/, lists paged by a portlet's own parameter."""

import re
from typing import ClassVar
from urllib.parse import unquote, urlsplit

from crawler.discovery.page import Page
from crawler.discovery.platform import AddressRole
from crawler.platforms.generic import Generic

_ARTICLE = re.compile(
    r"/-/(?:asset_publisher/[^/]+/(?:content|document)/(?:id/)?|)([^/?]+)/?$|/asset_publisher/[^/]+/content/([^/?]+)|/w/([^/?]+)/?$"
)


class Liferay(Generic):
    """The same article is shown below many pages; its own name at the end is what stays."""

    name: ClassVar[str] = "liferay"
    noise: ClassVar[re.Pattern[str] | None] = re.compile(
        r"/c/portal/|p_p_state=(?:pop_up|exclusive)|p_p_lifecycle=[12]|/-/asset_publisher/[^/]+/rss"
    )

    @classmethod
    def recognises(cls, page: Page) -> bool:
        """By its scripts and its portlets' names."""
        return "Liferay" in page.generator or any(
            mark in page.response.body for mark in (b"Liferay.", b"/asset_publisher/", b"p_p_id=")
        )

    def role(self, url: str) -> AddressRole:
        """Files lie below /documents/ with an identity after their name; articles below /-/."""
        path = unquote(urlsplit(url).path)
        if path.startswith("/documents/"):
            return AddressRole.FILE
        role = super().role(url)
        if role is AddressRole.UNKNOWN and _ARTICLE.search(path):
            return AddressRole.ARTICLE
        return role

    def key(self, url: str) -> str:
        """The article's name."""
        match = _ARTICLE.search(unquote(urlsplit(url).path))
        return next(filter(None, match.groups()), super().key(url)) if match else super().key(url)
