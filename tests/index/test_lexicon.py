"""The words of the field in data/lexicon."""

from index.language.lexicon import PhraseRole, load_kinds, load_lexicon
from timthau.config import data_dir
from timthau.model.notice import NoticeKind


def test_abbreviations_work_both_ways() -> None:
    found = {e.words for _, _, e in load_lexicon().find_expansions("mua vtyt".split())}
    assert found == {tuple("vat tu y te".split())}
    spans = {(start, end, e.shown) for start, end, e in load_lexicon().find_expansions("mua vat tu y te".split())}
    assert (1, 5, "VTYT") in spans


def test_several_meanings_are_rivals() -> None:
    meanings = [e for _, _, e in load_lexicon().find_expansions(["sp"])]
    assert sorted((e.shown, e.rivals) for e in meanings) == [("sinh phẩm", 2), ("sản phẩm", 2)]


def test_an_abbreviation_that_reads_like_a_syllable_is_not_searched() -> None:
    words = [e.shown for _, _, e in load_lexicon().find_expansions("vat tu".split())]
    assert "trung ương" not in words


def test_the_longest_phrase_counts_at_each_place() -> None:
    found = list(load_lexicon().find_phrases("yeu cau bao gia may tho".split()))
    assert (0, 4, PhraseRole.STOP) in found


def test_files_have_their_columns_and_no_row_twice() -> None:
    for path in (data_dir() / "lexicon").glob("*.tsv"):
        columns = {"fields.tsv": 3, "symptoms.tsv": 3, "buyer_words.tsv": 1}.get(path.name, 2)
        rows = [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
        assert rows, path
        assert all(len(row.split("\t")) == columns for row in rows), path
        assert len(rows) == len(set(rows)), path


def test_every_kind_has_a_name_in_vietnamese() -> None:
    assert set(load_kinds().values()) == set(NoticeKind)
