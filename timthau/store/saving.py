"""Saving notices: what is new or means something else gets a version and its outbox row, in few statements a batch."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, tuple_, update

from timthau.batch import batched
from timthau.model.moment import format_moment
from timthau.model.notice import Notice
from timthau.model.record import Outcome, Saved
from timthau.store.award.line import replace_lines
from timthau.store.desk.held import correct_all
from timthau.store.effective import judge_anew
from timthau.store.process.writer import announce
from timthau.store.row import LISTED_COLUMNS
from timthau.store.schema import notice as notices
from timthau.store.schema import version as versions

_AT_ONCE = 500  # notices, whose ids are parameters of one statement; SQLite takes 32,766
_KNOWN = select(notices.c.id, notices.c.version, notices.c.content_hash, notices.c.gone_at).with_for_update()
_THIS = notices.c.id == bindparam("this")  # a column's own name is taken by the value that it gets
_SEEN_AGAIN = (
    update(notices).where(_THIS).values(last_seen_at=bindparam("seen"), content_hash=bindparam("hash"), gone_at=None)
)
#: What a notice keeps from its first version on.
_GIVEN_ONCE = ("id", "first_seen_at")


@dataclass(frozen=True)
class _Version:
    """What a notice says now, which of its versions that is, and when it was seen."""

    notice: Notice
    number: int
    outcome: Outcome
    content_hash: str
    seen_at: str | None


def save_notices(
    connection: Connection, batch: Iterable[Notice], seen_at: datetime, edition: str | None = None
) -> list[Saved]:
    """Keep what notices say now, in a transaction of the caller's; gives what became of each, in their order.

    What a person has corrected stays corrected.
    `edition` is the source's own number of what they say.
    """
    return [
        saved for some in _split(batch) for saved in _save(connection, correct_all(connection, some), seen_at, edition)
    ]


def save_said(connection: Connection, notice: Notice, seen_at: datetime, edition: str | None) -> Saved:
    """Keep what one notice says as it is, without the corrections of what is read."""
    return _save(connection, [notice], seen_at, edition)[0]


def _split(batch: Iterable[Notice]) -> Iterator[list[Notice]]:
    """Parts in which no notice comes twice."""
    for some in batched(batch, _AT_ONCE):
        part: dict[str, Notice] = {}
        for notice in some:
            if notice.id in part:
                yield list(part.values())
                part = {}
            part[notice.id] = notice
        yield list(part.values())


def _save(connection: Connection, batch: Sequence[Notice], seen_at: datetime, edition: str | None) -> list[Saved]:
    rows = connection.execute(_KNOWN.where(notices.c.id.in_([notice.id for notice in batch])))
    known = {row.id: row for row in rows}
    hashes = {notice.id: notice.content_hash() for notice in batch}
    kept = _hash_anew(connection, [row for row in known.values() if row.content_hash != hashes[row.id]])
    said = [_judge(notice, hashes[notice.id], known.get(notice.id), kept, seen_at) for notice in batch]
    same = [one for one in said if one.outcome is Outcome.UNCHANGED]
    _note_seen(connection, same)
    _write(connection, [one for one in said if one.outcome is not Outcome.UNCHANGED], seen_at, edition)
    if back := [one.notice.id for one in same if known[one.notice.id].gone_at]:
        judge_anew(connection, back)
    return [Saved(one.notice.id, one.number, one.outcome) for one in said]


def _hash_anew(connection: Connection, known: Sequence[Any]) -> dict[str, str]:
    """The hashes of what notices say that seem to have changed: theirs may be of a time that took more for meaning."""
    keys = [(row.id, row.version) for row in known]
    current = select(versions.c.notice_id, versions.c.document)
    current = current.where(tuple_(versions.c.notice_id, versions.c.version).in_(keys))
    rows = connection.execute(current) if keys else ()
    return {row.notice_id: Notice.from_json(json.loads(row.document)).content_hash() for row in rows}


def _judge(notice: Notice, content_hash: str, known: Any, kept: Mapping[str, str], seen_at: datetime) -> _Version:
    seen = format_moment(notice.last_seen_at or seen_at)
    if known is None:
        return _Version(notice, 1, Outcome.NEW, content_hash, seen)
    is_same = content_hash in (known.content_hash, kept.get(notice.id))
    outcome = Outcome.UNCHANGED if is_same else Outcome.CHANGED
    return _Version(notice, known.version + (not is_same), outcome, content_hash, seen)


def _note_seen(connection: Connection, said: Sequence[_Version]) -> None:
    if said:
        connection.execute(
            _SEEN_AGAIN, [{"this": one.notice.id, "seen": one.seen_at, "hash": one.content_hash} for one in said]
        )


def _write(connection: Connection, said: Sequence[_Version], seen_at: datetime, edition: str | None) -> None:
    """New versions, their outbox rows, and what lists show of their notices."""
    documents = {one.notice.id: one.notice.to_json() for one in said}
    fresh, changed = [], []
    for one in said:
        row = _build_row(one, documents[one.notice.id])
        if one.outcome is Outcome.NEW:
            first_seen = format_moment(one.notice.first_seen_at or seen_at)
            fresh.append({"id": one.notice.id, "first_seen_at": first_seen, **row})
        else:
            changed.append({"this": one.notice.id, **row})
    if fresh:
        connection.execute(insert(notices), fresh)
    if changed:
        connection.execute(update(notices).where(_THIS), changed)
    if said:
        rows = [_build_version(one, documents[one.notice.id]) | {"edition": edition} for one in said]
        connection.execute(insert(versions), rows)
        announce(connection, "notice", ((one.notice.id, one.number) for one in said))
    carrying = [one.notice for one in said if one.outcome is Outcome.CHANGED or one.notice.awards]
    replace_lines(connection, carrying, seen_at)


def _build_row(one: _Version, document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: document[name] for name in LISTED_COLUMNS if name not in _GIVEN_ONCE} | {
        "version": one.number,
        "content_hash": one.content_hash,
        "last_seen_at": one.seen_at,
        "gone_at": None,
    }


def _build_version(one: _Version, document: Mapping[str, Any]) -> dict[str, Any]:
    text = json.dumps({**document, "version": one.number}, ensure_ascii=False)
    return {"notice_id": one.notice.id, "version": one.number, "seen_at": one.seen_at, "document": text}
