"""Vietnamese text that went through the wrong encoding: recognised by what it would mean, and read anew."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from timthau.text.syllable import is_syllable

# TCVN 5712 (the ".VnTime" fonts) as it looks when its bytes are taken for Latin-1: "N¨m häc" is "Năm học".
# Capitals with tones have no codes of their own: headings are set in capital fonts from the same codes.
_TCVN3 = str.maketrans(
    dict(
        zip(
            "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
            "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
            strict=True,
        )
    )
)

# VISCII as it looks when its bytes are taken for windows-1252: "Ngh® An" is "Nghệ An".
_VISCII_LETTERS = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉ"
    "đựòóôõỏọụùúũủýợỮ"
)
_VISCII_FEW = {0x02: "Ẳ", 0x05: "Ẵ", 0x06: "Ẫ", 0x14: "Ỷ", 0x19: "Ỹ", 0x1E: "Ỵ"}


def decode_viscii(content: bytes) -> str:
    """The text of bytes in VISCII (RFC 1456)."""
    return content.decode("latin-1").translate(_VISCII_BYTES)


_VISCII_BYTES = dict(zip(range(0x80, 0x100), _VISCII_LETTERS, strict=True)) | _VISCII_FEW
# A no-break space is one more often than "Õ".
_VISCII = {
    ord(seen): letter
    for code, letter in _VISCII_BYTES.items()
    if code > 0x20 and code != 0xA0
    for seen in (chr(code), bytes([code]).decode("cp1252", "replace"))
    if seen != "\ufffd"
}

# VNI-Windows writes a vowel and then a sign for its tone or shape: "Thoâng baùo" is "Thông báo".
_VNI_SIGNS = "ùøûõïâáàåãäêéèúüë"
_VNI_VOWELS = {
    "a": "áàảãạâấầẩẫậăắằẳẵặ",
    "e": "éèẻẽẹêếềểễệ",
    "o": "óòỏõọôốồổỗộ",
    "u": "úùủũụ",
    "y": "ýỳỷỹ",
    "ô": "ớờởỡợ",
    "ö": "ứừửữự",
}
_VNI_LETTERS = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def _vni_table() -> dict[str, str]:
    lower = {v + s: r for v, results in _VNI_VOWELS.items() for s, r in zip(_VNI_SIGNS, results, strict=False)}
    lower |= _VNI_LETTERS
    mixed = {pair[0].upper() + pair[1:]: result.upper() for pair, result in lower.items()}
    return lower | mixed | {pair.upper(): result.upper() for pair, result in lower.items()}


_VNI = _vni_table()
_VNI_PART = re.compile("|".join(sorted(_VNI, key=len, reverse=True)))

#: Signs that good Vietnamese does not have beside a letter; only text that has one is looked at closely. The sign comes
#: first in the pattern, as most texts have none: what stands around it is asked afterwards.
_SIGNS = "¡-\u00ad®µ-¾"
_STRANGE = "åæçëîïñäöüûøßþðÆÇÎÏÖ×ØÜÞÑÐ÷"
_BEHIND = {
    "aA": "ùøûõïâáàåãäêéèúüëÙØÛÕÏÂÁÀÅÃÄÊÉÈÚÜË",
    "eE": "ùøûõïâáàåãäÙØÛÕÏÂÁÀÅÃÄ",
    "oO": "ùøûõïâåäÙØÛÕÏÂÅÄ",
    "uU": "ùøûõïÙØÛÕÏ",
}
_HINT = re.compile(
    f"[{_SIGNS}{_STRANGE}{_BEHIND['aA']}](?:(?<=[{_STRANGE}])|(?<=[A-Za-z][{_SIGNS}])|(?<=[{_SIGNS}])(?=[A-Za-zÀ-ÿ])|"
    + "|".join(f"(?<=[{vowel}][{letters}])" for vowel, letters in _BEHIND.items())
    + ")"
)
_NOT_IN_WORDS = re.compile(r"[\x00-@\[-`{-\xa0]+")
_WORD = re.compile(r"[^\x00-@\[-`{-\xa0]+")
_BEYOND_LATIN1 = re.compile(r"[ĂăĐđĨĩŨũƠơƯưẠ-ỹ]")
_HYPHEN_IN_WORD = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")


def _decode_tcvn3(text: str) -> str:
    # PDF's own encoding has a hyphen where the fonts have "ư" (0xAD): "tr-êng".
    text = _restore_horns(text)
    decoded = text.translate(_TCVN3)
    typed = [c for c in text if c.isascii() and c.isalpha()]
    capitals = len(typed) > 2 and all(c.isupper() for c in typed)
    return decoded.upper() if capitals else decoded


def _restore_horns(text: str) -> str:
    return " ".join(map(_restore_horn, text.split(" "))) if "-" in text else text


def _restore_horn(word: str) -> str:
    horned = _HYPHEN_IN_WORD.sub("\u00ad", word)
    core = _NOT_IN_WORDS.sub("", horned.translate(_TCVN3))
    return horned if horned != word and is_syllable(core) else word


def _decode_vni(text: str) -> str:
    return _VNI_PART.sub(lambda m: _VNI[m[0]], text)


def _decode_viscii(text: str) -> str:
    return text.translate(_VISCII)


@dataclass(frozen=True)
class _Evidence:
    """Distinct words that reading anew makes Vietnamese, makes foreign, leaves foreign, or changes to another one."""

    gained: frozenset[str]
    lost: int
    foreign: int
    either: int

    def convinces(self, needed: int, *, one_is_enough: bool = True) -> bool:
        gained = len(self.gained)
        if gained >= needed and gained > 2 * self.lost and gained >= self.foreign:
            return True
        if not one_is_enough:
            return False
        # One word is enough when nothing but a font explains the sign within it: "b»ng" beside "dông cô".
        sure = any(_SIGN_WITHIN.search(word) for word in self.gained)
        return sure and self.either > 0 and not self.lost and not self.foreign


# A sign between letters, as only these fonts have it; the dot of units (N·m) does not count.
_SIGN_WITHIN = re.compile(r"[A-Za-z][¡-¶¸¹»-¿][A-Za-z]")
_MICRO_UNIT = re.compile(r"µ[A-Za-z]{1,3}")
# No good word changes from small to capital letters and back.
_MIXED_CASE = re.compile(r"[a-z][À-ÖØ-Þ]|[A-Z][ß-öø-ÿ][A-Z]")


def _weigh(text: str, decode: Callable[[str], str], *, shortest: int = 1) -> _Evidence:
    gained, lost, foreign, either = set(), 0, 0, 0
    for word in set(_NOT_IN_WORDS.split(text)):
        if word.isascii() or len(word) < shortest or _MICRO_UNIT.fullmatch(word):
            continue
        before, after = is_syllable(word) and not _MIXED_CASE.search(word), is_syllable(decode(word))
        if after and not before:
            gained.add(word.lower())
        elif before and not after:
            lost += 1
        elif before:
            either += 1
        else:
            foreign += 1
    return _Evidence(frozenset(gained), lost, foreign, either)


def recover_legacy(text: str) -> str:
    """The text with lines in TCVN3, VNI or VISCII encoding read anew; lines that are good or in doubt stay as they are.

    A text without a single letter that only Unicode has is judged as a whole, any other line by line: two
    different words of a line must become Vietnamese, and hardly any may stop being so.
    """
    if text.isascii() or _HINT.search(text) is None:
        return text
    if _BEYOND_LATIN1.search(text) is None:
        decode = _choose_decoder(text, 3)
        if decode is not None:
            return "\n".join(map(decode, text.split("\n")))
    return "\n".join(map(_recover_line, text.split("\n")))


def _choose_decoder(text: str, needed: int) -> Callable[[str], str] | None:
    """The reading that makes the most words Vietnamese, if any convinces."""
    readings = ((_decode_tcvn3, _restore_horns(text)), (_decode_vni, text))
    found = [(len(e.gained), decode) for decode, said in readings if (e := _weigh(said, decode)).convinces(needed)]
    # VISCII has letters in the places of signs that stand beside letters everywhere: "m²", "10 µl", "Phaco®".
    evidence = _weigh(text, _decode_viscii, shortest=3)
    if evidence.convinces(needed + 2, one_is_enough=False):
        found.append((len(evidence.gained), _decode_viscii))
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _recover_line(line: str) -> str:
    if line.isascii() or _HINT.search(line) is None:
        return line
    decode = _choose_decoder(line, 2)
    if decode is None:
        return line
    if _BEYOND_LATIN1.search(line) is None:
        return decode(line)
    # Half good, half not, as where a font changes within a paragraph: only the words that gain.
    gained = _weigh(line, decode).gained
    return _WORD.sub(lambda m: decode(m[0]) if m[0].lower() in gained else m[0], line)


# UTF-8 read as cp1252 or Latin-1: "Äáº¥u tháº§u" is "Đấu thầu". Only what Vietnamese needs is undone.
def _as_byte(code: int) -> str:
    """What the byte may have become."""
    return chr(code) + bytes([code]).decode("cp1252", "ignore")  # which leaves five codes free


#: One of these stands in each letter of UTF-8 that was read as another encoding.
BYTE_SIGNS = frozenset("".join(map(_as_byte, range(0x80, 0xC0))))
_TAIL = f"[{re.escape(''.join(sorted(BYTE_SIGNS)))}]"
_MOJIBAKE = re.compile(
    f"[\u00c2\u00c3\u00c4\u00c5\u00c6\u00cc]{_TAIL}|\u00e1[\u00ba\u00bb]{_TAIL}|\u00e2[\u20ac\u0080]{_TAIL}"
)
_MOJIBAKE_SURE = re.compile(
    f"[\u00c2\u00c3\u00c4\u00c5\u00c6\u00cc](?!\u00a0){_TAIL}|\u00e1[\u00ba\u00bb]{_TAIL}|\u00e2[\u20ac\u0080]{_TAIL}"
)


def recover_utf8(text: str) -> str:
    """The text with UTF-8 that was read as cp1252 or Latin-1 read anew, line by line."""
    if text.isascii() or _MOJIBAKE_SURE.search(text) is None:
        return text
    return "\n".join(
        # "XÃ" before a no-break space is good text; so that pair counts only beside surer ones.
        _MOJIBAKE.sub(_read_utf8, line) if _MOJIBAKE_SURE.search(line) else line
        for line in text.split("\n")
    )


def _read_utf8(match: re.Match[str]) -> str:
    raw = b"".join(c.encode("latin-1") if ord(c) < 0x100 else c.encode("cp1252") for c in match[0])
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


def vietnamese_share(text: str) -> float:
    """Which part of the words with letters beyond ASCII are Vietnamese syllables, 0 to 1; 0 when there are none."""
    words = [word for word in _NOT_IN_WORDS.split(text) if not word.isascii()]
    return sum(map(is_syllable, words)) / len(words) if words else 0.0
