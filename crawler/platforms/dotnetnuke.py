"""DotNetNuke: tabs and modules in the address, files behind LinkClick.aspx, pagers that send forms."""

import re
from typing import ClassVar
from urllib.parse import parse_qsl, urlsplit

from crawler.discovery.address import canonical
from crawler.discovery.page import Page
from crawler.discovery.platform import AddressRole
from crawler.platforms.generic import Generic

_ARTICLE = re.compile(
    r"/(?:articletype/articleview|articleid|itemid|newsid|id|view|ctl/(?:viewdetail|detail|articleview))/[^/]+|"
    r"[?&](?!tabid|mid|catid|categoryid|portalid|moduleid)\w{0,9}id=\d+",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"/(?:articleid|itemid|newsid|id)/(\d+)|[?&](?!tabid|mid|catid|categoryid|portalid|moduleid)\w{0,9}id=(\d+)",
    re.IGNORECASE,
)


class DotNetNuke(Generic):
    """Names in addresses do not count capitals."""

    name: ClassVar[str] = "dotnetnuke"
    noise: ClassVar[re.Pattern[str] | None] = re.compile(
        r"/ctl/(?:login|register|sendpassword|terms|privacy)|[?&](?:ctl|returnurl)=|/(?:login|register|userprofile|search-results)(?:\.aspx)?(?:/|$)|"
        r"dnnprintmode=|skinsrc=",
        re.IGNORECASE,
    )

    @classmethod
    def recognises(cls, page: Page) -> bool:
        """By its generator, its scripts and its folders."""
        marks = (b"dnn_ctr", b"/Portals/0/", b"dnncore.js", b"/DesktopModules/", b"dnnVariable")
        return (
            "DotNetNuke" in page.generator
            or "DNN" in page.generator.split()
            or any(m in page.response.body for m in marks)
        )

    def role(self, url: str) -> AddressRole:
        """A numbered entry of a module is an article; LinkClick.aspx hands out files."""
        if re.search(r"/linkclick\.aspx\?", url, re.IGNORECASE):
            return AddressRole.FILE
        role = super().role(url)
        return AddressRole.ARTICLE if role is AddressRole.UNKNOWN and _ARTICLE.search(url) else role

    def key(self, url: str) -> str:
        """Tab and number, however the address is written: /tabid/5/…/id/12 and ?tabid=5&id=12 are the same."""
        number = _NUMBER.search(url)
        tab = re.search(r"/tabid/(\d+)|[?&]tabid=(\d+)", url, re.IGNORECASE)
        if number and tab:
            return f"{tab[1] or tab[2]}-{number[1] or number[2]}"
        parts = urlsplit(canonical(url))
        query = "&".join(f"{k.lower()}={v}" for k, v in parse_qsl(parts.query))
        return parts.path.lower().rstrip("/") + (f"?{query}" if query else "")
