"""Which names are one buyer: a key that its spellings share, and what people have corrected in data/buyers.tsv."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from timthau.errors import ConfigError
from timthau.model.notice import make_id
from timthau.text.fold import collapse_spaces, fold, nfc, place_tones, write_final_i
from timthau.text.syllable import is_syllable
from timthau.text.table import load_rows

_WORD = re.compile(r"[^\W\d_]+|\d+")
_TAX_CODE = re.compile(
    r"(?:\(\s*+)?\b(?:mst|mã số thuế|mã số doanh nghiệp)\W*+(\d{10}(?:-?\d{3})?)\b(?:\s*+\))?", re.IGNORECASE
)
# "V" and "X" alone are also names ("Bệnh viện C"), so only numbers with an i are read.
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "xi": 11, "xii": 12, "xiii": 13}


@dataclass(frozen=True)
class Corrections:
    """What people know better: the key to use for a key, and exact spellings that are buyers of their own."""

    aliases: Mapping[str, str]
    apart: frozenset[str]


@lru_cache(maxsize=1 << 16)
def make_buyer_id(name: str) -> str:
    """The id of a buyer, the same for all its spellings."""
    return make_id("buyer", make_buyer_key(name))


@lru_cache(maxsize=1 << 16)
def make_buyer_key(name: str) -> str:
    """What the spellings of one buyer have in common, as data/buyers.tsv corrects it; readable, without accents."""
    return correct_key(name, load_corrections())


def correct_key(name: str, corrections: Corrections) -> str:
    """The key of a name under some corrections; a tax code that a correction knows counts before the name."""
    exact = _spell(name)
    if exact in corrections.apart:
        return exact
    key = fold_buyer(name)
    code = find_tax_code(name)
    return corrections.aliases.get(code or key) or corrections.aliases.get(key, key)


def fold_buyer(name: str) -> str:
    """The name without what spellings differ in.

    That is case, accents, where the tone stands, signs, y or i, abbreviations of the lexicon that have one meaning,
    Roman numbers, "số" and zeros before a number, a tax code. Nothing else: "Bệnh viện Đa khoa tỉnh Gia Lai" and
    "Bệnh viện Đa khoa Gia Lai" may be two hospitals.
    """
    short = _load_abbreviations()
    words = [fold(write_final_i(place_tones(word))) for word in _WORD.findall(_TAX_CODE.sub(" ", nfc(name)).lower())]
    words = [part for word in words for part in short.get(word, (word,))]
    words = [str(_ROMAN.get(word) or (int(word) if word.isdecimal() else word)) for word in words]
    # "số 1" and "1" are one number.
    numbered = (word for word, following in pairwise([*words, ""]) if word != "so" or not following.isdecimal())
    return " ".join(numbered)


def find_tax_code(name: str) -> str | None:
    """The tax code that a name carries ("Bệnh viện Mắt (MST: 2800123456)")."""
    found = _TAX_CODE.search(nfc(name))
    return found[1].replace("-", "") if found else None


@cache
def load_corrections() -> Corrections:
    """The corrections that come with the program, read once."""
    return parse_corrections(load_rows("buyers.tsv"))


def parse_corrections(rows: Iterable[Sequence[str]]) -> Corrections:
    """The corrections of rows: "same" or "different", then two names, or a tax code and a name.

    Raises ConfigError for any other row.
    """
    aliases: dict[str, str] = {}
    apart: set[str] = set()
    for row in rows:
        match row:
            case ["same", first, second]:
                key = first if first.isdecimal() else fold_buyer(first)
                aliases[key] = fold_buyer(second)
            case ["different", first, second]:
                if fold_buyer(first) == fold_buyer(second):
                    apart |= {_spell(first), _spell(second)}
            case _:
                raise ConfigError(f"data/buyers.tsv: {row} is no correction")
    return Corrections({key: _follow(key, aliases) for key in aliases}, frozenset(apart))


def _follow(key: str, aliases: Mapping[str, str]) -> str:
    seen = {key}
    while (key := aliases[key]) in aliases and key not in seen:
        seen.add(key)
    return key


def _spell(name: str) -> str:
    return place_tones(collapse_spaces(name)).lower()


@cache
def _load_abbreviations() -> dict[str, tuple[str, ...]]:
    """Folded abbreviations of one meaning with the folded words they stand for."""
    meanings: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for short, long in load_rows("lexicon/abbreviations.tsv"):
        # One that reads like a syllable ("TƯ") would be seen in names that mean the syllable.
        if short.isalpha() and not is_syllable(fold(short)):
            meanings[fold(short)].add(tuple(fold(write_final_i(place_tones(word.lower()))) for word in long.split()))
    return {short: next(iter(longs)) for short, longs in meanings.items() if len(longs) == 1}
