"""From a page that was read to a notice in the store: its files, its fields, and keeping it."""

import asyncio
import hashlib
import logging
import mimetypes
import os
from collections import defaultdict
from datetime import datetime
from functools import partial
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem, IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.discovery.address import direct_address
from crawler.discovery.header import header
from crawler.discovery.outcome import PageOutcome
from crawler.extract.document import FileLink, FileText
from crawler.extract.paper import Paper
from crawler.items import PageItem
from crawler.memory.download import Download, Downloads
from crawler.middlewares import RunEndedError
from crawler.reading.failure import PageLostError
from crawler.reading.filename import name_file, parse_disposition
from crawler.reading.offered_file import read_offered
from crawler.reading.page import read_fields
from crawler.spiders.site import SiteSpider
from timthau.model.moment import HANOI
from timthau.model.notice import Attachment, Guide
from timthau.model.record import Outcome
from timthau.text.fold import fold

logger = logging.getLogger(__name__)

_LARGEST_FILE = 64_000_000
_FILE_SECONDS = 180
_FINAL = frozenset({400, 401, 403, 404, 405, 410, 414, 451})
_UNKNOWN_TYPE = "application/octet-stream"


class Attach:
    """Fetches and reads the files of what may be a notice; each file once, and not again while it is unchanged."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._spider = spider_of(crawler)
        self._downloads = Downloads(self._spider.downloads_folder)
        self._fetched: set[str] = set()
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._processors = asyncio.Semaphore(os.cpu_count() or 1)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_item(self, reading: PageItem) -> PageItem:
        known = {file.url for file in reading.previous.attachments} if reading.previous else set()
        reading.files = tuple([await self._read(link, known, reading) for link in reading.wanted])
        return reading

    async def _read(self, link: FileLink, known: set[str], reading: PageItem) -> tuple[Attachment, FileText]:
        async with self._locks[link.url]:
            kept = self._downloads.load(link.url)
            fresh = link.url in self._fetched or (link.url not in known and not self._spider.scope.full)
            if not (kept and fresh):
                try:
                    kept = await self._fetch(link, kept)
                except _NotFetchedError as error:
                    reading.lacks = reading.lacks or ("" if error.is_final else "a file could not be fetched")
                    if kept and not error.is_final:  # it says what it said, as far as anybody knows
                        return _attach(link, kept)
                    warning = f"not fetched: {error}"
                    media_type = link.media_type or mimetypes.guess_type(link.filename)[0] or _UNKNOWN_TYPE
                    missing = FileText(media_type=media_type, warning=warning)
                    return Attachment(url=link.url, filename=name_file(link), media_type=link.media_type), missing
                self._fetched.add(link.url)
        return _attach(link, kept)

    async def _fetch(self, link: FileLink, kept: Download | None) -> Download:
        meta = {"download_maxsize": _LARGEST_FILE, "download_timeout": _FILE_SECONDS, "handle_httpstatus_list": [304]}
        request = Request(direct_address(link.url), callback=NO_CALLBACK, meta=meta)
        if kept and not self._spider.scope.full:
            for name, value in (("If-None-Match", kept.etag), ("If-Modified-Since", kept.last_modified)):
                if value:
                    request.headers[name] = value
        try:
            response = await self._crawler.engine.download_async(request)
        except RunEndedError as error:  # kept without its file it would seem to change when the next run reads it whole
            raise DropItem(str(error)) from error
        except IgnoreRequest as error:
            raise _NotFetchedError(str(error), is_final=True) from error
        except Exception as error:  # any failure of the network is a warning on the notice, and tried again next time
            raise _NotFetchedError(str(error) or type(error).__name__, is_final="larger than" in str(error)) from error
        if response.status == 304 and kept:
            return kept
        if response.status != 200:
            raise _NotFetchedError(f"the site answers {response.status}", is_final=response.status in _FINAL)
        async with self._processors:  # each file that is read has a process of its own
            download = await asyncio.to_thread(_read_response, link, response)
        if download.content.text or not download.content.warning:  # what failed may succeed another time
            await asyncio.to_thread(self._downloads.save, download)
        if self._spider.originals and download.content.media_type != "text/html":
            media_type = download.content.media_type or _UNKNOWN_TYPE
            keep = self._spider.originals.keep
            await asyncio.to_thread(keep, download.sha256, response.body, media_type, datetime.now(HANOI))
        return download


class Read:
    """Decides whether a page with files is a notice, a guide or neither, and reads the fields of a notice."""

    def __init__(self, spider: SiteSpider) -> None:
        self._spider = spider

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(spider_of(crawler))

    async def process_item(self, reading: PageItem) -> PageItem:
        if reading.wanted:
            key = reading.previous.source_key if reading.previous else reading.source_key
            read = partial(read_fields, Paper(reading.article), reading.files, self._spider.source.name, key)
            loop = asyncio.get_running_loop()
            try:
                reading.notice, reading.outcome = await loop.run_in_executor(self._spider.readers, read)
            except PageLostError as error:
                self._spider.lose(reading.lead, str(error))
                raise DropItem(str(error)) from error
        return reading


class Keep:
    """Writes the notice or guide, and that its page was read."""

    def __init__(self, spider: SiteSpider, letters: int) -> None:
        self._spider, self._letters = spider, letters

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(spider_of(crawler), crawler.settings.getint("NOTICE_LETTERS"))

    async def process_item(self, reading: PageItem) -> PageItem:
        spider = self._spider
        notice = reading.notice = reading.notice and reading.notice.within(self._letters)
        if reading.previous and notice is None:
            spider.tally.faded.append(reading.article.url)
            spider.memory.doubt(reading.lead.url, reading.previous.id)
            return reading
        if reading.lacks:
            reading.content_hash = ""
            spider.tally.miss(reading.article.url, reading.lacks)
        guide = build_guide(reading, spider.source.name) if reading.outcome == PageOutcome.GUIDE else None
        saved = await spider.memory.keep_reading(reading, guide)
        if notice and saved:
            spider.tally.found.add(notice.id)
            spider.tally.saved[saved.outcome] += 1
            if notice.kind.is_change and saved.outcome is not Outcome.UNCHANGED:
                spider.note_change(notice.id)
        return reading

    async def close_spider(self) -> None:
        await self._spider.memory.ledger.settle()


class _NotFetchedError(Exception):
    """A file that could not be fetched; final when there is no use in trying again. Raised and caught in Attach."""

    def __init__(self, reason: str, *, is_final: bool) -> None:
        super().__init__(reason)
        self.is_final = is_final


def build_guide(reading: PageItem, source: str) -> Guide:
    """The guide that a page is: its paragraphs as Markdown, with its address as the source."""
    words = "".join(letter if letter.isalnum() else " " for letter in fold(reading.article.title)).split()
    body = "\n\n".join(line.replace("*", r"\*").replace("_", r"\_") for line in reading.article.text.splitlines())
    return Guide(
        slug="-".join((source, *words))[:200].rstrip("-"),
        title=reading.article.title,
        summary=next(iter(reading.article.text.splitlines()), "")[:300],
        body=body,
        url=reading.article.url,
        source=source,
    )


def spider_of(crawler: Crawler) -> SiteSpider:
    """The spider that a crawler runs."""
    if not isinstance(crawler.spider, SiteSpider):
        raise TypeError(f"these pipelines serve SiteSpider, not {crawler.spider!r}")
    return crawler.spider


def _attach(link: FileLink, kept: Download) -> tuple[Attachment, FileText]:
    name = name_file(link, kept.filename, kept.content.media_type)
    return Attachment(url=link.url, filename=name, size=kept.size, sha256=kept.sha256), kept.content


def _read_response(link: FileLink, response: Response) -> Download:
    declared = (header(response, "Content-Type") or "").partition(";")[0].strip().lower() or None
    named = parse_disposition(_disposition(response))
    content = read_offered(
        response.body, filename=named or link.filename, declared=declared, is_named=named is not None
    )
    return Download(
        url=link.url,
        filename=named,
        media_type=declared,
        size=len(response.body),
        sha256=hashlib.sha256(response.body).hexdigest(),
        etag=header(response, "ETag"),
        last_modified=header(response, "Last-Modified"),
        content=content,
    )


def _disposition(response: Response) -> str | None:
    """The header as text: servers send UTF-8 where Latin-1 is meant."""
    stated = response.headers.get("Content-Disposition")
    if stated is None:
        return None
    try:
        return stated.decode("utf-8")
    except UnicodeDecodeError:
        return stated.decode("latin-1")
