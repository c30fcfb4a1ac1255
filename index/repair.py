"""An engine that mends itself: a damaged index is rebuilt from the store, with one warning, and used on."""

import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Generic, TypeVar

from index.contract import Answer, Engine, Place
from index.query import Query
from timthau.errors import IndexDamagedError
from timthau.model.notice import Guide, Notice

_T = TypeVar("_T")
_E = TypeVar("_E")


class Mending(Generic[_E]):
    """What `open_` gives; when it finds damage, `repair` is called and it is opened anew."""

    def __init__(self, open_: Callable[[], _E], repair: Callable[[IndexDamagedError], None]) -> None:
        self._open, self._repair = open_, repair
        self._lock = threading.Lock()
        self._engine = self._try(open_)

    def _try(self, action: Callable[[], _T]) -> _T:
        try:
            return action()
        except IndexDamagedError as error:
            self._repair(error)
            return action()

    def _ask(self, action: Callable[[_E], _T]) -> _T:
        engine = self._engine
        try:
            return action(engine)
        except IndexDamagedError as error:
            with self._lock:
                if self._engine is engine:  # else another thread has mended it
                    self._repair(error)
                    self._engine = self._open()
            return action(self._engine)


class RepairingEngine(Mending[Engine]):
    """An engine over notices that mends itself."""

    def cursor(self) -> int:
        return self._ask(lambda engine: engine.cursor())

    def count(self) -> int:
        return self._ask(lambda engine: engine.count())

    def apply(
        self,
        documents: Iterable[Notice | Guide],
        removed: Iterable[str],
        *,
        cursor: int,
        since: int | None = None,
    ) -> None:
        batch, gone = list(documents), list(removed)
        self._ask(lambda engine: engine.apply(batch, gone, cursor=cursor, since=since))

    def settle(self) -> None:
        self._ask(lambda engine: engine.settle())

    def search(
        self,
        query: Query,
        *,
        limit: int = 20,
        offset: int = 0,
        after: Place | None = None,
        now: datetime | None = None,
        passages: bool = True,
        counts: bool = True,
    ) -> Answer:
        return self._ask(
            lambda engine: engine.search(
                query, limit=limit, offset=offset, after=after, now=now, passages=passages, counts=counts
            )
        )

    def suggest(self, prefix: str, *, limit: int = 8) -> Sequence[str]:
        return self._ask(lambda engine: engine.suggest(prefix, limit=limit))

    def close(self) -> None:
        self._engine.close()
