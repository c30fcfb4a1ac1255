"""Which of some award lines each of many queries finds: with the words as they are typed, whatever else is indexed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from index.embedded.price.document import LINES, read_line
from index.embedded.price.engine import read_conditions
from index.embedded.price.own import keep_own
from index.embedded.state import find
from index.price.query import PriceQuery
from index.segment.snapshot import Snapshot
from timthau.model.award_line import AwardLine


def match_lines(lines: Sequence[AwardLine], queries: Sequence[PriceQuery], now: datetime) -> Iterator[list[AwardLine]]:
    """The lines that each query finds, in its order; of several lines with one id the last counts."""
    latest = list({line.id: line for line in lines}.values())
    snapshot = Snapshot.of(map(read_line, latest), LINES) if latest else None
    for query in queries:
        if snapshot is None:
            yield []
            continue
        plan, ranked = find(snapshot, replace(query.words(), literal=True), now, list(read_conditions(query)))
        own = keep_own(snapshot, plan, [found.docs for found in ranked.found])
        yield [latest[doc] for docs in own for doc in docs.tolist()]
