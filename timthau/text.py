"""Vietnamese text: one form for what looks the same, and folding for what is typed without accents."""

import re
import unicodedata

# Where the tone stands in oa, oe, uy: "hoá, thuỷ" (new style) and "hóa, thủy" (old style) are both in use.
# The rule applies only when the pair ends its syllable: "hoàn" and "thuyền" have one spelling.
_TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook above, dot below
_SECOND_VOWEL_TONE = re.compile(rf"(?<![qQ])([oO])([aAeE])([{_TONES}])(?!\w)|(?<![qQ])([uU])([yY])([{_TONES}])(?!\w)")


def nfc(text: str) -> str:
    """The text in Unicode's composed form (NFC), as it is stored everywhere."""
    return unicodedata.normalize("NFC", text)


def place_tones(text: str) -> str:
    """The text with tones on the first vowel of a final oa, oe, uy: "thuỷ tinh hoá" becomes "thủy tinh hóa"."""
    opened = unicodedata.normalize("NFD", text)
    moved = _SECOND_VOWEL_TONE.sub(lambda m: "".join((m[1] or m[4], m[3] or m[6], m[2] or m[5])), opened)
    return unicodedata.normalize("NFC", moved)


def fold(text: str) -> str:
    """The text in lower case without any accents, as people type in a hurry: "Đấu thầu" becomes "dau thau"."""
    opened = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(c for c in opened if not unicodedata.combining(c))


def collapse_spaces(text: str) -> str:
    """The text on one line with single spaces."""
    return " ".join(text.split())
