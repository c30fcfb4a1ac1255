"""The engine over award lines."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import numpy as np

from index.contract import Relaxation
from index.embedded.array_index import ArrayIndex
from index.embedded.facet import count_names
from index.embedded.price.document import LINES, read_line
from index.embedded.price.found import Found, days_of
from index.embedded.price.own import keep_own
from index.embedded.state import find
from index.filter import Condition, HasName, HasTerm, LacksTerms, Named
from index.language.analysis import word_key
from index.language.name import name_key
from index.price.contract import PriceAnswer, Recollection
from index.price.evidence import BY_CODE, SHOWN, Evidence, is_comparable, rate
from index.price.figure import measure, measure_width
from index.price.query import PriceQuery, PriceSort
from index.price.thing import Thing, code_key, list_traits, other_sorts
from index.segment.document import MISSING
from index.segment.inversion import Ints
from index.segment.snapshot import Snapshot
from index.segment.view import Mask, SegmentView
from timthau.model.award_line import AwardLine
from timthau.model.moment import HANOI
from timthau.model.unit import parse_unit
from timthau.text.fold import fold

_FACETS = ("maker", "origin", "buyer", "province")
_EXTREMES = 3  # lines shown as cheapest and dearest
_SCATTERED = {
    Relaxation.LINE,
    Relaxation.FEWER,
    Relaxation.APART,
    Relaxation.MOST,
}  # what has words of a thing apart is another thing
# What has one code and costs so many times more within the middle half is not one thing.
_WIDEST = 3.0


class EmbeddedPriceEngine:
    """An index in a folder of builds; see `index.price.contract.PriceEngine`. Safe for threads and processes."""

    def __init__(self, path: Path) -> None:
        self._index = ArrayIndex(path, LINES)

    @classmethod
    def at(cls, build: Path) -> Self:
        """The index in one build, whether or not it is the one in use."""
        engine = cls.__new__(cls)
        engine._index = ArrayIndex.at(build, LINES)
        return engine

    def cursor(self) -> int:
        return self._index.current().cursor

    def count(self) -> int:
        return self._index.current().count

    def apply(
        self, lines: Iterable[AwardLine], removed: Iterable[str], *, cursor: int, since: int | None = None
    ) -> None:
        self._index.apply(map(read_line, lines), removed, cursor=cursor, since=since)

    def optimize(self) -> None:
        """Make as few segments as possible, which are searched fastest."""
        self._index.optimize()

    def settle(self) -> None:
        self._index.settle()

    def search(
        self, query: PriceQuery, *, limit: int = 20, offset: int = 0, now: datetime | None = None
    ) -> PriceAnswer:
        started = time.perf_counter()
        answer = _search(self._index.current(), query, limit, offset, now or datetime.now(HANOI))
        return replace(answer, took_ms=(time.perf_counter() - started) * 1000)

    def recall(self, things: Sequence[tuple[Thing, str | None]]) -> list[Recollection | None]:
        snapshot = self._index.current()
        return [_recall(snapshot, thing, unit) for thing, unit in things]

    def count_winners(self, things: Iterable[Thing]) -> tuple[int, tuple[tuple[str, int], ...]]:
        keys = {thing.key for thing in things} - {0}
        total, counts = 0, Counter[str]()
        for segment in self._index.current().segments:
            docs = np.unique(_join([segment.docs_of(key) for key in keys]))
            total += len(docs)
            numbers, often = np.unique(segment.column("supplier")[docs], return_counts=True)
            names = segment.names("supplier")
            for number, count in zip(numbers.tolist(), often.tolist(), strict=True):
                counts.update(dict.fromkeys(names[number].split(), count))
        return total, tuple(sorted(counts.items(), key=lambda row: (-row[1], row[0])))

    def verify(self) -> None:
        """Check every byte of the index in use. Raises IndexDamagedError."""
        self._index.verify()

    def close(self) -> None:
        self._index.close()


def _search(snapshot: Snapshot, query: PriceQuery, limit: int, offset: int, now: datetime) -> PriceAnswer:
    plan, ranked = find(snapshot, query.words(), now, list(read_conditions(query)))
    if not _SCATTERED.isdisjoint(ranked.relaxed) or not ranked.total:
        return PriceAnswer(total=0, facets={})
    docs = keep_own(snapshot, plan, [own.docs for own in ranked.found])
    found = Found.of(snapshot, docs)
    priced = found.priced()
    answer = PriceAnswer(
        total=len(found),
        priced=len(priced),
        facets={column: count_names(snapshot, docs, column) for column in _FACETS},
        relaxed=ranked.relaxed,
        also_searched=tuple(plan.also_searched),
    )
    units = dict(_divide(priced))
    if not units:
        return answer
    chosen = query.unit if query.unit in units else next(iter(units))
    figures, outside = units[chosen].figures(chosen, by_year=True)
    others = tuple(own.figures(name, by_year=False)[0] for name, own in units.items())
    return replace(
        answer, units=others, **_show(units[chosen], outside, query.sort, slice(offset, offset + limit)), chosen=figures
    )


def _show(own: Found, outside: Mask, sort: PriceSort, page: slice) -> dict[str, Any]:
    """What is shown of the lines of one unit."""
    newest = own.newest_first()
    rising = newest[np.argsort(own.price[newest], kind="stable")]
    falling = newest[np.argsort(-own.price[newest], kind="stable")]
    order = {PriceSort.NEWEST: newest, PriceSort.CHEAPEST: rising, PriceSort.DEAREST: falling}[sort]
    pages = {"lines": order[page], "cheapest": rising[:_EXTREMES], "dearest": falling[:_EXTREMES]}
    shown = {name: own.only(places).lines(outside[places]) for name, places in pages.items()}
    return {**shown, "points": own.points(outside)}


def _divide(priced: Found) -> Iterator[tuple[str, Found]]:
    """The lines of each unit, the most frequent first."""
    labels = priced.snapshot.names("unit").labels
    counts = np.bincount(priced.unit, minlength=len(labels))
    for group in sorted(np.flatnonzero(counts).tolist(), key=lambda group: (-counts[group], labels[group])):
        yield labels[group], priced.only(priced.unit == group)


def read_conditions(query: PriceQuery) -> Iterator[Condition]:
    """What a query asks of lines beside its words, provinces, buyers and days."""
    for column, names in (("maker", query.makers), ("origin", query.origins)):
        if names:
            yield Named(column, frozenset(name_key(column, name) for name in names) - {""})
    if query.suppliers:
        yield HasName("supplier", frozenset(query.suppliers))
    if query.thing:
        yield HasTerm(query.thing)
    if '"' not in query.text:
        yield from map(HasTerm, list_traits(query.text))
        if others := other_sorts(query.text):
            yield LacksTerms(others)


def _recall(snapshot: Snapshot, thing: Thing, unit: str | None) -> Recollection | None:
    """What a thing was paid, for the unit asked for, else for the one that it mostly has.

    By what it is called; where that says too little, or nothing is called so, by a code. Nothing where prices say that
    it stands for several things.
    """
    if thing.key and thing.is_sure:
        named = [segment.docs_of(thing.key) for segment in snapshot.segments]
        if any(map(len, named)):
            return _recall_named(snapshot, Found.of(snapshot, named), thing, unit)
    for code in sorted(thing.codes):
        coded = [segment.docs_of(code_key(code)) for segment in snapshot.segments]
        same = all(_are_same(segment, docs, thing) for segment, docs in zip(snapshot.segments, coded, strict=True))
        if same and any(map(len, coded)) and (found := _recall_coded(Found.of(snapshot, coded), code, unit)):
            return found
    return None


def _recall_named(snapshot: Snapshot, found: Found, thing: Thing, unit: str | None) -> Recollection | None:
    """What lines of a thing's name were paid, where that is enough to go by."""
    asked = parse_unit(unit).key
    priced = found.priced()
    units = {name: own for name, own in _divide(priced) if is_comparable(thing, name)}
    name = asked or next(iter(units), "")
    if name not in units:
        return None
    own = units[name]
    sized = 0 if thing.states_size else sum(len(part.docs_of(thing.sized_key)) for part in snapshot.segments)
    evidence = Evidence(name, own.count_buyers(), measure_width(own.price), len(own) / len(priced), sized / len(found))
    confidence = rate(thing, evidence)
    return _sum_up(own, name, thing.key, confidence) if confidence >= SHOWN else None


def _recall_coded(found: Found, code: str, unit: str | None) -> Recollection | None:
    """What lines of a code were paid, where their prices are near each other."""
    units = dict(_divide(found.priced()))
    name = parse_unit(unit).key or next(iter(units), "")
    if name not in units or measure_width(units[name].price) > _WIDEST:
        return None
    return replace(_sum_up(units[name], name, code_key(code), BY_CODE), code=code)


def _are_same(segment: SegmentView, docs: Ints, thing: Thing) -> bool:
    """Whether all lines of a code may be one thing: each shares a word with it, and none is of another sort."""
    if not len(docs):
        return True
    words = _join([segment.docs_of(word_key(fold(word))) for word in thing.plain_words])
    others = _join([segment.docs_of(sort) for sort in thing.others])
    return bool(np.isin(docs, words).all() and not np.isin(docs, others).any())


def _join(parts: Sequence[Ints]) -> Ints:
    return np.concatenate([np.zeros(0, np.int64), *parts])


def _sum_up(own: Found, unit: str, key: int, confidence: float) -> Recollection:
    latest = own.only(own.newest_first()[:1])
    published = int(latest.published[0])
    day = None if published == MISSING else days_of(latest.published)[0].item()
    return Recollection(key, unit, measure(own.price), latest.lines(np.zeros(1, bool))[0], day, confidence)
