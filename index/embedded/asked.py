"""The guide that a query asks for stands before whatever else was found."""

from collections.abc import Sequence

import numpy as np

from index.embedded.order import Scored
from index.embedded.ranking import Ranked
from index.filter import read_conditions
from index.language.analysis import word_key
from index.language.symptom import find_asked_guide
from index.query import Query
from index.segment.snapshot import Snapshot
from index.segment.view import SegmentView

Document = tuple[SegmentView, int]


def find_asked(snapshot: Snapshot, query: Query) -> list[Document]:
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


def put_first(asked: Sequence[Document], best: Sequence[Scored], given: int = 0) -> list[Scored]:
    """What was found, best first, behind what was asked for, which scores as much as the best; `given` of it before.

    The place of what was asked for is its number.
    """
    score = best[0].score if best else 0.0
    known = {(id(segment), doc) for segment, doc in asked}
    others = [found for found in best if (id(found.segment), found.doc) not in known]
    first = [Scored(segment, doc, score, (number,)) for number, (segment, doc) in enumerate(asked, start=1)]
    return [*first[given:], *others]


def count_more(asked: Sequence[Document], ranked: Ranked) -> int:
    """How many of those asked for were not found by their words."""
    found = {id(own.segment): own.docs for own in ranked.found}
    return sum(not np.isin(doc, found[id(segment)]) for segment, doc in asked)
