"""From changes of the store to matches: who has to be told of which version of which notice."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.match import Matcher
from alerts.stores import AlertStores
from alerts.subscription import read_query, watches_prices
from timthau.model.alert import Batch, Match, SubscriptionRow
from timthau.model.effective import as_it_stands, is_news
from timthau.model.moment import is_ahead
from timthau.model.notice import Notice

_BATCH = 100  # changes; with 100,000 subscribers they make a million matches, which are written in one go

#: Ids by what they belong to.
Ids = Mapping[str, list[str]]


class Follower:
    """Follows the store's outbox; keeps the searches ready from one round to the next, each once."""

    def __init__(self, stores: AlertStores) -> None:
        self._office = stores
        self._searches: set[str] = set()
        self._matcher = Matcher()

    def track(self, now: datetime) -> int:
        """Write down what all subscriptions have to be told of, up to the outbox's end; gives how many matches.

        Two workers may do this at once, and either may be killed: each batch is one transaction, done once.
        """
        count = 0
        while batch := self._office.alerts.next_batch(_BATCH):
            self._office.store.relations.catch_up()
            # Read after the changes: a subscription that begins later has a later number than all of them.
            rows = list(self._office.subscriptions.active())
            count += self._office.alerts.record(batch, self._find(batch, rows, now) if rows and batch.changed else ())
        return count

    def _find(self, batch: Batch, rows: list[SubscriptionRow], now: datetime) -> Iterator[Match]:
        """The matches of a batch. All is searched for at once, so that nobody holds a transaction meanwhile."""
        batch = replace(batch, changed={key: _date(told, now) for key, told in batch.changed.items()})
        notices = self._office.store.notices_by_id(batch.changed)
        effects = self._office.store.effective.of(notices)
        followers = self._find_followers(notices, rows)
        subscribers: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            if row.notice_id is None and not watches_prices(row.query):
                subscribers[row.query].append(row.id)
        standing = [as_it_stands(notice, effects.get(notice.id)) for notice in notices.values()]
        searches = self._search(subscribers, standing, now)
        recent = self._office.settings.news
        told = (
            _Told(
                notice,
                frozenset(followers[notice.id]),
                frozenset(own for search in searches[notice.id] for own in subscribers[search]),
                is_news(notice, effects.get(notice.id), batch.changed[notice.id][1], recent),
            )
            for notice in notices.values()
        )
        return _each_match(batch, told, {row.id: row.since_seq for row in rows})

    def _find_followers(self, notices: Mapping[str, Notice], rows: Iterable[SubscriptionRow]) -> Ids:
        """The subscriptions that were told of a notice before, or watch it, by notice.

        Who was told of a notice is told of what becomes of it, and of notices that amend it, although its search may
        not find these: a cancelled notice is no invitation any more.
        """
        about: dict[str, list[str]] = defaultdict(list)
        amended = self._office.store.relations.amended(notices)
        for notice_id in notices:
            for key in (notice_id, *amended.get(notice_id, ())):
                about[key].append(notice_id)
        watched = ((row.id, row.notice_id) for row in rows if row.notice_id in about)
        followers: dict[str, list[str]] = defaultdict(list)
        for subscription_id, key in (*self._office.alerts.told(about), *watched):
            for notice_id in about[key]:
                followers[notice_id].append(subscription_id)
        return followers

    def _search(self, searches: Iterable[str], notices: Sequence[Notice], now: datetime) -> Ids:
        """The searches that find a notice, by notice."""
        wanted = set(searches)
        if len(self._searches) > 2 * len(wanted):  # most have lost their subscribers
            self._searches, self._matcher = set(), Matcher()
        for search in wanted - self._searches:
            self._matcher.add(search, read_query(search))
        self._searches |= wanted
        found: dict[str, list[str]] = defaultdict(list)
        for search, notice_id in self._matcher.match(notices, now):
            if search in wanted:
                found[notice_id].append(search)
        return found


def _date(told: tuple[int, datetime], now: datetime) -> tuple[int, datetime]:
    """A change's number and time; a time that a clock which was ahead has set is the present."""
    seq, changed_at = told
    return seq, now if is_ahead(changed_at, now) else changed_at


@dataclass(frozen=True)
class _Told:
    """A notice, who is told of it because he knows of it already, and who because his search finds it."""

    notice: Notice
    followers: frozenset[str]
    finders: frozenset[str]
    is_news: bool


def _each_match(batch: Batch, told: Iterable[_Told], since: Mapping[str, int]) -> Iterator[Match]:
    """The matches of subscriptions that are active and began before the change."""
    for one in told:
        seq, changed_at = batch.changed[one.notice.id]
        for subscription_id in sorted(one.followers | one.finders):
            if seq > since.get(subscription_id, seq):
                is_old = not one.is_news and subscription_id not in one.followers
                yield Match(subscription_id, one.notice.id, one.notice.version, changed_at, is_old)
