"""Opening the store and the search index together, as every command does."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from cli.terminal import warn
from index.contract import Engine
from index.sync import catch_up, open_current
from timthau.config import Settings, data_dir
from timthau.model.guide import load_guides
from timthau.store.notice import Store


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
