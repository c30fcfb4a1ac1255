"""What a title is about: its words without those that announce, its numbers, and whether it repeats an earlier call."""

import re
from dataclasses import dataclass

from timthau.text.fold import fold

#: Words that announce rather than name: without them two titles about one thing are alike.
_ANNOUNCING = frozenset(
    """
    thong bao thu moi yeu cau de nghi gia chao hang thau ve viec v vv han them keo dai thoi gian tiep nhan nop ho so
    huy bo dung tam hoan lui dinh chinh dieu bo sung sua doi thay noi cac cua cho goi lan ngay ban tin ket qua lua chon
    nha den het va la tai theo mot phan lai ycbg tb cv kinh
    """.split()
)
_REFERENCE = re.compile(r"\b\d+\s?/[\w-]+")
_SIGNS = re.compile("[^0-9a-z]+")
# "(lần 2)" calls again; "bổ sung lần 2" and "lần 2 năm 2026" are further purchases of a series.
_ROUND = re.compile(r"(?<!bo sung )\blan (?:thu )?0?([2-9]|1\d|hai|ba)\b(?! (?:nam|thang|quy)\b)")
_AGAIN = re.compile(r"\b(?:moi|moi thau|thong bao|dau thau|chao gia|bao gia) lai\b")
_SPELLED = {"hai": 2, "ba": 3}


@dataclass(frozen=True)
class Subject:
    """The folded words and numbers of a title, and what it says of earlier calls.

    `round` is the number of the call ("lần 2"), 1 where it says nothing; `is_anew` that it plainly calls again, maybe
    for what was left over ("đấu thầu lại").
    """

    words: frozenset[str]
    numbers: frozenset[str]
    round: int
    is_anew: bool

    def measure_likeness(self, other: "Subject") -> float:
        """How much two subjects share, from 0 to 1 (Jaccard)."""
        one, two = self.words | self.numbers, other.words | other.numbers
        return len(one & two) / len(one | two) if one and two else 0.0


def parse_subject(title: str) -> Subject:
    """The subject of a title."""
    plain = _SIGNS.sub(" ", _REFERENCE.sub(" ", fold(title))).strip()
    called = _ROUND.search(plain)
    is_anew = _AGAIN.search(plain) is not None
    number = int(_SPELLED.get(called[1]) or called[1]) if called else 1 + is_anew
    tokens = _ROUND.sub(" ", plain).split()
    numbers = frozenset(token.lstrip("0") or "0" for token in tokens if any(letter.isdecimal() for letter in token))
    words = frozenset(token for token in tokens if token.isalpha()) - _ANNOUNCING
    return Subject(words, numbers, number, is_anew)
