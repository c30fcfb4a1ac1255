"""Measures among the words of a query, which belong to the goods beside them: "22G", "5 ml", "20x25", "3/0", "số 7"."""

from collections.abc import Sequence
from functools import cache
from itertools import chain

from index.language.analysis import Word, parse_words
from timthau.text.table import load_rows

_TIMES = "x"
_LEADING = frozenset({"số", "cỡ", "size", "no"})
_YEARS = range(1990, 2100)


def find_measures(words: Sequence[Word]) -> list[range]:
    """The places of each measure: numbers with a unit behind them, several in a row, or one behind "số" and the like.

    A number alone may be of a model and is none.
    """
    found, at = [], 0
    while at < len(words):
        end = _find_end(words, at)
        led = end > at > 0 and words[at - 1].exact in _LEADING
        if end > at + 1 or led:
            found.append(range(at - led, end))
        at = max(end, at + 1)
    return found


def _find_end(words: Sequence[Word], at: int) -> int:
    """Where a measure ends that begins at a place; the place itself where none does."""
    end = at
    while end < len(words) and _is_number(words[end]):
        end += 1
        if end < len(words) and words[end].folded in _units():
            end += 1
        if end + 1 < len(words) and words[end].exact == _TIMES and _is_number(words[end + 1]):
            end += 1
    return end


def is_year(word: Word) -> bool:
    """Whether a word is the number of a year."""
    return word.exact.isdecimal() and len(word.exact) == len(str(_YEARS[0])) and int(word.exact) in _YEARS


def _is_number(word: Word) -> bool:
    return word.exact.isdecimal() and not is_year(word)


@cache
def _units() -> frozenset[str]:
    """The folded units that are one word, and other names of these."""
    spellings = [row[1:] for row in load_rows("lexicon/synonyms/units.tsv") if len(parse_words(row[1])) == 1]
    texts = [*(unit for _, unit in load_rows("lexicon/measures.tsv")), *chain(*spellings)]
    return frozenset(words[0].folded for text in texts if len(words := parse_words(text)) == 1)
