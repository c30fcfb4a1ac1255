"""What a link that may lead to a list turns out to be: a list, an article, a page of frames."""

from collections.abc import Iterable
from dataclasses import replace

from crawler.discovery.address import canonical
from crawler.discovery.interest import Interest, judge_section
from crawler.discovery.link import is_name, sort_links
from crawler.discovery.page import TITLE_WORDS, Link, Page
from crawler.discovery.platform import Platform
from crawler.reading.listing import Listing

#: What an article may lead to without being a list: the one before and the one after.
_NEIGHBOURS = 2


def listing_of(link: Link, interest: Interest) -> Listing:
    """The list that a link promises, certain where its words are surely the name of a section."""
    return Listing(link.url, interest, certain=is_name(link), name=link.text)


def lists_named(sections: Iterable[Link]) -> list[Listing]:
    """The lists that a menu calls lists of notices."""
    return [listing_of(link, Interest.NOTICE) for link in sections if judge_section(link.text) is Interest.NOTICE]


def listings_in_frames(frames: Iterable[str], listing: Listing, *, is_home: bool) -> list[Listing]:
    """The lists in the frames of a list: they are of it."""
    return [
        replace(listing, url=url, certain=True, is_home=is_home, keys=set(), first=frozenset(), idle=0)
        for url in frames
    ]


def is_article(page: Page, called: str, platform: Platform, hosts: frozenset[str], list_name: str) -> bool:
    """Whether what a few words made a list is an article: it says so, or it lists nothing of its own."""
    if platform.is_article(page) or platform.is_list(page):
        return platform.is_article(page)
    found = sort_links(page, platform, hosts, list_name=list_name)
    named = [*found.leads, *(file for file in found.files if file.interest is Interest.NOTICE)]
    own = [lead for lead in named if lead.lists and canonical(lead.url) not in platform.home_links]
    return len(own) <= (_NEIGHBOURS if len(called.split()) >= TITLE_WORDS else 0)
