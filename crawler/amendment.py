"""Which earlier notice a change or cancellation speaks of."""

import re
from collections.abc import Iterable

from timthau.model import Notice, NoticeKind, start_of
from timthau.text import fold

#: Words that announce rather than name: without them two titles about one thing are alike.
_ANNOUNCING = frozenset(
    """
    thong bao thu moi yeu cau de nghi gia chao hang thau ve viec v vv han them keo dai thoi gian tiep nhan nop ho so
    huy bo dung tam hoan lui dinh chinh dieu bo sung sua doi thay noi cac cua cho goi lan ngay ban tin ket qua lua chon
    nha den het va la tai theo mot phan lai ycbg tb cv kinh
    """.split()
)
_ENOUGH = 0.75
_REFERENCE = re.compile(r"\b\d+\s?/[\w-]+")
_NUMBER = re.compile(r"[^0-9a-z]+")


def find_amended(notice: Notice, earlier: Iterable[Notice]) -> str | None:
    """The id of the notice that this one changes: one whose number it names, else the latest that is titled alike.

    Changes themselves are not candidates: the second extension amends the notice, not the first extension.
    """
    candidates = [other for other in earlier if _can_be_amended(other, notice)]
    text = _NUMBER.sub(" ", fold(f"{notice.title}\n{notice.text}"))
    subject = _subject(notice.title)
    named = [other for other in candidates if other.reference_number and f" {_number(other)} " in f" {text} "]
    alike = [other for other in named or candidates if _likeness(subject, _subject(other.title)) >= _ENOUGH]
    pool = alike or (named if len(named) == 1 else [])
    best = max(pool, key=lambda other: (_likeness(subject, _subject(other.title)), _day(other), other.id), default=None)
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


def _subject(title: str) -> frozenset[str]:
    return frozenset(_NUMBER.sub(" ", _REFERENCE.sub(" ", fold(title))).split()) - _ANNOUNCING


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """How much two subjects share, from 0 to 1 (Jaccard)."""
    return len(one & other) / len(one | other) if one and other else 0.0
