"""The spider: any agency's site, from its home page to its notices.

It works in stages, each begun when the one before has nothing left to do: the home page tells the platform; doors
(interfaces, sitemaps, feeds) and then lists name what there is; then the articles are read, newest first; at last open
notices are looked at again. So all that is said of an article is known before it is read, and the outcome does not
depend on which answer came first.
"""

import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import replace
from datetime import datetime
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure

from crawler.discovery.address import absolute, canonical, is_same_site, list_of
from crawler.discovery.agenda import Agenda, Scope
from crawler.discovery.door import read_door
from crawler.discovery.feed import is_feed
from crawler.discovery.header import is_offered
from crawler.discovery.interest import Interest, is_amendment, judge_section
from crawler.discovery.lead import Lead
from crawler.discovery.link import PageLinks, open_sections, sort_links
from crawler.discovery.outcome import PageOutcome
from crawler.discovery.page import Link, Page
from crawler.discovery.platform import Door, DoorKind, Platform
from crawler.extract.document import Article, FileLink
from crawler.items import Reading
from crawler.memory.memory import SiteMemory
from crawler.platforms import recognise
from crawler.reading.failure import explain
from crawler.reading.listing import Listing, Listings, is_cut_off, is_promised, is_sent_back
from crawler.reading.losses import Losses, says_gone
from crawler.reading.offered_file import is_document
from crawler.reading.reader import ArticleReader
from crawler.reading.wanted_files import reading_of_file
from crawler.spiders.source import SourceSpider
from timthau.model.moment import HANOI
from timthau.model.record import RunStatus
from timthau.original import Originals
from timthau.text.fold import collapse_spaces

logger = logging.getLogger(__name__)

#: A second crawl may make 15 % of the first one's requests; what is left of it, with some room for repeats, goes to
#: reading notices again.
_SHARE = 0.11
_MORE_RECHECKS = 10
#: Of that share, what goes to the files of notices whose pages have not changed.
_FILE_SHARE = 0.02
_FEWEST_FILES = 3
#: So many are read again in any case, open ones first: lists and doors may use up what a small or busy site allows.
_FEWEST_RECHECKS = 3
#: What has more words than this may be the title of an article, even where it stands in a menu.
_SECTION_WORDS = 5


class SiteSpider(SourceSpider):
    """Reads the site of one source, or of it one page `only`; `readers` are processes that read its pages."""

    name = "site"

    def __init__(
        self, *, readers: Executor | None = None, originals: Originals | None = None, only: str = "", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.originals = originals
        self.only, self.is_partial = only, bool(only)
        self.readers = readers
        self.memory = SiteMemory(self.store, self.source.name)
        complete = any(run.full and run.status is RunStatus.OK for run in self.earlier)
        # Only after a run that ended well can a list be left at the first page on which everything is known.
        hasty = complete and self.earlier[0].status is RunStatus.OK and not self.full
        self.scope = Scope(full=self.full or bool(self.only), since=self.since, hasty=hasty, path=self.source.path)
        self.reads_all = not hasty and self.since is None
        self.platform: Platform
        self.agenda: Agenda
        self._home: Page
        self._losses: Losses
        self._reader: ArticleReader
        self._listings: Listings
        self._stages: Iterator[list[Request]] = iter(())

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.begin_stage, signal=signals.spider_idle)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        cookies: Any = dict(self.source.cookies)
        yield Request(self.source.home, self.parse_home, errback=self.lose_home, dont_filter=True, cookies=cookies)

    def begin_stage(self) -> None:
        """Ask for what comes next when nothing is left to do; called whenever the spider is idle."""
        for requests in self._stages:
            if requests and not self.tally.fatal:
                for request in requests:
                    self.crawler.engine.crawl(request)
                raise DontCloseSpider

    def take_stock(self) -> None:
        """Known notices that were listed again were found too; and where they are listed."""
        if hasattr(self, "agenda"):
            self.tally.found |= self.agenda.seen_notices()
            self.tally.sections = self._listings.sections()
            if not self.tally.is_swept:
                self.store.note_gone(self.tally.gone, datetime.now(HANOI))

    # --- the stages

    def parse_home(self, response: Response) -> None:
        """Recognise the platform and lay out the stages."""
        if self.is_challenged(response):
            return
        if not isinstance(response, TextResponse) or not response.css("a"):
            self.give_up(f"{self.source.home} is no page with links")
            return
        self._home = Page(response)
        self.platform = recognise(self._home, name=self.source.platform)
        self.platform.home_links = frozenset(canonical(link.url) for link in self._home.links)
        self.tally.platform = self.platform.name
        self.tally.site_title = collapse_spaces(response.css("title::text").get(""))
        self.agenda = Agenda(self.memory.pages.values(), self.platform.key, self.scope)
        self.agenda.add_failed()
        self._losses = Losses(self.agenda, self.memory, self.tally, self.started_at)
        self._reader = ArticleReader(
            self.source, self.platform, self.agenda, self.memory, self.tally, executor=self.readers
        )
        self._listings = Listings(self.agenda, self.memory, self.started_at)
        self._stages = self._plan()

    def _plan(self) -> Iterator[list[Request]]:
        if self.only:
            key = self.platform.key(self.only)
            yield [self._ask_article(Lead(url=self.only, key=key, interest=Interest.NOTICE))]
            return
        yield self._ask_doors([*self.platform.doors(self._home), *self._find_sitemaps()])
        yield self._open_lists()
        while wanted := self.agenda.take():
            yield self._ask_doors(self.platform.file_doors(wanted))
            leads = [self.agenda.leads[lead.key] for lead in wanted]
            yield [self._ask_article(lead) for lead in leads if not is_amendment(lead.title)]
            # What amends an earlier notice comes when that one is in the store.
            yield [self._ask_article(lead) for lead in leads if is_amendment(lead.title)]
        for lead in self.agenda.skipped():
            self.memory.keep(lead.url, PageOutcome.SKIPPED)
        self._listings.note_barren()
        yield [self._ask_article(lead) for lead in self._choose_rechecks()]

    def _find_sitemaps(self) -> list[Door]:
        urls = self.sitemaps or [absolute("/sitemap.xml", self.source.home)]
        # Some robots.txt name a pattern that nobody filled in: "[$PROTOCOL$]://[$HOST$]/sitemap.xml".
        guessed = not self.sitemaps
        addresses = filter(None, map(absolute, urls))
        return [Door(url=address, kind=DoorKind.SITEMAP, is_guessed=guessed) for address in addresses]

    def _open_lists(self) -> list[Request]:
        if self.source.lists:
            return self._ask_lists(Listing(url, Interest.NOTICE) for url in self.source.lists)
        home = Listing(self._home.url, Interest.VAGUE)
        self._listings.open(home)
        self._listings.note_page(self._home.url, home)
        if self.platform.reaches_all:  # plugins keep notices beside what the interface names, and show them in the menu
            links = sort_links(self._home, self.platform, self.source.site_hosts).sections
            named = [link for link in links if judge_section(link.text) is Interest.NOTICE]
            return self._ask_lists(
                Listing(link.url, Interest.NOTICE, certain=_is_name(link), name=link.text) for link in named
            )
        return [found for found in self._read_list(self._home, home, 1) if isinstance(found, Request)]

    def _choose_rechecks(self) -> list[Lead]:
        if self.agenda.changes:
            self.store.relations.catch_up()
            for amended in self.store.relations.amended(self.agenda.changes).values():
                for notice_id in amended:
                    self.agenda.suspect(notice_id)
        ids = [page.notice_id for page in self.agenda.known.values() if page.notice_id]
        usual = max((run.requests for run in self.earlier if run.status is RunStatus.OK), default=0)
        made = self.crawler.stats.get_value("downloader/request_count", 0)
        # Where something is new, somebody was at work, and more may have changed.
        allowance = max(_FEWEST_RECHECKS, int(_SHARE * usual) - made) + (_MORE_RECHECKS if self.agenda.has_news else 0)
        leads = self.agenda.rechecks(self.store.summaries(ids), self.started_at, allowance)
        unlisted = (self.agenda.known[lead.key].notice_id for lead in leads if lead.key not in self.agenda.leads)
        self.tally.unlisted.update(filter(None, unlisted))
        self._reader.choose_files(leads, max(_FEWEST_FILES, int(_FILE_SHARE * usual)))
        return leads

    # --- doors

    def _ask_doors(self, doors: Iterable[Door]) -> list[Request]:
        requests = (
            Request(
                door.url, self.parse_door, errback=self._losses.lose_door, dont_filter=True, cb_kwargs={"door": door}
            )
            for door in doors
            if not self._is_shut(door.url) and not (self._has_lists and door.kind is DoorKind.FEED)
        )
        # Before everything was read once, an unchanged sitemap still names what is missing.
        return [self.memory.condition(request) if self.scope.hasty else request for request in requests]

    @property
    def _has_lists(self) -> bool:
        """Whether lists will be read that name the newest just as the feeds do; the first time both are read."""
        return self.scope.hasty and any(page.outcome == PageOutcome.LIST for page in self.memory.pages.values())

    def _is_shut(self, url: str) -> bool:
        """Whether there was nothing behind a door the last time."""
        page = self.memory.page(url)
        return self.scope.hasty and page is not None and page.outcome == PageOutcome.GONE

    def parse_door(self, response: Response, door: Door) -> Iterator[Request]:
        """Read a feed, a sitemap or an interface."""
        was_open = self._losses.was(door.url, PageOutcome.DOOR)
        self.memory.keep(door.url, PageOutcome.DOOR, response)
        if response.status == 304:
            return
        try:
            leads, doors = read_door(response, door, self.platform)
        except (ValueError, KeyError, TypeError, AttributeError) as error:  # an interface answers in another shape
            logger.info("%s cannot be read: %r", door.url, error)
            leads, doors = [], []
        if is_cut_off(response):
            self.tally.miss(door.url, "broke off", response.status)
        elif not leads and not doors:
            self.memory.keep(door.url, PageOutcome.GONE)
            if was_open or door.is_further:
                self.tally.miss(door.url, "names nothing any more", response.status)
        for lead in leads:
            if is_same_site(lead.url, self.source.site_hosts):
                self.agenda.add(lead)
        yield from self._ask_doors(doors)

    # --- lists

    def _ask_lists(self, lists: Iterable[Listing]) -> list[Request]:
        mine = (listing for listing in lists if self.source.covers(listing.url))
        return [self._ask_list(Request(listing.url), listing, 1) for listing in mine if self._listings.open(listing)]

    def _ask_list(self, request: Request, listing: Listing, number: int) -> Request:
        self._listings.note_page(request.url, listing)
        arguments = {"listing": listing, "number": number}
        return request.replace(
            callback=self.parse_list, errback=self._losses.lose_list, cb_kwargs=arguments, dont_filter=True
        )

    async def parse_list(self, response: Response, listing: Listing, number: int) -> AsyncIterator[Any]:
        """Note what a page of a list names, and go on to the next page unless nothing new can be there."""
        if not isinstance(response, TextResponse) or not response.css("a"):
            if is_promised(response.request):
                self.tally.miss(response.url, "holds no links", response.status)
            return
        if self.is_challenged(response):
            return
        page = Page(response)
        if is_cut_off(response):
            self.tally.miss(response.url, "broke off", response.status)
        if number == 1 and not listing.certain and self.platform.is_article(page):
            listing.is_article = True
            key = self.platform.key(listing.url)
            lead = self.agenda.leads.get(key) or Lead(url=listing.url, key=key, interest=Interest.NOTICE)
            if self.agenda.claim(lead.key) and not self.agenda.is_settled(lead):
                async for found in self._read_page(response, lead):
                    yield found
        elif number == 1 or not is_sent_back(response):
            for found in self._read_list(page, listing, number):
                yield found

    def _read_list(self, page: Page, listing: Listing, number: int) -> Iterator[Any]:
        found = sort_links(page, self.platform, self.source.site_hosts, list_name=list_of(listing.url))
        for lead in found.leads:
            self.agenda.add(lead)
        if page is self._home:  # lists may say more of a file; what none of them names is asked for by itself
            for lead in found.files:
                if is_same_site(lead.url, self.source.site_hosts):
                    self.agenda.add(replace(lead, alone=False))
        else:
            yield from self._read_files(found)
        sections = open_sections(found.sections, home=page is self._home, parent=list_of(listing.url))
        yield from self._ask_lists(
            Listing(link.url, interest, certain=_is_name(link), name=link.text) for link, interest in sections
        )
        listed = [lead for lead in (*found.leads, *found.files) if lead.lists]
        if number == 1:
            self.memory.keep(listing.url, PageOutcome.LIST, page.response)
        if not listing.note(listed) or listing.is_read_out(listed, number, self.agenda):
            return
        following = self.platform.next_page(page, number)
        if following and self.is_half_spent:
            self.tally.miss(following.url, "half of the run went into lists, the rest is for what they named")
        elif following:
            yield self._ask_list(following, listing, number + 1)

    def _read_files(self, found: PageLinks) -> Iterator[Reading]:
        """The notices that a list holds without a page of their own."""
        for lead in found.files:
            if lead.interest is not Interest.NOTICE or not self.agenda.claim(lead.key):
                continue
            self.agenda.add(lead)
            reading = reading_of_file(lead)
            if not self._reader.is_unchanged(reading):
                yield reading

    # --- articles

    def _ask_article(self, lead: Lead) -> Request:
        request = Request(
            lead.url, self.parse_article, errback=self._losses.lose_article, cb_kwargs={"lead": lead}, dont_filter=True
        )
        known = self.agenda.known.get(lead.key)
        ask_for_change = known and known.outcome == PageOutcome.NOTICE and not self.scope.full
        if self._reader.asks_files(lead):
            return request
        return self.memory.condition(request) if ask_for_change else request

    async def parse_article(self, response: Response, lead: Lead) -> AsyncIterator[Any]:
        """Read an article, or find out that the page is something else."""
        if response.status == 304:
            self._reader.confirm(self.agenda.known[lead.key])
        elif not response.body.strip():
            self._losses.miss(lead, "is empty", response.status)
        elif not isinstance(response, TextResponse) or is_offered(response) or is_document(response.body):
            if reading := self._read_file(response, lead):
                yield reading
        elif is_feed(response.body):
            self.memory.keep(lead.url, PageOutcome.OTHER)
        elif not self.is_challenged(response):
            async for found in self._read_page(response, lead):
                yield found

    def _read_file(self, response: Response, lead: Lead) -> Reading | None:
        """A file behind an address that does not say so is a notice where a list calls it one."""
        known = self.agenda.known.get(lead.key)
        if known and known.notice_id:
            self._reader.confirm(known)
        elif lead.lists and lead.interest is Interest.NOTICE:
            files = lead.files or (FileLink(url=lead.url, filename=lead.title),)
            return reading_of_file(replace(lead, files=files))
        else:
            self.memory.keep(lead.url, PageOutcome.OTHER, response)
        return None

    async def _read_page(self, response: TextResponse, lead: Lead) -> AsyncIterator[Any]:
        found = await self._reader.look(response, lead)
        if found is None:
            return
        known = self.agenda.known.get(lead.key)
        notice_id = known.notice_id if known else None
        is_list = found.article is None or found.url in self._listings
        if notice_id and _stands_for_nothing(found.article, is_list=is_list, is_moved=found.key != lead.key):
            self._losses.note_gone(lead, notice_id)
            return
        if found.key != lead.key and not self.agenda.claim(found.key):
            self.memory.keep(lead.url, PageOutcome.TWIN)
            return
        if is_list:
            if notice_id:
                self.tally.faded.append(found.url)
                self.memory.doubt(lead.url, notice_id)
                return
            for found in self._open_section(Page(response), lead):
                yield found
            self.memory.keep(lead.url, PageOutcome.OTHER)
            return
        for other in found.leads:
            self.agenda.add(other)
        if reading := self._reader.reading_of(found, response, lead):
            reading.lacks = "broke off" if is_cut_off(response) else ""
            yield reading

    def _open_section(self, page: Page, lead: Lead) -> Iterator[Any]:
        """A list that was taken for an article by its link: read it as a list, if its name says so."""
        listing = Listing(page.url, judge_section(lead.title), name=lead.title)
        if listing.interest is Interest.NOTICE and self._listings.open(listing):
            self._listings.note_page(page.url, listing)
            yield from self._read_list(page, listing, 1)

    # --- what could not be fetched

    async def lose_home(self, failure: Failure) -> None:
        """Without its first page a site cannot be read; where TLS is the cause, it is said what of it."""
        self.give_up(f"{self.source.home}: {await explain(failure, self.source.home)}")


def _stands_for_nothing(article: Article | None, *, is_list: bool, is_moved: bool) -> bool:
    """Whether a page says that what was asked for is not there: in words, or by leading to the list instead."""
    return (is_list and is_moved) or (article is not None and says_gone(article))


def _is_name(link: Link) -> bool:
    """Whether a link is certainly the name of a section: it may be the title of an article otherwise."""
    return link.menu and len(link.text.split()) <= _SECTION_WORDS
