"""What changed from one version of a notice to the next."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from timthau.model import Attachment, Item, Moment, Notice

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
    "delivery_place",
    "url",
)
_LINES = 12  # of a text's removed and added lines that are shown


@dataclass(frozen=True)
class FieldChange:
    """A field with its old and new value; None where the notice did not say."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class LineChange:
    """A part made of many lines, with the lines that went and came; `more` counts those not listed."""

    field: str
    removed: tuple[str, ...]
    added: tuple[str, ...]
    more: int


@dataclass(frozen=True)
class Revision:
    """A version and what it changed."""

    notice: Notice
    fields: tuple[FieldChange, ...]
    lines: tuple[LineChange, ...]


def list_revisions(versions: Sequence[Notice]) -> list[Revision]:
    """The versions after the first with their changes, newest first; `versions` stand oldest first."""
    return [_compare(old, new) for old, new in pairwise(versions)][::-1]


def find_moved_deadline(versions: Sequence[Notice]) -> Moment | None:
    """The deadline that the present one replaced; None when it never moved."""
    current = versions[-1].deadline_at if versions else None
    earlier = [v.deadline_at for v in versions if v.deadline_at is not None and v.deadline_at != current]
    return earlier[-1] if earlier else None


def _compare(old: Notice, new: Notice) -> Revision:
    fields = tuple(
        FieldChange(name, getattr(old, name), getattr(new, name))
        for name in _VALUES
        if getattr(old, name) != getattr(new, name)
    )
    parts = (
        ("items", [_item_line(item) for item in old.items], [_item_line(item) for item in new.items]),
        ("attachments", [_file_line(file) for file in old.attachments], [_file_line(file) for file in new.attachments]),
        ("text", _text_lines(old.text), _text_lines(new.text)),
    )
    lines = tuple(change for name, before, after in parts if (change := _compare_lines(name, before, after)))
    return Revision(new, fields, lines)


def _compare_lines(name: str, before: list[str], after: list[str]) -> LineChange | None:
    # Counted, not aligned: a list sorted anew says nothing new, and thousands of lines stay quick.
    removed = list((Counter(before) - Counter(after)).elements())
    added = list((Counter(after) - Counter(before)).elements())
    if not removed and not added:
        return None
    more = max(0, len(removed) - _LINES) + max(0, len(added) - _LINES)
    return LineChange(name, tuple(removed[:_LINES]), tuple(added[:_LINES]), more)


def _item_line(item: Item) -> str:
    quantity = None if item.quantity is None else f"{item.quantity:.12g}"
    amount = " ".join(part for part in (quantity, item.unit) if part)
    return ": ".join(part for part in (item.name, item.specification, amount) if part)


def _file_line(file: Attachment) -> str:
    return file.filename


def _text_lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]
