"""The spider of the national portal's winning prices."""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from typing import Any
from urllib.parse import urljoin

from scrapy import Request

from crawler.egp.definition import PRICES, Prices
from crawler.egp.price_record import read_price
from crawler.egp.price_search import REFERER, PriceSearch, RangeForm, list_price_searches
from crawler.egp.search import RecordPage
from crawler.egp.task import Task
from crawler.source import Source
from crawler.spiders.window import WindowSpider
from timthau.errors import SourceError
from timthau.model.award_line import AwardLine
from timthau.model.moment import HANOI

logger = logging.getLogger(__name__)


class PriceSpider(WindowSpider):
    """Reads the winning prices of the national portal; with `fetched` no more than a page of today's."""

    name = "egp-prices"
    published_field = "ngayDangTaiKqlcnt"

    def __init__(self, *, source: Source, **kwargs: Any) -> None:
        if source.prices is None:
            raise SourceError(f"{source.name} has no prices: its platform is not {PRICES}")
        self._prices: Prices = source.prices
        #: The forms of the range of days that the portal may take, the one in use first; it changes on a refusal.
        self._forms = list(RangeForm)
        self._page = urljoin(source.home, REFERER)
        self._refusals: list[str] = []
        self._unknown_fields: Counter[str] = Counter()
        #: Which searches were read whole, by day and tab: when all of a tab are, what they did not give is no more.
        self._whole: defaultdict[tuple[date, str], set[str]] = defaultdict(set)
        super().__init__(source=source, reread_days=self._prices.reread_days, **kwargs)
        self.tally.noun = "prices"

    # --- what to read

    def _list_tasks(self) -> Iterator[Task]:
        searches = list_price_searches(self._prices)
        if self._glances:
            yield Task(searches[0], self._plan.window(self._plan.today))
            return
        days = self._days_read(searches)
        wanted = {search: self._plan.list_days(days[search]) for search in searches}
        every = sorted({day for found in wanted.values() for day in found}, reverse=True)
        yield from (self._task(s, day, days[s]) for day in every for s in searches if day in wanted[s])

    def _body(self, task: Task) -> str:
        return _search_of(task).build_body(task.window, task.page, self._forms[0])

    def _ask(self, task: Task) -> Request:
        request = super()._ask(task)
        request.headers["Referer"] = self._page
        return request

    # --- what came

    async def _keep(self, answer: RecordPage, task: Task) -> None:
        """Save the lines of a page, and with them how far the day was read; a whole day tells which are no more."""
        del self._forms[1:]  # the portal takes this form
        task.take(answer)
        lines, day = self._parse_lines(answer, _search_of(task)), task.progress(self.source.name, self.started_at)
        saved = await asyncio.to_thread(self.store.awards.save_portal_page, lines, day, datetime.now(HANOI))
        self.tally.found.update(one.id for one in saved)
        self.tally.saved.update(one.outcome for one in saved)
        if task.day and task.is_complete and task.total and not task.resumed:
            await self._let_go(task.day, _search_of(task))

    async def _let_go(self, day: date, search: PriceSearch) -> None:
        """Let go of the lines of a day that the portal has no more, once all searches of their tab were read whole."""
        whole = self._whole[day, search.tab]
        whole.add(search.key)
        if whole == {one.key for one in list_price_searches(self._prices) if one.tab == search.tab}:
            # By what this run met, not by times: those are whole seconds, and a clock may be set back.
            let_go = partial(self.store.awards.let_go_unseen, seen=frozenset(self.tally.found), at=self.started_at)
            gone = await asyncio.to_thread(let_go, self.source.name, search.tab, day)
            if gone:
                logger.warning("%d lines of %s of %s are not among the portal's prices any more", gone, search.tab, day)

    def _parse_lines(self, answer: RecordPage, search: PriceSearch) -> list[AwardLine]:
        lines = []
        for record in answer.records:
            try:
                reading = read_price(record, source=self.source.name, url=self._page, tab=search.tab)
            except ValueError as error:
                self.tally.failed += 1
                self.tally.miss(self.source.home, str(error))
                logger.warning("%s: %r", error, record)
                continue
            for name in set(reading.unknown) - self._unknown_fields.keys():
                logger.warning("the field %s of prices is not known: %.200r", name, record[name])
            self._unknown_fields.update(reading.unknown)
            lines.append(reading.line)
        return lines

    def take_stock(self) -> None:
        """Count what the run that this one takes up has seen; say which fields are not known, in how many records."""
        if self._plan.begun < self.started_at:
            self.tally.found |= self.store.awards.seen_since(self.source.name, self._plan.begun)
        if self._unknown_fields:
            said = ", ".join(f"{name} ({count})" for name, count in sorted(self._unknown_fields.items()))
            self.tally.note = "; ".join(filter(None, (self.tally.note, f"unknown fields: {said}")))

    def _refuse(self, task: Task, reason: str) -> Iterator[Request]:
        """Ask again with the range of days in its other form; without another the portal is left alone."""
        self._refusals.append(reason)
        if len(self._forms) > 1:
            logger.warning("the portal does not take days as %s: %s", self._forms.pop(0).name.lower(), reason)
            yield self._ask(task)
        else:
            self.give_up("; ".join(dict.fromkeys(self._refusals)))


def _search_of(task: Task) -> PriceSearch:
    if not isinstance(task.search, PriceSearch):
        raise TypeError(f"{task.search!r} finds no prices")
    return task.search
