"""Any site: menus lead to lists, lists lead to articles, numbers lead on."""

# ruff: noqa: ARG002, ARG003 - this is what other platforms override, and some of it needs no arguments here

import re
from collections.abc import Sequence
from typing import ClassVar
from urllib.parse import urlsplit

from scrapy import FormRequest, Request
from scrapy.http import TextResponse

from crawler.discovery.address import canonical, is_file, is_media, list_of, page_number
from crawler.discovery.interest import Interest, judge_section
from crawler.discovery.lead import Lead
from crawler.discovery.link import TITLE_WORDS, WORD
from crawler.discovery.page import Page
from crawler.discovery.platform import AddressRole, Door, DoorKind
from timthau.model.moment import Moment
from timthau.text.fold import fold

_NOISE = re.compile(
    r"/(?:tags?|tu-khoa|author|tac-gia|print|savefile|sendmail|in-trang|comment(?:s|-page-\d+)?|search|tim-kiem|login|"
    r"dang-nhap|logout|register|dang-ky|cart|gio-hang|feed|wp-admin|wp-login\.php|wp-json|cdn-cgi|users?|thanh-vien|"
    r"component/(?:search|users|mailto)|captcha)(?:/|$|\.)|[?&](?:s|q|keyword|tukhoa|search|replytocom|tag)=",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"^(?:trang )?(?:sau|tiep|tiep theo|ke tiep|next|older posts|cu hon|bai cu hon)\W*$|^(?:›|»|>|>>|→)$"
)
_POSTBACK = re.compile(r"__doPostBack\(\s*'([^']*)'\s*,\s*'([^']*)'\s*\)")
_LINKED_SHARE = 0.6


class Generic:
    """What holds for sites in general; the other platforms say only where they differ."""

    name: ClassVar[str] = "generic"
    #: Further addresses that are never articles, as a pattern.
    noise: ClassVar[re.Pattern[str] | None] = None

    def __init__(self) -> None:
        self.reaches_all = False
        self.home_links: frozenset[str] = frozenset()

    @classmethod
    def recognises(cls, page: Page) -> bool:
        """Every page will do."""
        return True

    def doors(self, page: Page) -> list[Door]:
        """The feeds that the page names."""
        doors: dict[str, Door] = {}
        for link in page.response.css('link[type="application/rss+xml"], link[type="application/atom+xml"]'):
            url = canonical(link.attrib.get("href", ""), page.url)
            if url and "comments" not in url:
                told = judge_section(link.attrib.get("title", ""))
                interest = told if told is Interest.NOTICE else Interest.NONE
                doors.setdefault(url, Door(url=url, kind=DoorKind.FEED, interest=interest))
        return list(doors.values())

    def read_interface(self, response: TextResponse, door: Door) -> tuple[list[Lead], list[Door]]:
        """Nothing: a site of no known system has no interface."""
        return [], []

    def file_doors(self, leads: Sequence[Lead]) -> list[Door]:
        """Files are named on the pages themselves."""
        return []

    def role(self, url: str) -> AddressRole:
        """Files, pictures and pages about pages can be told; for the rest the link's words decide."""
        if is_file(url):
            return AddressRole.FILE
        if is_media(url) or _NOISE.search(url) or (self.noise and self.noise.search(url)):
            return AddressRole.NOISE
        if page_number(url):
            return AddressRole.LIST
        return AddressRole.UNKNOWN

    def key(self, url: str) -> str:
        """Path and parameters."""
        parts = urlsplit(url)
        path = re.sub(r"/(?:index|default)\.(?:php|html?|aspx?)$", "", parts.path, flags=re.IGNORECASE).rstrip("/")
        return (path or "/") + (f"?{parts.query}" if parts.query else "")

    def source_key(self, page: Page, lead: Lead) -> str:
        """The key of the address under which the page was found."""
        return self.key(page.url)

    def feed_time(self, at: Moment | None) -> Moment | None:
        """Feeds are right unless known otherwise."""
        return at

    def is_list(self, page: Page) -> bool:
        """A page is a list when it has a pager of its own, or when titles that lead elsewhere are most of its words.

        What the home page links to as well is a side bar here and does not count.
        """
        own = list_of(page.url)
        if any((numbered := page_number(link.url)) and list_of(numbered[0]) == own for link in page.links):
            return True
        inner = [link for link in page.links if not link.menu and link.url not in self.home_links]
        titles = [link.text for link in inner if len(WORD.findall(link.text)) >= TITLE_WORDS]
        if len(titles) < TITLE_WORDS or page.says_article:
            return False
        return sum(map(len, titles)) > _LINKED_SHARE * _main_length(page)

    def is_article(self, page: Page) -> bool:
        """Pages say it by their markup or by their date."""
        return page.says_article and not self.is_list(page)

    def next_page(self, page: Page, number: int) -> Request | None:
        """Whatever leads to the next number: a numbered address, a number to click on, a form to send, "Sau"."""
        url = _numbered(page) or _by_words(page, number)
        if url:
            return Request(url)
        return _by_postback(page, number)


def _numbered(page: Page) -> str | None:
    """The numbered address of the same list with the smallest number above this page's."""
    own = page_number(page.url)
    base, current = (list_of(own[0]), own[1]) if own else (list_of(page.url), 0)
    urls = [*(link.url for link in page.links), *page.continuations]
    found = [(numbered[1], url) for url in urls if (numbered := page_number(url)) and list_of(numbered[0]) == base]
    # "/tin/" is the first page: "?page=1" leads to the same, "?start=20" and "?page=2" lead on.
    later = [(value, url) for value, url in found if value > max(current, 1)]
    return min(later)[1] if later else None


def _by_words(page: Page, number: int) -> str | None:
    path = urlsplit(page.url).path.rstrip("/")
    for link in page.links:
        if link.text == str(number + 1) and (link.pager or urlsplit(link.url).path.startswith(path)):
            return link.url
    return next((link.url for link in page.links if link.pager and _NEXT.search(fold(link.text))), None)


def _by_postback(page: Page, number: int) -> Request | None:
    """The form that ASP.NET sends when a pager's number is clicked."""
    for anchor in page.response.css('a[href*="__doPostBack"]'):
        match = _POSTBACK.search(anchor.attrib["href"])
        words = fold(" ".join(anchor.css("::text").getall()).strip())
        if match and (words == str(number + 1) or _NEXT.search(words) or match[2] == f"Page${number + 1}"):
            fields = page.response.xpath("//form[.//input[@name='__VIEWSTATE']]//input[@type='hidden'][@name]")
            form = {field.attrib["name"]: field.attrib.get("value", "") for field in fields}
            form |= {"__EVENTTARGET": match[1], "__EVENTARGUMENT": match[2]}
            return FormRequest(page.url, formdata=form)
    return None


def _main_length(page: Page) -> int:
    """How many letters a page has outside of scripts and menus."""
    menu = sum(len(link.text) for link in page.links if link.menu)
    texts = page.response.xpath(
        "//body//text()[not(ancestor::script or ancestor::style or ancestor::noscript)]"
    ).getall()
    return max(1, sum(len(" ".join(text.split())) for text in texts) - menu)
