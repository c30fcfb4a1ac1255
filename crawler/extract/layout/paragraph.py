"""Words that stand on a page, put into lines and paragraphs.

All positions are in one unit with y growing downwards; nothing here knows where the words come from.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WordBox:
    """A piece of text without spaces and its box."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        return self.bottom - self.top


def split_lines(words: Iterable[WordBox]) -> list[list[WordBox]]:
    """Words line by line, each from left to right."""
    lines: list[list[WordBox]] = []
    for word in sorted(words, key=lambda w: w.middle):
        for line in reversed(lines[-3:]):
            overlap = min(line[0].bottom, word.bottom) - max(line[0].top, word.top)
            if overlap > 0.5 * min(line[0].height, word.height):
                line.append(word)
                break
        else:
            lines.append([word])
    return [sorted(line, key=lambda w: w.left) for line in lines]


def join_words(words: Iterable[WordBox]) -> str:
    """The words as one line of text; an abbreviation that a narrow cell has broken ("ST" over "T") is made whole."""
    lines = [" ".join(word.text for word in line) for line in split_lines(words)]
    if len(lines) == 2 and _BROKEN.fullmatch(lines[0] + lines[1]):
        return lines[0] + lines[1]
    return " ".join(lines)


_BROKEN = re.compile("[A-ZĐ]{3,4}")
# What begins a paragraph of its own: numbers, letters with a bracket, dashes, headings.
_STARTS = re.compile(
    r"\d{1,2}[.)]\s|\d{1,2}(?:\.\d{1,2}){1,3}\.?\s|[a-zđ][.)]\s|[IVX]{1,5}\s?[.)]\s|[-–+*•●✓]"
    r"|(?:Điều|Mục|Chương|Phần|Phụ lục|Lưu ý|Ghi chú)\b"
)


@dataclass
class Paragraph:
    """A line of text and those that it was wrapped into; `last` is the words of its last one."""

    top: float
    text: str
    last: list[WordBox]


def join_wrapped(paragraphs: Iterable[Paragraph]) -> list[Paragraph]:
    """Lines made whole: one goes on in the next where the next one's first word would not have fitted."""
    joined: list[Paragraph] = []
    lines = list(paragraphs)
    margin = max((line.last[-1].right for line in lines), default=0.0)
    for line in lines:
        before = joined[-1] if joined else None
        if before is not None and _goes_on(before.last, line.last, line.text, margin):
            joined[-1] = Paragraph(before.top, f"{before.text} {line.text}", line.last)
        else:
            joined.append(line)
    return joined


def _goes_on(before: list[WordBox], after: list[WordBox], text: str, margin: float) -> bool:
    first = after[0]
    height = max(word.height for word in before)
    room = margin - before[-1].right
    return (
        first.right - first.left + 0.2 * height > room
        and first.top - before[0].bottom < 0.9 * height
        and abs(first.height - height) < 0.4 * height
        and first.left < before[0].left + 1.5 * height
        and _STARTS.match(text) is None
    )
