"""What could not be fetched: a gap, which the run announces and the next one fills, or nothing that was there."""

import logging
import re
from collections.abc import Iterable
from datetime import datetime

from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawler.discovery.address import canonical
from crawler.discovery.agenda import Agenda
from crawler.discovery.interest import Interest, judge_title
from crawler.discovery.lead import Lead
from crawler.discovery.outcome import PageOutcome
from crawler.discovery.page import TITLE_WORDS, WORD, Link
from crawler.discovery.platform import Door, DoorKind
from crawler.memory.memory import SiteMemory
from crawler.reading.excuse import asks_login, is_out_of_order, says_gone, says_nothing
from crawler.reading.failure import (
    answer_of,
    is_absent,
    is_forbidden,
    is_refused,
    is_unasked,
    leads_away,
    reason_of,
    request_of,
    status_of,
)
from crawler.reading.list_page import ListPage
from crawler.reading.listing import Listing, is_cut_off, is_promised
from crawler.reading.page import ReadPage
from crawler.reading.tally import Tally
from timthau.text.fold import fold

_SLASHES_OF_A_HOST = 2  # in "https://bv.example"
#: A page of a list that names less than this part of what the first one named shows a side bar alone.
_LEFT_OVER = 0.5
#: A list that says so many times what it names goes on somewhere.
_FAR_MORE = 1.5
_HEADING = re.compile(r"<(?:title|h[1-4])\b[^<>]*>([^<]*)")
#: What nobody leaves open.
_OPENED = {tag: re.compile(b"<%s[ >]" % tag) for tag in (b"ul", b"ol", b"table", b"main", b"article", b"section")}

logger = logging.getLogger(__name__)


class Losses:
    """Judges what a run could not fetch, by what earlier runs found at the same address."""

    def __init__(
        self, agenda: Agenda, memory: SiteMemory, tally: Tally, started_at: datetime, *, closes_pages: bool = False
    ) -> None:
        self._agenda = agenda
        self._memory = memory
        self._tally = tally
        self._started_at = started_at
        self._closes_pages = closes_pages

    def is_cut_off(self, response: Response) -> bool:
        """Whether the connection broke before the whole answer had come, or a page ends in the middle.

        Many sites never write the closing tag: where one does at home, a page without it that leaves something open is
        half of one.
        """
        return is_cut_off(response) or (self._closes_pages and _ends_in_the_middle(response.body.lower()))

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
            if was_open or (door.is_further and door.kind is not DoorKind.FEED):
                self._tally.miss(door.url, "names nothing any more", response.status)

    def lose_list(self, failure: Failure) -> None:
        """What leads beyond the end of a list is not missed, nor what was not found by the run before either."""
        request = request_of(failure)
        listing: Listing = request.cb_kwargs["listing"]
        url = _asked_for(request)
        if is_forbidden(failure):
            self._pass_by(url, failure, is_promised=listing.interest is Interest.NOTICE, before=PageOutcome.CLOSED)
            self._memory.keep(url, PageOutcome.CLOSED)
            return
        is_end = is_absent(failure) and (not is_promised(request) or self.was(url, PageOutcome.GONE))
        is_closed = is_refused(failure) and listing.interest is not Interest.NOTICE
        if not is_end and not (is_closed and self.was(url, PageOutcome.CLOSED)):
            self._tally.miss(url, reason_of(failure), status_of(failure))
        if is_absent(failure) or is_closed:
            self._memory.keep(url, PageOutcome.GONE if is_absent(failure) else PageOutcome.CLOSED)

    def lose_page(self, response: Response, reason: str) -> None:
        """A page of a list came, and not all of it can be read."""
        self._tally.miss(_asked_for(response.request, response.url), reason, response.status)

    def lose_article(self, failure: Failure) -> None:
        """Remember what cannot be read, so that the next run tries again what may come back."""
        lead: Lead = request_of(failure).cb_kwargs["lead"]
        if is_unasked(failure):
            self._tally.miss(lead.url, reason_of(failure))
            return
        known = self._agenda.known.get(lead.key)
        if is_forbidden(failure):
            promised = self._agenda.promise(lead) is Interest.NOTICE
            outcome = PageOutcome.FORBIDDEN if promised else PageOutcome.CLOSED
            self._pass_by(lead.url, failure, is_promised=promised, before=outcome)
        elif is_absent(failure) and known and known.notice_id:
            self.note_gone(lead, known.notice_id)
            return
        elif is_absent(failure) and _is_headed(failure, lead.title):
            self.miss(lead, f"{reason_of(failure)}, with the article in it", status_of(failure))
            return
        elif is_absent(failure) and (known or self._agenda.promise(lead) is not Interest.NOTICE):
            outcome = PageOutcome.GONE  # what was never read is tried once more
        elif is_refused(failure) and known and not known.notice_id and self._promises_nothing(lead):
            outcome = PageOutcome.CLOSED
        else:
            self.miss(lead, reason_of(failure), status_of(failure))
            return
        self._memory.keep(lead.url, outcome, notice_id=known.notice_id if known else None)

    def _pass_by(self, url: str, failure: Failure, *, is_promised: bool, before: PageOutcome) -> None:
        """What is not for us: by the site's rule, or an address of its own that leads away, which is missed once."""
        if is_promised and leads_away(failure) and not self.was(url, before):
            self._tally.miss(url, reason_of(failure))
        else:
            self._tally.pass_by(url, reason_of(failure))

    def _promises_nothing(self, lead: Lead) -> bool:
        """Whether neither the title of an article, as this run's lists have it, nor any of them promises a notice."""
        named = bool(lead.lists) and judge_title(lead.title) is not Interest.NOTICE
        return lead.interest is not Interest.NOTICE or (named and not lead.lists & self._agenda.notice_lists)

    def lose_end(self, response: Response, reason: str) -> None:
        """A page of a list whose number the one before shows is not there: missed once, then taken for absent."""
        url = _asked_for(response.request, response.url)
        if is_promised(response.request) and not self.was(url, PageOutcome.GONE):
            self._tally.miss(url, reason, response.status)
        self._memory.keep(url, PageOutcome.GONE)

    def lose_linkless(self, response: Response, listing: Listing) -> None:
        """A page of a list holds no links; what only stands in a frame of the home page need not."""
        if is_promised(response.request) and not (listing.is_home and listing.interest is Interest.VAGUE):
            self.lose_page(response, "holds no links")

    def judge_list(self, response: Response, page: ListPage, listing: Listing, number: int) -> None:
        """A page of a list: whether it names all that it shows, and whether the rest of the list can be reached."""
        if not listing.is_growing:
            self._judge_empty(response, page, listing, number)
        if listing.interest is not Interest.NOTICE:
            return
        if page.unaddressed:
            word = f"shows {len(page.unaddressed)} notices without an address of their own ({page.unaddressed[0]})"
            self._tally.miss(response.url, word, response.status)
        if page.choices.beyond and not listing.group:
            self._tally.miss(response.url, page.choices.beyond, response.status)
        if number == 1 and listing.first and listing.first == listing.beside:
            self._tally.miss(listing.url, "shows the same as before, whatever is chosen", response.status)
        is_blank = (
            number == 1
            and page.is_wordless
            and not (page.is_out_of_order or listing.is_home or listing.group or page.choices.found)
        )
        if is_blank and not self._agenda.has_interface:
            self._tally.miss(response.url, "names nothing, and does not say that nothing is there", response.status)
        if page.total > _FAR_MORE * len(listing.keys) > 0:
            self._tally.miss(response.url, f"says that there are {page.total}, and leads no further", response.status)
        if page.rest and not self._agenda.is_named_elsewhere(listing.keys):
            self._tally.miss(response.url, page.rest, response.status)

    def _judge_empty(self, response: Response, page: ListPage, listing: Listing, number: int) -> None:
        """A page of a list names nothing new: it is its end, or the site is out of order."""
        listed = {lead.key for lead in (*page.links.leads, *page.links.files) if lead.lists}
        if page.is_out_of_order:
            self._tally.miss(response.url, "says that it is out of order", response.status)
        elif number > 1 and not (page.is_last and listed) and len(listed) < _LEFT_OVER * len(listing.first):
            # Others give their last page over and over; a short one whose entries stood elsewhere before is one too.
            self.lose_end(response, "lists nothing")
        elif number > 1 and is_promised(response.request) and not page.is_last and listed == listing.first:
            self._tally.miss(response.url, "is the first page again", response.status)

    def judge_order(self, response: Response, page: ListPage | None, listing: Listing) -> list[Lead]:
        """The first page of a list again, after its last: what it names now.

        What moved there from a later page had others move too, some past the reader. A list of which all was known
        before is believed: it has side bars that change.
        """
        leads = [lead for lead in (*page.links.leads, *page.links.files) if lead.lists] if page else []
        later = listing.keys - listing.first
        moved = any(lead.key in later and not self._agenda.is_on_other_lists(lead) for lead in leads)
        if moved and any(key not in self._agenda.known for key in listing.keys):
            self._tally.miss(response.url, "changed its order while it was read", response.status)
        return leads

    def find_excuse(self, found: ReadPage, lead: Lead) -> str:
        """Why a page is not taken for what stands there: the site is out of order, or nothing of what it promises came.

        Of the second kind, and where it says that it is not there, a page is missed once, and then taken at its word.
        """
        if found.article is None:
            return ""
        called = "" if found.is_untitled else lead.title
        if is_out_of_order(found.article, called):
            return "says that it is out of order"
        if asks_login(found.article) and self._agenda.promise(lead) is Interest.NOTICE:
            return "asks to log in"
        is_promised = self._agenda.names_notice(lead) and not self.was(lead.url, PageOutcome.FAILED)
        known = self._agenda.known.get(lead.key)
        if is_promised and says_gone(found.article, called):
            return "says that it is not there"
        if self.shows_other(found, lead):
            return "shows another notice"
        is_blank = says_nothing(found.article, lead.title) and not found.files and not (known and known.notice_id)
        return "holds no text" if is_blank and is_promised else ""

    def shows_other(self, found: ReadPage, lead: Lead) -> bool:
        """Whether an address answers with the notice that a list gives to another one; missed once, too."""
        if found.article is None or not self._agenda.names_notice(lead) or self.was(lead.url, PageOutcome.FAILED):
            return False
        said = found.article.title
        is_other = said != lead.title and fold(lead.title) not in fold(found.article.text)
        return is_other and self._agenda.is_title_of_other(said, lead)

    def find_detour(self, found: ReadPage, lead: Lead) -> str:
        """Why the address of an article leads to another page that is none: members alone see it, or it is another."""
        if found.key == lead.key:
            return ""
        if found.asks_login and self._agenda.promise(lead) is Interest.NOTICE:
            return "asks to log in"
        return "shows another notice" if self.shows_other(found, lead) else ""

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

    def note_elsewhere(self, links: Iterable[Link], listing: Listing) -> None:
        """Notices of a list that lie on other sites."""
        for link in links:
            if listing.interest is Interest.NOTICE:
                self._memory.keep(link.url, PageOutcome.ELSEWHERE)

    def take_stock(self) -> None:
        """Say of every notice that the site names and that is not read, or not twice, that it is there.

        A run that leaves lists early says what earlier ones met.
        """
        listed = {canonical(lead.url) for lead in self._agenda.leads.values()}
        for url, page in self._memory.pages.items():
            is_here = self._agenda.scope.hasty or page.checked_at >= self._started_at
            if page.outcome == PageOutcome.ELSEWHERE and is_here:
                self._tally.pass_by(url, "lies on another site")
            elif page.outcome == PageOutcome.COPY and (is_here or url in listed):
                self._tally.copies.append(url)

    def was(self, url: str, outcome: PageOutcome) -> bool:
        """Whether an earlier run found the same at an address."""
        page = self._memory.page(url)
        return page is not None and page.outcome == outcome and page.checked_at < self._started_at


def _asked_for(request: Request | None, otherwise: str = "") -> str:
    """The address that was asked for, wherever it led: what is lost there is no loss of the page that it led to."""
    return str(request.meta.get("redirect_urls", [request.url])[0]) if request else otherwise


def _is_headed(failure: Failure, title: str) -> bool:
    """Whether what came instead of a page has the page's title for a heading: the server gives a wrong status."""
    body = answer_of(failure)
    wanted = fold(title) if body and len(WORD.findall(title)) >= TITLE_WORDS else ""
    return bool(wanted) and any(wanted in fold(heading) for heading in _HEADING.findall(body))


def _ends_in_the_middle(body: bytes) -> bool:
    if b"<body" not in body or b"</html" in body:
        return False
    is_open = any(len(begins.findall(body)) > body.count(b"</%s>" % tag) for tag, begins in _OPENED.items())
    return is_open or body.rfind(b"<") > body.rfind(b">")
