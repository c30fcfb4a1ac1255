"""The order of what was found, as `index.embedded.order`: ties are broken by date, then id."""

from datetime import datetime
from typing import Any

from index.query import Sort

_NEWEST = (
    {"published": {"order": "desc", "missing": "_last"}},
    {"order": {"order": "asc"}},
    {"tie": {"order": "asc"}},
)
# Deadlines to come, the next one first; then passed ones, the last one first; then none.
_NEAREST = """
if (doc['deadline'].size() == 0) return 4611686018427387904.0;
long deadline = doc['deadline'].value;
return deadline >= params.now ? deadline : 1099511627776L - deadline;
"""


def build_sort(sort: Sort, now: datetime) -> list[dict[str, Any]]:
    """What the cluster sorts by."""
    if sort is Sort.NEWEST:
        return list(_NEWEST)
    if sort is Sort.DEADLINE:
        script = {"lang": "painless", "source": _NEAREST, "params": {"now": int(now.timestamp())}}
        return [{"_script": {"type": "number", "order": "asc", "script": script}}, *_NEWEST]
    return [{"_score": {"order": "desc"}}, *_NEWEST]
