"""One round of the alerts: match what changed, write the mails that are due, hand them over; post to webhooks."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from alerts.compose import Composer
from alerts.follower import Follower
from alerts.hook.delivery import post_waiting
from alerts.mailer import Mailer
from alerts.price.follower import PriceFollower
from alerts.send import SendCount, send_waiting
from alerts.stores import AlertStores
from alerts.window import PERIODS
from timthau.model.alert import Frequency
from timthau.model.moment import HANOI

_log = logging.getLogger(__name__)

#: How long it is kept from where a mail was asked for, the text of a mail after it was sent, and that it was sent; and
#: how long, from when they were made, wishes that nobody confirmed and subscriptions that have ended.
KEEP_REQUESTS = timedelta(days=1)
KEEP_MESSAGES = timedelta(days=7)
KEEP_ENDED = timedelta(days=30)


@dataclass(frozen=True)
class Round:
    """What a round did: matches found, mails written, and what became of those in the queue."""

    matched: int
    written: int
    tally: SendCount


def present() -> datetime:
    """Now, in Hanoi."""
    return datetime.now(HANOI)


class Worker:
    """Does rounds. Several may run at once, and each may be killed anywhere: the next round goes on from there."""

    def __init__(
        self,
        stores: AlertStores,
        mailer: Mailer,
        *,
        clock: Callable[[], datetime] = present,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._office, self._mailer, self._clock, self._stopping = stores, mailer, clock, stopping
        self._tracker, self._price_tracker = Follower(stores), PriceFollower(stores)
        self._composer = Composer(stores)
        self._tidied: date | None = None

    def run(self) -> Round:
        """One round; `stopping` ends it between two mails, and the next round goes on.

        Raises MailError when mails could not be written, after those that could were sent: the round does not count,
        so that somebody looks.
        """
        now = self._clock()
        if self._office.clock.pull_back(now):
            _log.warning("the clock was ahead: what it had put off is done now")
        matched = self._tracker.track(now) + self._price_tracker.track(now)
        try:
            written = self._composer.compose(now)
        finally:
            tally = send_waiting(self._office, self._mailer, self._clock, self._stopping)
            post_waiting(self._office, self._clock, self._stopping)
        if self._tidied != now.date() and self._is_settled(now):
            self._tidy(now)
        self._office.alerts.note_look(now)
        return Round(matched, written, tally)

    def _is_settled(self, now: datetime) -> bool:
        """Whether the clock has been near this time for a day: the last two days had their windows.

        A clock that has just jumped ahead would have everything look old.
        """
        ends = [window.ends_at for window in self._office.alerts.windows(Frequency.DAILY, limit=2)]
        day = PERIODS[Frequency.DAILY]
        return len(ends) == 2 and ends[0] - ends[1] <= day and now - ends[0] <= day

    def _tidy(self, now: datetime) -> None:
        """Forget what is old by the days that were seen to pass, so that a wrong clock ages nothing by years."""
        office = self._office
        for forget, kept in (
            (office.mails.forget_requests, KEEP_REQUESTS),
            (office.hooks.forget_settled, KEEP_MESSAGES),
            (office.mails.empty_settled, KEEP_MESSAGES),
            (office.mails.forget_settled, office.settings.mails_kept),
            (office.subscriptions.forget_ended, KEEP_ENDED),
        ):
            if before := office.clock.days_back(kept.days):
                forget(before)
        office.store.prune_versions(office.settings.versions)
        self._tidied = now.date()
