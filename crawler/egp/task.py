"""A window of the portal that is being read."""

from dataclasses import dataclass, field
from datetime import date, datetime

from crawler.egp.search import PAGE_SIZE, PublicationWindow, RecordPage, Search
from timthau.store.portal import PortalDay


@dataclass
class Task:
    """A window that is being read: the page to ask for, and the records that the pages before it gave.

    `day` is set where the window is a day whose reading is remembered.
    """

    search: Search
    window: PublicationWindow
    day: date | None = None
    page: int = 0
    received: int = 0
    total: int | None = None
    tries: int = 1
    _seen: set[str] = field(default_factory=set)

    def __str__(self) -> str:
        return f"{self.search.type} {self.search.keyword} {self.window}".replace("  ", " ")

    def again(self) -> "Task":
        """The same window from its first page."""
        return Task(self.search, self.window, self.day, tries=self.tries + 1)

    def take(self, answer: RecordPage) -> None:
        """Count the records of a page; one that came before, because pages have moved, does not count."""
        names = {str(record.get("id") or record.get("notifyId") or record) for record in answer.records}
        self.received += len(names - self._seen)
        self._seen |= names
        self.page, self.total = self.page + 1, answer.total

    def has_more(self, answer: RecordPage) -> bool:
        """Whether a page follows the one that was taken last."""
        return bool(answer.records) and self.page * PAGE_SIZE < answer.total

    def progress(self, source: str, read_at: datetime) -> PortalDay | None:
        """How far the day is read; None for other windows."""
        if self.day is None:
            return None
        return PortalDay(
            source=source,
            search=self.search.key,
            day=self.day,
            pages=self.page,
            received=self.received,
            total=self.total or 0,
            complete=self.received == self.total,
            read_at=read_at,
        )
