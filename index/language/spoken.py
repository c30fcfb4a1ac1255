"""Numbers and letters as people say them: "bảy mươi" is 70, "hai phẩy năm" 2,5, "hai không" 2/0, "hát pê" HP."""

from collections.abc import Iterator, Sequence
from functools import cache

from index.language.analysis import Word, parse_words
from index.language.parser import IsRow
from index.language.synonym import Synonym
from timthau.text.numeral import parse_numeral
from timthau.text.table import load_rows

_DIGITS = {
    **{"không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5},
    **{"sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9},
}
_OTHERS = frozenset({"mười", "mươi", "trăm", "nghìn", "ngàn", "linh", "lẻ"})
_POINT = frozenset({"phẩy", "phảy", "chấm"})
_HALF = "rưỡi"
#: Words that a number follows, so that one word alone is one: "gói thầu số hai".
_LEADING = frozenset({"số", "so", "cỡ", "loại", "nhóm", "khổ", "độ"})
_LONGEST = 8  # words
#: Letters whose names are words too are none alone: "gây tê", "ca mổ".
_COMMON = frozenset({"ca", "tê", "a", "e", "i", "o", "ô", "u", "em", "quy", "ép", "dê", "mờ", "ích"})


def find_spoken(words: Sequence[Word], is_row: IsRow | None = None) -> Iterator[Synonym]:
    """What said numbers and letters among words are written as; the longest at each place.

    With `is_row`, also single numbers that documents have beside the next word: "hai tay quay".
    """
    at = 0
    while at < len(words):
        found = _read_letters(words, at) or _read_number(words, at) or _read_counted(words, at, is_row)
        if found is None:
            at += 1
            continue
        end, written = found
        yield Synonym(at, end, tuple(word.folded for word in parse_words(written)), written)
        at = end


def _read_number(words: Sequence[Word], at: int) -> tuple[int, str] | None:
    """The end and the figures of a number that is said; one word alone is one only behind "số" and the like."""
    end = at
    while end < min(at + _LONGEST, len(words)) and _is_numeral(words[end], words[at - 1] if at else None):
        end += 1
    if end == at:
        return None
    if end < len(words) and words[end].exact in _POINT and end + 1 < len(words) and words[end + 1].exact in _DIGITS:
        whole = _write(words[at:end])
        return (end + 2, f"{whole},{_DIGITS[words[end + 1].exact]}") if whole else None
    whole = _write(words[at:end])
    # "hai phân rưỡi": the half stands behind the unit.
    for place in (end, end + 1):
        if place < len(words) and words[place].exact == _HALF and whole:
            unit = words[end].exact if place > end else ""
            return place + 1, f"{whole},5 {unit}".strip()
    leading = at > 0 and words[at - 1].exact in _LEADING
    return (end, whole) if whole and (end - at > 1 or leading) else None


def _read_counted(words: Sequence[Word], at: int, is_row: IsRow | None) -> tuple[int, str] | None:
    """One number that counts what follows it; "năm" is a year more often."""
    digit = _DIGITS.get(words[at].exact)
    if is_row is None or not digit or at + 1 == len(words) or words[at].exact in ("năm", "tư"):
        return None
    return (at + 1, str(digit)) if is_row(f"{digit} {words[at + 1].folded}") else None


def _is_numeral(word: Word, before: Word | None) -> bool:
    """Whether a word says a number: with its accents, or without any behind "so"."""
    if word.exact in _DIGITS or word.exact in _OTHERS:
        return True
    leading = before is not None and before.exact == "so"
    return leading and not word.accented and word.folded in {"mot", "hai", "bon", "sau", "bay", "tam", "chin", "muoi"}


def _write(words: Sequence[Word]) -> str | None:
    """The figures of words: a number, or digits one by one ("hai không")."""
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
