"""A query written so that its own commas divide it as an index did: an alert that keeps it divides it the same way."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from index.language.parser import parse_query
from index.plan.plan import build_plan
from index.query import Query

_OPERATOR = re.compile(r'["|:*]|(?<!\S)-(?=\w)|\bOR\b')  # what follows is no run of plain words
_COMMA = re.compile(r"[,;+\n]")
_WORD = re.compile(r"[^\W\d_]+|\d+")


def write_divided(query: Query, parts: Sequence[str]) -> Query:
    """The query with commas between the wishes that an answer to it names, where it would not divide there by itself.

    Unchanged where the wishes do not stand in it as they are named: words were put in another order, or mended.
    """
    text = query.text
    end = operator.start() if (operator := _OPERATOR.search(text)) else len(text)
    spans = _find_spans(text[:end], parts)
    own = build_plan(parse_query(replace(query, literal=True)), None, expand=query.expand).parts
    known = _find_spans(text[:end], [part.text for part in own])
    if spans is None or known is None:
        return query
    begun = {start for start, _ in known}
    for (_, last), (start, _) in reversed([*pairwise(spans)]):
        if start not in begun and not _COMMA.search(text[last:start]):
            text = f"{text[:last]},{text[last:]}"
    return replace(query, text=text)


def write_parts(text: str, parts: Sequence[str]) -> tuple[str, ...]:
    """Wishes with what stands in a text between their words where that is no space: "3/0", "5ml"; else as they are."""
    found = _find_words(text, parts)
    if found is None:
        return tuple(parts)
    written = []
    for words in found:
        pieces = [text[slice(*words[0])]]
        for (_, end), (start, last) in pairwise(words):
            between = text[end:start]
            pieces += [between if not any(map(str.isspace, between)) else " ", text[start:last]]
        written.append("".join(pieces))
    return tuple(written)


def _find_spans(text: str, parts: Sequence[str]) -> list[tuple[int, int]] | None:
    """Where wishes stand in a text, one after the other; None where they do not."""
    found = _find_words(text, parts)
    return None if found is None else [(words[0][0], words[-1][1]) for words in found]


def _find_words(text: str, parts: Sequence[str]) -> list[list[tuple[int, int]]] | None:
    """Where the words of each wish stand in a text, one after the other; None where they do not.

    A figure begins or ends a word beside a letter: "5ml".
    """
    typed = ((match[0].lower(), match.span()) for match in _WORD.finditer(text))
    places = []
    for part in parts:
        words = []
        for word in _WORD.findall(part.lower()):
            span = next((span for other, span in typed if other == word), None)
            if span is None:
                return None
            words.append(span)
        places.append(words)
    return places if all(places) else None
