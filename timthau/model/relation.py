"""Which notices belong together, decided on two of them alone: one number in both, else one buyer and one subject.

Precise first: yearly purchases with one title, rounds of a series and lots of one plan are not the same purchase. Where
no number is printed, the numbers in both titles have to agree, and what both state (amount, deadline) may not differ.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice
from math import ceil
from typing import Any

from timthau.model.buyer import make_buyer_key
from timthau.model.moment import end_of, start_of
from timthau.model.notice import Notice, NoticeKind
from timthau.model.subject import Subject, parse_subject
from timthau.text.fold import fold

#: Goes up whenever the rules give other relations, so that stores work them out anew.
RULES = 2

_ALIKE = 0.85  # of words in common, from which two titles are about one thing
_EPSILON = 1e-9  # what rounding may add to a product
#: Words of most titles of hospitals: they tell few of them apart.
_FREQUENT = frozenset(
    "mua sam vat tu y te hoa chat xet nghiem thiet bi sinh pham benh vien trung tam nam phuc vu cong cu dung".split()
)
_AGAIN = timedelta(days=183)  # within which a call is repeated, and a local number is not given out again
_AWARDED = timedelta(days=400)  # within which a tender comes to its award
_TWINS = timedelta(days=7)  # between the same notice in two places
_MOST_NUMBERS = 20  # of one text; a text with more is a list of other notices
_PORTAL_NUMBER = re.compile(r"\b(?:ib|pl|rq)\s?\d{10}\b")
_LOCAL_NUMBER = re.compile(r"\b\d{1,6}\s?/[a-z][\w/&.-]*")


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


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What of a notice decides; numbers are folded, those of one buyer stand behind its key."""

    id: str
    source: str
    kind: NoticeKind
    buyer: str
    subject: Subject
    amount: int | None
    published: date | None
    deadline: date | None
    own: str | None
    named: frozenset[str]
    amends: str | None

    def keys(self) -> set[str]:
        """By what another notice finds this one: its id and number, what it names, its subject."""
        keys = {f"i {self.id}"} | {f"m {number}" for number in self.named} | self._subject_keys()
        return keys | {f"{letter} {value}" for letter, value in (("a", self.amends), ("o", self.own)) if value}

    def lookups(self) -> set[str]:
        """The keys of the notices that have to be compared with this one."""
        keys = {f"a {self.id}"} | {f"o {number}" for number in self.named} | self._subject_keys()
        return keys | {f"{letter} {value}" for letter, value in (("i", self.amends), ("m", self.own)) if value}

    def _subject_keys(self) -> set[str]:
        """Keys of which two profiles share one if their titles are alike enough; none where titles do not count.

        To have so much in common, two sets of words must share one of the first few of each, in any order that is the
        same for both (prefix filtering). Here common words and those of the buyer's name come last.
        """
        if not self.buyer or not self.subject.words or self.kind.is_change:
            return set()
        words, numbers = self.subject.words, self.subject.numbers
        needed = max(1, ceil(_ALIKE * (len(words) + len(numbers)) - len(numbers) - _EPSILON))
        frequent = _FREQUENT.union(self.buyer.split())
        ordered = sorted(words, key=lambda word: (word in frequent, word))
        start = f"t {self.buyer} {' '.join(sorted(numbers))}"
        return {f"{start} {word}" for word in ordered[: len(ordered) - needed + 1]}


def read_profile(notice: Notice) -> Profile:
    """The profile of a notice."""
    buyer = make_buyer_key(notice.buyer) if notice.buyer else ""
    own = next(_parse_numbers(notice.reference_number or "", buyer), None)
    named = set(islice(_parse_numbers(f"{notice.title}\n{notice.text}", buyer), _MOST_NUMBERS + 1))
    return Profile(
        id=notice.id,
        source=notice.source,
        kind=notice.kind,
        buyer=buyer,
        subject=parse_subject(notice.title),
        amount=notice.amount_vnd,
        published=start_of(notice.published_at).date() if notice.published_at else None,
        deadline=end_of(notice.deadline_at).date() if notice.deadline_at else None,
        own=own,
        named=frozenset((named if len(named) <= _MOST_NUMBERS else set()) | ({own} if own else set())),
        amends=notice.amends,
    )


def relate(one: Profile, other: Profile) -> Relation | None:
    """What the later of two notices is to the earlier, if anything."""
    earlier, later = sorted((one, other), key=lambda profile: (profile.published or date.min, profile.id))
    return (
        _relate_by_link(later, earlier)
        or _relate_by_link(earlier, later)
        or _relate_by_number(later, earlier)
        or _relate_by_title(later, earlier)
    )


def _relate_by_link(later: Profile, earlier: Profile) -> Relation | None:
    if later.amends != earlier.id:
        return None
    return Relation(later.id, earlier.id, RelationKind.AMENDS, Basis.LINK, "", 0.9)


def _relate_by_number(later: Profile, earlier: Profile) -> Relation | None:
    number = next((own for own in (earlier.own, later.own) if own and own in later.named & earlier.named), None)
    if number is None:
        return None
    is_local = number.startswith(earlier.buyer) and " " in number
    if is_local and not _within(later, earlier, _AGAIN):
        return None
    kind = _judge_numbered(later, earlier, is_own=number == earlier.own)
    return Relation(later.id, earlier.id, kind, Basis.NUMBER, number.rpartition(" ")[2], 0.95) if kind else None


def _judge_numbered(later: Profile, earlier: Profile, *, is_own: bool) -> RelationKind | None:
    """What one number in both means; `is_own`: it is the earlier one's."""
    if later.kind.is_change:
        return RelationKind.AMENDS if is_own and not earlier.kind.is_change else None
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
    if likeness < _ALIKE or not later.published or not earlier.published:
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
    if not _within(later, earlier, _AGAIN):
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


def _parse_numbers(text: str, buyer: str) -> Iterator[str]:
    """The numbers in a text: the portal's, which are its own everywhere, then those of a buyer, behind its key."""
    plain = fold(text)
    for found in _PORTAL_NUMBER.finditer(plain):
        yield found[0].replace(" ", "")
    if buyer:
        for found in _LOCAL_NUMBER.finditer(plain):
            yield f"{buyer} {found[0].replace(' ', '').rstrip('.-/')}"
