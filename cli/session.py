"""Opening the store and the search index together, as every command does."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from cli.terminal import warn
from index.companion import follow_beside
from index.contract import Engine
from index.price import sync as price_sync
from index.sync import catch_up, follow, open_current
from timthau.config import Settings, data_dir
from timthau.model.guide import load_guides
from timthau.store.notice import Store

#: Between commits of the index of award lines during an import, as few large ones cost less; and how many changes are
#: waited for, which the store still has at hand.
_LINES_SECONDS, _LINES = 15.0, 10_000


@contextmanager
def open_store(settings: Settings) -> Iterator[Store]:
    """The store. Raises StoreError."""
    with closing(Store.open(settings.database_url)) as store:
        yield store


@contextmanager
def open_search(settings: Settings) -> Iterator[tuple[Store, Engine]]:
    """The store and its search engine, which is up to date with it and with the guides of data/guides.

    A damaged or missing index is built from the store, with one warning on the terminal.
    """
    with open_store(settings) as store, closing(open_current(store, settings.index_url, warn)) as engine:
        for guide in load_guides(data_dir() / "guides"):
            store.save_guide(guide)
        catch_up(store, engine)
        yield store, engine


@contextmanager
def follow_store(settings: Settings, *, beside: bool = False) -> Iterator[tuple[Store, Callable[[], None]]]:
    """The store for long work, and what is to be called often, so that both indexes stay near it.

    When the work is over they are brought to the store's end. `beside` is said of work that keeps a processor busy.
    """
    with (
        open_search(settings) as (store, engine),
        closing(price_sync.open_current(store, settings.price_index_url, warn)) as prices,
        follow_beside(store, engine, settings.database_url, settings.index_url)
        if beside
        else follow(store, engine) as catch_up_notices,
        price_sync.follow(store, prices, every=_LINES_SECONDS, most=_LINES)
        if beside
        else price_sync.follow(store, prices) as catch_up_lines,
    ):

        def catch_up_now_and_then() -> None:
            catch_up_notices()
            catch_up_lines()

        yield store, catch_up_now_and_then
