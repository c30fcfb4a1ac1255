"""What an index of the cluster keeps of each document, and in which form."""

import os
import socket
from typing import Any

#: Goes up when an index made before cannot be used any more.
LAYOUT = 1
_GAP = 100  # places between two lines: more than any wish reaches over


# Each commit makes visible what it brings. To do so every second, as is usual, makes many small segments to be merged.
_REFRESH = "5m"
#: How an index is that nobody asks yet: what is written is not made visible before it is whole, and is written once.
DRAFT = {"index.number_of_replicas": 0, "index.refresh_interval": "-1"}


def put_to_use(replicas: int) -> dict[str, Any]:
    """The settings that a draft changes to, when all is in it."""
    return {"index.number_of_replicas": replicas, "index.refresh_interval": _REFRESH}


def build_index(shards: int, replicas: int) -> dict[str, Any]:
    """Settings and mapping of a new index, with who makes it.

    `weights` has the weight of each term in the document; `exact` and `folded` its words at the same places, with and
    without accents; `codes` those written in one, which have no place.
    """
    keyword, number, large = {"type": "keyword"}, {"type": "long"}, {"type": "unsigned_long"}
    hidden = {"type": "keyword", "index": False, "doc_values": False}
    words = {"type": "text", "analyzer": "whitespace", "position_increment_gap": _GAP, "norms": False}
    return {
        "settings": {
            "index.number_of_shards": shards,
            "index.number_of_replicas": replicas,
            "index.refresh_interval": _REFRESH,
            "index.max_result_window": 100_000,
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {"machine": socket.gethostname(), "process": os.getpid()},
            "_source": {"excludes": ["weights", "exact", "folded", "codes"]},
            "properties": {
                "weights": {"type": "rank_features"},
                "exact": words,
                "folded": words,
                **dict.fromkeys(("codes", "entity", "owner", "kind", "field", "source"), keyword),
                **dict.fromkeys(("province", "buyer", "province_today", "province_name", "buyer_name"), keyword),
                **dict.fromkeys(("published", "deadline", "amount"), number),
                **dict.fromkeys(("order", "tie"), large),
                "about": hidden,
                "short": hidden,
                "text": {"type": "binary"},
                "state": {"type": "object", "enabled": False},
                "data": {"type": "binary"},
            },
        },
    }
