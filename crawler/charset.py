"""In which encoding a page really is: many say one and are written in another."""

import re

from timthau.text.repair import repair
from timthau.text.syllable import is_syllable

#: What pages are called that say nothing, or whose server says the same of all.
_DOUBTFUL = frozenset(("cp1252", "windows-1252", "iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"))
_UTF8 = frozenset(("utf-8", "utf8"))
_WIDE = ("utf-16", "utf-32")
_VIETNAMESE = "cp1258"
#: How many letters of a page are looked at, and how many words of them have to speak for another encoding.
_LOOKED_AT = 20_000
_FEWEST = 5
_WORD = re.compile(r"[^\W\d_]+")
_TAG = re.compile(rb"<(?:script|style)\b.*?</|<[^<>]*>", re.DOTALL | re.IGNORECASE)


def true_encoding(body: bytes, said: str) -> str:
    """The encoding of a page that calls itself `said`, or is called so.

    No page could say in UTF-16 that it is in UTF-16 (HTML takes those for UTF-8). What is no UTF-8, and what is called
    Latin, as servers call everything, may be windows-1258, where tones stand as signs of their own behind the vowels.
    """
    said = said.lower()
    if said.startswith(_WIDE):
        start = body[:200]
        return said if b"\0" in start or start.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    if said not in _DOUBTFUL | _UTF8 or body.isascii():
        return said
    if _is_utf8(body):
        return "utf-8"
    best = max((said, _VIETNAMESE), key=lambda encoding: _count_words(body, encoding))
    return best if _count_words(body, best) >= _FEWEST else said


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        # A page that breaks off may do so within a letter.
        return error.start >= len(body) - 3
    return True


def _count_words(body: bytes, encoding: str) -> int:
    """How many words with marks are Vietnamese in an encoding."""
    text = repair(_TAG.sub(b" ", body[:_LOOKED_AT]).decode(encoding, "replace"))  # also what old fonts write
    return sum(not word.isascii() and is_syllable(word.lower()) for word in _WORD.findall(text))
