"""What a run works with once the home page has told what kind of site it is."""

import asyncio
import pickle
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from scrapy.http import Response, TextResponse

from crawler.discovery.address import absolute
from crawler.discovery.agenda import Agenda, Scope
from crawler.discovery.platform import Door, DoorKind, Platform
from crawler.memory.memory import SiteMemory
from crawler.reading.allowance import Allowance
from crawler.reading.failure import PageLostError
from crawler.reading.list_page import HomePage, detached, look_at_home
from crawler.reading.listing import Listings
from crawler.reading.losses import Losses
from crawler.reading.part import Fetch
from crawler.reading.reader import ArticleReader
from crawler.reading.tally import Tally
from crawler.source import Source

_LINKLESS = "is no page with links"


@dataclass(frozen=True, kw_only=True)
class Survey:
    """A site laid out: its home page and system, what there is to read, who reads it, and what was lost."""

    home: HomePage
    platform: Platform
    agenda: Agenda
    losses: Losses
    reader: ArticleReader
    listings: Listings
    allowance: Allowance
    _opened: set[str] = field(default_factory=set)
    _entered: set[str] = field(default_factory=set)

    def enters(self, url: str) -> bool:
        """Whether to look at what stands in the frames of a page: once, and not where it is read as an article."""
        key = self.platform.key(url)
        if key in self._entered or self.agenda.is_taken(key):
            return False
        self._entered.add(key)
        return True

    def opens(self, door: Door) -> bool:
        """Whether a door is to be gone through: each once, the way that led to it notwithstanding."""
        if door.url in self._opened:
            return False
        self._opened.add(door.url)
        return door.kind is DoorKind.INTERFACE or self.allowance.grants("sitemaps and feeds", door.url)


async def survey_site(
    response: Response,
    source: Source,
    *,
    memory: SiteMemory,
    tally: Tally,
    scope: Scope,
    started_at: datetime,
    readers: Executor | None,
    fetch: Fetch,
) -> Survey:
    """Lay out a site by what its home page tells, and begin with what earlier runs could not read.

    Raises PageLostError, also when the page has no links.
    """
    if not isinstance(response, TextResponse):
        raise PageLostError(_LINKLESS)
    look = partial(look_at_home, detached(response), source.site_hosts, source.platform)
    home = await asyncio.get_running_loop().run_in_executor(readers, look)
    if home is None:
        raise PageLostError(_LINKLESS)
    platform: Platform = pickle.loads(home.platform)  # packed by our own reader
    tally.platform = platform.name
    agenda = Agenda(memory.pages.values(), platform.key, scope)
    agenda.add_failed()
    return Survey(
        home=home,
        platform=platform,
        agenda=agenda,
        losses=Losses(agenda, memory, tally, started_at, closes_pages=home.is_closed),
        reader=ArticleReader(source, platform, agenda, memory, tally, executor=readers, fetch=fetch),
        listings=Listings(agenda, memory, started_at),
        allowance=Allowance(tally),
    )


def find_sitemaps(home: str, named: Sequence[str]) -> list[Door]:
    """The sitemaps that robots.txt names, else the one that most sites have."""
    # Some robots.txt name a pattern that nobody filled in: "[$PROTOCOL$]://[$HOST$]/sitemap.xml".
    told = [name for name in named or ["/sitemap.xml"] if "$" not in name]
    addresses = filter(None, (absolute(name, home) for name in told))
    return [Door(url=address, kind=DoorKind.SITEMAP, is_guessed=not named) for address in addresses]
