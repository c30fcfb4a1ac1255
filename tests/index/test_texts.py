"""How texts are kept: what was taken in is read again, after any number of merges, and shares what it has in common."""

import random
from collections.abc import Callable, Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.segment.arrayfile import MemoryArrays, ragged
from index.segment.texts import Texts, TextWriter

_WORDS = "gói thầu mua sắm thiết bị y tế bệnh viện đa khoa tỉnh năm 2026 găng tay khám bệnh".split()


def collect(fill: Callable[[TextWriter], object]) -> MemoryArrays:
    kept: list[bytes] = []
    writer = TextWriter(kept.extend)
    fill(writer)
    rest = writer.close()
    return MemoryArrays(ragged("text", kept) | rest)


def write(texts: Sequence[bytes]) -> MemoryArrays:
    return collect(lambda writer: [writer.add(text) for text in texts])


def merge(*pieces: tuple[MemoryArrays, Sequence[bool]]) -> MemoryArrays:
    return collect(lambda writer: [writer.take(source, np.array(live, bool)) for source, live in pieces])


def read(source: MemoryArrays) -> list[bytes]:
    return [Texts(source).read(doc) for doc in range(source.length("text_dictionary"))]


def make_texts(count: int, seed: int) -> list[bytes]:
    chance = random.Random(seed)
    return [" ".join(chance.choices(_WORDS, k=400)).encode() for _ in range(count)]


@given(st.lists(st.binary(max_size=300), max_size=5), st.lists(st.booleans(), min_size=5, max_size=5))
def test_few_texts_are_read_again(texts: list[bytes], drawn: list[bool]) -> None:
    live = drawn[: len(texts)]
    kept = [text for text, there in zip(texts, live, strict=True) if there]
    assert read(write(texts)) == texts
    assert read(merge((write(texts), live), (write(kept), [True] * len(kept)))) == kept + kept


def test_texts_of_several_dictionaries_are_read_again_after_merging() -> None:
    many, few = make_texts(3000, 1), make_texts(30, 2)
    first, second = write(many), write(few)
    assert first.length("dictionary_at") > 3  # the empty one and several others
    merged = merge((first, [i % 3 > 0 for i in range(len(many))]), (second, [True] * len(few)))
    assert read(merged) == [text for i, text in enumerate(many) if i % 3] + few
    assert read(merge((merged, [True] * merged.length("text_dictionary")))) == read(merged)


def test_dictionaries_that_serve_few_texts_are_given_up_when_segments_are_merged() -> None:
    pieces = [(write(make_texts(100, seed)), [True] * 100) for seed in range(6)]
    assert all(source.length("dictionary_at") == 3 for source, _ in pieces)
    assert merge(*pieces).length("dictionary_at") == 3


def test_what_texts_have_in_common_takes_little_room() -> None:
    common = b"".join(make_texts(1, 3)) * 2
    texts = [common + text for text in make_texts(300, 4)]
    assert write(texts).length("text") < 0.3 * sum(map(len, texts))


def test_the_beginning_of_a_long_text_is_read_without_the_rest() -> None:
    text = b"\n".join(make_texts(2000, 5))
    pieces = Texts(write([text])).pieces(0)
    assert text.startswith(next(pieces))
    assert sum(map(len, pieces)) > len(text) // 2
