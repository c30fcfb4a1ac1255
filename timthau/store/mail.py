"""Mails on their way out, in the store: written with what they tell of, claimed by one worker, settled once."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, true, update

from timthau.model.alert import (
    SUBSCRIBED,
    Mail,
    MailAllowance,
    MailKind,
    MailRequest,
    MailState,
    ReportKind,
    Shortage,
)
from timthau.model.moment import format_moment, parse_moment
from timthau.store.database import Tables
from timthau.store.row import read_time
from timthau.store.schema import alert_match as matches
from timthau.store.schema import mail as mails
from timthau.store.schema import mail_report as reports
from timthau.store.schema import mail_request as requests
from timthau.store.schema import subscription as subscriptions


class MailStore(Tables):
    """The mails."""

    def add(self, mail: Mail) -> None:
        """Put a mail in the queue."""
        with self._writer.begin() as connection:
            insert_mail(connection, mail)

    def mail(self, mail_id: str) -> Mail | None:
        """A mail by its id."""
        with self._engine.connect() as connection:
            row = connection.execute(select(mails).where(mails.c.id == mail_id)).mappings().first()
            return _mail(row) if row else None

    def mails(
        self, *, subscription_id: str | None = None, state: MailState | None = None, limit: int = 100
    ) -> list[Mail]:
        """The latest mails, newest first; of one subscription, in one state, or all."""
        which = true() if subscription_id is None else mails.c.subscription_id == subscription_id
        if state is not None:
            which &= mails.c.state == state
        return self._select(which, mails.c.created_at.desc(), limit)

    def claim(self, now: datetime, lease: timedelta) -> Mail | None:
        """A mail whose turn it is, for this worker alone until the lease ends; None when there is none.

        A worker that dies leaves it waiting, and it is another's turn after the lease. Mails of subscriptions that
        are paused stay where they are.
        """
        due = select(mails).where(_WANTED, mails.c.next_try_at <= format_moment(now))
        query = due.order_by(mails.c.next_try_at, mails.c.id).limit(1)
        with self._writer.begin() as connection:
            row = connection.execute(query.with_for_update(skip_locked=True)).mappings().first()
            if row is None:
                return None
            claim = {"next_try_at": format_moment(now + lease), "attempts": row["attempts"] + 1}
            connection.execute(update(mails).where(mails.c.id == row["id"]).values(claim))
            return _mail(dict(row) | claim)

    def settle(self, mail_id: str, state: MailState, now: datetime, answer: str) -> None:
        """Say what became of a claimed mail: it is never claimed again."""
        values = {"state": state, "settled_at": format_moment(now), "answer": answer, "next_try_at": None}
        with self._writer.begin() as connection:
            connection.execute(update(mails).where(mails.c.id == mail_id).values(values))

    def put_back(self, mail_id: str, at: datetime, answer: str) -> None:
        """Let a claimed mail be tried again, not before a moment."""
        values = {"next_try_at": format_moment(at), "answer": answer}
        waiting = (mails.c.id == mail_id) & (mails.c.state == MailState.WAITING)
        with self._writer.begin() as connection:
            connection.execute(update(mails).where(waiting).values(values))

    def requeue(self, mail_id: str, now: datetime) -> None:
        """Let a settled mail wait again."""
        values = {"state": MailState.WAITING, "settled_at": None, "next_try_at": format_moment(now), "attempts": 0}
        settled = (mails.c.id == mail_id) & (mails.c.state != MailState.WAITING)
        with self._writer.begin() as connection:
            connection.execute(update(mails).where(settled).values(values))

    def reports(self, *, limit: int) -> list[tuple[Mail, str, datetime, str]]:
        """What came back last, newest first: the mail, the kind of report, when, and what it says."""
        what = (reports.c.kind.label("report"), reports.c.reported_at, reports.c.diagnostic)
        rows = select(mails, *what).join(reports, reports.c.mail_id == mails.c.id).order_by(reports.c.id.desc())
        names = Mail.__dataclass_fields__
        with self._engine.connect() as connection:
            found = connection.execute(rows.limit(limit)).mappings().all()
        mailed = [_mail({name: row[name] for name in names}) for row in found]
        told = [(row["report"], read_time(row["reported_at"]), row["diagnostic"]) for row in found]
        return [(mail, *one) for mail, one in zip(mailed, told, strict=True)]

    def take_request(self, request: MailRequest, allowance: MailAllowance) -> Shortage | None:
        """Count one more mail that was asked for on a page; says instead what there is too much of already.

        Counting and writing are one transaction: of many requests at once no more pass than one after the other.
        """
        hour, day = (format_moment(request.asked_at - span) for span in (timedelta(hours=1), timedelta(days=1)))
        own = requests.c.mailbox == request.mailbox
        near = requests.c.network == request.network
        shared = allowance.all_hour - (0 if request.known else allowance.reserve)
        bounds = [
            (Shortage.MAILBOX, own, hour, allowance.mailbox_hour),
            (Shortage.MAILBOX, own, day, allowance.mailbox_day),
            (Shortage.ALL, true(), hour, shared),
        ]
        if request.network:
            bounds[:0] = [
                (Shortage.NETWORK, near, hour, allowance.network_hour),
                (Shortage.NETWORK, near, day, allowance.network_day),
            ]
        with self._writer.begin() as connection:
            for shortage, which, since, most in bounds:
                query = select(func.count()).select_from(requests).where(which, requests.c.asked_at > since)
                if connection.execute(query).scalar_one() >= most:
                    return shortage
            values = vars(request) | {"asked_at": format_moment(request.asked_at)}
            connection.execute(insert(requests).values(values))
        return None

    def count_requests(self, since: datetime, *, network: str | None = None) -> int:
        """How many mails were asked for since a moment, from one network or by all."""
        which = requests.c.asked_at > format_moment(since)
        if network is not None:
            which &= requests.c.network == network
        with self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(requests).where(which)).scalar_one()

    def forget_requests(self, before: datetime) -> None:
        """Delete who asked for mails before a moment."""
        with self._writer.begin() as connection:
            connection.execute(delete(requests).where(requests.c.asked_at <= format_moment(before)))

    def count_by_state(self) -> dict[MailState, int]:
        """How many mails are in each state."""
        query = select(mails.c.state, func.count()).group_by(mails.c.state)
        with self._engine.connect() as connection:
            found = {MailState(state): number for state, number in connection.execute(query)}
        return {state: found.get(state, 0) for state in MailState}

    def oldest_waiting(self, *, put_off: bool) -> Mail | None:
        """The mail that has waited longest for somebody who still wants it: put off by the relay (4xx), or not."""
        answered = mails.c.answer.like("4%")
        return next(iter(self._select(_WANTED & (answered if put_off else ~answered), mails.c.created_at, 1)), None)

    def last_sent(self) -> datetime | None:
        """When the relay last took a mail."""
        query = select(func.max(mails.c.settled_at)).where(mails.c.state == MailState.SENT)
        with self._engine.connect() as connection:
            text = connection.execute(query).scalar()
            return read_time(text) if text else None

    def canaries(self, *, limit: int) -> list[Mail]:
        """The latest canaries, newest first."""
        return self._select(mails.c.kind == MailKind.CANARY, mails.c.created_at.desc(), limit)

    def last_arrival(self) -> datetime | None:
        """When a canary was last seen in its mailbox."""
        query = select(func.max(reports.c.reported_at)).where(reports.c.kind == ReportKind.ARRIVED)
        with self._engine.connect() as connection:
            text = connection.execute(query).scalar()
            return read_time(text) if text else None

    def report(self, mail_id: str, kind: ReportKind, now: datetime, diagnostic: str) -> bool:
        """Keep what came back about a mail; False when there is no such mail or it is known already."""
        known = (reports.c.mail_id == mail_id) & (reports.c.kind == kind)
        values = {"mail_id": mail_id, "kind": kind, "reported_at": format_moment(now), "diagnostic": diagnostic}
        with self._writer.begin() as connection:
            exists = connection.execute(select(mails.c.id).where(mails.c.id == mail_id)).first()
            if exists is None or connection.execute(select(reports.c.id).where(known)).first():
                return False
            connection.execute(insert(reports).values(values))
            return True

    def count_reports(self, email: str, kind: ReportKind, *, subscription_id: str | None = None) -> int:
        """How many mails to an address came back in one way; of all, or of those that a subscription has part in."""
        which = (mails.c.email == email) & (reports.c.kind == kind)
        if subscription_id is not None:
            which &= (mails.c.subscription_id == subscription_id) | mails.c.subscription_id.is_(None)
        query = select(func.count()).select_from(reports).join(mails, mails.c.id == reports.c.mail_id)
        with self._engine.connect() as connection:
            return connection.execute(query.where(which)).scalar_one()

    def empty_settled(self, before: datetime) -> int:
        """Delete the texts of mails that were settled before a moment; gives their number."""
        old = (mails.c.settled_at < format_moment(before)) & (mails.c.message != "")
        with self._writer.begin() as connection:
            return connection.execute(update(mails).where(old).values(message="")).rowcount

    def forget_settled(self, before: datetime) -> int:
        """Delete mails that were settled before a moment, with their reports; gives their number."""
        old = select(mails.c.id).where(mails.c.settled_at < format_moment(before))
        with self._writer.begin() as connection:
            connection.execute(delete(reports).where(reports.c.mail_id.in_(old)))
            return connection.execute(delete(mails).where(mails.c.settled_at < format_moment(before))).rowcount

    def _select(self, which: Any, order: Any, limit: int) -> list[Mail]:
        query = select(mails).where(which).order_by(order, mails.c.id).limit(limit)
        with self._engine.connect() as connection:
            return [_mail(row) for row in connection.execute(query).mappings()]


def insert_mail(connection: Connection, mail: Mail) -> None:
    """Write a mail in the transaction of what it tells of; its first try is due at once."""
    values = {name: getattr(mail, name) for name in Mail.__dataclass_fields__}
    values |= {name: format_moment(values[name]) for name in _MOMENTS}
    values["next_try_at"] = values["next_try_at"] or values["created_at"]
    connection.execute(insert(mails).values(values))


def drop_mail(connection: Connection, mail_id: str, now: datetime) -> None:
    """A mail that waits is not sent any more."""
    waiting = (mails.c.id == mail_id) & (mails.c.state == MailState.WAITING)
    values = {"state": MailState.DROPPED, "settled_at": format_moment(now), "next_try_at": None}
    connection.execute(update(mails).where(waiting).values(values))


def drop_waiting(connection: Connection, subscription_id: str, now: datetime) -> None:
    """What still waits for a subscription that has ended is not sent any more.

    What it would have told for other subscriptions of the address as well is theirs to tell again.
    """
    waiting = (mails.c.subscription_id == subscription_id) & (mails.c.state == MailState.WAITING)
    _take_back(connection, waiting, matches.c.subscription_id != subscription_id)
    values = {"state": MailState.DROPPED, "settled_at": format_moment(now), "next_try_at": None}
    connection.execute(update(mails).where(waiting).values(values))


def forget_bounces(connection: Connection, subscription_id: str) -> None:
    """The address of a subscription is alive: what came back before does not count any more."""
    address = select(subscriptions.c.email).where(subscriptions.c.id == subscription_id).scalar_subquery()
    own = select(mails.c.id).where(mails.c.email == address)
    connection.execute(delete(reports).where(reports.c.mail_id.in_(own), reports.c.kind == ReportKind.HARD_BOUNCE))


def hold_waiting(connection: Connection, subscription_id: str) -> None:
    """Digests of a subscription that pauses, which nobody has begun to send, are unmade; what they told of waits."""
    untried = (mails.c.subscription_id == subscription_id) & (mails.c.state == MailState.WAITING)
    untried &= (mails.c.kind == MailKind.DIGEST) & (mails.c.attempts == 0)
    _take_back(connection, untried, true())
    connection.execute(delete(mails).where(untried))


def _take_back(connection: Connection, which: Any, whose: Any) -> None:
    """Let matches that some mails tell of wait for another mail."""
    told = matches.c.mail_id.in_(select(mails.c.id).where(which))
    connection.execute(update(matches).where(told, whose).values(mail_id=None))


_ACTIVE = select(subscriptions.c.id).where(
    subscriptions.c.id == mails.c.subscription_id, subscriptions.c.state == "active"
)
#: Mails that wait and may be sent.
_WANTED = (mails.c.state == MailState.WAITING) & (mails.c.kind.not_in(SUBSCRIBED) | _ACTIVE.exists())
_MOMENTS = ("window_starts_at", "window_ends_at", "next_try_at", "created_at", "settled_at")


def _mail(row: Any) -> Mail:
    moments = {name: row[name] and parse_moment(row[name]) for name in _MOMENTS}
    return Mail(**(dict(row) | moments | {"kind": MailKind(row["kind"]), "state": MailState(row["state"])}))
