"""Processes that read pages, each page within a time and a memory: a page that takes more is lost, and nothing else.

Each source has a lane of its own. A lane whose pages are slow may not hold the processes that others read with.
"""

import contextlib
import os
import resource
import signal
import socket
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future, InvalidStateError
from dataclasses import dataclass, field, replace
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, Self

from crawler.reading.failure import PageLostError
from timthau.child import end_with_parent

#: How long one page may take, in seconds; a lane that has lost `_MANY_LOST` pages is given less.
_PAGE_SECONDS = 30.0
_MANY_LOST = 3
_HASTE_SECONDS = 3.0
#: A page that takes longer than this makes its lane a slow one: a usual page takes a hundredth of a second.
_SLOW_SECONDS = 2.0
#: Megabytes of address space beyond what a reader has when it begins.
_PAGE_MEMORY_MB = 1000


_Call = tuple[Callable[..., Any], tuple[Any, ...]]


@dataclass(frozen=True)
class _Work:
    """One page to read, and who waits for it; `as_slow` where its lane was a slow one when its turn came."""

    lane: "Lane"
    call: _Call
    future: "Future[Any]"
    as_slow: bool = False


@dataclass(eq=False)
class Lane(Executor):
    """What one source has read: an executor that shares the readers with those of other sources."""

    readers: "Readers"
    waiting: deque[_Work] = field(default_factory=deque)
    is_slow: bool = False
    lost: int = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **_: Any) -> "Future[Any]":
        """Read a page when there is a reader for it. The future raises PageLostError for one that was given up."""
        future: Future[Any] = Future()
        self.readers.take(_Work(self, (fn, args), future))
        return future


class Readers:
    """The readers of one process, used with `with`, which ends them.

    To be made before the process has threads: what forks readers is itself forked at once. So many pages are read at a
    time, `at_once` of quick lanes and as many of slow ones; `seconds` and `memory_mb` bound each. A page whose lane
    turns out to be slow while others have all places of slow ones waits for one of these, and is read anew.
    """

    def __init__(
        self, *, at_once: int | None = None, seconds: float = _PAGE_SECONDS, memory_mb: int = _PAGE_MEMORY_MB
    ) -> None:
        self._at_once = at_once or os.cpu_count() or 1
        self._seconds = seconds
        self._nursery = _Nursery(memory_mb)
        self._lanes: deque[Lane] = deque()
        self._reading: list[Lane] = []
        self._is_over = False
        self._changed = threading.Condition()
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(2 * self._at_once)]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._is_over = True
            self._changed.notify_all()
        self._nursery.close()

    def lane(self) -> Lane:
        """A lane for one run of a source."""
        return Lane(self)

    def take(self, work: _Work) -> None:
        """Put a page into its lane."""
        with self._changed:
            work.lane.waiting.append(work)
            if work.lane not in self._lanes:
                self._lanes.append(work.lane)
            self._changed.notify_all()

    def _serve(self) -> None:
        """Read one page after the other, by a process that is replaced when it is lost."""
        reader: _Reader | None = None
        while (work := self._next()) is not None:
            if work.future.running() or work.future.set_running_or_notify_cancel():
                reader = self._read(work, reader or self._nursery.fork())
            with self._changed:
                self._reading.remove(work.lane)
                self._changed.notify_all()

    def _next(self) -> _Work | None:
        with self._changed:
            while not self._is_over:
                for _ in range(len(self._lanes)):  # in turns
                    lane = self._lanes.popleft()
                    if sum(other.is_slow == lane.is_slow for other in self._reading) >= self._at_once:
                        self._lanes.append(lane)
                        continue
                    work = lane.waiting.popleft()
                    if lane.waiting:
                        self._lanes.append(lane)
                    self._reading.append(lane)
                    return replace(work, as_slow=lane.is_slow)
                self._changed.wait()
        return None

    def _read(self, work: _Work, reader: "_Reader") -> "_Reader | None":
        """Read a page, and give the reader back if it can read another one."""
        lane = work.lane
        most = min(self._seconds, _HASTE_SECONDS if lane.lost >= _MANY_LOST else self._seconds)
        try:
            if not reader.has_read(work.call, min(most, _SLOW_SECONDS)):
                if self._must_wait(work):
                    self._nursery.end(reader)
                    return None
                if not reader.has_read(None, most - _SLOW_SECONDS):
                    raise PageLostError("takes too long to read")
            error, read = reader.answer()
        except (EOFError, OSError) as ended:
            error = PageLostError("the process that read it ended")
            error.__cause__ = ended
        except PageLostError as late:
            error = late
        if not isinstance(error, PageLostError):
            _tell(work.future, error, read)
            return reader
        lane.lost += 1
        self._nursery.end(reader)
        _tell(work.future, error, None)
        return None

    def _must_wait(self, work: _Work) -> bool:
        """Note that a lane is slow; whether its page is put back, as it would hold a place of quick ones."""
        lane = work.lane
        with self._changed:
            lane.is_slow = True
            must_wait = not work.as_slow and sum(other.is_slow for other in self._reading) > self._at_once
            if must_wait:
                lane.waiting.appendleft(work)
                if lane not in self._lanes:
                    self._lanes.append(lane)
            self._changed.notify_all()
        return must_wait


def _tell(future: "Future[Any]", error: BaseException | None, read: object) -> None:
    with contextlib.suppress(InvalidStateError):  # who waited has gone
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(read)


@dataclass(frozen=True, eq=False)
class _Reader:
    """One process that reads pages."""

    pid: int
    pipe: "Connection[Any, Any]"

    def has_read(self, call: _Call | None, seconds: float) -> bool:
        """Whether there is an answer in time; `call` is what to read, None for what was given already."""
        if call is not None:
            self.pipe.send(call)
        return self.pipe.poll(seconds)

    def answer(self) -> tuple[BaseException | None, Any]:
        """What went wrong, and what was read."""
        answer: tuple[BaseException | None, Any] = self.pipe.recv()
        return answer


class _Nursery:
    """The process that forks readers, and ends them: it has no threads, so that what it forks is sound."""

    def __init__(self, memory_mb: int) -> None:
        self._lock = threading.Lock()
        self._socket, theirs = socket.socketpair()
        self.pid = os.fork()
        if not self.pid:
            self._socket.close()
            end_with_parent()
            with contextlib.suppress(BaseException):  # nothing of this process goes on in its copy
                _nurse(theirs, memory_mb)
            os._exit(0)
        theirs.close()

    def fork(self) -> _Reader:
        """A new reader."""
        ours, theirs = Pipe()
        with self._lock, theirs:
            socket.send_fds(self._socket, [b"0"], [theirs.fileno()])
            return _Reader(int(self._socket.recv(32)), ours)

    def end(self, reader: _Reader) -> None:
        """Kill a reader."""
        reader.pipe.close()
        with self._lock:
            self._socket.send(str(reader.pid).encode())
            self._socket.recv(32)

    def close(self) -> None:
        """End, and all readers too."""
        self._socket.close()
        os.waitpid(self.pid, 0)


def _nurse(orders: socket.socket, memory_mb: int) -> None:
    """Fork a reader for every pipe that comes, kill those that are named, and all when nobody orders any more."""
    pids: set[int] = set()
    while True:
        order, handles, _, _ = socket.recv_fds(orders, 32, 1)
        if not order:
            break
        if handles:
            pid = os.fork()
            if not pid:
                orders.close()
                end_with_parent()
                _read_pages(Connection(handles[0]), memory_mb)
                return
            os.close(handles[0])
            pids.add(pid)
        else:
            pid = int(order)
            pids.discard(pid)
            _kill(pid)
        orders.send(str(pid).encode())
    for pid in pids:
        _kill(pid)


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def _read_pages(pipe: "Connection[Any, Any]", memory_mb: int) -> None:
    """The reader's side: one call after the other, until nobody asks any more."""
    most = _address_space() + memory_mb * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while True:
        try:
            function, arguments = pipe.recv()
        except EOFError:
            return
        error: BaseException | None = None
        read: object = None
        try:
            read = function(*arguments)
        except MemoryError:
            error = PageLostError("takes too much memory to read")
        except RecursionError:
            error = PageLostError("lies too deep to read")
        except Exception as raised:  # noqa: BLE001 - told to who asked
            error = raised
        pipe.send((error, read))


def _address_space() -> int:
    """Bytes of address space that this process has; on systems that do not tell, none."""
    with contextlib.suppress(OSError), open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * resource.getpagesize()
    return 0
