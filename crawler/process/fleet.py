"""Many runs at once: children that crawl, each several sources side by side, and the orders that they are given.

Pages come slowly from each site, so one process has time for many; a second one takes over after a number of runs,
so that no process grows old, and a crash takes few runs along.
"""

import multiprocessing
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import ModuleType
from typing import Self

from crawler.memory.download import Downloads
from crawler.process.host_lock import HostLocks
from crawler.process.job import CrawlProgress, Job, Order, RunReport
from crawler.process.place import Places
from timthau.errors import StoreError
from timthau.model.moment import HANOI
from timthau.model.record import RunStatus
from timthau.original import clear_originals
from timthau.scratch import clear_workplaces
from timthau.store.notice import Store
from timthau.store.process.lock import SessionLocks

#: Loaded once in the server: what the child imports, and what Scrapy would load by name in each crawl.
_PRELOADED = (
    "crawler.process.child",
    "crawler.extensions",
    "crawler.pipelines",
    "crawler.transport",
    "scrapy.downloadermiddlewares.cookies",
    "scrapy.extensions.remote_control",
)
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(list(_PRELOADED))
#: How long the children may take to end when they are told to; they finish the pages that are on their way.
_GRACE_SECONDS = 15.0
#: How long after its time a run may go on before its process is taken for stuck.
_STUCK_SECONDS = 600.0
_RUNS_OF_A_CHILD = 60
#: Between two signs of life to those who may want what is held here.
_BEAT_SECONDS = 5.0

Message = CrawlProgress | RunReport


@dataclass(frozen=True)
class _Running:
    """A run: until when its process is not taken for stuck, and how long its hosts rest if it does not say so."""

    until: float | None
    rest: float


@dataclass(eq=False)
class _Child:
    """A process that crawls, and the runs that it has."""

    process: BaseProcess
    orders: Connection
    messages: Connection
    running: dict[str, _Running] = field(default_factory=dict)
    taken: int = 0
    is_closed: bool = False
    stuck: frozenset[str] = frozenset()


class Fleet:
    """Runs of sources in so many places and one at a time of a host; used with `with`, which ends them."""

    def __init__(self, job: Job, *, at_once: int) -> None:
        self._job = job
        self._places = Places(at_once)
        self._children: list[_Child] = []
        self._beaten_at = time.monotonic()
        self._locks = HostLocks(job.home / "locks", server=SessionLocks.open(job.database_url))

    def __enter__(self) -> Self:
        self._clear()
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.end()
        finally:
            self._locks.close()

    @property
    def running(self) -> set[str]:
        """The names of the sources that are being read."""
        return {name for child in list(self._children) for name in list(child.running)}  # also asked by other threads

    def start(self, order: Order, *, waiting: int = 1) -> bool:
        """Begin a run, of so many that wait; False when there is no room, or its hosts are not to be asked now."""
        source = order.source
        if source.name in self.running or not self._places.has_room(waiting):
            return False
        if not self._locks.take(source.name, {_mark(source.name), *source.site_hosts}):
            return False
        child = self._find_child()
        try:
            child.orders.send(order)
        except OSError:  # it has ended by itself, which is told by its messages
            self._locks.give_back(source.name)
            return False
        until = time.monotonic() + order.seconds + _STUCK_SECONDS if order.seconds else None
        child.running[source.name] = _Running(until, order.delay)
        self._places.take(source.name)
        child.taken += 1
        return True

    def listen(self, seconds: float) -> Iterator[Message]:
        """What the runs tell within a time; after the first words no more is waited for.

        Raises StoreError when others may read what is being read here.
        """
        by_pipe = {child.messages: child for child in self._children}
        if not by_pipe:
            time.sleep(seconds)
        for pipe in wait(list(by_pipe), seconds):
            child = by_pipe[pipe]  # type: ignore[index]  # what we put in
            yield from self._read(child)
        self._end_stuck()
        if time.monotonic() - self._beaten_at > _BEAT_SECONDS:
            self._beaten_at = time.monotonic()
            self._locks.check()

    def retire(self) -> None:
        """Let children end that have nothing to do."""
        for child in self._children:
            if not child.running:
                _send(child, None)

    def end(self) -> None:
        """End all runs in good order, as interrupted, or by force when they do not."""
        until = time.monotonic() + _GRACE_SECONDS
        try:
            for child in self._children:
                _send(child, True)
            while self._children and time.monotonic() < until:
                for _ in self.listen(0.2):
                    pass
        finally:
            self.kill()

    def kill(self) -> None:
        """End all processes at once."""
        for child in self._children:
            child.process.kill()
            child.process.join()
            for name, run in child.running.items():
                self._lose(name, run, "the crawl was told to stop and did not in time", RunStatus.INTERRUPTED)
        self._children = []

    def _clear(self) -> None:
        """Put in order what crawls have left behind that were killed."""
        clear_workplaces(self._job.home)
        clear_originals(self._job.originals_url)
        Downloads(self._job.home / "downloads").clear(self._job.downloads_gb * 1_000_000_000)
        with closing(Store.open(self._job.database_url)) as store:
            store.prune_versions(self._job.versions)
            self._places.learn(_ended_runs(store))
            # Those that were begun here: another home may share the database and be at work.
            for mark in map(_mark, store.end_lost_runs(lambda source: self._locks.is_lost(_mark(source)))):
                if self._locks.take(mark, [mark]):
                    self._locks.give_back(mark)

    def _find_child(self) -> _Child:
        for child in self._children:
            if child.taken < _RUNS_OF_A_CHILD and not child.is_closed:
                return child
        for child in self._children:
            _send(child, None)  # what it has is finished there
        self._children.append(_start_child(self._job))
        return self._children[-1]

    def _read(self, child: _Child) -> Iterator[Message]:
        try:
            messages: Sequence[Message] = child.messages.recv()
        except (EOFError, ConnectionResetError):
            yield from self._bury(child)
            return
        for message in messages:
            self._note(child, message)
            yield message

    def _note(self, child: _Child, message: Message) -> None:
        if isinstance(message, CrawlProgress):
            self._places.hear(message.source)
        else:
            child.running.pop(message.source, None)
            self._places.leave(message.source, is_well=message.status == RunStatus.OK)
            self._locks.give_back(message.source, message.rest)

    def _bury(self, child: _Child) -> Iterator[RunReport]:
        """A process that has ended; what it had not finished is lost."""
        child.process.join(_GRACE_SECONDS)
        if child.process.is_alive():
            child.process.kill()
            child.process.join()
        self._children.remove(child)
        code = child.process.exitcode or 0
        ending = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
        for name, run in child.running.items():
            innocent = child.stuck and name not in child.stuck
            status = RunStatus.INTERRUPTED if innocent else RunStatus.FAILED
            yield self._lose(name, run, f"the crawl {ending} before the run was over", status)

    def _lose(self, name: str, run: _Running, message: str, status: RunStatus) -> RunReport:
        """The report of a run that gave none itself; the store is told too, unless the source may be another's."""
        self._places.leave(name, is_well=False)
        with suppress(StoreError):
            self._locks.check()
            _note_lost(name, message, status, self._job)
            self._locks.give_back(name, run.rest)
        return RunReport(source=name, status=str(status), message=message)

    def _end_stuck(self) -> None:
        """Kill a process that does not end a run long after its time; its other runs are made again."""
        now = time.monotonic()
        for child in self._children:
            late = frozenset(name for name, run in child.running.items() if run.until is not None and run.until < now)
            if late and not child.stuck:
                child.stuck = late
                child.process.kill()


def _ended_runs(store: Store) -> Iterator[tuple[str, float, bool]]:
    """How long the last run of each source took, and whether it ended well, the oldest first."""
    for run in reversed(store.recent_runs(1)):
        if run.finished_at:
            yield run.source, (run.finished_at - run.started_at).total_seconds(), run.status is RunStatus.OK


def _mark(source: str) -> str:
    """What a run of a source holds beside its hosts; no host is called so."""
    return f"source {source}"


def _start_child(job: Job) -> _Child:
    told, tells = _processes.Pipe(duplex=False)
    taken, gives = _processes.Pipe(duplex=False)
    process = _processes.Process(target=_work, args=(job, taken, tells), name="timthau crawl")
    with _without_main():
        process.start()
    tells.close()
    taken.close()
    return _Child(process, gives, told)


@contextmanager
def _without_main() -> Iterator[None]:
    """Hide the running program from multiprocessing, which would run it again in the child for nothing."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _work(job: Job, orders: Connection, sender: Connection) -> None:
    """The child's side."""
    from crawler.process.child import run_orders  # noqa: PLC0415 - the parent must not pay for Scrapy

    def tell(messages: Sequence[Message]) -> None:
        with suppress(BrokenPipeError):  # nobody listens any more: that there are no more orders ends the child
            sender.send(messages)

    run_orders(job, orders, tell)


def _send(child: _Child, word: bool | None) -> None:
    """Say that there are no more orders; with True also that what runs is to end."""
    child.is_closed = True
    with suppress(OSError):  # it has ended already
        child.orders.send(word)


def _note_lost(name: str, message: str, status: RunStatus, job: Job) -> None:
    """Tell the store of a run that did not do so itself."""
    with closing(Store.open(job.database_url)) as store:
        run = next(iter(store.runs(name, limit=1)), None)
        if run and run.status is RunStatus.RUNNING:
            store.finish_run(replace(run, finished_at=datetime.now(HANOI), status=status, message=message))


def start_all(fleet: Fleet, waiting: Iterable[Order]) -> list[Order]:
    """Begin what can begin now; the orders that have to wait, in their order."""
    orders = list(waiting)
    left: list[Order] = []
    for number, order in enumerate(orders):
        if not fleet.start(order, waiting=len(orders) - number + len(left)):
            left.append(order)
    return left
