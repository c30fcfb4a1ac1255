"""The words of a run of a query one by one, with what was written to stand for them."""

import re
from dataclasses import dataclass

from index.language.analysis import CHUNK, Word, parse_chunk, prepare
from index.spelling.edge import Edge

_GLUED = 0.9  # a code written in one beside its parts
_OTHER = 0.8  # a word that was written to stand for the one before it
_OR = "|"  # between words without a space: either at this place
_COMMA = re.compile(r"(?<!\d),|,(?!\d)|,(?=\d+,\d)|(?<=,\d),|(?<=,\d\d),|[;+\n]")  # parts wishes, but not 0,9
#: Words of a query; what follows is not searched.
MOST_WORDS = 40


@dataclass(frozen=True)
class TypedWord:
    """A word as it was typed and read; `stop` says whether a comma is before it."""

    word: Word
    raw: str
    stop: bool = False


def read_typed(text: str) -> tuple[list[TypedWord], list[Edge], list[Edge], str]:
    """The words of a text, the codes among them written in one, what was written to stand for one ("luồng|luồn"), and
    the words beyond those that are searched."""
    tokens: list[TypedWord] = []
    edges: list[Edge] = []
    others: list[Edge] = []
    text, end = prepare(text), 0
    for match in CHUNK.finditer(text):
        chunk = parse_chunk(match[0])
        comma = _COMMA.search(text, end)
        start, stop = len(tokens), comma is not None and comma.start() < match.start()
        if start and len(chunk.words) == 1 and text[end : match.start()] == _OR:
            others.append(Edge(start - 1, start, (chunk.words[0].folded,), _OTHER, match[0]))
            end = match.end()
            continue
        for word in chunk.words:
            tokens.append(TypedWord(word, match[0] if len(chunk.words) == 1 else word.exact, stop))
            stop = False
        edges += [Edge(start, len(tokens), (word.folded,), _GLUED) for word in chunk.glued[:1]]
        end = match.end()
    edges, others = ([edge for edge in own if edge.end <= MOST_WORDS] for own in (edges, others))
    return tokens[:MOST_WORDS], edges, others, " ".join(token.raw for token in tokens[MOST_WORDS:])
