"""Whether a notice answers a literal query depends on the two, the time and the lexicon; not on what else is indexed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from index.contract import Entity
from index.query import Query, Status
from index.whoosh_engine import WhooshEngine
from timthau.model import HANOI, Guide, Notice, NoticeKind, make_id

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)
# Slips, Telex, codes, abbreviations and their long forms, words that stand beside each other in some titles only.
WORDS = (
    *("máy", "may", "thở", "thowr", "thơ", "máythở", "bơm", "bom", "tiêm", "vật", "tư", "y", "tế", "VTYT", "vtyt"),
    *("XN-L550", "XNL 550", "xnl550", "kỹ", "kĩ thuật", "gói thầu", "mua", "BV", "bệnh viện"),
)

_texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
_operators = st.sampled_from(["{} {}", "{} -{}", '{} "{}"', '"{} {}"', "{} OR {}", '{} -"{}"', "{} {}*", "-{} {}"])
_queries = st.builds(
    Query,
    text=_texts | st.tuples(_operators, _texts, _texts).map(lambda row: row[0].format(row[1], row[2])),
    status=st.sampled_from([None, None, *Status]),
    provinces=st.sampled_from([(), (), ("thanh hoa",)]),
    expand=st.booleans(),
    literal=st.just(True),
)
_said = st.tuples(_texts, _texts, st.sampled_from([None, "Thanh Hóa"]), st.sampled_from([None, -1, 1]))


def _build(number: int, said: tuple[str, str, str | None, int | None]) -> Notice:
    title, text, province, days = said
    return Notice(
        id=make_id("bv", str(number)),
        source="bv",
        source_key=str(number),
        url="https://bv.example",
        kind=NoticeKind.PLAN,
        title=title,
        text=text,
        province=province,
        deadline_at=None if days is None else NOW + timedelta(days=days),
    )


def _answers(documents: Sequence[Notice | Guide], queries: Sequence[Query]) -> list[set[str]]:
    """The notices that each query finds in an index of these documents alone."""
    with TemporaryDirectory() as folder:
        engine = WhooshEngine(Path(folder))
        engine.apply(documents, (), cursor=1)
        answers = [engine.search(query, limit=100, now=NOW, passages=False).hits for query in queries]
        engine.close()
    return [{hit.source_key for hit in hits if hit.entity is Entity.NOTICE} for hits in answers]


@settings(max_examples=40, deadline=None)
@given(st.lists(_said, min_size=2, max_size=6), st.lists(_queries, min_size=4, max_size=12))
def test_a_notice_answers_alone_as_it_does_among_others(
    said: list[tuple[str, str, str | None, int | None]], queries: list[Query]
) -> None:
    notices = [_build(number, own) for number, own in enumerate(said)]
    guide = Guide(slug="g", title="máy thở", body="vật tư y tế XNL 550")
    alone = [_answers([notice], queries) for notice in notices]
    for number, together in enumerate(_answers([*notices, guide], queries)):
        assert together == set().union(*(found[number] for found in alone)), queries[number]
