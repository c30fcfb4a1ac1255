"""What machines are told: RSS, Atom, JSON Feed and sitemaps."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from lxml import etree
from scrapy.utils.gz import gunzip
from scrapy.utils.sitemap import Sitemap

from timthau.model.moment import HANOI, Moment, parse_moment

_FEED_START = re.compile(
    rb"[^<]{0,200}(?:<\?xml[^>]*>)?"
    rb"(?:\s++|<\?[^>]*+>|<!--(?:(?!-->).)*+-->)*+<(?:rss|feed|rdf:rdf|urlset|sitemapindex)\b",
    re.I | re.S,
)
_JSON_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*+\{.{0,1500}jsonfeed\.org", re.S)
_GZIP = b"\x1f\x8b"
_LARGEST = 50_000_000  # unpacked, as sitemaps.org has it
_SITEMAP_END = re.compile(rb"</(?:[\w-]+:)?(?:urlset|sitemapindex)\s*>", re.I)
#: Within CDATA nothing is escaped.
_BARE = re.compile(rb"&(?!#?\w{1,31};)(?=\w+=)(?![^<>]{0,2000}\]\]>)")
_TAIL = 5_000  # bytes in which a sitemap ends, with what makers write behind it
#: So many times tell whether they are made up.
_FEW = 3
_RECENT = timedelta(hours=1)


class SitemapLostError(ValueError):
    """A sitemap of which not all can be read; the text says why."""


@dataclass(frozen=True)
class FeedEntry:
    """One entry of a feed or sitemap. `at` is publication in a feed, last change in a sitemap."""

    url: str
    title: str = ""
    at: Moment | None = None


def is_feed(content: bytes) -> bool:
    """Whether an answer is for machines: a feed or a sitemap, never an article."""
    return (_FEED_START.match(content[:2000]) or _JSON_START.match(content[:2000])) is not None


def parse_feed(content: bytes, url: str) -> tuple[list[FeedEntry], str]:
    """The entries of a feed from an address, and the address of its next page (RFC 5005), empty for none.

    No entries when it is neither RSS nor Atom nor JSON Feed (jsonfeed.org).
    """
    if _JSON_START.match(content[:2000]):
        return _parse_json_feed(content)
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(_from_markup(content), parser, base_url=url)
    except (etree.XMLSyntaxError, ValueError):
        return [], ""
    if root is None:
        return [], ""
    further = (link for link in root.iter("{*}link") if link.get("rel") in ("next", "prev-archive"))
    following = next((_address_of(link, link.get("href", "")) for link in further), "")
    return list(_feed_entries(root)), following


def _parse_json_feed(content: bytes) -> tuple[list[FeedEntry], str]:
    try:
        feed = json.loads(content.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return [], ""
    items = feed.get("items")
    entries = []
    for item in items if isinstance(items, list) else ():
        url, name = _said(item, "url"), _said(item, "id")
        if url := url or (name if "://" in name else ""):
            at = parse_time(_said(item, "date_published") or _said(item, "date_modified"))
            entries.append(FeedEntry(url, " ".join(_said(item, "title").split()), at))
    return entries, _said(feed, "next_url")


def _said(item: object, name: str) -> str:
    """What stands under a name, if it is text."""
    said = item.get(name) if isinstance(item, dict) else None
    return said.strip() if isinstance(said, str) else ""


def parse_sitemap(content: bytes) -> tuple[bool, list[FeedEntry]]:
    """Whether a sitemap lists further sitemaps, and its entries; none when it is no sitemap.

    Packed ones are unpacked, whatever type they are served as; plain text has an address a line.
    Raises SitemapLostError when there is more than can be read.
    """
    try:
        content = _unpack(content)
        lines = content.decode("utf-8-sig", "replace").split()
        if lines and all(line.startswith(("http://", "https://")) for line in lines):
            return False, [FeedEntry(line) for line in lines]
        sitemap = Sitemap(_from_markup(content))
        if sitemap.type not in ("urlset", "sitemapindex"):
            return False, []
        entries = [FeedEntry(found["loc"], at=parse_time(found.get("lastmod", ""))) for found in sitemap]
    except SitemapLostError:
        raise
    except (etree.XMLSyntaxError, StopIteration, ValueError, OSError, EOFError):
        return False, []
    if entries and not _SITEMAP_END.search(content[-_TAIL:].replace(b"\0", b"")):  # UTF-16 has a NUL beside each letter
        raise SitemapLostError("broke off")
    return sitemap.type == "sitemapindex", _without_made_up_times(entries)


def _unpack(content: bytes) -> bytes:
    if not content.startswith(_GZIP):
        return content
    try:
        return gunzip(content, max_size=_LARGEST)
    except ValueError as error:
        raise SitemapLostError(f"unpacks to more than {_LARGEST // 1_000_000} MB") from error


def _from_markup(content: bytes) -> bytes:
    """Without what stands before the first sign: a byte order mark, a blank, a warning of PHP.

    What separates parameters of addresses is escaped where its maker forgot to: a parser would lose it.
    """
    start = content.find(b"<?xml")
    content = content[start:] if start > 0 else content.lstrip(b"\xef\xbb\xbf \t\r\n")
    # In UTF-16 every second byte is a NUL.
    return content if b"\0" in content[:_TAIL] else _BARE.sub(b"&amp;", content)


def _without_made_up_times(entries: list[FeedEntry]) -> list[FeedEntry]:
    """Entries without their times where most changed within the hour, or all at once: then the sitemap did."""
    times = [entry.at for entry in entries if isinstance(entry.at, datetime)]
    recent = sum(at > datetime.now(HANOI) - _RECENT for at in times)
    if len(times) >= _FEW and (2 * recent > len(times) or len(set(times)) == 1):
        return [replace(entry, at=None) for entry in entries]
    return entries


def parse_time(text: str) -> Moment | None:
    """A moment as feeds write it: RFC 822 or ISO 8601; None for anything else."""
    text = text.strip()
    try:
        return parse_moment(text.replace("Z", "+00:00"))
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(text).astimezone(HANOI)
    except (TypeError, ValueError, IndexError):
        return None


def parse_utc(text: str) -> datetime | None:
    """A moment in UTC without a mark that says so, as WordPress gives it."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).astimezone(HANOI)
    except ValueError:
        return None


def _feed_entries(root: etree._Element) -> Iterator[FeedEntry]:
    for node in root.iter("{*}item", "{*}entry"):
        url = title = time = ""
        for part in node:
            match etree.QName(part).localname if isinstance(part.tag, str) else "":
                case "link" if part.get("rel", "alternate") == "alternate":
                    url = url or _address_of(part, part.get("href") or part.text or "")
                case "guid" if part.get("isPermaLink") != "false" and "://" in (part.text or ""):
                    url = url or (part.text or "").strip()
                case "title":
                    title = " ".join("".join(map(str, part.itertext())).split())
                case "pubDate" | "published" | "date" | "updated":
                    time = time or (part.text or "")
        if url:
            yield FeedEntry(url, title, parse_time(time))


def _address_of(part: etree._Element, said: str) -> str:
    """An address that a feed says, which may be relative to a base that it names."""
    said = said.strip()
    try:
        return urljoin(part.base or "", said) if said else ""
    except ValueError:
        return said
