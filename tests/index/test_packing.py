"""The arrays of a segment before they are packed and after they are read again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.segment import packing
from index.segment.arrayfile import Array, offsets_of
from index.segment.inversion import find_places


def segment(size: int, terms: list[np.ndarray], lines: list[list[int]], vocabulary: int) -> dict[str, Array]:
    """A segment with terms by their documents, and one line of words a document."""
    counts = np.array([len(docs) for docs in terms], np.int64)
    words = np.array([word for line in lines for word in line], np.int64)
    return find_places(words, vocabulary) | {
        "key": np.zeros(size, np.uint64),
        "fold_key": np.zeros(2, np.uint64),
        "fold_text": np.frombuffer(b"ab", np.uint8),
        "fold_text_at": np.arange(3),
        "exact_key": np.zeros(vocabulary, np.uint64),
        "exact_fold": np.arange(vocabulary) % 2,
        "post_doc": np.concatenate([np.zeros(0, np.uint32), *terms]).astype(np.uint32),
        "term_at": offsets_of(counts),
        "line_at": offsets_of(np.array([len(line) for line in lines], np.int64)),
        "doc_at": np.arange(len(lines) + 1),
    }


def check(arrays: dict[str, Array]) -> None:
    size, packed = len(arrays["key"]), packing.pack(arrays)
    where, where_at = packed["where"], packed["where_at"].astype(np.int64)
    docs = packing.unpack_postings(where, where_at, np.diff(arrays["term_at"]), size)
    assert docs.tolist() == arrays["post_doc"].tolist()
    assert len(where) <= packing.most_units(len(docs), size)
    head, order = packing.head_of(len(arrays["place"])), packed["row_word"].tolist()
    counts = packing.count_places(np.diff(packed["place_at"].astype(np.int64)), head)
    assert counts.tolist() == np.diff(arrays["place_at"])[order].tolist()
    places = packing.unpack_places(packed["place"], counts, head)
    expected = [arrays["place"][arrays["place_at"][word] : arrays["place_at"][word + 1]] for word in order]
    assert places.tolist() == np.concatenate([np.zeros(0), *expected]).tolist()
    at, where_at = arrays["term_at"], packed["where_at"]
    for row in range(len(at) - 1):
        units = packed["where"][int(where_at[row]) : int(where_at[row + 1])]
        docs = packing.read_docs(units, int(at[row + 1] - at[row]), size)
        assert docs.tolist() == arrays["post_doc"][at[row] : at[row + 1]].tolist()
        some = np.arange(0, size, 7, dtype=np.uint32)
        assert packing.count_among(units, len(docs), size, some) == len(np.intersect1d(docs, some))
    words = np.zeros(len(arrays["place"]), np.int64)
    words[arrays["place"]] = np.repeat(np.arange(len(arrays["place_at"]) - 1), np.diff(arrays["place_at"]))
    for row, word in enumerate(packed["row_word"].tolist()):
        start, end = packed["place_at"][row : row + 2].tolist()
        places = packing.read_places(packed["place"][start:end], len(words))
        assert places.tolist() == np.flatnonzero(words == word).tolist()
    first, end = packed["fold_row_at"][:2].tolist()
    assert packed["row_word"][first:end].tolist() == [word for word in range(len(packed["row_word"])) if word % 2 == 0]


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 200_000),
    st.lists(st.tuples(st.integers(1, 20_000), st.integers(0, 2**32)), max_size=6),
    st.lists(st.lists(st.integers(0, 5), max_size=4), max_size=4),
)
def test_what_is_packed_is_read_again(size: int, drawn: list[tuple[int, int]], lines: list[list[int]]) -> None:
    terms = [
        np.sort(np.random.default_rng(seed).choice(size, min(count, size), replace=False)) for count, seed in drawn
    ]
    check(segment(size, terms, lines, 6))


def test_the_places_of_words_are_read_again_however_many_there_are() -> None:
    chance = np.random.default_rng(1)
    check(segment(1, [], [chance.choice([0, 1, 2, 2, 2], 70_000).tolist(), [3] * 200_000, [4, 5]], 6))


@pytest.mark.parametrize("words", [10, 70_000])
def test_rare_words_of_a_large_vocabulary_are_read_again(words: int) -> None:
    chance = np.random.default_rng(1)
    lines = [chance.integers(0, words, 5).tolist() for _ in range(40)] + [[], list(range(words)), [words - 1]]
    check(segment(1, [], lines, words))
