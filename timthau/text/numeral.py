"""Numbers written out in Vietnamese words, as documents repeat and people say them: "bảy mươi triệu đồng"."""

import re

from timthau.text.fold import fold

# Folded: "tư" and "tỷ" keep apart ("tu", "ty"), "mười" and "mươi" do not ("muoi"), nor need they.
_DIGITS = {
    **{"khong": 0, "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "nham": 5},
    **{"sau": 6, "bay": 7, "tam": 8, "chin": 9},
}
_SCALES = (("ty", 10**9), ("trieu", 10**6), ("nghin", 10**3))
_ALIASES = {"ti": "ty", "ngan": "nghin", "le": "linh", "chuc": "muoi"}
_IGNORED = frozenset({"dong", "chan", "viet", "vnd", "linh", "va", "./"})
_WORD = re.compile(r"[a-z]+")


def parse_numeral(text: str) -> int | None:
    """The number that words say; None unless every word belongs to it. "Đồng" and "chẵn" may stand at the end.

    "Nửa tỷ" and "một tỷ rưỡi" have half of what they name.
    """
    words = [_ALIASES.get(word, word) for word in _WORD.findall(fold(text).replace("viet nam dong", "dong"))]
    words = [word for word in words if word not in _IGNORED]
    sizes = dict(_SCALES)
    if len(words) == 2 and words[0] == "nua" and words[1] in sizes:
        return sizes[words[1]] // 2
    half = sizes[words[-2]] // 2 if words[-1:] == ["ruoi"] and len(words) > 2 and words[-2] in sizes else 0
    whole = _parse_scaled(words[:-1] if half else words, _SCALES) if words else None
    return None if whole is None else whole + half


def _parse_scaled(words: list[str], scales: tuple[tuple[str, int], ...]) -> int | None:
    """Words before a scale word count as so many of it: "ba nghìn tỷ" is 3,000 thousand millions."""
    if not scales:
        return _parse_hundreds(words)
    (word, size), rest = scales[0], scales[1:]
    if word not in words:
        return _parse_scaled(words, rest)
    place = words.index(word)
    many = _parse_scaled(words[:place], rest if word != "ty" else _SCALES[1:]) if place else None
    remainder = _parse_scaled(words[place + 1 :], rest) if words[place + 1 :] else 0
    return None if many is None or remainder is None else many * size + remainder


def _parse_hundreds(words: list[str]) -> int | None:
    total, digit = 0, None
    for word in words:
        if word == "tram" and digit is not None:
            total, digit = total + digit * 100, None
        elif word == "muoi":
            total, digit = total + (10 if digit is None else digit * 10), None
        elif word in _DIGITS and digit is None:
            digit = _DIGITS[word]
        else:
            return None
    return total + (digit or 0)
