"""The spider of the national portal: windows of times of publication, read page by page through its open list.

One request at a time: each answer is in the store before the next page is asked for, together with how far its day
was read, so that a run that is killed is taken up at that page. So the spider saves by itself; items that wait in
pipelines could be overtaken by the word that their day is complete.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.discovery.challenge import is_challenge
from crawler.egp.plan import ReadingPlan, begin_of, last_complete_day
from crawler.egp.record import RecordReading, parse_time, read_record
from crawler.egp.search import (
    MOST_COUNTED,
    PATH,
    QUOTATIONS,
    PublicationWindow,
    RecordPage,
    Search,
    list_searches,
    parse_answer,
)
from crawler.egp.task import Task
from crawler.reading.failure import is_forbidden, reason_of, request_of, status_of
from crawler.source import PORTAL, Portal
from crawler.spiders.source import SourceSpider
from timthau.errors import SourceError
from timthau.model.moment import HANOI
from timthau.model.notice import Notice
from timthau.model.province import name_today
from timthau.model.record import Run
from timthau.store.portal import Edition, PortalDay

logger = logging.getLogger(__name__)

#: How often a window is read when the portal counts other records than it gives, as it does while some are added.
_MOST_TRIES = 3
#: So many windows that cannot be read one after the other end the run: the portal is down.
_MOST_LOSSES = 3


class EgpSpider(SourceSpider):
    """Reads the national portal; with `fetched` no more than its newest page."""

    name = "egp"
    custom_settings = {"ITEM_PIPELINES": {}}  # noqa: RUF012 - as Scrapy has it

    def __init__(self, *, fetched: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if self.source.portal is None:
            raise SourceError(f"{self.source.name} is no portal: its platform is not {PORTAL}")
        self._portal: Portal = self.source.portal
        self._glances = fetched
        self.reads_all = self.since is None and not fetched
        self.tally.platform, self.tally.site_title = PORTAL, self.source.title
        self._plan = ReadingPlan(
            now=self.started_at,
            begun=self.started_at if self.full else begin_of(self.started_at, self.earlier),
            reread_days=self._portal.reread_days,
            follow_days=self._portal.follow_days,
            since=self.since,
            last_complete=last_complete_day(self.earlier),
        )
        self._provinces = frozenset(map(name_today, self._portal.provinces))
        self._planned = iter(self._list_tasks())
        self._waiting: deque[Task] = deque()
        self._refused: set[Search] = set()
        self._losses = 0
        self._unknown: set[tuple[str, str]] = set()

    async def start(self) -> AsyncIterator[Request]:
        for request in self._go_on():
            yield request

    # --- what to read

    def _list_tasks(self) -> Iterator[Task]:
        searches = list_searches(self._portal)
        if self._glances:
            newest = PublicationWindow(
                self._plan.window(self._plan.first_again).since, self._plan.window(self._plan.today).until
            )
            yield Task(searches[0], newest)
            return
        days = {search: self.store.portal_days(self.source.name, search.key) for search in searches}
        if self.full:
            days = {search: {} for search in searches}
        wanted = {search: self._plan.list_days(read) for search, read in days.items()}
        yield from (self._task(s, day, days[s]) for s in searches for day in wanted[s] if day >= self._plan.first_again)
        # What the last days showed was seen by now.
        sightings = self.store.sightings(self.source.name, self._plan.oldest_sighting)
        windows = list(self._plan.list_windows(sightings, self.tally.found))
        yield from (Task(search, window) for search in searches for window in windows)
        yield from (self._task(s, day, days[s]) for s in searches for day in wanted[s] if day < self._plan.first_again)

    def _task(self, search: Search, day: date, days: dict[date, PortalDay]) -> Task:
        task, known = Task(search, self._plan.window(day), day), days.get(day)
        if known and self._plan.resumes(known):
            task.page, task.received, task.total = known.pages, known.received, known.total
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
            urljoin(self.source.home, PATH),
            self.parse_page,
            method="POST",
            body=task.search.build_body(task.window, task.page),
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
        if answer.records and all(task.window.is_far_from(parse_time(r.get("publicDate"))) for r in answer.records):
            self.give_up(f"{response.url} answers with records of other days than asked for; it is left alone")
            return
        self._losses = 0
        for request in await self._read(answer, task):
            yield request

    async def _read(self, answer: RecordPage, task: Task) -> Iterator[Request]:
        if answer.total >= MOST_COUNTED and not self._glances:
            self._divide(task)
        elif task.total not in (None, answer.total):
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

    async def _keep(self, answer: RecordPage, task: Task) -> None:
        """Save the records of a page, and with them how far the day was read."""
        task.take(answer)
        day = task.progress(self.source.name, self.started_at)
        editions = await asyncio.to_thread(self._choose, self._parse_records(answer, task.search))
        saved = await asyncio.to_thread(self.store.save_portal_page, editions, day, datetime.now(HANOI))
        self.tally.found.update(one.id for one in saved)
        self.tally.saved.update(one.outcome for one in saved)

    def _parse_records(self, answer: RecordPage, search: Search) -> list[RecordReading]:
        readings = []
        for record in answer.records:
            try:
                reading = read_record(record, source=self.source.name, home=self.source.home, kind=search.kind)
            except ValueError as error:
                self.tally.failed += 1
                self.tally.miss(self.source.home, str(error))
                logger.warning("%s: %r", error, record)
                continue
            for name, code in set(reading.unknown) - self._unknown:
                logger.warning("%s of %s: the code %r is not in data/egp.tsv", name, reading.edition.notice.url, code)
            self._unknown.update(reading.unknown)
            readings.append(reading)
        return readings

    def _choose(self, readings: list[RecordReading]) -> list[Edition]:
        """The editions to keep: those of the wanted provinces, those that do not name one yet, and known notices.

        A record without locations does not say that the notice has none: what was known of them stays.
        """
        known = self.store.notices_by_id(reading.edition.notice.id for reading in readings)
        return [
            Edition(reading.edition.number, _with_place(notice, known.get(notice.id)))
            for reading in readings
            if (notice := reading.edition.notice).id in known or self._is_wanted(reading.provinces)
        ]

    def _is_wanted(self, provinces: tuple[str, ...]) -> bool:
        return not self._provinces or not provinces or any(name_today(name) in self._provinces for name in provinces)

    def _divide(self, task: Task) -> None:
        """Read both halves of a window that holds more than the portal counts."""
        if halves := task.window.halves():
            self._waiting.extend(Task(task.search, half) for half in halves)
        else:
            self._lack(task, f"more than {MOST_COUNTED} records at once")

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
        """Count what the run that this one takes up has seen, and say which codes we do not know."""
        if self._plan.begun < self.started_at:
            self.tally.found |= self.store.seen_since(self.source.name, self._plan.begun)
        if self._unknown:
            said = ", ".join(f"{name}={code}" for name, code in sorted(self._unknown))
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
            self._refuse(task, f"the search is refused (400): {_words_of(answer)}")
        else:
            self._lack(task, reason_of(failure), status_of(failure))
            self._losses += 1
            if self._losses == _MOST_LOSSES:
                self.give_up(f"{_MOST_LOSSES} windows in a row could not be read, the last {self.tally.gaps[-1]}")
        yield from self._go_on()

    def _refuse(self, task: Task, reason: str) -> None:
        """A search in a form that the portal does not take: asking for quotations was a try, asking for tenders not."""
        if task.search.type != QUOTATIONS:
            self.give_up(reason)
            return
        logger.warning("requests for quotation cannot be searched, set quotations = false: %s", reason)
        self._refused.add(task.search)
        self._lack(task, reason)


def _words_of(answer: Response) -> str:
    """The beginning of what an answer says, on one line."""
    return " ".join(answer.body[:200].decode("utf-8", "replace").split())


def _with_place(notice: Notice, known: Notice | None) -> Notice:
    if known is None or notice.delivery_place:
        return notice
    return replace(notice, province=known.province, delivery_place=known.delivery_place)
