"""What a page says of itself, weighed against what lists, feeds and interfaces say of it."""

import re
from dataclasses import replace
from datetime import datetime
from urllib.parse import unquote_plus, urlsplit

from scrapy.http import Response, TextResponse

from crawler.discovery.address import absolute, canonical, is_root, is_same_site, slug_text
from crawler.discovery.feed import FeedEntry, parse_feed, parse_sitemap
from crawler.discovery.interest import judge_title
from crawler.discovery.lead import Lead, LeadOrigin, closer, day_of
from crawler.discovery.page import Page
from crawler.discovery.platform import AddressRole, Door, DoorKind, Platform
from crawler.extract.document import Article
from timthau.model.moment import Moment
from timthau.model.notice import Notice

_JOINTS = re.compile(r"[-_=&/.+\s]+")
#: Sitemaps that name no articles, by the last part of their addresses.
_NO_ARTICLES = re.compile(r"(?:tag|author|user|image|video|product|categor|taxonom)[^/]*$", re.IGNORECASE)


def read_door(response: Response, door: Door, platform: Platform) -> tuple[list[Lead], list[Door]]:
    """What stands behind a door: articles, and further doors.

    Raises ValueError, KeyError, TypeError or AttributeError when an interface answers in another shape than its own,
    and SitemapLostError.
    """
    if door.kind is DoorKind.INTERFACE:
        if not isinstance(response, TextResponse):
            raise ValueError("no text")
        return platform.read_interface(response, door)
    if door.kind is DoorKind.FEED:
        entries, following = parse_feed(response.body, door.url)
        further = [replace(door, url=absolute(following, door.url), is_further=True)] if following else []
        return _leads_of(entries, LeadOrigin.FEED, door, platform), further
    is_index, entries = parse_sitemap(response.body)
    if is_index:
        urls = (absolute(entry.url, door.url) for entry in entries if not _NO_ARTICLES.search(entry.url))
        return [], [Door(url=url, kind=DoorKind.SITEMAP) for url in urls]
    return _leads_of(entries, LeadOrigin.SITEMAP, door, platform), []


def own_address(page: Page, platform: Platform, hosts: frozenset[str]) -> str:
    """The address of an article: where it was found, or what the page calls its own if that is no other page."""
    found, said = canonical(page.url), page.canonical_url
    if not said or not is_same_site(said, hosts):
        return found
    same = platform.key(said) == platform.key(found)
    # Many sites call every page by the address of the first one.
    twin = urlsplit(said).path.strip("/") and (slug_text(said) == slug_text(found) or urlsplit(found).query)
    return said if same or twin else found


def corroborate(article: Article, lead: Lead, previous: Notice | None) -> Article:
    """The article with what others know better: an interface its time, all others only what it lacks.

    What was said of an earlier reading counts too: an entry leaves its feed after a while, and the day stays true.
    """
    known = [file.url for file in article.files]
    more = tuple(file for file in lead.files if file.url not in known)
    stated, hinted = article.published_at, lead.published_at
    is_hint_better = lead.origin is LeadOrigin.INTERFACE or article.is_day_doubtful
    published = closer(hinted, stated) if is_hint_better else closer(stated, hinted)
    published = _earliest(published, previous.published_at if previous else None)
    return replace(article, title=article.title or lead.title, published_at=published, files=article.files + more)


def _earliest(published: Moment | None, before: Moment | None) -> Moment | None:
    """The day of publication, which no edit moves to a later one."""
    if published and before and day_of(published) > day_of(before):
        return before
    return closer(published, before)


def _leads_of(entries: list[FeedEntry], origin: LeadOrigin, door: Door, platform: Platform) -> list[Lead]:
    leads = []
    for entry in entries:
        url = absolute(entry.url, door.url)
        in_feed = origin is LeadOrigin.FEED
        role = platform.role(url)
        if role in (AddressRole.LIST, AddressRole.NOISE, AddressRole.FILE) or is_root(url):
            continue
        if role is AddressRole.PAGE and not in_feed:
            continue
        lead = Lead(
            url=url,
            key=platform.key(url),
            title=entry.title,
            origin=origin,
            interest=max(door.interest, judge_title(entry.title or _words_of(url))),
            published_at=platform.feed_time(entry.at) if in_feed else None,
            modified_at=entry.at if isinstance(entry.at, datetime) and not in_feed else None,
        )
        leads.append(lead)
    return leads


def _words_of(url: str) -> str:
    """What an address says of its page: its last part, and the words of its parameters."""
    return f"{slug_text(url)} {_JOINTS.sub(' ', unquote_plus(urlsplit(url).query))}".strip()
