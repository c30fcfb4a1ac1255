"""Merging: one segment of several says what a segment would say that was built of their documents at once."""

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.segment import draft as drafts
from index.segment import piece as pieces
from index.segment import texts
from index.segment.arrayfile import ArrayFile, MemoryArrays
from index.segment.column import NOTICES
from index.segment.document import IndexDocument, read_document
from index.segment.draft import Draft
from index.segment.inversion import Collector
from index.segment.merge import merge_segments
from index.segment.packing import pack, read_docs, read_places
from index.segment.piece import Piece
from index.segment.texts import Texts
from tests.index_contract import MakeNotice

_WORDS = "Mua sắm găng tay găng y tế, băng bang phim số 1 02 XN-L550 của bệnh viện đa khoa tỉnh".split()

_SIZES = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 9)), min_size=1, max_size=4)


@pytest.fixture(autouse=True)
def little_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds so small that few documents go beyond each of them."""
    monkeypatch.setattr(pieces, "_AT_ONCE", 37)
    monkeypatch.setattr(drafts, "_MOST", 100)
    monkeypatch.setattr(texts, "_MOST", 500)


def make_documents(make_notice: MakeNotice, count: int, seed: int) -> list[IndexDocument]:
    chance = random.Random(seed)
    notices = []
    for number in range(count):
        title, *lines = (" ".join(chance.choices(_WORDS, k=chance.randint(1, 9))) for _ in range(chance.randint(1, 5)))
        text = "\n".join(lines)
        notices.append(make_notice(f"{seed}-{number}", title=title, text=text, buyer=chance.choice(_WORDS)))
    return [read_document(notice) for notice in notices]


def build(documents: list[IndexDocument]) -> MemoryArrays:
    collector = Collector()
    for document in documents:
        collector.add(document)
    return MemoryArrays(pack(collector.build()))


def merge(merged: list[Piece], folder: Path) -> ArrayFile:
    path = folder / "merged.tt"
    with Draft(folder) as draft, path.open("wb") as file:
        merge_segments(merged, NOTICES, draft)
        draft.write(file, {})
    read = ArrayFile(path)
    read.verify()
    return read


def read_terms(source: MemoryArrays | ArrayFile) -> dict[int, list[int]]:
    at, where_at, size = source.array("term_at"), source.array("where_at"), source.length("key")
    rows = {}
    for row, key in enumerate(source.array("term_key").tolist()):
        units = source.slice("where", int(where_at[row]), int(where_at[row + 1]))
        rows[key] = read_docs(units, int(at[row + 1] - at[row]), size).tolist()
    return rows


def read_words(source: MemoryArrays | ArrayFile) -> dict[int, list[int]]:
    at, total, rows = source.array("place_at"), int(source.array("word_at")[-1]), {}
    for row, word in enumerate(source.array("row_word").tolist()):
        places = read_places(source.slice("place", int(at[row]), int(at[row + 1])), total)
        if len(places):  # a word with accents is kept while another of the same letters is there
            rows[int(source.array("exact_key")[word])] = places.tolist()
    return rows


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(1, 60), st.integers(0, 9)), min_size=1, max_size=4),
    st.booleans(),
    st.integers(0, 999),
)
def test_merged_segments_say_what_one_of_their_documents_says(
    tmp_path: Path, make_notice: MakeNotice, drawn: list[tuple[int, int]], are_whole: bool, seed: int
) -> None:
    parts = [make_documents(make_notice, count, 10 * number + seed) for number, (count, seed) in enumerate(drawn)]
    chance = random.Random(seed)
    live = [[are_whole or chance.random() < 0.5 for _ in part] for part in parts]
    kept = [document for part, mask in zip(parts, live, strict=True) for document in np.array(part, object)[mask]]
    merged = merge([Piece(build(p), np.array(mask, bool)) for p, mask in zip(parts, live, strict=True)], tmp_path)
    whole = build(kept)
    same = {"term_key", "post_impact", "line_words", "line_begins", "line_part", "doc_at", "word_at", "key", "deadline"}
    same |= {"head", "head_at", "fold_key", "fold_text", "fold_text_at", "fold_order", "fold_letters"}
    if are_whole:
        same |= set(whole.arrays) - {"text", "text_at", "dictionary", "dictionary_at", "text_dictionary"}
    for name in same:
        assert merged.array(name).tolist() == whole.array(name).tolist(), name
    assert read_terms(merged) == read_terms(whole)
    assert read_words(merged) == read_words(whole)
    assert [Texts(merged).read(doc) for doc in range(len(kept))] == [Texts(whole).read(d) for d in range(len(kept))]


def test_what_is_large_waits_in_files_that_leave_nothing(tmp_path: Path, make_notice: MakeNotice) -> None:
    merge([Piece(build(make_documents(make_notice, 50, 1)), np.ones(50, bool))] * 2, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["merged.tt"]
