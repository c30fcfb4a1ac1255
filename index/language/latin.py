"""Words of other languages that the field uses: "lift", "stent", "CDC"; they are no slips of Vietnamese ones."""

from collections.abc import Container
from functools import cache

from index.language.analysis import parse_words
from index.language.lexicon import load_lexicon
from index.language.synonym import load_synonyms
from timthau.text.syllable import may_be_syllable
from timthau.text.table import load_rows

_LEAST = 4  # letters; shorter words are one slip away from too many others
_LEAST_ALONE = 3  # of an abbreviation, which stands for itself


class _LatinWords(Container[str]):
    """Words of the lexicon that are no syllables, which is looked at when one is asked for."""

    def __init__(self) -> None:
        buyers = {tuple(word.folded for word in parse_words(name)) for (name,) in load_rows("lexicon/buyer_words.tsv")}
        alone = [form for form in load_lexicon().expansions if len(form) == 1]
        self._short = {form[0] for form in alone if len(form[0]) >= _LEAST_ALONE or form in buyers}
        self._words = load_synonyms().latin_words

    def __contains__(self, word: object) -> bool:
        if not isinstance(word, str) or not (word.isascii() and word.isalpha()):
            return False
        known = word in self._short or (len(word) >= _LEAST and word in self._words)
        return known and not may_be_syllable(word)


@cache
def load_latin_words() -> Container[str]:
    """The words of the lexicon that are no syllables, in small letters, read once."""
    return _LatinWords()
