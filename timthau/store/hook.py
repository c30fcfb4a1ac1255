"""Webhooks in the store: each find goes into exactly one delivery, each delivery to one worker at a time."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from timthau.model.alert import Match, SubscriptionState
from timthau.model.hook import Delivery, Dispatch, Hook, HookState
from timthau.model.moment import format_moment, parse_moment
from timthau.store.database import Tables
from timthau.store.row import read_time
from timthau.store.schema import alert_match as matches
from timthau.store.schema import hook as hooks
from timthau.store.schema import hook_delivery as deliveries
from timthau.store.schema import subscription as subscriptions


class HookStore(Tables):
    """Hooks and deliveries."""

    def begin(self, hook: Hook, challenge: Delivery) -> None:
        """Keep a hook, instead of the one that its subscription had, with the challenge that it has to answer."""
        with self._writer.begin() as connection:
            _forget(connection, hook.subscription_id)
            connection.execute(insert(hooks).values(_values(hook)))
            connection.execute(insert(deliveries).values(_values(challenge) | {"next_try_at": _first_try(challenge)}))

    def forget(self, subscription_id: str) -> None:
        """Delete a subscription's hook and what it would have been sent."""
        with self._writer.begin() as connection:
            _forget(connection, subscription_id)

    def hook(self, subscription_id: str) -> Hook | None:
        """The hook of a subscription."""
        query = select(hooks).where(hooks.c.subscription_id == subscription_id)
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return _hook(row) if row else None

    def activate(self, subscription_id: str, now: datetime) -> None:
        """The challenge was answered: what is found from now on is posted."""
        self._set(subscription_id, state=HookState.ACTIVE, confirmed_at=format_moment(now), answer="")

    def fail(self, subscription_id: str, answer: str, now: datetime) -> None:
        """Post nothing more until its owner sets the hook anew."""
        self._set(subscription_id, state=HookState.FAILED, answer=answer)
        waiting = (deliveries.c.subscription_id == subscription_id) & deliveries.c.settled_at.is_(None)
        with self._writer.begin() as connection:
            connection.execute(update(deliveries).where(waiting).values(settled_at=format_moment(now)))

    def waiting(self) -> Mapping[str, list[Match]]:
        """What no delivery tells of yet, by subscription with an active hook."""
        query = (
            select(matches)
            .select_from(matches.join(subscriptions).join(hooks, hooks.c.subscription_id == subscriptions.c.id))
            .where(
                matches.c.delivery_id.is_(None),
                matches.c.is_old.is_(False),
                hooks.c.state == HookState.ACTIVE,
                subscriptions.c.state == SubscriptionState.ACTIVE,
                matches.c.found_at >= hooks.c.confirmed_at,
            )
            .order_by(matches.c.subscription_id, matches.c.found_at, matches.c.notice_id, matches.c.version)
        )
        found: dict[str, list[Match]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                match = Match(row.subscription_id, row.notice_id, row.version, read_time(row.found_at))
                found.setdefault(row.subscription_id, []).append(match)
        return found

    def dispatch(self, what: Dispatch) -> bool:
        """Put a delivery in the queue with what it tells of; False when another worker told a part of it."""
        with self._writer.begin() as connection, connection.begin_nested() as savepoint:
            for match in what.matches:
                key = (matches.c.subscription_id == match.subscription_id) & (matches.c.notice_id == match.notice_id)
                key &= (matches.c.version == match.version) & matches.c.delivery_id.is_(None)
                if connection.execute(update(matches).where(key).values(delivery_id=what.delivery.id)).rowcount != 1:
                    savepoint.rollback()
                    return False
            values = _values(what.delivery) | {"next_try_at": _first_try(what.delivery)}
            connection.execute(insert(deliveries).values(values))
        return True

    def claim(self, now: datetime, lease: timedelta) -> tuple[Delivery, Hook] | None:
        """A delivery whose turn it is, for this worker alone until the lease ends; None when there is none."""
        query = (
            select(deliveries)
            .select_from(deliveries.join(subscriptions))
            .where(
                deliveries.c.settled_at.is_(None),
                deliveries.c.next_try_at <= format_moment(now),
                subscriptions.c.state == SubscriptionState.ACTIVE,
            )
            .order_by(deliveries.c.next_try_at, deliveries.c.id)
            .limit(1)
        )
        with self._writer.begin() as connection:
            row = connection.execute(query.with_for_update(skip_locked=True, of=deliveries)).mappings().first()
            if row is None:
                return None
            claim = {"next_try_at": format_moment(now + lease), "attempts": row["attempts"] + 1}
            connection.execute(update(deliveries).where(deliveries.c.id == row["id"]).values(claim))
            own = select(hooks).where(hooks.c.subscription_id == row["subscription_id"])
            return _delivery(dict(row) | claim), _hook(connection.execute(own).mappings().one())

    def settle(self, delivery: Delivery, now: datetime) -> None:
        """A delivery was taken: it is never claimed again, and what was answered before says nothing any more."""
        with self._writer.begin() as connection:
            values = {"settled_at": format_moment(now)}
            connection.execute(update(deliveries).where(deliveries.c.id == delivery.id).values(values))
        self._set(delivery.subscription_id, answer="")

    def put_back(self, delivery: Delivery, at: datetime, answer: str) -> None:
        """Let a claimed delivery be tried again, not before a moment."""
        with self._writer.begin() as connection:
            values = {"next_try_at": format_moment(at)}
            connection.execute(update(deliveries).where(deliveries.c.id == delivery.id).values(values))
        self._set(delivery.subscription_id, answer=answer)

    def forget_settled(self, before: datetime) -> None:
        """Delete deliveries that were settled before a moment."""
        with self._writer.begin() as connection:
            connection.execute(delete(deliveries).where(deliveries.c.settled_at < format_moment(before)))

    def _set(self, subscription_id: str, **values: Any) -> None:
        with self._writer.begin() as connection:
            connection.execute(update(hooks).where(hooks.c.subscription_id == subscription_id).values(values))


def _forget(connection: Connection, subscription_id: str) -> None:
    for table in (deliveries, hooks):
        connection.execute(delete(table).where(table.c.subscription_id == subscription_id))


def _first_try(delivery: Delivery) -> str | None:
    return format_moment(delivery.created_at)


_MOMENTS = ("created_at", "confirmed_at", "next_try_at", "settled_at")


def _values(kept: Hook | Delivery) -> dict[str, Any]:
    values = {name: getattr(kept, name) for name in type(kept).__dataclass_fields__}
    return values | {name: format_moment(values[name]) for name in _MOMENTS if name in values}


def _read(row: Any) -> dict[str, Any]:
    return {name: parse_moment(value) if name in _MOMENTS and value else value for name, value in dict(row).items()}


def _hook(row: Any) -> Hook:
    return Hook(**(_read(row) | {"state": HookState(row["state"])}))


def _delivery(row: Any) -> Delivery:
    return Delivery(**_read(row))
