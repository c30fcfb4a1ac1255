"""Text folded letter by letter: a rule written without accents still points into the original."""

import unicodedata
from functools import lru_cache

# Signs that are written in several ways; each becomes one character, so that places stay the same.
_SIGNS = {
    **dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2007\u2009\u202f\u3000\t"), " "),
    **dict.fromkeys(map(ord, "‐‑‒–—―−"), "-"),
    **dict.fromkeys(map(ord, "’‘′´`ʼ"), "'"),
    **dict.fromkeys(map(ord, "“”„«»″"), '"'),
    ord("："): ":",
    ord("×"): "x",
}


class _Letters(dict[int, str]):
    """What each letter folds to, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        opened = unicodedata.normalize("NFD", letter.lower().replace("đ", "d"))
        bare = "".join(c for c in opened if not unicodedata.combining(c))
        self[code] = bare if len(bare) == 1 else letter
        return self[code]


_LETTERS = _Letters(_SIGNS)


def fold_in_place(text: str) -> str:
    """The text in lower case without accents, as long as before: character n comes from character n.

    Dashes, quotation marks and odd spaces become "-", "'", '"' and " ".
    """
    return _fold_short(text) if len(text) <= _SHORT else text.translate(_LETTERS)


# Cells and labels are looked at by one rule after the other.
_SHORT = 120


@lru_cache(maxsize=4096)
def _fold_short(text: str) -> str:
    return text.translate(_LETTERS)


def is_accented(text: str) -> bool:
    """Whether a text uses Vietnamese letters, so that a word without accents is meant without them."""
    return not text.isascii()
