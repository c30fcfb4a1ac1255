"""Which subscriptions new and changed notices match: exactly what their searches would find among them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from index.embedded.percolator import Percolator
from index.query import Query
from timthau.model.notice import Notice

_AT_ONCE = 512  # notices; more at a time is hardly faster and needs more memory


class Matcher:
    """Subscriptions ready to be matched with one batch of notices after the other.

    100,000 of them are ready after some seconds; kept, a batch of a few notices costs a fraction of one.
    """

    def __init__(self, subscriptions: Iterable[tuple[str, Query]] = ()) -> None:
        self._ids: list[str] = []
        self._percolator = Percolator()
        for identity, query in subscriptions:
            self.add(identity, query)

    def add(self, identity: str, query: Query) -> None:
        """Match one more from now on."""
        self._ids.append(identity)
        self._percolator.add(query)

    def match(self, notices: Sequence[Notice], now: datetime) -> Iterator[tuple[str, str]]:
        """The ids of subscription and notice of each pair that belongs together; `now` (aware) decides what is open.

        A pair is given when a literal search with the subscription's query would find the notice. Of several notices
        with one id the last one counts, as in the index.
        """
        latest = list({notice.id: notice for notice in notices}.values())
        for start in range(0, len(latest), _AT_ONCE):
            batch = latest[start : start + _AT_ONCE]
            for subscription, notice in self._percolator.match(batch, now):
                yield self._ids[subscription], batch[notice].id
