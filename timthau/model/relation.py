"""Which notices belong together, decided on two of them alone: one number in both, else one buyer and one subject.

Precise first: yearly purchases with one title, rounds of a series and lots of one plan are not the same purchase. Where
no number is printed, the numbers in both titles have to agree, and what both state (amount, deadline) may not differ.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from timthau.model.notice import NoticeKind
from timthau.model.profile import AGAIN, ALIKE, ALIKE_CHANGE, Profile

#: Goes up whenever the rules give other relations, so that stores work them out anew.
RULES = 5

_AWARDED = timedelta(days=400)  # within which a tender comes to its award
_TWINS = timedelta(days=7)  # between the same notice in two places
_PLAN = "hoach"  # of "kế hoạch": changes of a call name its plan, those of the plan say so
_FEW = 3  # words in common, below which titles say too little


class RelationKind(StrEnum):
    """What a notice is to another one, in the direction from the later to the earlier."""

    AMENDS = "amends"
    REPEATS = "repeats"
    SAME = "same"
    PLANNED = "planned"
    AWARDS = "awards"


class Basis(StrEnum):
    """What a relation rests on."""

    LINK = "link"
    NUMBER = "number"
    TITLE = "title"
    PERSON = "person"


@dataclass(frozen=True)
class Relation:
    """Notice `id` amends, repeats … notice `other`; `evidence` is the number or how much the titles share."""

    id: str
    other: str
    kind: RelationKind
    basis: Basis
    evidence: str
    confidence: float

    def partner_of(self, notice_id: str) -> str:
        """The other one of the two."""
        return self.other if notice_id == self.id else self.id

    def describe(self, notice_id: str) -> dict[str, Any]:
        """The relation in plain values, as seen from one of the two; `is_later` is said of the other one, `id`."""
        return {
            "id": self.partner_of(notice_id),
            "kind": str(self.kind),
            "is_later": notice_id == self.other,
            "basis": str(self.basis),
            "evidence": self.evidence,
            "confidence": self.confidence,
        }


def relate(one: Profile, other: Profile) -> Relation | None:
    """What the later of two notices is to the earlier, if anything."""
    if one.kind.is_change != other.kind.is_change:
        change, changed = (one, other) if one.kind.is_change else (other, one)
        return _relate_by_link(change, changed) or _relate_change(change, changed)
    earlier, later = sorted((one, other), key=lambda profile: (profile.published or date.min, profile.id))
    return (
        _relate_by_link(later, earlier)
        or _relate_by_link(earlier, later)
        or _relate_by_number(later, earlier)
        or _relate_by_title(later, earlier)
    )


def list_amended(relations: Iterable[Relation]) -> list[Relation]:
    """Of all notices that one change may speak of those that it does speak of, the surest first.

    What it names by number or link; where it names none the one that is titled most alike, of those the latest.
    Changes themselves are not changed: the second extension extends the notice, not the first extension.
    """
    found = sorted(relations, key=lambda relation: (-relation.confidence, relation.other))
    named = [relation for relation in found if relation.basis is not Basis.TITLE]
    return named or found[:1]


def _relate_by_link(later: Profile, earlier: Profile) -> Relation | None:
    if later.amends != earlier.id:
        return None
    return Relation(later.id, earlier.id, RelationKind.AMENDS, Basis.LINK, "", 0.9)


def _relate_change(change: Profile, changed: Profile) -> Relation | None:
    """Whether a notice that changes or cancels another one speaks of this one."""
    age = (change.published - changed.published).days if change.published and changed.published else 0
    if age < 0 or (changed.kind is NoticeKind.PLAN and _PLAN not in change.subject.words):
        return None
    at_once = age <= AGAIN.days
    number = changed.own if changed.own in change.named else None
    if number is None and change.source == changed.source and changed.bare_number in change.mentions:
        number = changed.bare_number
    if number and (at_once or " " not in (changed.own or "")):
        return Relation(change.id, changed.id, RelationKind.AMENDS, Basis.NUMBER, number.rpartition(" ")[2], 0.95)
    if change.source != changed.source or changed.kind is NoticeKind.AWARD or not at_once:
        return None
    return _relate_change_by_title(change, changed, age)


def _relate_change_by_title(change: Profile, changed: Profile, age: int) -> Relation | None:
    """A change of the same site with nearly the title; of several the latest is the likeliest."""
    one, other = change.subject, changed.subject
    likeness = one.measure_likeness(other)
    if likeness < ALIKE_CHANGE or (change.buyer and changed.buyer and change.buyer != changed.buyer):
        return None
    if not (one.numbers <= other.numbers or other.numbers <= one.numbers):  # another lot, another year
        return None
    shared = len(one.words & other.words)
    sure = 0.9 * likeness * (1 if shared >= _FEW else 0.5) - 0.1 * age / AGAIN.days
    return Relation(change.id, changed.id, RelationKind.AMENDS, Basis.TITLE, f"{likeness:.0%}", round(sure, 3))


def _relate_by_number(later: Profile, earlier: Profile) -> Relation | None:
    number = next((own for own in (earlier.own, later.own) if own and own in later.named & earlier.named), None)
    if number is None:
        return None
    is_local = number.startswith(earlier.buyer) and " " in number
    if is_local and not _within(later, earlier, AGAIN):
        return None
    kind = _judge_numbered(later, earlier, is_own=number == earlier.own)
    return Relation(later.id, earlier.id, kind, Basis.NUMBER, number.rpartition(" ")[2], 0.95) if kind else None


def _judge_numbered(later: Profile, earlier: Profile, *, is_own: bool) -> RelationKind | None:
    """What one number in both means; `is_own`: it is the earlier one's."""
    if later.kind is NoticeKind.AWARD:
        return RelationKind.AWARDS if earlier.kind.is_call else None
    if earlier.kind is NoticeKind.PLAN:
        return RelationKind.PLANNED if is_own and later.kind.is_call else None
    if not later.kind.is_call or not earlier.kind.is_call:
        return None
    if later.subject.round > earlier.subject.round:
        return RelationKind.REPEATS
    return RelationKind.SAME if later.source != earlier.source else None


def _relate_by_title(later: Profile, earlier: Profile) -> Relation | None:
    if not later.buyer or later.buyer != earlier.buyer or later.subject.numbers != earlier.subject.numbers:
        return None
    if not later.subject.words:  # "Thư mời báo giá số 3" names nothing
        return None
    likeness = later.subject.measure_likeness(earlier.subject)
    if likeness < ALIKE or not later.published or not earlier.published:
        return None
    judged = _judge_alike(later, earlier)
    if judged is None:
        return None
    kind, confidence = judged
    return Relation(later.id, earlier.id, kind, Basis.TITLE, f"{likeness:.0%}", round(confidence * likeness, 2))


def _judge_alike(later: Profile, earlier: Profile) -> tuple[RelationKind, float] | None:
    if later.kind is NoticeKind.AWARD and earlier.kind.is_call:
        return (RelationKind.AWARDS, 0.85) if _within(later, earlier, _AWARDED) else None
    if later.kind.is_call and earlier.kind is NoticeKind.PLAN:
        return (RelationKind.PLANNED, 0.75) if _within(later, earlier, _AWARDED) else None
    if later.kind is not earlier.kind or not later.kind.is_call:
        return None
    if later.source != earlier.source and later.subject.round == earlier.subject.round:
        confidence = _judge_twins(later, earlier)
        return (RelationKind.SAME, confidence) if confidence else None
    confidence = _judge_repeated(later, earlier)
    return (RelationKind.REPEATS, confidence) if confidence else None


def _judge_twins(later: Profile, earlier: Profile) -> float | None:
    """How sure it is that two sources have one notice: what both state may not differ."""
    if _differ(later.amount, earlier.amount) or _differ(later.deadline, earlier.deadline):
        return None
    if later.deadline and later.deadline == earlier.deadline:
        return 0.95
    return 0.8 if _within(later, earlier, _TWINS) else None


def _judge_repeated(later: Profile, earlier: Profile) -> float | None:
    """How sure it is that a call is made again: by its amount to the dong, else by saying that it is the next one.

    "lần 2" for another amount is a further purchase of a series; "đấu thầu lại" may ask for what was left over.
    """
    if not _within(later, earlier, AGAIN):
        return None
    says_so = later.subject.round == earlier.subject.round + 1
    if later.amount is not None and later.amount == earlier.amount:
        return 0.95 if says_so else 0.85
    is_closed = bool(earlier.deadline and later.published and earlier.deadline <= later.published)
    if not says_so or not is_closed:
        return None
    if later.amount is None or earlier.amount is None:
        return 0.8
    return 0.9 if later.subject.is_anew and later.amount < earlier.amount else None


def _differ(one: object, other: object) -> bool:
    return one is not None and other is not None and one != other


def _within(later: Profile, earlier: Profile, span: timedelta) -> bool:
    return bool(later.published and earlier.published and later.published - earlier.published <= span)
