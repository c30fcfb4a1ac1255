"""What is remembered of a source's pages from run to run, so that what is known is not asked for again."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime

from scrapy import Request
from scrapy.http import Response

from crawler.discovery.address import canonical
from crawler.discovery.header import header, trusted_time
from crawler.discovery.outcome import PageOutcome
from crawler.discovery.platform import Door, DoorKind
from crawler.extract.document import Article
from crawler.items import PageItem
from crawler.memory.writer import Ledger
from timthau.model.moment import HANOI, format_moment, is_ahead
from timthau.model.notice import Guide
from timthau.model.record import KnownPage, Saved
from timthau.store.notice import Store

_LONG_AGO = datetime(2000, 1, 1, tzinfo=HANOI)


class SiteMemory:
    """The pages of one source in the store; whatever is remembered is written soon."""

    def __init__(self, store: Store, source: str) -> None:
        self.store = store
        self.source = source
        self.ledger = Ledger(store)
        self.pages = {url: _date(page, datetime.now(HANOI)) for url, page in store.pages(source).items()}

    def page(self, url: str) -> KnownPage | None:
        """What is remembered of an address, in whatever session or layout it is asked for."""
        return self.pages.get(canonical(url))

    @property
    def has_lists(self) -> bool:
        """Whether lists were read in earlier runs."""
        return any(page.outcome == PageOutcome.LIST for page in self.pages.values())

    def is_gone(self, url: str) -> bool:
        """Whether there was nothing at an address the last time."""
        page = self.page(url)
        return page is not None and page.outcome == PageOutcome.GONE

    def needs_no(self, door: Door) -> bool:
        """Whether nothing was behind a door, or lists will be read that name the newest just as feeds do."""
        return self.is_gone(door.url) or (door.kind is DoorKind.FEED and self.has_lists)

    def keep(self, url: str, outcome: PageOutcome, response: Response | None = None, **more: str | None) -> None:
        """Remember what stood at an address."""
        page = KnownPage(
            source=self.source,
            url=canonical(url),
            outcome=outcome,
            checked_at=datetime.now(HANOI),
        )
        page = replace(page, **(_validators(response) if response else {}), **more)  # type: ignore[arg-type]  # more columns by name
        self.pages[page.url] = page
        self.ledger.note(page)

    async def keep_reading(self, reading: PageItem, guide: Guide | None) -> Saved | None:
        """Remember an article with its notice or guide; done when all is on the disk."""
        page = KnownPage(
            source=self.source,
            url=canonical(reading.lead.url),
            outcome=reading.outcome,
            notice_id=reading.notice.id if reading.notice else None,
            etag=reading.etag,
            last_modified=reading.last_modified,
            content_hash=reading.content_hash,
            checked_at=datetime.now(HANOI),
        )
        self.pages[page.url] = page
        return await self.ledger.write(page, reading.notice, guide)

    def confirm(self, page: KnownPage, response: Response | None = None) -> bool:
        """A known page says what it said: its notice is seen again, and nothing else changes; False if it has none.

        A server's word for it is taken once, and the page itself asked for the next time: some say so always.
        """
        page = replace(page, checked_at=datetime.now(HANOI))
        if response:
            page = replace(page, **_validators(response))  # type: ignore[arg-type]  # columns by name
        self.pages[page.url] = page
        notice = self.store.notice(page.notice_id) if page.notice_id else None
        self.ledger.note(page, notice and replace(notice, last_seen_at=None))
        return notice is not None

    def doubt(self, url: str, notice_id: str) -> None:
        """A known notice could not be read as one: every run looks at it again until it can."""
        self.keep(url, PageOutcome.NOTICE, notice_id=notice_id, content_hash="")

    def condition(self, request: Request) -> Request:
        """The request, for an answer only if the page has changed since."""
        page = self.page(request.url)
        headers = {"If-None-Match": page and page.etag, "If-Modified-Since": page and page.last_modified}
        for name, value in headers.items():
            if value:
                request.headers[name] = value
                request.meta["handle_httpstatus_list"] = [304]
        return request


def _date(page: KnownPage, now: datetime) -> KnownPage:
    """A page that was looked at by a clock that was ahead was looked at long ago: nobody knows when."""
    return replace(page, checked_at=_LONG_AGO) if is_ahead(page.checked_at, now) else page


def _validators(response: Response) -> dict[str, str | None]:
    """What to ask with for a change since this answer; one that shows nothing gives nothing."""
    if response.status == 304:
        return {"etag": None, "last_modified": None}
    return {"etag": header(response, "ETag"), "last_modified": trusted_time(response)}


def hash_article(article: Article) -> str:
    """SHA-256 over what an article says and offers, however the page around it looks."""
    files = [(file.url, file.filename) for file in article.files]
    said = [article.title, article.text.split(), format_moment(article.published_at), files]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
