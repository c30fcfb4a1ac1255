"""Slips of hand and ear, and how far apart words are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.spelling.typo import find_sound_alikes, find_typos, measure_distance

words = st.text("abeghinotuy", min_size=1, max_size=7)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("thit", "thiet"),
        ("thieet", "thiet"),
        ("tihet", "thiet"),
        ("thiwt", "thit"),
        ("trieu", "chieu"),
        ("sinh", "xinh"),
        ("wy", "quy"),
        ("khang", "khan"),
        ("mi", "may"),
        ("2205", "2025"),
    ],
)
def test_slips_that_people_make(typed: str, meant: str) -> None:
    assert meant in find_typos(typed)


def test_of_a_number_only_numbers_come() -> None:
    assert all(slip.isdigit() for slip in find_typos("2026"))


@given(words)
def test_a_slip_of_the_hand_is_one_letter(word: str) -> None:
    by_hand = find_typos(word) - find_sound_alikes(word)
    if word[-1] != "i":
        assert {measure_distance(word, slip, 2) for slip in by_hand} == {1}
    assert word not in by_hand


@given(words, words)
def test_distances_are_the_same_both_ways(one: str, other: str) -> None:
    distance = measure_distance(one, other, 2)
    assert distance == measure_distance(other, one, 2)
    assert (distance == 0) == (one == other)
    assert (
        (distance == 1) == (other in find_typos(one) - find_sound_alikes(one))
        or distance != 1
        or "i" in (one[-1], other[-1])
    )
