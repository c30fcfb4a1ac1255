"""Whether a notice answers a literal query depends on the two, the time and the lexicon alone."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from index.contract import Entity
from index.embedded.engine import WhooshEngine
from index.query import Query
from tests.site.saved_search import NOW, any_notices, any_searches
from timthau.model.notice import Guide, Notice


def _answers(documents: Sequence[Notice | Guide], queries: Sequence[Query]) -> list[set[str]]:
    """The notices that each query finds in an index of these documents alone."""
    with TemporaryDirectory() as folder:
        engine = WhooshEngine(Path(folder))
        engine.apply(documents, (), cursor=1)
        answers = [engine.search(query, limit=100, now=NOW, passages=False).hits for query in queries]
        engine.close()
    return [{hit.id for hit in hits if hit.entity is Entity.NOTICE} for hits in answers]


@settings(max_examples=40, deadline=None)
@given(st.lists(any_notices, min_size=2, max_size=6), st.lists(any_searches, min_size=4, max_size=12))
def test_a_notice_answers_alone_as_it_does_among_others(notices: list[Notice], queries: list[Query]) -> None:
    notices = list({notice.id: notice for notice in notices}.values())
    guide = Guide(slug="g", title="máy thở", body="vật tư y tế XNL 550")
    alone = [_answers([notice], queries) for notice in notices]
    for number, together in enumerate(_answers([*notices, guide], queries)):
        assert together == set().union(*(found[number] for found in alone)), queries[number]
