"""Words of other languages that the field uses: "lift", "stent", "CDC"; they are no slips of Vietnamese ones."""

from functools import cache

from index.language.analysis import parse_words
from index.language.lexicon import load_lexicon
from index.language.synonym import load_synonyms
from timthau.text.syllable import may_be_syllable
from timthau.text.table import load_rows

_LEAST = 4  # letters; shorter words are one slip away from too many others
_LEAST_ALONE = 3  # of an abbreviation, which stands for itself


@cache
def load_latin_words() -> frozenset[str]:
    """The words of the lexicon that are no syllables, in small letters, read once."""
    words = {word for form in load_synonyms().forms for word in form if len(word) >= _LEAST}
    buyers = {tuple(word.folded for word in parse_words(name)) for (name,) in load_rows("lexicon/buyer_words.tsv")}
    alone = [form for form in load_lexicon().expansions if len(form) == 1]
    words |= {form[0] for form in alone if len(form[0]) >= _LEAST_ALONE or form in buyers}
    return frozenset(word for word in words if word.isascii() and word.isalpha() and not may_be_syllable(word))
