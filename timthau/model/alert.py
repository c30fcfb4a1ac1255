"""What the store keeps of alerts, as the rest of the program sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from timthau.model.moment import Moment


class Frequency(StrEnum):
    """How often a subscriber gets mail at most: as soon as something is found, or in digests."""

    IMMEDIATE = "immediate"
    DAILY = "daily"
    WEEKLY = "weekly"


class SubscriptionState(StrEnum):
    """PENDING waits for its confirmation, DISABLED had its mail bounce for good, DELETED was unsubscribed."""

    PENDING = "pending"
    ACTIVE = "active"
    PAUSED = "paused"
    DISABLED = "disabled"
    DELETED = "deleted"


#: States in which somebody has confirmed and not yet ended a subscription.
CONFIRMED = (SubscriptionState.ACTIVE, SubscriptionState.PAUSED, SubscriptionState.DISABLED)


@dataclass(frozen=True, kw_only=True)
class SubscriptionRow:
    """A subscription as it is stored; `query` is the address parameters of a search.

    Changes up to number `since_seq` of the outbox are not for it: they came before it was confirmed, or during a pause.
    """

    id: str
    email: str
    query: str
    notice_id: str | None
    frequency: Frequency
    reminder_days: int | None
    language: str
    state: SubscriptionState
    created_at: datetime
    confirmed_at: datetime | None
    since_seq: int


class MailKind(StrEnum):
    """What a mail is for."""

    CONFIRMATION = "confirmation"
    LINK = "link"
    DIGEST = "digest"
    REMINDER = "reminder"
    CANARY = "canary"


#: Sent because of a subscription; never after it has ended.
SUBSCRIBED = (MailKind.DIGEST, MailKind.REMINDER)


class MailState(StrEnum):
    """Where a mail is: waiting (also while a worker has it), or settled in one of the other ways.

    SENT: the relay accepted it. FILED: written to the outbox folder. FAILED: refused for good, or given up.
    DROPPED: its subscription ended first.
    """

    WAITING = "waiting"
    SENT = "sent"
    FILED = "filed"
    FAILED = "failed"
    DROPPED = "dropped"


class ReportKind(StrEnum):
    """What came back about a mail; ARRIVED is one of our own canaries, seen in its mailbox."""

    HARD_BOUNCE = "hard_bounce"
    SOFT_BOUNCE = "soft_bounce"
    COMPLAINT = "complaint"
    ARRIVED = "arrived"


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail with its whole message (RFC 5322, ASCII; later empty); `answer` is the relay's last one."""

    id: str
    kind: MailKind
    subscription_id: str | None = None
    email: str
    window_starts_at: datetime | None = None
    window_ends_at: datetime | None = None
    message: str
    state: MailState = MailState.WAITING
    attempts: int = 0
    next_try_at: datetime | None = None
    created_at: datetime
    settled_at: datetime | None = None
    answer: str = ""


@dataclass(frozen=True)
class Batch:
    """Changed notices between two numbers of the outbox: each with the number and time of its latest change."""

    since: int
    until: int
    changed: Mapping[str, tuple[int, datetime]] = field(default_factory=dict)


@dataclass(frozen=True)
class Match:
    """A version of a notice that a subscription has to be told of; `found_at` is when it was stored.

    `is_old`: it was of no use any more when it was found, as in a first crawl, and only counts in another mail.
    """

    subscription_id: str
    notice_id: str
    version: int
    found_at: datetime
    is_old: bool = False


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


@dataclass(frozen=True, kw_only=True)
class MailRequest:
    """A mail that somebody asked for on a page: to which mailbox, from which network ("" where none is known).

    `known` says that the mailbox has confirmed something before.
    """

    asked_at: datetime
    mailbox: str
    network: str
    known: bool


@dataclass(frozen=True, kw_only=True)
class MailAllowance:
    """How many mails may be asked for in an hour and a day; `reserve` of all are for known mailboxes."""

    mailbox_hour: int
    mailbox_day: int
    network_hour: int
    network_day: int
    all_hour: int
    reserve: int


class Shortage(StrEnum):
    """Of which allowance there is nothing left."""

    MAILBOX = "mailbox"
    NETWORK = "network"
    ALL = "all"
