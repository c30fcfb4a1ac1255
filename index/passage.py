"""The pieces of a document that show why it was found, with the matches as the document writes them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from index.contract import Entity, Passage
from index.language.analysis import parse_word, prepare, word_key
from index.plan.plan import Plan
from index.segment.document import Part
from index.segment.inversion import Ints
from index.segment.view import Lines, SegmentView, Text

_PIECE = re.compile(r"[^\W\d_]+|\d+")
_MOST = 2  # passages beside the title
#: Where a document has words that match, each with the word's key.
_Matches = list[tuple[int, int]]
_WHERE = {Part.BUYER: "buyer", Part.ITEM: "item", Part.TEXT: "text", Part.ATTACHMENT: "attachment"}


class Marker:
    """Finds and marks the matches of one search; what it learns of words serves all of its hits.

    Marked are the words that a plan requires, and what may stand for them.
    """

    def __init__(self, plan: Plan) -> None:
        choices = [choice for unit in plan.units if unit.required for choice in unit.alternatives]
        self._keys = frozenset(key for choice in choices for key in choice.keys)
        self._prefixes = tuple({choice.prefix for choice in choices if choice.prefix})
        self._known = _Known(self._keys, self._prefixes)

    def find_passages(self, segment: SegmentView, docs: Sequence[int]) -> dict[int, tuple[Passage, ...]]:
        """Of each document of a segment the title if it has a match, then the best other lines."""
        if not self._keys and not self._prefixes:
            return dict.fromkeys(docs, ())
        matches = _find_matches(segment, self._list_keys(segment), np.array(docs, np.int64))
        return {doc: self._show(segment, doc, own) for doc, own in zip(docs, matches, strict=True)}

    def _list_keys(self, segment: SegmentView) -> list[int]:
        """The words of a segment to look for."""
        numbers = [segment.vocabulary.numbers_from(prefix) for prefix in self._prefixes]
        keys = [segment.file.array("fold_key")[own].tolist() for own in numbers]
        return list(dict.fromkeys(chain(self._keys, *keys)))

    def _show(self, segment: SegmentView, doc: int, matches: _Matches) -> tuple[Passage, ...]:
        title = self.mark(segment.head(doc).title)
        passages = [Passage(where="title", parts=title)] if len(title) > 1 else []
        lines = segment.lines(doc)
        best = _best_lines(lines, matches)
        if best:
            text = segment.text(doc)
            guide = segment.entity(doc) is Entity.GUIDE
            first_of_files = int(np.argmax(lines.parts == Part.ATTACHMENT))
            for line in best:
                part = Part(int(lines.parts[line]))
                found = Passage(where="text" if guide else _WHERE[part], parts=self.mark(text.lines[line]))
                passages.append(_locate(found, text, line - first_of_files) if part is Part.ATTACHMENT else found)
        return tuple(passages)

    def mark(self, text: str) -> tuple[str, ...]:
        """The text in parts, plain and matched by turns, plain first; neighbouring matches are one."""
        parts, end = [""], 0
        prepared = prepare(text)
        matches = list(map(self._known.__getitem__, _PIECE.findall(prepared)))
        for piece, matched in zip(_PIECE.finditer(prepared) if any(matches) else (), matches, strict=False):
            if not matched:
                continue
            start, stop = piece.span()
            between = text[end:start]
            if len(parts) > 1 and not between.strip():
                parts[-1] += between + text[start:stop]
            else:
                parts[-1:] = [parts[-1] + between] if len(parts) % 2 else [parts[-1], between]
                parts.append(text[start:stop])
            end = stop
        if len(parts) % 2 == 0:
            parts.append("")
        parts[-1] += text[end:]
        return tuple(parts)


def _find_matches(segment: SegmentView, keys: Sequence[int], docs: Ints) -> list[_Matches]:
    """Where each of some documents has some words."""
    found: list[_Matches] = [[] for _ in docs]
    starts, ends = segment.words_of(docs)
    for key in keys:
        places = segment.places_of_folded(key)
        first, end = np.searchsorted(places, starts), np.searchsorted(places, ends)
        for i in np.flatnonzero(end > first).tolist():
            found[i] += [(place, key) for place in places[first[i] : end[i]].tolist()]
    return found


def _best_lines(lines: Lines, matches: _Matches) -> list[int]:
    """The lines after the title with the most different matches, of equal ones those with more in a row."""
    matched: dict[int, set[int]] = {}
    rows: dict[int, int] = {}
    before = (-1, -1)
    matches = sorted(matches)
    places = np.array([place for place, _ in matches], np.uint32)
    numbers = np.searchsorted(lines.ends, places, side="right").tolist()
    for (place, key), line in zip(matches, numbers, strict=True):
        if line:
            matched.setdefault(line, set()).add(key)
            rows[line] = rows.get(line, 0) + (before == (line, place - 1))
            before = (line, place)
    ranked = sorted(matched, key=lambda line: (-len(matched[line]), -rows[line], line))
    return ranked[:_MOST]


def _locate(passage: Passage, text: Text, number: int) -> Passage:
    """The passage with where in which file it stands, `number` being that of the line among those of files."""
    file, page = text.places[number]
    filename, ocr = text.files[file]
    return replace(passage, filename=filename, page=page or None, ocr=ocr)


class _Known(dict[str, bool]):
    """Whether a piece of text is a match."""

    def __init__(self, keys: frozenset[int], prefixes: tuple[str, ...]) -> None:
        super().__init__()
        self._keys, self._prefixes = keys, prefixes

    def __missing__(self, piece: str) -> bool:
        folded = parse_word(piece).folded
        self[piece] = found = word_key(folded) in self._keys or folded.startswith(self._prefixes)
        return found
