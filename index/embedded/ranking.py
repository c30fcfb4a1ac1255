"""Which documents answer a plan, and in which order. Everything is worked out for all documents at once.

Scores depend on the documents and the query alone, not on how the index is cut into segments.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from index.contract import Entity, Relaxation
from index.embedded.row import phrase_mask
from index.embedded.together import together_among
from index.filter import Condition, read_conditions
from index.plan.lattice import WordRow
from index.plan.part import WishPart
from index.plan.plan import Alternative, Plan, QueryUnit
from index.query import Query
from index.segment.column import ENTITIES
from index.segment.inversion import Ints
from index.segment.snapshot import Snapshot
from index.segment.view import YOUTH_FROM, YOUTH_HALF_LIFE, Mask, SegmentView
from index.segment.weight import row_values
from index.worth import APART, BEST_OF_MOST, EXACT, FOLDED, FORMS, OPEN, QUESTION, RECENT, ROW_WORTH

Bytes = npt.NDArray[np.uint8]
Scores = npt.NDArray[np.float32]

# Above this share of a segment's documents it is cheaper to score all of them.
_DENSE = 0.25
# A document is looked for among a term's documents in the time in which so many of them are unpacked.
_SEEK = 30


@dataclass(frozen=True)
class Candidates:
    """Documents of one segment by number, in order, and what scores them; `apart` have the words of a wish apart."""

    lookup: "_Lookup"
    docs: Ints
    apart: Mask | None = None

    @property
    def segment(self) -> SegmentView:
        return self.lookup.segment


@dataclass(frozen=True)
class Ranked:
    """All documents that answer, what was given up for that, and how many more have all words, but apart."""

    found: tuple[Candidates, ...]
    relaxed: tuple[Relaxation, ...]
    broader: int
    rarity: "_Rarity"
    now: datetime

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(len(found.docs) for found in self.found)

    @property
    def complete(self) -> bool:
        """Whether they have all words."""
        return {Relaxation.FEWER, Relaxation.MOST}.isdisjoint(self.relaxed)

    def without(self, *given_up: Relaxation) -> "Ranked":
        """The same, found after some more was given up."""
        return replace(self, relaxed=(*given_up, *self.relaxed))

    def scores(self, number: int, docs: Ints) -> Scores:
        """The scores of some of the documents found in a segment."""
        found = self.found[number]
        scores = _score(found.lookup, docs, self.rarity, self.now, complete=self.complete)
        return scores if found.apart is None else scores * np.where(found.apart[docs], np.float32(APART), np.float32(1))


def rank(snapshot: Snapshot, plan: Plan, query: Query, now: datetime, more: Sequence[Condition] = ()) -> Ranked:
    """The documents that answer a plan, pass the filters and meet some conditions more."""
    lookups = [_Lookup(segment, plan) for segment in snapshot.segments]
    rarity = _Rarity(snapshot, plan, lookups)
    conditions = [*read_conditions(query), *more]
    masks = [
        np.logical_and.reduce([wanted.mask(segment, now) for wanted in conditions]) if conditions else None
        for segment in snapshot.segments
    ]
    return _Search(lookups, masks, rarity, now).find(plan, query)


class _Search:
    """The documents of all segments that have all words, and which of them match."""

    def __init__(
        self, lookups: Sequence["_Lookup"], masks: Sequence[Mask | None], rarity: "_Rarity", now: datetime
    ) -> None:
        self._lookups, self._masks, self._rarity, self._now = lookups, masks, rarity, now
        self._having = [lookup.all_words(mask) for lookup, mask in zip(lookups, masks, strict=True)]

    def find(self, plan: Plan, query: Query) -> Ranked:
        """What matches; where that is nothing, what does when accents, nearness and at last words are given up."""
        parts = [part for part in plan.parts if not part.trivial]
        matching = self._match(parts)
        if not any(map(len, matching)) and plan.units and not query.literal:
            plain = [part.without_accents() for part in parts]
            if plain != parts and any(map(len, matching := self._match(plain))):
                return self._give(matching, query, Relaxation.ACCENTS)
            if any(map(len, self._having)):
                wide = [part.widened() for part in parts]
                if any(map(len, matching := self._match(wide))):
                    return self._give(matching, query, Relaxation.LINE)
                return self._give(self._having, query, Relaxation.APART)
            return self._give(_most_words(self._lookups, self._masks, self._rarity), query, Relaxation.MOST)
        return self._give(matching, query)

    def _match(self, parts: Sequence[WishPart]) -> list[Ints]:
        """Those that have the words of each part together."""
        if not parts:
            return self._having
        return [docs[lookup.together(parts, docs)] for lookup, docs in zip(self._lookups, self._having, strict=True)]

    def _give(self, chosen: Sequence[Ints], query: Query, *relaxed: Relaxation) -> Ranked:
        more = sum(map(len, self._having)) - sum(map(len, chosen))
        if more <= 0 or not query.broader:
            found = tuple(map(Candidates, self._lookups, chosen))
        else:
            found = tuple(map(_with_apart, self._lookups, self._having, chosen))
        return Ranked(found, relaxed, max(more, 0), self._rarity, self._now)


def _with_apart(lookup: "_Lookup", docs: Ints, together: Ints) -> Candidates:
    apart = np.ones(lookup.segment.size, bool)
    apart[together] = False
    return Candidates(lookup, docs, apart)


class _Lookup:
    """A plan looked up in one segment: for each unit a byte a document, 0 where it is missing."""

    def __init__(self, segment: SegmentView, plan: Plan) -> None:
        self.segment, self.plan = segment, plan
        self._words: dict[int, Bytes | None] = {}
        self.units = [self._look_up(unit.alternatives) for unit in plan.units]

    def _look_up(self, alternatives: Sequence[Alternative]) -> Bytes:
        best: Bytes | None = None
        for alternative in alternatives:
            impacts = self._all_of(alternative)
            if impacts is None:
                continue
            if alternative.weight != 1.0:
                impacts = _scaled(alternative.weight)[impacts]
            best = impacts if best is None else np.maximum(best, impacts)
        if best is None:
            return np.zeros(self.segment.size, np.uint8)
        return best if self.segment.whole else best * self.segment.live

    def _all_of(self, alternative: Alternative) -> Bytes | None:
        if alternative.prefix:
            return self.segment.prefix_impacts(alternative.prefix)
        words = [self._word(key) for key in alternative.keys]
        if any(word is None for word in words) or not words:
            return None
        together: Bytes = np.minimum.reduce(words) if len(words) > 1 else words[0]  # type: ignore[arg-type, assignment]  # none is None
        if alternative.phrase:
            together = together * phrase_mask(self.segment, alternative.phrase)
        return together

    def _word(self, key: int) -> Bytes | None:
        if key not in self._words:
            self._words[key] = self.segment.impacts(key)
        return self._words[key]

    def all_words(self, mask: Mask | None) -> Ints:
        """The documents that have all required words, none of the excluded, and pass the mask."""
        kept = self._kept(mask)
        for unit, impacts in zip(self.plan.units, self.units, strict=True):
            if unit.required:
                kept = impacts > 0 if kept is None else kept & (impacts > 0)
        return np.arange(self.segment.size) if kept is None else np.flatnonzero(kept)

    def together(self, parts: Sequence[WishPart], docs: Ints) -> Mask:
        """Which of some documents have the words of each part together; a question needs no more than all words."""
        mask: Mask = np.logical_and.reduce([together_among(self.segment, part, docs) for part in parts])
        if self.plan.question:
            mask |= self.segment.column("entity")[docs] == ENTITIES.index(Entity.GUIDE)
        return mask

    def most_words(self, mask: Mask | None, worth: Sequence[float]) -> npt.NDArray[np.float32]:
        """The weight of the words that each document has."""
        masses = np.zeros(self.segment.size, np.float32)
        for impacts, own in zip(self.units, worth, strict=True):
            if own:
                masses += (impacts > 0) * np.float32(own)
        kept = self._kept(mask)
        return masses if kept is None else masses * kept

    def _kept(self, mask: Mask | None) -> Mask | None:
        kept = mask
        if not self.segment.whole:
            kept = self.segment.live if kept is None else kept & self.segment.live
        for alternative in self.plan.excluded:
            impacts = self._all_of(alternative)
            if impacts is not None:
                kept = impacts == 0 if kept is None else kept & (impacts == 0)
        return kept

    def impacts_at(self, key: int, docs: Ints | None) -> Bytes | None:
        """The impact of a term in some documents, or in all; None when the segment does not have it."""
        if docs is None or len(docs) * _SEEK > self.segment.count_of(key):
            impacts = self._word(key)
            return impacts if impacts is None or docs is None else impacts[docs]
        return self.segment.impacts_at(key, docs)


class _Rarity:
    """How much each unit and row is worth, from how many documents have it over all segments."""

    def __init__(self, snapshot: Snapshot, plan: Plan, lookups: Sequence[_Lookup]) -> None:
        self._count = snapshot.count
        counts = np.array([[np.count_nonzero(unit) for unit in lookup.units] for lookup in lookups], np.int64)
        totals = counts.reshape(len(lookups), len(plan.units)).sum(axis=0)
        self.units = [self._worth(int(total)) for total in totals]
        keys = np.array([key for row in plan.rows for key in row.keys], np.uint64)
        frequencies = snapshot.frequencies(keys).tolist()
        self.rows = {key: self._worth(count) for key, count in zip(keys.tolist(), frequencies, strict=True) if count}

    def _worth(self, count: int) -> float:
        return float(np.log1p((self._count - count + 0.5) / (count + 0.5)))

    def required(self, plan: Plan) -> list[float]:
        """The worth of each unit that must be there; 0 for the others."""
        return [worth if unit.required else 0.0 for worth, unit in zip(self.units, plan.units, strict=True)]


def _most_words(lookups: Sequence[_Lookup], masks: Sequence[Mask | None], rarity: _Rarity) -> list[Ints]:
    masses = [
        lookup.most_words(mask, rarity.required(lookup.plan)) for lookup, mask in zip(lookups, masks, strict=True)
    ]
    best = max((float(mass.max()) for mass in masses if len(mass)), default=0.0)
    return [np.flatnonzero(mass >= max(best * BEST_OF_MOST, 1e-6)) for mass in masses]


def _score(lookup: _Lookup, docs: Ints, rarity: _Rarity, now: datetime, *, complete: bool) -> Scores:
    if len(docs) > _DENSE * lookup.segment.size:
        scores = _score_chosen(lookup, None, rarity, now, complete=complete)
        return scores if len(docs) == len(scores) else scores[docs]
    return _score_chosen(lookup, docs, rarity, now, complete=complete)


def _score_chosen(lookup: _Lookup, docs: Ints | None, rarity: _Rarity, now: datetime, *, complete: bool) -> Scores:
    """The scores of some documents, or of all in the segment."""
    size = lookup.segment.size if docs is None else len(docs)
    scores = np.zeros(size, np.float32)
    covered = np.zeros(0 if complete else size, np.float32)
    if not size:
        return scores
    for unit, impacts, worth in zip(lookup.plan.units, lookup.units, rarity.units, strict=True):
        own = impacts if docs is None else impacts[docs]
        scores += _score_unit(lookup, unit, own, docs, worth)
        if unit.required and not complete:
            covered += np.float32(worth) * (own > 0)
    for row in lookup.plan.rows:
        _add_row(scores, lookup, row, docs, rarity)
    if not complete:
        scores *= (covered / np.float32(max(sum(rarity.required(lookup.plan)), 1e-9))) ** 2
    scores *= _circumstances(lookup, docs, now)
    return scores


def _score_unit(lookup: _Lookup, unit: QueryUnit, impacts: Bytes, docs: Ints | None, worth: float) -> Scores:
    exact = None if unit.exact is None else lookup.impacts_at(unit.exact, docs)
    share = 1.0 if unit.exact is None else FOLDED
    scores = _times(impacts, unit.weight * worth * share)
    if exact is not None:
        scores += _times(exact, unit.weight * worth * EXACT)
    return scores


def _times(impacts: Bytes, worth: float) -> Scores:
    return np.multiply(impacts, np.float32(worth / 255), dtype=np.float32)


def _add_row(scores: Scores, lookup: _Lookup, row: WordRow, docs: Ints | None, rarity: _Rarity) -> None:
    best: Scores | None = None
    for number, (key, weight) in enumerate(zip(row.keys, row.weights, strict=True)):
        impacts = lookup.impacts_at(key, docs) if key in rarity.rows else None
        if impacts is not None:
            values = row_values(None if number else row.accents)
            own = (values * np.float32(weight * rarity.rows[key] * ROW_WORTH[row.size]))[impacts]
            best = own if best is None else np.maximum(best, own)
    if best is not None:
        scores += best


def _circumstances(lookup: _Lookup, docs: Ints | None, now: datetime) -> Scores:
    segment, present = lookup.segment, now.timestamp()
    deadline, youth = segment.column("deadline"), segment.youth
    if docs is not None:
        deadline, youth = deadline[docs], youth[docs]
    aged = np.float32(np.exp2((YOUTH_FROM - present) / YOUTH_HALF_LIFE))
    factors: Scores = np.minimum(youth * aged, np.float32(1)) * np.float32(RECENT)
    factors += np.where(deadline >= int(np.ceil(present)), np.float32(1 + OPEN), np.float32(1))
    if lookup.plan.question or lookup.plan.forms:
        entity = segment.column("entity") if docs is None else segment.column("entity")[docs]
        worth = np.float32(QUESTION if lookup.plan.question else FORMS)
        factors *= np.where(entity == ENTITIES.index(Entity.GUIDE), worth, np.float32(1))
    return factors


@lru_cache(maxsize=64)
def _scaled(weight: float) -> Bytes:
    table: Bytes = np.maximum(np.rint(np.arange(256) * weight), 1).astype(np.uint8)
    table[0] = 0
    return table
