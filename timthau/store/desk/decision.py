"""What people decided about buyers and relations, in the database; what it reaches is announced with it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, or_, select, update

from timthau.batch import batched
from timthau.errors import DeskError
from timthau.model import buyer as buyers
from timthau.model.desk.decision import APART, About, Decision, Proposal
from timthau.model.moment import format_moment
from timthau.model.relation import Basis, Relation, RelationKind
from timthau.store.award.move import move_lines
from timthau.store.database import Tables
from timthau.store.desk.table import decision as decisions
from timthau.store.process.writer import announce
from timthau.store.row import read_time
from timthau.store.schema import notice as notices
from timthau.store.schema import relation_profile as profiles

_HOLDS = decisions.c.reverted_at.is_(None)
_OF_BUYERS = select(decisions.c.verdict, decisions.c.one, decisions.c.other).where(
    _HOLDS, decisions.c.about == About.BUYER
)
_PARAMETERS = 500  # of one statement


class DecisionStore(Tables):
    """Which buyers are one, which notices belong together."""

    def decide(self, proposal: Proposal, *, reason: str, by: str, at: datetime) -> int:
        """Let a decision hold from now on, in place of an earlier one about the same two; gives its number.

        Raises DeskError when what it names is not there.
        """
        row = {"about": proposal.about, "one": proposal.one, "other": proposal.other, "verdict": proposal.verdict}
        with self._writer.begin() as connection:
            _demand(connection, proposal)
            before = _load_corrections(connection)
            connection.execute(update(decisions).where(_HOLDS, _like(proposal)).values(_end(by, at)))
            made = {"reason": reason, "made_by": by, "made_at": format_moment(at)}
            added = connection.execute(insert(decisions).values(row | made))
            _announce(connection, proposal, before)
        self.take_in()
        return int(added.inserted_primary_key.id)  # type: ignore[union-attr]  # an insert of one row has one

    def revert(self, number: int, *, by: str, at: datetime) -> Decision:
        """Let a decision hold no more. Raises DeskError when it does not hold."""
        with self._writer.begin() as connection:
            row = connection.execute(select(decisions).where(decisions.c.id == number, _HOLDS)).first()
            if row is None:
                raise DeskError(f"there is no decision {number} that holds")
            before = _load_corrections(connection)
            connection.execute(update(decisions).where(decisions.c.id == number).values(_end(by, at)))
            decision = _read(row)
            _announce(connection, decision, before)
        self.take_in()
        return decision

    def all(self, *, notice_id: str | None = None, limit: int | None = None) -> list[Decision]:
        """Decisions with those that were reverted, newest first; those about one notice, or all."""
        rows = select(decisions).order_by(decisions.c.id.desc()).limit(limit)
        if notice_id is not None:
            rows = rows.where(decisions.c.about == About.NOTICE, _touches([notice_id]))
        with self._engine.connect() as connection:
            return [_read(row) for row in connection.execute(rows)]

    def take_in(self) -> None:
        """Let this process tell buyers apart as people decided, whichever process they told it to."""
        with self._engine.connect() as connection:
            take_in_decisions(connection)


def take_in_decisions(connection: Connection) -> None:
    """The same, on a connection."""
    buyers.decide(_load_rows(connection))


def settle(connection: Connection, ids: Sequence[str], related: Iterable[Relation]) -> list[Relation]:
    """The relations of some notices, which rules found, as people know better."""
    decided: dict[frozenset[str], Decision] = {}
    for some in batched(ids, _PARAMETERS):
        rows = select(decisions).where(_HOLDS, decisions.c.about == About.NOTICE, _touches(some))
        decided |= {frozenset((one.one, one.other)): one for one in map(_read, connection.execute(rows))}
    kept = [one for one in related if frozenset((one.id, one.other)) not in decided]
    joined = [one for one in decided.values() if one.verdict != APART]
    there = _find_profiled(connection, {key for one in joined for key in (one.one, one.other)})
    return kept + [
        Relation(one.one, one.other, RelationKind(one.verdict), Basis.PERSON, "", 1.0)
        for one in joined
        if {one.one, one.other} <= there
    ]


def _find_profiled(connection: Connection, ids: Iterable[str]) -> set[str]:
    return {
        key
        for some in batched(ids, _PARAMETERS)
        for key in connection.execute(select(profiles.c.notice_id).where(profiles.c.notice_id.in_(some))).scalars()
    }


def _demand(connection: Connection, proposal: Proposal) -> None:
    """Raises DeskError where a notice, or a buyer, is not there, or nothing would come of it."""
    if proposal.about is About.NOTICE:
        for key in (proposal.one, proposal.other):
            if not connection.execute(select(notices.c.id).where(notices.c.id == key)).first():
                raise DeskError(f"there is no notice {key}")
        return
    names = _list_names(connection)
    if proposal.verdict == APART and not any(buyers.spell(name) == buyers.spell(proposal.one) for name in names):
        raise DeskError(f"no notice names its buyer {proposal.one!r:.80}")
    keys = {buyers.make_buyer_key(name) for name in names}
    for name in filter(None, (proposal.one, proposal.other)):
        if buyers.make_buyer_key(name) not in keys:
            raise DeskError(f"no notice names its buyer {name!r:.80}")


def _announce(connection: Connection, proposal: Proposal, before: buyers.Corrections) -> None:
    """Tell of all notices that are looked at anew; award lines are moved to the buyer that they have now."""
    if proposal.about is About.NOTICE:
        announce(connection, "decision", [(proposal.one, None), (proposal.other, None)])
        return
    after = _load_corrections(connection)
    moved = [name for name in _list_names(connection) if _key(name, before) != _key(name, after)]
    for some in batched(moved, _PARAMETERS):
        ids = connection.execute(select(notices.c.id).where(notices.c.buyer.in_(some))).scalars().all()
        announce(connection, "decision", [(key, None) for key in ids])
    move_lines(connection, {_key(name, before) for name in (proposal.one, proposal.other) if name}, after)


_key = buyers.correct_key


def _list_names(connection: Connection) -> list[str]:
    return list(connection.execute(select(notices.c.buyer).where(notices.c.buyer.is_not(None)).distinct()).scalars())


def _load_rows(connection: Connection) -> tuple[buyers.Row, ...]:
    return tuple((row.verdict, row.one, row.other) for row in connection.execute(_OF_BUYERS.order_by(decisions.c.id)))


def _load_corrections(connection: Connection) -> buyers.Corrections:
    return buyers.build_corrections(_load_rows(connection))


def _touches(ids: Iterable[str]) -> ColumnElement[bool]:
    listed = list(ids)
    return or_(decisions.c.one.in_(listed), decisions.c.other.in_(listed))


def _like(proposal: Proposal) -> ColumnElement[bool]:
    """Decisions about the same two, in whichever order."""
    pairs = ((proposal.one, proposal.other), (proposal.other, proposal.one))
    same = [(decisions.c.one == one) & (decisions.c.other == other) for one, other in pairs]
    return (decisions.c.about == proposal.about) & or_(*same)


def _end(by: str, at: datetime) -> dict[str, Any]:
    return {"reverted_by": by, "reverted_at": format_moment(at)}


def _read(row: Any) -> Decision:
    return Decision(
        id=row.id,
        about=About(row.about),
        one=row.one,
        other=row.other,
        verdict=row.verdict,
        reason=row.reason,
        made_by=row.made_by,
        made_at=read_time(row.made_at),
        reverted_by=row.reverted_by,
        reverted_at=row.reverted_at and read_time(row.reverted_at),
    )
