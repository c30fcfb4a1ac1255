"""Subscriptions in the store: who is told of what, from the wish on a page to the end."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from timthau.model.alert import Frequency, Mail, SubscriptionRow, SubscriptionState
from timthau.model.moment import format_moment, parse_moment
from timthau.store.database import Tables
from timthau.store.mail import drop_waiting, forget_bounces, hold_waiting, insert_mail
from timthau.store.schema import alert_match as matches
from timthau.store.schema import alert_reminder as reminders
from timthau.store.schema import hook, hook_delivery, outbox
from timthau.store.schema import mail as mails
from timthau.store.schema import mail_report as reports
from timthau.store.schema import subscription as subscriptions


class SubscriptionStore(Tables):
    """The subscriptions."""

    def add(self, row: SubscriptionRow, mail: Mail) -> None:
        """Keep a new subscription together with the mail that asks to confirm it."""
        values = {name: getattr(row, name) for name in SubscriptionRow.__dataclass_fields__}
        values |= {name: format_moment(values[name]) for name in _MOMENTS}
        with self._writer.begin() as connection:
            connection.execute(insert(subscriptions).values(values))
            insert_mail(connection, mail)

    def get(self, subscription_id: str) -> SubscriptionRow | None:
        """A subscription in whatever state."""
        found = self._select(subscriptions.c.id == subscription_id)
        return found[0] if found else None

    def of_address(self, email: str) -> list[SubscriptionRow]:
        """All of an address that were not ended, oldest first; also those that wait for their confirmation."""
        return self._select((subscriptions.c.email == email) & (subscriptions.c.state != SubscriptionState.DELETED))

    def all(self) -> list[SubscriptionRow]:
        """Every subscription, oldest first."""
        return self._select(subscriptions.c.id.is_not(None))

    def active(self) -> Iterator[SubscriptionRow]:
        """Those that are to be told of changes."""
        with self._engine.connect() as connection:
            query = select(subscriptions).where(subscriptions.c.state == SubscriptionState.ACTIVE)
            for row in connection.execute(query).mappings():
                yield _row(row)

    def count_by_state(self) -> dict[SubscriptionState, int]:
        """How many subscriptions are in each state."""
        query = select(subscriptions.c.state, func.count()).group_by(subscriptions.c.state)
        with self._engine.connect() as connection:
            found = {SubscriptionState(state): number for state, number in connection.execute(query)}
        return {state: found.get(state, 0) for state in SubscriptionState}

    def activate(self, subscription_id: str, now: datetime) -> bool:
        """Confirm a pending subscription, from the next change on; False when it is not pending (any more)."""
        return self._move(subscription_id, (SubscriptionState.PENDING,), confirmed_at=format_moment(now))

    def resume(self, subscription_id: str) -> bool:
        """End a pause, or use an address again that bounced; from the next change on."""
        return self._move(subscription_id, (SubscriptionState.PAUSED, SubscriptionState.DISABLED))

    def pause(self, subscription_id: str) -> bool:
        """Send nothing until it is resumed; what was found before the pause waits."""
        active = (subscriptions.c.id == subscription_id) & (subscriptions.c.state == SubscriptionState.ACTIVE)
        with self._writer.begin() as connection:
            query = update(subscriptions).where(active).values(state=SubscriptionState.PAUSED)
            if not connection.execute(query).rowcount:
                return False
            hold_waiting(connection, subscription_id)
            return True

    def change(self, subscription_id: str, *, frequency: Frequency, reminder_days: int | None, language: str) -> bool:
        """Set how often and in which language mail comes; False when there is no such subscription (any more)."""
        there = (subscriptions.c.id == subscription_id) & (subscriptions.c.state != SubscriptionState.DELETED)
        values = {"frequency": frequency, "reminder_days": reminder_days, "language": language}
        with self._writer.begin() as connection:
            return connection.execute(update(subscriptions).where(there).values(values)).rowcount == 1

    def end(self, subscription_id: str, now: datetime) -> bool:
        """Unsubscribe: nothing is sent any more, what waited is dropped. False when it had ended before."""
        with self._writer.begin() as connection:
            return _end(connection, subscription_id, SubscriptionState.DELETED, now)

    def disable(self, subscription_id: str, now: datetime, *, pending_only: bool = False) -> bool:
        """Send nothing more for a subscription until its owner resumes it; False when it was so before.

        One that nobody has confirmed is over: only who reads the address's mail may start it.
        """
        state = select(subscriptions.c.state).where(subscriptions.c.id == subscription_id)
        with self._writer.begin() as connection:
            is_pending = connection.execute(state).scalar() == SubscriptionState.PENDING
            if pending_only and not is_pending:
                return False
            end = SubscriptionState.DELETED if is_pending else SubscriptionState.DISABLED
            return _end(connection, subscription_id, end, now)

    def forget(self, email: str) -> None:
        """Delete all that is known of an address: subscriptions, what they were told of, and mails."""
        with self._writer.begin() as connection:
            _forget(connection, subscriptions.c.email == email)
            sent = select(mails.c.id).where(mails.c.email == email)
            connection.execute(delete(reports).where(reports.c.mail_id.in_(sent)))
            connection.execute(delete(mails).where(mails.c.email == email))

    def forget_ended(self, before: datetime) -> None:
        """Delete subscriptions that ended, or were never confirmed, and were made before a moment."""
        over = subscriptions.c.state.in_((SubscriptionState.PENDING, SubscriptionState.DELETED))
        with self._writer.begin() as connection:
            _forget(connection, over & (subscriptions.c.created_at < format_moment(before)))

    def _select(self, which: Any) -> list[SubscriptionRow]:
        query = select(subscriptions).where(which).order_by(subscriptions.c.created_at, subscriptions.c.id)
        with self._engine.connect() as connection:
            return [_row(row) for row in connection.execute(query).mappings()]

    def _move(self, subscription_id: str, states: tuple[SubscriptionState, ...], **values: Any) -> bool:
        there = (subscriptions.c.id == subscription_id) & subscriptions.c.state.in_(states)
        with self._writer.begin() as connection:
            last = connection.execute(select(func.max(outbox.c.seq))).scalar() or 0
            values |= {"state": SubscriptionState.ACTIVE, "since_seq": last}
            if not connection.execute(update(subscriptions).where(there).values(values)).rowcount:
                return False
            forget_bounces(connection, subscription_id)  # somebody reads its mail
            return True


def _end(connection: Connection, subscription_id: str, state: SubscriptionState, now: datetime) -> bool:
    running = (subscriptions.c.id == subscription_id) & subscriptions.c.state.not_in((state, SubscriptionState.DELETED))
    if not connection.execute(update(subscriptions).where(running).values(state=state)).rowcount:
        return False
    drop_waiting(connection, subscription_id, now)
    unsent = (matches.c.subscription_id == subscription_id) & matches.c.mail_id.is_(None)
    connection.execute(delete(matches).where(unsent))
    return True


def _forget(connection: Connection, which: Any) -> None:
    ids = select(subscriptions.c.id).where(which)
    for table in (matches, reminders, hook_delivery, hook):
        connection.execute(delete(table).where(table.c.subscription_id.in_(ids)))
    connection.execute(delete(subscriptions).where(which))


_MOMENTS = ("created_at", "confirmed_at")


def _row(row: Any) -> SubscriptionRow:
    moments = {name: row[name] and parse_moment(row[name]) for name in _MOMENTS}
    known = {"frequency": Frequency(row["frequency"]), "state": SubscriptionState(row["state"])}
    return SubscriptionRow(**(dict(row) | moments | known))
