"""Which earlier notice a change or cancellation speaks of."""

import re
from collections.abc import Iterable

from timthau.model.moment import start_of
from timthau.model.notice import Notice, NoticeKind
from timthau.model.subject import parse_subject
from timthau.text.fold import fold

_ENOUGH = 0.75
_NUMBER = re.compile(r"[^0-9a-z]+")


def find_amended(notice: Notice, earlier: Iterable[Notice]) -> str | None:
    """The id of the notice that this one changes: one whose number it names, else the latest that is titled alike.

    Changes themselves are not candidates: the second extension amends the notice, not the first extension.
    """
    candidates = [other for other in earlier if _can_be_amended(other, notice)]
    text = _NUMBER.sub(" ", fold(f"{notice.title}\n{notice.text}"))
    subject = parse_subject(notice.title)
    named = [other for other in candidates if other.reference_number and f" {_number(other)} " in f" {text} "]
    likeness = {other.id: subject.measure_likeness(parse_subject(other.title)) for other in candidates}
    alike = [other for other in named or candidates if likeness[other.id] >= _ENOUGH]
    pool = alike or (named if len(named) == 1 else [])
    best = max(pool, key=lambda other: (likeness[other.id], _day(other), other.id), default=None)
    return best.id if best else None


def _can_be_amended(other: Notice, notice: Notice) -> bool:
    if other.id == notice.id or other.source != notice.source:
        return False
    if other.kind in (NoticeKind.AMENDMENT, NoticeKind.CANCELLATION, NoticeKind.AWARD):
        return False
    return _day(other) <= _day(notice)


def _day(notice: Notice) -> str:
    return start_of(notice.published_at).date().isoformat() if notice.published_at else ""


def _number(notice: Notice) -> str:
    return _NUMBER.sub(" ", fold(notice.reference_number or "")).strip()
