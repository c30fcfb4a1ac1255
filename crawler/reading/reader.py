"""Reading articles: from a fetched page to what travels through the pipelines, unless it says what it said before."""

import asyncio
import logging
import pickle
from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response, TextResponse

from crawler.discovery.address import list_of, slug_text
from crawler.discovery.agenda import Agenda
from crawler.discovery.door import read_door
from crawler.discovery.header import header, next_of, trusted_time
from crawler.discovery.interest import Interest
from crawler.discovery.lead import Lead
from crawler.discovery.outcome import PageOutcome
from crawler.discovery.platform import Door, DoorKind, Platform
from crawler.extract.document import FileLink
from crawler.items import PageItem
from crawler.memory.memory import SiteMemory, hash_article
from crawler.reading.failure import PageLostError
from crawler.reading.list_page import FetchedList, ListPage, detached, look_at_door, look_at_list
from crawler.reading.listing import Listing
from crawler.reading.page import FetchedPage, ReadPage, look
from crawler.reading.part import Fetch, PartFetcher
from crawler.reading.tally import Tally
from crawler.reading.wanted_files import reading_of_file
from crawler.source import Source
from timthau.errors import DocumentError
from timthau.model.notice import Notice
from timthau.model.record import KnownPage
from timthau.model.record import Outcome as Saving

#: With less text and no file two announcements may look the same and be two.
_TELLING_TEXT = 150

logger = logging.getLogger(__name__)


class ArticleReader:
    """Reads the articles of one run; `executor` does the work beside the spider, in threads if it is None.

    `fetch` gives what else is needed of an article.
    """

    def __init__(
        self,
        source: Source,
        platform: Platform,
        agenda: Agenda,
        memory: SiteMemory,
        tally: Tally,
        *,
        executor: Executor | None,
        fetch: Fetch,
    ) -> None:
        self._source = source
        self._own, self._platform = platform, pickle.dumps(platform)
        self._agenda = agenda
        self._memory = memory
        self._tally = tally
        self._executor = executor
        self._parts = PartFetcher(fetch)
        self._with_files: set[str] = set()
        #: Which page says what, by the hash of what it says.
        self._sayers = {page.content_hash: key for key, page in agenda.known.items() if page.notice_id}

    async def look_again(self, response: TextResponse, lead: Lead) -> ReadPage | None:
        """The notice that a page is which looks like a list; None where it is none."""
        try:
            found = await self.look(response, lead, as_article=True)
        except PageLostError:  # it has links, and not a word
            return None
        return found if found and found.says_notice else None

    async def look(self, response: TextResponse, lead: Lead, *, as_article: bool = False) -> ReadPage | None:
        """What stands on a page; None when it is no page to read. Raises PageLostError, and where one is promised.

        `as_article` is said of what only looks like a list.
        """
        fetched = FetchedPage(
            url=response.url,
            body=response.body,
            encoding=response.encoding,
            platform=self._platform,
            hosts=self._source.site_hosts,
            source=self._source.name,
            lead=lead,
            previous=self._previous(lead),
            as_article=as_article,
        )
        try:
            found = await self._look(fetched)
            while found.following and (found.says_notice or lead.interest is Interest.NOTICE):
                found, fetched = await self._parts.go_on(found, fetched, self._look)
            return found
        except DocumentError as error:
            logger.info("%s: %s", response.url, error)
            if fetched.previous or self._agenda.names_notice(lead):
                raise PageLostError(str(error)) from error
            self._memory.keep(lead.url, PageOutcome.OTHER)
            return None

    async def _look(self, fetched: FetchedPage) -> ReadPage:
        return await asyncio.get_running_loop().run_in_executor(self._executor, look, fetched)

    async def look_at_list(self, response: Response, listing: Listing, number: int) -> ListPage | None:
        """What the page of a list leads to; None when it is no page. Raises PageLostError."""
        if not isinstance(response, TextResponse):
            return None
        fetched = FetchedList(
            url=response.url,
            body=response.body,
            encoding=response.encoding,
            platform=self._platform,
            hosts=self._source.site_hosts,
            name=listing.group or list_of(listing.url),
            called=listing.name,
            number=number,
            is_doubtful=number == 1 and not listing.certain,
            next_url=next_of(response),
            goes_down=bool(response.meta.get("down")),
        )
        return await asyncio.get_running_loop().run_in_executor(self._executor, look_at_list, fetched)

    async def read_door(self, response: Response, door: Door) -> tuple[list[Lead], list[Door]]:
        """What stands behind a door. Raises PageLostError, and what `read_door` raises."""
        if door.kind is DoorKind.INTERFACE:  # the platform remembers what it said
            return read_door(response, door, self._own)
        read = partial(look_at_door, detached(response), door, self._platform)
        leads, doors = await asyncio.get_running_loop().run_in_executor(self._executor, read)
        # What comes after the page of a feed on which everything is known is older still.
        is_known = self._agenda.scope.hasty and all(self._agenda.knows(lead.key) for lead in leads)
        return leads, [] if is_known and door.kind is DoorKind.FEED else doors

    def reading_of(self, found: ReadPage, response: TextResponse, lead: Lead) -> PageItem | None:
        """What an article says now; None when it says what it said."""
        if found.article is None or self._is_unchanged(lead, found.content_hash, response):
            return None
        if self._is_copy(lead, found):
            self._memory.keep(lead.url, PageOutcome.COPY)
            return None
        return PageItem(
            lead=lead,
            article=found.article,
            source_key=found.source_key,
            content_hash=found.content_hash,
            etag=None if found.parts else header(response, "ETag"),  # the further ones change by themselves
            last_modified=None if found.parts else trusted_time(response),
            previous=self._previous(lead),
            wanted=found.files,
            notice=found.notice,
            outcome=found.outcome,
            lacks=found.lacks,
        )

    def read_file(self, response: Response, lead: Lead) -> PageItem | None:
        """A file behind an address that does not say so is a notice where a list calls it one."""
        known = self._agenda.known.get(lead.key)
        if known and known.notice_id:
            self.confirm(known, response)
        elif lead.lists and lead.interest is Interest.NOTICE:
            files = lead.files or (FileLink(url=lead.url, filename=lead.title),)
            return reading_of_file(replace(lead, files=files))
        else:
            self._memory.keep(lead.url, PageOutcome.OTHER, response)
        return None

    def is_unchanged(self, reading: PageItem) -> bool:
        """Whether an article says what it said before; then it is confirmed, and nothing is read again."""
        reading.content_hash = hash_article(reading.article)
        return self._is_unchanged(reading.lead, reading.content_hash)

    def choose_files(self, leads: Iterable[Lead], most: int) -> None:
        """Of notices that are read again, ask for the files of the first ones too, so many files in all.

        A file may have been replaced at its address while the page says what it said.
        """
        for lead in leads:
            notice = self._previous(lead)
            count = sum(file.sha256 is not None for file in notice.attachments) if notice else 0
            if 0 < count <= most:
                self._with_files.add(lead.key)
                most -= count

    def condition(self, request: Request, lead: Lead) -> Request:
        """The request for an article, for a change alone where it is a known notice whose files are not asked for."""
        known = self._agenda.known.get(lead.key)
        is_known = known is not None and known.outcome == PageOutcome.NOTICE and not self._agenda.scope.full
        return self._memory.condition(request) if is_known and lead.key not in self._with_files else request

    def confirm(self, known: KnownPage, response: Response | None = None) -> None:
        """A known page says what it said."""
        if self._memory.confirm(known, response):
            self._tally.found.add(known.notice_id or "")
            self._tally.saved[Saving.UNCHANGED] += 1

    def _is_unchanged(self, lead: Lead, content_hash: str, response: Response | None = None) -> bool:
        known = self._agenda.known.get(lead.key)
        same = known is not None and known.notice_id is not None and known.content_hash == content_hash
        if known is None or not same or self._agenda.scope.full or lead.key in self._with_files:
            return False
        self.confirm(known, response)
        return True

    def _is_copy(self, lead: Lead, found: ReadPage) -> bool:
        """Whether another address of the site says word for word the same, files and day included.

        Systems that leave numbers out of their addresses show one article below several menus. What one list names
        twice, by other words of its addresses, are two notices: the site has put them up twice.
        """
        article = found.article
        if article is None or (len(article.text) < _TELLING_TEXT and not article.files):
            return False
        known = self._agenda.known.get(lead.key)
        first = self._sayers.setdefault(found.content_hash, lead.key)
        return first != lead.key and not (known and known.notice_id) and not self._is_beside(lead, first)

    def _is_beside(self, lead: Lead, key: str) -> bool:
        """Whether one list names a lead beside another one, by an address with other words."""
        other = self._agenda.leads.get(key)
        lists = lead.lists & other.lists & self._agenda.notice_lists if other else frozenset()
        return other is not None and bool(lists) and _words_of(lead.url) != _words_of(other.url)

    def _previous(self, lead: Lead) -> Notice | None:
        known = self._agenda.known.get(lead.key)
        return self._memory.store.notice(known.notice_id) if known and known.notice_id else None


def _words_of(url: str) -> str:
    """What an address calls its page, whatever menu it stands below."""
    parts = urlsplit(url)
    return f"{slug_text(url)}?{parts.query}"
