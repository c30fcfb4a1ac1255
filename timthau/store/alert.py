"""What subscriptions are to be told of, in the store: matches, windows of digests, reminders, the cursor.

Each step is one transaction that does nothing when another worker has done it: a rerun, a second process and a kill
at any point leave every match in exactly one mail.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, true, update

from timthau.batch import batched
from timthau.model.alert import (
    Batch,
    Coming,
    Frequency,
    Mail,
    MailKind,
    Match,
    Pulse,
    Settlement,
    SubscriptionState,
    Window,
)
from timthau.model.effective import OVER
from timthau.model.moment import HANOI, Moment, end_of, format_moment, parse_moment
from timthau.model.notice import NoticeKind
from timthau.model.relation import RelationKind
from timthau.store.database import Tables
from timthau.store.mail import drop_mail, insert_mail
from timthau.store.row import read_time
from timthau.store.schema import alert_cursor as cursors
from timthau.store.schema import alert_match as matches
from timthau.store.schema import alert_reminder as reminders
from timthau.store.schema import alert_window as windows
from timthau.store.schema import effective as effects
from timthau.store.schema import mail as mails
from timthau.store.schema import notice as notices
from timthau.store.schema import outbox
from timthau.store.schema import relation as relations
from timthau.store.schema import subscription as subscriptions

_AT_ONCE = 10_000  # matches that wait in memory to be written


_MAILED = (matches.c.mail_id.is_not(None), matches.c.is_old.is_(False))
_CHANGED = effects.alias("changed")
#: Changes that are believed, each with what it changes.
_CHANGING = (
    select(relations.c.notice_id, relations.c.other_id)
    .join(_CHANGED, _CHANGED.c.notice_id == relations.c.other_id)
    .where(relations.c.kind == RelationKind.AMENDS)
    .subquery("changing")
)
#: Notices with the deadline that holds, and whether something can still be handed in until then.
_HOLDING = notices.outerjoin(effects, effects.c.notice_id == notices.c.id)
_deadline = func.coalesce(effects.c.deadline_at, notices.c.deadline_at)
_HOLDS = (notices.c.kind != NoticeKind.CANCELLATION) & (effects.c.state.is_(None) | effects.c.state.not_in(OVER))
_IS_CHANGE = select(_CHANGING.c.notice_id).where(_CHANGING.c.notice_id == notices.c.id).correlate(notices).exists()
#: Matches with the notices that they told of, or that these changed.
_TOLD_OF = (
    matches.join(_HOLDING, notices.c.id == matches.c.notice_id),
    matches.join(_CHANGING, _CHANGING.c.notice_id == matches.c.notice_id).join(
        _HOLDING, notices.c.id == _CHANGING.c.other_id
    ),
)


class AlertStore(Tables):
    """Matches and windows."""

    # --- from the outbox to matches

    def cursor(self) -> int:
        """The outbox number up to which all matches are written; 0 before the first."""
        with self._engine.connect() as connection:
            return connection.execute(select(cursors.c.seq)).scalar() or 0

    def next_batch(self, limit: int) -> Batch | None:
        """The next changes to match, `limit` at most; None when all are matched."""
        with self._engine.connect() as connection:
            since = connection.execute(select(cursors.c.seq)).scalar() or 0
            query = select(outbox).where(outbox.c.seq > since).order_by(outbox.c.seq).limit(limit)
            rows = connection.execute(query).all()
        if not rows:
            return None
        changed = {row.entity_id: (row.seq, read_time(row.changed_at)) for row in rows if row.entity == "notice"}
        return Batch(since, rows[-1].seq, changed)

    def told(self, notice_ids: Collection[str]) -> list[tuple[str, str]]:
        """Pairs of subscription and notice: those that were, or are going to be, told of one of these notices."""
        query = select(matches.c.subscription_id, matches.c.notice_id).distinct()
        with self._engine.connect() as connection:
            rows = connection.execute(query.where(matches.c.notice_id.in_(notice_ids), matches.c.is_old.is_(False)))
            return [(row.subscription_id, row.notice_id) for row in rows]

    def record(self, batch: Batch, found: Iterable[Match]) -> int:
        """Write the matches of a batch and move the cursor past it; gives how many, 0 when another worker has."""
        with self._writer.begin() as connection:
            if _lock_cursor(connection) != batch.since:
                return 0
            new = _insert_matches(connection, batch.changed, found)
            connection.execute(update(cursors).values(seq=batch.until))
            return new

    def line_cursor(self) -> int:
        """The number of the change of award lines up to which all matches are written; 0 before the first."""
        with self._engine.connect() as connection:
            return connection.execute(select(cursors.c.line_seq)).scalar() or 0

    def record_lines(self, since: int, until: int, found: Sequence[Match]) -> int:
        """Write the matches of award lines (`notice_id` is a line's) and move their cursor; gives how many, 0 when
        another worker has.
        """
        with self._writer.begin() as connection:
            _lock_cursor(connection)
            if (connection.execute(select(cursors.c.line_seq)).scalar() or 0) != since:
                return 0
            new = _insert_matches(connection, {match.notice_id for match in found}, found)
            connection.execute(update(cursors).values(line_seq=until))
            return new

    def note_look(self, now: datetime) -> None:
        """Remember that a worker has done its round, so that its silence is seen."""
        with self._writer.begin() as connection:
            _lock_cursor(connection)
            connection.execute(update(cursors).values(looked_at=format_moment(now)))

    def seen_since(self, notice_ids: Iterable[str], since: datetime) -> list[tuple[str, datetime]]:
        """Which of these notices were stored or changed since a moment, and when, oldest first."""
        query = select(outbox.c.entity_id, outbox.c.changed_at).where(outbox.c.changed_at >= format_moment(since))
        query = query.where(outbox.c.entity == "notice").order_by(outbox.c.changed_at, outbox.c.seq)
        wanted = set(notice_ids)
        with self._engine.connect() as connection:
            return [(row[0], read_time(row[1])) for row in connection.execute(query) if row[0] in wanted]

    def begun_at(self) -> datetime | None:
        """When the first change was stored."""
        with self._engine.connect() as connection:
            text = connection.execute(select(func.min(outbox.c.changed_at))).scalar()
            return read_time(text) if text else None

    def pulse(self) -> Pulse:
        """Since when something waits for the next round."""
        first = select(outbox.c.changed_at).where(outbox.c.seq > self.cursor()).order_by(outbox.c.seq).limit(1)
        unwritten = (
            select(func.min(matches.c.found_at))
            .join(subscriptions)
            .where(
                matches.c.mail_id.is_(None),
                matches.c.is_old.is_(False),
                subscriptions.c.frequency == Frequency.IMMEDIATE,
                subscriptions.c.state == SubscriptionState.ACTIVE,
            )
        )
        with self._engine.connect() as connection:
            found = [connection.execute(query).scalar() for query in (select(cursors.c.looked_at), first, unwritten)]
        return Pulse(*(text and read_time(text) for text in found))

    # --- from matches to mails

    def waiting(self, frequency: Frequency, before: datetime | None = None) -> dict[str, list[Match]]:
        """The matches (found before a moment) that no mail tells of yet, by active subscription of a frequency."""
        query = (
            select(matches)
            .join(subscriptions)
            .where(
                matches.c.mail_id.is_(None),
                true() if before is None else matches.c.found_at < format_moment(before),
                subscriptions.c.frequency == frequency,
                subscriptions.c.state == SubscriptionState.ACTIVE,
            )
            # Of several alerts of one address the oldest tells.
            .order_by(subscriptions.c.created_at, matches.c.subscription_id, matches.c.found_at)
            .order_by(matches.c.notice_id, matches.c.version)
        )
        found: dict[str, list[Match]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                found.setdefault(row.subscription_id, []).append(_match(row))
        return found

    def twins(self, subscription_id: str, email: str, notice_ids: Collection[str]) -> list[Match]:
        """What other subscriptions of an address have to tell of these notices, in whatever state they are."""
        query = (
            select(matches)
            .join(subscriptions)
            .where(
                subscriptions.c.email == email,
                matches.c.subscription_id != subscription_id,
                matches.c.notice_id.in_(notice_ids),
                matches.c.mail_id.is_(None),
            )
        )
        ordered = query.order_by(subscriptions.c.created_at, matches.c.subscription_id)
        return [_match(row) for row in self._rows(ordered)]

    def told_versions(self, email: str, notice_ids: Collection[str]) -> dict[str, int]:
        """The latest version of each of these notices that a mail to the address told of."""
        mailed = (subscriptions.c.email == email) & matches.c.mail_id.is_not(None) & matches.c.is_old.is_(False)
        query = select(matches.c.notice_id, func.max(matches.c.version)).join(subscriptions)
        rows = self._rows(query.where(mailed, matches.c.notice_id.in_(notice_ids)).group_by(matches.c.notice_id))
        return {row[0]: row[1] for row in rows}

    def matches_of(self, mail_id: str) -> list[Match]:
        """What a mail told of."""
        query = select(matches).where(matches.c.mail_id == mail_id).order_by(matches.c.found_at, matches.c.notice_id)
        return [_match(row) for row in self._rows(query)]

    def latest_of(self, subscription_id: str, limit: int) -> list[Match]:
        """What was found for a subscription last, newest first."""
        query = select(matches).where(matches.c.subscription_id == subscription_id)
        ordered = query.order_by(matches.c.found_at.desc(), matches.c.notice_id, matches.c.version.desc())
        return [_match(row) for row in self._rows(ordered.limit(limit))]

    def coming_deadlines(self, now: datetime) -> dict[str, list[Coming]]:
        """Deadlines that hold and are still to come, of notices that a mail told of or that are watched.

        By active subscription; only of those that want reminders, and whose address was not reminded of that deadline.
        Who was told that a notice moved the deadline of another one is reminded of that one.
        """
        today = now.date().isoformat()
        reminded = select(subscriptions.c.email, reminders.c.notice_id, reminders.c.deadline_at).join(subscriptions)
        known = {tuple(row) for row in self._rows(reminded.where(reminders.c.deadline_at >= today))}
        coming = (_deadline >= today) & _HOLDS & ~_IS_CHANGE
        wanted = (subscriptions.c.state == SubscriptionState.ACTIVE) & subscriptions.c.reminder_days.is_not(None)
        columns = (subscriptions.c.id, subscriptions.c.email, notices.c.id, _deadline)
        told = select(*columns, func.min(matches.c.found_at)).where(wanted, coming, *_MAILED).group_by(*columns)
        own = subscriptions.c.id == matches.c.subscription_id
        watched = select(*columns, subscriptions.c.confirmed_at).where(wanted, coming).select_from(subscriptions)
        queries = (
            *(told.select_from(subscriptions.join(told_of, own)) for told_of in _TOLD_OF),
            watched.join(_HOLDING, notices.c.id == subscriptions.c.notice_id),
        )
        found: dict[str, dict[str, Coming]] = {}
        for subscription_id, email, notice_id, deadline_at, since in (row for q in queries for row in self._rows(q)):
            if (email, notice_id, deadline_at) not in known:
                one = Coming(notice_id, parse_moment(deadline_at), read_time(since))
                before = found.setdefault(subscription_id, {}).get(notice_id, one)
                found[subscription_id][notice_id] = min(one, before, key=lambda coming: coming.known_since)
        return {subscription_id: list(own.values()) for subscription_id, own in found.items()}

    def closing(self, subscription_id: str, email: str, now: datetime, until: datetime) -> list[str]:
        """Notices of which mails before `now` told a weekly subscription, and whose deadline that holds comes by then.

        Of several weekly subscriptions of the address that were told the oldest has them; and where it was told of a
        change of its own, it has the notice that this changed.
        """
        today = now.astimezone(HANOI).date().isoformat()
        coming = (_deadline >= today) & (_deadline <= format_moment(until)) & _HOLDS & ~_IS_CHANGE
        earlier = select(mails.c.id).where(mails.c.id == matches.c.mail_id, mails.c.created_at < format_moment(now))
        weekly = (subscriptions.c.frequency == Frequency.WEEKLY) & (subscriptions.c.state == SubscriptionState.ACTIVE)
        told = select(subscriptions.c.created_at, subscriptions.c.id, notices.c.id, _deadline)
        told = told.where(subscriptions.c.email == email, weekly, coming, earlier.exists(), *_MAILED)
        own = subscriptions.c.id == matches.c.subscription_id
        rows = {
            tuple(row) for told_of in _TOLD_OF for row in self._rows(told.select_from(subscriptions.join(told_of, own)))
        }
        owners: dict[str, str] = {}
        for _, owner, notice_id, deadline_at in sorted(rows):
            if now <= end_of(parse_moment(deadline_at)) <= until:
                owners.setdefault(notice_id, owner)
        return [notice_id for notice_id, owner in owners.items() if owner == subscription_id]

    def withdraw(self, mail: Mail, now: datetime) -> bool:
        """Drop a reminder of which not every deadline holds any more or lies ahead; the others are reminded of anew.

        False where all do, and of other mails.
        """
        holds = (_deadline == reminders.c.deadline_at) & _HOLDS
        told = select(reminders.c.deadline_at, holds).where(reminders.c.mail_id == mail.id)
        told = told.select_from(reminders.join(_HOLDING, notices.c.id == reminders.c.notice_id))
        if mail.kind is not MailKind.REMINDER:
            return False
        if all(stands and end_of(parse_moment(at)) > now for at, stands in self._rows(told)):
            return False
        with self._writer.begin() as connection:
            connection.execute(delete(reminders).where(reminders.c.mail_id == mail.id))
            drop_mail(connection, mail.id, now)
        return True

    def settle(self, settlements: Iterable[Settlement]) -> int:
        """Put mails in the queue, each with the matches and deadlines that it tells of; gives how many.

        One whose matches or deadlines are partly in another mail already, or whose subscription is not active any
        more, is left out as a whole.
        """
        with self._writer.begin() as connection:
            return sum(_settle(connection, settlement) for settlement in settlements)

    # --- windows

    def windows(self, frequency: str, *, limit: int = 1) -> list[Window]:
        """The latest windows of a frequency, newest first."""
        query = select(windows).where(windows.c.frequency == frequency).order_by(windows.c.ends_at.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [_window(row) for row in connection.execute(query)]

    def open_windows(self) -> list[Window]:
        """Windows whose mails are not all written, oldest first."""
        query = select(windows).where(windows.c.finished_at.is_(None)).order_by(windows.c.ends_at, windows.c.frequency)
        with self._engine.connect() as connection:
            return [_window(row) for row in connection.execute(query)]

    def open_window(self, window: Window) -> None:
        """Begin a window; nothing happens when it exists."""
        key = (windows.c.frequency == window.frequency) & (windows.c.ends_at == format_moment(window.ends_at))
        values = {name: format_moment(getattr(window, name)) for name in ("starts_at", "ends_at", "finished_at")}
        with self._writer.begin() as connection:
            if not connection.execute(select(windows.c.ends_at).where(key)).first():
                connection.execute(insert(windows).values(frequency=window.frequency, **values))

    def finish_window(self, window: Window, now: datetime, mail: Mail | None = None) -> bool:
        """Note that all mails of a window are written, with one more mail at its end; False when it was noted."""
        key = (windows.c.frequency == window.frequency) & (windows.c.ends_at == format_moment(window.ends_at))
        unfinished = update(windows).where(key, windows.c.finished_at.is_(None))
        with self._writer.begin() as connection:
            if not connection.execute(unfinished.values(finished_at=format_moment(now))).rowcount:
                return False
            if mail is not None:
                insert_mail(connection, mail)
            return True

    def _rows(self, query: Any) -> Sequence[Any]:
        with self._engine.connect() as connection:
            return connection.execute(query).all()


def _lock_cursor(connection: Connection) -> int:
    """The cursor, which no other writer moves before this transaction ends; made when there is none."""
    seq = connection.execute(select(cursors.c.seq).with_for_update()).scalar()
    if seq is None:
        connection.execute(insert(cursors).values(id=1, seq=0))
    return seq or 0


def _insert_matches(connection: Connection, notice_ids: Collection[str], found: Iterable[Match]) -> int:
    """Write those that are not there yet, many at a time: popular searches make hundreds of thousands."""
    key = (matches.c.subscription_id, matches.c.notice_id, matches.c.version)
    known = {tuple(row) for row in connection.execute(select(*key).where(matches.c.notice_id.in_(notice_ids)))}
    # Subscriptions that ended while their matches were looked for have nobody to tell.
    going = select(subscriptions.c.id).where(subscriptions.c.state != SubscriptionState.DELETED)
    there = set(connection.execute(going).scalars())
    new = (
        vars(match) | {"found_at": format_moment(match.found_at)}
        for match in found
        if match.subscription_id in there and (match.subscription_id, match.notice_id, match.version) not in known
    )
    count = 0
    for some in batched(new, _AT_ONCE):
        connection.execute(insert(matches), some)
        count += len(some)
    return count


def _settle(connection: Connection, settlement: Settlement) -> bool:
    mail = settlement.mail
    active = select(subscriptions.c.id).where(
        subscriptions.c.id == mail.subscription_id, subscriptions.c.state == SubscriptionState.ACTIVE
    )
    if not connection.execute(active.with_for_update()).first():
        return False
    with connection.begin_nested() as savepoint:
        done = [_settle_match(connection, match, mail.id) for match in settlement.matches]
        done += [_settle_deadline(connection, mail, *deadline) for deadline in settlement.deadlines]
        if not all(done):
            savepoint.rollback()
            return False
        insert_mail(connection, mail)
    return True


def _settle_match(connection: Connection, match: Match, mail_id: str) -> bool:
    key = (
        (matches.c.subscription_id == match.subscription_id)
        & (matches.c.notice_id == match.notice_id)
        & (matches.c.version == match.version)
    )
    query = update(matches).where(key, matches.c.mail_id.is_(None)).values(mail_id=mail_id)
    return connection.execute(query).rowcount == 1


def _settle_deadline(connection: Connection, mail: Mail, notice_id: str, deadline_at: Moment) -> bool:
    key = {"notice_id": notice_id, "deadline_at": format_moment(deadline_at)}
    known = select(reminders.c.mail_id).filter_by(**key).join(subscriptions).where(subscriptions.c.email == mail.email)
    if connection.execute(known).first():
        return False
    connection.execute(insert(reminders).values(mail_id=mail.id, subscription_id=mail.subscription_id, **key))
    return True


def _match(row: Any) -> Match:
    return Match(row.subscription_id, row.notice_id, row.version, read_time(row.found_at), row.is_old)


def _window(row: Any) -> Window:
    finished = row.finished_at and read_time(row.finished_at)
    return Window(row.frequency, read_time(row.starts_at), read_time(row.ends_at), finished)
