"""What the store keeps beside notices and guides, and how its rows become them."""

import json
from datetime import date, datetime
from typing import Any

from timthau.model.moment import parse_moment
from timthau.model.notice import Guide, Notice, NoticeKind
from timthau.model.record import Change, KnownPage, Run, RunStatus, Summary
from timthau.model.relation import Basis, Relation, RelationKind

#: What lists show of the words of a notice.
LISTED_COLUMNS = tuple(name for name in Summary.__dataclass_fields__ if name != "effective")


def read_notice(row: Any) -> Notice:
    """The notice of a row with its document, version and times."""
    notice = Notice.from_json(json.loads(row.document))
    return notice.at_version(
        row.version, first_seen_at=read_time(row.first_seen_at), last_seen_at=read_time(row.last_seen_at)
    )


def read_guide(document: str) -> Guide:
    """The guide of a document."""
    values = json.loads(document)
    values["keywords"] = tuple(values["keywords"])
    values["checked_on"] = date.fromisoformat(values["checked_on"]) if values["checked_on"] else None
    return Guide(**values)


def read_change(row: Any) -> Change:
    """The change of a row of the outbox."""
    return Change(row.seq, row.entity, row.entity_id, row.version, read_time(row.changed_at))


def read_summary(row: Any) -> Summary:
    """The summary of a row."""
    names = ("published_at", "deadline_at", "first_seen_at")
    moments = {name: row[name] and parse_moment(row[name]) for name in names}
    return Summary(**(dict(row) | moments | {"kind": NoticeKind(row["kind"])}))


def read_relation(row: Any) -> Relation:
    """The relation of a row."""
    kind, basis = RelationKind(row.kind), Basis(row.basis)
    return Relation(row.notice_id, row.other_id, kind, basis, row.evidence, row.confidence)


def read_page(row: Any) -> KnownPage:
    """The page of a row."""
    return KnownPage(**(dict(row) | {"checked_at": read_time(row["checked_at"])}))


def read_run(row: Any) -> Run:
    """The run of a row."""
    finished = row["finished_at"] and read_time(row["finished_at"])
    times = {"started_at": read_time(row["started_at"]), "finished_at": finished}
    return Run(**(dict(row) | times | {"status": RunStatus(row["status"])}))


def read_time(text: str) -> datetime:
    """A moment with its hour, as it is stored."""
    moment = parse_moment(text)
    if not isinstance(moment, datetime):
        raise TypeError(f"{text} has no hour")
    return moment
