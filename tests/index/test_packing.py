"""The arrays of a segment before they are packed and after they are read again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embedded.segment import packing
from index.embedded.segment.arrayfile import Array, MemoryArrays, offsets_of


def segment(size: int, terms: list[np.ndarray], lines: list[list[int]], vocabulary: int) -> dict[str, Array]:
    """A segment with terms by their documents, and one line of words a document."""
    counts = np.array([len(docs) for docs in terms], np.int64)
    return {
        "key": np.zeros(size, np.uint64),
        "exact_key": np.zeros(vocabulary, np.uint64),
        "post_doc": np.concatenate([np.zeros(0, np.uint32), *terms]).astype(np.uint32),
        "term_at": offsets_of(counts),
        "forward": np.array([word for line in lines for word in line], np.uint32),
        "line_at": offsets_of(np.array([len(line) for line in lines], np.int64)),
        "doc_at": np.arange(len(lines) + 1),
    }


def check(arrays: dict[str, Array]) -> None:
    size, packed = len(arrays["key"]), packing.pack(arrays)
    read = packing.Unpacked(MemoryArrays(packed))
    for name in ("post_doc", "term_at", "forward", "line_at", "doc_at"):
        assert read.array(name).tolist() == arrays[name].tolist(), name
    at, where_at = arrays["term_at"], packed["where_at"]
    for row in range(len(at) - 1):
        units = packed["where"][int(where_at[row]) : int(where_at[row + 1])]
        docs = packing.read_docs(units, int(at[row + 1] - at[row]), size)
        assert docs.tolist() == arrays["post_doc"][at[row] : at[row + 1]].tolist()
        some = np.arange(0, size, 7, dtype=np.uint32)
        assert packing.count_among(units, len(docs), size, some) == len(np.intersect1d(docs, some))
    for doc in range(len(arrays["doc_at"]) - 1):
        units = packed["forward"][int(packed["forward_at"][doc]) : int(packed["forward_at"][doc + 1])]
        words = packed["forward_word"][packing.read_ranks(units)]
        assert words.tolist() == arrays["forward"][arrays["line_at"][doc] : arrays["line_at"][doc + 1]].tolist()


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


@pytest.mark.parametrize("words", [10, 70_000, 140_000])
def test_rare_words_of_a_large_vocabulary_are_read_again(words: int) -> None:
    chance = np.random.default_rng(1)
    lines = [chance.integers(0, words, 5).tolist() for _ in range(40)] + [[], list(range(words)), [words - 1]]
    check(segment(1, [], lines, words))
