"""Provinces by any of their names: one key for all spellings, the province of today, and what went into it in 2025."""

import re
from functools import cache

from index.analysis import fold_phrase
from timthau.province import Province, load_provinces

_KIND = re.compile("(?:thanh pho|tinh|tp) ")


@cache
def _by_name() -> dict[str, Province]:
    return {fold_phrase(name): known for known in load_provinces() for name in (*known.aliases, known.name)}


def _find(name: str) -> Province | None:
    folded = fold_phrase(name)
    return _by_name().get(folded) or _by_name().get(_KIND.sub("", folded, count=1))


@cache
def place_key(name: str) -> str:
    """What the spellings of one province have in common: "TP.HCM" and "Thành phố Hồ Chí Minh"."""
    known = _find(name)
    return fold_phrase(known.name if known else name)


@cache
def today_name(name: str) -> str:
    """The name of the province of today in which a place is; the name itself where that is unknown."""
    known = _find(name)
    return known.now if known else name


def find_merged(name: str) -> tuple[str, ...]:
    """The provinces that went into a province of today; none for one that is no more."""
    known = _find(name)
    if known is None or place_key(known.now) != place_key(known.name):
        return ()
    return tuple(other.name for other in load_provinces() if other.now == known.now and other is not known)
