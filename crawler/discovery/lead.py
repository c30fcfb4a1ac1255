"""A lead: an address that may hold a notice, with what lists, feeds and interfaces say of it."""

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import IntEnum

from crawler.discovery.interest import Interest
from crawler.extract.document import FileLink
from crawler.extract.page.publication import parse_byline
from timthau.model.moment import HANOI, Moment, start_of

_DAY = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-]| tháng )(\d{1,2})(?:\2| năm | |, )(20\d\d)(?![\d/.-])", re.I)
_NOT_PUBLICATION = re.compile(r"(?:hạn|trước|đến|hết|mở thầu|đóng thầu|tại)(?:\W+\w+){0,8}\W*$", re.I)
_PUBLICATION = re.compile(r"(?:đăng|cập nhật|đưa tin)(?: tin)?(?: ngày| lúc)?\W*$", re.I)


class LeadOrigin(IntEnum):
    """Where a lead was found; a later one is better informed."""

    LINK = 0
    SITEMAP = 1
    LIST = 2
    FEED = 3
    INTERFACE = 4


@dataclass(frozen=True, kw_only=True)
class Lead:
    """`key` is what makes twins of an address equal. `modified_at` is when the site says the page changed last.

    `files` are what the interface or the list says is attached. `alone` is True where a list links straight to the
    file and there is no page of its own; `text` is what the list says of it then. `lists` names the lists it stood in.
    """

    url: str
    key: str
    title: str = ""
    origin: LeadOrigin = LeadOrigin.LINK
    interest: Interest = Interest.NONE
    published_at: Moment | None = None
    modified_at: datetime | None = None
    files: tuple[FileLink, ...] = ()
    number: int | None = None
    alone: bool = False
    text: str = ""
    lists: frozenset[str] = field(default=frozenset())

    def joined(self, other: "Lead") -> "Lead":
        """One lead that knows what both know; the better informed one speaks first."""
        if self == other:
            return self  # of a side bar that stands on every page
        first, second = (other, self) if other.origin > self.origin else (self, other)
        return replace(
            first,
            title=first.title or second.title,
            interest=max(first.interest, second.interest),
            published_at=closer(first.published_at, second.published_at),
            modified_at=first.modified_at or second.modified_at,
            files=first.files or second.files,
            number=first.number or second.number,
            alone=first.alone and second.alone,
            text=first.text or second.text,
            lists=first.lists | second.lists,
        )


def closer(stated: Moment | None, hinted: Moment | None) -> Moment | None:
    """What is known of a moment: the stated one, with the hour of the hinted one where only that has it."""
    if stated is None:
        return hinted
    if not isinstance(stated, datetime) and isinstance(hinted, datetime) and hinted.astimezone(HANOI).date() == stated:
        return hinted
    return stated


def day_of(moment: Moment) -> date:
    """The day of a moment in Hanoi."""
    return start_of(moment).astimezone(HANOI).date()


def list_day(context: str, title: str) -> date | None:
    """The day that a list writes beside a title; None when there is none, or only a deadline."""
    text = context.replace(title, " ") if title else context
    matches = list(_DAY.finditer(text))
    said = [match for match in matches if _PUBLICATION.search(text[: match.start()])]
    for match in said or matches:
        if not _NOT_PUBLICATION.search(text[: match.start()]):
            try:
                return date(int(match[4]), int(match[3]), int(match[1]))
            except ValueError:
                continue
    # "18 Tháng Mười một 2026", as systems write in a column or line of its own.
    bylines = (parse_byline(line) for line in context.split("\n") if line != title)
    return next((day_of(moment) for moment in bylines if moment), None)
