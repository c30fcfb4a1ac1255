"""A query as an alert keeps it: written so that, taken literally, it finds what its page shows."""

import re
from dataclasses import replace
from datetime import datetime

from index.contract import Answer, Engine, Relaxation
from index.language.wish import Understood, understand, understand_year
from index.plan.written import write_divided
from index.query import Query, Sort
from timthau.model.moment import HANOI
from timthau.text.fold import fold

_BESIDE = re.compile(r"(?<![^\W_])[^\W_]++\|([^\W_]++)(?:\|[^\W_]++)*+")
_TYPED = re.compile(r"(?<![|\w])\w+")
_MOST = 100  # notices by which what is kept is compared with its page
_GIVEN_UP = {Relaxation.QUOTES, Relaxation.LINE, Relaxation.FEWER, Relaxation.APART, Relaxation.MOST}


def write_standing(engine: Engine, query: Query, now: datetime) -> Query:
    """What a query says in plain words, with the words that its search found beside those typed, and its wishes parted.

    Where a search only found the words apart, some of them, or not in the row that was asked for, the query stays as it
    was typed: an alert waits for what has them together.
    """
    understood = understand(query, now.astimezone(HANOI).date(), standing=True)
    query = understood.query
    if understood.pasted and _find(engine, replace(query, literal=True), now)[0]:
        return query
    answer = engine.search(query, limit=1, now=now, passages=False, counts=False)
    dated = understand_year(Understood(query))
    if dated and answer.understood == dated.readings:
        query = dated.query
        answer = engine.search(query, limit=1, now=now, passages=False, counts=False)
    written = write_divided(query, answer.parts)
    if query.literal or not answer.total or not _GIVEN_UP.isdisjoint(answer.relaxed):
        return written
    total, shown = _find(engine, query, now)
    amiss: dict[str, tuple[int, int]] = {}
    for way in (written.text, *_list_ways(answer)):
        count, found = _find(engine, replace(query, text=way, literal=True), now)
        amiss[way] = (len(shown ^ found), abs(count - total))
        if not any(amiss[way]):
            break
    return replace(query, text=min(amiss, key=amiss.__getitem__))


def _list_ways(answer: Answer) -> list[str]:
    """Other ways to write what was found: the words that were meant alone, then beside those that were typed."""
    suggested = write_divided(Query(text=answer.suggestion or ""), answer.parts).text
    ways = [suggested, _BESIDE.sub(r"\1", answer.standing), answer.standing]
    if Relaxation.ACCENTS in answer.relaxed:  # any accents of what was typed, as on the page
        ways = [_TYPED.sub(lambda word: fold(word[0]), way) for way in ways]
    return [way for way in dict.fromkeys(ways) if way]


def _find(engine: Engine, query: Query, now: datetime) -> tuple[int, set[str]]:
    """How many a query finds, and which are the first by date."""
    by_date = replace(query, sort=Sort.NEWEST)
    answer = engine.search(by_date, limit=_MOST, now=now, passages=False, counts=False)
    return answer.total, {hit.id for hit in answer.hits}
