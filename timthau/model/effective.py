"""What is true of a notice now: what it says itself, and what later notices and its own site have made of it.

The notice's own words stay as they are. A notice of another source counts only where it is of the same buyer, and one
that is only thought to belong to it not at all: such are shown as related, and change nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from timthau.model.buyer import make_buyer_key
from timthau.model.moment import HANOI, Moment, end_of, format_moment, start_of
from timthau.model.notice import NoticeKind
from timthau.model.relation import Basis, Relation

#: How sure it has to be that a notice speaks of another one, so that it changes what is true of that one.
_SURE = 0.55
#: Changes are posted until so long after the deadline that they move.
_AFTERWARDS = timedelta(days=7)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=HANOI)


class State(StrEnum):
    """What has become of a notice; STATED where nothing but its own words is known."""

    STATED = "stated"
    CORRECTED = "corrected"
    EXTENDED = "extended"
    SHORTENED = "shortened"
    GONE = "gone"
    AWARDED = "awarded"
    CANCELLED = "cancelled"


#: States after which nothing can be handed in, whatever the deadline.
OVER = (State.AWARDED, State.CANCELLED)


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What of a notice decides what is true of it and of those it speaks of.

    `seen_at` is when it was first seen, `gone_at` since when its site has it no more.
    """

    id: str
    source: str
    kind: NoticeKind
    buyer: str | None
    published_at: Moment | None
    deadline_at: Moment | None
    seen_at: datetime
    gone_at: datetime | None = None

    @property
    def said_at(self) -> datetime:
        """Since when it holds, as far as is known."""
        return start_of(self.published_at) if self.published_at else self.seen_at


@dataclass(frozen=True, kw_only=True)
class Effective:
    """The state of a notice, the deadline that holds, and since when it is in that state where it has ended or gone.

    `because` is the id of the notice that made it so. `sequence` grows with each change, `decided_at` is the last one.
    """

    state: State = State.STATED
    deadline_at: Moment | None = None
    ended_at: datetime | None = None
    because: str | None = None
    sequence: int = 0
    decided_at: datetime | None = None

    @property
    def closes_at(self) -> Moment | None:
        """The last moment to hand something in; of what is over and does not say since when, long ago."""
        if self.state not in OVER:
            return self.deadline_at
        last = (self.ended_at or _LONG_AGO) - timedelta(seconds=1)
        return last if self.deadline_at is None else min(last, end_of(self.deadline_at))

    def is_open(self, now: datetime) -> bool | None:
        """Whether something can still be handed in; None where no deadline is known."""
        if self.state in OVER:
            return False
        return None if self.deadline_at is None else end_of(self.deadline_at) >= now

    def holds_like(self, other: "Effective") -> bool:
        """Whether two say the same, whenever they were decided."""
        return replace(self, sequence=0, decided_at=None) == replace(other, sequence=0, decided_at=None)

    def to_json(self, now: datetime) -> dict[str, Any]:
        """Plain values, as the API has them under `effective`."""
        return {
            "state": str(self.state),
            "is_open": self.is_open(now),
            "deadline_at": format_moment(self.deadline_at),
            "ended_at": format_moment(self.ended_at),
            "because": self.because,
        }


class Said(Protocol):
    """What a notice, or what a list shows of one, says of itself."""

    @property
    def kind(self) -> NoticeKind: ...
    @property
    def published_at(self) -> Moment | None: ...
    @property
    def deadline_at(self) -> Moment | None: ...


_Notice = TypeVar("_Notice", bound=Said)


def by_itself(notice: Said) -> Effective:
    """What is true of a notice of which nobody else has said anything: it may be a cancellation itself."""
    if notice.kind is not NoticeKind.CANCELLATION:
        return Effective(deadline_at=notice.deadline_at)
    ended_at = start_of(notice.published_at) if notice.published_at else None
    return Effective(state=State.CANCELLED, deadline_at=notice.deadline_at, ended_at=ended_at)


def as_it_stands(notice: _Notice, effective: Effective | None) -> _Notice:
    """The notice with the last moment to hand something in as its deadline: for filters and orders."""
    if effective is None and notice.deadline_at is None:
        return notice
    closes_at = (effective or by_itself(notice)).closes_at
    if closes_at == notice.deadline_at:
        return notice
    return replace(notice, deadline_at=closes_at)  # type: ignore[type-var]  # a dataclass, each of them


def is_news(notice: Said, effective: Effective | None, found_at: datetime, recent: timedelta) -> bool:
    """Whether a notice that was first found at a moment was of use then: open, or published a short while before.

    One that says neither when it was published nor until when it is open may be.
    """
    stands = effective or by_itself(notice)
    if stands.is_open(found_at):
        return True
    if notice.published_at is not None:
        return end_of(notice.published_at) >= found_at - recent
    return stands.is_open(found_at) is None


def judge(own: Statement, later: Iterable[tuple[Statement, Relation]]) -> Effective:
    """What is true of a notice, from what it says and from later ones that change or award it; the last word counts."""
    stands = by_itself(own)
    believed = [told for told in later if told[1].confidence >= _SURE and may_speak(own, *told)]
    known = [own.deadline_at]
    for other, relation in sorted(believed, key=lambda told: (told[0].said_at, told[0].id)):
        stands = _hear(stands, other, known if relation.basis is not Basis.TITLE else None)
        known.append(other.deadline_at)
    if own.gone_at and stands.state in (State.STATED, State.CORRECTED):
        return replace(stands, state=State.GONE, ended_at=own.gone_at, because=None)
    return stands


def follow(own: Effective, change: Statement, changed: Effective) -> Effective:
    """What is true of a change itself: it shares the fate of what it changes, where others have decided that."""
    if changed.because in (None, change.id) or change.deadline_at is None or change.kind is NoticeKind.CANCELLATION:
        return own
    return replace(changed, sequence=0, decided_at=None) if changed.closes_at != change.deadline_at else own


def list_believed(change: Statement, relations: Iterable[Relation], changed: Mapping[str, Statement]) -> list[Relation]:
    """What a change speaks of beyond doubt: where two notices have the title that it has, the one that was open."""
    found = sorted(relations, key=lambda relation: (-relation.confidence, relation.other))
    named = [relation for relation in found if relation.basis is not Basis.TITLE]
    alike = [relation for relation in found if relation.evidence == found[0].evidence] if not named else []
    if len(alike) > 1:
        open_ = [relation for relation in alike if _was_open(changed[relation.other], change.said_at)]
        alike = open_ if len(open_) == 1 else []
    return named or alike


def _was_open(notice: Statement, moment: datetime) -> bool:
    return notice.deadline_at is None or end_of(notice.deadline_at) >= moment - _AFTERWARDS


def _hear(stands: Effective, other: Statement, known: Iterable[Moment | None] | None) -> Effective:
    """What a later notice makes of the state so far; `known` are the deadlines before, if it names what it changes."""
    is_over = stands.state in OVER
    if other.kind is NoticeKind.CANCELLATION:
        return replace(stands, state=State.CANCELLED, ended_at=other.said_at, because=other.id)
    if other.kind is NoticeKind.AWARD:
        # What is still open cannot have been awarded: it is another lot, or another year's.
        is_late = stands.deadline_at is None or end_of(stands.deadline_at) <= other.said_at
        awarded = replace(stands, state=State.AWARDED, ended_at=other.said_at, because=other.id)
        return awarded if is_late and not is_over else stands
    if other.deadline_at and _moves(stands, end_of(other.deadline_at)):
        return Effective(state=State.EXTENDED, deadline_at=other.deadline_at, because=other.id)
    if not is_over and known is not None and _brings_forward(other, known):
        return Effective(state=State.SHORTENED, deadline_at=other.deadline_at, because=other.id)
    corrected = replace(stands, state=State.CORRECTED, because=other.id)
    return corrected if stands.state in (State.STATED, State.CORRECTED) else stands


def _moves(stands: Effective, deadline: datetime) -> bool:
    """Whether a deadline takes the place of the one so far: a later one, or after a cancellation the same again."""
    if stands.deadline_at is None or deadline > end_of(stands.deadline_at):
        return True
    return stands.state is State.CANCELLED and deadline == end_of(stands.deadline_at)


def _brings_forward(change: Statement, known: Iterable[Moment | None]) -> bool:
    """Whether the deadline of a change, which is not later, is a new one: nobody has stated it, and it lies ahead.

    Any other is the old one, quoted.
    """
    deadline = change.deadline_at
    if change.kind is not NoticeKind.AMENDMENT or deadline is None or end_of(deadline) <= change.said_at:
        return False
    return not any(before and _means(before, deadline) for before in known)


def _means(one: Moment, other: Moment) -> bool:
    """Whether two moments may be one: the same, or one of them a day and the other on it."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one == other
    return end_of(one).astimezone(HANOI).date() == end_of(other).astimezone(HANOI).date()


class Spoken(Protocol):
    """What says something: where it stands, and for which buyer."""

    @property
    def source(self) -> str: ...

    @property
    def buyer(self) -> str | None: ...


def agree(own: Spoken, other: Spoken) -> bool:
    """Whether one may speak for the other: of one source, or of one buyer."""
    if own.source == other.source:
        return True
    return bool(own.buyer and other.buyer and make_buyer_key(own.buyer) == make_buyer_key(other.buyer))


def may_speak(own: Spoken, other: Spoken, relation: Relation) -> bool:
    """Whether what another notice says counts for one; that a person related them does away with every doubt."""
    return relation.basis is Basis.PERSON or agree(own, other)
