"""Names of buyers, provinces, makers and origins as one key whatever the spelling."""

from collections.abc import Callable

from index.language.analysis import fold_phrase
from timthau.model.buyer import make_buyer_key
from timthau.model.province import make_province_key

_NAME_KEYS: dict[str, Callable[[str], str]] = {
    "kind": str,
    "province": make_province_key,
    "field": str,
    "buyer": make_buyer_key,
    "source": str,
    "maker": fold_phrase,
    "origin": fold_phrase,
    "unit": str,
    "supplier": str,
}


def name_key(column: str, name: str) -> str:
    """What the spellings of one province, buyer, maker or origin have in common; all else has one spelling."""
    return _NAME_KEYS[column](name)
