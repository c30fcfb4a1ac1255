"""Names of buyers and provinces as one key whatever the spelling."""

from collections.abc import Callable

from timthau.model.buyer import make_buyer_key
from timthau.model.province import make_province_key

_NAME_KEYS: dict[str, Callable[[str], str]] = {
    "kind": str,
    "province": make_province_key,
    "field": str,
    "buyer": make_buyer_key,
}


def name_key(column: str, name: str) -> str:
    """What the spellings of one province or buyer have in common; a kind or field has one spelling."""
    return _NAME_KEYS[column](name)
