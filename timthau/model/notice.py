"""What TimThau knows of the world: notices, their items and attachments, guides, and the stable ids they carry."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self, TypeVar

from timthau.model.award import Award
from timthau.model.moment import Moment, format_moment, parse_moment
from timthau.text.price import parse_price, plain_price
from timthau.text.writable import is_writable


class NoticeKind(StrEnum):
    """What a procurement notice announces."""

    REQUEST_FOR_QUOTATION = "request_for_quotation"
    INVITATION_TO_TENDER = "invitation_to_tender"
    CONSULTANT_SELECTION = "consultant_selection"
    PRICE_APPRAISAL = "price_appraisal"
    PLAN = "plan"
    AWARD = "award"
    AUCTION = "auction"
    AMENDMENT = "amendment"
    CANCELLATION = "cancellation"
    OTHER = "other"

    @property
    def is_call(self) -> bool:
        """Whether it asks for offers, quotations or opinions on prices."""
        return self in _CALLS

    @property
    def is_change(self) -> bool:
        """Whether it speaks of an earlier notice: extends, corrects or cancels it."""
        return self in _CHANGES

    @property
    def is_purchase(self) -> bool:
        """Whether something is bought; auctions sell, and of others nobody knows."""
        return self not in _NO_PURCHASE


_CALLS = frozenset(
    {
        NoticeKind.REQUEST_FOR_QUOTATION,
        NoticeKind.INVITATION_TO_TENDER,
        NoticeKind.CONSULTANT_SELECTION,
        NoticeKind.PRICE_APPRAISAL,
    }
)
_CHANGES = frozenset({NoticeKind.AMENDMENT, NoticeKind.CANCELLATION})
_NO_PURCHASE = frozenset({NoticeKind.AUCTION, NoticeKind.OTHER})


@dataclass(frozen=True, kw_only=True)
class Item:
    """A line of goods or services; `quantity` in `unit`, both as the document states them.

    `unit_price_vnd` is what the buyer itself prints as planned, quoted or highest price of one unit.
    """

    position: int | None = None
    name: str
    specification: str | None = None
    unit: str | None = None
    quantity: float | None = None
    unit_price_vnd: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A person or desk that answers questions about a notice."""

    name: str | None = None
    department: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file of a notice with the text read from it; `size` in bytes, `ocr` where the text came from a scan.

    In `text` a form feed stands before each page but the first, where the file has pages.
    """

    url: str
    filename: str
    media_type: str | None = None
    size: int | None = None
    sha256: str | None = None
    text: str | None = None
    ocr: bool = False
    warning: str | None = None


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One procurement announcement as one version of it says; None where the document does not say.

    A range, and several lots with a price each, have no `amount_vnd` but its least and most. `awards` are of results.
    """

    id: str
    source: str
    source_key: str
    url: str
    kind: NoticeKind
    title: str
    buyer: str | None = None
    province: str | None = None
    reference_number: str | None = None
    published_at: Moment | None = None
    deadline_at: Moment | None = None
    deadline_text: str | None = None
    quotation_validity_days: int | None = None
    amount_vnd: int | None = None
    amount_min_vnd: int | None = None
    amount_max_vnd: int | None = None
    delivery_place: str | None = None
    contacts: tuple[Contact, ...] = ()
    submission_methods: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    awards: tuple[Award, ...] = ()
    text: str = ""
    first_seen_at: datetime | None = None
    last_seen_at: datetime | None = None
    version: int = 1
    amends: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Notice JSON: plain values, times as ISO 8601 with +07:00, a day alone where no hour is stated."""
        data = dict(vars(self))
        for name in _MOMENTS:
            data[name] = format_moment(data[name])
        data["kind"] = str(self.kind)
        data["submission_methods"] = list(self.submission_methods)
        for name in ("contacts", "items", "attachments"):
            data[name] = [dict(vars(part)) for part in data[name]]
        for item in data["items"]:
            item["quantity"] = _plain_number(item["quantity"])
            item["unit_price_vnd"] = plain_price(item["unit_price_vnd"])
        data["awards"] = [award.to_json() for award in self.awards]
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The notice that Notice JSON describes.

        Unknown keys are ignored, so that a newer export can be read. The id follows from source and key; one that
        is given is not believed.
        Raises ValueError with the field's name when a value cannot be used.
        """
        values = {name: data[name] for name in _NAMES if data.get(name) is not None}
        for name in ("source", "source_key", "url", "kind", "title"):
            if not isinstance(values.get(name), str) or not values[name]:
                raise ValueError(f"{name} is missing")
        values["id"] = make_id(values["source"], values["source_key"])
        values["kind"] = _parse_field("kind", NoticeKind, values["kind"])
        for name in _MOMENTS & values.keys():
            values[name] = _parse_field(name, parse_moment, values[name])
        for name in ("first_seen_at", "last_seen_at"):
            if name in values and not isinstance(values[name], datetime):
                raise ValueError(f"{name} has no hour")
        for name, kind in _PLAIN.items():
            if name in values:
                _check(name, values[name], kind)
        for name in ("submission_methods", "contacts", "items", "attachments", "awards"):
            if not isinstance(values.setdefault(name, []), list):
                raise ValueError(f"{name} is not a list")
        values["submission_methods"] = tuple(_check("submission_methods", v, str) for v in values["submission_methods"])
        for name, part in (("contacts", Contact), ("items", Item), ("attachments", Attachment)):
            values[name] = tuple(_parse_field(name, _part_reader(part), entry) for entry in values[name])
        values["awards"] = tuple(_parse_field("awards", Award.from_json, entry) for entry in values["awards"])
        return cls(**values)

    def content_hash(self) -> str:
        """SHA-256 over what the notice says; when and how often we saw it, and what it amends, do not count.

        Texts are compared without runs of white space, so that a page laid out anew is no new version; nor is a file
        whose text stayed, whatever its bytes.
        """
        said = self.to_json()
        for name in ("id", "first_seen_at", "last_seen_at", "version"):
            del said[name]
        _forget_unsaid(said)
        said["amends"] = None
        said["attachments"] = list(map(_describe_file, said["attachments"]))
        plain = json.dumps(_without_layout(said), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(plain.encode()).hexdigest()

    def within(self, letters: int) -> Self:
        """The notice with so many letters at most, its things first, then its text, then its files, which say so."""
        left = letters - sum(map(_count_letters, (*self.items, *self.awards))) - len(self.text)
        if left - sum(len(file.text or "") for file in self.attachments) >= 0:
            return self
        items, left = _take(self.items, letters)
        awards, left = _take(self.awards, left)
        text = self.text[:left]
        left -= len(text)
        files = []
        for file in self.attachments:
            said = file.text or ""
            files.append(file if len(said) <= left else replace(file, text=said[:left], warning=_CUT))
            left = max(0, left - len(said))
        return replace(self, items=items, awards=awards, text=text, attachments=tuple(files))

    def at_version(self, version: int, *, first_seen_at: datetime, last_seen_at: datetime) -> Self:
        """The same notice, marked with its place in the history."""
        kept = vars(self) | {"version": version, "first_seen_at": first_seen_at, "last_seen_at": last_seen_at}
        return type(self)(**kept)  # `replace` takes three times as long, for each notice that is read from the store


@dataclass(frozen=True, kw_only=True)
class Guide:
    """A how-to page: ours from data/guides, or one found on a crawled site (`source` names it then)."""

    slug: str
    language: str = "vi"
    title: str
    summary: str = ""
    keywords: tuple[str, ...] = field(default=())
    body: str
    url: str | None = None
    source: str | None = None
    checked_on: date | None = None


_Part = TypeVar("_Part", Item, Award)
#: The warning of a file of which not all is kept.
_CUT = "only the beginning of its text is kept: TIMTHAU_NOTICE_MB"

# Types of fields, made once: each `str | None` in a function would be made anew, for every field of every notice.
_TEXT, _WHOLE = (str, str | None), (int, int | None)
_PRICE, _NUMBER = Decimal | None, float | None
_NAMES = tuple(f.name for f in fields(Notice))
_PLAIN = {f.name: f.type for f in fields(Notice) if f.type in (*_TEXT, *_WHOLE)}
_MOMENTS = frozenset({"published_at", "deadline_at", "first_seen_at", "last_seen_at"})


def make_id(source: str, source_key: str) -> str:
    """A short id that stays the same for as long as the source keeps its key: 16 letters and digits."""
    digest = hashlib.sha256(f"{source}\n{source_key}".encode()).digest()
    return base64.b32encode(digest[:10]).decode().lower()


def _count_letters(part: Any) -> int:
    return len(repr(part))


def _take(parts: tuple[_Part, ...], letters: int) -> tuple[tuple[_Part, ...], int]:
    """The first parts that have room, and the room that is left."""
    taken: list[_Part] = []
    for part in parts:
        if (size := _count_letters(part)) > letters:
            return tuple(taken), 0
        taken.append(part)
        letters -= size
    return tuple(taken), letters


def _describe_file(file: dict[str, Any]) -> dict[str, Any]:
    """What a file says: its text where it has one, whatever bytes say it, and else its bytes."""
    unsaid = {"size", "sha256", "warning"} if file["text"] else {"warning"}
    return {name: value for name, value in file.items() if name not in unsaid}


def _forget_unsaid(said: dict[str, Any]) -> None:
    """What came to Notice JSON later is left out where it says nothing, so that old notices keep their hash."""
    for part in (said, *said["items"]):
        for name in ("amount_min_vnd", "amount_max_vnd", "awards", "unit_price_vnd"):
            if name in part and not part[name]:
                del part[name]


def _parse_field(name: str, parse: Any, value: Any) -> Any:
    try:
        return parse(value)
    except (AttributeError, TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{name} cannot be read: {value!r:.80}") from error


def _part_reader(part: Any) -> Any:
    types = {f.name: f.type for f in fields(part)}
    return lambda entry: part(**{k: _check(k, v, types[k]) for k, v in entry.items() if k in types and v is not None})


def _check(name: str, value: Any, wanted: Any) -> Any:
    """The value, if a field of this type can hold it, and the store, which has 64 bits for a number.

    Raises ValueError with the field's name.
    """
    if wanted in _TEXT:
        fits, what = isinstance(value, str) and is_writable(value), "a text"
    elif wanted in _WHOLE:
        fits, what = type(value) is int and abs(value) < 2**63, "a whole number"
    elif wanted == _PRICE:
        return parse_price(value)
    elif wanted == _NUMBER:
        fits, what = type(value) in (int, float) and abs(value) < 2**63, "a number"  # NaN is not less than anything
    else:
        fits, what = isinstance(value, wanted), "true or false"
    if not fits:
        raise ValueError(f"{name} is not {what}")
    return value


def _plain_number(number: float | None) -> float | int | None:
    return int(number) if number is not None and float(number).is_integer() else number


def _without_layout(value: Any) -> Any:
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, dict):
        return {k: _without_layout(v) for k, v in value.items()}
    return [_without_layout(v) for v in value] if isinstance(value, list) else value
