"""Which documents of a cluster answer a plan: counted in one request, from which it follows what is given up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil, log1p
from typing import Any, Protocol, Self

import numpy as np

from index.contract import Relaxation
from index.filter import read_conditions
from index.opensearch.clause import (
    DOCUMENTS,
    GUIDES,
    Clause,
    all_of,
    all_together,
    best_of,
    count_clauses,
    has_alternative,
    has_unit,
    meets,
    score_alternative,
    weigh,
)
from index.opensearch.document import feature
from index.plan.plan import Plan, QueryUnit
from index.query import Query
from index.segment.view import YOUTH_HALF_LIFE
from index.segment.weight import ROW_ACCENTED, ROW_LEVELS
from index.spelling.vocabulary import Vocabulary
from index.worth import APART, BEST_OF_MOST, EXACT, FOLDED, FORMS, OPEN, QUESTION, RECENT, ROW_WORTH

_LEAST = 1e-6
_MOST_CLAUSES = 1000  # a cluster takes 1,024, unless indices.query.bool.max_clause_count says otherwise


class Asked(Protocol):
    """The cluster, for counting."""

    def count_each(self, clauses: Mapping[str, Clause]) -> dict[str, int]:
        """How many documents each of some clauses finds."""

    def best_score(self, clause: Clause) -> float:
        """The score of the best document that a clause finds; 0 when there is none."""


@dataclass(frozen=True)
class ClusterRanked:
    """What finds and scores the documents that answer, how many there are, and what was given up."""

    clause: Clause
    found: Clause
    total: int
    relaxed: tuple[Relaxation, ...]
    broader: int

    @property
    def complete(self) -> bool:
        """Whether they have all words."""
        return {Relaxation.FEWER, Relaxation.MOST}.isdisjoint(self.relaxed)

    def without(self, *given_up: Relaxation) -> Self:
        """The same, found after some more was given up."""
        return replace(self, relaxed=(*given_up, *self.relaxed))


def rank(cluster: Asked, vocabulary: Vocabulary, plan: Plan, query: Query, now: datetime) -> ClusterRanked:
    """The documents that answer a plan and pass the filters."""
    return _Search(cluster, vocabulary, plan, query, now).find()


class _Search:
    """One plan, compiled and counted."""

    def __init__(self, cluster: Asked, vocabulary: Vocabulary, plan: Plan, query: Query, now: datetime) -> None:
        self._cluster, self._vocabulary, self._plan, self._query, self._now = cluster, vocabulary, plan, query, now
        self._rows = plan.rows
        self._kept = [DOCUMENTS, *(meets(condition, now) for condition in read_conditions(query))]
        self._excluded = [has_alternative(alternative) for alternative in plan.excluded]
        required = [has_unit(unit) for unit in plan.units if unit.required]
        self._having = all_of([*self._kept, *required], without=self._excluded)
        parts = [part for part in plan.parts if not part.trivial]
        self._together = all_together(parts, plan) if parts else None
        plain = [part.without_accents() for part in parts]
        self._plain = all_together(plain, plan) if plain != parts else None
        self._wide = all_together([part.widened() for part in parts], plan) if parts else None
        self._counts = self._count()
        self._units = [self._worth(self._counts.get(f"unit {i}", 0)) for i in range(len(plan.units))]

    def _count(self) -> dict[str, int]:
        """How many documents have each unit, all of them, and all of them together with and without accents."""
        counts = {"having": self._having}
        if self._together:
            counts["together"] = all_of([self._having, self._together])
        if self._plain and not self._query.literal:
            counts["plain"] = all_of([self._having, self._plain])
        known: dict[str, int] = {}
        for i, unit in enumerate(self._plan.units):
            keys = unit.alternatives[0].keys
            if len(unit.alternatives) == len(keys) == 1 and not unit.alternatives[0].phrase:
                known[f"unit {i}"] = int(self._vocabulary.frequencies(np.array(keys, np.uint64))[0])
            else:
                counts[f"unit {i}"] = all_of([DOCUMENTS, has_unit(unit)])
        return known | self._cluster.count_each(counts)

    def _worth(self, count: int) -> float:
        return log1p((self._vocabulary.count - count + 0.5) / (count + 0.5))

    def find(self) -> ClusterRanked:
        """The documents; a query of very many words is scored without its rows, where a cluster takes no more."""
        ranked = self._find()
        if count_clauses(ranked.clause) > _MOST_CLAUSES:
            self._rows = []
            ranked = self._find()
        return ranked

    def _find(self) -> ClusterRanked:
        """What matches; where that is nothing, what does when accents, nearness and at last words are given up."""
        having = self._counts["having"]
        if self._counts.get("together", having) or not self._plan.units or self._query.literal:
            return self._give(self._together, self._counts.get("together", having))
        if self._counts.get("plain"):
            return self._give(self._plain, self._counts["plain"], Relaxation.ACCENTS)
        if having and self._wide:
            counts = self._cluster.count_each({"line": all_of([self._having, self._wide])})
            if counts["line"]:
                return self._give(self._wide, counts["line"], Relaxation.LINE)
        if having:
            return self._give(None, having, Relaxation.APART)
        return self._give_most()

    def _give(self, together: Clause | None, total: int, *relaxed: Relaxation) -> ClusterRanked:
        more = self._counts["having"] - total
        apart = more > 0 and self._query.broader and together is not None
        near = [] if together is None or apart else [together]
        required, others = self._scores()
        bounds: Clause = {"filter": [*self._kept, *near], "must_not": self._excluded}
        clause: Clause = {"bool": {**bounds, "must": required, "should": others}}
        if apart and together is not None:
            functions = [{"filter": together, "weight": 1.0}, {"filter": DOCUMENTS, "weight": APART}]
            clause = _multiply(clause, functions, "first")
        found = all_of([self._having, *near])
        return ClusterRanked(self._circumstances(clause), found, total + more * apart, relaxed, max(more, 0))

    def _give_most(self) -> ClusterRanked:
        """The best of those that have some words, by the worth of the words that they have."""
        masses = [
            (has_unit(unit), worth)
            for unit, worth in zip(self._plan.units, self._units, strict=True)
            if unit.required and worth
        ]
        scored = [{"constant_score": {"filter": clause, "boost": worth}} for clause, worth in masses]
        some = {
            "bool": {
                "filter": [all_of(self._kept, without=self._excluded)],
                "should": scored,
                "minimum_should_match": 1,
            }
        }
        least = max(self._cluster.best_score(some) * BEST_OF_MOST, _LEAST) * (1 - _LEAST)
        enough = {"function_score": {"query": some, "min_score": least}}
        total = self._cluster.count_each({"most": enough})["most"] if masses else 0
        required, others = self._scores()
        clause: Clause = {"bool": {"filter": [enough], "should": [*required, *others]}}
        whole = max(sum(worth for _, worth in masses), _LEAST)
        covered = [{"filter": own, "weight": worth / whole} for own, worth in masses]
        for _ in range(2):  # the share that is covered, squared
            clause = _multiply(clause, covered, "sum")
        return ClusterRanked(self._circumstances(clause), enough, total, (Relaxation.MOST,), 0)

    # --- scores

    def _scores(self) -> tuple[list[Clause], list[Clause]]:
        """What scores the words that must be there, and what scores all else."""
        required, others = list[Clause](), self._score_rows()
        for unit, worth in zip(self._plan.units, self._units, strict=True):
            own, *more = _score_unit(unit, worth)
            (required if unit.required else others).append(own)
            others += more
        return required, others

    def _score_rows(self) -> list[Clause]:
        keys = np.array([key for row in self._rows for key in row.keys], np.uint64)
        counts = dict(zip(keys.tolist(), self._vocabulary.frequencies(keys).tolist(), strict=True))
        found = []
        for row in self._rows:
            forms = []
            for number, (key, weight) in enumerate(zip(row.keys, row.weights, strict=True)):
                if not counts[key]:
                    continue
                boost = weight * self._worth(counts[key]) * ROW_WORTH[row.size] / float(ROW_LEVELS)
                plain = weigh(feature(key), boost)
                if number == 0 and row.accents is not None:
                    accented = weigh(f"{feature(key)}{row.accents}", boost * ROW_ACCENTED)
                    forms.append({"bool": {"should": [plain, accented]}})
                else:
                    forms.append(plain)
            if forms:
                found.append(best_of(forms))
        return found

    def _circumstances(self, clause: Clause) -> Clause:
        """The score by what is open and new, and by whether guides are asked for."""
        present = ceil(self._now.timestamp())
        age = {"published": {"origin": present, "scale": int(YOUTH_HALF_LIFE), "decay": 0.5}}
        functions: list[Clause] = [
            {"filter": DOCUMENTS, "weight": 1.0},
            {"filter": {"range": {"deadline": {"gte": present}}}, "weight": OPEN},
            {"filter": {"range": {"published": {"lte": present}}}, "weight": RECENT, "exp": age},
            {"filter": {"range": {"published": {"gt": present}}}, "weight": RECENT},
        ]
        clause = _multiply(clause, functions, "sum")
        if self._plan.question or self._plan.forms:
            worth = QUESTION if self._plan.question else FORMS
            clause = _multiply(clause, [{"filter": GUIDES, "weight": worth}], "first")
        return clause


def _score_unit(unit: QueryUnit, worth: float) -> list[Clause]:
    boost = max(unit.weight * worth * (1.0 if unit.exact is None else FOLDED), _LEAST)
    clauses = [best_of([score_alternative(choice, boost * choice.weight) for choice in unit.alternatives])]
    if unit.exact is not None:
        clauses.append(weigh(feature(unit.exact), max(unit.weight * worth * EXACT, _LEAST) / 255))
    return clauses


def _multiply(clause: Clause, functions: Sequence[Mapping[str, Any]], mode: str) -> Clause:
    return {
        "function_score": {
            "query": clause,
            "functions": list(functions),
            "score_mode": mode,
            "boost_mode": "multiply",
        }
    }
