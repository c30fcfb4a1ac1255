"""Work that goes on after the answer was given, so that how long an answer takes tells nothing about it."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

_log = logging.getLogger(__name__)


class Aside:
    """One thread that does what it is given, in that order; what it still has when the program ends is done first."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="aside")

    def do(self, work: Callable[[], None]) -> None:
        """Do something soon; what goes wrong with it is logged, as nobody waits for it."""
        self._pool.submit(_attempt, work)

    def settle(self) -> None:
        """Wait until all that was given before is done."""
        self._pool.submit(lambda: None).result()


def _attempt(work: Callable[[], None]) -> None:
    try:
        work()
    except Exception:  # noqa: BLE001  # nobody else would hear of it
        _log.exception("what was put aside failed")
