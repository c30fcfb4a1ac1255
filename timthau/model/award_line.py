"""An award line: what was paid for one thing, to whom, and where that is written."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime, time
from decimal import Decimal
from functools import cache
from math import nan
from typing import Any, Self

from timthau.model.moment import Moment, format_moment, parse_moment, start_of
from timthau.model.notice import Notice, NoticeKind, make_id
from timthau.model.supplier import Winner, is_joint, parse_tax_code
from timthau.text.fold import collapse_spaces, fold
from timthau.text.price import parse_price, plain_price
from timthau.text.writable import is_writable

#: The sources whose notices have the portal's tender number for a key: the definition that ships, and lists that others
#: gather from the portal.
TENDER_SOURCES = ("muasamcong.mpi.gov.vn", "egp")

#: Which rules of `list_lines` these are; a greater number has notices that are stored give their lines anew.
RULES = 1
_MOST = 2.0**63
_TENDER_NUMBER = re.compile(r"\b(?:ib|rq)\s?\d{10}\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class AwardLine:
    """What a result says of one thing that was bought, as printed; None where it does not say.

    `unit_price_vnd` is for one `unit`, `amount_vnd` what was paid for the line, which may be a lot without unit prices.
    Where the source gives one tax code for several `suppliers` and does not say whose it is, it is `loose_tax_code`.
    `tender_number` is the portal's; `notice_id` names the stored notice that the line was read from, if it was.
    """

    id: str
    source: str
    source_key: str
    url: str
    tab: str | None = None
    name: str
    active_ingredient: str | None = None
    medicine_group: str | None = None
    model: str | None = None
    brand: str | None = None
    maker: str | None = None
    origin: str | None = None
    year: str | None = None
    specification: str | None = None
    hs_code: str | None = None
    unit: str | None = None
    quantity: float | None = None
    unit_price_vnd: Decimal | None = None
    amount_vnd: Decimal | None = None
    lot: str | None = None
    suppliers: tuple[Winner, ...] = ()
    loose_tax_code: str | None = None
    tender_number: str | None = None
    tender_title: str | None = None
    buyer: str | None = None
    province: str | None = None
    decision_number: str | None = None
    decided_at: Moment | None = None
    published_at: Moment | None = None
    notice_id: str | None = None
    first_seen_at: datetime | None = None
    last_seen_at: datetime | None = None
    version: int = 1

    @property
    def dated_at(self) -> Moment | None:
        """When the result was published, else decided."""
        return self.published_at or self.decided_at

    def to_json(self) -> dict[str, Any]:
        """Plain values; prices are numbers, or texts where a number of JSON would lose digits."""
        data = dict(vars(self))
        for name in _MOMENTS:
            data[name] = format_moment(data[name])
        for name in _PRICES:
            data[name] = plain_price(data[name])
        if self.quantity is not None and float(self.quantity).is_integer():
            data["quantity"] = int(self.quantity)
        data["suppliers"] = [dict(vars(winner)) for winner in self.suppliers]
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The line that Award line JSON describes; unknown keys are ignored, the id follows from source and key.

        Raises ValueError with the field's name when a value cannot be used.
        """
        for name in ("source", "source_key", "url", "name"):
            if not isinstance(data.get(name), str) or not data[name]:
                raise ValueError(f"{name} is missing")
        values = _read_texts(data)
        for name, read in _READERS.items():
            if (value := data.get(name)) is not None:
                values[name] = read(name, value)
        values["id"] = make_id(values["source"], values["source_key"])
        return cls._of(values)

    @classmethod
    def _of(cls, values: Mapping[str, Any]) -> Self:
        """A line of values that were checked; the constructor sets each field by itself, which takes several times
        longer."""
        line = object.__new__(cls)
        vars(line).update(_list_defaults())
        vars(line).update(values)
        return line

    def content_hash(self) -> str:
        """SHA-256 over what the line says; when it was seen and how wide its white space is do not count."""
        return hash_said(self.to_json())

    def settled(self) -> Self:
        """The line with a sole supplier's code beside its name, and a decision's day without hours that only fill up.

        For lines of lists that give one code a line, and print midnight or the last second for a day.
        """
        decided = self.decided_at
        if isinstance(decided, datetime) and decided.time() in _FILLERS:
            decided = decided.date()
        code, suppliers = self.loose_tax_code and parse_tax_code(self.loose_tax_code), self.suppliers
        if len(suppliers) == 1 and code and not is_joint(suppliers[0].name):
            suppliers, code = (Winner(name=suppliers[0].name, tax_code=code),), None
        said = {"decided_at": decided, "suppliers": suppliers, "loose_tax_code": code}
        return self._of(vars(self) | said)

    def seen(self, version: int, first: str, last: str) -> Self:
        """The line as one of its versions, with when it was first and last seen (ISO 8601)."""
        seen = {"first_seen_at": _read_time("first_seen_at", first), "last_seen_at": _read_time("last_seen_at", last)}
        return self._of(vars(self) | seen | {"version": version})


def hash_said(told: Mapping[str, Any]) -> str:
    """The content hash of a line that is at hand as Award line JSON."""
    said = {
        name: " ".join(value.split()) if type(value) is str else value
        for name in _list_said()
        if (value := told[name]) is not None and value != []
    }
    return hashlib.sha256(_ENCODER.encode(said).encode()).hexdigest()


def list_lines(notice: Notice) -> list[AwardLine]:
    """The award lines that a notice carries: one for each thing that it names, and in a result one for a package
    without any.

    A line keeps its key while its lot and name stay, so that a corrected price is another version of it.
    """
    counts: dict[str, int] = {}
    lines = []
    for said in _each_said(notice):
        what = "\n".join(fold(collapse_spaces(said.get(part) or "")) for part in ("lot", "name"))
        counts[what] = counts.get(what, 0) + 1
        key = f"{notice.source_key}#{make_id(what, str(counts[what]))}"
        lines.append(AwardLine(id=make_id(notice.source, key), source_key=key, **_said_by(notice), **said))
    return lines


def find_tender_number(notice: Notice) -> str | None:
    """The portal's number of a notice's tender, as award lines carry it: its own, else the only one that it names."""
    for text in (notice.source_key, notice.reference_number or "", f"{notice.title}\n{notice.text}"):
        found = {number[0].replace(" ", "").upper() for number in _TENDER_NUMBER.finditer(text)}
        if len(found) == 1:
            return found.pop()
    return None


def _each_said(notice: Notice) -> Iterator[dict[str, Any]]:
    for award in notice.awards:
        winner = (Winner.of(award.supplier, award.tax_code),)
        shared = {"suppliers": winner, "lot": award.lot}
        amount = None if award.amount_vnd is None else Decimal(award.amount_vnd)
        for item in award.items:
            yield vars(item) | shared | {"amount_vnd": amount if len(award.items) == 1 else None}
        if not award.items and notice.kind is NoticeKind.AWARD:
            yield shared | {"name": award.lot or notice.title, "amount_vnd": amount}


def _said_by(notice: Notice) -> dict[str, Any]:
    return {
        "source": notice.source,
        "url": notice.url,
        "tender_number": find_tender_number(notice),
        "tender_title": notice.title,
        "buyer": notice.buyer,
        "province": notice.province,
        "decision_number": notice.reference_number,
        "published_at": notice.published_at if notice.kind is NoticeKind.AWARD else None,
        "notice_id": notice.id,
    }


@cache
def _list_said() -> tuple[str, ...]:
    """The fields that a line's meaning is made of, in the order in which they are hashed."""
    return tuple(sorted(f.name for f in fields(AwardLine) if f.name not in _UNSAID))


@cache
def _list_texts() -> frozenset[str]:
    return frozenset(f.name for f in fields(AwardLine) if f.name != "id" and f.name not in _READERS)


@cache
def _list_defaults() -> dict[str, Any]:
    return {f.name: None if f.default is MISSING else f.default for f in fields(AwardLine)}


def _read_texts(data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are texts, which are checked together, as nearly all are in order; a whole number is a text.

    Raises ValueError.
    """
    known = _list_texts()
    texts = {name: value for name, value in data.items() if name in known and value is not None}
    if not _are_texts(texts.values()):
        texts = {name: str(value) if type(value) is int else value for name, value in texts.items()}
    if not _are_texts(texts.values()):
        raise ValueError(f"{next(name for name, value in texts.items() if not _are_texts([value]))} is not a text")
    return texts


def _are_texts(values: Iterable[Any]) -> bool:
    try:
        return is_writable("".join(values))
    except TypeError:
        return False


def _read_moment(name: str, value: Any) -> Moment:
    try:
        return parse_moment(value)
    except (AttributeError, TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{name} cannot be read: {value!r:.80}") from error


def _read_time(name: str, value: Any) -> datetime:
    return start_of(_read_moment(name, value))


def _read_price(name: str, value: Any) -> Decimal:
    try:
        return parse_price(value)
    except ValueError as error:
        raise ValueError(f"{name} {error}") from error


def _read_quantity(name: str, value: Any) -> float:
    try:
        quantity = float(value) if type(value) in (int, float, Decimal) else nan
    except OverflowError:
        quantity = nan
    if not abs(quantity) < _MOST:  # neither is what is no number
        raise ValueError(f"{name} is not a number")
    return quantity


def _read_version(name: str, value: Any) -> int:
    if type(value) is not int or abs(value) >= 2**31:
        raise ValueError(f"{name} is not a whole number")
    return value


def _read_suppliers(name: str, value: Any) -> tuple[Winner, ...]:
    if not isinstance(value, list):
        raise ValueError(f"{name} is not a list")
    return tuple(map(Winner.from_json, value))


_MOMENTS = ("decided_at", "published_at", "first_seen_at", "last_seen_at")
_PRICES = ("unit_price_vnd", "amount_vnd")
_FILLERS = frozenset({time(0, 0), time(23, 59, 59)})
_ENCODER = json.JSONEncoder(ensure_ascii=False)
_UNSAID = frozenset({"id", "first_seen_at", "last_seen_at", "version"})
_READERS: dict[str, Any] = {
    "decided_at": _read_moment,
    "published_at": _read_moment,
    "first_seen_at": _read_time,
    "last_seen_at": _read_time,
    "unit_price_vnd": _read_price,
    "amount_vnd": _read_price,
    "quantity": _read_quantity,
    "version": _read_version,
    "suppliers": _read_suppliers,
}
