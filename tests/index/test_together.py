"""Which documents have a wish together is the same, whether all of a segment or some of it is looked at."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from index.contract import Entity
from index.embedded.together import together_among, together_mask
from index.language.analysis import parse_form
from index.plan.part import WishPart
from index.segment.document import IndexDocument, Part
from index.segment.snapshot import Snapshot

_WORDS = st.sampled_from(("bơm", "bom", "tiêm", "kim", "5ml", "xn-l550", "găng"))
_FORMS = st.lists(_WORDS, min_size=1, max_size=2).map(lambda words: parse_form(" ".join(words)))
_PLACES = st.lists(st.lists(_FORMS, min_size=1, max_size=2).map(tuple), min_size=1, max_size=3).map(tuple)
_PARTS = st.builds(
    WishPart,
    places=_PLACES,
    between=st.integers(0, 2),
    within=st.lists(st.builds(WishPart, places=_PLACES), max_size=1).map(tuple),
)
_TEXTS = st.lists(st.lists(_WORDS, min_size=1, max_size=5).map(" ".join), min_size=1, max_size=2)


def _document(number: int, lines: list[str]) -> IndexDocument:
    return IndexDocument(
        key=str(number),
        owner=str(number),
        entity=Entity.NOTICE,
        source="s",
        source_key=str(number),
        language=None,
        kind="",
        province="",
        buyer="",
        lines=tuple((Part.ITEM, line) for line in lines),
    )


@settings(deadline=None, max_examples=40)
@given(st.lists(_TEXTS, min_size=20, max_size=22), st.sets(st.integers(0, 19), min_size=1, max_size=1), _PARTS)
def test_some_documents_have_together_what_they_have_among_all(
    texts: list[list[str]], chosen: set[int], part: WishPart
) -> None:
    (segment,) = Snapshot.of(_document(number, lines) for number, lines in enumerate(texts)).segments
    docs = np.array(sorted(chosen), np.int64)
    some = together_among(segment, part, docs)
    whole = together_mask(segment, part)
    assert some.tolist() == whole[docs].tolist()
    for own in part.within:
        assert not (whole & ~together_mask(segment, own)).any()
