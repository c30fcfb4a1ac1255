"""Notices as releases of the Open Contracting Data Standard 1.1 (https://standard.open-contracting.org/1.1/).

Every notice is a contracting process with an ocid of its own, every version of it a release; a notice that changes
another one is a release of that one's process. What a notice does not say is left out. Auctions, which sell, and
notices of no known kind are no contracting processes and have no releases.
"""

import json
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, BinaryIO
from urllib.parse import quote, urlsplit, urlunsplit

from timthau.errors import DocumentError
from timthau.exchange.ocds_award import build_awards, list_suppliers
from timthau.exchange.ocds_contract import list_contracts, list_tags
from timthau.exchange.ocds_price import build_price_release
from timthau.model.award_line import TENDER_SOURCES, AwardLine
from timthau.model.buyer import find_tax_code, make_buyer_id
from timthau.model.change import ChangeKind, compare
from timthau.model.effective import Effective, State
from timthau.model.moment import Moment, end_of, format_moment, start_of
from timthau.model.notice import Attachment, Contact, Item, Notice, NoticeKind, make_id
from timthau.model.relation import Relation, RelationKind
from timthau.text.price import nearest_number

#: Tags of a first release and of later ones; other kinds are tenders.
_TAGS = {
    NoticeKind.PLAN: ("planning", "planningUpdate"),
    NoticeKind.AWARD: ("award", "awardUpdate"),
    NoticeKind.AMENDMENT: ("tenderAmendment", "tenderAmendment"),
    NoticeKind.CANCELLATION: ("tenderCancellation", "tenderCancellation"),
}
_STATUS = {
    NoticeKind.PLAN: "planned",
    NoticeKind.AWARD: "complete",
    NoticeKind.CANCELLATION: "cancelled",
}
_DOCUMENT_TYPES = {NoticeKind.PLAN: "procurementPlan", NoticeKind.AWARD: "awardNotice"}
#: Codes of relatedProcess.csv, which is open; what amends another notice is a release of that one's process.
_RELATIONSHIPS = {
    RelationKind.REPEATS: "prior",
    RelationKind.SAME: "same",
    RelationKind.PLANNED: "planning",
    RelationKind.AWARDS: "prior",
}
#: Codes of submissionMethod.csv.
_METHODS = {
    "direct": "inPerson",
    "post": "written",
    "email": "electronicSubmission",
    "egp": "electronicSubmission",
}
# What stands as it is in the host and in the rest of an address (RFC 3986, 3.2 and 3.3).
_HOST_SIGNS, _URI_SIGNS = "%:@!$&'()*+,;=[]", "%/:=&?~+!$,;'@()*"
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class Publisher:
    """Who publishes: the ocid prefix, what finds the relations of a notice and what is true of it now, and under which
    notice's id the tender of a number of the portal goes.
    """

    prefix: str
    find_related: Callable[[str], Iterable[Relation]] = lambda _notice_id: ()
    find_effective: Callable[[str], Effective | None] = lambda _notice_id: None
    find_tender: Callable[[str], str] = lambda number: make_id(TENDER_SOURCES[0], number)

    def make_ocid(self, notice_id: str) -> str:
        """The id of the contracting process that a notice is."""
        return f"{self.prefix}-{notice_id}"


def write_package(
    histories: Iterable[Sequence[Notice]],
    out: BinaryIO,
    *,
    publisher: Publisher,
    published_at: datetime,
    tenders: Iterable[Sequence[AwardLine]] = (),
) -> None:
    """Write one release package, a release a line.

    `histories` are the versions of each notice, oldest first, `tenders` the award lines of each tender of the portal.
    `published_at` is when what the package holds last changed.
    Raises DocumentError when there is nothing to write, which the standard does not allow.
    """
    head = {
        # The standard wants an address that is the package's own; without a server to fetch it from, a name.
        "uri": uuid.uuid5(uuid.NAMESPACE_URL, f"{publisher.prefix} {published_at.isoformat()}").urn,
        "version": "1.1",
        "publishedDate": format_moment(published_at),
        "publisher": {"name": "TimThau"},
    }
    releases = chain(
        chain.from_iterable(build_releases(history, publisher) for history in histories),
        (_build_awards(lines, publisher) for lines in tenders),
    )
    first = next(releases, None)
    if first is None:
        raise DocumentError("no notice is a purchase, and a release package without releases is not valid")
    out.write(_encode(head)[:-1] + b', "releases": [\n' + _encode(first))
    for release in releases:
        out.write(b",\n" + _encode(release))
    out.write(b"\n]}\n")


def _build_awards(lines: Sequence[AwardLine], publisher: Publisher) -> dict[str, Any]:
    process = publisher.find_tender(lines[0].tender_number or "")
    return _without_gaps(build_price_release(lines, process, publisher.make_ocid(process)))


def build_releases(history: Sequence[Notice], publisher: Publisher) -> Iterator[dict[str, Any]]:
    """The releases of a notice's versions, which stand oldest first."""
    old, old_date = None, None
    for notice in history:
        date = _date(notice, old)
        if old_date and date < old_date:
            date = old_date
        if notice.kind.is_purchase:
            yield _build_release(notice, old, date, publisher)
        old, old_date = notice, date


def _build_release(notice: Notice, old: Notice | None, date: datetime, publisher: Publisher) -> dict[str, Any]:
    buyer = {"id": make_buyer_id(notice.buyer), "name": notice.buyer} if notice.buyer else None
    process, effective = _find_changed(notice, publisher)
    tender = _tender(notice, buyer, date, process)
    if effective and effective.state in (State.STATED, State.CORRECTED):
        del tender["tenderPeriod"]  # it moves no deadline: the one that it names is the old one
    release = {
        "ocid": publisher.make_ocid(process),
        # By day and content, so that another installation gives a release the same id.
        "id": f"{notice.id}-{date:%Y%m%d%H%M%S}-{notice.content_hash()[:8]}",
        "date": format_moment(date),
        "tag": [_tag(notice, old)],
        "initiationType": "tender",
        "language": "vi",
        "parties": [*([_party(notice, buyer)] if buyer else ()), *list_suppliers(notice)],
        "buyer": buyer,
        "relatedProcesses": _related_processes(notice, publisher),
    }
    match notice.kind:
        case NoticeKind.PLAN:
            release |= {"planning": _planning(notice), "tender": tender}
        case NoticeKind.AWARD:
            awards = build_awards(notice, _award(notice, date))
            contracts = list_contracts(awards)
            tags = list_tags(_tag(notice, old), contracts)
            release |= {"tag": tags, "awards": awards, "contracts": contracts}
        case _:
            release |= {"tender": tender}
    return _without_gaps(release)


def _related_processes(notice: Notice, publisher: Publisher) -> list[dict[str, Any]]:
    """What a notice is to earlier ones; the later of two says it, once."""
    found = (relation for relation in publisher.find_related(notice.id) if relation.id == notice.id)
    return [
        {
            "id": relation.other,
            "relationship": [_RELATIONSHIPS[relation.kind]],
            "title": f"{relation.basis} {relation.evidence}, {relation.confidence:.0%}",
            "scheme": "ocid",
            "identifier": publisher.make_ocid(relation.other),
        }
        for relation in found
        if relation.kind in _RELATIONSHIPS
    ]


def _find_changed(notice: Notice, publisher: Publisher) -> tuple[str, Effective | None]:
    """The notice whose process a release belongs to, with what is true of that one; of most notices they themselves.

    A change that is not believed, so that nothing is true because of it, is a process of its own.
    """
    if not notice.kind.is_change:
        return notice.id, None
    for relation in publisher.find_related(notice.id):
        amends = relation.kind is RelationKind.AMENDS and relation.id == notice.id
        if amends and (effective := publisher.find_effective(relation.other)):
            return relation.other, effective
    return notice.amends or notice.id, None


def _tag(notice: Notice, old: Notice | None) -> str:
    first, later = _TAGS.get(notice.kind, ("tender", "tenderUpdate"))
    if old is None or old.kind is not notice.kind:
        return first
    moved = compare(old, notice).kind in (ChangeKind.EXTENDED, ChangeKind.SHORTENED)
    return "tenderAmendment" if moved and later == "tenderUpdate" else later


def _date(notice: Notice, old: Notice | None) -> datetime:
    """When a version was released: the time it states if the version before it did not, else when it was seen."""
    if notice.published_at and (old is None or old.published_at != notice.published_at):
        return start_of(notice.published_at)
    seen = notice.last_seen_at if old else notice.first_seen_at
    if seen is None:
        raise ValueError(f"notice {notice.id} was never stored")
    return seen


def _party(notice: Notice, buyer: dict[str, Any]) -> dict[str, Any]:
    code = find_tax_code(buyer["name"])
    return buyer | {
        "roles": ["buyer", "procuringEntity"],
        "identifier": {"id": code, "legalName": buyer["name"]} if code else None,
        "address": {"region": notice.province, "countryName": "Việt Nam"} if notice.province else None,
        "contactPoint": _contact_point(notice.contacts[0]) if notice.contacts else None,
    }


def _contact_point(contact: Contact) -> dict[str, Any]:
    name = ", ".join(part for part in (contact.name, contact.department) if part)
    return {"name": name or None, "email": contact.email, "telephone": contact.phone}


def _tender(notice: Notice, buyer: dict[str, Any] | None, date: datetime, process: str) -> dict[str, Any]:
    tender: dict[str, Any] = {
        "id": process,
        "status": _STATUS.get(notice.kind),
        "tenderPeriod": {"endDate": _second(notice.deadline_at)},
        "documents": _documents(notice),
    }
    if notice.kind.is_change:
        tender["amendments"] = [{"id": notice.id, "date": format_moment(date), "description": notice.title}]
    if process != notice.id:  # what the other notice says of itself stays
        return tender
    return tender | {
        "title": notice.title,
        "procuringEntity": buyer,
        "items": _items(notice.items),
        "value": _value(notice),
        "procurementMethodDetails": str(notice.kind),
        "submissionMethod": sorted({_METHODS[m] for m in notice.submission_methods if m in _METHODS}),
        "tenderPeriod": {"startDate": _first_second(notice.published_at), "endDate": _second(notice.deadline_at)},
    }


def _planning(notice: Notice) -> dict[str, Any]:
    return {"budget": {"description": notice.title, "amount": _value(notice)}, "documents": _documents(notice)}


def _award(notice: Notice, date: datetime) -> dict[str, Any]:
    """What is the same for all winners, and what stands for them where none is named."""
    return {
        "status": "active",
        "date": format_moment(date),
        "value": _value(notice),
        "items": _items(notice.items),
        "documents": _documents(notice),
    }


def _value(notice: Notice) -> dict[str, Any] | None:
    return None if notice.amount_vnd is None else {"amount": notice.amount_vnd, "currency": "VND"}


def _items(items: Sequence[Item]) -> list[dict[str, Any]]:
    return [
        {
            "id": str(number),  # positions are often missing or repeated
            "description": ": ".join(part for part in (item.name, item.specification) if part),
            "quantity": item.quantity,
            "unit": {"name": item.unit, "value": _unit_value(item)},
        }
        for number, item in enumerate(items, start=1)
    ]


def _unit_value(item: Item) -> dict[str, Any] | None:
    return None if item.unit_price_vnd is None else {"amount": nearest_number(item.unit_price_vnd), "currency": "VND"}


def _documents(notice: Notice) -> list[dict[str, Any]]:
    page = {
        "id": notice.id,
        "documentType": _DOCUMENT_TYPES.get(notice.kind, "tenderNotice"),
        "title": notice.title,
        "description": notice.reference_number,
        "url": _uri(notice.url),
        "datePublished": _first_second(notice.published_at),
        "language": "vi",
    }
    return [page, *(_file(notice, number, file) for number, file in enumerate(notice.attachments, start=1))]


def _file(notice: Notice, number: int, file: Attachment) -> dict[str, Any]:
    return {
        "id": f"{notice.id}-{number}",
        "title": file.filename,
        "url": _uri(file.url),
        "format": file.media_type,
        "language": "vi",
    }


def _encode(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _uri(address: str) -> str | None:
    """An address in the signs that RFC 3986 allows; None where it is none that leads anywhere from here."""
    try:
        parts = urlsplit(_LONE_PERCENT.sub("%25", address))
    except ValueError:
        return None
    if not parts.scheme or not parts.netloc:
        return None
    rest = (quote(part, safe=_URI_SIGNS) for part in parts[2:])
    return urlunsplit((parts.scheme, quote(parts.netloc, safe=_HOST_SIGNS), *rest))


def _first_second(moment: Moment | None) -> str | None:
    return format_moment(start_of(moment)) if moment else None


def _second(moment: Moment | None) -> str | None:
    """A deadline; one that names only a day runs until midnight, and the standard wants the second."""
    return format_moment(end_of(moment)) if moment else None


def _without_gaps(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry without what is not stated: nulls, and objects and lists that hold nothing else."""
    whole = ((name, _fill(value)) for name, value in entry.items())
    return {name: value for name, value in whole if value is not None and value not in ({}, [])}


def _fill(value: Any) -> Any:
    if isinstance(value, dict):
        return _without_gaps(value)
    return [_fill(part) for part in value] if isinstance(value, list) else value
