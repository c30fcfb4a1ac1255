"""The engine: a Whoosh index of array segments in a folder of builds."""

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Self

from index.contract import Answer, Entity, Hit, Passage, Relaxation
from index.embedded.array_index import ArrayIndex
from index.embedded.asked import Scored, count_more, find_asked, put_first
from index.embedded.facet import count_facets
from index.embedded.filter import Condition, merged_provinces
from index.embedded.order import best_first
from index.embedded.passage import Marker
from index.embedded.ranking import Ranked, rank
from index.embedded.segment.document import read_document
from index.embedded.segment.snapshot import Snapshot
from index.embedded.segment.view import SegmentView
from index.embedded.suggest import suggest
from index.embedded.together import together_mask
from index.language.analysis import parse_words
from index.language.parser import parse_query, unquote
from index.language.wish import Understood, understand
from index.plan.part import WishPart
from index.plan.plan import Plan, build_plan
from index.query import Query
from index.spelling.guess import Guess
from timthau.model.moment import HANOI
from timthau.model.notice import Guide, Notice
from timthau.model.province import make_province_key

_LEAST_PIECE, _MOST_PIECE = 6, 40  # words of a text that was copied
_SCATTERED = {Relaxation.APART, Relaxation.MOST}


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

    def search(
        self,
        query: Query,
        *,
        limit: int = 20,
        offset: int = 0,
        now: datetime | None = None,
        passages: bool = True,
    ) -> Answer:
        started = time.perf_counter()
        now = now or datetime.now(HANOI)
        snapshot = self._index.current()
        understood, plan, ranked = _read(snapshot, query, now)
        asked = find_asked(snapshot, replace(understood.query, text=query.text))
        best = put_first(asked, best_first(ranked, understood.query.sort, offset + limit))[offset : offset + limit]
        marker = Marker(plan if passages else Plan())
        return Answer(
            hits=_build_hits(best, marker),
            total=ranked.total + count_more(asked, ranked),
            facets=count_facets(snapshot, [found.docs for found in ranked.found], now),
            complete=ranked.complete,
            parts=tuple(part.text for part in plan.parts),
            relaxed=ranked.relaxed,
            broader_total=ranked.broader,
            understood=understood.readings,
            suggestion=_build_suggestion(query.text, plan, ranked),
            also_searched=tuple(plan.also_searched),
            standing=plan.standing,
            took_ms=(time.perf_counter() - started) * 1000,
        )

    def suggest(self, prefix: str, *, limit: int = 8) -> Sequence[str]:
        return suggest(self._index.current(), prefix, limit, datetime.now(HANOI))

    def verify(self) -> None:
        """Check every byte of the index in use. Raises IndexDamagedError."""
        self._index.verify()

    def close(self) -> None:
        self._index.close()


def _read(snapshot: Snapshot, query: Query, now: datetime) -> tuple[Understood, Plan, Ranked]:
    """How a query is understood, and what is found; a piece of text is not understood but looked for.

    So are words that find what has them together, or at least all of them, where what they say finds less.
    """
    understood = understand(query, now.astimezone(HANOI).date())
    if understood.readings and _is_piece(snapshot, query.text):
        understood = Understood(query)
    plan, ranked = find(snapshot, understood.query, now)
    if understood.readings and (ranked.relaxed or not ranked.total):
        typed, found = find(snapshot, query, now)
        if found.total and (not ranked.total or _given_up(found) < _given_up(ranked)):
            return Understood(query), typed, found
    return understood, plan, ranked


def _given_up(ranked: Ranked) -> int:
    """How much was given up: more for what is tried later."""
    return max((list(Relaxation).index(what) for what in ranked.relaxed), default=-1)


def _is_piece(snapshot: Snapshot, text: str) -> bool:
    """Whether a text was copied from a document: many words of it stand together in one line."""
    words = parse_words(text)
    if len(words) < _LEAST_PIECE:
        return False
    part = WishPart(tuple(((word,),) for word in words[:_MOST_PIECE]))
    return any((together_mask(segment, part) & segment.live).any() for segment in snapshot.segments)


def find(snapshot: Snapshot, query: Query, now: datetime, conditions: Sequence[Condition] = ()) -> tuple[Plan, Ranked]:
    """What is looked up, and what is found and meets some conditions more.

    Where no document has a quoted phrase, its words are searched.
    """
    guess = None if query.literal else Guess(snapshot)
    wish = parse_query(query, guess.is_row if guess else None)
    plan = build_plan(wish, guess, expand=query.expand)
    ranked = rank(snapshot, plan, wish.filters, now, conditions)
    if guess and not _SCATTERED.isdisjoint(ranked.relaxed):
        for other, loosely in ((Guess(snapshot, eager=True), False), (guess, True)):
            meant = build_plan(wish, other, expand=query.expand, loosely=loosely)
            found = rank(snapshot, meant, wish.filters, now, conditions)
            if found.total and not found.relaxed:
                plan, ranked = meant, found
                break
    if not ranked.complete and (plain := unquote(wish)) != wish:
        plan = build_plan(plain, guess, expand=query.expand)
        ranked = rank(snapshot, plan, plain.filters, now, conditions)
        ranked = replace(ranked, relaxed=(Relaxation.QUOTES, *ranked.relaxed))
    if guess and (plan.misspelt or Relaxation.ACCENTS in ranked.relaxed):
        for typed in plan.typed:
            spelled = guess.respell([word for _, word in typed])
            plan.corrections += [
                (raw, text) for (raw, word), text in zip(typed, spelled, strict=True) if text != word.exact
            ]
    known = {key for segment in snapshot.segments for key in segment.name_keys("province")}
    plan.also_searched += [name for name in merged_provinces(wish.filters) if make_province_key(name) in known]
    return plan, ranked


def _build_hits(best: Sequence[Scored], marker: Marker) -> tuple[Hit, ...]:
    docs: dict[SegmentView, list[int]] = {}
    for segment, doc, _ in best:
        docs.setdefault(segment, []).append(doc)
    passages = {segment: marker.find_passages(segment, own) for segment, own in docs.items()}
    return tuple(_build_hit(segment, doc, score, passages[segment][doc]) for segment, doc, score in best)


def _build_hit(segment: SegmentView, doc: int, score: float, passages: tuple[Passage, ...]) -> Hit:
    head = segment.head(doc)
    return Hit(
        entity=segment.entity(doc),
        id=head.id,
        source=head.source,
        source_key=head.source_key,
        title=head.title,
        score=score,
        passages=passages,
        language=head.language if segment.entity(doc) is Entity.GUIDE else None,
    )


def _build_suggestion(text: str, plan: Plan, ranked: Ranked) -> str | None:
    """The query with its misspelt words as the index writes them, when that finds something."""
    if not plan.corrections or not ranked.total:
        return None
    for wrong, right in plan.corrections:
        text = re.sub(rf"(?<!\w){re.escape(wrong)}(?!\w)", right, text, count=1, flags=re.IGNORECASE)
    return text
