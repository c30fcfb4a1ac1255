"""The published vocabulary as searches read it: looked for again now and then, and loaded beside the searches."""

import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from index.opensearch.clause import DOCUMENTS
from index.opensearch.cluster import Cluster
from index.opensearch.facet import SPELLED, build_terms
from index.opensearch.index_state import IndexState, StateStore
from index.opensearch.vocabulary import PublishedVocabulary, WordPiece
from timthau.errors import IndexUnavailableError

_EVERY = 1.0  # seconds after which a search looks whether there is a newer state
_TRIES = 5  # to read a state whose pieces another writer replaces


class VocabularyReader:
    """The vocabulary of the state that was committed last, or a second or so before."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self._cluster, self._name = cluster, name
        self._states = StateStore(cluster, name)
        self.pieces: dict[str, WordPiece] = {}
        self._lock = threading.Lock()
        self._state: IndexState | None = None
        self._vocabulary = PublishedVocabulary((), 0)
        self._labels: dict[tuple[str, str], str] = {}
        self._looked = 0.0
        self._looking: threading.Thread | None = None

    def read_state(self) -> IndexState:
        """What is committed at this moment."""
        return self._states.read()

    @property
    def state(self) -> IndexState | None:
        """The state whose vocabulary is loaded."""
        return self._state

    def current(self) -> PublishedVocabulary:
        """The newest vocabulary that is loaded; the first call waits for one."""
        if self._state is None:
            self.look_again()
        elif time.monotonic() - self._looked > _EVERY and (self._looking is None or not self._looking.is_alive()):
            self._looked = time.monotonic()
            self._looking = threading.Thread(target=self._look_quietly, name="vocabulary", daemon=True)
            self._looking.start()
        return self._vocabulary

    def look_again(self) -> None:
        """Load what was committed since. Raises IndexUnavailableError and IndexDamagedError."""
        with self._lock:
            for _ in range(_TRIES):
                state = self._states.read()
                pieces = {name: self.pieces.get(name) or self._states.fetch(name, n) for name, _, n in state.pieces}
                loaded = {name: piece for name, piece in pieces.items() if piece is not None}
                if len(loaded) == len(pieces):
                    break
            else:
                raise IndexUnavailableError("the vocabulary changes faster than it can be read")
            self._looked = time.monotonic()
            if state != self._state:
                self.pieces, self._labels = loaded, {}
                self._vocabulary = PublishedVocabulary(list(loaded.values()), state.count)
                self._state = state

    def _look_quietly(self) -> None:
        try:
            self.look_again()
        except IndexUnavailableError:
            return  # the search that comes next says so

    def find_labels(self, values: Mapping[str, Sequence[str]]) -> dict[tuple[str, str], str]:
        """The most frequent spellings of some names over all documents, by facet and name."""
        labels = self._labels
        unknown = {name: [key for key in keys if (name, key) not in labels] for name, keys in values.items()}
        bodies = [(name, keys) for name, keys in unknown.items() if keys]
        if bodies:
            asked = [_build_labels(name, keys) for name, keys in bodies]
            for (name, _), answer in zip(bodies, self._cluster.ask_all(self._name, asked), strict=True):
                for bucket in answer["aggregations"]["names"]["buckets"]:
                    labels[name, bucket["key"]] = bucket["shown"]["buckets"][0]["key"]
        return labels

    def close(self) -> None:
        """Wait for what is being loaded."""
        if self._looking is not None:
            self._looking.join()


def _build_labels(name: str, keys: Sequence[str]) -> dict[str, Any]:
    field, shown = SPELLED[name]
    names = build_terms(field, size=len(keys))
    names["terms"]["include"] = list(keys)
    names["aggs"] = {"shown": build_terms(shown, size=1)}
    return {"size": 0, "query": DOCUMENTS, "aggs": {"names": names}}
