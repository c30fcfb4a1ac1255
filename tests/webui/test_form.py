"""An address is read into a query without ever failing, and a query's address leads back to it."""

from datetime import date
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from index.query import Sort, Status
from timthau.model.notice import NoticeKind
from webui.view.form import SearchForm, parse_form

TODAY = date(2026, 11, 23)


def read(*pairs: tuple[str, str]) -> SearchForm:
    return parse_form(MultiDict(pairs), TODAY)


def test_every_parameter_reaches_the_query() -> None:
    form = read(
        ("q", "vật tư"),
        ("kind", "plan"),
        ("kind", "award"),
        ("province", "Gia Lai"),
        ("buyer", "BV Mắt"),
        ("open", "1"),
        ("from", "2026-01-02"),
        ("to", "31/1/2026"),
        ("deadline_from", "2026-02-01"),
        ("deadline_to", "2026-02-09"),
        ("min_amount", "40 triệu"),
        ("max_amount", "1,5 tỷ"),
        ("sort", "deadline"),
        ("expand", "0"),
        ("literal", "1"),
        ("broader", "1"),
        ("page", "3"),
    )
    query = form.query
    assert form.page == 3
    assert not form.ignored
    assert query.text == "vật tư"
    assert set(query.kinds) == {NoticeKind.PLAN, NoticeKind.AWARD}
    assert (query.provinces, query.buyers) == (("Gia Lai",), ("BV Mắt",))
    assert query.status is Status.OPEN
    assert (query.published_from, query.published_to) == (date(2026, 1, 2), date(2026, 1, 31))
    assert (query.deadline_from, query.deadline_to) == (date(2026, 2, 1), date(2026, 2, 9))
    assert (query.min_amount, query.max_amount) == (40_000_000, 1_500_000_000)
    assert query.sort is Sort.DEADLINE
    assert not query.expand
    assert query.literal


def test_words_are_sorted_by_relevance_and_a_bare_list_by_date() -> None:
    assert read(("q", "x")).query.sort is Sort.RELEVANCE
    assert read().query.sort is Sort.NEWEST


def test_closing_soon_means_open_and_within_a_week() -> None:
    query = read(("open", "soon")).query
    assert (query.status, query.deadline_to) == (Status.OPEN, date(2026, 11, 30))
    assert read(("open", "soon"), ("deadline_to", "2026-11-25")).query.deadline_to == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "nonsense"),
        ("open", "maybe"),
        ("from", "31/02/2026"),
        ("to", "yesterday"),
        ("min_amount", "a lot"),
        ("max_amount", "9" * 40),
        ("sort", "random"),
        ("page", "abc"),
        ("page", "0"),
        ("page", "-1"),
        ("page", "99999999"),
        ("page", "١"),
        ("expand", "x"),
    ],
)
def test_what_nobody_understands_is_left_out_and_named(name: str, value: str) -> None:
    form = read(("q", "x"), (name, value))
    assert form.ignored == ((name, value[:60]),)
    assert form.query == read(("q", "x")).query
    assert form.page == 1


def test_empty_fields_of_the_form_are_not_in_the_address() -> None:
    assert read(("q", "x"), ("from", ""), ("min_amount", " ")).given == (("q", "x"),)


def test_control_characters_and_lone_surrogates_become_spaces() -> None:
    assert read(("q", "a\x00b\ud800c\u202ed")).query.text == "a b c d"


def test_removing_one_value_keeps_the_others_and_starts_at_page_one() -> None:
    form = read(("q", "x"), ("kind", "plan"), ("kind", "award"), ("page", "4"))
    assert form.build_address_without("kind", "plan") == "?q=x&kind=award"
    assert form.build_address_with("province", "Gia Lai") == "?q=x&kind=plan&kind=award&province=Gia+Lai"
    assert form.build_address(sort="newest") == "?q=x&kind=plan&kind=award&sort=newest"
    assert form.build_address(page="5") == "?q=x&kind=plan&kind=award&page=5"


@pytest.mark.parametrize(
    ("typed", "vnd"), [("203,531 tỷ", 203_531_000_000), ("1ty2", 1_200_000_000), ("750 nghìn", 750_000)]
)
def test_amounts_are_read_as_people_type_them(typed: str, vnd: int) -> None:
    assert read(("min_amount", typed)).query.min_amount == vnd


def test_days_are_read_in_both_orders() -> None:
    for typed in ("2026-11-05", "5/11/2026", "05.11.2026"):
        assert read(("from", typed)).query.published_from == date(2026, 11, 5)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["q", "kind", "province", "open", "from", "min_amount", "page", "sort", "zz"]), st.text()
        )
    )
)
def test_any_parameters_give_a_form(pairs: list[tuple[str, str]]) -> None:
    form = read(*pairs)
    assert 1 <= form.page <= 500
    form.build_address().encode("ascii")


@given(st.text(max_size=50), st.lists(st.sampled_from(list(NoticeKind)), max_size=4), st.text(max_size=20))
def test_the_address_of_a_form_leads_back_to_it(text: str, kinds: list[NoticeKind], province: str) -> None:
    form = read(("q", text), *(("kind", kind) for kind in kinds), ("province", province))
    assert read(*parse_qsl(form.build_address()[1:])) == form
