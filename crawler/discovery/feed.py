"""What machines are told: RSS, Atom and sitemaps."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from lxml import etree
from scrapy.utils.sitemap import Sitemap

from timthau.model.moment import HANOI, Moment, parse_moment


@dataclass(frozen=True)
class FeedEntry:
    """One entry of a feed or sitemap. `at` is publication in a feed, last change in a sitemap."""

    url: str
    title: str = ""
    at: Moment | None = None


def parse_feed(content: bytes) -> list[FeedEntry]:
    """The entries of an RSS or Atom feed; none when it is neither."""
    try:
        root = etree.fromstring(content, etree.XMLParser(recover=True, resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return []
    return list(_feed_entries(root)) if root is not None else []


def parse_sitemap(content: bytes) -> tuple[bool, list[FeedEntry]]:
    """Whether a sitemap lists further sitemaps, and its entries; none when it is no sitemap."""
    try:
        sitemap = Sitemap(content)
        if sitemap.type not in ("urlset", "sitemapindex"):
            return False, []
        entries = [FeedEntry(found["loc"], at=parse_time(found.get("lastmod", ""))) for found in sitemap]
    except (etree.XMLSyntaxError, StopIteration, ValueError):
        return False, []
    return sitemap.type == "sitemapindex", entries


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
                    url = url or (part.get("href") or part.text or "").strip()
                case "guid" if part.get("isPermaLink") == "true":
                    url = url or (part.text or "").strip()
                case "title":
                    title = " ".join("".join(map(str, part.itertext())).split())
                case "pubDate" | "published" | "date" | "updated":
                    time = time or (part.text or "")
        if url:
            yield FeedEntry(url, title, parse_time(time))
