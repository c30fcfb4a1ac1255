"""The pieces of a document that show why it was found, with the matches as the document writes them."""

import re
from collections.abc import Collection

import numpy as np

from index.analysis import parse_word, prepare, word_key
from index.contract import Entity, Passage
from index.document import Part
from index.plan import Plan
from index.snapshot import Head, SegmentView

_PIECE = re.compile(r"[^\W\d_]+|\d+")
_MOST = 2  # passages beside the title
_WHERE = {Part.BUYER: "buyer", Part.ITEM: "item", Part.TEXT: "text", Part.ATTACHMENT: "attachment"}


def marked_keys(plan: Plan) -> frozenset[int]:
    """The keys of the words that are marked: those that must be there, and what may stand for them."""
    required = [unit for unit in plan.units if unit.required]
    return frozenset(key for unit in required for choice in unit.alternatives for key in choice.keys)


def find_passages(segment: SegmentView, doc: int, head: Head, keys: frozenset[int]) -> tuple[Passage, ...]:
    """The title if it has a match, then the best other lines."""
    if not keys:
        return ()
    title = mark(head.title, keys)
    passages = [Passage(where="title", parts=title)] if len(title) > 1 else []
    best = _best_lines(segment, doc, keys)
    if best:
        files, file_of, texts = segment.text(doc)
        _, parts, _, _ = segment.lines(doc)
        guide = segment.entity(doc) is Entity.GUIDE
        first_file = parts.index(Part.ATTACHMENT) if Part.ATTACHMENT in parts else 0
        for line in best:
            part = parts[line]
            where = "text" if guide else _WHERE[part]
            filename = files[file_of[line - first_file]] if part is Part.ATTACHMENT else None
            passages.append(Passage(where=where, parts=mark(texts[line], keys), filename=filename))
    return tuple(passages)


def _best_lines(segment: SegmentView, doc: int, keys: Collection[int]) -> list[int]:
    """The lines after the title with the most different matches, of equal ones those with more in a row."""
    _, parts, lengths, words = segment.lines(doc)
    places = np.flatnonzero(np.isin(words, segment.fold_numbers(keys)))
    lines = np.searchsorted(np.cumsum(lengths), places, side="right").tolist()
    matched: dict[int, set[int]] = {}
    rows: dict[int, int] = {}
    before = (-1, -1)
    for place, line, word in zip(places.tolist(), lines, words[places].tolist(), strict=True):
        matched.setdefault(line, set()).add(word)
        rows[line] = rows.get(line, 0) + (before == (line, place - 1))
        before = (line, place)
    matched.pop(0, None)
    ranked = sorted(matched, key=lambda line: (-len(matched[line]), parts[line] is Part.BUYER, -rows[line], line))
    return ranked[:_MOST]


def mark(text: str, keys: Collection[int]) -> tuple[str, ...]:
    """The text in parts, plain and matched by turns, plain first; neighbouring matches are one."""
    parts, end = [""], 0
    for piece in _PIECE.finditer(prepare(text)):
        if word_key(parse_word(piece[0]).folded) not in keys:
            continue
        between = text[end : piece.start()]
        if len(parts) > 1 and not between.strip():
            parts[-1] += between + text[piece.start() : piece.end()]
        else:
            parts[-1:] = [parts[-1] + between] if len(parts) % 2 else [parts[-1], between]
            parts.append(text[piece.start() : piece.end()])
        end = piece.end()
    if len(parts) % 2 == 0:
        parts.append("")
    parts[-1] += text[end:]
    return tuple(parts)
