"""Relations in the database: a projection of the notices that follows the outbox and can be built anew."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, or_, select

from timthau.model.notice import Notice, NoticeKind
from timthau.model.relation import RULES, Basis, Profile, Relation, RelationKind, read_profile, relate
from timthau.model.subject import Subject
from timthau.store.database import Tables
from timthau.store.schema import outbox
from timthau.store.schema import relation as relations
from timthau.store.schema import relation_key as keys
from timthau.store.schema import relation_profile as profiles
from timthau.store.schema import relation_state as state


class RelationStore(Tables):
    """What notices are to each other."""

    def __init__(self, engine: Engine, load_notices: Callable[[Iterable[str]], Mapping[str, Notice]]) -> None:
        super().__init__(engine)
        self._load_notices = load_notices

    def catch_up(self, *, batch: int = 200) -> int:
        """Follow the outbox to its end; gives the number of notices looked at.

        What a batch wrote and how far it came are one transaction, so a kill repeats at most one batch.
        """
        done = 0
        while True:
            with self._engine.connect() as connection:
                cursor = _load_cursor(connection)
                changed, last = _load_changed(connection, cursor or 0, batch)
            if not last:
                return done
            found = [read_profile(notice) for notice in self._load_notices(changed).values()]
            with self._writer.begin() as connection:
                if _load_cursor(connection) != cursor:
                    continue  # another process has gone on
                if cursor is None:
                    _forget_all(connection)
                for profile in found:
                    _relate(connection, profile)
                connection.execute(delete(state))
                connection.execute(insert(state).values(rules=RULES, cursor=last))
            done += len(found)

    def forget(self) -> None:
        """Drop all relations; `catch_up` works them out anew."""
        with self._writer.begin() as connection:
            _forget_all(connection)

    def of(self, notice_id: str) -> list[Relation]:
        """What a notice is to others and others to it, the surest first."""
        either = or_(relations.c.notice_id == notice_id, relations.c.other_id == notice_id)
        order = (relations.c.confidence.desc(), relations.c.notice_id, relations.c.other_id)
        with self._engine.connect() as connection:
            return [_read_relation(row) for row in connection.execute(select(relations).where(either).order_by(*order))]


def _load_cursor(connection: Connection) -> int | None:
    """The outbox number that is followed to; None when nothing is, or by other rules than today's."""
    return connection.execute(select(state.c.cursor).where(state.c.rules == RULES)).scalar()


def _load_changed(connection: Connection, cursor: int, limit: int) -> tuple[list[str], int]:
    """The ids of the notices in the next changes, each once, and the last number read; 0 when there are none."""
    rows = select(outbox.c.seq, outbox.c.entity, outbox.c.entity_id).where(outbox.c.seq > cursor)
    found = connection.execute(rows.order_by(outbox.c.seq).limit(limit)).all()
    ids = dict.fromkeys(row.entity_id for row in found if row.entity == "notice")
    return list(ids), found[-1].seq if found else 0


def _relate(connection: Connection, profile: Profile) -> None:
    _forget_notice(connection, profile.id)
    connection.execute(insert(keys), [{"key": key, "notice_id": profile.id} for key in sorted(profile.keys())])
    connection.execute(insert(profiles).values(notice_id=profile.id, profile=_write_profile(profile)))
    related = [relation for other in _load_candidates(connection, profile) if (relation := relate(profile, other))]
    if related:
        connection.execute(insert(relations), [_row(relation) for relation in related])


def _forget_all(connection: Connection) -> None:
    for table in (relations, keys, profiles, state):
        connection.execute(delete(table))


def _forget_notice(connection: Connection, notice_id: str) -> None:
    either = or_(relations.c.notice_id == notice_id, relations.c.other_id == notice_id)
    connection.execute(delete(relations).where(either))
    for table in (keys, profiles):
        connection.execute(delete(table).where(table.c.notice_id == notice_id))


def _load_candidates(connection: Connection, profile: Profile) -> list[Profile]:
    sharing = select(keys.c.notice_id).where(keys.c.key.in_(sorted(profile.lookups())), keys.c.notice_id != profile.id)
    rows = select(profiles.c.profile).where(profiles.c.notice_id.in_(sharing))
    return [_read_profile(row.profile) for row in connection.execute(rows)]


def _row(relation: Relation) -> dict[str, Any]:
    values = asdict(relation)
    return {"notice_id": values.pop("id"), "other_id": values.pop("other")} | values


def _read_relation(row: Any) -> Relation:
    kind, basis = RelationKind(row.kind), Basis(row.basis)
    return Relation(row.notice_id, row.other_id, kind, basis, row.evidence, row.confidence)


def _write_profile(profile: Profile) -> str:
    return json.dumps(asdict(profile), default=lambda part: sorted(part) if isinstance(part, frozenset) else str(part))


def _read_profile(text: str) -> Profile:
    values = json.loads(text)
    subject = values["subject"]
    sets = {name: frozenset(subject[name]) for name in ("words", "numbers")}
    days = {name: values[name] and date.fromisoformat(values[name]) for name in ("published", "deadline")}
    return Profile(
        **(values | days)
        | {
            "subject": Subject(**(subject | sets)),
            "kind": NoticeKind(values["kind"]),
            "named": frozenset(values["named"]),
        }
    )
