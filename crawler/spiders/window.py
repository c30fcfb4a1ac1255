"""What the spiders of the national portal share: windows of times of publication, read page by page.

One request at a time: each answer is in the store before the next page is asked for, together with how far its day
was read, so that a run that is killed is taken up at that page. So these spiders save by themselves; items that wait
in pipelines could be overtaken by the word that their day is complete.
"""

from abc import abstractmethod
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.discovery.challenge import is_challenge
from crawler.egp.plan import ReadingPlan, begin_of, last_complete_day
from crawler.egp.record import parse_time
from crawler.egp.search import MOST_COUNTED, RecordPage, parse_answer
from crawler.egp.task import Parts, Task, WindowSearch
from crawler.reading.failure import is_forbidden, reason_of, request_of, status_of
from crawler.spiders.source import SourceSpider
from timthau.model.record import Run
from timthau.store.portal import PortalDay

#: How often a window is read when the portal counts other records than it gives, as it does while some are added.
_MOST_TRIES = 3
#: So many windows that cannot be read one after the other end the run: the portal is down.
_MOST_LOSSES = 3


class WindowSpider(SourceSpider):
    """Reads a list of the portal; with `fetched` no more than its newest page.

    A spider of this kind says what to read, where, and how a page of records is kept.
    """

    custom_settings = {"ITEM_PIPELINES": {}}  # noqa: RUF012 - as Scrapy has it
    #: The field of a record that says when it was published.
    published_field: str

    def __init__(self, *, fetched: bool = False, reread_days: int, follow_days: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._glances = fetched
        self.reads_all = self.since is None and not fetched
        self.tally.platform, self.tally.site_title = self.source.platform or "", self.source.title
        self._plan = ReadingPlan(
            now=self.started_at,
            begun=self.started_at if self.full else begin_of(self.started_at, self.earlier),
            reread_days=reread_days,
            follow_days=follow_days,
            since=self.since,
            last_complete=last_complete_day(self.earlier),
        )
        self._planned = iter(self._list_tasks())
        self._waiting: deque[Task] = deque()
        self._refused: set[WindowSearch] = set()
        self._losses = 0
        self._unknown: set[tuple[str, str]] = set()

    @abstractmethod
    def _list_tasks(self) -> Iterator[Task]:
        """What to read, in order."""

    @abstractmethod
    def _body(self, task: Task) -> str:
        """What is sent to ask for a page."""

    @abstractmethod
    async def _keep(self, answer: RecordPage, task: Task) -> None:
        """Save the records of a page, and with them how far the day was read; `task` has not counted them yet."""

    @abstractmethod
    def _refuse(self, task: Task, reason: str) -> Iterator[Request]:
        """What to ask instead when the portal does not take a search in this form; nothing ends the window."""

    async def start(self) -> AsyncIterator[Request]:
        for request in self._go_on():
            yield request

    # --- what to read

    def _days_read(self, searches: Iterable[WindowSearch]) -> dict[WindowSearch, dict[date, PortalDay]]:
        """How far the days were read of what each search finds; nothing counts where all is to be read again."""
        if self.full:
            return {search: {} for search in searches}
        return {search: self.store.portal_days(self.source.name, search.key) for search in searches}

    def _task(self, search: WindowSearch, day: date, days: Mapping[date, PortalDay]) -> Task:
        task, known = Task(search, self._plan.window(day), day), days.get(day)
        if known and self._plan.resumes(known) and known.received == known.pages * search.page_size:
            task.page, task.received, task.total, task.resumed = known.pages, known.received, known.total, True
        return task

    def _go_on(self) -> Iterator[Request]:
        """Ask for the first page of the next window, if there is one and the run is not over."""
        while not self.tally.fatal:
            task = self._waiting.popleft() if self._waiting else next(self._planned, None)
            if task is None:
                return
            if task.search not in self._refused:
                yield self._ask(task)
                return

    def _ask(self, task: Task) -> Request:
        return Request(
            urljoin(self.source.home, task.search.path),
            self.parse_page,
            method="POST",
            body=self._body(task),
            headers={"Content-Type": "application/json", "Accept": "application/json"},
            errback=self.lose_page,
            cb_kwargs={"task": task},
            meta={"most_pauses": 1},
            dont_filter=True,
        )

    # --- what came

    async def parse_page(self, response: Response, task: Task) -> AsyncIterator[Request]:
        """Keep a page of records and ask for the next one of the window, or for the next window."""
        try:
            answer = parse_answer(response.body)
        except ValueError as error:
            if not self.is_challenged(response):
                self.give_up(f"{response.url} does not answer as the portal's list: {error}; it is left alone")
            return
        times = [parse_time(record.get(self.published_field)) for record in answer.records]
        if times and all(map(task.window.is_far_from, times)):
            self.give_up(f"{response.url} answers with records of other days than asked for; it is left alone")
            return
        self._losses = 0
        for request in await self._read(answer, task):
            yield request

    async def _read(self, answer: RecordPage, task: Task) -> Iterator[Request]:
        if answer.total >= MOST_COUNTED and not self._glances:
            self._divide(task)
        elif task.total not in (None, answer.total) or answer.number not in (None, task.page):
            self._repeat(task, answer.total)  # something was added or withdrawn, and the pages have moved
        else:
            await self._keep(answer, task)
            if task.has_more(answer) and not self._glances:
                return iter([self._ask(task)])
            if self._glances:
                more = " or more" if answer.total >= MOST_COUNTED else ""
                self.tally.note = f"{answer.total}{more} published since {task.window.since:%Y-%m-%d}"
            elif task.received != answer.total:
                self._repeat(task, answer.total)
        return self._go_on()

    def _divide(self, task: Task) -> None:
        """Read both halves of a window that holds more than the portal counts."""
        halves = task.window.halves()
        if halves is None:
            self._lack(task, f"more than {MOST_COUNTED} records at once")
            return
        if task.day:
            task.parts = Parts(task.day)
        if task.parts:
            task.parts.left += 1
        self._waiting.extend(Task(task.search, half, parts=task.parts) for half in halves)

    def _repeat(self, task: Task, total: int) -> None:
        if task.tries < _MOST_TRIES:
            self._waiting.append(task.again())
        else:
            self._lack(task, f"{task.received} of {total} records came")

    def _lack(self, task: Task, reason: str, status: int | None = None) -> None:
        self.tally.failed += 1
        self.tally.miss(f"{task}", reason, status)

    @property
    def peers(self) -> list[Run]:
        """Back-fills have nothing in common."""
        return [] if self.since or self._glances else self.earlier

    def take_stock(self) -> None:
        """Say which codes and fields are not known."""
        if self._unknown:
            said = ", ".join("=".join(filter(None, pair)) for pair in sorted(self._unknown))
            self.tally.note = "; ".join(filter(None, (self.tally.note, f"unknown codes: {said}")))

    # --- what could not be fetched

    def lose_page(self, failure: Failure) -> Iterator[Request]:
        """Go on with the next window, unless the portal refuses us or is down."""
        task: Task = request_of(failure).cb_kwargs["task"]
        answer = failure.value.response if isinstance(failure.value, HttpError) else None
        if is_forbidden(failure):
            self.give_up(str(failure.value))
        elif answer is not None and (answer.status in (401, 403) or is_challenge(answer)):
            self.give_up(f"{answer.url} {reason_of(failure)}; it is left alone")
        elif answer is not None and answer.status == 400:
            asked = list(self._refuse(task, f"the search is refused (400): {_words_of(answer)}"))
            if asked:
                yield from asked
                return
        else:
            self._lack(task, reason_of(failure), status_of(failure))
            self._losses += 1
            if self._losses == _MOST_LOSSES:
                self.give_up(f"{_MOST_LOSSES} windows in a row could not be read, the last {self.tally.gaps[-1]}")
        yield from self._go_on()


def _words_of(answer: Response) -> str:
    """The beginning of what an answer says, on one line."""
    return " ".join(answer.body[:200].decode("utf-8", "replace").split())
