"""What the store answers with: outcomes, summaries, changes, pages, runs."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from timthau.model.effective import Effective, by_itself
from timthau.model.moment import Moment
from timthau.model.notice import NoticeKind


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
    """What a list shows of a notice; `effective` is what others have made of it, None where nobody has."""

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
    first_seen_at: datetime | None = None
    effective: Effective | None = None

    @property
    def stands(self) -> Effective:
        """What is true of it now."""
        return self.effective or by_itself(self)


@dataclass(frozen=True)
class Change:
    """A row of the outbox: the notice or guide (`entity`) with this id has changed; `seq` grows with each.

    The entity "state" is what is true of the notice with this id, as `timthau.model.effective` has it.
    `version` is the one that a notice got by it; guides have none.
    """

    seq: int
    entity: str
    id: str
    version: int | None
    changed_at: datetime


@dataclass(frozen=True)
class News:
    """A notice that was found, or (not `is_new`) changed or came to stand otherwise, last at a moment."""

    id: str
    is_new: bool
    at: datetime


@dataclass(frozen=True, kw_only=True)
class KnownPage:
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
class Failure:
    """What a run could not read: an address, the site's HTTP answer if it gave one, and why, in few words."""

    url: str
    status: int | None
    reason: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Original:
    """An attachment whose bytes are kept: its size in bytes, and its type as found out from them."""

    sha256: str
    size: int
    media_type: str
    stored_at: datetime


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How the schedule holds a source: paused by its operator, and when it is due next, if a schedule said so."""

    source: str
    paused_at: datetime | None = None
    due_at: datetime | None = None


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


@dataclass(frozen=True, kw_only=True)
class Attendant:
    """A process that does a part of the work, on which machine; `holds` is what no other one may do meanwhile."""

    part: str
    machine: str
    process: int
    begun_at: datetime
    seen_at: datetime
    holds: tuple[str, ...] = ()
