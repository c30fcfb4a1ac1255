"""What the store keeps of alerts, as the rest of the program sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from timthau.mail_store import Mail
from timthau.model import Moment


@dataclass(frozen=True)
class Batch:
    """Changed notices between two numbers of the outbox: each with the number and time of its latest change."""

    since: int
    until: int
    changed: Mapping[str, tuple[int, datetime]] = field(default_factory=dict)


@dataclass(frozen=True)
class Match:
    """A version of a notice that a subscription has to be told of; `found_at` is when it was stored."""

    subscription_id: str
    notice_id: str
    version: int
    found_at: datetime


@dataclass(frozen=True)
class Pulse:
    """When the worker last did its round, and since when changes, and matches for mails at once, wait for it."""

    looked_at: datetime | None
    unmatched_since: datetime | None
    unwritten_since: datetime | None


@dataclass(frozen=True)
class Coming:
    """A deadline that lies ahead, and since when its subscriber knows of the notice."""

    notice_id: str
    deadline_at: Moment
    known_since: datetime


@dataclass(frozen=True)
class Window:
    """A span of time that digests are written for, start included, end not; `finished_at` when all were."""

    frequency: str
    starts_at: datetime
    ends_at: datetime
    finished_at: datetime | None = None


@dataclass(frozen=True)
class Settlement:
    """A mail, and the matches or deadlines that it tells of."""

    mail: Mail
    matches: Sequence[Match] = ()
    deadlines: Sequence[tuple[str, Moment]] = ()
