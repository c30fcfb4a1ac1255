"""What the store keeps of webhooks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from timthau.model.alert import Match


class HookState(StrEnum):
    """PENDING has not answered its challenge yet, FAILED did not, or took nothing for days, or said that it is gone."""

    PENDING = "pending"
    ACTIVE = "active"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Hook:
    """Where the finds of a subscription are posted to; `secret` signs them, `answer` is the last one that came back."""

    subscription_id: str
    url: str
    secret: str
    state: HookState = HookState.PENDING
    created_at: datetime
    confirmed_at: datetime | None = None
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Something to post: JSON, and how often it was tried; `challenge` is what the answer must repeat, if it is one."""

    id: str
    subscription_id: str
    body: str
    challenge: str = ""
    attempts: int = 0
    next_try_at: datetime | None = None
    created_at: datetime
    settled_at: datetime | None = None


@dataclass(frozen=True)
class Dispatch:
    """A delivery and the matches that it tells of."""

    delivery: Delivery
    matches: Sequence[Match]
