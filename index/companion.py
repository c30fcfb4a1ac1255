"""A process beside long work that takes its changes into the index, while the work itself goes on."""

import gc
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Self

from index.contract import Engine
from index.opening import open_engine
from index.sync import catch_up, take_in
from timthau.child import end_with_parent
from timthau.errors import TimThauError
from timthau.store.notice import Store

_processes = multiprocessing.get_context("spawn")  # what is forked would have a part of our threads and connections
#: Changes up to which a second process is not worth what its start costs.
_FEW = 500
#: The share of all changes so far that is worth telling it, and the most: relating notices writes to pages all over the
#: database, each once for all that are related at once.
_SHARE, _MOST = 25, 4000
#: New objects after which the process looks for circles: what it reads has none, and looking would take a quarter of
#: its time.
_OBJECTS = 100_000


class Companion:
    """The process, used with `with`: at the end it leaves few segments. What it does not do, because it was ended or
    failed, is left to whoever catches up next."""

    def __init__(self, database_url: str, index_url: str) -> None:
        self._orders, theirs = _processes.Pipe()
        arguments = (database_url, index_url, theirs)
        self._process = _processes.Process(target=_work, args=arguments, name="timthau index", daemon=True)
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._send(None)
            self._process.join()
        finally:
            self._process.kill()
            self._process.join()
            self._process.close()
            self._orders.close()

    def take_in(self, until: int) -> None:
        """Have all changes up to one taken in; does not wait for it."""
        self._send(until)

    def _send(self, word: int | None) -> None:
        with suppress(OSError):  # it has ended
            self._orders.send(word)


@contextmanager
def follow_beside(
    store: Store, engine: Engine, database_url: str, index_url: str, *, every: float = 2.0, few: int = _FEW
) -> Iterator[Callable[[], None]]:
    """Keep the index near the store during work that uses a processor itself, as `index.sync.follow` does.

    As soon as there are more than `few` changes, and a second processor, a process of its own takes in what changes.
    """
    begun = told = store.last_change()
    last = time.monotonic()
    companion: Companion | None = None

    def now_and_then() -> None:
        nonlocal last, told, companion
        reached = store.last_change()
        if companion is None and reached - begun > few and (os.cpu_count() or 1) > 1:
            companion = Companion(database_url, index_url)
        if companion is not None:
            if reached - told >= max(few, min(reached // _SHARE, _MOST)):
                store.relations.catch_up()
                companion.take_in(told := reached)
        elif time.monotonic() - last >= every:
            catch_up(store, engine)
            last = time.monotonic()

    try:
        yield now_and_then
    finally:
        if companion is not None:
            with companion:
                store.relations.catch_up()
                companion.take_in(store.last_change())
        catch_up(store, engine)
    engine.settle()


def _work(database_url: str, index_url: str, orders: Connection) -> None:
    """The process's side. What goes wrong is found again, and told, by who catches up after it."""
    end_with_parent()
    gc.set_threshold(_OBJECTS)
    with (
        suppress(TimThauError, OSError, EOFError),
        closing(Store.open(database_url)) as store,
        closing(open_engine(index_url)) as engine,
    ):
        for until in _list_orders(orders):
            take_in(store, engine, until=until)
        engine.settle()


def _list_orders(orders: Connection) -> Iterator[int]:
    """The changes that are asked for, of several that have come the last, until there are to be no more."""
    is_last = False
    while not is_last and (until := orders.recv()) is not None:
        while not is_last and orders.poll():
            later = orders.recv()
            until, is_last = (until, True) if later is None else (later, False)
        yield until
