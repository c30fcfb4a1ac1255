"""What a page says of itself, weighed against what lists, feeds and interfaces say of it."""

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from crawler.address import canonical, is_same_site, slug_text
from crawler.extract.document import Article
from crawler.feed import Entry
from crawler.interest import Interest, judge_title
from crawler.lead import Lead, Origin, closer
from crawler.page import Page
from crawler.platforms.platform import Platform, Role
from timthau.model import Notice


def lead_of(entry: Entry, origin: Origin, platform: Platform, base: str, *, least: Interest) -> Lead | None:
    """The lead that an entry of a feed or sitemap is; None when it is no article."""
    url = canonical(entry.url, base)
    if platform.role(url) in (Role.LIST, Role.NOISE, Role.FILE):
        return None
    in_feed = origin is Origin.FEED
    changed = entry.at if isinstance(entry.at, datetime) and not in_feed else None
    return Lead(
        url=url,
        key=platform.key(url),
        title=entry.title,
        origin=origin,
        interest=max(least, judge_title(entry.title or slug_text(url))),
        published_at=platform.feed_time(entry.at) if in_feed else None,
        modified_at=changed,
    )


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
    published = closer(hinted, stated) if lead.origin is Origin.INTERFACE else closer(stated, hinted)
    published = closer(published, previous.published_at if previous else None)
    return replace(article, title=article.title or lead.title, published_at=published, files=article.files + more)
