"""The first lines of a notice, where it says who speaks."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from crawler.extract.text.line import Line
from crawler.extract.text.organization import Name
from crawler.extract.text.passage import FoldedPassage

#: So many lines may be a letter's head.
HEAD_LINES = 12
_OPENING_LENGTH = 600  # who speaks is named early in a paragraph


@dataclass(frozen=True)
class Opening:
    """The lines of a body, the first of them also in their sentences."""

    lines: tuple[Line, ...]
    sentences: tuple[tuple[FoldedPassage, ...], ...]

    @classmethod
    def of(cls, lines: tuple[Line, ...]) -> Self:
        head = lines[: 2 * HEAD_LINES]
        return cls(lines, tuple(tuple(FoldedPassage(line.text[a:b]) for a, b in line.sentences()) for line in head))

    def first(self, lines: int) -> Iterator[FoldedPassage]:
        """The sentences of so many lines."""
        return (sentence for line in self.sentences[:lines] for sentence in line)


def early_names(said: FoldedPassage | Line) -> list[Name]:
    """The names that stand where a sentence says who speaks."""
    return [name for name in said.names if name.start < _OPENING_LENGTH]
