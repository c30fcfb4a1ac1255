"""Lists on their way to their end: what they promise, what stood on their pages so far, and when to leave them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scrapy import Request
from scrapy.http import Response

from crawler.discovery.address import canonical, list_of, page_number
from crawler.discovery.agenda import Agenda
from crawler.discovery.choice import is_period
from crawler.discovery.interest import Interest
from crawler.discovery.lead import Lead, day_of
from crawler.discovery.outcome import PageOutcome
from crawler.memory.memory import SiteMemory
from crawler.reading.tally import Section

#: Pages of a list of mixed news to read without meeting a single title of procurement.
_PATIENCE = 10
_LONGEST = 2000
#: A list that brought no notice is looked at again after this.
_BARREN_FOR = timedelta(days=2)


@dataclass
class Listing:
    """One list; `keys` are the articles that it named so far, `first` those of its first page.

    `is_growing` whether its last page named any that is new, `idle` counts the last pages without a promising one.
    `certain` is False where a short name alone spoke for a list; `is_article` turns True for an article. `name`
    is what the site calls it. `is_home` for what stands in a frame of the home page, `is_sent` where forms lead on.
    `group` is the list of which this is one year, month or category, as `request` asks for it; `beside` are the first
    entries of that list where it shows another one. `is_needed` where that list names nothing until one is chosen.
    `begins` is the page that is asked for first: the second where the first stands on that of another list. `is_way`
    where it led to a list that promises notices, whose `parent` it is, or to the parent of one.
    """

    url: str
    interest: Interest
    certain: bool = True
    is_article: bool = False
    name: str = ""
    is_home: bool = False
    keys: set[str] = field(default_factory=set)
    first: frozenset[str] = frozenset()
    is_sent: bool = False
    group: str = ""
    request: Request | None = None
    is_needed: bool = False
    beside: frozenset[str] = frozenset()
    is_growing: bool = True
    idle: int = 0
    begins: int = 1
    parent: "Listing | None" = None
    is_way: bool = False

    @property
    def asking(self) -> Request:
        """The request for the page that it begins with."""
        return self.request or Request(self.url)

    def note(self, listed: Collection[Lead]) -> list[Lead]:
        """Note what a page of the list names, and say what of it is new; nothing when the list has ended."""
        self.first = self.first or frozenset(lead.key for lead in listed)
        fresh = [lead for lead in listed if lead.key not in self.keys]
        self.keys.update(lead.key for lead in fresh)
        self.is_growing = bool(fresh)
        self.idle = 0 if any(lead.interest is Interest.NOTICE for lead in fresh) else self.idle + 1
        return fresh

    def is_read_out(self, fresh: list[Lead], number: int, agenda: Agenda) -> bool:
        """Whether the rest of the list is known, too old, or not worth the requests, by what a page names first."""
        if number >= _LONGEST or (self.interest is not Interest.NOTICE and self.idle >= _PATIENCE):
            return True
        # What stands in several lists, or on the home page too, may be a side bar's: it says nothing of this one.
        own = [lead for lead in fresh if not agenda.is_on_other_lists(lead)] or fresh
        if agenda.scope.hasty and all(agenda.knows(lead.key) for lead in own):
            return True
        if all(agenda.is_told(lead.key) for lead in fresh):
            return True
        days = [day_of(lead.published_at) for lead in fresh if lead.published_at]
        return bool(agenda.scope.since and days and max(days) < agenda.scope.since)


class Listings:
    """All lists of a run by their names, each read once."""

    def __init__(self, agenda: Agenda, memory: SiteMemory, now: datetime) -> None:
        self._agenda = agenda
        self._memory = memory
        self._now = now
        self._by_name: dict[str, Listing] = {}
        self._by_page: dict[str, Listing] = {}

    def __contains__(self, url: object) -> bool:
        listing = self._by_page.get(canonical(str(url)))
        return listing is not None and not listing.is_article

    def note_page(self, url: str, listing: Listing) -> None:
        """Note that an address is asked for as a page of a list."""
        self._by_page[canonical(url)] = listing

    def is_asked(self, request: Request, listing: Listing) -> bool:
        """Whether a page of a list was asked for before, as one of this list or of another that promises no less.

        On some systems the pagers of all categories lead to the pages of all news; on others the last page to itself.
        """
        other = self._by_page.get(canonical(request.url)) if request.method == "GET" else None
        return other is not None and other.interest >= listing.interest

    def open(self, listing: Listing) -> bool:
        """Whether a list is to be read now: it was not yet, and was not in vain a short while ago."""
        name = list_of(listing.url)
        if name in self._by_name or self._is_barren(listing):
            return False
        self._by_name[name] = listing
        if listing.interest is Interest.NOTICE:
            self._agenda.notice_lists.add(name)
            at = listing.parent
            while at is not None and not at.is_way:
                at.is_way, at = True, at.parent
        return True

    def note_barren(self) -> None:
        """Remember which lists were read in vain: those of mixed content, and those that said nothing more."""
        fruitful = self._agenda.count_notices(self._memory.pages)
        for name, listing in self._by_name.items():
            page = self._memory.page(listing.url)
            was_read = page is not None and page.outcome in (PageOutcome.LIST, PageOutcome.BARREN)
            is_read = listing.is_home or listing.is_way
            in_vain = listing.interest is Interest.VAGUE and name not in fruitful and not is_read
            # Where an interface names all that a list holds, the list need not be looked at every time.
            is_told = bool(listing.keys) and all(map(self._agenda.is_told, listing.keys))
            # The list itself shows the newest; what else can be chosen need not be looked at every time.
            is_told = is_told or bool(listing.group and not listing.is_needed)
            # What a month or a year holds stands in other lists, too, where something new would.
            named = (self._agenda.leads[key] for key in listing.keys if key in self._agenda.leads)
            is_spare = is_period(listing.name) and all(map(self._agenda.is_on_other_lists, named))
            if was_read and not listing.is_article and (in_vain or is_told or is_spare):
                self._memory.keep(listing.url, PageOutcome.BARREN)

    def long_ones(self) -> list[Listing]:
        """The lists that promise notices and were read over several pages, each of which has an address."""
        named = (one for one in self._by_name.values() if one.interest is Interest.NOTICE and not one.is_sent)
        return [one for one in named if one.first and one.keys - one.first]

    def sections(self) -> tuple[Section, ...]:
        """The lists that promise notices or hold some, those with the most first."""
        counts = self._agenda.count_notices(self._memory.pages)
        sections = [
            Section(name=listing.name or name, url=listing.url, notices=counts[name])
            for name, listing in self._by_name.items()
            if not (listing.is_article or listing.group) and (counts[name] or listing.interest is Interest.NOTICE)
        ]
        return tuple(sorted(sections, key=lambda section: (-section.notices, section.url)))

    def _is_barren(self, listing: Listing) -> bool:
        page = self._memory.page(listing.url)
        if page is None or not self._agenda.scope.hasty or page.outcome not in (PageOutcome.BARREN, PageOutcome.GONE):
            return False
        return self._now - page.checked_at < _BARREN_FOR


def is_sent_back(response: Response) -> bool:
    """Whether a numbered page was answered with another one: how some systems say that a list has ended."""
    request = response.request
    asked = request.meta.get("redirect_urls", [request.url])[0] if request else response.url
    return page_number(asked) != page_number(response.url)


def is_promised(request: Request | None) -> bool:
    """Whether a page of a list must be there: its first, or one whose number the page before it shows."""
    return request is not None and (request.cb_kwargs.get("number") == 1 or bool(request.meta.get("shown")))


def is_cut_off(response: Response) -> bool:
    """Whether the connection broke before the whole answer had come."""
    return "dataloss" in response.flags
