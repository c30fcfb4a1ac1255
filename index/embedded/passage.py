"""The pieces of a document that show why it was found, with the matches as the document writes them."""

import re
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from index.contract import Entity, Passage
from index.embedded.segment.document import Part
from index.embedded.segment.view import Head, Lines, SegmentView, Text
from index.language.analysis import parse_word, prepare, word_key
from index.plan.plan import Plan

_PIECE = re.compile(r"[^\W\d_]+|\d+")
_MOST = 2  # passages beside the title
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
        self._tables: dict[int, npt.NDArray[np.bool_]] = {}

    def find_passages(self, segment: SegmentView, doc: int, head: Head) -> tuple[Passage, ...]:
        """The title if it has a match, then the best other lines."""
        if not self._keys:
            return ()
        title = self.mark(head.title)
        passages = [Passage(where="title", parts=title)] if len(title) > 1 else []
        lines = segment.lines(doc)
        best = self._best_lines(segment, lines)
        if best:
            text = segment.text(doc)
            guide = segment.entity(doc) is Entity.GUIDE
            first_of_files = int(np.argmax(lines.parts == Part.ATTACHMENT))
            for line in best:
                part = Part(int(lines.parts[line]))
                found = Passage(where="text" if guide else _WHERE[part], parts=self.mark(text.lines[line]))
                passages.append(_locate(found, text, line - first_of_files) if part is Part.ATTACHMENT else found)
        return tuple(passages)

    def _best_lines(self, segment: SegmentView, lines: Lines) -> list[int]:
        """The lines after the title with the most different matches, of equal ones those with more in a row."""
        first = int(lines.ends[0])
        places = np.flatnonzero(self._table(segment)[lines.words[first:]]) + first
        matched: dict[int, set[int]] = {}
        rows: dict[int, int] = {}
        before = (-1, -1)
        where = np.searchsorted(lines.ends, places, side="right").tolist()
        for place, line, word in zip(places.tolist(), where, lines.words[places].tolist(), strict=True):
            matched.setdefault(line, set()).add(word)
            rows[line] = rows.get(line, 0) + (before == (line, place - 1))
            before = (line, place)
        ranked = sorted(matched, key=lambda line: (-len(matched[line]), -rows[line], line))
        return ranked[:_MOST]

    def _table(self, segment: SegmentView) -> npt.NDArray[np.bool_]:
        table = self._tables.get(id(segment))
        if table is None:
            table = np.zeros(segment.file.length("fold_key"), bool)
            table[segment.vocabulary.fold_numbers(self._keys)] = True
            for prefix in self._prefixes:
                table[segment.vocabulary.numbers_from(prefix)] = True
            self._tables[id(segment)] = table
        return table

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
