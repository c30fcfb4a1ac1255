"""Several crawlers on one PostgreSQL, killed and frozen: a source is read by one at a time, and nobody else writes."""

import itertools
import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

import pytest

from tests.site import postgresql
from timthau.errors import StoreError
from timthau.model.moment import HANOI
from timthau.model.notice import Notice, NoticeKind, make_id
from timthau.model.record import Run, RunStatus
from timthau.store.notice import Store
from timthau.store.process.lock import SessionLocks

CRAWLERS, SOURCES, SAVES, ROUNDS = 4, 6, 3, 2
LEASE = 1.0  # seconds
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)
_processes = multiprocessing.get_context("fork")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if not postgresql.is_installed():
        pytest.skip("needs Debian's postgresql")
    with postgresql.run_server() as url:
        yield f"{url}&options=-c%20idle_in_transaction_session_timeout%3D1s"


def _notice(source: str, run: int, number: int) -> Notice:
    said = {"url": f"https://{source}.example/", "kind": NoticeKind.OTHER, "text": f"{run} {number}"}
    return Notice(id=make_id(source, "a"), source=source, source_key="a", title="Mua sắm", **said)


def crawl(url: str, seed: int, told: Connection) -> None:
    """Read one source after the other until killed; tells of each write that was acknowledged."""
    chance = random.Random(seed)
    with closing(Store.open(url)) as store:
        locks = SessionLocks.open(url)
        assert locks is not None
        locks._lease = LEASE
        while True:
            try:
                _read_one(store, locks, chance, told)
            except StoreError:  # what was held may be another's by now
                told.send(("fenced", "", 0, 0))
                with suppress(StoreError):
                    locks.close()
                locks = SessionLocks.open(url)
                assert locks is not None
                locks._lease = LEASE


def _read_one(store: Store, locks: SessionLocks, chance: random.Random, told: Connection) -> None:
    source = f"s{chance.randrange(SOURCES)}"
    if not locks.take([source]):
        time.sleep(0.02)  # polling another process
        return
    own = store.fenced()
    run = own.start_run(source, NOW)
    for number in range(SAVES):
        own.save(_notice(source, run, number), NOW)
        told.send(("saved", source, run, number))
        locks.check()
    own.finish_run(Run(id=run, source=source, started_at=NOW, status=RunStatus.OK))
    told.send(("run", source, run, 0))
    locks.give_back([source])


class Crew:
    """Crawlers, and what they told of."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._crawlers: dict[Connection, BaseProcess] = {}
        self.told: list[tuple[str, str, int, int]] = []

    def start(self, seed: int) -> None:
        """One more crawler."""
        told, tells = _processes.Pipe(duplex=False)
        process = _processes.Process(target=crawl, args=(self._url, seed, tells))
        process.start()
        tells.close()
        self._crawlers[told] = process

    def signal(self, number: int, what: signal.Signals) -> None:
        """Do something to a crawler."""
        process = list(self._crawlers.values())[number]
        assert process.pid is not None
        os.kill(process.pid, what)
        if what is signal.SIGKILL:
            process.join()

    def listen(self, words: int) -> None:
        """Hear so many words more."""
        most, end = len(self.told) + words, time.monotonic() + 120
        while len(self.told) < most and self._crawlers and time.monotonic() < end:
            for pipe in wait(list(self._crawlers), 1):
                try:
                    self.told.append(pipe.recv())  # type: ignore[union-attr]  # what we put in
                except EOFError:
                    pipe.close()
                    self._crawlers.pop(pipe).join()  # type: ignore[call-overload]  # as above

    def end(self) -> None:
        """Kill all, and hear what they had told by then."""
        for process in self._crawlers.values():
            process.kill()
        while self._crawlers:
            self.listen(1_000_000)


def test_crawlers_that_are_killed_and_frozen_lose_nothing_and_write_nothing_late(server: str) -> None:
    crew = Crew(server)
    Store.open(server).close()
    try:
        for seed in range(CRAWLERS):
            crew.start(seed)
        for number in range(ROUNDS):
            crew.listen(20)
            crew.signal(0, signal.SIGSTOP)
            crew.listen(20)
            crew.signal(1, signal.SIGKILL)
            crew.start(CRAWLERS + number)
            with closing(Store.open(server)) as store:
                frozen = _outlive(store, crew)
            crew.signal(0, signal.SIGCONT)
    finally:
        crew.end()
    with closing(Store.open(server)) as store:
        counts = _check(store, crew.told)
    print(f"{counts}, {frozen} taken over")
    assert counts["lost"] == counts["late"] == 0
    assert counts["run"] > SOURCES


def _outlive(store: Store, crew: Crew) -> int:
    """Wait until the others have begun every source anew, also the one that was held by the frozen crawler."""
    before = {source: _latest(store, source) for source in (f"s{n}" for n in range(SOURCES))}
    end = time.monotonic() + 120
    while time.monotonic() < end and any(_latest(store, source) == number for source, number in before.items()):
        crew.listen(5)
    return sum(_latest(store, source) > number for source, number in before.items())


def _latest(store: Store, source: str) -> int:
    return max((run.id for run in store.runs(source, limit=1)), default=0)


def _check(store: Store, told: list[tuple[str, str, int, int]]) -> Counter[str]:
    """What was acknowledged is there, and no run wrote after a later one of its source."""
    counts = Counter(what for what, *_ in told)
    acknowledged = {(source, f"{run} {number}") for what, source, run, number in told if what == "saved"}
    for source in (f"s{n}" for n in range(SOURCES)):
        texts = [notice.text for notice in store.versions(make_id(source, "a"))]
        runs = [int(text.split()[0]) for text in texts]
        counts["late"] += sum(later < earlier for earlier, later in itertools.pairwise(runs))
        counts["doubled"] += len(texts) - len(set(texts))
        counts["lost"] += len({text for name, text in acknowledged if name == source} - set(texts))
    return counts
