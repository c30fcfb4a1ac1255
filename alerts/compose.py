"""From matches to mails in the queue: at once, in digests of a window, as reminders; and the canary."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from alerts.digest import WEEK, DigestEntry, Occasion, build_digest, build_reminder
from alerts.letter import Letter, new_mail_id
from alerts.link import Purpose
from alerts.price.letter import build_awards
from alerts.stores import AlertStores
from alerts.subscription import Subscription
from alerts.window import PERIODS, REMINDER, latest_end, reminder_due
from alerts.wording import Words, words_of
from index.contract import Passage
from index.excerpt import find_excerpts
from timthau.batch import batched
from timthau.errors import MailError
from timthau.model.alert import Coming, Frequency, Mail, MailKind, Match, Settlement, Window
from timthau.model.health import DOWN, list_health
from timthau.model.moment import HANOI, end_of
from timthau.model.notice import Notice

_log = logging.getLogger(__name__)

_AT_ONCE = 50  # mails in one transaction; their notices are in memory together
_NEVER = datetime.max.replace(tzinfo=HANOI)
_Found = TypeVar("_Found")


class Composer:
    """Writes the mails that are due. A rerun, a second worker and a kill at any point write each of them once."""

    def __init__(self, stores: AlertStores) -> None:
        self._office = stores
        self._stationery = stores.stationery
        self._failed = 0  # mails that could not be written
        self._left = 0  # mails that were left out: another worker told of a part, or the subscription has ended
        self._told: set[tuple[str, str, Any]] = set()  # address and notice, with the version or deadline

    def compose(self, now: datetime) -> int:
        """Write all mails that are due; gives how many. Raises MailError at the end when some could not be written.

        Windows that were missed, however many, are made up for by one that reaches from the last to the present. One
        that could not be written to its end stays open.
        """
        self._failed, self._left, self._told = 0, 0, set()
        count = self._compose_matches(Frequency.IMMEDIATE, None, now)
        for frequency in PERIODS:
            self._open_due(frequency, now)
        for window in self._office.alerts.open_windows():
            undone = self._failed + self._left
            if window.frequency == REMINDER:
                count += self._compose_reminders(window, now)
            else:
                count += self._compose_matches(Frequency(window.frequency), window, now)
            if undone == self._failed + self._left:
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
        if window is None:  # at once, together with what else comes meanwhile
            begun = now - self._office.settings.gather
            waiting = {key: found for key, found in waiting.items() if _first_news(found) <= begun}
        elif frequency is Frequency.DAILY:  # what was old when it was found comes at once to nobody
            at_once = self._office.alerts.waiting(Frequency.IMMEDIATE, window.ends_at)
            waiting |= {key: found for key, found in at_once.items() if _first_news(found) == _NEVER}
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
            settlements = list(filter(None, built))
            written = self._office.alerts.settle(settlements)
            self._left += len(settlements) - written
            count += written
        return count

    def _settle(
        self, subscription_id: str, matches: Sequence[Match], window: Window | None, down: Sequence[str], now: datetime
    ) -> Settlement | None:
        row = self._office.subscriptions.get(subscription_id)
        if row is None:  # deleted since
            return None
        own = [match for match in matches if (row.email, match.notice_id, match.version) not in self._told]
        if not own:  # another alert of the address tells of all
            return None
        subscription = Subscription.from_row(row)
        mail_id = new_mail_id()
        latest = {match.notice_id: match.version for match in sorted(own, key=lambda match: match.version)}
        twins = self._office.alerts.twins(subscription_id, row.email, latest)
        told = [*own, *(twin for twin in twins if twin.version <= latest[twin.notice_id])]
        news = {match.notice_id for match in told if not match.is_old}
        occasion = self._occasion(subscription, mail_id, window, down, now)
        occasion = replace(occasion, older=len(latest.keys() - news))
        if subscription.prices:
            letter = build_awards(subscription, list(self._office.store.awards.lines_by_id(news).values()), occasion)
        else:
            entries = self._entries(subscription, [match for match in told if match.notice_id in news])
            entries += self._closing(subscription, latest, now)
            letter = build_digest(subscription, entries, occasion)
        mail = self._stationery.write(letter, now, mail_id)
        self._told |= {(row.email, match.notice_id, match.version) for match in told}
        return Settlement(mail, matches=told)

    def _entries(self, subscription: Subscription, matches: Sequence[Match]) -> list[DigestEntry]:
        """One entry a notice, at its latest version, beside the version that the reader knows."""
        ordered = sorted(matches, key=lambda match: match.version)
        latest = {match.notice_id: match.version for match in ordered}
        earliest = {match.notice_id: match.version for match in reversed(ordered)}
        known = self._office.alerts.told_versions(subscription.email, latest)
        named = self._name_alerts(matches, words_of(subscription.language))
        current = self._office.store.versions_at(latest.items())
        passages = _find_lines(subscription, list(current.values()))
        since = subscription.confirmed_at or subscription.created_at
        # Of the second in which it was confirmed the number of the change tells.
        same = [key for (key, _), notice in current.items() if notice.first_seen_at == since]
        there_first = {
            key for key, seq in self._office.store.first_changes(same).items() if seq <= subscription.since_seq
        }
        for (notice_id, _), notice in current.items():
            before = earliest[notice_id] - 1
            # A notice older than the subscription was there to be read; a newer one that was not told of is new.
            found_at = notice.first_seen_at
            was_there = found_at is not None and (found_at < since or (found_at == since and notice_id in there_first))
            if before and notice_id not in known and (was_there or notice_id == subscription.notice_id):
                known[notice_id] = before
        then = self._office.store.versions_at(known.items())
        store = self._office.store
        changed = {key: found[0] for key, found in store.relations.amended(latest).items() if found}
        amended = store.notices_by_id(changed.values())
        effects = store.effective.of([*latest, *amended])
        held = store.corrections.held(latest)
        return [
            DigestEntry(
                notice,
                then.get((notice.id, known.get(notice.id, 0))),
                amended.get(changed.get(notice.id, "")),
                passages.get(notice.id),
                named.get(notice.id, ()),
                effects.get(notice.id),
                effects.get(changed.get(notice.id, "")),
                corrected=frozenset(one.field for one in held.get(notice.id, ())),
            )
            for notice in current.values()
        ]

    def _closing(self, subscription: Subscription, told: Collection[str], now: datetime) -> list[DigestEntry]:
        """What earlier mails told of and closes within a week, beside what is told of now; for weekly digests."""
        if subscription.frequency is not Frequency.WEEKLY:
            return []
        store = self._office.store
        closing = self._office.alerts.closing(subscription.id, subscription.email, now, now + WEEK)
        notices = store.notices_by_id(key for key in closing if key not in told)
        effects = store.effective.of(notices)
        return [DigestEntry(one, effective=effects.get(one.id), is_told=True) for one in notices.values()]

    def _name_alerts(self, matches: Sequence[Match], words: Words) -> dict[str, tuple[str, ...]]:
        """What the alerts that a notice belongs to are about, by notice; only of those that belong to several."""
        found: dict[str, dict[str, None]] = {}
        for match in matches:
            found.setdefault(match.notice_id, {})[match.subscription_id] = None
        several = {notice_id: own for notice_id, own in found.items() if len(own) > 1}
        rows = filter(None, map(self._office.subscriptions.get, {key for own in several.values() for key in own}))
        about = {row.id: self._office.registry.describe(Subscription.from_row(row), words) for row in rows}
        return {notice_id: tuple(about[key] for key in own if key in about) for notice_id, own in several.items()}

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
            and (row.email, one.notice_id, one.deadline_at) not in self._told
        ]
        if not due:
            return None
        subscription = Subscription.from_row(row)
        mail_id = new_mail_id()
        notices = self._office.store.notices_by_id(one.notice_id for one in due)
        effects = self._office.store.effective.of(notices)
        occasion = self._occasion(subscription, mail_id, window, (), now)
        letter = build_reminder(subscription, notices.values(), effects, occasion)
        mail = self._stationery.write(letter, now, mail_id)
        self._told |= {(row.email, one.notice_id, one.deadline_at) for one in due}
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


def _first_news(matches: Sequence[Match]) -> datetime:
    """When the first of them was found that makes a mail; never, where none does."""
    return min((match.found_at for match in matches if not match.is_old), default=_NEVER)


def _find_lines(subscription: Subscription, notices: Sequence[Notice]) -> dict[str, Passage]:
    """The line of each notice, beside its title, that answers the subscription's search best."""
    found = find_excerpts(subscription.query, notices) if subscription.notice_id is None else {}
    lines = {key: [passage for passage in passages if passage.where != "title"] for key, passages in found.items()}
    return {key: passages[0] for key, passages in lines.items() if passages}
