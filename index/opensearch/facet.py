"""Facets on a cluster, counted as `index.embedded.facet` counts them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from index.facet import AMOUNTS, DAYS_AHEAD, DAYS_BACK, MOST_VALUES, Counts
from index.filter import midnight
from index.query import SOON_DAYS
from timthau.model.moment import HANOI

_SPARE = 10  # times as many values are asked of each shard, so that those of all are counted right
_AMOUNTS = tuple(zip((None, *AMOUNTS), (*AMOUNTS, None), strict=True))
_SPANS = {
    "status": ("open", "closed"),
    "closing": (str(SOON_DAYS),),
    "published": tuple(map(str, DAYS_BACK)),
    "deadline": tuple(map(str, DAYS_AHEAD)),
    "amount": tuple(f"{low or ''}..{high or ''}" for low, high in _AMOUNTS),
}
#: Facets whose values have several spellings: the field that is counted, and the one with what is shown.
SPELLED = {"province": ("province_today", "province_name"), "buyer": ("buyer", "buyer_name")}


def build_facets(now: datetime) -> dict[str, Any]:
    """What is asked for."""
    today = now.astimezone(HANOI).date()
    present = int(now.timestamp())
    back = ((str(days), midnight(today, days=1 - days), None) for days in DAYS_BACK)
    soon = midnight(today, days=SOON_DAYS + 1)
    ahead = ((str(days), midnight(today), midnight(today, days=days + 1)) for days in DAYS_AHEAD)
    amounts = ((name, low or 0, high) for name, (low, high) in zip(_SPANS["amount"], _AMOUNTS, strict=True))
    names = {name: SPELLED[name][0] if name in SPELLED else name for name in ("kind", "field", "source", *SPELLED)}
    return {
        **{name: build_terms(field) for name, field in names.items()},
        "status": _build_ranges("deadline", (("open", present, None), ("closed", None, present))),
        "closing": _build_ranges("deadline", ((str(SOON_DAYS), present, soon),)),
        "published": _build_ranges("published", back),
        "deadline": _build_ranges("deadline", ahead),
        "amount": _build_ranges("amount", ((name, low, high and high + 1) for name, low, high in amounts)),
    }


def build_terms(field: str, *, size: int = MOST_VALUES) -> dict[str, Any]:
    """The most frequent values of a field."""
    order = [{"_count": "desc"}, {"_key": "asc"}]
    return {"terms": {"field": field, "size": size, "shard_size": _SPARE * size, "order": order}}


def _build_ranges(field: str, spans: Iterable[tuple[str, int | None, int | None]]) -> dict[str, Any]:
    rows = [
        {"key": key, **({} if low is None else {"from": low}), **({} if end is None else {"to": end})}
        for key, low, end in spans
    ]
    return {"range": {"field": field, "ranges": rows, "keyed": True}}


def read_facets(found: Mapping[str, Any], labels: Mapping[tuple[str, str], str]) -> dict[str, Counts]:
    """The counts by property; `labels` are the spellings to show, by facet and value."""
    read: dict[str, Counts] = {}
    for name, value in found.items():
        buckets = value["buckets"]
        if name in _SPANS:
            counts = ((key, buckets[key]["doc_count"]) for key in _SPANS[name])
            read[name] = tuple((key, count) for key, count in counts if count)
        else:
            rows = [(labels.get((name, bucket["key"]), bucket["key"]), bucket["doc_count"]) for bucket in buckets]
            read[name] = tuple(sorted(rows, key=lambda row: (-row[1], row[0])))
    return read
