"""From changes of the store to matches: who has to be told of which version of which notice."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from alerts.match import Matcher
from alerts.office import Office
from alerts.subscription import Subscription
from timthau.alert_record import Batch, Match
from timthau.model import Notice
from timthau.subscription_store import SubscriptionRow

_BATCH = 100  # changes; with 100,000 subscribers they make a million matches, which are written in one go


class Tracker:
    """Follows the store's outbox; keeps the subscriptions' searches ready from one round to the next."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._queries: dict[str, str] | None = None
        self._matcher = Matcher(())

    def track(self, now: datetime) -> int:
        """Write down what all subscriptions have to be told of, up to the outbox's end; gives how many matches.

        Two workers may do this at once, and either may be killed: each batch is one transaction, done once.
        """
        count = 0
        while batch := self._office.alerts.next_batch(_BATCH):
            # Read after the changes: a subscription that begins later has a later number than all of them.
            rows = list(self._office.subscriptions.active())
            found = list(self._find(batch, rows, now)) if rows and batch.changed else []
            count += self._office.alerts.record(batch, found)
        return count

    def _find(self, batch: Batch, rows: list[SubscriptionRow], now: datetime) -> Iterator[Match]:
        notices = self._office.store.notices_by_id(batch.changed)
        since = {row.id: row.since_seq for row in rows}
        for subscription_id, notice_id in sorted(self._pair(notices, rows, now)):
            seq, changed_at = batch.changed[notice_id]
            if seq > since.get(subscription_id, seq):
                yield Match(subscription_id, notice_id, notices[notice_id].version, changed_at)

    def _pair(self, notices: dict[str, Notice], rows: list[SubscriptionRow], now: datetime) -> set[tuple[str, str]]:
        """Pairs of subscription and notice: found by the search, told of before, or watched.

        Who was told of a notice is told of what becomes of it, and of notices that amend it, although its search may
        not find these: a cancelled notice is no invitation any more.
        """
        pairs = set(self._match(notices.values(), rows, now))
        about: dict[str, list[str]] = {}
        for notice in notices.values():
            for key in filter(None, (notice.id, notice.amends)):
                about.setdefault(key, []).append(notice.id)
        followers = [
            *self._office.alerts.told(about),
            *((row.id, row.notice_id) for row in rows if row.notice_id in about),
        ]
        pairs |= {(subscription_id, notice_id) for subscription_id, key in followers for notice_id in about[key]}
        return pairs

    def _match(
        self, notices: Iterable[Notice], rows: list[SubscriptionRow], now: datetime
    ) -> Iterator[tuple[str, str]]:
        queries = {row.id: row.query for row in rows if row.notice_id is None}
        if queries != self._queries:
            self._matcher = Matcher((row.id, Subscription.from_row(row).query) for row in rows if row.notice_id is None)
            self._queries = queries
        return self._matcher.match(list(notices), now)
