"""Whether an item and an award line are the same thing, by what they are called.

Precision comes first. Two things are the same when their names have the same words and the same numbers, whatever the
order; words that tell nothing do not count. A maker or brand that an item names has to be the line's, and a size that
stands only in a short specification counts as one of the name. Names of few parts may stand for several things; whether
a name is enough to go by says `index.price.evidence`.
"""

import re
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import islice
from typing import NamedTuple

from index.language.analysis import parse_word, prepare
from timthau.text.fold import fold
from timthau.text.key import key_of
from timthau.text.syllable import is_syllable

_UNITS = "ml|cc|lít|l|cm|mm|m|mg|mcg|kg|g|μl|ul|fr|f|ch|inch|in"
#: A number with the measure behind it, or a word.
_TOKEN = re.compile(rf"\d+(?:[.,/]\d+)*(?:\s?(?:{_UNITS})(?![^\W_]))?|[^\W\d_]+")
_AMOUNT = re.compile(r"(\d[\d.,/]*+)\s?+(.*)")
#: What says only where an item stands in its notice: "Phần 8.", "Lô số 12:", "HH10(", "XN.HC.PS/".
_PLACE = re.compile(
    r"\s*+(?:(?:phần(?: lô)?|lô|nhóm|gói|mục|mặt hàng)\s*(?:số\s*)?[\divx]+\s*[:.\-]"
    r"|hh\d+\s*\(|[a-z\d]+(?:\.[a-z\d]+)+\s*/)"
)
_SILENT = frozenset("các loại cỡ số hoặc tương đương dùng cho sử dụng trong của để và bằng với x bộ dạng".split())
_SAME = {"một": "1", "hai": "2", "ba": "3", "in": "inch", "cc": "ml", "lít": "l", "ul": "μl"}
_SHORT = 60  # letters of a specification that says little more than a size
_MOST_SIZES = 3
_FEW_PARTS = 4  # of a name: fewer may stand for several things

#: What a machine's name begins with; what only names the machine it goes with begins otherwise ("dây máy thở").
_MACHINES = frozenset("máy monitor hệ đèn giường bàn tủ nồi kính lò xe".split())
#: What the first noun of a name says that a thing is, a line for each sort: of two sorts no two things are the same.
_SORTS = (
    "máy monitor đèn giường bàn nồi kính lò",
    "khăn săng",
    "dung hóa hoá dịch thuốc cồn nước",
    "băng gạc bông",
    "ống dây",
    "quả màng",
    "dao lưỡi",
    *"kim vít nẹp đinh lưới túi găng chỉ phim bơm móc khẩu dụng tủ xe khớp van áo lam nhiệt".split(),
)
#: What a name begins with that is only a part of a thing, goes with it, or is done to it.
_PART = re.compile(
    r"(?:bóng đèn|phụ kiện|phụ tùng|linh kiện|dịch vụ|sửa chữa|bảo trì|bảo dưỡng|hiệu chuẩn|hiệu chỉnh|kiểm định"
    r"|thay thế|lắp đặt|cho thuê|thuê|bản cực|cảm biến|bo mạch|ắc quy|vỏ|nắp|tay|đầu|chân|cáp|pin|keo|kẹp|vòng)(?!\w)"
)
_SORT_OF = {word: sort.split()[0] for sort in _SORTS for word in sort.split()}
#: What may stand before that noun.
_BEFORE = frozenset("bộ gói hộp cặp cái chiếc lọ chai loại hệ thống".split())
#: The same for names that are typed without accents: nouns that read so in nine of ten names of things that have such
#: a word ("bang" is "băng"), but none of those that are mostly something else ("dinh" is "định", "bong" is "bóng").
_PLAIN_NOUNS = frozenset(
    "ao bang bom chi dao day dich gac gang giuong hoa khan khop kim kinh may monitor nep nhiet nuoc ong phim qua thuoc"
    " tui vit xe".split()
)
_PLAIN_SORT_OF = {fold(word): sort for word, sort in _SORT_OF.items() if fold(word) in _PLAIN_NOUNS}
#: The same without accents.
PLAIN_BEFORE = frozenset(map(fold, _BEFORE))
_PLAIN_MACHINES = sorted(_PLAIN_NOUNS & set(map(fold, _MACHINES)))
_PLAIN_MACHINE = re.compile(rf"\s*+(?:{'|'.join(_PLAIN_MACHINES)})(?!\w)", re.IGNORECASE)
_PLAIN_PART = re.compile(fold(_PART.pattern))
#: What says a name again at its end, in other words: "dây dẫn đường (guide wire)".
_AGAIN = re.compile(r"\([^()\d]*\)\s*\Z")
_LIQUID = _SORT_OF["dung"]
#: What is named by what it holds alone has a size.
_HOLDER = re.compile(r"\s*+(?:(?:bộ|cái|chiếc) )?\w+ (?:đựng|chứa)(?!\w)")
_MEASURED = re.compile(r"(?<![\d.,/])\d+(?:[.,/]\d+)*\s?[^\W\d_]{1,4}(?![^\W_])")
_MOST_MEASURED = 8
#: A maker's code, perhaps with signs inside: long enough to be nobody else's.
_CODE = re.compile(r"(?<![^\W_])[a-z0-9]+(?:[-./][a-z0-9]+)*(?![^\W_])", re.IGNORECASE)
_LONG, _LONG_NUMBER, _FEWEST_DIGITS, _LONGEST = 6, 7, 3, 24  # letters and digits
_MOST_CODES = 200  # of one line: a field of models may hold a whole catalogue
_SIZES = re.compile(rf"(?:\d++(?:{_UNITS})?x?)+", re.IGNORECASE)
#: What looks like a code and is a standard, a law or a registration that many things share.
_NO_CODE = re.compile(r"iso|iec|en\d|tcvn|tt\d|nd\d|qd\d|bs\d|din\d|astm", re.IGNORECASE)

#: What says how often a thing is used, which is no size.
_ONCE = ("1", "lần")


@dataclass(frozen=True)
class Thing:
    """What something is called: its words, its numbers with their measures, the makers' codes beside it, and the keys
    of the sorts of things that it is not; `is_sure` where so much is said that it is hardly more than one thing."""

    words: frozenset[str]
    sizes: frozenset[str]
    codes: frozenset[str] = frozenset()
    others: frozenset[int] = frozenset()
    is_sure: bool = False

    @cached_property
    def key(self) -> int:
        """The same number for what is called the same; 0 where nothing is said."""
        return _make_name_key(self.words, self.sizes)

    @cached_property
    def sized_key(self) -> int:
        """The key of lines that have the same words and a size behind them."""
        return _make_sized_key(self.words)

    @property
    def states_size(self) -> bool:
        """Whether it has a number that is more than how often it is used."""
        number, word = _ONCE
        return bool(self.sizes - {number} if word in self.words else self.sizes)

    @property
    def plain_words(self) -> frozenset[str]:
        """The words but those that are parts of codes."""
        return self.words.difference(*(re.findall("[a-z]+", code.lower()) for code in self.codes))


class _Token(NamedTuple):
    """A number with its measure, which may be whole, or a word; all are empty for a word that tells nothing."""

    size: str = ""
    word: str = ""
    number: str = ""


class _Parts(NamedTuple):
    """A text taken apart: its tokens in order, and what they are; numbers are the whole ones, those of a place too."""

    tokens: list[str]
    words: frozenset[str]
    sizes: frozenset[str]
    numbers: frozenset[str]


class _Reading(NamedTuple):
    """A name understood: the thing, what its text consists of, its words before a size, and the sort of thing that it
    begins with."""

    thing: Thing
    parts: _Parts
    before: frozenset[str]
    sort: str | None
    is_machine: bool


def parse_thing(name: str, specification: str | None = None) -> Thing:
    """What an item is called; a size may stand in a short specification, a code anywhere."""
    thing = _read(name).thing
    codes = list_codes(f"{name} {specification or ''}")
    sizes = thing.sizes or _short_sizes(specification)
    return Thing(thing.words, sizes, codes, other_sorts(name), _says_enough(name, sizes))


def _says_enough(name: str, sizes: Collection[str]) -> bool:
    """Whether a name has parts enough for one thing, what says them again aside.

    A holder needs its size, a liquid that or a word of no Vietnamese, as substances are called: what it is used for
    says neither.
    """
    reading = _read(_AGAIN.sub("", name))
    words = reading.thing.words
    if not sizes and (_HOLDER.match(prepare(name)) or (reading.sort == _LIQUID and all(map(is_syllable, words)))):
        return False
    return len(words) + len(sizes) >= _FEW_PARTS


def states_size(name: str) -> bool:
    """Whether a name has a number that is a part of it."""
    return bool(_read(name).thing.sizes)


@lru_cache(maxsize=1 << 14)
def list_codes(text: str) -> frozenset[str]:
    """The makers' codes in a text, without their signs: "AHW14R-013S" as "AHW14R013S"."""
    return frozenset(islice(filter(None, map(_read_code, _CODE.findall(text))), _MOST_CODES))


def _read_code(said: str) -> str | None:
    plain = "".join(filter(str.isalnum, said)).upper()
    digits = sum(map(str.isdigit, plain))
    if not _LONG <= len(plain) <= _LONGEST or digits < _FEWEST_DIGITS or _NO_CODE.match(plain):
        return None
    if digits == len(plain) and (len(plain) < _LONG_NUMBER or plain != said):
        return None  # an amount, a day, a range
    return None if digits < len(plain) and _SIZES.fullmatch(plain) else plain


def code_key(code: str) -> int:
    """The key by which lines of a model are found."""
    return _make_key(f"code {code}")


def list_keys(name: str, specification: str | None, marks: Iterable[str | None] = ()) -> tuple[int, int, int]:
    """The keys by which an award line is found: by name, with a short specification, and with its `marks`.

    Marks are maker, brand and model. A key that adds nothing is 0.
    """
    thing = _read(name).thing
    sizes = thing.sizes or _short_sizes(specification)
    words = thing.words.union(*[_take_apart(mark).words for mark in marks if mark])
    sized = _make_name_key(thing.words, sizes) if len(sizes) > len(thing.sizes) else 0
    marked = _make_name_key(words, thing.sizes) if len(words) > len(thing.words) else 0
    return thing.key, sized, marked


def sized_key(name: str) -> int:
    """The key of what a name says before its first size; 0 of a name without one."""
    before = _read(name).before
    return _make_sized_key(before) if before else 0


def list_measured(specification: str | None) -> list[str]:
    """The first amounts that a specification states, as "22G" and "5 ml"."""
    return list(dict.fromkeys(_MEASURED.findall(specification or "")))[:_MOST_MEASURED]


def list_traits(text: str, *others: str) -> tuple[int, ...]:
    """What the words of a text leave open, as keys: whole numbers, as "5 ml" is no "0,5 ml", and a machine.

    A line that a query finds has all traits of the query. The numbers of `others`, which stand beside it, count too.
    """
    reading = _read(text)
    numbers = reading.parts.numbers.union(*[_take_apart(other).numbers for other in others])
    traits = map(_make_trait, sorted(numbers))
    return (*traits, _MACHINE) if reading.is_machine else tuple(traits)


def sort_key(name: str) -> int | None:
    """The key of the sort of thing that a name begins with; None of one that begins with another word."""
    sort = _read(name).sort
    return _make_sort_key(sort) if sort else None


def other_sorts(text: str) -> frozenset[int]:
    """The keys of all sorts that a text does not begin with, where it begins with one.

    What has its words and is of one of these goes with it: the screw for a plate, the liquid that cleans a filter, the
    lamp of a laryngoscope. Whoever asks for a part may mean any of its names.
    """
    sort = _read(text).sort or _read_plain_sort(text)
    known = {*_SORT_OF.values(), "part"} - {sort} if sort and sort != "part" else ()
    return frozenset(map(_make_sort_key, known))


def _read_plain_sort(text: str) -> str | None:
    """The sort of thing that a text without any accents begins with."""
    if not text.isascii():
        return None
    return _find_sort(_list_words(_TOKEN.findall(text.lower())), PLAIN_BEFORE, _PLAIN_PART, _PLAIN_SORT_OF)


def _list_words(tokens: Iterable[str]) -> list[str]:
    return [token for token in tokens if not token[0].isdecimal()]


def _find_sort(
    words: Sequence[str], before: Container[str], part: re.Pattern[str], sorts: Mapping[str, str]
) -> str | None:
    noun = next((place for place, word in enumerate(words) if word not in before), len(words))
    return "part" if part.match(" ".join(words[noun : noun + 2])) else sorts.get("".join(words[noun : noun + 1]))


def _make_key(text: str) -> int:
    """The key of a text that is no word: one that is has the key by which lines with that word are found."""
    return key_of(text) or 1  # 0 is no key


def _make_name_key(words: Collection[str], sizes: Collection[str]) -> int:
    return _make_key("\n".join([*sorted(words), "", *sorted(sizes)])) if words else 0


def _make_sized_key(words: Iterable[str]) -> int:
    return _make_key("\n".join(["sized", *sorted(words)]))


@lru_cache(maxsize=1 << 15)
def _make_trait(number: str) -> int:
    return _make_key(f"number {number}")


@cache
def _make_sort_key(sort: str) -> int:
    return _make_key(f"sort {sort}")


_MACHINE = _make_key("is machine")


@lru_cache(maxsize=1 << 15)
def _read(text: str) -> _Reading:
    parts = _take_apart(text)
    order = _list_words(parts.tokens)
    sort = _find_sort(order, _BEFORE, _PART, _SORT_OF)
    is_machine = (bool(order) and parse_word(order[0]).exact in _MACHINES) or bool(_PLAIN_MACHINE.match(text))
    before = _list_before(parts.tokens) if parts.sizes else frozenset()
    return _Reading(Thing(parts.words, parts.sizes), parts, before, sort, is_machine)


def _list_before(tokens: Sequence[str]) -> frozenset[str]:
    """The words before the first number that is a size; none where no number is one."""
    known = [*map(_read_token, tokens), _Token()]
    sizes = (place for place, one in enumerate(known) if one.size and (one.size, known[place + 1].word) != _ONCE)
    return frozenset(token.word for token in known[: next(sizes, 0)] if token.word)


@lru_cache(maxsize=1 << 15)
def _take_apart(text: str) -> _Parts:
    plain = prepare(text)
    place = _PLACE.match(plain)
    before = map(_read_token, _TOKEN.findall(plain[: place.end()])) if place else ()
    tokens = _TOKEN.findall(plain[place.end() :] if place else plain)
    words, sizes, numbers = set(), set(), {token.number for token in before}
    for size, word, number in map(_read_token, set(tokens)):
        words.add(word)
        sizes.add(size)
        numbers.add(number)
    return _Parts(tokens, *(frozenset(filter(None, found)) for found in (words, sizes, numbers)))


@lru_cache(maxsize=1 << 16)
def _read_token(token: str) -> _Token:
    if amount := _AMOUNT.fullmatch(token):
        number, unit = amount[1], amount[2]
        return _Token(
            size=f"{number.replace(',', '.')}{_SAME.get(unit, unit)}", number=number if number.isdigit() else ""
        )
    said = _SAME.get(token, token)
    if said.isdigit():
        return _Token(size=said)
    exact = parse_word(said).exact
    return _Token(word="" if exact in _SILENT else exact)


def _short_sizes(specification: str | None) -> frozenset[str]:
    if not specification or len(specification) > _SHORT:
        return frozenset()
    sizes = _take_apart(specification).sizes
    return sizes if len(sizes) <= _MOST_SIZES else frozenset()
