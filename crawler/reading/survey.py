"""What a run works with once the home page has told what kind of site it is."""

from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime

from crawler.discovery.address import canonical
from crawler.discovery.agenda import Agenda, Scope
from crawler.discovery.page import Page
from crawler.discovery.platform import Platform
from crawler.memory.memory import SiteMemory
from crawler.platforms import recognise
from crawler.reading.listing import Listings
from crawler.reading.losses import Losses
from crawler.reading.reader import ArticleReader
from crawler.reading.tally import Tally
from crawler.source import Source


@dataclass(frozen=True, kw_only=True)
class Survey:
    """A site laid out: its home page and system, what there is to read, who reads it, and what was lost."""

    home: Page
    platform: Platform
    agenda: Agenda
    losses: Losses
    reader: ArticleReader
    listings: Listings


def survey_site(
    home: Page,
    source: Source,
    *,
    memory: SiteMemory,
    tally: Tally,
    scope: Scope,
    started_at: datetime,
    readers: Executor | None,
) -> Survey:
    """Recognise a site by its home page, and begin with what earlier runs could not read."""
    platform = recognise(home, name=source.platform)
    platform.home_links = frozenset(canonical(link.url) for link in home.links)
    tally.platform = platform.name
    agenda = Agenda(memory.pages.values(), platform.key, scope)
    agenda.add_failed()
    return Survey(
        home=home,
        platform=platform,
        agenda=agenda,
        losses=Losses(agenda, memory, tally, started_at),
        reader=ArticleReader(source, platform, agenda, memory, tally, executor=readers),
        listings=Listings(agenda, memory, started_at),
    )
