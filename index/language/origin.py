"""Where things are made: the names that results have for one country (data/countries.tsv), as one key."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from timthau.text.fold import fold
from timthau.text.table import load_rows

_WORD = re.compile(r"[^\W_]+")
_PART = re.compile(r"(?<!\s)\s*(?:[/,;()\n]|\b\d+\s*\.|\s[-–]\s)\s*")


@dataclass(frozen=True)
class _Countries:
    """Which country each name means, by its folded words; `alone` are names that count only where they fill a part."""

    keys: Mapping[str, str]
    alone: frozenset[str]
    longest: int


@lru_cache(maxsize=1 << 14)
def make_origin_key(name: str) -> str:
    """What the names of one country share, also where the maker stands before it: "Roche - Germany" is "duc".

    Of several countries, and of none that is known, it is all that the name says.
    """
    found = {country for part in _PART.split(fold(name)) for country in _find_countries(_read_words(part))}
    return found.pop() if len(found) == 1 else " ".join(_read_words(fold(name)))


@cache
def _load_countries() -> _Countries:
    """Those of data/countries.tsv."""
    keys: dict[str, str] = {}
    alone: set[str] = set()
    for name, others, short in load_rows("countries.tsv", columns=("name", "others", "alone")):
        key, *also = (" ".join(_read_words(fold(one))) for one in [name, *_divide(others)])
        keys |= dict.fromkeys((key, *also), key)
        alone |= {" ".join(_read_words(fold(one))) for one in _divide(short)}
    return _Countries(keys, frozenset(alone), max(len(name.split()) for name in keys))


def _divide(names: str) -> list[str]:
    return [name for name in names.split(" | ") if name]


def _read_words(folded: str) -> list[str]:
    """The words of a name; Switzerland is written "Thụy Sỹ" too."""
    return ["si" if word == "sy" else word for word in _WORD.findall(folded)]


def _find_countries(words: list[str]) -> list[str]:
    """The countries that the words of one part name, the longest name first at each place."""
    known = _load_countries()
    found, place = [], 0
    while place < len(words):
        for size in range(min(known.longest, len(words) - place), 0, -1):
            name = " ".join(words[place : place + size])
            if name in known.keys and (name not in known.alone or len(words) == size):
                found.append(known.keys[name])
                place += size - 1
                break
        place += 1
    return found
