"""Damaged text made whole: entities, look-alike letters, invisible signs."""

import html
import re
import unicodedata

from timthau.text.encoding import BYTE_SIGNS, recover_legacy, recover_utf8
from timthau.text.fold import nfc
from timthau.text.syllable import is_syllable

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8}\d?);")
# Letters in disguise: mathematical bold and italic, full width, ligatures, Roman numerals as one sign.
_DISGUISED = re.compile("[\U0001d400-\U0001d7ff\uff01-\uff5e\ufb00-\ufb06\u2160-\u217f]")
_LOOK_ALIKES = str.maketrans({"ƣ": "ư", "Ƣ": "Ư", "Ɖ": "Đ", "ɖ": "đ", "\u2010": "-", "\u2011": "-"})
_ETH_OR_ENYE = re.compile(r"(?<![^\W\d_])(?:(?![ðÐñÑ])[^\W\d_])*+[ðÐñÑ][^\W\d_]*+")
_ABBREVIATION = re.compile("[B-DĐF-HJ-NP-TV-XZ]+")
_SPACES = dict.fromkeys(
    [0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0x85, 0x0B, 0x0C], " "
)
_INVISIBLE = dict.fromkeys(
    [0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0xFFFC]
    + [c for c in (*range(0x20), *range(0x7F, 0xA0)) if c not in (0x09, 0x0A, 0x0B, 0x0C, 0x85)]
    + [0x61C, 0x115F, 0x1160, 0x180E, 0x3164, 0xFFA0, *range(0xE0000, 0xE0080)]  # turn the writing, fill, or tag
    + [*range(0xD800, 0xE000)],  # halves of a letter, which JSON can spell and nobody can write down
)
_ODD_WHITE = _SPACES | _INVISIBLE
# What is rarely there is looked for once, among the letters that a text is made of, before any of it is replaced.
_ODD_SIGNS = frozenset(map(chr, _ODD_WHITE))
_LOOK_ALIKE_SIGNS = frozenset(map(chr, _LOOK_ALIKES))
_DISGUISES = (*range(0x2160, 0x2180), *range(0xFB00, 0xFB07), *range(0xFF01, 0xFF5F), *range(0x1D400, 0x1D800))
_DISGUISED_SIGNS = frozenset(map(chr, _DISGUISES))


def repair(text: str) -> str:
    """The text as its author saw it: one form for each letter, plain spaces, and damage from encodings undone.

    Recognised: TCVN3 and VNI, UTF-8 read as Latin-1, look-alikes of đ and ư, mathematical letters, entities that
    were escaped twice, invisible characters. Good text stays as it is; lines stay lines. Repairing twice changes
    nothing more.
    """
    while (repaired := _repair_once(text)) != text:
        text = repaired
    return text


def _repair_once(text: str) -> str:
    if "&" in text:
        text = _ENTITY.sub(lambda m: html.unescape(m[0]), text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():
        return _plain_white(text)
    signs = frozenset(text)
    if not _DISGUISED_SIGNS.isdisjoint(signs):
        text = _DISGUISED.sub(lambda m: unicodedata.normalize("NFKC", m[0]), text)
        signs = frozenset(text)
    recovered = nfc(text)
    if recovered != text or not signs.isdisjoint(BYTE_SIGNS):
        recovered = recover_utf8(recovered)
    recovered = recover_legacy(recovered)  # before spaces: both encodings give no-break spaces a meaning
    if recovered != text:
        text, signs = recovered, frozenset(recovered)
    if not _ODD_SIGNS.isdisjoint(signs):
        text = text.translate(_ODD_WHITE)
    if not signs.isdisjoint(_LOOK_ALIKE_SIGNS):
        text = text.translate(_LOOK_ALIKES)
    if not signs.isdisjoint("ðÐñÑ") and signs.isdisjoint("þÞ"):
        text = _ETH_OR_ENYE.sub(_restore_d, text)
    return nfc(text)


def _plain_white(text: str) -> str:
    return text if _ODD_SIGNS.isdisjoint(text) else text.translate(_ODD_WHITE)


def _restore_d(match: re.Match[str]) -> str:
    """đ for ð and ñ where that makes a Vietnamese word or an abbreviation ("QÐ"); "España" and "El Niño" stay."""
    word = match[0]
    candidate = word.replace("ð", "đ").replace("Ð", "Đ").replace("ñ", "đ").replace("Ñ", "Đ")
    if is_syllable(candidate) or _ABBREVIATION.fullmatch(candidate):
        return candidate
    return word.replace("ð", "đ").replace("Ð", "Đ")
