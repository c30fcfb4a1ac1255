"""Numbers, measures and letters as people say them: "bảy mươi" is 70, "hai phân rưỡi" 2,5 cm, "hát pê" HP."""

from collections.abc import Iterator, Sequence
from functools import cache

from index.language.analysis import Word, parse_words
from index.language.parser import IsRow
from index.language.synonym import Synonym, load_synonyms
from timthau.text.numeral import parse_numeral
from timthau.text.table import load_rows

_DIGITS = {
    **{"không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5},
    **{"sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9},
}
_OTHERS = frozenset({"mười", "mươi", "trăm", "nghìn", "ngàn", "linh", "lẻ"})
_POINT = frozenset({"phẩy", "phảy", "chấm"})
_HALF = "rưỡi"
_TIMES = "nhân"  # between two numbers
#: Said behind tens alone, whose word is left out: "hai lăm" is 25.
_UNITS_OF_TENS = frozenset({"lăm", "mốt"})
#: Words that a number follows, so that one word alone is one: "gói thầu số hai", "cấp hai".
_LEADING = frozenset({"số", "so", "cỡ", "loại", "nhóm", "khổ", "độ", "cấp", "mức", "lần", "đợt", "phần", "lô"})
_LONGEST = 8  # words
#: Letters whose names are words too are none alone: "gây tê", "ca mổ".
_COMMON = frozenset({"ca", "tê", "a", "e", "i", "o", "ô", "u", "em", "quy", "cu", "ép", "dê", "mờ", "ích"})


def find_spoken(words: Sequence[Word], is_row: IsRow | None = None) -> Iterator[Synonym]:
    """What said numbers, measures and letters among words are written as; the longest at each place.

    With `is_row`, also single numbers that documents have beside the next word: "hai tay quay".
    """
    at = 0
    while at < len(words):
        letters = _read_letters(words, at)
        end, written = (letters[0], [letters[1]]) if letters else _read_product(words, at, is_row)
        for text in written:
            yield Synonym(at, end, tuple(word.folded for word in parse_words(text)), text)
        at = end


def find_written(words: Sequence[Word], spoken: Sequence[Synonym]) -> Iterator[Synonym]:
    """What stands for words of which some were said, once these are written: "hát pê" is HP, and so H. pylori."""
    if not spoken:
        return
    said = {own.start: own for own in reversed(spoken)}
    written: list[Word] = []
    places: list[range] = []  # of the words that each written one was said with
    at = 0
    while at < len(words):
        own = said.get(at)
        pieces = parse_words(own.shown) if own else [words[at]]
        written += pieces
        places += [range(at, own.end if own else at + 1)] * len(pieces)
        at = places[-1].stop
    for found in load_synonyms().find(written):
        place = range(places[found.start].start, places[found.end - 1].stop)
        if len(said.keys() & set(place)) == 1:  # of two, one is likely no part of the name
            yield Synonym(place.start, place.stop, found.words, found.shown)


def _read_product(words: Sequence[Word], at: int, is_row: IsRow | None) -> tuple[int, list[str]]:
    """A quantity, or several with "nhân" between them: "hai mươi nhân hai lăm" is 20 x 25."""
    first, (end, written) = _read_figures(words, at), _read_quantity(words, at, is_row)
    while first and end + 1 < len(words) and words[end].exact == _TIMES:
        factor = _read_figures(words, end + 1)
        if factor is None:
            break
        number = written or [first[1]]
        end, units = _match_measure(words, factor[0])
        written = [f"{one} x {factor[1]} {unit}".strip() for one in number for unit in units or ("",)]
    return end, written


def _read_quantity(words: Sequence[Word], at: int, is_row: IsRow | None) -> tuple[int, list[str]]:
    """Where a number ends, with the measure and the half behind it, and how it may be written; nothing for no number.

    One word alone is a number only behind "số" and the like, before a measure, or where documents have it so.
    """
    found = _read_figures(words, at)
    if found is None or found == (at + 1, "0"):
        return at + 1, []
    end, number = found
    behind, units = _match_measure(words, end)
    if not units and end + 1 < len(words) and words[end + 1].exact == _HALF:
        behind, units = end + 1, (words[end].exact,)
    if behind < len(words) and words[behind].exact == _HALF:
        behind, number = behind + 1, f"{number},5"
    if behind > end:
        return behind, [f"{number} {unit}".strip() for unit in units or ("",)]
    if words[at].exact.isdecimal():
        return end, []
    led = at > 0 and words[at - 1].exact in _LEADING
    return end, [number] if end - at > 1 or led or _counts(words, at, is_row) else []


def _read_figures(words: Sequence[Word], at: int) -> tuple[int, str] | None:
    """The end and the figures of a number that is said or typed: "hai phẩy năm" is 2,5."""
    if words[at].exact.isdecimal():
        return at + 1, words[at].exact
    end = at
    while end < min(at + _LONGEST, len(words)) and _is_numeral(words[end], words[at - 1] if at else None):
        end += 1
    whole = _write(words[at:end]) if end > at else None
    if whole is None:
        return None
    if end + 1 < len(words) and words[end].exact in _POINT and words[end + 1].exact in _DIGITS:
        return end + 2, f"{whole},{_DIGITS[words[end + 1].exact]}"
    return end, whole


def _counts(words: Sequence[Word], at: int, is_row: IsRow | None) -> bool:
    """Whether a word counts what follows it; "năm" is a year more often."""
    digit = _DIGITS.get(words[at].exact)
    if is_row is None or not digit or at + 1 == len(words) or words[at].exact in ("năm", "tư"):
        return False
    return is_row(f"{digit} {words[at + 1].folded}")


def _match_measure(words: Sequence[Word], at: int) -> tuple[int, tuple[str, ...]]:
    """Where a measure ends that is said, and how it is written."""
    for size in (3, 2, 1):
        name = tuple(word.exact for word in words[at : at + size])
        if len(name) == size and name in _load_measures():
            return at + size, _load_measures()[name]
    return at, ()


def _is_numeral(word: Word, before: Word | None) -> bool:
    """Whether a word says a number: with its accents, or without any behind "so"."""
    if word.exact in _DIGITS or word.exact in _OTHERS:
        return True
    leading = before is not None and before.exact == "so"
    return leading and not word.accented and word.folded in {"mot", "hai", "bon", "sau", "bay", "tam", "chin", "muoi"}


def _write(words: Sequence[Word]) -> str | None:
    """The figures of words: a number, or digits one by one ("hai không")."""
    if len(words) > 1 and words[-1].exact in _UNITS_OF_TENS and words[-2].exact in _DIGITS:
        tens = _write(words[:-1])
        return f"{tens}{_DIGITS[words[-1].exact]}"
    said = parse_numeral(" ".join(word.exact for word in words))
    if said is not None:
        return str(said)
    digits = [_DIGITS.get(word.exact) for word in words]
    return None if None in digits else "/".join(map(str, digits))


def _read_letters(words: Sequence[Word], at: int) -> tuple[int, str] | None:
    """The end and the code of two or more letters that are said, with digits among them; letters alone are no words."""
    end, signs, letters, clear = at, "", 0, False
    while end < len(words):
        size, letter = _match_letter(words, end)
        if size:
            clear |= size > 1 or words[end].exact not in _COMMON
            signs, letters, end = signs + letter, letters + 1, end + size
        elif words[end].exact in _DIGITS and words[end].exact != "không":
            signs, end = signs + str(_DIGITS[words[end].exact]), end + 1
        else:
            break
    return (end, signs) if letters and clear and len(signs) > 1 else None


def _match_letter(words: Sequence[Word], at: int) -> tuple[int, str]:
    """How many words name a letter, and the letter; 0 for none."""
    for size in (3, 2, 1):
        name = tuple(word.exact for word in words[at : at + size])
        if len(name) == size and name in _load_letters():
            return size, _load_letters()[name]
    return 0, ""


@cache
def _load_letters() -> dict[tuple[str, ...], str]:
    """The letters by their names, read once."""
    return {tuple(word.exact for word in parse_words(name)): letter for name, letter in load_rows("lexicon/spoken.tsv")}


@cache
def _load_measures() -> dict[tuple[str, ...], tuple[str, ...]]:
    """How measures are written by their names, read once; one may be written in several ways."""
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for name, unit in load_rows("lexicon/measures.tsv"):
        words = tuple(word.exact for word in parse_words(name))
        found[words] = (*found.get(words, ()), unit)
    return found
