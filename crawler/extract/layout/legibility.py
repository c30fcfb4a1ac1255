"""Whether the text of a page is worth reading: Vietnamese has accents on most of its words."""

import re
from collections.abc import Callable

from timthau.text.encoding import vietnamese_share
from timthau.text.fold import fold
from timthau.text.syllable import is_syllable

_WORD = re.compile(r"[^\W\d_]{2,}")
_BETWEEN_WORDS = re.compile(r"[\s\d!-/:-@]+")
#: Fewer of a page's words with accents than this is what scanners make that know only English.
_LEAST_ACCENTED = 0.25
#: A page with fewer words than this is not judged by them.
_TELLING_WORDS = 30
#: More of a page's letters without meaning than this are no bullets any more.
_MOST_LOST = 0.06
# Words without a vowel, or with a capital within, as fonts give that call their letters by other names.
_ODD = re.compile(r"[b-df-hj-np-tv-xz]{3,}")
_INNER_CAPITAL = re.compile(r"[a-zß-öø-ÿ][A-ZÀ-ÖØ-Þ]")


def count_accented(text: str) -> int:
    """How many words are Vietnamese with accents."""
    return sum(not word.isascii() and is_syllable(word) for word in _WORD.findall(text))


def is_legible(text: str, *, picture_share: float, drawn: Callable[[], bool], lost: float = 0.0) -> bool:
    """Whether a page's own text says what the page shows.

    It does not where the page is a picture and the text at most the stamp of a signature, a scanner's useless
    reading, or letters of a font without meaning. `picture_share` is how much of the page pictures cover (0 to 1);
    `drawn` says whether it may be letters turned into shapes, and is asked only of pages without text; `lost` is the
    share of letters whose meaning the file does not say.
    """
    length = len(text.strip())
    if length < 20:
        return picture_share <= 0.02 and not drawn()
    if picture_share > 0.5:
        words = len(_WORD.findall(text))
        if length < 400 or count_accented(text) < _LEAST_ACCENTED * words:
            return False
    if lost > _MOST_LOST or not _has_words(text):
        return False
    foreign = sum(not word.isascii() for word in _BETWEEN_WORDS.split(text))
    return (foreign <= 20 or vietnamese_share(text) >= 0.4) and not _is_garbled(text)


def _has_words(text: str) -> bool:
    """Whether letters and digits are what a text is mostly made of; dots of forms that are filled in by hand count."""
    signs = [sign for sign in text if not sign.isspace() and sign not in ".…_-|"]
    return sum(map(str.isalnum, signs)) >= 0.5 * len(signs)


def _is_garbled(text: str) -> bool:
    """Whether the words are Vietnamese without any accents, or no words of any language."""
    words = _WORD.findall(text)
    if len(words) < _TELLING_WORDS:
        return False
    accented = count_accented(text)
    if accented >= 0.3 * len(words):
        return False
    syllables = sum(map(is_syllable, words))
    if accented <= 0.02 * len(words) and syllables >= 0.6 * len(words):
        return True
    distinct = set(words)
    odd = sum(_is_odd(word) for word in distinct)
    return odd >= 8 and odd >= 0.12 * len(distinct)


def _is_odd(word: str) -> bool:
    if _INNER_CAPITAL.search(word):
        return True
    plain = fold(word)
    return not word.isupper() and _ODD.fullmatch(plain) is not None
