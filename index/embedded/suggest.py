"""Completions while typing, from the lines of a commit."""

from collections.abc import Sequence
from datetime import datetime

from index.completion import LOOKED_AT, build_choices, find_completions
from index.embedded.order import best_first
from index.embedded.ranking import rank
from index.query import Query, Sort
from index.segment.snapshot import Snapshot
from index.segment.view import SegmentView


def suggest(snapshot: Snapshot, prefix: str, limit: int, now: datetime) -> Sequence[str]:
    """The lines of a commit that complete what was typed."""

    def find_best(typed: Sequence[Sequence[int]]) -> Sequence[tuple[SegmentView, int]]:
        ranked = rank(snapshot, build_choices(typed), Query(), now)
        if not ranked.complete:
            return ()
        return [(found.segment, found.doc) for found in best_first(ranked, Sort.RELEVANCE, LOOKED_AT)]

    return find_completions(snapshot, find_best, prefix, limit)
