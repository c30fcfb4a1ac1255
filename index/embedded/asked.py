"""The guide that a query asks for stands before whatever else was found."""

from collections.abc import Sequence

import numpy as np

from index.embedded.filter import read_conditions
from index.embedded.ranking import Ranked
from index.embedded.segment.snapshot import Snapshot
from index.embedded.segment.view import SegmentView
from index.language.analysis import word_key
from index.language.symptom import find_asked_guide
from index.query import Query

Place = tuple[SegmentView, int]
Scored = tuple[SegmentView, int, float]


def find_asked(snapshot: Snapshot, query: Query) -> list[Place]:
    """The guide that a query without filters asks for, in all its languages; nothing for a literal one."""
    slug = None if query.literal or any(True for _ in read_conditions(query)) else find_asked_guide(query.text)
    if slug is None:
        return []
    key = np.uint64(word_key(slug))
    return [
        (segment, doc)
        for segment in snapshot.segments
        for doc in np.flatnonzero((segment.column("owner") == key) & segment.live).tolist()
    ]


def put_first(asked: Sequence[Place], best: Sequence[Scored]) -> list[Scored]:
    """What was found, best first, behind what was asked for, which scores as much as the best."""
    score = best[0][2] if best else 0.0
    known = {(id(segment), doc) for segment, doc in asked}
    others = [found for found in best if (id(found[0]), found[1]) not in known]
    return [*((segment, doc, score) for segment, doc in asked), *others]


def count_more(asked: Sequence[Place], ranked: Ranked) -> int:
    """How many of those asked for were not found by their words."""
    found = {id(own.segment): own.docs for own in ranked.found}
    return sum(not np.isin(doc, found[id(segment)]) for segment, doc in asked)
