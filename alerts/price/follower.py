"""From changes of award lines to matches: who has to be told of which line."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from alerts.stores import AlertStores
from alerts.subscription import Subscription
from index.embedded.price.match import match_lines
from timthau.model.alert import Match
from timthau.model.award_line import AwardLine
from timthau.model.moment import end_of

_BATCH = 2000  # lines: what a thousand searches cost to prepare is the greater part of small batches


class PriceFollower:
    """Follows the award lines of the store."""

    def __init__(self, stores: AlertStores) -> None:
        self._office = stores

    def track(self, now: datetime) -> int:
        """Write down what subscriptions to prices have to be told of, up to the last change; gives how many matches.

        Two workers may do this at once, and either may be killed: each batch is one transaction, done once.
        """
        count, alerts, awards = 0, self._office.alerts, self._office.store.awards
        while changes := awards.changes_after(since := alerts.line_cursor(), _BATCH):
            # Read after the changes: who subscribes later is not told of them.
            watching = [one for one in map(Subscription.from_row, self._office.subscriptions.active()) if one.prices]
            lines = [change.line for change in changes if not change.is_gone]
            until = changes[-1].seq if watching else awards.last_change()
            count += alerts.record_lines(since, until, list(self._find(watching, lines, now)))
        return count

    def _find(self, watching: Sequence[Subscription], lines: Sequence[AwardLine], now: datetime) -> Iterator[Match]:
        queries = {one.prices: None for one in watching if one.prices}
        found = dict(zip(queries, match_lines(lines, list(queries), now), strict=True))
        for one in watching:
            for line in found[one.prices] if one.prices else ():
                seen_at = line.last_seen_at or now
                if one.confirmed_at and seen_at >= one.confirmed_at:
                    yield Match(one.id, line.id, line.version, now, is_old=not self._is_news(line, now))

    def _is_news(self, line: AwardLine, now: datetime) -> bool:
        """Whether it was published lately; a back-fill brings years of old lines."""
        return line.dated_at is not None and end_of(line.dated_at) > now - self._office.settings.news
