"""Vietnamese text: one form for what looks the same, and folding for what is typed without accents."""

import re
import unicodedata
from itertools import filterfalse

# Where the tone stands in oa, oe, uy: "hoá, thuỷ" (new style) and "hóa, thủy" (old style) are both in use.
# The rule applies only when the pair ends its syllable: "hoàn" and "thuyền" have one spelling.
_TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook above, dot below
_SECOND_VOWEL_TONE = re.compile(rf"(?<![qQ])([oO])([aAeE])([{_TONES}])(?!\w)|(?<![qQ])([uU])([yY])([{_TONES}])(?!\w)")

# i and y at the end of an open syllable are one sound: "kỹ, kĩ", "quý, quí"; "thủy" and "y" have a vowel of their own.
_FINAL_Y = re.compile(rf"(?<=[bcdđghklmnpqrstvx])(u?)y([{_TONES}]?)\Z")


def nfc(text: str) -> str:
    """The text in Unicode's composed form (NFC), as it is stored everywhere."""
    return unicodedata.normalize("NFC", text)


def place_tones(text: str) -> str:
    """The text with tones on the first vowel of a final oa, oe, uy: "thuỷ tinh hoá" becomes "thủy tinh hóa"."""
    if text.isascii():
        return text
    opened = unicodedata.normalize("NFD", text)
    moved = _SECOND_VOWEL_TONE.sub(lambda m: "".join((m[1] or m[4], m[3] or m[6], m[2] or m[5])), opened)
    return unicodedata.normalize("NFC", moved)


def write_final_i(word: str) -> str:
    """The word with i for a final y that sounds like it: "kỹ" becomes "kĩ", "quý" "quí"; "thủy" and "y" stay."""
    if word.isascii() and not word.endswith("y"):
        return word
    opened = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", _FINAL_Y.sub(_write_i, opened))


def _write_i(match: re.Match[str]) -> str:
    # "thuy" ends in the pair uy, "quy" in i behind qu; after a consonant a bare y is an i.
    if match[1] and match.string[match.start() - 1] != "q":
        return match[0]
    return f"{match[1]}i{match[2]}"


def fold(text: str) -> str:
    """The text in lower case without any accents, as people type in a hurry: "Đấu thầu" becomes "dau thau"."""
    lowered = text.lower()
    if lowered.isascii():
        return lowered
    return lowered.translate(_BARE)


class _Letters(dict[int, str]):
    """What each letter is without its accents, worked out when it is first met; an accent by itself is nothing."""

    def __missing__(self, code: int) -> str:
        opened = unicodedata.normalize("NFD", chr(code).replace("đ", "d"))
        self[code] = "".join(filterfalse(unicodedata.combining, opened))
        return self[code]


_BARE = _Letters()


def keeps_accents(typed: str, other: str) -> bool:
    """Whether a syllable has the tone of one that was typed or, where that has no mark of it, its other accents.

    So "luồn" may be meant by "luông", but "thử" not by "thuê".
    """
    (tone, marks), (other_tone, other_marks) = map(_part_accents, (typed, other))
    return tone == other_tone or (not tone and marks == other_marks)


def _part_accents(word: str) -> tuple[str, str]:
    accents = list(filter(unicodedata.combining, unicodedata.normalize("NFD", word)))
    return "".join(a for a in accents if a in _TONES), "".join(a for a in accents if a not in _TONES)


def collapse_spaces(text: str) -> str:
    """The text on one line with single spaces."""
    return " ".join(text.split())
