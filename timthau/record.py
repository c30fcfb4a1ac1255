"""What the store keeps beside notices and guides, and how its rows become them."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from timthau.model import Guide, Moment, Notice, NoticeKind, parse_moment


class Outcome(StrEnum):
    """What saving a notice did."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Saved:
    """The id and version under which a notice is stored now."""

    id: str
    version: int
    outcome: Outcome


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a list shows of a notice."""

    id: str
    source: str
    source_key: str
    url: str
    kind: NoticeKind
    title: str
    buyer: str | None
    province: str | None
    published_at: Moment | None
    deadline_at: Moment | None
    amount_vnd: int | None
    version: int


@dataclass(frozen=True)
class Change:
    """A row of the outbox: the notice or guide (`entity`) with this id has changed; `seq` grows with each.

    `version` is the one that a notice got by it; guides have none.
    """

    seq: int
    entity: str
    id: str
    version: int | None
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Page:
    """What is known of a crawled address; `outcome` is the crawler's word for what stood there."""

    source: str
    url: str
    outcome: str
    notice_id: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    content_hash: str | None = None
    checked_at: datetime


class RunStatus(StrEnum):
    """How a run stands; interrupted ones were told to stop, or were killed and are found by the source's next run."""

    RUNNING = "running"
    OK = "ok"
    INCOMPLETE = "incomplete"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, kw_only=True)
class Run:
    """One crawl of one source with its counts of notices, and of requests made; `message` is one line."""

    id: int
    source: str
    started_at: datetime
    finished_at: datetime | None = None
    status: RunStatus = RunStatus.RUNNING
    full: bool = False
    found: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    failed: int = 0
    requests: int = 0
    message: str = ""


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
    moments = {name: row[name] and parse_moment(row[name]) for name in ("published_at", "deadline_at")}
    return Summary(**(dict(row) | moments | {"kind": NoticeKind(row["kind"])}))


def read_page(row: Any) -> Page:
    """The page of a row."""
    return Page(**(dict(row) | {"checked_at": read_time(row["checked_at"])}))


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
