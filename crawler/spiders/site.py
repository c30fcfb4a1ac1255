"""The spider: any agency's site, from its home page to its notices.

It works in stages, each begun when the one before has nothing left to do: the home page tells the platform; doors
(interfaces, sitemaps, feeds) and then lists name what there is; then the articles are read, newest first; at last open
notices are looked at again. So all that is said of an article is known before it is read, and the order does not
depend on which answer came first.
"""

import logging
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider, IgnoreRequest
from scrapy.http import Response, TextResponse
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.address import canonical, is_same_site, list_of, page_number, slug_text
from crawler.agenda import Agenda, Outcome, Scope
from crawler.challenge import is_challenge
from crawler.extract.article import parse_article
from crawler.extract.document import Article
from crawler.feed import Entry, parse_feed, parse_sitemap
from crawler.interest import Interest, judge_section, judge_title
from crawler.items import Reading
from crawler.lead import Lead, Origin, closer, day_of
from crawler.link import Found, open_sections, sort_links
from crawler.memory import Memory, hash_article, header, trusted_time
from crawler.page import Page
from crawler.platforms import recognise
from crawler.platforms.platform import Door, DoorKind, Platform, Role
from crawler.sources import Source, find_sources
from crawler.tally import Tally
from timthau.config import Settings, data_dir
from timthau.errors import DocumentError
from timthau.model import HANOI, Moment, Notice
from timthau.store import Outcome as Saving
from timthau.store import Page as KnownPage
from timthau.store import Run, RunStatus, Store

logger = logging.getLogger(__name__)

#: A list that brought no notice is looked at again after this.
_BARREN_FOR = timedelta(days=7)
#: Pages of a list of mixed news to read without meeting a single title of procurement.
_PATIENCE = 10
_LONGEST_LIST = 2000
#: A second crawl may make 15 % of the first one's requests; the rest of it goes to reading open notices again.
_SHARE = 0.13


@dataclass
class Listing:
    """A list on its way to its end: what it promises, and what stood on its pages so far."""

    url: str
    interest: Interest
    keys: set[str] = field(default_factory=set)
    idle: int = 0


class SiteSpider(Spider):
    """Reads one source; `scrapy crawl site -a target=URL` does what `timthau crawl URL` does.

    `source`, `store` and `scope` are given by `crawler.run`; by themselves they come from `target` and the settings.
    """

    name = "site"

    def __init__(
        self,
        *,
        target: str = "",
        source: Source | None = None,
        store: Store | None = None,
        downloads_folder: Path | None = None,
        full: bool = False,
        since: date | None = None,
        listener: Callable[[str, str], None] = lambda source, url: None,
        on_end: Callable[[Run], None] = lambda run: None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.source = source or find_sources([target], data_dir() / "sources")[0]
        self.store = store or Store.open(Settings.load().database_url)
        self.downloads_folder = downloads_folder or Settings.load().home / "downloads"
        self.listener, self.on_end = listener, on_end
        self.started_at = datetime.now(HANOI)
        self.earlier = self.store.runs(self.source.name, limit=10_000)
        self.memory = Memory(self.store, self.source.name)
        self.tally = Tally()
        complete = any(run.full and run.status is RunStatus.OK for run in self.earlier)
        # Only after a run that ended well can a list be left at the first page on which everything is known.
        hasty = complete and self.earlier[0].status is RunStatus.OK and not full
        self.scope = Scope(full=full, since=since, hasty=hasty)
        #: Whether this run reads everything there is, so that its count can be compared with others of the kind.
        self.reads_all = not hasty and since is None
        self.sitemaps: list[str] = []
        self.platform: Platform
        self.agenda: Agenda
        self._home: Page
        self._lists: dict[str, Listing] = {}
        self._stages: Iterator[list[Request]] = iter(())

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.begin_stage, signal=signals.spider_idle)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        yield Request(self.source.home, self.parse_home, errback=self.lose_home, dont_filter=True)

    def begin_stage(self) -> None:
        """Ask for what comes next when nothing is left to do; called whenever the spider is idle."""
        for requests in self._stages:
            if requests and not self.tally.fatal:
                for request in requests:
                    self.crawler.engine.crawl(request)  # type: ignore[union-attr]  # it runs, or nobody were idle
                raise DontCloseSpider

    def give_up(self, reason: str) -> None:
        """End the run as failed."""
        self.tally.fatal = self.tally.fatal or reason
        self.crawler.engine.close_spider(self, "given up")  # type: ignore[union-attr]  # it runs

    # --- the stages

    def parse_home(self, response: Response) -> Iterator[Any]:
        """Recognise the platform and lay out the stages."""
        if is_challenge(response):
            return self.give_up(f"{self.source.home} asks whether a person is reading; it is left alone")
        if not isinstance(response, TextResponse) or not response.css("a"):
            return self.give_up(f"{self.source.home} is no page with links")
        self._home = Page(response)
        self.platform = recognise(self._home, name=self.source.platform)
        logger.info("%s: %s", self.source.name, self.platform.name)
        self.agenda = Agenda(self.memory.pages.values(), self.platform.key, self.scope)
        self.agenda.add_failed()
        self._stages = self._plan()
        return iter(())

    def _plan(self) -> Iterator[list[Request]]:
        yield self._ask_doors([*self.platform.doors(self._home), *self._find_sitemaps()])
        if not self.platform.reaches_all:
            yield self._open_lists()
        while wanted := self.agenda.take():
            yield self._ask_doors(self.platform.file_doors(wanted))
            yield [self._ask_article(self.agenda.leads[lead.key]) for lead in wanted]
        self._note_skipped()
        yield [self._ask_article(lead) for lead in self._choose_rechecks()]

    def _find_sitemaps(self) -> list[Door]:
        urls = self.sitemaps or [canonical("/sitemap.xml", self.source.home)]
        return [Door(url=canonical(url), kind=DoorKind.SITEMAP) for url in urls]

    def _open_lists(self) -> list[Request]:
        given = [Listing(url, Interest.NOTICE) for url in self.source.lists]
        found: list[Request] = []
        if not given:
            home = Listing(self._home.url, Interest.VAGUE)
            self._lists[list_of(home.url)] = home
            found = list(self._read_list(self._home, home, 1))
        return [*self._ask_lists(given), *found]

    def _choose_rechecks(self) -> list[Lead]:
        now = self.started_at
        ids = [page.notice_id for page in self.agenda.known.values() if page.notice_id]
        usual = max((run.requests for run in self.earlier if run.status is RunStatus.OK), default=0)
        made = self.crawler.stats.get_value("downloader/request_count", 0)  # type: ignore[union-attr]  # it runs
        allowance = max(0, int(_SHARE * usual) - made)
        return self.agenda.rechecks(self.store.summaries(ids), now, allowance)

    def _note_skipped(self) -> None:
        for lead in self.agenda.skipped():
            self.memory.keep(lead.url, Outcome.SKIPPED)

    # --- doors

    def _ask_doors(self, doors: Iterable[Door]) -> list[Request]:
        wanted = (door for door in doors if not self._is_shut(door.url))
        requests = (
            Request(door.url, self.parse_door, errback=self.lose_door, cb_kwargs={"door": door}) for door in wanted
        )
        # Before everything was read once, an unchanged sitemap still names what is missing.
        return [self.memory.condition(request) if self.scope.hasty else request for request in requests]

    def _is_shut(self, url: str) -> bool:
        """Whether there was nothing behind a door the last time."""
        page = self.memory.pages.get(url)
        return self.scope.hasty and page is not None and page.outcome == Outcome.GONE

    def parse_door(self, response: Response, door: Door) -> Iterator[Request]:
        """Read a feed, a sitemap or an interface."""
        self.memory.keep(door.url, Outcome.DOOR, response)
        if response.status == 304 or not isinstance(response, TextResponse):
            return
        doors: list[Door] = []
        match door.kind:
            case DoorKind.INTERFACE:
                try:
                    leads, doors = self.platform.read_interface(response, door)
                except (ValueError, KeyError, TypeError, AttributeError) as error:  # an answer of another shape
                    logger.info("%s cannot be read: %r", door.url, error)
                    return
            case DoorKind.FEED:
                entries = parse_feed(response.body)
                leads = [lead for entry in entries if (lead := self._feed_lead(entry, door))]
            case DoorKind.SITEMAP:
                is_index, entries = parse_sitemap(response.body)
                doors = [
                    Door(url=canonical(e.url), kind=DoorKind.SITEMAP) for e in entries if is_index and _may_list(e.url)
                ]
                leads = [lead for entry in entries if not is_index and (lead := self._sitemap_lead(entry))]
        for lead in leads:
            self.agenda.add(lead)
        yield from self._ask_doors(doors)

    def _feed_lead(self, entry: Entry, door: Door) -> Lead | None:
        return self._lead(
            entry, Origin.FEED, max(judge_title(entry.title), door.interest), self.platform.feed_time(entry.at)
        )

    def _sitemap_lead(self, entry: Entry) -> Lead | None:
        lead = self._lead(entry, Origin.SITEMAP, judge_title(slug_text(entry.url)), None)
        return lead and replace(lead, modified_at=entry.at if isinstance(entry.at, datetime) else None)

    def _lead(self, entry: Entry, origin: Origin, interest: Interest, published: Moment | None) -> Lead | None:
        url = canonical(entry.url, self._home.url)
        role = self.platform.role(url)
        if role in (Role.LIST, Role.NOISE, Role.FILE) or not is_same_site(url, self.source.site_hosts):
            return None
        key = self.platform.key(url)
        return Lead(url=url, key=key, title=entry.title, origin=origin, interest=interest, published_at=published)

    # --- lists

    def _ask_lists(self, lists: Iterable[Listing]) -> list[Request]:
        asked = []
        for listing in lists:
            name = list_of(listing.url)
            if name not in self._lists and not self._is_barren(listing):
                self._lists[name] = listing
                if listing.interest is Interest.NOTICE:
                    self.agenda.notice_lists.add(name)
                asked.append(self._ask_list(Request(listing.url), listing, 1))
        return asked

    def _ask_list(self, request: Request, listing: Listing, number: int) -> Request:
        arguments = {"listing": listing, "number": number}
        return request.replace(callback=self.parse_list, errback=self.lose_list, cb_kwargs=arguments)

    def _is_barren(self, listing: Listing) -> bool:
        page = self.memory.pages.get(listing.url)
        recent = page is not None and self.started_at - page.checked_at < _BARREN_FOR
        return self.scope.hasty and recent and page is not None and page.outcome in (Outcome.BARREN, Outcome.GONE)

    def parse_list(self, response: Response, listing: Listing, number: int) -> Iterator[Any]:
        """Note what a page of a list names, and go on to the next page unless nothing new can be there."""
        if not isinstance(response, TextResponse):
            return
        if is_challenge(response):
            return self.give_up(f"{response.url} asks whether a person is reading; it is left alone")
        if number > 1 and _is_sent_back(response):
            return
        yield from self._read_list(Page(response), listing, number)

    def _read_list(self, page: Page, listing: Listing, number: int) -> Iterator[Any]:
        name = list_of(listing.url)
        found = sort_links(page, self.platform, self.source.site_hosts, list_name=name)
        for lead in found.leads:
            self.agenda.add(lead)
        yield from self._read_files(found, listing)
        sections = open_sections(found.sections, home=page is self._home)
        yield from self._ask_lists(Listing(link.url, interest) for link, interest in sections)
        listed = [lead for lead in (*found.leads, *found.files) if lead.lists]
        fresh = {lead.key for lead in listed} - listing.keys
        listing.keys |= fresh
        promising = any(lead.interest is Interest.NOTICE for lead in listed if lead.key in fresh)
        listing.idle = 0 if promising else listing.idle + 1
        if number == 1:
            self.memory.keep(listing.url, Outcome.LIST, page.response)
        if not fresh or number >= _LONGEST_LIST or self._is_read_out(listed, listing):
            return
        if following := self.platform.next_page(page, number):
            yield self._ask_list(following, listing, number + 1)

    def _is_read_out(self, listed: list[Lead], listing: Listing) -> bool:
        """Whether the rest of a list is known, too old, or not worth the requests."""
        if listing.interest is not Interest.NOTICE and listing.idle >= _PATIENCE:
            return True
        if self.scope.hasty and all(self.agenda.knows(lead.key) for lead in listed):
            return True
        days = [day_of(lead.published_at) for lead in listed if lead.published_at]
        return bool(self.scope.since and days and max(days) < self.scope.since)

    def _read_files(self, found: Found, listing: Listing) -> Iterator[Reading]:
        """The notices that a list holds without a page of their own."""
        for lead in found.files:
            if lead.interest is not Interest.NOTICE or not self.agenda.claim(lead.key):
                continue
            self.agenda.add(lead)
            article = Article(
                url=lead.url, title=lead.title, text=lead.text, published_at=lead.published_at, files=lead.files
            )
            reading = Reading(lead=lead, article=article, source_key=lead.key)
            if not self._is_unchanged(reading):
                yield reading

    # --- articles

    def _ask_article(self, lead: Lead) -> Request:
        request = Request(lead.url, self.parse_article, errback=self.lose_article, cb_kwargs={"lead": lead})
        known = self.agenda.known.get(lead.key)
        ask_for_change = known and known.outcome == Outcome.NOTICE and not self.scope.full
        return self.memory.condition(request) if ask_for_change else request

    def parse_article(self, response: Response, lead: Lead) -> Iterator[Any]:
        """Read an article, or find out that the page is something else."""
        known = self.agenda.known.get(lead.key)
        if response.status == 304:
            notice = self.store.notice(known.notice_id) if known and known.notice_id else None
            return self._confirm(known, notice) if known and notice else None
        if not isinstance(response, TextResponse) or not response.body.strip():
            return self.memory.keep(lead.url, Outcome.OTHER, response)
        if is_challenge(response):
            return self.give_up(f"{response.url} asks whether a person is reading; it is left alone")
        page = Page(response)
        url = self._own_address(page)
        key = self.platform.key(url)
        if key != lead.key and not self.agenda.claim(key):
            return self.memory.keep(lead.url, Outcome.TWIN, response)
        if list_of(url) in self._lists or self.platform.is_list(page):
            yield from self._find_section(page, lead)
            return self.memory.keep(lead.url, Outcome.OTHER, response)
        for other in sort_links(page, self.platform, self.source.site_hosts).leads:
            if other.interest is Interest.NOTICE:
                self.agenda.add(other)
        try:
            article = parse_article(response.body, url=url, encoding=response.encoding)
        except DocumentError as error:
            logger.info("%s: %s", response.url, error)
            return self.memory.keep(lead.url, Outcome.OTHER, response)
        reading = Reading(
            lead=lead,
            article=self._corroborate(article, lead),
            source_key=self.platform.source_key(page, lead),
            etag=header(response, "ETag"),
            last_modified=trusted_time(response),
        )
        if not self._is_unchanged(reading):
            yield reading

    def _find_section(self, page: Page, lead: Lead) -> Iterator[Any]:
        """A list that was taken for an article by its link: read it as a list, if its name says so."""
        if judge_section(lead.title) is Interest.NOTICE and list_of(page.url) not in self._lists:
            listing = Listing(page.url, Interest.NOTICE)
            self._lists[list_of(page.url)] = listing
            self.agenda.notice_lists.add(list_of(page.url))
            yield from self._read_list(page, listing, 1)

    def _own_address(self, page: Page) -> str:
        """The address of an article: where it was found, or what it says itself if that is no other page."""
        found, said = canonical(page.url), page.canonical_url
        if not said or not is_same_site(said, self.source.site_hosts):
            return found
        same = self.platform.key(said) == self.platform.key(found)
        twin = slug_text(said) == slug_text(found) or urlsplit(found).query
        return said if same or (twin and urlsplit(said).path.strip("/")) else found

    def _corroborate(self, article: Article, lead: Lead) -> Article:
        """The article with what lists and interfaces know better: an interface its time, all others only what it lacks."""
        known = [file.url for file in article.files]
        more = tuple(file for file in lead.files if file.url not in known)
        stated, hinted = article.published_at, lead.published_at
        published = closer(hinted, stated) if lead.origin is Origin.INTERFACE else closer(stated, hinted)
        return replace(article, title=article.title or lead.title, published_at=published, files=article.files + more)

    def _is_unchanged(self, reading: Reading) -> bool:
        """Whether the article says what it said before; then nothing is read again."""
        reading.content_hash = hash_article(reading.article)
        known = self.agenda.known.get(reading.lead.key)
        if known is None or known.notice_id is None:
            return False
        reading.previous = self.store.notice(known.notice_id)
        if self.scope.full or known.content_hash != reading.content_hash or reading.previous is None:
            return False
        self._confirm(known, reading.previous)
        return True

    def _confirm(self, known: KnownPage, notice: Notice) -> None:
        self.memory.confirm(known, notice)
        self.tally.found.add(notice.id)
        self.tally.saved[Saving.UNCHANGED] += 1

    # --- what could not be fetched

    def lose_home(self, failure: Failure) -> None:
        """Without its first page a site cannot be read."""
        self.give_up(f"{self.source.home}: {_reason(failure)}")

    def lose_door(self, failure: Failure) -> None:
        """Doors need not be there; a server that fails behind one is another matter."""
        url, status = failure.request.url, _status(failure)
        if status in _ABSENT:
            self.memory.keep(url, Outcome.GONE)
        logger.info("%s: %s", url, _reason(failure))

    def lose_list(self, failure: Failure) -> None:
        """Past the end of a list, not found is as good as empty."""
        request = failure.request
        if failure.check(IgnoreRequest) and not failure.check(HttpError):
            return
        if _status(failure) in _ABSENT:
            if request.cb_kwargs["number"] == 1:
                self.memory.keep(request.url, Outcome.GONE)
            return
        self.tally.gaps.append(f"{request.url}: {_reason(failure)}")

    def lose_article(self, failure: Failure) -> None:
        """Remember what cannot be read, so that the next run tries again what may come back."""
        lead: Lead = failure.request.cb_kwargs["lead"]
        known = self.agenda.known.get(lead.key)
        if failure.check(IgnoreRequest) and not failure.check(HttpError):
            outcome = Outcome.CLOSED
        elif _status(failure) in _ABSENT:
            outcome = Outcome.GONE
        else:
            outcome = Outcome.FAILED
            self.tally.failed += 1
            self.tally.gaps.append(f"{lead.url}: {_reason(failure)}")
        notice_id = known and known.notice_id
        self.memory.keep(lead.url, outcome, notice_id=notice_id)


_ABSENT = frozenset({401, 403, 404, 405, 410})


def _status(failure: Failure) -> int | None:
    return failure.value.response.status if failure.check(HttpError) else None


def _reason(failure: Failure) -> str:
    """Why a page could not be fetched, in few words."""
    status = _status(failure)
    return f"answers {status}" if status else str(failure.value) or type(failure.value).__name__


def _is_sent_back(response: Response) -> bool:
    """Whether a numbered page was answered with another one: how some systems say that the list has ended."""
    asked = response.request.meta.get("redirect_urls", [response.url])[0]  # type: ignore[union-attr]  # it was asked for
    return page_number(canonical(asked)) != page_number(canonical(response.url))


def _may_list(sitemap_url: str) -> bool:
    """Whether a sitemap may name articles."""
    return not re.search(
        r"tag|author|user|image|video|product|categor|taxonom", sitemap_url.rpartition("/")[2], re.IGNORECASE
    )
