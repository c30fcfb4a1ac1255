"""Whether the text of a page is worth reading: Vietnamese has accents on most of its words."""

import re
from collections.abc import Callable

from timthau.text.encoding import vietnamese_share
from timthau.text.syllable import is_syllable

_WORD = re.compile(r"[^\W\d_]{2,}")
_BETWEEN_WORDS = re.compile(r"[\s\d!-/:-@]+")
#: Fewer of a page's words with accents than this is what scanners make that know only English.
_LEAST_ACCENTED = 0.25


def count_accented(text: str) -> int:
    """How many words are Vietnamese with accents."""
    return sum(not word.isascii() and is_syllable(word) for word in _WORD.findall(text))


def is_legible(text: str, *, picture_share: float, drawn: Callable[[], bool]) -> bool:
    """Whether a page's own text says what the page shows.

    It does not where the page is a picture and the text at most the stamp of a signature, a scanner's useless
    reading, or letters of a font without meaning. `picture_share` is how much of the page pictures cover (0 to 1);
    `drawn` says whether it may be letters turned into shapes, and is asked only of pages without text.
    """
    length = len(text.strip())
    if length < 20:
        return picture_share <= 0.02 and not drawn()
    if picture_share > 0.5:
        words = len(_WORD.findall(text))
        if length < 400 or count_accented(text) < _LEAST_ACCENTED * words:
            return False
    foreign = sum(not word.isascii() for word in _BETWEEN_WORDS.split(text))
    return foreign <= 20 or vietnamese_share(text) >= 0.4
