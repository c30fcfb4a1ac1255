"""Texts that make a pattern work hardest, made from the pattern itself, and how the work grows with them."""

import re
import time
from collections.abc import Callable, Iterator
from itertools import islice
from re import _constants as op  # type: ignore[attr-defined]  # the parser of the standard library
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

#: Pumps of a pattern at most; more say nothing new.
_MOST_PUMPS = 30
_MOST_STARTS = 3
#: What texts put between words.
_SIGNS = (":", " ", "\u2013")
#: Letters to stand for a class, the first that belongs to it.
_LETTERS = "aA1 .,-:/đ\n(_&<\"'="
_CATEGORIES = {
    op.CATEGORY_DIGIT: "1",
    op.CATEGORY_NOT_DIGIT: "a",
    op.CATEGORY_SPACE: " ",
    op.CATEGORY_NOT_SPACE: "a",
    op.CATEGORY_WORD: "a",
    op.CATEGORY_NOT_WORD: " ",
}
#: What ends a text so that nothing matches to its end.
_BREAK = "\x00"
#: Growth of the work with four times the text: four is linear, sixteen quadratic.
_FACTOR = 4
_MOST_GROWTH = 9.0
#: Seconds of processor time from which growth can be told.
_MEASURABLE = 0.003
_LENGTH = 3_000
_LONGER = _FACTOR * _LENGTH


def pumps(pattern: str, flags: int) -> list[tuple[str, str]]:
    """What to begin a text with, and what to repeat in it: a repeated part of the pattern, or all that leads to it."""
    found: dict[tuple[str, str], None] = {}
    tree = parser.parse(pattern, flags)
    for before, body in _repeats(tree, ""):
        found[before, body] = None
        if before:
            found["", before + body] = None
    found["", _sample(tree)] = None
    for start in _starts(tree):
        for sign in _SIGNS:
            found["", start + sign] = None
    return [(before, body) for before, body in islice(found, _MOST_PUMPS) if body.strip("\x00")]


def grows_faster(call: Callable[[str], object], before: str, pump: str) -> bool:
    """Whether the work of a call grows faster than the text."""
    text = before + pump * 4 + _BREAK
    while len(text) < _LENGTH:  # slowly at first: what explodes is seen before it takes for ever
        if _seconds(call, text) > 0.1 and _least(call, text) > 0.1:
            return True
        count = (len(text) - len(before)) // len(pump)
        text = before + pump * (count + max(2, count // 4)) + _BREAK
    short = _fill(before, pump, _LENGTH)
    if _seconds(call, short) < _MEASURABLE:
        return False
    long = _fill(before, pump, _LONGER)
    # The least of several: whatever else the machine does makes a measurement longer, never shorter.
    return all(_least(call, long) > _MOST_GROWTH * _least(call, short) for _ in range(3))


def _fill(before: str, pump: str, length: int) -> str:
    return before + pump * (length // len(pump) + 1) + _BREAK


def _least(call: Callable[[str], object], text: str) -> float:
    return min(_seconds(call, text) for _ in range(3))


def _seconds(call: Callable[[str], object], text: str) -> float:
    begun = time.thread_time()
    call(text)
    return time.thread_time() - begun


def _repeats(tree: Any, before: str) -> Iterator[tuple[str, str]]:
    """The bodies of all repeats, each with what leads to it."""
    for what, value in tree:
        if what in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            body = value[2]
            yield from ((before, sample) for sample in _variants(body))
            yield from _repeats(body, before)
        elif what is op.BRANCH:
            for branch in value[1]:
                yield from _repeats(branch, before)
        elif what is op.SUBPATTERN:
            yield from _repeats(value[3], before)
        elif what is op.ATOMIC_GROUP:
            yield from _repeats(value, before)
        elif what in (op.ASSERT, op.ASSERT_NOT):
            yield from _repeats(value[1], before)
        before += _sample([(what, value)])


def _starts(tree: Any) -> list[str]:
    """What the pattern begins with: a text for each of its first branches."""
    for what, value in tree:
        if what is op.BRANCH:
            return [_sample(branch) for branch in value[1]][:_MOST_STARTS]
        if what is op.SUBPATTERN:
            return _starts(value[3])
        if what is op.LITERAL:
            return [_sample(tree)]
    return []


def _variants(tree: Any) -> set[str]:
    """Texts that a repeated part matches: one for each of its branches."""
    tree = list(tree)
    if len(tree) == 1 and tree[0][0] is op.BRANCH:
        return {_sample(branch) for branch in tree[0][1][1]}
    if len(tree) == 1 and tree[0][0] is op.SUBPATTERN:
        return _variants(tree[0][1][3])
    return {_sample(tree), _sample(tree, more=True)}


def _sample(tree: Any, *, more: bool = False) -> str:
    """A short text that a part matches; with `more` what may be left out is there."""
    text = ""
    for what, value in tree:
        if what is op.LITERAL:
            text += chr(value)
        elif what in (op.NOT_LITERAL, op.ANY):
            text += "b" if value != ord("b") else "c"
        elif what is op.IN:
            text += _member(value)
        elif what in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            text += _sample(value[2], more=more) * max(value[0], 1 if more else 0)
        elif what is op.BRANCH:
            text += _sample(value[1][0], more=more)
        elif what is op.SUBPATTERN:
            text += _sample(value[3], more=more)
        elif what is op.ATOMIC_GROUP:
            text += _sample(value, more=more)
    return text


def _member(members: Any) -> str:
    allowed = [str(re.escape(chr(value))) for what, value in members if what is op.LITERAL]
    negated = any(what is op.NEGATE for what, _ in members)
    if not negated:
        for what, value in members:
            if what is op.CATEGORY:
                return _CATEGORIES.get(value, "a")
            if what is op.RANGE:
                return chr(value[0])
            if what is op.LITERAL:
                return chr(value)
    ranges = [value for what, value in members if what is op.RANGE]
    categories = [value for what, value in members if what is op.CATEGORY]

    def is_out(letter: str) -> bool:
        hit = re.escape(letter) in allowed or any(low <= ord(letter) <= high for low, high in ranges)
        spaces = letter.isspace() and op.CATEGORY_SPACE in categories
        digits = letter.isdecimal() and op.CATEGORY_DIGIT in categories
        words = (letter.isalnum() or letter == "_") and op.CATEGORY_WORD in categories
        return not (hit or spaces or digits or words)

    return next(filter(is_out, _LETTERS), "\x00")
