"""Units of measure: what is one unit, what is another one, and what cannot be compared."""

import pytest

from timthau.model.unit import parse_unit


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Cái", "cái"),
        ("Chiếc", "cái"),
        ("Сái", "cái"),  # with a Cyrillic letter
        ("cái ", "cái"),
        ("Cái/Chiếc", "cái"),
        ("mL", "ml"),
        ("Lít", "l"),
        ("Gram", "g"),
        ("m²", "m2"),
        ("Kít", "kit"),
        ("Tép/sợi", "sợi/tép"),
        ("Sợi, tép", "sợi/tép"),
        ("Lọ hoặc gói", "gói/lọ"),
        ("Hộp 100 cái", "hộp 100 cái"),
        ("Hộp/100 cái", "hộp 100 cái"),
        ("hộp (100 chiếc)", "hộp 100 cái"),
        ("100 cái/hộp", "hộp 100 cái"),
        ("Bịch 100 cái/bịch", "bịch 100 cái"),
        ("chai 1L", "chai 1000 ml"),
        ("Chai 0,5 lít", "chai 500 ml"),
        ("Hộp 1.000 test", "hộp 1000 test"),
        ("Hộp x 100 cái", "hộp 100 cái"),
        ("1 cái", "cái"),
        ("kilogam", "kg"),
        (None, ""),
        ("-", ""),
        ("/", ""),
    ],
)
def test_spellings_of_a_unit_have_one_form(text: str | None, key: str) -> None:
    assert parse_unit(text).key == key


@pytest.mark.parametrize(("one", "other"), [("Hộp", "Hộp 100 cái"), ("Hộp 50 cái", "Hộp 100 cái"), ("cái", "hộp")])
def test_packs_are_apart(one: str, other: str) -> None:
    assert parse_unit(one) != parse_unit(other)


@pytest.mark.parametrize(
    ("text", "is_open"), [("Hộp", True), ("Chai/lọ", True), ("Hộp 100 cái", False), ("Cái", False)]
)
def test_what_a_container_holds_is_open_unless_it_is_said(text: str, is_open: bool) -> None:
    assert parse_unit(text).is_open is is_open
