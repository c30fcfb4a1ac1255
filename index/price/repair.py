"""An engine over award lines that mends itself: a damaged index is rebuilt from the store, with one warning."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from index.price.contract import PriceAnswer, PriceEngine, Recollection
from index.price.query import PriceQuery
from index.price.thing import Thing
from index.repair import Mending
from timthau.model.award_line import AwardLine


class RepairingPriceEngine(Mending[PriceEngine]):
    """See `index.price.contract.PriceEngine`."""

    def cursor(self) -> int:
        return self._ask(lambda engine: engine.cursor())

    def count(self) -> int:
        return self._ask(lambda engine: engine.count())

    def apply(
        self, lines: Iterable[AwardLine], removed: Iterable[str], *, cursor: int, since: int | None = None
    ) -> None:
        batch, gone = list(lines), list(removed)
        self._ask(lambda engine: engine.apply(batch, gone, cursor=cursor, since=since))

    def settle(self) -> None:
        self._ask(lambda engine: engine.settle())

    def search(
        self, query: PriceQuery, *, limit: int = 20, offset: int = 0, now: datetime | None = None
    ) -> PriceAnswer:
        return self._ask(lambda engine: engine.search(query, limit=limit, offset=offset, now=now))

    def recall(self, things: Sequence[tuple[Thing, str | None]]) -> list[Recollection | None]:
        return self._ask(lambda engine: engine.recall(things))

    def count_winners(self, things: Iterable[Thing]) -> tuple[int, tuple[tuple[str, int], ...]]:
        known = list(things)
        return self._ask(lambda engine: engine.count_winners(known))

    def close(self) -> None:
        self._engine.close()
