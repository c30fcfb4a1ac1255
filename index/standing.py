"""A query as an alert keeps it: written so that, taken literally, it finds what its page shows."""

from dataclasses import replace
from datetime import datetime

from index.contract import Answer, Engine, Relaxation
from index.plan.written import write_divided
from index.query import Query
from timthau.text.fold import fold

_GIVEN_UP = {Relaxation.QUOTES, Relaxation.LINE, Relaxation.FEWER, Relaxation.APART, Relaxation.MOST}


def write_standing(engine: Engine, query: Query, now: datetime) -> Query:
    """The query with the words that its search found in place of those that nothing has, and its wishes parted.

    Where a search only found the words apart, some of them, or not in the row that was asked for, the query stays as it
    was typed: an alert waits for what has them together.
    """
    answer = engine.search(query, limit=1, now=now, passages=False)
    written = write_divided(query, answer.parts)
    if query.literal or not answer.total or not _GIVEN_UP.isdisjoint(answer.relaxed):
        return written
    if _count(engine, written, now):
        return written
    counts = {way: _count(engine, replace(query, text=way), now) for way in _list_ways(answer)}
    found = [way for way, count in counts.items() if count]
    best = min(found, key=lambda way: abs(counts[way] - answer.total), default=written.text)
    return replace(query, text=best)


def _list_ways(answer: Answer) -> list[str]:
    """Other ways to write what was found, the best first."""
    if Relaxation.ACCENTS in answer.relaxed:  # any accents, as on the page
        return [fold(answer.standing)]
    ways = (write_divided(Query(text=answer.suggestion or ""), answer.parts).text, answer.standing)
    return [way for way in dict.fromkeys(ways) if way]


def _count(engine: Engine, query: Query, now: datetime) -> int:
    return engine.search(replace(query, literal=True), limit=1, now=now, passages=False).total
