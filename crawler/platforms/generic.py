"""Any site: menus lead to lists, lists lead to articles, numbers lead on."""

# ruff: noqa: ARG002, ARG003 - this is what other platforms override, and some of it needs no arguments here

import re
from collections.abc import Sequence
from typing import ClassVar
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import TextResponse

from crawler.discovery.address import absolute, canonical, is_file, is_media, page_number
from crawler.discovery.interest import Interest, judge_section
from crawler.discovery.lead import Lead
from crawler.discovery.page import TITLE_WORDS, WORD, Page
from crawler.discovery.pager import has_pager, next_page
from crawler.discovery.platform import AddressRole, Door, DoorKind
from timthau.model.moment import Moment

_NOISE = re.compile(
    r"/(?:tags?|tu-khoa|author|tac-gia|print|savefile|sendmail|in-trang|comment(?:s|-page-\d+)?|search|tim-kiem|login|"
    r"dang-nhap|logout|register|dang-ky|cart|gio-hang|feed|wp-admin|wp-login\.php|wp-json|cdn-cgi|users?|thanh-vien|"
    r"component/(?:search|users|mailto)|captcha|e?mail(?:to)?|signup|fpw|submitnews|usersettings)(?:/|$|\.)"
    r"|[?&](?:keyword|tukhoa|search|replytocom|tag|author)="
    r"|[?&]q=(?!\w+[/-]\w)",  # "?q=node/12", "?q=moi-thau" are how Drupal writes /node/12, /moi-thau
    re.IGNORECASE,
)
_FEED_KIND = re.compile(r"rss2?|atom|rdf|feed", re.IGNORECASE)
_LINKED_SHARE = 0.6


class Generic:
    """What holds for sites in general; the other platforms say only where they differ."""

    name: ClassVar[str] = "generic"
    #: Further addresses that are never articles, as a pattern.
    noise: ClassVar[re.Pattern[str] | None] = None

    def __init__(self) -> None:
        self.reaches_all = False
        self.home_links: frozenset[str] = frozenset()
        self.home_title = ""

    @classmethod
    def recognises(cls, page: Page) -> bool:
        """Every page will do."""
        return True

    def doors(self, page: Page) -> list[Door]:
        """The feeds that the page names; those in JSON where it names no others, which say the same."""
        doors: dict[str, Door] = {}
        twins: dict[str, str] = {}
        named = page.response.css('link[type="application/rss+xml"], link[type="application/atom+xml"]')
        for link in named or page.response.css('link[type="application/feed+json"]'):
            url = absolute(link.attrib.get("href", ""), page.url)
            if url and "comments" not in url:
                told = judge_section(link.attrib.get("title", ""))
                interest = told if told is Interest.NOTICE else Interest.NONE
                doors.setdefault(url, Door(url=url, kind=DoorKind.FEED, interest=interest))
                twins.setdefault(_FEED_KIND.sub("", url), url)
        return [doors[url] for url in twins.values()]  # of one feed in both languages one will do

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
            return AddressRole.PAGE
        return AddressRole.UNKNOWN

    def key(self, url: str) -> str:
        """Path and parameters."""
        parts = urlsplit(canonical(url))
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

        What the home page links to as well is a side bar here and does not count; and below an article there may be a
        pager through others.
        """
        if page.is_headed:
            return False
        if has_pager(page):
            return True
        inner = [link for link in page.links if not (link.menu or link.is_data)]
        inner = [link for link in inner if canonical(link.url) not in self.home_links]
        titles = [link.text for link in inner if len(WORD.findall(link.text)) >= TITLE_WORDS]
        if len(titles) < TITLE_WORDS or page.says_article:
            return False
        return sum(map(len, titles)) > _LINKED_SHARE * _main_length(page)

    def is_article(self, page: Page) -> bool:
        """Pages say it by their markup, by their date or by what they are called."""
        return page.is_headed or (page.says_article and not self.is_list(page))

    def next_page(self, page: Page, number: int) -> Request | None:
        """Whatever leads to the next number: a numbered address, a number to click on, a form to send, "Sau"."""
        return next_page(page, number)


def _main_length(page: Page) -> int:
    """How many letters a page has outside of scripts and menus."""
    menu = sum(len(link.text) for link in page.links if link.menu)
    texts = page.response.xpath(
        "//body//text()[not(ancestor::script or ancestor::style or ancestor::noscript)]"
    ).getall()
    return max(1, sum(len(" ".join(text.split())) for text in texts) - menu)
