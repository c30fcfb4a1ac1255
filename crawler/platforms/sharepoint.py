"""SharePoint: pages below /Pages/, entries of lists shown by a display form, files in document libraries."""

import re
from typing import ClassVar
from urllib.parse import parse_qsl, urlsplit

from crawler.discovery.page import Page
from crawler.discovery.platform import AddressRole
from crawler.platforms.generic import Generic

_ENTRY = re.compile(r"[?&](?:itemid|id|newsid|contentid)=\d+", re.IGNORECASE)


class SharePoint(Generic):
    """Names in addresses do not count capitals; `Source` only says where to go back to."""

    name: ClassVar[str] = "sharepoint"
    noise: ClassVar[re.Pattern[str] | None] = re.compile(
        r"/_layouts/|/_catalogs/|/_vti_|[?&](?:isdlg|printview)=", re.IGNORECASE
    )

    @classmethod
    def recognises(cls, page: Page) -> bool:
        """By its generator, its header or its scripts."""
        return (
            "SharePoint" in page.generator
            or b"MicrosoftSharePointTeamServices" in page.response.headers
            or any(mark in page.response.body for mark in (b"_spPageContextInfo", b"/_layouts/15/", b"/_layouts/1033/"))
        )

    def role(self, url: str) -> AddressRole:
        """An entry with a number is an article; the lists' own views are lists."""
        role = super().role(url)
        if role is not AddressRole.UNKNOWN:
            return role
        if _ENTRY.search(url):
            return AddressRole.ARTICLE
        return (
            AddressRole.LIST
            if re.search(r"/(?:default|home|allitems|forms/\w+)\.aspx$", url, re.IGNORECASE)
            else AddressRole.UNKNOWN
        )

    def key(self, url: str) -> str:
        """Path and parameters in small letters, without where the reader came from."""
        parts = urlsplit(url)
        kept = {"itemid", "id", "newsid", "contentid", "categoryid", "catid", "list"}
        pairs = sorted((k.lower(), v.lower()) for k, v in parse_qsl(parts.query) if k.lower() in kept)
        path = parts.path.lower().rstrip("/")
        return path + ("?" + "&".join(f"{k}={v}" for k, v in pairs) if pairs else "")
