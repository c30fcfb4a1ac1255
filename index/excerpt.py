"""The lines of notices that answer a query, without an index: for mails, which show why they were sent."""

from collections.abc import Callable, Sequence

from index.contract import Passage
from index.language.parser import parse_query
from index.passage import Marker
from index.plan.plan import build_plan
from index.query import Query
from index.segment.document import read_document
from index.segment.snapshot import Snapshot
from timthau.model.notice import Notice


def find_excerpts(query: Query, notices: Sequence[Notice]) -> dict[str, tuple[Passage, ...]]:
    """What a search with a literal query shows of each notice, by id; no two notices may have one id."""
    if not notices:
        return {}
    marker = Marker(build_plan(parse_query(query), None, expand=query.expand))
    (segment,) = Snapshot.of(map(read_document, notices)).segments
    passages = marker.find_passages(segment, range(segment.size))
    return {segment.head(doc).id: own for doc, own in passages.items()}


def build_marker(query: Query) -> Callable[[str], tuple[str, ...]]:
    """What marks in any text the words that a query looks for: plain parts and marked ones by turns, plain first."""
    return Marker(build_plan(parse_query(query), None, expand=query.expand)).mark
