"""Vietnam's provinces by any of their names: the 63 until 30 June 2025 and the 34 that they are in since."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from timthau.text.fold import fold
from timthau.text.table import load_rows

_WORD = re.compile(r"[^\W_]+")
_RANK = re.compile("(?:thanh pho|tinh|tp) ")


@dataclass(frozen=True)
class Province:
    """A province by the name it had until 30 June 2025, the one it is in since, and other ways to write it."""

    name: str
    now: str
    aliases: tuple[str, ...] = ()


@cache
def load_provinces() -> tuple[Province, ...]:
    """The 63 provinces of data/provinces.tsv."""
    rows = load_rows("provinces.tsv", columns=("name", "now", "aliases"))
    return tuple(
        Province(name, now, tuple(alias for alias in aliases.split(" | ") if alias)) for name, now, aliases in rows
    )


@cache
def load_map() -> tuple[tuple[str, int, int], ...]:
    """The 34 provinces of data/province_map.tsv, each with its column and row from the north-west."""
    rows = load_rows("province_map.tsv", columns=("name", "column", "row"))
    return tuple((name, int(column), int(row)) for name, column, row in rows)


@lru_cache(maxsize=4096)  # readers type names too
def find_province(name: str) -> Province | None:
    """The province that has, or until 2025 had, a name, with or without its rank ("tỉnh"); None for other names."""
    folded = _fold(name)
    return _by_name().get(folded) or _by_name().get(_RANK.sub("", folded, count=1))


@lru_cache(maxsize=4096)  # readers type names too
def make_province_key(name: str) -> str:
    """What the spellings of one province have in common: "TP.HCM" and "Thành phố Hồ Chí Minh"."""
    known = find_province(name)
    return _fold(known.name if known else name)


def name_today(name: str) -> str:
    """The name of the province of today in which a place is; the name itself where that is unknown."""
    known = find_province(name)
    return known.now if known else name


def find_merged(name: str) -> tuple[str, ...]:
    """The provinces that went into a province of today; none for one that is no more."""
    known = find_province(name)
    if known is None or make_province_key(known.now) != make_province_key(known.name):
        return ()
    return tuple(other.name for other in load_provinces() if other.now == known.now and other is not known)


@cache
def _by_name() -> dict[str, Province]:
    return {_fold(name): known for known in load_provinces() for name in (*known.aliases, known.name)}


def _fold(name: str) -> str:
    return " ".join(_WORD.findall(fold(name)))
