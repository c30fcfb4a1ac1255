"""Relations in the database: a projection of the notices that follows the outbox and can be built anew."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, or_, select, update

from timthau.batch import batched
from timthau.model.notice import Notice, NoticeKind
from timthau.model.profile import Profile, read_profile
from timthau.model.relation import RULES, Relation, RelationKind, list_amended, relate
from timthau.model.subject import Subject
from timthau.store.database import Tables
from timthau.store.effective import judge_anew, list_judged
from timthau.store.row import read_relation
from timthau.store.schema import outbox
from timthau.store.schema import relation as relations
from timthau.store.schema import relation_key as keys
from timthau.store.schema import relation_profile as profiles
from timthau.store.schema import relation_state as state

_JUDGED_AT_ONCE = 500


class RelationStore(Tables):
    """What notices are to each other."""

    def __init__(self, engine: Engine, load_notices: Callable[[Iterable[str]], Mapping[str, Notice]]) -> None:
        super().__init__(engine)
        self._load_notices = load_notices

    def catch_up(self, *, batch: int = 200) -> int:
        """Follow the outbox to its end, and with relations what is true of notices; gives how many were looked at.

        What a batch wrote and how far it came are one transaction, so a kill repeats at most one batch. While relations
        are worked out anew, what is true of notices stays as it was, and is judged when all are there.
        """
        done = 0
        while True:
            with self._engine.connect() as connection:
                progress = _load_progress(connection)
                changed, last = _load_changed(connection, progress.cursor if progress else 0, batch)
            if not last:
                if progress and not progress.judged:
                    self._judge_all()
                return done
            found = [read_profile(notice) for notice in self._load_notices(changed).values()]
            with self._writer.begin() as connection:
                if _load_progress(connection) != progress:
                    continue  # another process has gone on
                if progress is None:
                    _forget_all(connection)
                touched = {other for profile in found for other in _relate(connection, profile)}
                judged = progress is not None and progress.judged
                if judged:
                    judge_anew(connection, touched)
                connection.execute(delete(state))
                connection.execute(insert(state).values(rules=RULES, cursor=last, judged=judged))
            done += len(found)

    def _judge_all(self) -> None:
        with self._engine.connect() as connection:
            ids = list_judged(connection)
        for some in batched(ids, _JUDGED_AT_ONCE):
            with self._writer.begin() as connection:
                judge_anew(connection, set(some))
        with self._writer.begin() as connection:
            connection.execute(update(state).where(state.c.rules == RULES).values(judged=True))

    def forget(self) -> None:
        """Drop all relations; `catch_up` works them out anew."""
        with self._writer.begin() as connection:
            _forget_all(connection)

    def of(self, notice_id: str) -> list[Relation]:
        """What a notice is to others and others to it, the surest first."""
        either = or_(relations.c.notice_id == notice_id, relations.c.other_id == notice_id)
        order = (relations.c.confidence.desc(), relations.c.notice_id, relations.c.other_id)
        with self._engine.connect() as connection:
            rows = connection.execute(select(relations).where(either).order_by(*order))
            found = [read_relation(row) for row in rows]
        changes = {relation.id for relation in found if relation.kind is RelationKind.AMENDS}
        chosen = {change: {r.other for r in told} for change, told in self._load_amended(changes).items()}
        return [r for r in found if r.kind is not RelationKind.AMENDS or r.other in chosen[r.id]]

    def amended(self, ids: Iterable[str]) -> dict[str, list[str]]:
        """Of those notices that change others which ones they change, the surest first."""
        return {change: [relation.other for relation in told] for change, told in self._load_amended(ids).items()}

    def _load_amended(self, changes: Iterable[str]) -> dict[str, list[Relation]]:
        found: dict[str, list[Relation]] = {}
        amends = select(relations).where(relations.c.kind == RelationKind.AMENDS)
        with self._engine.connect() as connection:
            for some in batched(changes, _JUDGED_AT_ONCE):
                for row in connection.execute(amends.where(relations.c.notice_id.in_(some))):
                    found.setdefault(row.notice_id, []).append(read_relation(row))
        return {change: list_amended(told) for change, told in found.items()}


@dataclass(frozen=True)
class _Progress:
    """How far the outbox is followed by today's rules, and whether what is true of notices is."""

    cursor: int
    judged: bool


def _load_progress(connection: Connection) -> _Progress | None:
    """None when nothing is followed, or by other rules than today's."""
    row = connection.execute(select(state.c.cursor, state.c.judged).where(state.c.rules == RULES)).first()
    return _Progress(row.cursor, row.judged) if row else None


def _load_changed(connection: Connection, cursor: int, limit: int) -> tuple[list[str], int]:
    """The ids of the notices in the next changes, each once, and the last number read; 0 when there are none."""
    rows = select(outbox.c.seq, outbox.c.entity, outbox.c.entity_id).where(outbox.c.seq > cursor)
    found = connection.execute(rows.order_by(outbox.c.seq).limit(limit)).all()
    ids = dict.fromkeys(row.entity_id for row in found if row.entity == "notice")
    return list(ids), found[-1].seq if found else 0


def _relate(connection: Connection, profile: Profile) -> set[str]:
    """Relate a notice anew; gives the ids of all that it was or is related to, and its own."""
    either = or_(relations.c.notice_id == profile.id, relations.c.other_id == profile.id)
    before = connection.execute(select(relations.c.notice_id, relations.c.other_id).where(either)).all()
    _forget_notice(connection, profile.id)
    connection.execute(insert(keys), [{"key": key, "notice_id": profile.id} for key in sorted(profile.keys())])
    connection.execute(insert(profiles).values(notice_id=profile.id, profile=_write_profile(profile)))
    related = [relation for other in _load_candidates(connection, profile) if (relation := relate(profile, other))]
    if related:
        connection.execute(insert(relations), [_row(relation) for relation in related])
    pairs = [*((row.notice_id, row.other_id) for row in before), *((r.id, r.other) for r in related)]
    return {profile.id, *(key for pair in pairs for key in pair)}


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
            "mentions": frozenset(values["mentions"]),
        }
    )
