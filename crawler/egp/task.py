"""A window of the portal that is being read."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from crawler.egp.search import PublicationWindow, RecordPage
from timthau.store.portal import PortalDay


class WindowSearch(Hashable, Protocol):
    """What is looked for in every window, and where; `key` tells searches apart in the store."""

    @property
    def key(self) -> str:
        """What was read for one key says nothing of another."""

    @property
    def path(self) -> str:
        """The address on the portal."""

    @property
    def page_size(self) -> int:
        """Records of a page."""


@dataclass
class Parts:
    """A day that is read in parts, because it holds more than the portal counts: how many are left, what came."""

    day: date
    left: int = 1
    received: int = 0


@dataclass
class Task:
    """A window that is being read: the page to ask for, and the records that the pages before it gave.

    `day` is set where the window is a day whose reading is remembered, `parts` where it is a part of one. With
    `resumed` an earlier run read the pages before `page`.
    """

    search: WindowSearch
    window: PublicationWindow
    day: date | None = None
    page: int = 0
    received: int = 0
    total: int | None = None
    tries: int = 1
    parts: Parts | None = None
    resumed: bool = False
    _seen: set[str] = field(default_factory=set)

    def __str__(self) -> str:
        return f"{self.search} {self.window}"

    def again(self) -> "Task":
        """The same window from its first page."""
        return Task(self.search, self.window, self.day, tries=self.tries + 1, parts=self.parts)

    def take(self, answer: RecordPage) -> None:
        """Count the records of a page; one that came before, because pages have moved, does not count."""
        names = {str(record.get("id") or record.get("notifyId") or record) for record in answer.records}
        self.received += len(names - self._seen)
        self._seen |= names
        self.page, self.total = self.page + 1, answer.total

    def has_more(self, answer: RecordPage) -> bool:
        """Whether a page follows the one that was taken last."""
        return bool(answer.records) and self.page * self.search.page_size < answer.total

    @property
    def is_complete(self) -> bool:
        """Whether as many records came as the portal counts."""
        return self.received == self.total

    def progress(self, source: str, read_at: datetime) -> PortalDay | None:
        """How far the day is read, after a page; None for other windows, and while parts of a day are missing."""
        day, pages, received, total = self.day, self.page, self.received, self.total or 0
        if self.parts and self.is_complete:
            self.parts.left -= 1
            self.parts.received += self.received
            if not self.parts.left:
                day, pages, received, total = self.parts.day, 0, self.parts.received, self.parts.received
        if day is None:
            return None
        return PortalDay(
            source=source,
            search=self.search.key,
            day=day,
            pages=pages,
            received=received,
            total=total,
            complete=received == total,
            read_at=read_at,
        )
