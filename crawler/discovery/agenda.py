"""What a run has to read: all leads that were found, less what is known and unchanged."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from urllib.parse import urlsplit

from crawler.discovery.address import canonical
from crawler.discovery.interest import Interest, is_amendment
from crawler.discovery.lead import Lead, LeadOrigin, day_of
from crawler.discovery.outcome import PageOutcome
from crawler.discovery.page import TITLE_WORDS
from timthau.model.moment import end_of
from timthau.model.record import KnownPage, Summary
from timthau.text.fold import fold

#: An open notice is read again when this has passed, whatever the bound on requests is.
_OVERDUE = timedelta(days=3)
#: Deadlines are moved after they have passed, too: for so long a closed notice is looked at where requests are left.
_AFTERWARDS = timedelta(days=14)
#: A notice without a deadline counts as open for so long after it was published.
_OPEN_DAYS = 30
#: What stands in more lists than this is a side bar's entry, not one of the list.
_MOST_LISTS = 2


_OF_NOTICES = (PageOutcome.NOTICE, PageOutcome.GONE)
_ARTICLES = frozenset(PageOutcome) - {
    PageOutcome.LIST,
    PageOutcome.BARREN,
    PageOutcome.DOOR,
    PageOutcome.ELSEWHERE,
}


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What a run may leave out. `hasty` allows to stop a list where everything is known: an earlier run read it all.

    `path` is what the addresses of its articles begin with.
    """

    full: bool = False
    since: date | None = None
    hasty: bool = False
    path: str = "/"


class _Cause(IntEnum):
    """Why a notice is read again, the most pressing first."""

    CHANGED = 0
    OPEN = 1
    CLOSED = 2


class Agenda:
    """The leads of one run by their keys, beside what the store knows of the source's pages."""

    def __init__(self, known: Iterable[KnownPage], key: Callable[[str], str], scope: Scope) -> None:
        self.scope = scope
        self.known = {key(page.url): page for page in known if page.outcome in _ARTICLES}
        self.leads: dict[str, Lead] = {}
        self.notice_lists: set[str] = set()
        self._mapped: set[str] = set()
        self._taken: set[str] = set()
        self._suspects: set[str] = set()
        #: The ids of notices that this run found to change earlier ones.
        self.changes: set[str] = set()

    def add(self, lead: Lead) -> None:
        """Note a lead, or what more is said of one; what is another agency's on the same host is none."""
        if not urlsplit(lead.url).path.startswith(self.scope.path):
            return
        if lead.origin is LeadOrigin.SITEMAP:
            self._mapped.add(lead.key)
        known = self.leads.get(lead.key)
        self.leads[lead.key] = known.joined(lead) if known else lead

    def add_all(self, leads: Iterable[Lead]) -> None:
        """Note several leads."""
        for lead in leads:
            self.add(lead)

    def add_failed(self) -> None:
        """Note the pages that could not be read last time, wherever they are listed now.

        What was forbidden too, unless all lists are read, which then name it.
        """
        again = {PageOutcome.FAILED, PageOutcome.FORBIDDEN} if self.scope.hasty else {PageOutcome.FAILED}
        for key, page in self.known.items():
            if page.outcome in again:
                self.add(Lead(url=page.url, key=key, interest=Interest.NOTICE))

    def knows(self, key: str) -> bool:
        """Whether an earlier run has settled what stands there."""
        return key in self.known and self.known[key].outcome != PageOutcome.FAILED

    def is_other_notice(self, key: str, notice_id: str) -> bool:
        """Whether another notice than the one of an id is known to stand at an address."""
        page = self.known.get(key)
        return page is not None and page.outcome == PageOutcome.NOTICE and page.notice_id not in (None, notice_id)

    def is_title_of_other(self, title: str, lead: Lead) -> bool:
        """Whether a list gives a title to another address than that of a lead, which it calls otherwise."""
        said = fold(title)
        called = (other for other in self.leads.values() if other.lists and fold(other.title) == said)
        return said != fold(lead.title) and any(other.key != lead.key for other in called)

    def is_told(self, key: str) -> bool:
        """Whether an interface names what stands there."""
        return key in self.leads and self.leads[key].origin is LeadOrigin.INTERFACE

    @property
    def has_interface(self) -> bool:
        """Whether an interface names articles, so that a list may be blank."""
        return any(lead.origin is LeadOrigin.INTERFACE for lead in self.leads.values())

    def is_named_elsewhere(self, keys: Iterable[str]) -> bool:
        """Whether a sitemap or an interface names all of these: then it is no list that has to."""
        return all(key in self._mapped or self.is_told(key) for key in keys)

    def is_on_other_lists(self, lead: Lead) -> bool:
        """Whether more than one list names an article; what nobody wants to read is on one alone."""
        known = self.leads.get(lead.key)
        return known is not None and len(known.lists) > 1

    def is_settled(self, lead: Lead) -> bool:
        """Whether nothing speaks for reading a page again."""
        page = self.known.get(lead.key)
        if page is not None and page.outcome in (PageOutcome.TWIN, PageOutcome.COPY):
            return True  # its article is read at its own address
        if page is None or page.outcome in (PageOutcome.FAILED, PageOutcome.FORBIDDEN) or self.scope.full:
            return False
        if page.outcome == PageOutcome.NOTICE and not page.content_hash:
            return False  # a file of it could not be fetched
        if page.outcome == PageOutcome.GONE and page.notice_id:
            return False  # it is listed again
        if page.outcome == PageOutcome.SKIPPED and self.promise(lead):
            return False
        return not (lead.modified_at and lead.modified_at > page.checked_at)

    def promise(self, lead: Lead) -> Interest:
        """What a lead promises, by its own title or by that of the list that it stands in."""
        if lead.lists & self.notice_lists and len(lead.lists) <= _MOST_LISTS:
            return Interest.NOTICE
        return lead.interest

    def names_notice(self, lead: Lead) -> bool:
        """Whether a list has a title that surely is that of a notice; a short one may be the name of a section."""
        is_title = bool(lead.lists) and len(lead.title.split()) >= TITLE_WORDS
        return is_title and self.promise(lead) is Interest.NOTICE

    def take(self) -> list[Lead]:
        """The leads to read that were not taken yet, newest first."""
        wanted = [lead for lead in self.leads.values() if lead.key not in self._taken and self._is_wanted(lead)]
        self._taken.update(lead.key for lead in wanted)
        return sorted(wanted, key=_reading_order)

    def skipped(self) -> list[Lead]:
        """The leads whose titles say that they are something else, and that were not known yet."""
        return [
            lead
            for lead in self.leads.values()
            if not self.promise(lead) and lead.key not in self.known and self._is_in_scope(lead)
        ]

    @property
    def has_news(self) -> bool:
        """Whether a page is read in this run that was not known before."""
        return any(key not in self.known for key in self._taken)

    def is_taken(self, key: str) -> bool:
        """Whether what stands there was read in this run, or is to be."""
        return key in self._taken

    def claim(self, key: str) -> bool:
        """Take a key on arrival at another address than expected; False when it is being read already."""
        if key in self._taken:
            return False
        self._taken.add(key)
        return True

    def seen_notices(self) -> set[str]:
        """The ids of known notices that were listed again."""
        pages = (self.known.get(key) for key in self.leads)
        return {page.notice_id for page in pages if page and page.notice_id and page.outcome == PageOutcome.NOTICE}

    def count_notices(self, pages: Mapping[str, KnownPage]) -> Counter[str]:
        """How many known notices stood in each list, by its name."""
        found = ((lead, pages.get(canonical(lead.url))) for lead in self.leads.values())
        notices = (lead for lead, page in found if page and page.notice_id)
        return Counter(name for lead in notices for name in lead.lists)

    def suspect(self, notice_id: str) -> None:
        """Another notice says that this one has changed."""
        self._suspects.add(notice_id)

    def rechecks(self, notices: Mapping[str, Summary], now: datetime, allowance: int) -> list[Lead]:
        """Notices to read again: those said to have changed, then open ones, then those closed a short while ago.

        Longest unread first, as many as allowed; what is said to have changed and what is overdue besides.
        """
        due = []
        for key, page in self.known.items():
            notice = notices.get(page.notice_id or "")
            # A sitemap's "lastmod" is often the day of publication; only interfaces are believed that nothing changed.
            lead = self.leads.get(key)
            is_told = lead is not None and lead.origin is LeadOrigin.INTERFACE
            is_waiting = page.outcome in _OF_NOTICES and not is_told and key not in self._taken
            if is_waiting and notice and (cause := self._cause(notice, lead, now)) is not None:
                due.append((cause, page.checked_at, -_published_ordinal(notice), key))
        chosen = [
            self.leads.get(key) or Lead(url=self.known[key].url, key=key, interest=Interest.NOTICE)
            for number, (cause, _, _, key) in enumerate(sorted(due))
            if number < allowance or cause is _Cause.CHANGED or self._is_overdue(key, cause, now)
        ]
        self._taken.update(lead.key for lead in chosen)
        return chosen

    def _cause(self, notice: Summary, lead: Lead | None, now: datetime) -> "_Cause | None":
        """Why a notice deserves to be read again; None when it does not."""
        is_retitled = lead is not None and is_amendment(lead.title) and not is_amendment(notice.title)
        if notice.id in self._suspects or is_retitled:
            return _Cause.CHANGED
        if _is_open(notice, now) or (lead is not None and _is_dated_later(lead, notice)):
            return _Cause.OPEN
        return _Cause.CLOSED if _is_open(notice, now - _AFTERWARDS) else None

    def _is_overdue(self, key: str, cause: "_Cause", now: datetime) -> bool:
        return cause is _Cause.OPEN and now - self.known[key].checked_at > _OVERDUE

    def _is_wanted(self, lead: Lead) -> bool:
        return not lead.alone and self._is_in_scope(lead) and bool(self.promise(lead)) and not self.is_settled(lead)

    def _is_in_scope(self, lead: Lead) -> bool:
        since = self.scope.since
        return not (since and lead.published_at and day_of(lead.published_at) < since)


def _reading_order(lead: Lead) -> tuple[int, str]:
    return -day_of(lead.published_at).toordinal() if lead.published_at else 0, lead.key


def _is_open(notice: Summary, now: datetime) -> bool:
    if notice.deadline_at is not None:
        return end_of(notice.deadline_at) >= now
    return notice.published_at is None or end_of(notice.published_at) >= now - timedelta(days=_OPEN_DAYS)


def _published_ordinal(notice: Summary) -> int:
    return day_of(notice.published_at).toordinal() if notice.published_at else 0


def _is_dated_later(lead: Lead, notice: Summary) -> bool:
    """Whether lists date a notice later than it was: it was published anew."""
    if lead.published_at is None or notice.published_at is None:
        return False
    return day_of(lead.published_at) > day_of(notice.published_at)
