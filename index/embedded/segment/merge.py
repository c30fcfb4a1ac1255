"""Several segments into one, on whole arrays; deleted documents and words that no document has are left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index.embedded.segment.arrayfile import Array, ArraySource, gather_ranges, offsets_of, ragged, read_ragged
from index.embedded.segment.column import Layout
from index.embedded.segment.inversion import Arrays, Ints, concatenate_postings, sort_texts
from index.embedded.segment.texts import TextWriter


@dataclass(frozen=True)
class Piece:
    """A segment to merge with the mask of its documents that are still there."""

    source: ArraySource
    live: npt.NDArray[np.bool_]


def merge_arrays(pieces: Sequence[Piece], layout: Layout) -> Arrays:
    """The arrays of one segment with the live documents of all pieces, in their order."""
    merged: Arrays = {}
    for name in layout.types:
        if name not in layout.named:
            merged[name] = np.concatenate([piece.source.array(name)[piece.live] for piece in pieces])
    for name in layout.named:
        merged |= _merge_names(name, pieces)
    merged |= _merge_ragged("head", pieces) | (_merge_texts(pieces) if layout.texts else {})
    postings = concatenate_postings(_live_postings(pieces))
    vocabulary, numbers = _merge_vocabulary(pieces, postings["term_key"])
    places = _merge_places(pieces, numbers, len(vocabulary["exact_key"]))
    return merged | postings | vocabulary | places | _merge_lines(pieces)


def _merge_names(column: str, pieces: Sequence[Piece]) -> Arrays:
    names: dict[bytes, int] = {}
    columns = []
    for piece in pieces:
        known = read_ragged(piece.source, f"{column}_name")
        number = np.array([names.setdefault(name, len(names)) for name in known], np.uint32)
        columns.append(number[piece.source.array(column)[piece.live]])
    return {column: np.concatenate(columns)} | ragged(f"{column}_name", list(names))


def _merge_ragged(name: str, pieces: Sequence[Piece]) -> Arrays:
    data, counts = [], []
    for piece in pieces:
        at = piece.source.array(f"{name}_at")
        lengths = np.diff(at)
        counts.append(lengths[piece.live])
        whole = piece.source.array(name)
        data.append(whole if piece.live.all() else whole[gather_ranges(at[:-1][piece.live], counts[-1])])
    return {name: np.concatenate(data), f"{name}_at": offsets_of(np.concatenate(counts))}


def _merge_texts(pieces: Sequence[Piece]) -> Arrays:
    writer = TextWriter()
    for piece in pieces:
        writer.take(piece.source, piece.live)
    return writer.arrays()


def _live_postings(pieces: Sequence[Piece]) -> list[Arrays]:
    runs, base = [], 0
    for piece in pieces:
        docs, at = piece.source.array("post_doc"), piece.source.array("term_at")
        impacts, counts = piece.source.array("post_impact"), np.diff(at)
        if not piece.live.all():
            kept = piece.live[docs]
            counts = np.diff(offsets_of(kept)[at])
            number = np.cumsum(piece.live) - 1
            docs, impacts = number[docs[kept]], impacts[kept]
        moved = (docs + np.uint32(base)).astype(np.uint32)
        keys = piece.source.array("term_key")
        runs.append({"term_key": keys, "count": counts, "post_doc": moved, "post_impact": impacts})
        base += int(np.count_nonzero(piece.live))
    return runs


def _merge_vocabulary(pieces: Sequence[Piece], used: Array) -> tuple[Arrays, list[Ints]]:
    """The vocabulary of all pieces, and for each piece the new numbers of its exact words."""
    folds, _ = _merge_words("fold", pieces, lambda _, keys: np.isin(keys, used, assume_unique=True))
    kept = folds["fold_key"]

    def still_used(piece: Piece, _: Array) -> npt.NDArray[np.bool_]:
        own = piece.source.array("fold_key")[piece.source.array("exact_fold")]
        return np.isin(own, kept)

    exacts, numbers = _merge_words("exact", pieces, still_used)
    fold = np.zeros(len(exacts["exact_key"]), np.uint32)
    for piece, number in zip(pieces, numbers, strict=True):
        own = piece.source.array("fold_key")[piece.source.array("exact_fold")]
        known = number >= 0
        fold[number[known]] = np.searchsorted(kept, own[known])
    vocabulary = folds | exacts | {"exact_fold": fold}
    return vocabulary | {"fold_order": sort_texts(vocabulary)}, numbers


def _merge_words(kind: str, pieces: Sequence[Piece], is_kept: "_Kept") -> tuple[Arrays, list[Ints]]:
    keys = [piece.source.array(f"{kind}_key") for piece in pieces]
    masks = [is_kept(piece, own) for piece, own in zip(pieces, keys, strict=True)]
    distinct, first = np.unique(np.concatenate([own[m] for own, m in zip(keys, masks, strict=True)]), return_index=True)
    numbers = []
    for own, mask in zip(keys, masks, strict=True):
        number = np.searchsorted(distinct, own).astype(np.int64)
        number[~mask] = -1
        numbers.append(number)
    texts = [
        text
        for piece, mask in zip(pieces, masks, strict=True)
        for text, kept in zip(read_ragged(piece.source, f"{kind}_text"), mask.tolist(), strict=True)
        if kept
    ]
    return {f"{kind}_key": distinct} | ragged(f"{kind}_text", [texts[i] for i in first.tolist()]), numbers


class _Kept(Protocol):
    def __call__(self, piece: Piece, keys: Array, /) -> npt.NDArray[np.bool_]: ...


def _merge_places(pieces: Sequence[Piece], numbers: Sequence[Ints], vocabulary: int) -> Arrays:
    """The places of each word of the new vocabulary, in order."""
    counts, moved, base = [], [], 0
    for piece in pieces:
        places, at = piece.source.array("place"), piece.source.array("place_at")
        count = np.diff(at)
        if not piece.live.all():
            doc_words = np.diff(piece.source.array("line_at")[piece.source.array("doc_at")])
            kept = np.repeat(piece.live, doc_words)
            chosen = kept[places]
            count = np.diff(offsets_of(chosen)[at])
            places = (np.cumsum(kept, dtype=np.uint32) - np.uint32(1))[places[chosen]]
        counts.append(count)
        moved.append(places + np.uint32(base))
        base += len(places)
    number, count = np.concatenate(numbers), np.concatenate(counts)
    order = np.argsort(number, kind="stable")
    order = order[count[order] > 0]  # words that no document has any more have no number
    where = gather_ranges(offsets_of(count)[:-1][order], count[order])
    totals = np.zeros(vocabulary, np.int64)
    np.add.at(totals, number[order], count[order])
    return {"place": np.concatenate(moved)[where], "place_at": offsets_of(totals)}


def _merge_lines(pieces: Sequence[Piece]) -> Arrays:
    line_tokens, line_part, doc_lines = [], [], []
    for piece in pieces:
        doc_at, line_at = piece.source.array("doc_at"), piece.source.array("line_at")
        lines = np.diff(doc_at)[piece.live]
        kept = gather_ranges(doc_at[:-1][piece.live], lines)
        line_tokens.append(np.diff(line_at)[kept])
        line_part.append(piece.source.array("line_part")[kept])
        doc_lines.append(lines)
    return {
        "line_at": offsets_of(np.concatenate(line_tokens)),
        "line_part": np.concatenate(line_part),
        "doc_at": offsets_of(np.concatenate(doc_lines)),
    }
