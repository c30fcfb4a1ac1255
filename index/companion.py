"""A process beside long work that takes its changes into the index, while the work itself goes on."""

import gc
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
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

#: What the process does: takes changes of a store into the index at a URL, up to each one that is asked for.
Work = Callable[[Store, str, Iterator[int]], None]


@dataclass(frozen=True)
class Followed:
    """What an index follows: the last change of a store, and how what is left of them gets in.

    `prepare` is done here before the process is told of more changes. Up to `few` changes there is none; then it is
    told when there are `some` more, by how many there are. Without it changes are taken in when the last time was
    `every` seconds ago.
    """

    last_change: Callable[[], int]
    prepare: Callable[[], object]
    catch_up: Callable[[], object]
    few: int
    some: Callable[[int], int]
    every: float


class Companion:
    """The process, used with `with`: at the end it leaves few segments. What it does not do, because it was ended or
    failed, is left to whoever catches up next."""

    def __init__(self, work: Work, database_url: str, index_url: str) -> None:
        self._orders, theirs = _processes.Pipe()
        arguments = (work, database_url, index_url, theirs)
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
    followed = Followed(
        last_change=store.last_change,
        prepare=store.relations.catch_up,
        catch_up=lambda: catch_up(store, engine),
        few=few,
        some=lambda reached: max(few, min(reached // _SHARE, _MOST)),
        every=every,
    )
    with keep_near(followed, _take_notices, database_url, index_url) as now_and_then:
        yield now_and_then
    engine.settle()


@contextmanager
def keep_near(followed: Followed, work: Work, database_url: str, index_url: str) -> Iterator[Callable[[], None]]:
    """Keep an index near the store, beside the work if there is enough of it and a second processor."""
    begun = told = followed.last_change()
    last = time.monotonic()
    companion: Companion | None = None

    def now_and_then() -> None:
        nonlocal last, told, companion
        reached = followed.last_change()
        if companion is None and reached - begun > followed.few and (os.cpu_count() or 1) > 1:
            companion = Companion(work, database_url, index_url)
        if companion is not None:
            if reached - told >= followed.some(reached):
                followed.prepare()
                companion.take_in(told := reached)
        elif time.monotonic() - last >= followed.every:
            followed.catch_up()
            last = time.monotonic()

    try:
        yield now_and_then
    finally:
        if companion is not None:
            with companion:
                followed.prepare()
                companion.take_in(followed.last_change())
        followed.catch_up()


def _take_notices(store: Store, index_url: str, orders: Iterator[int]) -> None:
    with closing(open_engine(index_url)) as engine:
        for until in orders:
            take_in(store, engine, until=until)
        engine.settle()


def _work(work: Work, database_url: str, index_url: str, orders: Connection) -> None:
    """The process's side. What goes wrong is found again, and told, by who catches up after it."""
    end_with_parent()
    gc.set_threshold(_OBJECTS)
    with suppress(TimThauError, OSError, EOFError), closing(Store.open(database_url)) as store:
        work(store, index_url, _list_orders(orders))


def _list_orders(orders: Connection) -> Iterator[int]:
    """The changes that are asked for, of several that have come the last, until there are to be no more."""
    is_last = False
    while not is_last and (until := orders.recv()) is not None:
        while not is_last and orders.poll():
            later = orders.recv()
            until, is_last = (until, True) if later is None else (later, False)
        yield until
