"""From the store of award lines to their index: catch up, rebuild beside and swap, repair what cannot be read."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from index.opening import find_price_home
from index.price.contract import PriceEngine
from index.price.repair import RepairingPriceEngine
from index.sync import Progress, repeat
from timthau.errors import IndexDamagedError
from timthau.store.notice import Store


def catch_up(store: Store, engine: PriceEngine, *, batch: int = 10_000, progress: Progress | None = None) -> int:
    """Bring award lines of notices and their index up to the last change; gives the number of lines read.

    Each batch is one commit, so a kill loses at most one batch of work, which the next call does again.
    """
    done = 0
    store.awards.derive()
    while changes := store.awards.changes_after(since := engine.cursor(), batch):
        gone = [change.line.id for change in changes if change.is_gone]
        there = (change.line for change in changes if not change.is_gone)
        engine.apply(there, gone, cursor=changes[-1].seq, since=since)
        done += len(changes)
        if progress:
            progress(done, done + max(store.awards.last_change() - changes[-1].seq, 0))
    return done


def rebuild(store: Store, url: str, *, progress: Progress | None = None) -> int:
    """Build the index anew beside the one in use, then swap, as `index.sync.rebuild`; gives the number of lines."""
    with find_price_home(url).building() as engine:
        catch_up(store, engine, progress=progress)
        count = engine.count()
    find_price_home(url).origin.note(store)
    return count


def check_origin(store: Store, url: str, engine: PriceEngine) -> None:
    """Raises IndexDamagedError where the index at a URL is not one of this store as it is now."""
    find_price_home(url).origin.check(store, 0)
    if engine.cursor() > store.awards.last_change():
        raise IndexDamagedError("it knows more changes than the database: that was restored or replaced")


def open_current(
    store: Store, url: str, warn: Callable[[str], None], *, progress: Progress | None = None
) -> PriceEngine:
    """The engine over award lines at an index URL, up to date, as `index.sync.open_current`."""
    home = find_price_home(url)

    def repair(error: IndexDamagedError) -> None:
        warn(f"The index of award lines cannot be used and is rebuilt from the store: {error}")
        rebuild(store, url, progress=progress)

    def open_checked() -> PriceEngine:
        engine = home.open()
        check_origin(store, url, engine)
        return engine

    if not home.exists() and store.awards.last_change():
        warn(f"The index of award lines {home.name} is missing and is built from the store.")
        rebuild(store, url, progress=progress)
    engine = RepairingPriceEngine(open_checked, repair)
    catch_up(store, engine, progress=progress)
    engine.settle()
    home.origin.note(store)
    return engine


@contextmanager
def follow(
    store: Store, engine: PriceEngine, *, every: float = 2.0, most: int | None = None
) -> Iterator[Callable[[], None]]:
    """Keep the index near the store during long work, as `index.sync.follow`; also when there are `most` changes."""
    with repeat(lambda: catch_up(store, engine), every=every) as catch_up_now_and_then:

        def now_and_then() -> None:
            catch_up_now_and_then()
            if most and store.awards.last_change() - engine.cursor() >= most:
                catch_up(store, engine)

        yield now_and_then
    engine.settle()
