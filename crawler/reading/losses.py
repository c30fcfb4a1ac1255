"""What could not be fetched: a gap, which the run announces and the next one fills, or nothing that was there."""

import logging
from datetime import datetime

from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.discovery.agenda import Agenda
from crawler.discovery.interest import Interest, judge_title
from crawler.discovery.lead import Lead
from crawler.discovery.outcome import PageOutcome
from crawler.discovery.platform import Door
from crawler.memory.memory import SiteMemory
from crawler.reading.excuse import is_out_of_order, says_nothing
from crawler.reading.failure import is_absent, is_forbidden, is_refused, is_unasked, reason_of, request_of, status_of
from crawler.reading.list_page import ListPage
from crawler.reading.listing import Listing, is_cut_off, is_promised
from crawler.reading.page import ReadPage
from crawler.reading.tally import Tally

#: A page of a list that names less than this part of what the first one named shows a side bar alone.
_SLASHES_OF_A_HOST = 2  # in "https://bv.example"
_LEFT_OVER = 0.5

logger = logging.getLogger(__name__)


class Losses:
    """Judges what a run could not fetch, by what earlier runs found at the same address."""

    def __init__(self, agenda: Agenda, memory: SiteMemory, tally: Tally, started_at: datetime) -> None:
        self._agenda = agenda
        self._memory = memory
        self._tally = tally
        self._started_at = started_at

    def lose_door(self, failure: Failure) -> None:
        """Doors need not be there; one that the site names, or that was open before, is missed."""
        request = request_of(failure)
        door: Door = request.cb_kwargs["door"]
        before = self._memory.page(request.url)
        was_open = before is not None and before.outcome == PageOutcome.DOOR
        if is_absent(failure) or (is_refused(failure) and not was_open and not door.is_further):
            self._memory.keep(request.url, PageOutcome.GONE)
        elif not door.is_guessed or was_open:
            self._tally.miss(request.url, reason_of(failure), status_of(failure))
        logger.info("%s: %s", request.url, reason_of(failure))

    def judge_door(self, response: Response, door: Door, *, is_empty: bool, was_open: bool) -> None:
        """A door that was opened: half of what stood behind it may be missing, or all that did before."""
        if is_cut_off(response):
            self._tally.miss(door.url, "broke off", response.status)
        elif is_empty:
            self._memory.keep(door.url, PageOutcome.GONE)
            if was_open or door.is_further:
                self._tally.miss(door.url, "names nothing any more", response.status)

    def lose_list(self, failure: Failure) -> None:
        """What leads beyond the end of a list is not missed, nor what was not found by the run before either."""
        request = request_of(failure)
        listing: Listing = request.cb_kwargs["listing"]
        if is_forbidden(failure):
            self._tally.forbidden += 1
            return
        is_end = is_absent(failure) and (not is_promised(request) or self.was(request.url, PageOutcome.GONE))
        is_closed = is_refused(failure) and listing.interest is not Interest.NOTICE
        if not is_end and not (is_closed and self.was(request.url, PageOutcome.CLOSED)):
            self._tally.miss(request.url, reason_of(failure), status_of(failure))
        if is_absent(failure) or is_closed:
            self._memory.keep(request.url, PageOutcome.GONE if is_absent(failure) else PageOutcome.CLOSED)

    def lose_article(self, failure: Failure) -> None:
        """Remember what cannot be read, so that the next run tries again what may come back."""
        lead: Lead = request_of(failure).cb_kwargs["lead"]
        if is_unasked(failure):
            self._tally.miss(lead.url, reason_of(failure))
            return
        known = self._agenda.known.get(lead.key)
        if is_forbidden(failure):
            self._tally.forbidden += 1
            outcome = PageOutcome.CLOSED
        elif is_absent(failure) and known and known.notice_id:
            self.note_gone(lead, known.notice_id)
            return
        elif is_absent(failure) and (known or self._agenda.promise(lead) is not Interest.NOTICE):
            outcome = PageOutcome.GONE  # what was never read is tried once more
        elif is_refused(failure) and known and not known.notice_id and self._promises_nothing(lead):
            outcome = PageOutcome.CLOSED
        else:
            self.miss(lead, reason_of(failure), status_of(failure))
            return
        self._memory.keep(lead.url, outcome, notice_id=known.notice_id if known else None)

    def _promises_nothing(self, lead: Lead) -> bool:
        """Whether neither the title of an article, as this run's lists have it, nor any of them promises a notice."""
        named = bool(lead.lists) and judge_title(lead.title) is not Interest.NOTICE
        return lead.interest is not Interest.NOTICE or (named and not lead.lists & self._agenda.notice_lists)

    def lose_end(self, response: Response, reason: str) -> None:
        """A page of a list whose number the one before shows is not there: missed once, then taken for absent."""
        request = response.request
        url = request.meta.get("redirect_urls", [request.url])[0] if request else response.url
        if is_promised(request) and not self.was(url, PageOutcome.GONE):
            self._tally.miss(url, reason, response.status)
        self._memory.keep(url, PageOutcome.GONE)

    def lose_linkless(self, response: Response, listing: Listing) -> None:
        """A page of a list holds no links; what only stands in a frame of the home page need not."""
        if is_promised(response.request) and not (listing.is_home and listing.interest is Interest.VAGUE):
            self._tally.miss(response.url, "holds no links", response.status)

    def judge_empty(self, response: Response, page: ListPage, listing: Listing, number: int) -> None:
        """A page of a list names nothing new: it is its end, or the site is out of order."""
        listed = sum(bool(lead.lists) for lead in (*page.links.leads, *page.links.files))
        if page.is_out_of_order:
            self._tally.miss(response.url, "says that it is out of order", response.status)
        elif number > 1 and not (page.is_last and listed) and listed < _LEFT_OVER * listing.size:
            # Others give their last page over and over; a short one whose entries stood elsewhere before is one too.
            self.lose_end(response, "lists nothing")

    def find_excuse(self, found: ReadPage, lead: Lead) -> str:
        """Why a page is not taken for what stands there: the site is out of order, or nothing of what it promises came.

        Of the second kind a page is missed once, and then taken for one that says no more.
        """
        if found.article is None:
            return ""
        if is_out_of_order(found.article, lead.title):
            return "says that it is out of order"
        is_promised = self._agenda.names_notice(lead) and not self.was(lead.url, PageOutcome.FAILED)
        known = self._agenda.known.get(lead.key)
        is_blank = says_nothing(found.article, lead.title) and not found.files and not (known and known.notice_id)
        return "holds no text" if is_blank and is_promised else ""

    def lists_nothing(self, lead: Lead, listing: Listing) -> bool:
        """Whether what looks like a list stands in one as a title that promises a notice, and names nothing itself."""
        entries = [self._agenda.leads[key] for key in listing.keys if key in self._agenda.leads]
        own = any(len(one.lists) == 1 and one.key not in self._agenda.known for one in entries)
        return not own and self._agenda.names_notice(lead)

    def lose_moved(self, lead: Lead) -> None:
        """The address of an article leads back to a list: as if it answered 404."""
        is_home = lead.url.rstrip("/").count("/") == _SLASHES_OF_A_HOST
        if is_home or lead.key in self._agenda.known or self._agenda.promise(lead) is not Interest.NOTICE:
            self._memory.keep(lead.url, PageOutcome.GONE)
        else:
            self.miss(lead, "leads back to a list")

    def note_gone(self, lead: Lead, notice_id: str) -> None:
        """A known notice is not there any more; it is looked for again while it would be open."""
        self._tally.gone[notice_id] = lead.url
        self._memory.keep(lead.url, PageOutcome.GONE, notice_id=notice_id)

    def miss(self, lead: Lead, reason: str, status: int | None = None) -> None:
        """An article could not be read: the run says so, and the next one tries again."""
        known = self._agenda.known.get(lead.key)
        self._tally.failed += 1
        self._tally.miss(lead.url, reason, status)
        self._memory.keep(lead.url, PageOutcome.FAILED, notice_id=known.notice_id if known else None)

    def was(self, url: str, outcome: PageOutcome) -> bool:
        """Whether an earlier run found the same at an address."""
        page = self._memory.page(url)
        return page is not None and page.outcome == outcome and page.checked_at < self._started_at
