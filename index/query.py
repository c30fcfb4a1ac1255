"""What to look for: one object for page, API, feed, command line and alert."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from timthau.model import NoticeKind


class Sort(StrEnum):
    """The order of the answer; ties are broken by date, then id, so that the same query gives the same order."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    DEADLINE = "deadline"


class Status(StrEnum):
    """Whether quotations or bids can still be handed in; a notice without a deadline is in neither."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Query:
    """Words and filters; several values of one filter mean any of them, different filters must all hold.

    Dates are days in Hanoi, both ends included; amounts are whole VND, both ends included.
    `provinces` and `buyers` match by name without regard to case, accents and tone placement.
    `expand` lets abbreviations stand for their long forms and the other way round.
    """

    text: str = ""
    kinds: tuple[NoticeKind, ...] = ()
    provinces: tuple[str, ...] = ()
    buyers: tuple[str, ...] = ()
    status: Status | None = None
    published_from: date | None = None
    published_to: date | None = None
    deadline_from: date | None = None
    deadline_to: date | None = None
    min_amount: int | None = None
    max_amount: int | None = None
    sort: Sort = Sort.RELEVANCE
    expand: bool = True
