"""Who sits at the operator's desk, what was done there, and what was asked for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, kw_only=True)
class Operator:
    """Who does something: an account, or a user of the machine's terminal; `network` is empty there."""

    name: str
    network: str = ""


@dataclass(frozen=True, kw_only=True)
class Account:
    """Who may sit at the desk; with `code_secret` a code of an authenticator is asked for beside the password."""

    name: str
    password_hash: str
    code_secret: str | None
    code_step: int
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Session:
    """An account that sits at the desk, since when, and when it last did something."""

    account: str
    begun_at: datetime
    seen_at: datetime


@dataclass(frozen=True, kw_only=True)
class Deed:
    """Something that was done: by whom, to what, from which network."""

    id: int
    done_at: datetime
    who: str
    what: str
    target: str
    detail: str
    network: str


class Work(StrEnum):
    """What can be asked for: read a source or one notice again, look at a definition, look at a site and define it."""

    CRAWL = "crawl"
    REREAD = "reread"
    CHECK = "check"
    ADD = "add"


@dataclass(frozen=True, kw_only=True)
class Errand:
    """Work that was asked for; `body` is a definition to look at, `outcome` one or more lines once it has ended."""

    id: int
    work: Work
    target: str
    body: str
    asked_by: str
    asked_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None
    outcome: str
