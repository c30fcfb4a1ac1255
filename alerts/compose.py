"""From matches to mails in the queue: at once, in digests of a window, as reminders; and the canary."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from alerts.digest import DigestEntry, Occasion, build_digest, build_reminder
from alerts.letter import Letter, new_mail_id
from alerts.link import Purpose
from alerts.stores import AlertStores
from alerts.subscription import Subscription
from alerts.window import PERIODS, REMINDER, latest_end, reminder_due
from alerts.wording import words_of
from timthau.batch import batched
from timthau.errors import MailError
from timthau.model.alert import Coming, Frequency, Mail, MailKind, Match, Settlement, Window
from timthau.model.health import DOWN, list_health
from timthau.model.moment import end_of

_log = logging.getLogger(__name__)

_AT_ONCE = 50  # mails in one transaction; their notices are in memory together
_Found = TypeVar("_Found")


class Composer:
    """Writes the mails that are due. A rerun, a second worker and a kill at any point write each of them once."""

    def __init__(self, stores: AlertStores) -> None:
        self._office = stores
        self._stationery = stores.stationery
        self._failed = 0

    def compose(self, now: datetime) -> int:
        """Write all mails that are due; gives how many. Raises MailError at the end when some could not be written.

        Windows that were missed, however many, are made up for by one that reaches from the last to the present. One
        that could not be written to its end stays open.
        """
        self._failed = 0
        count = self._compose_matches(Frequency.IMMEDIATE, None, now)
        for frequency in PERIODS:
            self._open_due(frequency, now)
        for window in self._office.alerts.open_windows():
            failed = self._failed
            if window.frequency == REMINDER:
                count += self._compose_reminders(window, now)
            else:
                count += self._compose_matches(Frequency(window.frequency), window, now)
            if failed == self._failed:
                canary = self._write_canary(window, now) if window.frequency == Frequency.DAILY else None
                self._office.alerts.finish_window(window, now, canary)
        if self._failed:
            raise MailError(f"{self._failed} mails could not be written, the log says why; {count} were")
        return count

    def _open_due(self, frequency: str, now: datetime) -> None:
        end = latest_end(frequency, now, self._office.settings.digest_time)
        before = self._office.alerts.windows(frequency)
        if not before:
            self._office.alerts.open_window(Window(frequency, end - PERIODS[frequency], end))
        elif before[0].ends_at < end:
            self._office.alerts.open_window(Window(frequency, before[0].ends_at, end))

    def _compose_matches(self, frequency: Frequency, window: Window | None, now: datetime) -> int:
        waiting = self._office.alerts.waiting(frequency, window.ends_at if window else None)
        down = self._list_down(now) if waiting else []
        return self._write_all(waiting, lambda key, matches: self._settle(key, matches, window, down, now))

    def _write_all(self, found: Mapping[str, _Found], build: Callable[[str, _Found], Settlement | None]) -> int:
        """Build a mail for each subscription and put it in the queue; gives how many."""
        count = 0
        for some in batched(found.items(), _AT_ONCE):
            built = []
            for subscription_id, what in some:
                try:
                    built.append(build(subscription_id, what))
                except Exception:  # noqa: BLE001  # one mail that cannot be written must not hold back all others
                    _log.exception("the mail for subscription %s cannot be written", subscription_id)
                    self._failed += 1
            count += self._office.alerts.settle(filter(None, built))
        return count

    def _settle(
        self, subscription_id: str, matches: Sequence[Match], window: Window | None, down: Sequence[str], now: datetime
    ) -> Settlement | None:
        row = self._office.subscriptions.get(subscription_id)
        if row is None:  # deleted since
            return None
        subscription = Subscription.from_row(row)
        mail_id = new_mail_id()
        occasion = self._occasion(subscription, mail_id, window, down, now)
        letter = build_digest(subscription, self._entries(subscription, matches), occasion)
        return Settlement(self._stationery.write(letter, now, mail_id), matches=matches)

    def _entries(self, subscription: Subscription, matches: Sequence[Match]) -> list[DigestEntry]:
        """One entry a notice, at its latest version, beside the version that the reader knows."""
        ordered = sorted(matches, key=lambda match: match.version)
        latest = {match.notice_id: match.version for match in ordered}
        earliest = {match.notice_id: match.version for match in reversed(ordered)}
        known = self._office.alerts.told_versions(subscription.id, latest)
        current = self._office.store.versions_at(latest.items())
        since = subscription.confirmed_at or subscription.created_at
        for (notice_id, _), notice in current.items():
            before = earliest[notice_id] - 1
            # A notice older than the subscription was there to be read; a newer one that was not told of is new.
            was_there = notice.first_seen_at is not None and notice.first_seen_at < since
            if before and notice_id not in known and (was_there or notice_id == subscription.notice_id):
                known[notice_id] = before
        then = self._office.store.versions_at(known.items())
        amended = self._office.store.notices_by_id({notice.amends for notice in current.values() if notice.amends})
        return [
            DigestEntry(notice, then.get((notice.id, known.get(notice.id, 0))), amended.get(notice.amends or ""))
            for notice in current.values()
        ]

    def _compose_reminders(self, window: Window, now: datetime) -> int:
        coming = self._office.alerts.coming_deadlines(now)
        return self._write_all(coming, lambda key, deadlines: self._remind(key, deadlines, window, now))

    def _remind(
        self, subscription_id: str, coming: Sequence[Coming], window: Window, now: datetime
    ) -> Settlement | None:
        row = self._office.subscriptions.get(subscription_id)
        if row is None or row.reminder_days is None:  # deleted or changed since
            return None
        digest_time = self._office.settings.digest_time
        due = [
            one
            for one in coming
            # Who was first told when the reminder was due already knows how little time is left.
            if one.known_since < reminder_due(one.deadline_at, row.reminder_days, digest_time) <= window.ends_at
            and end_of(one.deadline_at) > now
        ]
        if not due:
            return None
        subscription = Subscription.from_row(row)
        mail_id = new_mail_id()
        notices = self._office.store.notices_by_id(one.notice_id for one in due)
        letter = build_reminder(
            subscription, list(notices.values()), self._occasion(subscription, mail_id, window, (), now)
        )
        mail = self._stationery.write(letter, now, mail_id)
        return Settlement(mail, deadlines=[(one.notice_id, one.deadline_at) for one in due])

    def _occasion(
        self, subscription: Subscription, mail_id: str, window: Window | None, down: Sequence[str], now: datetime
    ) -> Occasion:
        return Occasion(
            about=self._office.registry.describe(subscription, words_of(subscription.language)),
            now=now,
            page_url=self._stationery.links.base_url,
            see_url=self._stationery.links.url(Purpose.SEE, mail_id),
            window=window,
            down=down,
        )

    def _list_down(self, now: datetime) -> list[str]:
        return [
            health.source for health in list_health(self._office.store.recent_runs(), {}, now) if health.state in DOWN
        ]

    def _write_canary(self, window: Window, now: datetime) -> Mail | None:
        if not self._office.settings.canary:
            return None
        states = self._office.mails.count_by_state()
        active = self._office.subscriptions.count_by_state()
        down = self._list_down(now)
        lines = [
            f"window: {window.starts_at.isoformat()} to {window.ends_at.isoformat()}",
            "mails: " + ", ".join(f"{number} {state}" for state, number in states.items()),
            "subscriptions: " + ", ".join(f"{number} {state}" for state, number in active.items()),
            "sources down: " + (", ".join(down) or "none"),
        ]
        letter = Letter(
            kind=MailKind.CANARY,
            email=self._office.settings.canary,
            language="en",
            subject=f"TimThau sends alerts: {window.ends_at.date().isoformat()}",
            template="canary",
            values={"lines": lines},
            window=window,
        )
        return self._stationery.write(letter, now)
