"""What is kept of a portal that numbers the editions of its notices and is read by days of publication."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from timthau.model.moment import end_of, format_moment, parse_moment
from timthau.model.notice import Notice
from timthau.model.record import Outcome, Saved
from timthau.store.row import read_time
from timthau.store.schema import notice as notices
from timthau.store.schema import portal_day as days
from timthau.store.schema import version as versions


@dataclass(frozen=True)
class Edition:
    """A notice as one edition of it says; the numbers of editions sort as texts ("00" before "01")."""

    number: str
    notice: Notice


@dataclass(frozen=True, kw_only=True)
class PortalDay:
    """How far what a search finds of one day of publication was read, in pages and in records of `total`.

    `read_at` is when its first page was asked for; `complete` that as many records came as the portal counts.
    """

    source: str
    search: str
    day: date
    pages: int
    received: int
    total: int
    complete: bool
    read_at: datetime


@dataclass(frozen=True)
class Sighting:
    """When a stored notice was published, until when it is open, and when it was last seen."""

    id: str
    published_at: datetime
    deadline_at: datetime | None
    last_seen_at: datetime


def keep_late_edition(connection: Connection, edition: Edition, seen_at: datetime) -> Saved | None:
    """Put an edition that is met after a later one into the notice's history; None when it is none of that kind.

    What the notice says now stays, and so do all numbers: they are published. The late one gets a number below 1, and
    the place in the history that it has by its edition.
    """
    key = edition.notice.id
    current = connection.execute(
        select(versions.c.version, versions.c.edition)
        .join(notices, (notices.c.id == versions.c.notice_id) & (notices.c.version == versions.c.version))
        .where(notices.c.id == key)
    ).first()
    if current is None or current.edition is None or edition.number >= current.edition:
        return None
    own = versions.c.notice_id == key
    connection.execute(update(notices).where(notices.c.id == key).values(last_seen_at=format_moment(seen_at)))
    known = connection.execute(select(versions.c.version).where(own, versions.c.edition == edition.number)).first()
    if known is None:
        _insert_late(connection, edition, seen_at)
    return Saved(key, current.version, Outcome.UNCHANGED)


def _insert_late(connection: Connection, edition: Edition, seen_at: datetime) -> None:
    own = versions.c.notice_id == edition.notice.id
    timely = own & versions.c.stands_before.is_(None)
    following = select(func.min(versions.c.version)).where(timely, versions.c.edition > edition.number)
    lowest = connection.execute(select(func.min(versions.c.version)).where(own)).scalar_one()
    number = min(lowest, 1) - 1
    row = {
        "notice_id": edition.notice.id,
        "version": number,
        "seen_at": format_moment(seen_at),
        "document": json.dumps(edition.notice.to_json() | {"version": number}, ensure_ascii=False),
        "edition": edition.number,
        "stands_before": connection.execute(following).scalar_one(),
    }
    connection.execute(insert(versions).values(row))


def save_day(connection: Connection, day: PortalDay) -> None:
    """Remember how far a day was read, in place of what was known of it."""
    key = (days.c.source == day.source) & (days.c.search == day.search) & (days.c.day == day.day.isoformat())
    row = vars(day) | {"day": day.day.isoformat(), "read_at": format_moment(day.read_at)}
    connection.execute(delete(days).where(key))
    connection.execute(insert(days).values(row))


def load_days(connection: Connection, source: str, search: str) -> dict[date, PortalDay]:
    """The days that were begun or read of what a search finds."""
    rows = connection.execute(select(days).where(days.c.source == source, days.c.search == search)).mappings()
    found = (PortalDay(**(dict(row) | _times(row))) for row in rows)
    return {day.day: day for day in found}


def each_sighting(connection: Connection, source: str, since: date) -> Iterator[Sighting]:
    """The source's notices whose newest edition was published at a stated time on or after a day, in that order."""
    columns = (notices.c.id, notices.c.published_at, notices.c.deadline_at, notices.c.last_seen_at)
    chosen = (notices.c.source == source) & (notices.c.published_at >= since.isoformat())
    for row in connection.execute(select(*columns).where(chosen).order_by(notices.c.published_at)):
        published = parse_moment(row.published_at)
        if isinstance(published, datetime):
            closes = end_of(parse_moment(row.deadline_at)) if row.deadline_at else None
            yield Sighting(row.id, published, closes, read_time(row.last_seen_at))


def _times(row: Any) -> dict[str, Any]:
    return {"day": date.fromisoformat(row["day"]), "read_at": read_time(row["read_at"])}
