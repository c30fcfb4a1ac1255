"""What an index on a cluster says of itself: its cursor and its published vocabulary, in documents beside the others.

A writer first notes what it is about to replace, then sends the documents, then commits: it exchanges the state for a
new one on condition that nobody else did. What is noted of a batch that was cut off is counted by whoever goes on.
"""

import json
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from index.opensearch.cluster import Cluster
from index.opensearch.mapping import LAYOUT
from index.opensearch.vocabulary import WordPiece, join_data, split_data
from timthau.errors import IndexDamagedError

_STATE, _PENDING = "state", "pending"
_NOT_FOUND, _CONFLICT = 404, 409


@dataclass(frozen=True)
class IndexState:
    """What was committed last; `pieces` are those of the vocabulary, with their number of terms and of parts."""

    cursor: int = 0
    count: int = 0
    pieces: tuple[tuple[str, int, int], ...] = ()
    version: Mapping[str, int] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Pending:
    """A batch that was begun: the ids that it writes, and what those had before."""

    cursor: int = -1
    ids: frozenset[str] = frozenset()
    terms: Mapping[int, int] = field(default_factory=dict)
    documents: int = 0


class StateStore:
    """Reads and writes the state of one index."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self._cluster, self._name = cluster, name

    def read(self) -> IndexState:
        """The state; that of an empty index when there is none. Raises IndexDamagedError."""
        found = self._get(_STATE)
        if not found.get("found"):
            return IndexState()
        state = found["_source"]["state"]
        if state["layout"] != LAYOUT:
            raise IndexDamagedError("the index on the cluster was made by another version")
        pieces = tuple((name, terms, parts) for name, terms, parts in state["pieces"])
        return IndexState(state["cursor"], state["count"], pieces, _version_of(found))

    def commit(self, old: IndexState, new: IndexState) -> bool:
        """Put a state in place of the one that was read; False when somebody else did."""
        state = {"layout": LAYOUT, "cursor": new.cursor, "count": new.count, "pieces": new.pieces}
        condition: Mapping[str, Any] = old.version or {"op_type": "create"}
        done = self._put(_STATE, {"state": state}, condition)
        return done.get("status") != _CONFLICT

    def read_pending(self) -> Pending:
        """The batch that was begun last."""
        found = self._get(_PENDING)
        if not found.get("found"):
            return Pending()
        told = json.loads(join_data(found["_source"]["data"]))
        terms = {int(key): count for key, count in told["terms"].items()}
        return Pending(told["cursor"], frozenset(told["ids"]), terms, told["documents"])

    def note(self, pending: Pending) -> None:
        """Keep what a batch is about to replace."""
        told = {
            "cursor": pending.cursor,
            "ids": sorted(pending.ids),
            "terms": pending.terms,
            "documents": pending.documents,
        }
        self._put(_PENDING, {"data": list(split_data(json.dumps(told).encode()))}, {})

    def publish(self, piece: WordPiece) -> tuple[str, int, int]:
        """Keep a piece of the vocabulary; gives what the state says of it."""
        name = uuid.uuid4().hex
        parts = list(split_data(piece.write()))
        for number, part in enumerate(parts):
            self._put(f"piece-{name}-{number}", {"data": part}, {})
        return name, len(piece), len(parts)

    def fetch(self, name: str, parts: int) -> WordPiece | None:
        """A published piece; None when it is gone."""
        found = [self._get(f"piece-{name}-{number}") for number in range(parts)]
        if not all(part.get("found") for part in found):
            return None
        return WordPiece.read(join_data(part["_source"]["data"] for part in found))

    def drop(self, pieces: Sequence[tuple[str, int, int]]) -> None:
        """Remove pieces that no state names any more."""
        for name, _, parts in pieces:
            for number in range(parts):
                self._cluster.call("DELETE", f"/{self._name}/_doc/piece-{name}-{number}", ok=(_NOT_FOUND,))

    def _get(self, key: str) -> dict[str, Any]:
        return self._cluster.call("GET", f"/{self._name}/_doc/{key}", ok=(_NOT_FOUND,))

    def _put(self, key: str, body: Mapping[str, Any], condition: Mapping[str, Any]) -> dict[str, Any]:
        path = f"/{self._name}/_doc/{key}"
        return self._cluster.call("PUT", path, body, ok=(_CONFLICT,) if condition else (), patient=True, **condition)


def _version_of(found: Mapping[str, Any]) -> dict[str, int]:
    return {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}


def build_piece(gained: WordPiece, lost: Mapping[int, int]) -> WordPiece:
    """What a batch adds to the counts and takes away."""
    keys = np.array(list(lost), np.uint64)
    counts = -np.array(list(lost.values()), np.int64)
    return WordPiece.of([(gained.keys, gained.counts), (keys, counts)], gained.spellings)


def add_terms(one: Mapping[int, int], other: Mapping[int, int]) -> Counter[int]:
    """The sum of two counts."""
    return Counter(one) + Counter(other)
