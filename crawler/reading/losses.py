"""What could not be fetched: a gap, which the run announces and the next one fills, or nothing that was there."""

import logging
import re
from datetime import datetime

from twisted.python.failure import Failure

from crawler.discovery.agenda import Agenda
from crawler.discovery.interest import Interest
from crawler.discovery.lead import Lead
from crawler.discovery.outcome import PageOutcome
from crawler.discovery.platform import Door
from crawler.extract.document import Article
from crawler.memory.memory import SiteMemory
from crawler.reading.failure import is_absent, is_forbidden, is_refused, is_unasked, reason_of, request_of, status_of
from crawler.reading.listing import Listing, is_promised
from crawler.reading.tally import Tally
from timthau.text.fold import fold

#: What pages say that stand in the place of others; longer ones speak of something else.
_GONE = re.compile(
    r"khong tim thay|khong ton tai|da bi (?:xoa|go)|da xoa|khong con (?:ton tai|hieu luc)|page not found|\b404\b|"
    r"(?:trang|bai viet|noi dung|tin) (?:nay )?khong co"
)
_GONE_LENGTH = 500

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
        elif is_refused(failure) and known and not known.notice_id and lead.interest is not Interest.NOTICE:
            outcome = PageOutcome.CLOSED
        else:
            self.miss(lead, reason_of(failure), status_of(failure))
            return
        self._memory.keep(lead.url, outcome, notice_id=known.notice_id if known else None)

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


def stands_for_nothing(article: Article | None, *, is_list: bool, is_moved: bool) -> bool:
    """Whether a page says that what was asked for is not there: in words, or by leading to the list instead."""
    return (is_list and is_moved) or (article is not None and says_gone(article))


def says_gone(article: Article) -> bool:
    """Whether a page that answers 200 says that nothing is there, as some systems do in place of 404."""
    text = fold(f"{article.title}\n{article.text}")
    return len(text) < _GONE_LENGTH and not article.files and _GONE.search(text) is not None
