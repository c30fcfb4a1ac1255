"""Words of the field that mean the same, and the tables they stand in."""

from collections import Counter

import pytest

from index.language.analysis import parse_words
from index.language.synonym import FOLDER, Synonyms, fold_forms, load_synonyms
from timthau.errors import ConfigError
from timthau.text.table import list_tables, load_rows

ROWS = [row for name in list_tables(FOLDER) for row in load_rows(name)]
SMALL = Synonyms(
    [
        ["=", "găng tay", "bao tay y tế", "medical glove"],
        ["=", "găng tay phẫu thuật", "găng mổ"],
        [">", "xi lanh", "bơm tiêm"],
        ["=", "bơm tiêm", "syringe"],
        ["=", "lò hơi", "boiler"],
        ["=", "lô hội", "aloe"],
    ]
)


def shown(synonyms: Synonyms, typed: str) -> list[str]:
    return [synonym.shown for synonym in synonyms.find(parse_words(typed))]


def exact(form: str) -> tuple[str, ...]:
    return tuple(word.exact for word in parse_words(form))


def test_two_way_forms_stand_for_each_other() -> None:
    assert shown(SMALL, "mua bao tay y tế") == ["găng tay", "medical glove"]
    assert sorted(shown(SMALL, "gang tay")) == ["bao tay y tế", "medical glove"]


def test_a_one_way_form_brings_what_stands_for_its_meaning() -> None:
    assert sorted(shown(SMALL, "xi lanh")) == ["bơm tiêm", "syringe"]
    assert shown(SMALL, "bơm tiêm") == ["syringe"]


def test_of_forms_within_each_other_the_longest_counts() -> None:
    assert shown(SMALL, "găng tay phẫu thuật") == ["găng mổ"]


def test_a_form_with_another_in_it_adds_nothing() -> None:
    synonyms = Synonyms([["=", "lồng ấp", "lồng ấp sơ sinh", "incubator", "infant incubator", "lồng kính"]])
    assert shown(synonyms, "lồng ấp") == ["incubator", "lồng kính"]


def test_accents_that_are_typed_count() -> None:
    assert shown(SMALL, "lò hơi") == ["boiler"]
    assert shown(SMALL, "lô hội") == ["aloe"]
    assert shown(SMALL, "lo hoi") == ["boiler", "aloe"]
    assert shown(SMALL, "lộ hôi") == []


def test_an_english_plural_is_its_singular() -> None:
    assert shown(SMALL, "medical gloves") == ["găng tay", "bao tay y tế"]


@pytest.mark.parametrize("row", [["=", "một"], ["<", "một", "hai"], ["một", "hai", "ba"]])
def test_a_row_that_is_none_is_refused(row: list[str]) -> None:
    with pytest.raises(ConfigError):
        Synonyms([row])


def test_there_are_words_for_the_whole_field() -> None:
    assert len(ROWS) > 4000


def test_all_forms_are_folded_as_the_index_folds_them() -> None:
    forms = [form for row in ROWS for form in row[1:]]
    assert fold_forms(forms) == [tuple(word.folded for word in parse_words(form)) for form in forms]


def test_no_form_stands_in_two_rows_of_a_kind() -> None:
    for places in (
        [exact(form) for row in ROWS if row[0] == "=" for form in row[1:]],
        [exact(row[1]) for row in ROWS if row[0] == ">"],
    ):
        assert [form for form, count in Counter(places).items() if count > 1] == []


def test_no_row_says_what_another_says_already() -> None:
    groups = {exact(form): {exact(other) for other in row[1:]} for row in ROWS if row[0] == "=" for form in row[1:]}
    needless = [
        row[1]
        for row in ROWS
        if row[0] == ">" and {exact(form) for form in row[2:]} <= groups.get(exact(row[1]), set())
    ]
    assert needless == []


def test_no_form_is_an_abbreviation_of_something_else() -> None:
    meanings: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for short, long in load_rows("lexicon/abbreviations.tsv"):
        meanings.setdefault(exact(short), set()).add(exact(long))
    contradicting = [
        form
        for row in ROWS
        for form in (row[1:] if row[0] == "=" else row[1:2])
        if exact(form) in meanings and not meanings[exact(form)] & {exact(other) for other in row[1:]}
    ]
    assert contradicting == []


def test_the_tables_are_read_once() -> None:
    assert load_synonyms() is load_synonyms()
