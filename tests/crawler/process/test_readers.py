"""A page that takes too long, or too much memory, or crashes its reader, costs itself and nothing else."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any

from crawler.process.readers import Readers


def _say(word: str) -> str:
    return word


def _never_end() -> None:
    while True:
        pass


def _crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def _take_memory() -> int:
    return len([bytes(10_000_000) for _ in range(100)])


def _refuse() -> None:
    raise ValueError("no page")


def _number() -> int:
    return os.getpid()


def _outcome(future: "Future[Any]") -> object:
    error = future.exception(60)
    return (type(error).__name__, str(error)) if error else future.result()


def _apart(check: Callable[[], Any]) -> Any:
    """What a check gives in a process of its own: readers are forked from one without threads."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("forkserver")) as pool:
        return pool.submit(check).result(100)


def _lose_pages() -> list[object]:
    with Readers(at_once=1, seconds=0.2) as hasty:
        hung = _outcome(hasty.lane().submit(_never_end))
    with Readers(at_once=1, seconds=600, memory_mb=200) as readers:
        outcomes = [_outcome(readers.lane().submit(call)) for call in (_crash, _take_memory, _refuse)]
        return [hung, *outcomes, _outcome(readers.lane().submit(_say, "still here"))]


def test_pages_that_hang_crash_or_grow_are_lost_and_the_next_one_is_read() -> None:
    assert _apart(_lose_pages) == [
        ("PageLostError", "takes too long to read"),
        ("PageLostError", "the process that read it ended"),
        ("PageLostError", "takes too much memory to read"),
        ("ValueError", "no page"),
        "still here",
    ]


def _read_beside() -> tuple[object, int]:
    with Readers(at_once=2, seconds=600) as readers:
        bad, worse, good = readers.lane(), readers.lane(), readers.lane()
        waiting: list[Future[Any]] = []
        for lane in (bad, worse):  # each has both places of quick lanes before it is known to be slow
            own = [lane.submit(_never_end) for _ in range(20)]
            until = time.monotonic() + 60
            while not all(future.running() for future in own[:2]) and time.monotonic() < until:
                time.sleep(0.01)  # its turn comes when the others are known
            waiting += own
        read = [_outcome(good.submit(_say, "read")) for _ in range(20)]
        return set(read), sum(future.done() for future in waiting)


def test_sites_whose_pages_hang_hold_no_reader_that_others_need() -> None:
    assert _apart(_read_beside) == ({"read"}, 0)


def _leave_alone() -> list[int]:
    with Readers(at_once=2) as readers:
        return [int(readers.lane().submit(_number).result(60)) for _ in range(2)]


def test_readers_end_with_who_uses_them() -> None:
    for number in _apart(_leave_alone):
        until = time.monotonic() + 30
        while os.path.exists(f"/proc/{number}") and time.monotonic() < until:
            time.sleep(0.01)
        assert not os.path.exists(f"/proc/{number}")
