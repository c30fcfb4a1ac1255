"""Which names are one buyer: a key that its spellings share, and what people have corrected in data/buyers.tsv."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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


#: A verdict ("same", "different", "apart") and the names that it is about.
Row = tuple[str, str, str]


@dataclass(frozen=True, eq=False)
class Corrections:
    """What people know better: the key to use for a key, and exact spellings that are buyers of their own.

    `decided` are those rows of them that an operator decided.
    """

    aliases: Mapping[str, str]
    apart: frozenset[str]
    decided: tuple[Row, ...] = ()


def make_buyer_id(name: str) -> str:
    """The id of a buyer, the same for all its spellings."""
    return identify_buyer(make_buyer_key(name))


@lru_cache(maxsize=1 << 16)
def identify_buyer(key: str) -> str:
    """The id of the buyer of a key."""
    return make_id("buyer", key)


def make_buyer_key(name: str) -> str:
    """What the spellings of one buyer have in common, as people correct it; readable, without accents."""
    return correct_key(name, load_corrections())


@lru_cache(maxsize=1 << 16)
def correct_key(name: str, corrections: Corrections) -> str:
    """The key of a name under some corrections; a tax code that a correction knows counts before the name."""
    return _follow(_find_key(name, corrections.aliases, corrections.apart), corrections.aliases)


def _find_key(name: str, aliases: Mapping[str, str], apart: Collection[str]) -> str:
    exact = spell(name)
    if exact in apart:
        return exact if fold(exact) != exact else f"={exact}"  # without accents it would be the key of the others
    code = find_tax_code(name)
    return code if code and code in aliases else fold_buyer(name)


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


def load_corrections() -> Corrections:
    """The corrections that come with the program, and on top of them what was decided in this process."""
    return _current[0] if _current else decide(())


def decide(rows: Sequence[Row]) -> Corrections:
    """Let the decisions of an operator hold in this process, in place of those before."""
    if not _current or _current[0].decided != rows:
        _current[:] = [build_corrections(rows)]
    return _current[0]


def find_heir(buyer_id: str) -> str | None:
    """The id of the buyer that one belongs to since it was joined to it; None where nobody decided that."""
    before = parse_corrections(load_rows("buyers.tsv"))
    for verdict, name, _ in load_corrections().decided:
        if verdict == "same" and identify_buyer(correct_key(name, before)) == buyer_id:
            return make_buyer_id(name)
    return None


#: The corrections that hold in this process, as soon as they were asked for.
_current: list[Corrections] = []


def build_corrections(decided: Iterable[Row]) -> Corrections:
    """The corrections that come with the program, and on top of them some decisions."""
    rows = tuple(decided)
    return replace(parse_corrections([*load_rows("buyers.tsv"), *rows]), decided=rows)


def parse_corrections(rows: Iterable[Sequence[str]]) -> Corrections:
    """The corrections of rows, the later on top: "same" or "different", then two names, or a tax code and a name.

    An operator may also decide that a spelling is "apart" from all others. Raises ConfigError for any other row.
    """
    aliases: dict[str, str] = {}
    apart: set[str] = set()
    for row in rows:
        match row:
            case ["same", first, second]:
                key = first if first.isdecimal() else _find_key(first, aliases, apart)
                own, other = _follow(key, aliases), _follow(_find_key(second, aliases, apart), aliases)
                if own != other:
                    aliases[own] = other
            case ["different", first, second]:
                if fold_buyer(first) == fold_buyer(second):
                    apart |= {spell(first), spell(second)}
            case ["apart", name, _]:
                apart.add(spell(name))
            case _:
                raise ConfigError(f"data/buyers.tsv: {row} is no correction")
    return Corrections(aliases, frozenset(apart))


def _follow(key: str, aliases: Mapping[str, str]) -> str:
    """The key that stands for a key; they never lead in a circle, as only the last of a row gets one behind it."""
    while key in aliases:
        key = aliases[key]
    return key


def spell(name: str) -> str:
    """A spelling without what no two names differ in: case, spaces, where the tone stands."""
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
