"""What is true of notices now, in the database: judged when relations or pages change, announced where it differs."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, or_, select, union, update

from timthau.batch import batched
from timthau.model.effective import Effective, State, Statement, by_itself, follow, judge, list_believed
from timthau.model.moment import HANOI, format_moment, parse_moment
from timthau.model.notice import NoticeKind
from timthau.model.relation import Relation, RelationKind
from timthau.store.database import Tables
from timthau.store.process.writer import Lock, announce, take
from timthau.store.row import read_relation, read_time
from timthau.store.schema import effective as effects
from timthau.store.schema import notice as notices
from timthau.store.schema import relation as relations

_PARAMETERS = 500  # of one statement
_TELLING = (RelationKind.AMENDS, RelationKind.AWARDS)


class EffectiveStore(Tables):
    """What is true of notices."""

    def of(self, ids: Iterable[str]) -> dict[str, Effective]:
        """What is true of those notices of which something else is, or was, true than what they say, by id."""
        with self._engine.connect() as connection:
            return _load_effective(connection, ids)

    def all(self) -> dict[str, Effective]:
        """The same of all notices."""
        with self._engine.connect() as connection:
            return {row.notice_id: read_effective(row) for row in connection.execute(select(effects))}


def judge_anew(connection: Connection, ids: Collection[str]) -> None:
    """Judge notices, and those that they change or that change them; what differs is written and announced."""
    take(connection, Lock.COMMON)
    told = _load_told(connection, ids)
    wanted = {*ids, *(key for relation in told for key in (relation.id, relation.other))}
    statements = _load_statements(connection, wanted)
    known = _load_effective(connection, wanted)
    for key, effective in _judge(statements, told).items():
        before = known.get(key)
        if not effective.holds_like(before or by_itself(statements[key])):
            _write(connection, key, before, effective)


def list_judged(connection: Connection) -> list[str]:
    """The ids of all notices of which something else may be true than what they say."""
    related = select(relations.c.other_id).where(relations.c.kind.in_(_TELLING))
    gone = select(notices.c.id).where(notices.c.gone_at.is_not(None))
    return list(connection.execute(union(related, gone, select(effects.c.notice_id))).scalars())


def _judge(statements: Mapping[str, Statement], told: Iterable[Relation]) -> dict[str, Effective]:
    """What is true of notices by what others say of them; changes come last, as they share the fate of others."""
    amends: dict[str, list[Relation]] = defaultdict(list)
    heard: dict[str, list[tuple[Statement, Relation]]] = defaultdict(list)
    for relation in told:
        if relation.id in statements and relation.other in statements:
            if relation.kind is RelationKind.AMENDS:
                amends[relation.id].append(relation)
            else:
                heard[relation.other].append((statements[relation.id], relation))
    believed = {key: list_believed(statements[key], found, statements) for key, found in amends.items()}
    for key, found in believed.items():
        for relation in found:
            heard[relation.other].append((statements[key], relation))
    judged = {key: judge(own, heard[key]) for key, own in statements.items()}
    for key, found in believed.items():
        if found:
            judged[key] = follow(judged[key], statements[key], judged[found[0].other])
    return judged


def _load_told(connection: Connection, ids: Iterable[str]) -> set[Relation]:
    """All that decides: what a change speaks of depends on what else it may speak of, and so on."""
    found: set[Relation] = set()
    asked: set[str] = set()
    while new := set(ids) - asked:
        asked |= new
        for some in batched(new, _PARAMETERS):
            either = or_(relations.c.notice_id.in_(some), relations.c.other_id.in_(some))
            rows = connection.execute(select(relations).where(relations.c.kind.in_(_TELLING), either))
            found |= {read_relation(row) for row in rows}
        ids = {key for relation in found for key in (relation.id, relation.other)}
    return found


def _load_statements(connection: Connection, ids: Iterable[str]) -> dict[str, Statement]:
    columns = ("id", "source", "kind", "buyer", "published_at", "deadline_at", "first_seen_at", "gone_at")
    query = select(*(notices.c[name] for name in columns))
    return {
        row.id: Statement(
            id=row.id,
            source=row.source,
            kind=NoticeKind(row.kind),
            buyer=row.buyer,
            published_at=row.published_at and parse_moment(row.published_at),
            deadline_at=row.deadline_at and parse_moment(row.deadline_at),
            seen_at=read_time(row.first_seen_at),
            gone_at=row.gone_at and read_time(row.gone_at),
        )
        for some in batched(ids, _PARAMETERS)
        for row in connection.execute(query.where(notices.c.id.in_(some)))
    }


def _load_effective(connection: Connection, ids: Iterable[str]) -> dict[str, Effective]:
    return {
        row.notice_id: read_effective(row)
        for some in batched(ids, _PARAMETERS)
        for row in connection.execute(select(effects).where(effects.c.notice_id.in_(some)))
    }


def read_effective(row: Any) -> Effective:
    """What a row says."""
    return Effective(
        state=State(row.state),
        deadline_at=row.deadline_at and parse_moment(row.deadline_at),
        ended_at=row.ended_at and read_time(row.ended_at),
        because=row.because,
        sequence=row.sequence,
        decided_at=read_time(row.decided_at),
    )


def _write(connection: Connection, key: str, before: Effective | None, effective: Effective) -> None:
    values = {
        "state": effective.state,
        "deadline_at": format_moment(effective.deadline_at),
        "ended_at": format_moment(effective.ended_at),
        "because": effective.because,
        "sequence": before.sequence + 1 if before else 1,
        "decided_at": format_moment(datetime.now(HANOI)),
    }
    if before:
        connection.execute(update(effects).where(effects.c.notice_id == key).values(values))
    else:
        connection.execute(insert(effects).values(values | {"notice_id": key}))
    announce(connection, "state", [(key, None)])
