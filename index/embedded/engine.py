"""The engine: a Whoosh index of array segments in a folder of builds."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Self

from index.asking import build_suggestion, count_given, list_parts, read
from index.contract import Answer, Entity, Hit, Passage, Place
from index.embedded.array_index import ArrayIndex
from index.embedded.asked import count_more, find_asked, put_first
from index.embedded.facet import count_facets
from index.embedded.order import Scored, best_first
from index.embedded.state import CommitState
from index.embedded.suggest import suggest
from index.passage import Marker
from index.plan.plan import Plan
from index.query import Query
from index.segment.document import read_document
from index.segment.view import SegmentView
from timthau.model.moment import HANOI
from timthau.model.notice import Guide, Notice


class WhooshEngine:
    """An index in a folder of builds; see `index.contract.Engine`. Safe for threads and for several processes."""

    def __init__(self, path: Path) -> None:
        self._index = ArrayIndex(path)

    @classmethod
    def at(cls, build: Path) -> Self:
        """The index in one build, whether or not it is the one in use."""
        engine = cls.__new__(cls)
        engine._index = ArrayIndex.at(build)
        return engine

    def cursor(self) -> int:
        return self._index.current().cursor

    def count(self) -> int:
        return self._index.current().count

    def apply(
        self,
        documents: Iterable[Notice | Guide],
        removed: Iterable[str],
        *,
        cursor: int,
        since: int | None = None,
    ) -> None:
        self._index.apply(map(read_document, documents), removed, cursor=cursor, since=since)

    def optimize(self) -> None:
        """Make as few segments as possible, which are searched fastest."""
        self._index.optimize()

    def settle(self) -> None:
        self._index.settle()

    def search(
        self,
        query: Query,
        *,
        limit: int = 20,
        offset: int = 0,
        after: Place | None = None,
        now: datetime | None = None,
        passages: bool = True,
        counts: bool = True,  # noqa: ARG002  # they cost next to nothing here
    ) -> Answer:
        started = time.perf_counter()
        now = now or datetime.now(HANOI)
        snapshot = self._index.current()
        understood, plan, ranked = read(CommitState(snapshot), query, now)
        asked = find_asked(snapshot, replace(understood.query, text=query.text))
        behind = after if after and len(after) > 1 else None
        best = best_first(ranked, understood.query.sort, offset + limit + len(asked) + 1, behind)
        page = put_first(asked, best, count_given(asked, after))[offset : offset + limit + 1]
        marker = Marker(plan if passages else Plan())
        facets = count_facets(snapshot, [found.docs for found in ranked.found], now)
        return Answer(
            hits=_build_hits(page[:limit], marker),
            total=ranked.total + count_more(asked, ranked),
            notice_total=sum(count for _, count in facets.get("kind", ())),
            facets=facets,
            complete=ranked.complete,
            parts=list_parts(understood, plan),
            relaxed=ranked.relaxed,
            broader_total=ranked.broader,
            understood=understood.readings,
            suggestion=build_suggestion(query.text, plan, ranked),
            also_searched=tuple(plan.also_searched),
            unsearched=" ".join(plan.unsearched),
            standing=plan.standing,
            end=page[limit - 1].place if 0 < limit < len(page) else None,
            took_ms=(time.perf_counter() - started) * 1000,
        )

    def suggest(self, prefix: str, *, limit: int = 8) -> Sequence[str]:
        return suggest(self._index.current(), prefix, limit, datetime.now(HANOI))

    def verify(self) -> None:
        """Check every byte of the index in use. Raises IndexDamagedError."""
        self._index.verify()

    def close(self) -> None:
        self._index.close()


def _build_hits(best: Sequence[Scored], marker: Marker) -> tuple[Hit, ...]:
    docs: dict[SegmentView, list[int]] = {}
    for found in best:
        docs.setdefault(found.segment, []).append(found.doc)
    passages = {segment: marker.find_passages(segment, own) for segment, own in docs.items()}
    return tuple(_build_hit(found, passages[found.segment][found.doc]) for found in best)


def _build_hit(found: Scored, passages: tuple[Passage, ...]) -> Hit:
    segment, doc = found.segment, found.doc
    head = segment.head(doc)
    return Hit(
        entity=segment.entity(doc),
        id=head.id,
        source=head.source,
        source_key=head.source_key,
        title=head.title,
        score=found.score,
        passages=passages,
        language=head.language if segment.entity(doc) is Entity.GUIDE else None,
    )
