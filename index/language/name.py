"""Names of buyers, provinces, makers and origins as one key whatever the spelling."""

from collections.abc import Callable

from index.language.analysis import fold_phrase
from index.language.origin import make_origin_key
from index.query import Query
from timthau.model.buyer import make_buyer_key
from timthau.model.province import find_merged, make_province_key

_NAME_KEYS: dict[str, Callable[[str], str]] = {
    "kind": str,
    "province": make_province_key,
    "field": str,
    "buyer": make_buyer_key,
    "source": str,
    "maker": fold_phrase,
    "origin": make_origin_key,
    "unit": str,
    "supplier": str,
}


def name_key(column: str, name: str) -> str:
    """What the spellings of one province, buyer, maker or origin have in common; all else has one spelling."""
    return _NAME_KEYS[column](name)


def merged_provinces(query: Query) -> tuple[str, ...]:
    """The provinces of until 2025 that are found with those a query asks for, as they went into them."""
    asked = {make_province_key(name) for name in query.provinces}
    found = [name for wanted in query.provinces if query.expand for name in find_merged(wanted)]
    return tuple(name for name in dict.fromkeys(found) if make_province_key(name) not in asked)
