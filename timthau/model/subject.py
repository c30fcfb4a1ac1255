"""What a title is about: its words without those that announce, its numbers, and whether it repeats an earlier call."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from zlib import crc32

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
_SIZE_BITS = 6  # of a sketch, for how many tokens it is of
_MOST_TOKENS = (1 << _SIZE_BITS) - 1
_EPSILON = 1e-9  # what rounding may take from a product
_TOKEN_BITS = 63 - _SIZE_BITS  # so that it is a whole number of every database


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

    @cached_property
    def tokens(self) -> frozenset[str]:
        """Its words and numbers."""
        return self.words | self.numbers

    @cached_property
    def sketch(self) -> int:
        """How many tokens it has, and a bit set for each, in 63 bits; 0 where it has none, or too many to say.

        Bits that differ are tokens that differ, so `may_be_alike` needs no more of two subjects.
        """
        size = len(self.tokens)
        bits = 0
        for token in self.tokens:
            bits |= _bit(token)
        return bits << _SIZE_BITS | size if size <= _MOST_TOKENS else 0

    def measure_likeness(self, other: "Subject") -> float:
        """How much two subjects share, from 0 to 1 (Jaccard)."""
        shared = len(self.tokens & other.tokens)
        return shared / (len(self.tokens) + len(other.tokens) - shared) if shared else 0.0


def may_be_alike(one: int, other: int, likeness: float) -> bool:
    """Whether two subjects of these sketches can share so much; where not, `measure_likeness` is below it.

    Of `total` tokens, those on both sides counted twice, likeness leaves at most (1 - likeness) / (1 + likeness) to be
    on one side alone (the bitmap filter of exact set joins).
    """
    if not one or not other:
        return True
    total = (one & _MOST_TOKENS) + (other & _MOST_TOKENS)
    apart = (one >> _SIZE_BITS ^ other >> _SIZE_BITS).bit_count()
    return apart * (1 + likeness) <= total * (1 - likeness) + _EPSILON


@lru_cache(maxsize=1 << 14)
def _bit(token: str) -> int:
    return 1 << crc32(token.encode()) % _TOKEN_BITS


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
