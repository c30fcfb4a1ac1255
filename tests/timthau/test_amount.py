"""Amounts and days are read alike wherever people type them."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.field.money import parse_sums
from index.language.parser import parse_query
from index.query import Query
from timthau.text.amount import parse_amount, parse_day, parse_number

TYPED = [
    ("500000000", 500_000_000),
    ("500.000.000", 500_000_000),
    ("500,000,000", 500_000_000),
    ("500 000 000 đ", 500_000_000),
    ("500 triệu", 500_000_000),
    ("500tr", 500_000_000),
    ("1,5 tỷ", 1_500_000_000),
    ("1.5 tỉ đồng", 1_500_000_000),
    ("2.5b", 2_500_000_000),
    ("203,531 tỷ", 203_531_000_000),
    ("203.531 tỷ", 203_531_000_000),
    ("1.500 triệu", 1_500_000_000),
    ("1.234.567,5 triệu", 1_234_567_500_000),
    ("40.000.000 VNĐ", 40_000_000),
    ("750 nghìn", 750_000),
    ("1 tỷ 200 triệu", 1_200_000_000),
    ("1ty2", 1_200_000_000),
    ("1 tỷ rưỡi", 1_500_000_000),
    ("năm trăm triệu đồng", 500_000_000),
]


@pytest.mark.parametrize(("typed", "vnd"), TYPED)
def test_an_amount_is_read_as_it_is_typed(typed: str, vnd: int) -> None:
    assert parse_amount(typed) == vnd


@pytest.mark.parametrize("typed", ["", "tỷ", "nhiều", "12 hộp", "١٢ tỷ", "9" * 30])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"amount|about"):
        parse_amount(typed)


@pytest.mark.parametrize(("typed", "vnd"), [pair for pair in TYPED if " " not in pair[0]])
def test_the_search_box_reads_the_same_amounts(typed: str, vnd: int) -> None:
    assert parse_query(Query(text=f"gia:>={typed}")).filters.min_amount == vnd


@pytest.mark.parametrize("text", ["203,531 tỷ", "203.531 tỷ", "1,5 tỷ", "1.500 triệu", "500.000.000 đồng"])
def test_documents_are_read_by_the_same_rule(text: str) -> None:
    assert [one.vnd for one in parse_sums(f"Giá gói thầu: {text}")] == [parse_amount(text)]


def test_days_are_read_in_both_orders() -> None:
    assert parse_day("2026-11-05") == parse_day("5/11/2026") == parse_day("05.11.2026") == date(2026, 11, 5)
    with pytest.raises(ValueError, match="day"):
        parse_day("31/2/2026")


@given(st.integers(0, 10**17))
def test_grouped_figures_are_what_they_group(number: int) -> None:
    assert parse_number(f"{number:,}") == parse_number(f"{number:,}".replace(",", ".")) == parse_amount(str(number))


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert parse_amount(text) >= 0
