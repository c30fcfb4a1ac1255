"""What changed from one version of a notice to the next: one rule for pages, commands, the API and mails."""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any

from timthau.model.award import Award
from timthau.model.moment import Moment, end_of, format_moment
from timthau.model.notice import Attachment, Contact, Item, Notice, NoticeKind

_VALUES = (
    "kind",
    "title",
    "buyer",
    "province",
    "reference_number",
    "published_at",
    "deadline_at",
    "quotation_validity_days",
    "amount_vnd",
    "amount_min_vnd",
    "amount_max_vnd",
    "delivery_place",
    "url",
)
_MOST_LINES = 12  # of a text's removed and added lines that are shown
#: A line as it is shown, and what tells it from another that reads the same.
_Line = tuple[str, Hashable]


class ChangeKind(StrEnum):
    """What a version means to those who follow the notice: the gravest of what it changed."""

    NEW = "new"
    CANCELLED = "cancelled"
    AWARDED = "awarded"
    EXTENDED = "extended"
    SHORTENED = "shortened"
    CHANGED = "changed"


_ENDS = {NoticeKind.CANCELLATION: ChangeKind.CANCELLED, NoticeKind.AWARD: ChangeKind.AWARDED}


@dataclass(frozen=True)
class FieldChange:
    """A field with its old and new value; None where the notice did not say."""

    field: str
    old: Any
    new: Any

    def to_json(self) -> dict[str, Any]:
        """Plain values, as Notice JSON has them."""
        return {"field": self.field, "old": _plain(self.old), "new": _plain(self.new)}


@dataclass(frozen=True)
class LineChange:
    """A part made of many lines, with the lines that went and came; `more` counts those not listed."""

    field: str
    removed: tuple[str, ...]
    added: tuple[str, ...]
    more: int

    def to_json(self) -> dict[str, Any]:
        """The lines as lists."""
        return {"field": self.field, "removed": list(self.removed), "added": list(self.added), "more": self.more}


@dataclass(frozen=True)
class Revision:
    """A version and what it changed; a first version changes nothing."""

    notice: Notice
    kind: ChangeKind
    fields: tuple[FieldChange, ...]
    lines: tuple[LineChange, ...]


def list_revisions(versions: Sequence[Notice]) -> list[Revision]:
    """The versions after the first with their changes, newest first; `versions` stand oldest first."""
    return [compare(old, new) for old, new in pairwise(versions)][::-1]


def find_moved_deadline(versions: Sequence[Notice]) -> Moment | None:
    """The deadline that the present one replaced; None when it never moved."""
    current = versions[-1].deadline_at if versions else None
    earlier = [v.deadline_at for v in versions if v.deadline_at is not None and v.deadline_at != current]
    return earlier[-1] if earlier else None


def compare(old: Notice | None, new: Notice) -> Revision:
    """What a version changed of the one before it; None stands before the first."""
    if old is None:
        return Revision(new, ChangeKind.NEW, (), ())
    fields = tuple(
        FieldChange(name, getattr(old, name), getattr(new, name))
        for name in _VALUES
        if getattr(old, name) != getattr(new, name)
    )
    lines = tuple(change for name in _PARTS if (change := _compare_lines(name, _lines(old, name), _lines(new, name))))
    return Revision(new, _judge(old, new), fields, lines)


def _judge(old: Notice, new: Notice) -> ChangeKind:
    if new.kind is not old.kind and new.kind in _ENDS:
        return _ENDS[new.kind]
    if old.deadline_at and new.deadline_at and end_of(old.deadline_at) != end_of(new.deadline_at):
        later = end_of(new.deadline_at) > end_of(old.deadline_at)
        return ChangeKind.EXTENDED if later else ChangeKind.SHORTENED
    return ChangeKind.CHANGED


def _compare_lines(name: str, before: list[_Line], after: list[_Line]) -> LineChange | None:
    # Counted, not aligned: a list sorted anew says nothing new, and thousands of lines stay quick.
    removed = [text for text, _ in (Counter(before) - Counter(after)).elements()]
    added = [text for text, _ in (Counter(after) - Counter(before)).elements()]
    if not removed and not added:
        return None
    more = max(0, len(removed) - _MOST_LINES) + max(0, len(added) - _MOST_LINES)
    return LineChange(name, tuple(removed[:_MOST_LINES]), tuple(added[:_MOST_LINES]), more)


def _lines(notice: Notice, part: str) -> list[_Line]:
    said = getattr(notice, part)
    return [line for entry in (said.splitlines() if part == "text" else said) if (line := _PARTS[part](entry))[0]]


def _item_line(item: Item) -> _Line:
    quantity = None if item.quantity is None else f"{item.quantity:.12g}"
    amount = " ".join(part for part in (quantity, item.unit) if part)
    return ": ".join(part for part in (item.name, item.specification, amount) if part), None


def _award_line(award: Award) -> _Line:
    amount = None if award.amount_vnd is None else f"{award.amount_vnd:,} đ".replace(",", ".")
    said = ": ".join(part for part in (award.lot, award.supplier, amount) if part)
    return said, award  # another price of a thing is a change


def _file_line(file: Attachment) -> _Line:
    return file.filename, file.text or file.sha256  # another file under the same name is a change


def _contact_line(contact: Contact) -> _Line:
    parts = (contact.name, contact.department, contact.phone, contact.email, contact.address)
    return ", ".join(part for part in parts if part), None


def _plain(value: Any) -> Any:
    return format_moment(value) if isinstance(value, date) else value


_PARTS: dict[str, Callable[[Any], _Line]] = {
    "submission_methods": lambda method: (method, None),
    "contacts": _contact_line,
    "items": _item_line,
    "awards": _award_line,
    "attachments": _file_line,
    "text": lambda line: (" ".join(line.split()), None),
}
