"""The lists that a page leads to: sections that it names, frames that stand in it, what can be chosen on it."""

from collections.abc import Iterable
from dataclasses import replace

from crawler.discovery.address import list_of
from crawler.discovery.choice import ListPart, is_period
from crawler.discovery.interest import Interest, judge_section
from crawler.discovery.link import is_name, open_sections
from crawler.discovery.page import Link
from crawler.reading.list_page import ListPage
from crawler.reading.listing import Listing


def listing_of(link: Link, interest: Interest) -> Listing:
    """The list that a link promises, certain where its words are surely the name of a section."""
    return Listing(link.url, interest, certain=is_name(link) or is_period(link.text), name=link.text)


def lists_named(sections: Iterable[Link]) -> list[Listing]:
    """The lists that a menu calls lists of notices."""
    return [listing_of(link, Interest.NOTICE) for link in sections if judge_section(link.text) is Interest.NOTICE]


def lists_on(page: ListPage, listing: Listing, *, is_home: bool) -> list[Listing]:
    """The lists that the page of a list leads to: in its frames, beside it, sections, and what can be chosen."""
    framed = [
        replace(listing, url=url, certain=True, is_home=is_home, keys=set(), first=frozenset(), idle=0, request=None)
        for url in page.frames
    ]
    beside = [
        replace(listing, url=url, certain=True, keys=set(), first=frozenset(), idle=0, request=None, begins=2)
        for url in page.beside
        if listing.interest is Interest.NOTICE
    ]
    sections = open_sections(page.links.sections, home=is_home, parent=list_of(listing.url))
    chosen = page.choices.found if listing.interest is Interest.NOTICE and not listing.group else ()
    named = (replace(listing_of(link, interest), parent=listing) for link, interest in sections)
    return [*framed, *beside, *(_chosen(choice, listing) for choice in chosen), *named]


def _chosen(choice: ListPart, listing: Listing) -> Listing:
    """A year, month or category of a list that promises notices."""
    return Listing(
        choice.url,
        Interest.NOTICE,
        name=f"{listing.name} {choice.words}",
        group=list_of(listing.url),
        request=choice.request,
        is_needed=not listing.first,
        beside=listing.first if choice.is_narrow else frozenset(),
    )
