"""Words of Vietnamese text."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.analysis import (
    CHUNK,
    compose,
    exact_keys,
    fold_phrase,
    pair_keys,
    parse_chunk,
    parse_words,
    prepare,
    triple_keys,
)


@pytest.mark.parametrize(
    "spellings",
    [
        ("thuỷ", "thủy", "THUỶ", unicodedata.normalize("NFD", "thuỷ")),
        ("hoá", "hóa"),
        ("kỹ", "kĩ"),
        ("quý", "quí"),
        ("lý", "lí"),
        ("Đấu", "đấu"),
        ("b\u1ec1n", "be\u0300\u0302n", "be\u0302\u0300n"),
    ],
)
def test_spellings_of_one_word_are_one(spellings: tuple[str, ...]) -> None:
    assert len({parse_words(text)[0].exact for text in spellings}) == 1


@pytest.mark.parametrize(("one", "other"), [("tai", "tay"), ("thúi", "thúy"), ("ma", "mà"), ("y", "i")])
def test_different_words_stay_different(one: str, other: str) -> None:
    assert parse_words(one)[0].exact != parse_words(other)[0].exact


@pytest.mark.parametrize(
    ("text", "words", "glued"),
    [
        ("xn-l550", "xn l 550", ["xnl550", "xnl"]),
        ("5ml", "5 ml", ["5ml"]),
        ("vi-rút", "vi rut", ["virut"]),
        ("chẩn-đoán", "chan doan", []),
        ("2.5/0", "2 5 0", []),
    ],
)
def test_codes_are_read_in_parts_and_in_one(text: str, words: str, glued: list[str]) -> None:
    chunk = parse_chunk(text)
    assert " ".join(word.folded for word in chunk.words) == words
    assert [word.folded for word in chunk.glued] == glued


def test_names_are_compared_without_case_accents_and_signs() -> None:
    assert fold_phrase("Bệnh viện  Đa khoa - Thanh Hoá") == fold_phrase("BỆNH VIỆN ĐA KHOA THANH HÓA")


@given(st.text())
def test_any_text_is_read_and_offsets_stay_true(text: str) -> None:
    assert len(prepare(text)) == len(compose(text))
    for word in parse_words(text):
        assert word.exact
        assert word.folded
    assert all(parse_chunk(chunk).words for chunk in CHUNK.findall(prepare(text)))


def test_keys_of_rows_depend_on_the_order() -> None:
    a, b, c = (np.array([number], np.uint64) for number in (11, 22, 33))
    made = [pair_keys(a, b), pair_keys(b, a), triple_keys(a, b, c), triple_keys(c, b, a), exact_keys(a), a]
    assert len({int(key[0]) for key in made}) == len(made)
