"""The spider: any agency's site, from its home page to its notices.

It works in stages, each begun when the one before has nothing left to do: the home page tells the platform; doors
(interfaces, sitemaps, feeds) and then lists name what there is; then the articles are read, newest first; at last open
notices are looked at again. So all that is said of an article is known before it is read, and the outcome does not
depend on which answer came first.
"""

import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure

from crawler.discovery.address import is_same_site
from crawler.discovery.agenda import Scope
from crawler.discovery.feed import SitemapLostError, is_feed
from crawler.discovery.header import is_offered
from crawler.discovery.interest import Interest, is_amendment, judge_section
from crawler.discovery.lead import Lead
from crawler.discovery.link import PageLinks
from crawler.discovery.outcome import PageOutcome
from crawler.discovery.page import MOST_LINKS
from crawler.discovery.platform import Door
from crawler.items import PageItem
from crawler.memory.memory import SiteMemory
from crawler.reading.excuse import stands_for_nothing
from crawler.reading.failure import PageLostError, explain
from crawler.reading.list_page import ListPage
from crawler.reading.listing import Listing, is_sent_back
from crawler.reading.offered_file import is_document
from crawler.reading.page import ReadPage
from crawler.reading.recheck import choose_rechecks
from crawler.reading.section import lists_named, lists_on
from crawler.reading.survey import Survey, find_sitemaps, survey_site
from crawler.reading.wanted_files import reading_of_file
from crawler.reading.way import find_way, settle
from crawler.spiders.source import SourceSpider
from timthau.model.moment import HANOI
from timthau.model.record import RunStatus
from timthau.original import Originals

logger = logging.getLogger(__name__)

#: How often one page may send to the next by a script.
_MOST_SENT = 3


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
        self._survey: Survey | None = None
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

    @property
    def _site(self) -> Survey:
        """What the run works with; only what the home page set going asks for it."""
        if self._survey is None:
            raise RuntimeError("the home page was not read yet")
        return self._survey

    def note_change(self, notice_id: str) -> None:
        """Remember a notice that says something new: what it amends is read again."""
        self._site.agenda.changes.add(notice_id)

    def lose(self, lead: Lead, reason: str) -> None:
        """Note an article that could not be read to its end."""
        self._site.losses.miss(lead, reason)

    def take_stock(self) -> None:
        """Known notices that were listed again were found too; and where they are listed."""
        if self._survey:
            self.tally.found |= self._survey.agenda.seen_notices()
            self.tally.sections = self._survey.listings.sections()
            self._survey.losses.take_stock()
            if not self.tally.is_swept:
                self.store.note_gone(self.tally.gone, datetime.now(HANOI))

    # --- the stages

    async def parse_home(self, response: Response) -> AsyncIterator[Request]:
        """Recognise the platform and lay out the stages; a splash only leads to the home page."""
        if self.is_challenged(response):
            return
        try:
            known: dict[str, Any] = {
                "memory": self.memory,
                "tally": self.tally,
                "scope": self.scope,
                "started_at": self.started_at,
            }
            self._survey = await survey_site(response, self.source, **known, readers=self.readers, fetch=self.fetch)
        except PageLostError as error:
            self.give_up(f"{self.source.home} {error}")
            return
        if (url := self._survey.home.sent_to) and (hops := response.meta.get("sent", 0)) < _MOST_SENT:
            yield Request(url, self.parse_home, errback=self.lose_home, dont_filter=True, meta={"sent": hops + 1})
            return
        self.tally.site_title = self._survey.home.title
        self._stages = self._plan()

    def _plan(self) -> Iterator[list[Request]]:
        site = self._site
        if self.only:
            lead = Lead(url=self.only, key=site.platform.key(self.only), interest=Interest.NOTICE)
            yield [self._ask_article(lead)]
            return
        yield self._ask_doors([*site.home.doors, *find_sitemaps(self.source.home, self.sitemaps)])
        yield self._open_lists()
        long_ones = [] if self.scope.hasty else site.listings.long_ones()  # what moved meanwhile may be passed over
        again = (request for one in long_ones for request in self._ask_page(one, Request(one.url)))
        yield [request.replace(callback=self.parse_again) for request in again]
        while wanted := site.agenda.take():
            yield self._ask_doors(site.platform.file_doors(wanted))
            leads = [site.agenda.leads[lead.key] for lead in wanted]
            yield [self._ask_article(lead) for lead in leads if not is_amendment(lead.title)]
            # What amends an earlier notice comes when that one is in the store.
            yield [self._ask_article(lead) for lead in leads if is_amendment(lead.title)]
        for lead in site.agenda.skipped():
            self.memory.keep(lead.url, PageOutcome.SKIPPED)
        site.listings.note_barren()
        made = self.crawler.stats.get_value("downloader/request_count", 0)
        rechecks = choose_rechecks(site, self.store, earlier=self.earlier, made=made, now=self.started_at)
        unlisted = (site.agenda.known[lead.key].notice_id for lead in rechecks if lead.key not in site.agenda.leads)
        self.tally.unlisted.update(filter(None, unlisted))
        yield [self._ask_article(lead) for lead in rechecks]

    def _open_lists(self) -> list[Request]:
        site = self._site
        if self.source.lists:
            return self._ask_lists(Listing(url, Interest.NOTICE) for url in self.source.lists)
        home = Listing(site.home.url, Interest.VAGUE)
        site.listings.open(home)
        site.listings.note_page(site.home.url, home)
        self.memory.keep(site.home.url, PageOutcome.LIST)
        if site.platform.reaches_all:
            # Plugins keep notices beside what the interface names, and show them in the menu.
            return self._ask_lists(lists_named(site.home.page.links.sections))
        return [found for found in self._read_list(site.home.page, home, 1) if isinstance(found, Request)]

    # --- doors

    def _ask_doors(self, doors: Iterable[Door]) -> list[Request]:
        lose = self._site.losses.lose_door
        requests = (
            Request(door.url, self.parse_door, errback=lose, dont_filter=True, cb_kwargs={"door": door})
            for door in doors
            if not (self.scope.hasty and self.memory.needs_no(door)) and self._site.opens(door)
        )
        # Before everything was read once, an unchanged sitemap still names what is missing.
        return [self.memory.condition(request) if self.scope.hasty else request for request in requests]

    async def parse_door(self, response: Response, door: Door) -> AsyncIterator[Request]:
        """Read a feed, a sitemap or an interface."""
        was_open = self._site.losses.was(door.url, PageOutcome.DOOR)
        self.memory.keep(door.url, PageOutcome.DOOR, response)
        if response.status == 304:
            return
        try:
            leads, doors = await self._site.reader.read_door(response, door)
        except (PageLostError, SitemapLostError) as error:
            self.tally.miss(door.url, str(error), response.status)
            return
        # An interface answers in another shape than its own, or in none at all.
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            logger.info("%s cannot be read: %r", door.url, error)
            leads, doors = [], []
        self._site.losses.judge_door(response, door, is_empty=not leads and not doors, was_open=was_open)
        for lead in leads:
            if is_same_site(lead.url, self.source.site_hosts) and self._site.allowance.grants("addresses", door.url):
                self._site.agenda.add(lead)
        for request in self._ask_doors(doors):
            yield request

    # --- lists

    def _ask_lists(self, lists: Iterable[Listing]) -> list[Request]:
        site = self._site
        mine = (listing for listing in lists if self.source.covers(listing.url) and site.listings.open(listing))
        granted = (listing for listing in mine if site.allowance.grants("lists", listing.url))
        return [found for each in granted for found in self._ask_page(each, each.asking, each.begins)]

    def _ask_page(self, listing: Listing, request: Request, number: int = 1) -> Iterator[Request]:
        listing.is_sent |= request.method == "POST"
        if not self._site.allowance.grants("pages of lists", request.url):
            return
        self._site.listings.note_page(request.url, listing)
        arguments = {"listing": listing, "number": number}
        yield request.replace(
            callback=self.parse_list, errback=self._site.losses.lose_list, cb_kwargs=arguments, dont_filter=True
        )

    async def parse_list(self, response: Response, listing: Listing, number: int) -> AsyncIterator[Any]:
        """Note what a page of a list names, and go on to the next page unless nothing new can be there."""
        try:
            found = await self._site.reader.look_at_list(response, listing, number)
        except PageLostError as error:
            self._site.losses.lose_page(response, str(error))
            return
        if found is None or not found.has_links:
            url = found.sent_to if found and number == 1 else ""
            if not url or url in self._site.listings:
                self._site.losses.lose_linkless(response, listing)
                return
            for request in self._ask_page(listing, Request(url)):
                yield request
        elif not self.is_challenged(response):
            if self._site.losses.is_cut_off(response):
                self._site.losses.lose_page(response, "broke off")
            async for read in self._take_list(response, found, listing, number):
                yield read

    async def parse_again(self, response: Response, listing: Listing, number: int) -> None:
        """Look at the first page of a list after its last one."""
        with suppress(PageLostError):
            found = await self._site.reader.look_at_list(response, listing, number)
            self._site.agenda.add_all(self._site.losses.judge_order(response, found, listing))

    async def _take_list(self, response: Response, page: ListPage, listing: Listing, number: int) -> AsyncIterator[Any]:
        if page.is_article and isinstance(response, TextResponse):
            listing.is_article = True
            key = self._site.platform.key(listing.url)
            lead = self._site.agenda.leads.get(key) or Lead(url=listing.url, key=key, interest=Interest.NOTICE)
            if self._site.agenda.claim(lead.key) and not self._site.agenda.is_settled(lead):
                async for read in self._read_page(response, lead):
                    yield read
        elif number > 1 and is_sent_back(response):
            self._site.losses.lose_end(response, "leads back to another page")
        else:
            if number == 1:
                self.memory.keep(listing.url, PageOutcome.LIST, response)
            for read in self._read_list(page, listing, number):
                yield read
            self._site.losses.judge_list(response, page, listing, number)

    def _read_list(self, page: ListPage, listing: Listing, number: int) -> Iterator[Any]:
        found, is_home = page.links, page is self._site.home.page
        self._site.losses.note_elsewhere(found.elsewhere, listing)
        if found.is_cut:
            self.tally.miss(listing.url, f"only the first {MOST_LINKS:,} links of a page were read")
        leads = [lead for lead in found.leads if self._site.allowance.grants("addresses", listing.url)]
        self._site.agenda.add_all(leads)
        if is_home:  # lists may say more of a file; what none of them names is asked for by itself
            for lead in found.files:
                if is_same_site(lead.url, self.source.site_hosts):
                    self._site.agenda.add(replace(lead, alone=False))
        else:
            yield from self._read_files(found)
        fresh = listing.note([lead for lead in (*leads, *found.files) if lead.lists])
        yield from self._ask_lists(lists_on(page, listing, is_home=is_home or listing.is_home))
        if not fresh or listing.is_read_out(fresh, number, self._site.agenda):
            return
        if page.following and self.is_half_spent:
            self.tally.miss(page.following.url, "half of the run went into lists, the rest is for what they named")
        elif page.following and not self._site.listings.is_asked(page.following, listing):
            yield from self._ask_page(listing, page.following, number + 1)

    def _read_files(self, found: PageLinks) -> Iterator[PageItem]:
        """The notices that a list holds without a page of their own."""
        for lead in found.files:
            if lead.interest is not Interest.NOTICE or not self._site.agenda.claim(lead.key):
                continue
            self._site.agenda.add(lead)
            reading = reading_of_file(lead)
            if not self._site.reader.is_unchanged(reading):
                yield reading

    # --- articles

    def _ask_article(self, lead: Lead) -> Request:
        lose = self._site.losses.lose_article
        request = Request(lead.url, self.parse_article, errback=lose, cb_kwargs={"lead": lead}, dont_filter=True)
        return self._site.reader.condition(request, lead)

    async def parse_article(self, response: Response, lead: Lead) -> AsyncIterator[Any]:
        """Read an article, or find out that the page is something else."""
        if response.status == 304:
            self._site.reader.confirm(self._site.agenda.known[lead.key], response)
        elif not response.body.strip():
            self._site.losses.miss(lead, "is empty", response.status)
        elif is_feed(response.body):
            self.memory.keep(lead.url, PageOutcome.OTHER)
        elif not isinstance(response, TextResponse) or is_offered(response) or is_document(response.body):
            if reading := self._site.reader.read_file(response, lead):
                yield reading
        elif not self.is_challenged(response):
            async for found in self._read_page(response, lead):
                yield found

    async def _read_page(self, response: TextResponse, lead: Lead) -> AsyncIterator[Any]:
        try:
            found = await self._site.reader.look(response, lead)
        except PageLostError as error:
            self.lose(lead, str(error))
            return
        if found is None:
            return
        if way := find_way(found, response, self._site):
            yield self._ask_article(lead).replace(url=way.url, headers={}, meta=way.meta)
            return
        async for read in self._take_page(*settle(found, response), lead):
            yield read

    async def _take_page(self, found: ReadPage, response: TextResponse, lead: Lead) -> AsyncIterator[Any]:
        known = self._site.agenda.known.get(lead.key)
        notice_id = known.notice_id if known else None
        is_list = found.article is None or found.url in self._site.listings
        is_moved = found.key != lead.key or found.is_stand_in
        if notice_id and stands_for_nothing(found.article, is_list=is_list, is_moved=is_moved):
            self._site.losses.note_gone(lead, notice_id)
        elif detour := self._site.losses.find_detour(found, lead):
            self.lose(lead, detour)
        elif is_moved and (found.is_stand_in or found.url in self._site.listings):
            self._site.losses.lose_moved(lead)
        elif notice_id and self._site.agenda.is_other_notice(found.key, notice_id):
            self._site.losses.note_gone(lead, notice_id)
        elif is_moved and not self._site.agenda.claim(found.key):
            self.memory.keep(lead.url, PageOutcome.TWIN)
        elif is_list:
            self._site.agenda.add_all(found.leads)
            async for read in self._open_section(response, lead, notice_id):
                yield read
        else:
            for read in self._take_article(found, response, lead):
                yield read

    def _take_article(self, found: ReadPage, response: TextResponse, lead: Lead) -> Iterator[Any]:
        if excuse := self._site.losses.find_excuse(found, lead):
            self._site.losses.miss(lead, excuse, response.status)
            return
        self._site.agenda.add_all(found.leads)
        if reading := self._site.reader.reading_of(found, response, lead):
            reading.lacks = "broke off" if self._site.losses.is_cut_off(response) else reading.lacks
            yield reading

    async def _open_section(self, response: TextResponse, lead: Lead, notice_id: str | None) -> AsyncIterator[Any]:
        """What looks like a list: read as one if its name says so, and as the notice that it was or may be."""
        site, listing = self._site, Listing(response.url, judge_section(lead.title), name=lead.title)
        may_be_notice = response.url not in site.listings
        if not notice_id and listing.interest is Interest.NOTICE and site.listings.open(listing):
            site.listings.note_page(response.url, listing)
            async for found in self.parse_list(response, listing, 1):
                yield found
        may_be_notice = bool(notice_id) or (may_be_notice and site.losses.lists_nothing(lead, listing))
        if may_be_notice and (article := await site.reader.look_again(response, lead)):
            for read in self._take_article(article, response, lead):
                yield read
        elif notice_id:
            self.tally.faded.append(response.url)
            self.memory.doubt(lead.url, notice_id)
        else:
            self.memory.keep(lead.url, PageOutcome.OTHER)

    # --- what could not be fetched

    async def lose_home(self, failure: Failure) -> None:
        """Without its first page a site cannot be read; where TLS is the cause, it is said what of it."""
        self.give_up(f"{self.source.home}: {await explain(failure, self.source.home)}")
