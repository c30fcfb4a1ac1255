"""Reading articles: from a fetched page to what travels through the pipelines, unless it says what it said before."""

import asyncio
import logging
from concurrent.futures import Executor
from functools import partial

from crawler.agenda import Agenda, Outcome
from crawler.evidence import corroborate
from crawler.extract.article import parse_article
from crawler.items import Reading
from crawler.lead import Lead
from crawler.memory import Memory, hash_article, header, trusted_time
from crawler.page import Page
from crawler.platforms.platform import Platform
from crawler.tally import Tally
from timthau.errors import DocumentError
from timthau.store import Outcome as Saving
from timthau.store import Page as KnownPage

logger = logging.getLogger(__name__)


class Reader:
    """Reads the articles of one run; `executor` does the work beside the spider, in threads if it is None."""

    def __init__(
        self, platform: Platform, agenda: Agenda, memory: Memory, tally: Tally, executor: Executor | None
    ) -> None:
        self._platform = platform
        self._agenda = agenda
        self._memory = memory
        self._tally = tally
        self._executor = executor

    async def read(self, page: Page, url: str, lead: Lead) -> Reading | None:
        """What an article says now; None when it is no page to read, or says what it said."""
        response = page.response
        known = self._agenda.known.get(lead.key)
        previous = self._memory.store.notice(known.notice_id) if known and known.notice_id else None
        called = lead.title or (previous.title if previous else "")
        parse = partial(parse_article, response.body, url=url, encoding=response.encoding, called=called)
        try:
            article = await asyncio.get_running_loop().run_in_executor(self._executor, parse)
        except DocumentError as error:
            logger.info("%s: %s", response.url, error)
            self._memory.keep(lead.url, Outcome.OTHER)
            return None
        reading = Reading(
            lead=lead,
            article=corroborate(article, lead, previous),
            source_key=self._platform.source_key(page, lead),
            etag=header(response, "ETag"),
            last_modified=trusted_time(response),
            previous=previous,
        )
        return None if self.is_unchanged(reading) else reading

    def is_unchanged(self, reading: Reading) -> bool:
        """Whether an article says what it said before; then it is confirmed, and nothing is read again."""
        reading.content_hash = hash_article(reading.article)
        known = self._agenda.known.get(reading.lead.key)
        same = known is not None and known.notice_id is not None and known.content_hash == reading.content_hash
        if known is None or not same or self._agenda.scope.full:
            return False
        self.confirm(known)
        return True

    def confirm(self, known: KnownPage) -> None:
        """A known page says what it said."""
        if self._memory.confirm(known):
            self._tally.found.add(known.notice_id or "")
            self._tally.saved[Saving.UNCHANGED] += 1
