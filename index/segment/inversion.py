"""From documents to arrays: words are counted once for each distinct spelling, all else is done on whole arrays."""

import json
from array import array
from collections.abc import Sequence
from itertools import pairwise
from operator import attrgetter
from typing import Any

import numpy as np
import numpy.typing as npt

from index.contract import Entity
from index.language.analysis import (
    CHUNK,
    Word,
    accents_of,
    exact_keys,
    keys_of,
    pair_keys,
    parse_chunk,
    prepare,
    triple_keys,
)
from index.segment.arrayfile import Array, gather_ranges, offsets_of, ragged
from index.segment.column import ENTITIES, NOTICES, Layout
from index.segment.document import IndexDocument, Part, order_number
from index.segment.texts import TextWriter
from index.segment.weight import ROW_PARTS, row_impact, row_weights, word_impact, word_weights
from timthau.text.key import key_of

Ints = npt.NDArray[np.int64]
Arrays = dict[str, Array]

_PARTS = 5
#: Columns whose values are made of what documents have.
_MADE = ("entity", "source", "order", "key", "owner")
_ENCODER = json.JSONEncoder(ensure_ascii=False)
_MOST_TITLE = 60  # chunks that a line goes on from


class _Chunks(dict[str, int]):
    """Numbers for chunks; one seen for the first time is taken apart into words."""

    def __init__(self) -> None:
        super().__init__()
        self.exact: dict[str, int] = {}
        self.folded: list[str] = []
        self.words, self.words_at = array("I"), array("q", [0])
        self.glued, self.glued_at = array("I"), array("q", [0])

    def __missing__(self, text: str) -> int:
        chunk = parse_chunk(text)
        for into, at, words in ((self.words, self.words_at, chunk.words), (self.glued, self.glued_at, chunk.glued)):
            into.extend(map(self._number, words))
            at.append(len(into))
        self[text] = number = len(self)
        return number

    def _number(self, word: Word) -> int:
        """The number of a word, which its exact form stands for."""
        number = self.exact.setdefault(word.exact, len(self.folded))
        if number == len(self.folded):
            self.folded.append(word.folded)
        return number


class _Lines(dict[str, "array[int]"]):
    """The numbers of the chunks of lines."""

    def __init__(self, chunks: _Chunks) -> None:
        super().__init__()
        self._chunks = chunks

    def __missing__(self, text: str) -> "array[int]":
        self[text] = numbers = array("I", map(self._chunks.__getitem__, CHUNK.findall(prepare(text))))
        return numbers


class Collector:
    """Takes in documents and gives the arrays of a segment."""

    def __init__(self, layout: Layout = NOTICES) -> None:
        self._layout = layout
        self._chunks = _Chunks()
        self._lines = _Lines(self._chunks)
        self._stream = array("I")
        self._line_chunks = array("I")
        self._line_part = array("B")
        self._doc_lines = array("I")
        self._plain = [name for name in layout.types if name not in _MADE]
        self._read = attrgetter(*self._plain)
        self._values: list[tuple[Any, ...]] = []
        self._made: list[tuple[Any, ...]] = []
        self._heads: list[bytes] = []
        self._kept: list[bytes] = []
        self._texts = TextWriter(self._kept.extend)
        self._terms, self._term_doc = array("Q"), array("I")

    def __len__(self) -> int:
        return len(self._doc_lines)

    def add(self, document: IndexDocument) -> None:
        """Take in one document; its key must not have been taken in before."""
        text = "" if self._layout.titled else "\n".join([line for _, line in document.lines])
        if self._layout.titled:
            self._add_titled(document)
        else:
            self._add_lines(text)
        self._line_part.extend([part for part, _ in document.lines])
        self._doc_lines.append(len(document.lines))
        self._terms.extend(document.terms)
        self._term_doc.extend([len(self) - 1] * len(document.terms))
        self._keep(document, text)

    def _add_lines(self, text: str) -> None:
        number, find = self._chunks.__getitem__, CHUNK.findall
        for line in prepare(text).split("\n"):
            found = find(line)
            self._line_chunks.append(len(found))
            self._stream.extend(map(number, found))

    def _add_titled(self, document: IndexDocument) -> None:
        """Such lines are names and marks, many of which come again."""
        title = self._lines[document.title][:_MOST_TITLE]
        for part, line in document.lines:
            own = self._lines[line]
            if part is Part.ITEM:
                self._stream.extend(title)
            self._stream.extend(own)
            self._line_chunks.append(len(own) + (len(title) if part is Part.ITEM else 0))

    def _keep(self, document: IndexDocument, text: str) -> None:
        key, owner = key_of(document.key), document.owner
        source = document.source if document.entity is Entity.NOTICE else ""  # guides are not counted by it
        made = (order_number(owner), key, key if owner == document.key else key_of(owner))
        self._values.append(self._read(document))
        self._made.append((ENTITIES.index(document.entity), source, *made))
        head = [owner, document.source, document.source_key, document.language, document.title]
        self._heads.append(_ENCODER.encode(head).encode())
        if self._layout.texts:
            files = _ENCODER.encode([document.files, document.places])
            self._texts.add(f"{text}\n{files}".encode("utf-8", "replace"))

    def _build_columns(self) -> Arrays:
        """The columns, those of names by the numbers of the names, which stand beside them."""
        arrays: Arrays = {}
        for names, rows in ((_MADE, self._made), (self._plain, self._values)):
            columns = zip(*rows, strict=True) if rows else [()] * len(names)
            for name, column in zip(names, columns, strict=True):
                values: Any = column
                if name in self._layout.named:
                    numbers = {text: number for number, text in enumerate(dict.fromkeys(column))}
                    arrays |= ragged(f"{name}_name", [text.encode() for text in numbers])
                    values = [numbers[text] for text in column]
                arrays[name] = np.array(values, self._layout.types[name])
        return arrays

    def build(self) -> Arrays:
        """The arrays of all documents taken in."""
        arrays = self._build_columns()
        arrays |= ragged("head", self._heads) | self._build_texts()
        vocabulary, new_number, folded = self._build_vocabulary()
        words = new_number[np.frombuffer(self._chunks.words, np.uint32)] if self._chunks.words else _NONE
        glued = new_number[np.frombuffer(self._chunks.glued, np.uint32)] if self._chunks.glued else _NONE
        stream = np.array(self._stream, np.int64)
        line_chunks = np.array(self._line_chunks, np.int64)
        doc_lines = np.array(self._doc_lines, np.int64)
        chunk_line = np.repeat(np.arange(len(line_chunks)), line_chunks)
        tokens, token_line = _expand(stream, chunk_line, words, np.array(self._chunks.words_at, np.int64))
        codes, code_line = _expand(stream, chunk_line, glued, np.array(self._chunks.glued_at, np.int64))
        line_part = np.array(self._line_part, np.uint8)
        arrays |= find_places(tokens, len(vocabulary["exact_key"]))
        arrays["line_at"] = offsets_of(np.bincount(token_line, minlength=len(line_chunks)))
        arrays["line_part"] = line_part
        arrays["doc_at"] = offsets_of(doc_lines)
        line_doc = np.repeat(np.arange(len(doc_lines)), doc_lines)
        text = _Text((tokens, token_line), (codes, code_line), line_part.astype(np.int64), line_doc, len(doc_lines))
        return arrays | vocabulary | text.invert(vocabulary, folded, self._count_terms())

    def _build_texts(self) -> Arrays:
        rest = self._texts.close()
        return ragged("text", self._kept) | rest if self._layout.texts else {}

    def _count_terms(self) -> Arrays:
        """The postings of what documents are found by beside their words."""
        keys, number = np.unique(np.array(self._terms, np.uint64), return_inverse=True)
        present = np.ones(len(number), np.uint8)
        return _count(keys, number.astype(np.int64), np.array(self._term_doc, np.int64), present, np.maximum)

    def _build_vocabulary(self) -> tuple[Arrays, Ints, Ints]:
        """The vocabulary in the order of its keys, the new number of each word, and the folded word of each."""
        exacts = list(self._chunks.exact)
        folds: dict[str, int] = {}
        fold_of = np.array([folds.setdefault(text, len(folds)) for text in self._chunks.folded], np.int64)
        fold_key, exact_key = keys_of(folds), keys_of(exacts)
        fold_order, exact_order = np.argsort(fold_key), np.argsort(exact_key)
        fold_rank, exact_rank = _ranks(fold_order), _ranks(exact_order)
        texts = list(folds)
        arrays: Arrays = {"fold_key": fold_key[fold_order], "exact_key": exact_key[exact_order]}
        arrays |= ragged("fold_text", [texts[i].encode() for i in fold_order])
        arrays |= ragged("exact_text", [exacts[i].encode() for i in exact_order])
        folded = fold_rank[fold_of][exact_order] if exacts else _NONE
        arrays["exact_fold"] = folded.astype(np.uint32)
        arrays["fold_order"] = sort_texts(arrays)
        return arrays, exact_rank, folded


_NONE: Ints = np.zeros(0, np.int64)


class _Text:
    """All words of all documents as arrays, ready to be counted."""

    def __init__(
        self, tokens: tuple[Ints, Ints], codes: tuple[Ints, Ints], line_part: Ints, line_doc: Ints, docs: int
    ) -> None:
        self._tokens, self._token_line = tokens
        self._part, self._doc = line_part[self._token_line], line_doc[self._token_line]
        self._all = np.concatenate([self._tokens, codes[0]])
        self._all_part = np.concatenate([self._part, line_part[codes[1]]])
        self._all_doc = np.concatenate([self._doc, line_doc[codes[1]]])
        lengths = np.bincount(self._doc * _PARTS + self._part, minlength=docs * _PARTS)
        self._lengths = lengths.reshape(docs, _PARTS)

    def invert(self, vocabulary: Arrays, folded: Ints, terms: Arrays) -> Arrays:
        """The postings of folded words, of exact words that have accents, of rows of words, and of terms."""
        weights = word_weights(self._lengths)[self._all_doc, self._all_part]
        fold = folded[self._all] if len(self._all) else _NONE
        runs = [_count_words(vocabulary["fold_key"], fold, self._all_doc, weights)]
        accented = vocabulary["exact_key"] != vocabulary["fold_key"][folded] if len(folded) else np.zeros(0, bool)
        chosen = np.flatnonzero(accented[self._all]) if len(self._all) else _NONE
        keys = exact_keys(vocabulary["exact_key"])
        runs.append(_count_words(keys, self._all[chosen], self._all_doc[chosen], weights[chosen]))
        runs += self._count_rows(vocabulary["fold_key"][folded], vocabulary["exact_key"])
        runs.append(terms)
        return concatenate_postings(runs)

    def _count_rows(self, fold_key: Array, exact_key: Array) -> list[Arrays]:
        chosen = np.flatnonzero(self._part < ROW_PARTS)
        if not len(chosen):
            return []
        weights = row_weights(self._lengths)[self._doc[chosen], self._part[chosen]]
        words, line, doc = self._tokens[chosen], self._token_line[chosen], self._doc[chosen]
        runs = []
        for size in (2, 3):
            same = np.flatnonzero(line[: 1 - size] == line[size - 1 :])
            distinct, number = np.unique(_join_rows(fold_key[words], same, size), return_inverse=True)
            impacts = row_impact(weights[same], accents_of(_join_rows(exact_key[words], same, size)))
            runs.append(_count(distinct, number, doc[same], impacts, np.maximum))
        return runs


def _join_rows(keys: Array, starts: Ints, size: int) -> Array:
    if size == 2:
        return pair_keys(keys[starts], keys[starts + 1])
    return triple_keys(keys[starts], keys[starts + 1], keys[starts + 2])


def _count_words(keys: Array, terms: Ints, docs: Ints, weights: Array) -> Arrays:
    counted = _count(keys, terms, docs, weights, np.add)
    return counted | {"post_impact": word_impact(counted["post_impact"])}


def _count(keys: Array, terms: Ints, docs: Ints, values: Array, combine: np.ufunc) -> Arrays:
    """Postings of terms given by number: for each term its documents in order with the combined values in each."""
    bits = max(int(docs.max(initial=0)).bit_length(), 1)
    together = (terms << bits) | docs
    order = find_order(together, len(keys) << bits)
    together = together[order]
    first = np.flatnonzero(np.concatenate([[True], together[1:] != together[:-1]])) if len(together) else _NONE
    term = together[first] >> bits
    return {
        "term_key": keys,
        "count": np.bincount(term, minlength=len(keys)),
        "post_doc": (together[first] & ((1 << bits) - 1)).astype(np.uint32),
        "post_impact": combine.reduceat(values[order], first) if len(first) else np.zeros(0, values.dtype),
    }


def find_places(words: Ints, vocabulary: int) -> Arrays:
    """Where each word stands among all words of all lines, in order."""
    return {
        "place": find_order(words, vocabulary).astype(np.uint32),
        "place_at": offsets_of(np.bincount(words, minlength=vocabulary)),
    }


def find_order(numbers: Ints, bound: int) -> Ints:
    """The stable order of numbers below a bound: with their places behind them they are sorted as values, which takes
    a tenth of the time of sorting places."""
    bits = len(numbers).bit_length()
    if bound.bit_length() + bits >= 64:
        return np.argsort(numbers, kind="stable")
    together = np.sort((numbers << bits) | np.arange(len(numbers)))
    return together & ((1 << bits) - 1)


def concatenate_postings(runs: Sequence[Arrays]) -> Arrays:
    """One set of postings, ordered by key, from several; documents of a later run follow those of an earlier one."""
    keys = np.concatenate([run["term_key"] for run in runs])
    counts = np.concatenate([run["count"] for run in runs])
    starts = offsets_of(counts)[:-1]
    order = np.argsort(keys, kind="stable")
    order = order[counts[order] > 0]
    where = gather_ranges(starts[order], counts[order])
    keys, counts = keys[order], counts[order]
    first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else _NONE
    merged = np.add.reduceat(counts, first) if len(first) else _NONE
    return {
        "term_key": keys[first],
        "term_at": offsets_of(merged),
        "post_doc": np.concatenate([run["post_doc"] for run in runs])[where],
        "post_impact": np.concatenate([run["post_impact"] for run in runs])[where],
    }


def sort_texts(arrays: Arrays) -> npt.NDArray[np.uint32]:
    """The numbers of the folded words in the order of their letters."""
    data, at = arrays["fold_text"].tobytes(), arrays["fold_text_at"].tolist()
    texts = [data[start:end] for start, end in pairwise(at)]
    return np.array(sorted(range(len(texts)), key=texts.__getitem__), np.uint32)


def _expand(stream: Ints, chunk_line: Ints, values: Array, at: Ints) -> tuple[Ints, Ints]:
    counts = np.diff(at)[stream] if len(stream) else _NONE
    where = gather_ranges(at[stream], counts)
    return values[where].astype(np.int64), np.repeat(chunk_line, counts)


def _ranks(order: Array) -> Ints:
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order))
    return ranks
