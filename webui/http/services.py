"""What the pages work with: the store, the index and the alerts, opened once for the application."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, g

from alerts.preview import PreviewKeeper
from alerts.stores import AlertStores
from index.contract import Engine
from index.price.contract import PriceEngine
from timthau.config import Settings
from timthau.errors import StoreError
from timthau.model.moment import HANOI
from timthau.original import Originals
from timthau.remembered import Remembered
from timthau.store.notice import Store
from timthau.store.overview.count import Overview
from timthau.store.overview.keeper import OverviewKeeper
from webui.http.aside import Aside


@dataclass(frozen=True)
class Counts:
    """The figures of what a search finds, how many of it buy what, and how many notices are not in the figures."""

    overview: Overview
    fields: tuple[tuple[str, int], ...]
    left_out: int


@dataclass(frozen=True, kw_only=True)
class Services:
    """The rooms behind the page."""

    store: Store
    engine: Engine
    prices: PriceEngine
    settings: Settings
    overview: OverviewKeeper
    previews: PreviewKeeper
    counts: Remembered[Counts]
    addresses: Remembered[dict[str, str]]
    sitemaps: Remembered[str]
    stores: AlertStores
    originals: Originals | None
    aside: Aside


def services() -> Services:
    """The rooms of the running application."""
    found: Services = current_app.extensions["timthau"]
    return found


def follow_decisions() -> None:
    """Tell buyers apart as people decided last, whichever process they told it to."""
    with suppress(StoreError):  # whoever needs the store says so
        services().store.decisions.take_in()


def now() -> datetime:
    """The present in Hanoi, the same throughout one request."""
    if "now" not in g:
        g.now = datetime.now(HANOI)
    moment: datetime = g.now
    return moment
