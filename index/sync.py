"""From the store to the index: catch up with the outbox, rebuild beside and swap, repair what cannot be read."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from index.contract import Engine
from index.opening import find_home
from index.repair import RepairingEngine
from timthau.errors import IndexDamagedError, IndexUnavailableError
from timthau.model.effective import as_it_stands
from timthau.model.notice import Guide, Notice
from timthau.model.record import Change
from timthau.store.notice import Store

Progress = Callable[[int, int], None]


def catch_up(store: Store, engine: Engine, *, batch: int = 2000, progress: Progress | None = None) -> int:
    """Bring the relations of notices and the index up to the outbox's end; gives the number of changes read.

    Notices are indexed as they stand: with the deadline that holds, whoever moved it.
    Each batch is one commit, so a kill loses at most one batch of work, which the next call does again.
    `progress` is called with changes done and changes in all.
    """
    store.relations.catch_up()
    return take_in(store, engine, batch=batch, progress=progress)


def take_in(
    store: Store, engine: Engine, *, until: int | None = None, batch: int = 2000, progress: Progress | None = None
) -> int:
    """Bring the index up to a change, or to the outbox's end, of notices whose relations are up to date there."""
    done = 0
    # The cursor is asked for each time: another process may have gone on, or swapped in a new build.
    while changes := _list_changes(store, since := engine.cursor(), until, batch):
        ids = {change.id for change in changes if change.entity in ("notice", "state", "decision")}
        slugs = {change.id for change in changes if change.entity == "guide"}
        found = store.notices_by_id(ids)
        effects = store.effective.of(found)
        documents: list[Notice | Guide] = [as_it_stands(notice, effects.get(key)) for key, notice in found.items()]
        documents += store.guides_by_slug(slugs)
        # A changed guide is dropped as a whole, so that a language that is no longer there goes too.
        engine.apply(documents, (ids - found.keys()) | slugs, cursor=changes[-1].seq, since=since)
        done += len(changes)
        if progress:
            progress(done, done + max(store.last_change() - changes[-1].seq, 0))
    return done


def _list_changes(store: Store, since: int, until: int | None, most: int) -> list[Change]:
    changes = store.changes_after(since, most)
    return changes if until is None else [change for change in changes if change.seq <= until]


def rebuild(store: Store, url: str, *, progress: Progress | None = None) -> int:
    """Build the index anew beside the one in use, then swap; gives the number of documents in it.

    A kill at any point leaves the old or the new one in use. Open readers go on and pick up the new one.
    """
    with find_home(url).building() as engine:
        catch_up(store, engine, batch=5000, progress=progress)
        count = engine.count()
    find_home(url).origin.note(store)
    return count


def open_current(store: Store, url: str, warn: Callable[[str], None], *, progress: Progress | None = None) -> Engine:
    """The engine at an index URL, brought up to the outbox's end.

    A missing or damaged index, or one of another database, is rebuilt from the store with one warning; also when damage
    shows only later. One that does not answer is given as it is: all else works meanwhile.
    Raises StoreError when the database lost all that the index knows.
    """
    home = find_home(url)

    def repair(error: IndexDamagedError) -> None:
        warn(f"The search index cannot be used and is rebuilt from the store: {error}")
        rebuild(store, url, progress=progress)

    def open_checked() -> Engine:
        engine = home.open()
        home.origin.check(store, engine.cursor())
        return engine

    try:
        if not home.exists() and store.last_change():
            warn(f"The search index {home.name} is missing and is built from the store.")
            rebuild(store, url, progress=progress)
        engine = RepairingEngine(open_checked, repair)
        catch_up(store, engine, progress=progress)
        engine.settle()  # also what was left behind by work that was killed
        home.origin.note(store)
    except IndexUnavailableError as error:
        warn(f"Searches wait until the index is there: {error}")
        return RepairingEngine(home.open, repair)
    return engine


@contextmanager
def follow(store: Store, engine: Engine, *, every: float = 2.0) -> Iterator[Callable[[], None]]:
    """Keep the index near the store during long work, and bring it to the outbox's end when that is over.

    What it gives is to be called often: it catches up when the last time was `every` seconds ago.
    """
    with repeat(lambda: catch_up(store, engine), every=every) as catch_up_now_and_then:
        yield catch_up_now_and_then
    engine.settle()


@contextmanager
def repeat(action: Callable[[], object], *, every: float) -> Iterator[Callable[[], None]]:
    """Do something now and then during long work, and once more when that is over, as `follow` says."""
    last = time.monotonic()

    def now_and_then() -> None:
        nonlocal last
        if time.monotonic() - last >= every:
            action()
            last = time.monotonic()

    try:
        yield now_and_then
    finally:
        action()
