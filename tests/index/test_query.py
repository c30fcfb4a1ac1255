"""The query object: one form, and there and back through address parameters."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.query import Query, Sort, Status
from timthau.model.notice import NoticeKind
from timthau.model.purchase import Field

_days = st.none() | st.dates(min_value=date(2000, 1, 1))
_amounts = st.none() | st.integers(0, 10**15)
_queries = st.builds(
    Query,
    text=st.text(max_size=20),
    kinds=st.lists(st.sampled_from(NoticeKind), max_size=3).map(tuple),
    fields=st.lists(st.sampled_from(Field), max_size=3).map(tuple),
    provinces=st.lists(st.text(min_size=1, max_size=8), max_size=2).map(tuple),
    excluded_provinces=st.lists(st.sampled_from(["Gia Lai", "Gia  Lai", "Huế"]), max_size=3).map(tuple),
    sources=st.lists(st.sampled_from(["bv", "bv-khac"]), max_size=2).map(tuple),
    buyers=st.lists(st.sampled_from(["BV Mắt", "BV  Mắt", "TTYT"]), max_size=3).map(tuple),
    status=st.none() | st.sampled_from(Status),
    published_from=_days,
    published_to=_days,
    deadline_from=_days,
    deadline_to=_days,
    min_amount=_amounts,
    max_amount=_amounts,
    sort=st.sampled_from(Sort),
    expand=st.booleans(),
    literal=st.booleans(),
    broader=st.booleans(),
)


@given(_queries)
def test_parameters_bring_back_the_normal_form(query: Query) -> None:
    assert Query.from_params(query.to_params()) == query.normal()
    assert query.normal().normal() == query.normal()


def test_the_normal_form_does_not_depend_on_order_or_repetition() -> None:
    one = Query(text=" máy  thở", provinces=("B", "A", "B"), kinds=(NoticeKind.PLAN, NoticeKind.AWARD))
    other = Query(text="máy thở ", provinces=("A", "B"), kinds=(NoticeKind.AWARD, NoticeKind.PLAN))
    assert one.normal() == other.normal()
    assert one.to_params() == other.to_params()


def test_parameters_are_short() -> None:
    assert Query().to_params() == ()
    assert Query(text="máy", status=Status.OPEN).to_params() == (("q", "máy"), ("open", "1"))
    assert Query(text="máy", literal=True).to_params() == (("q", "máy"), ("literal", "1"))


@pytest.mark.parametrize(("name", "text"), [("kind", "x"), ("from", "hôm qua"), ("min_amount", "1e9"), ("sort", "up")])
def test_a_value_that_cannot_be_used_is_named(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=name):
        Query.from_params([(name, text)])
