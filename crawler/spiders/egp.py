"""The spider of the national portal's tenders."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from scrapy import Request

from crawler.egp.definition import PORTAL, Portal
from crawler.egp.record import RecordReading, read_record
from crawler.egp.search import QUOTATIONS, PublicationWindow, RecordPage, Search, list_searches
from crawler.egp.task import Task
from crawler.source import Source
from crawler.spiders.window import WindowSpider
from timthau.errors import SourceError
from timthau.model.moment import HANOI
from timthau.model.notice import Notice
from timthau.model.province import name_today
from timthau.store.portal import Edition

logger = logging.getLogger(__name__)


class EgpSpider(WindowSpider):
    """Reads the tender notices of the national portal; with `fetched` no more than its newest page."""

    name = "egp"
    published_field = "publicDate"

    def __init__(self, *, source: Source, **kwargs: Any) -> None:
        if source.portal is None:
            raise SourceError(f"{source.name} is no portal: its platform is not {PORTAL}")
        self._portal: Portal = source.portal
        self._provinces = frozenset(map(name_today, self._portal.provinces))
        reread, follow = self._portal.reread_days, self._portal.follow_days
        super().__init__(source=source, reread_days=reread, follow_days=follow, **kwargs)

    # --- what to read

    def _list_tasks(self) -> Iterator[Task]:
        searches = list_searches(self._portal)
        if self._glances:
            newest = PublicationWindow(
                self._plan.window(self._plan.first_again).since, self._plan.window(self._plan.today).until
            )
            yield Task(searches[0], newest)
            return
        days = self._days_read(searches)
        wanted = {search: self._plan.list_days(days[search]) for search in searches}
        yield from (self._task(s, day, days[s]) for s in searches for day in wanted[s] if day >= self._plan.first_again)
        # What the last days showed was seen by now.
        sightings = self.store.sightings(self.source.name, self._plan.oldest_sighting)
        windows = list(self._plan.list_windows(sightings, self.tally.found))
        yield from (Task(search, window) for search in searches for window in windows)
        yield from (self._task(s, day, days[s]) for s in searches for day in wanted[s] if day < self._plan.first_again)

    def _body(self, task: Task) -> str:
        return _search_of(task).build_body(task.window, task.page)

    # --- what came

    async def _keep(self, answer: RecordPage, task: Task) -> None:
        """Save the records of a page, and with them how far the day was read."""
        task.take(answer)
        day = task.progress(self.source.name, self.started_at)
        editions = await asyncio.to_thread(self._choose, self._parse_records(answer, _search_of(task)))
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

    def take_stock(self) -> None:
        """Count what the run that this one takes up has seen, and say which codes we do not know."""
        if self._plan.begun < self.started_at:
            self.tally.found |= self.store.seen_since(self.source.name, self._plan.begun)
        super().take_stock()

    def _refuse(self, task: Task, reason: str) -> Iterator[Request]:
        """A search in a form that the portal does not take: asking for quotations was a try, asking for tenders not."""
        if _search_of(task).type == QUOTATIONS:
            logger.warning("requests for quotation cannot be searched, set quotations = false: %s", reason)
            self._refused.add(task.search)
            self._lack(task, reason)
        else:
            self.give_up(reason)
        return iter(())


def _search_of(task: Task) -> Search:
    if not isinstance(task.search, Search):
        raise TypeError(f"{task.search!r} finds no tenders")
    return task.search


def _with_place(notice: Notice, known: Notice | None) -> Notice:
    if known is None or notice.delivery_place:
        return notice
    return replace(notice, province=known.province, delivery_place=known.delivery_place)
