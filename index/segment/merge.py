"""Several segments into one, piece by piece: it takes the memory of a piece, whatever the size of the segments.

Deleted documents and words that no document has are left out.
"""

from collections.abc import Sequence

import numpy as np

from index.segment.arrayfile import offsets_of, ragged, read_ragged
from index.segment.column import Layout
from index.segment.draft import Draft, Offsets
from index.segment.merge_terms import merge_terms
from index.segment.merge_words import merge_places, merge_vocabulary
from index.segment.packing import mark_beginnings
from index.segment.piece import Piece, Pieces, split_ranges
from index.segment.texts import TextWriter


def merge_segments(pieces: Sequence[Piece], layout: Layout, draft: Draft) -> None:
    """The arrays of one segment with the live documents of all pieces, in their order."""
    merged = Pieces(pieces)
    for name in layout.types:
        if name not in layout.named:
            for piece in pieces:
                draft.append(name, piece.source.array(name)[piece.live])
    for name in layout.named:
        _merge_names(name, pieces, draft)
    _merge_heads(pieces, draft)
    if layout.texts:
        _merge_texts(pieces, draft)
    used = merge_terms(merged, draft)
    vocabulary = merge_vocabulary(pieces, used, draft)
    merge_places(merged, vocabulary, draft)
    _merge_lines(merged, draft)


def _merge_names(column: str, pieces: Sequence[Piece], draft: Draft) -> None:
    names: dict[bytes, int] = {}
    for piece in pieces:
        known = read_ragged(piece.source, f"{column}_name")
        number = np.array([names.setdefault(name, len(names)) for name in known], np.uint32)
        draft.append(column, number[piece.source.array(column)[piece.live]])
    draft.extend(ragged(f"{column}_name", list(names)))


def _merge_heads(pieces: Sequence[Piece], draft: Draft) -> None:
    at = Offsets(draft, "head_at", sum(piece.source.length("head") for piece in pieces))
    draft.append("head", np.zeros(0, np.uint8))
    for piece in pieces:
        starts = piece.source.array("head_at")
        lengths = np.diff(starts)[piece.live]
        at.extend(lengths)
        for where in split_ranges(starts[:-1][piece.live], lengths):
            draft.append("head", piece.source.array("head")[where])
        piece.source.forget()


def _merge_texts(pieces: Sequence[Piece], draft: Draft) -> None:
    at = Offsets(draft, "text_at", 1 << 32)  # texts that are compressed anew may become longer

    def put(texts: Sequence[bytes]) -> None:
        draft.append("text", np.frombuffer(b"".join(texts), np.uint8))
        at.extend(np.array([len(text) for text in texts], np.int64))

    writer = TextWriter(put)
    for piece in pieces:
        writer.take(piece.source, piece.live)
        piece.source.forget()
    draft.extend(writer.close())


def _merge_lines(merged: Pieces, draft: Draft) -> None:
    longest = max((int(piece.source.array("line_words").max(initial=0)) for piece in merged.pieces), default=0)
    line_type = np.min_scalar_type(longest)
    doc_at = Offsets(draft, "doc_at", sum(piece.source.length("line_words") for piece in merged.pieces))
    word_at = Offsets(draft, "word_at", merged.words)
    begins = np.zeros(0, bool)
    draft.extend({"line_words": np.zeros(0, line_type), "line_part": np.zeros(0, np.uint8)})
    for piece in merged.pieces:
        starts = piece.source.array("doc_at").astype(np.int64)
        lines = np.diff(starts)[piece.live]
        doc_at.extend(lines)
        word_at.extend(piece.word_counts[piece.live])
        for where in split_ranges(starts[:-1][piece.live], lines):
            words = piece.source.array("line_words")[where]
            draft.append("line_words", words.astype(line_type))
            draft.append("line_part", piece.source.array("line_part")[where])
            begins = np.concatenate([begins, mark_beginnings(offsets_of(words))[:-1]])
            whole = len(begins) // 8 * 8  # of a byte that is not full the rest comes with the next lines
            draft.append("line_begins", np.packbits(begins[:whole], bitorder="little"))
            begins = begins[whole:]
        piece.source.forget()
    draft.append("line_begins", np.packbits(np.append(begins, True), bitorder="little"))
