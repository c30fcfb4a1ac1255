"""The query language."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.parser import Clause, Operand, Wish, parse_query
from index.query import Query
from timthau.model.notice import NoticeKind
from timthau.model.purchase import Field


def parse(text: str, *, row: bool = False) -> Wish:
    return parse_query(Query(text=text), lambda _: row)


def plain(text: str) -> Clause:
    return Clause((Operand(text),))


def test_plain_words_stay_together() -> None:
    assert parse("  máy   thở ").clauses == (plain("máy thở"),)


def test_quotes_of_all_kinds_make_a_phrase() -> None:
    assert parse("“băng cuộn” y").clauses == (Clause((Operand("băng cuộn", quoted=True),)), plain("y"))


def test_a_minus_excludes_unless_it_is_a_dash() -> None:
    assert parse("máy -in").clauses == (plain("máy"), Clause((Operand("in"),), negated=True))
    assert parse("năm 2026 -2027").clauses == (plain("năm 2026 2027"),)
    assert parse("XN-L 550").clauses == (plain("XN-L 550"),)
    assert parse("vật tư y tế -hóa chất", row=True).clauses == (plain("vật tư y tế hóa chất"),)


def test_or_binds_the_words_beside_it() -> None:
    either = Clause((Operand("philips"), Operand("drager"), Operand("hamilton")))
    assert parse("máy philips OR drager OR hamilton cũ").clauses == (plain("máy"), either, plain("cũ"))
    assert parse("OR máy").clauses == (plain("OR máy"),)


def test_a_star_asks_for_the_beginning_of_a_word() -> None:
    assert parse("thuy*").clauses == (Clause((Operand("thuy", prefix=True),)),)


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("loai:bao-gia", "kinds", (NoticeKind.REQUEST_FOR_QUOTATION,)),
        ('loại:"kế hoạch"', "kinds", (NoticeKind.PLAN,)),
        ("kind:award", "kinds", (NoticeKind.AWARD,)),
        ("linh-vuc:thuốc", "fields", (Field.MEDICINE,)),
        ('lĩnh-vực:"hoa chat"', "fields", (Field.CHEMICAL,)),
        ("field:it", "fields", (Field.IT,)),
        ("tinh:thanh-hoa", "provinces", ("thanh hoa",)),
        ('ben-moi-thau:"BV Mắt"', "buyers", ("BV Mắt",)),
        ("han:<=31/12/2026", "deadline_to", date(2026, 12, 31)),
        ("hạn:<31/12/2026", "deadline_to", date(2026, 12, 30)),
        ("deadline:2026-12-01", "deadline_from", date(2026, 12, 1)),
        ("gia:>=2,5ty", "min_amount", 2_500_000_000),
        ("gia:..1.500.000", "max_amount", 1_500_000),
        ("amount:500tr..2tỷ", "min_amount", 500_000_000),
        ("gia:>100k", "min_amount", 100_001),
    ],
)
def test_filters(text: str, field: str, value: object) -> None:
    wish = parse(f"máy {text}")
    assert wish.clauses == (plain("máy"),)
    assert getattr(wish.filters, field) == value


@pytest.mark.parametrize("text", ["loai:xyz", "han:mai", "gia:nhiều", "http://a.vn", "han:32/13/2026", "số:5"])
def test_what_does_not_parse_is_words(text: str) -> None:
    wish = parse(text)
    assert wish.clauses == (plain(text),)
    assert wish.filters == Query(text=text)


@given(st.text(alphabet='ab "-:*|ORhan5.,<>=()“', max_size=30))
def test_nothing_is_an_error(text: str) -> None:
    wish = parse(text)
    assert all(any(map(str.isalnum, operand.text)) for clause in wish.clauses for operand in clause.operands)
