"""What a name mentions beside the thing that it names: what that is for, what it has, holds, cleans or checks.

A Vietnamese name begins with the thing. What stands behind the first word of purpose, possession or treatment is
something else ("hộp đựng bông", "dung dịch rửa cóng phản ứng", "dây dẫn có đầu tip").
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import islice

from index.language.analysis import parse_words, prepare, word_key
from timthau.text.fold import fold
from timthau.text.key import key_of

#: Behind these another thing begins; what is done to it may stand in a row of things too ("kìm, khóa, kẹp").
_LINK = re.compile(
    r"(?<!\w)(?:"
    r"(?:(?:chuyên |được )?dùng|sử dụng|dành|để|cho|của|có|với|kèm|gồm|bằng|trên|for|with)"
    r"(?!(?: (?:cho|trong|để|các))* xét nghiệm)"  # what an assay is for is what it is
    r"|(?<!, )(?:đựng|chứa|giữ|gắn|treo|cố định|đặt|nạp|châm|bảo trì|bảo dưỡng|rửa|lau|ngâm|tẩy|vệ sinh|làm sạch|khử"
    r"|cắt|kẹp|đẩy|trộn|nội kiểm|ngoại kiểm|kiểm (?:tra|soát|chuẩn|chứng)|hiệu chuẩn)"
    r")(?!\w)"
)
#: What a thing has, where at least two words name that thing: "bóng nong đầu nhỏ", but not "típ đầu vàng".
_OWN_PART = re.compile(r"(?<!\w)(?:đầu|nắp|vỏ|chân|cán)(?!\w)")
#: What is only there for the thing that is named behind it.
_FOR_ANOTHER = re.compile(r"(?<!\w)(?:nắp|vỏ|keo|phụ kiện|phụ tùng|linh kiện|dịch vụ|sửa chữa|bảo trì|bảo dưỡng)(?!\w)")
_WORD = re.compile(r"[^\W\d_]+")
#: What may stand before the noun of a name, and names no thing by itself.
_BEFORE = frozenset("bộ gói cặp cái chiếc loại hệ thống các và".split())
_WORDS_OF_OWNER = 2

#: The keys of nouns before the name of a substance.
SUBSTANCES = frozenset(word_key(fold(noun)) for noun in "dung dịch nước hóa hoá chất thuốc bột khí".split())


def list_beside(name: str, brand: str | None, maker: str | None) -> frozenset[int]:
    """The keys of the words that a line has only in what its name, or its brand, mentions beside the thing."""
    head, behind = _divide(name)
    other = _divide(brand)[1] if brand else ""
    if not behind and not other:
        return frozenset()
    own = _fold_words(head) | _fold_words(maker or "")
    return frozenset(map(beside_key, (_fold_words(behind) | _fold_words(other)) - own))


@lru_cache(maxsize=1 << 15)
def lead_key(name: str) -> int:
    """The key of the first noun of a name; 0 where it has none."""
    words = (word for word in _WORD.findall(prepare(name)) if word not in _BEFORE)
    return word_key(fold(next(words, "")))


@cache
def beside_key(folded: str) -> int:
    """The key of lines that have a word, without accents, only beside the thing that they name."""
    return key_of(f"beside {folded}") or 1  # 0 is no key


@lru_cache(maxsize=1 << 15)
def _divide(name: str) -> tuple[str, str]:
    """A name up to where it ceases to say what the thing is, and the rest."""
    text = prepare(name)
    if (begins := _FOR_ANOTHER.search(text)) and not _count_words(text[: begins.start()]):
        return text[: begins.end()], text[begins.end() :]
    ends = [link.end() for link in _first_behind(1, _LINK, text)]
    ends += [part.start() for part in _first_behind(_WORDS_OF_OWNER, _OWN_PART, text)]
    end = min(ends, default=len(text))
    return text[:end], text[end:]


def _first_behind(words: int, pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """The first match that has so many words before it."""
    return islice((found for found in pattern.finditer(text) if _count_words(text[: found.start()]) >= words), 1)


def _count_words(text: str) -> int:
    return sum(word not in _BEFORE for word in _WORD.findall(text))


@lru_cache(maxsize=1 << 14)
def _fold_words(text: str) -> frozenset[str]:
    return frozenset(word.folded for word in parse_words(text))
