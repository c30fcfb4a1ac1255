"""Relations in the database: a projection of the notices that follows the outbox and can be built anew."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Table, bindparam, delete, func, insert, or_, select, update

from timthau.batch import batched
from timthau.model.notice import Notice, NoticeKind
from timthau.model.profile import ALIKE_CHANGE, Profile, read_profile
from timthau.model.relation import RULES, Relation, RelationKind, list_amended, relate
from timthau.model.subject import Subject, may_be_alike
from timthau.store.database import Tables, insert_numbers, join_numbers
from timthau.store.desk.decision import settle, take_in_decisions
from timthau.store.effective import judge_anew, list_judged
from timthau.store.process.writer import Lock
from timthau.store.row import read_relation
from timthau.store.schema import outbox
from timthau.store.schema import relation as relations
from timthau.store.schema import relation_key as keys
from timthau.store.schema import relation_profile as profiles
from timthau.store.schema import relation_state as state
from timthau.text.key import key_of

_JUDGED_AT_ONCE = _READ_AT_ONCE = 500
_FORGET_KEY = delete(keys).where(keys.c.key == bindparam("this_key"), keys.c.profile == bindparam("this_profile"))
_HIGHEST = select(func.coalesce(func.max(profiles.c.number), 0))
_BOTH_WAYS = ((relations.c.notice_id, relations.c.other_id), (relations.c.other_id, relations.c.notice_id))
_PARAMETERS = 500  # of one statement; SQLite takes 32,766

_OF = (
    select(relations)
    .where(or_(relations.c.notice_id == bindparam("id"), relations.c.other_id == bindparam("id")))
    .order_by(relations.c.confidence.desc(), relations.c.notice_id, relations.c.other_id)
)
_AMENDS = select(relations).where(
    relations.c.kind == RelationKind.AMENDS, relations.c.notice_id.in_(bindparam("ids", expanding=True))
)


class RelationStore(Tables):
    """What notices are to each other."""

    def __init__(self, engine: Engine, load_notices: Callable[[Iterable[str]], Mapping[str, Notice]]) -> None:
        super().__init__(engine)
        self._load_notices = load_notices

    def catch_up(self, *, batch: int = 4000) -> int:
        """Follow the outbox to its end, and with relations what is true of notices; gives how many were looked at.

        What a batch wrote and how far it came are one transaction, so a kill repeats at most one batch. While relations
        are worked out anew, what is true of notices stays as it was, and is judged when all are there.
        """
        done = 0
        while True:
            with self._engine.connect() as connection:
                take_in_decisions(connection)
                progress = _load_progress(connection)
                changed, last = _load_changed(connection, progress.cursor if progress else 0, batch)
            if not last:
                if progress and not progress.judged:
                    self._judge_all()
                return done
            found = [
                read_profile(notice)
                for some in batched(changed, _READ_AT_ONCE)  # whose texts are let go of
                for notice in self._load_notices(some).values()
            ]
            with self._writer.begin(Lock.RELATIONS) as connection:
                if _load_progress(connection) != progress:
                    continue  # another process has gone on
                if progress is None:
                    _forget_all(connection)
                touched = _relate(connection, found)
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
        with self._writer.begin(Lock.RELATIONS) as connection:
            connection.execute(update(state).where(state.c.rules == RULES).values(judged=True))

    def forget(self) -> None:
        """Drop all relations; `catch_up` works them out anew."""
        with self._writer.begin(Lock.RELATIONS) as connection:
            _forget_all(connection)

    def of(self, notice_id: str) -> list[Relation]:
        """What a notice is to others and others to it, the surest first."""
        with self._engine.connect() as connection:
            found = [read_relation(row) for row in connection.execute(_OF, {"id": notice_id})]
        changes = {relation.id for relation in found if relation.kind is RelationKind.AMENDS}
        chosen = {change: {r.other for r in told} for change, told in self._load_amended(changes).items()}
        return [r for r in found if r.kind is not RelationKind.AMENDS or r.other in chosen[r.id]]

    def amended(self, ids: Iterable[str]) -> dict[str, list[str]]:
        """Of those notices that change others which ones they change, the surest first."""
        return {change: [relation.other for relation in told] for change, told in self._load_amended(ids).items()}

    def _load_amended(self, changes: Iterable[str]) -> dict[str, list[Relation]]:
        found: dict[str, list[Relation]] = {}
        for some in batched(changes, _JUDGED_AT_ONCE):
            with self._engine.connect() as connection:
                for row in connection.execute(_AMENDS, {"ids": some}):
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
    ids = dict.fromkeys(row.entity_id for row in found if row.entity in ("notice", "decision"))
    return list(ids), found[-1].seq if found else 0


def _relate(connection: Connection, found: Sequence[Profile]) -> set[str]:
    """Relate notices anew; gives the ids of those of which something else may now be true: of all that were related
    before, or are, to one of them, and of those that were known."""
    ids = [profile.id for profile in found]
    touched = _forget(connection, ids)
    known = dict(enumerate(found, start=connection.execute(_HIGHEST).scalar_one() + 1))
    own_keys = {number: _hash_keys(profile.keys()) for number, profile in known.items()}
    pairs = _find_candidates(connection, known, own_keys)
    having = sorted((key, number, sketch) for number, own in own_keys.items() for key, sketch in own.items())
    insert_numbers(connection, keys, having)
    _insert(connection, profiles, (_write_profile(number, profile) for number, profile in known.items()))
    known |= _load_profiles(connection, profiles.c.number, set(chain(*pairs)) - known.keys())
    found_so = [relation for one, other in sorted(pairs) if (relation := relate(known[one], known[other]))]
    related = settle(connection, ids, found_so)
    _insert(connection, relations, map(_row, related))
    return touched.union(*((relation.id, relation.other) for relation in related))


def _forget_all(connection: Connection) -> None:
    for table in (relations, keys, profiles, state):
        connection.execute(delete(table))


def _forget(connection: Connection, ids: Iterable[str]) -> set[str]:
    """Drop what is known of notices; gives the ids of those that were known, and of all that they were related to."""
    touched: set[str] = set()
    had = _load_profiles(connection, profiles.c.notice_id, ids)
    for some in batched(had.items(), _PARAMETERS):  # what is new has left nothing
        own_ids = [profile.id for _, profile in some]
        touched.update(own_ids)
        for own, other in _BOTH_WAYS:
            touched.update(connection.execute(select(other).where(own.in_(own_ids))).scalars())
            connection.execute(delete(relations).where(own.in_(own_ids)))
        gone = [{"this_key": key, "this_profile": number} for number, one in some for key in _hash_keys(one.keys())]
        connection.execute(_FORGET_KEY, gone)
        connection.execute(delete(profiles).where(profiles.c.notice_id.in_(own_ids)))
    return touched


def _hash_keys(named: Mapping[str, int]) -> dict[int, int]:
    return {_key(key): sketch for key, sketch in named.items()}


@lru_cache(maxsize=1 << 14)
def _key(key: str) -> int:
    """A key in 64 bits; two that fall together only have two notices compared for nothing."""
    return key_of(key, signed=True)


def _find_candidates(
    connection: Connection, found: Mapping[int, Profile], own_keys: Mapping[int, Mapping[int, int]]
) -> set[tuple[int, int]]:
    """The pairs of notices that may belong together, of which one is among those found, whose keys are not yet in the
    database; by their numbers, each pair once."""
    asking: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, profile in found.items():
        for key, sketch in profile.lookups().items():
            asking[_key(key)].append((number, sketch))
    having = [(key, other, like) for other, own in own_keys.items() for key, like in own.items() if key in asking]
    asked = join_numbers(connection, keys.c.key, sorted(asking))
    rows = connection.execute(select(keys.c.key, keys.c.profile, keys.c.sketch).select_from(asked))
    return {
        (min(one, other), max(one, other))
        for key, other, like in chain(having, rows)
        for one, sketch in asking[key]
        if one != other and may_be_alike(sketch, like, ALIKE_CHANGE)
    }


def _load_profiles(connection: Connection, column: ColumnElement[Any], values: Iterable[Any]) -> dict[int, Profile]:
    """Profiles by their number, of which a column has one of some values."""
    return {
        row.number: _read_profile(row.profile)
        for some in batched(values, _PARAMETERS)
        for row in connection.execute(select(profiles).where(column.in_(some)))
    }


def _insert(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    if listed := list(rows):
        connection.execute(insert(table), listed)


def _row(relation: Relation) -> dict[str, Any]:
    values = asdict(relation)
    return {"notice_id": values.pop("id"), "other_id": values.pop("other")} | values


def _write_profile(number: int, profile: Profile) -> dict[str, Any]:
    values = vars(profile) | {"subject": {one.name: getattr(profile.subject, one.name) for one in fields(Subject)}}
    text = json.dumps(values, default=lambda part: sorted(part) if isinstance(part, frozenset) else str(part))
    return {"number": number, "notice_id": profile.id, "profile": text}


def _read_profile(text: str) -> Profile:
    values = json.loads(text)
    subject = values["subject"]
    sets = {name: frozenset(subject[name]) for name in ("words", "numbers")}
    days = {name: values[name] and date.fromisoformat(values[name]) for name in ("published", "deadline", "day")}
    return Profile(
        **(values | days)
        | {
            "subject": Subject(**(subject | sets)),
            "kind": NoticeKind(values["kind"]),
            "named": frozenset(values["named"]),
            "mentions": frozenset(values["mentions"]),
        }
    )
