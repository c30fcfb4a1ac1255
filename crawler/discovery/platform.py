"""What the crawler asks of a platform."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import ClassVar, Protocol

from scrapy import Request
from scrapy.http import TextResponse

from crawler.discovery.interest import Interest
from crawler.discovery.lead import Lead
from crawler.discovery.page import Page
from timthau.model.moment import Moment


class AddressRole(Enum):
    """What an address leads to, as far as its form alone tells.

    PAGE is a numbered page of a list, unless the link to it is a title: articles have numbers too.
    """

    ARTICLE = auto()
    PAGE = auto()
    LIST = auto()
    FILE = auto()
    NOISE = auto()
    UNKNOWN = auto()


class DoorKind(Enum):
    """What stands behind a door: a feed, a sitemap, or an interface that only the platform can read."""

    FEED = auto()
    SITEMAP = auto()
    INTERFACE = auto()


@dataclass(frozen=True, kw_only=True)
class Door:
    """An address beside the lists that names articles. `interest` is what the entries of a feed deserve at least.

    `is_guessed` where nothing says that it is there; `is_further` where it goes on with what another door began.
    """

    url: str
    kind: DoorKind
    interest: Interest = Interest.NONE
    is_guessed: bool = False
    is_further: bool = False


class Platform(Protocol):
    """How one kind of site works; an instance lives for one crawl and may remember what it saw.

    `reaches_all` turns True when an interface has named every article, so that the lists need not be read.
    `home_links` are the addresses that the home page links to, which other pages repeat in their side bars;
    `home_title` is what it calls itself.
    """

    name: ClassVar[str]
    reaches_all: bool
    home_links: frozenset[str]
    home_title: str

    @classmethod
    def recognises(cls, page: Page) -> bool:
        """Whether a site with this page is of this kind."""

    def doors(self, page: Page) -> list[Door]:
        """Where articles are named besides the lists, seen from the home page."""

    def read_interface(self, response: TextResponse, door: Door) -> tuple[list[Lead], list[Door]]:
        """What an interface names, and the doors that it leads to."""

    def file_doors(self, leads: Sequence[Lead]) -> list[Door]:
        """Where the files of these leads are named, if not on their pages; the answers go to `read_interface`."""

    def role(self, url: str) -> AddressRole:
        """What an address leads to."""

    def key(self, url: str) -> str:
        """What is the same for all addresses of one article, and for no other: the system's own id or the path."""

    def source_key(self, page: Page, lead: Lead) -> str:
        """What a notice is known by for as long as the site keeps it."""

    def feed_time(self, at: Moment | None) -> Moment | None:
        """The part of a feed's time that can be trusted."""

    def is_list(self, page: Page) -> bool:
        """Whether a page that was taken for an article is a list."""

    def is_article(self, page: Page) -> bool:
        """Whether a page that was taken for a list, by its short name alone, is an article."""

    def next_page(self, page: Page, number: int) -> Request | None:
        """The page of a list after this one, which is the `number`th; None when there is none."""
