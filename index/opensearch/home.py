"""Where an index on a cluster lives, for `index.opening`: a name that always means the index in use."""

import re
import socket
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from index.opensearch.cluster import Cluster, ClusterAddress
from index.opensearch.engine import OpenSearchEngine
from index.opensearch.mapping import DRAFT, build_index, put_to_use
from index.origin import Origin
from timthau.scratch import lives

_MISSING, _NOT_YET = 404, 408
_ABANDONED_SECONDS = 86_400


class ClusterHome:
    """See `index.contract.Home`."""

    def __init__(self, address: ClusterAddress) -> None:
        self._address = address

    @property
    def name(self) -> str:
        return f"{self._address.name} on the search cluster"

    @property
    def origin(self) -> Origin:
        return Origin(_ClusterMark(self._address))

    def exists(self) -> bool:
        with closing(Cluster(self._address)) as cluster:
            return cluster.call("HEAD", f"/{self._address.name}", ok=(_MISSING,))["found"] is True

    def open(self) -> OpenSearchEngine:
        return OpenSearchEngine(self._address)

    @contextmanager
    def building(self) -> Iterator[OpenSearchEngine]:
        """An empty index of another name, which takes over the name of the one in use when the block ends well."""
        new = f"{self._address.name}-{uuid.uuid4().hex}"
        with closing(Cluster(self._address)) as cluster:
            self._clear(cluster)
            body = build_index(self._address.shards, self._address.replicas)
            body["settings"] |= DRAFT
            cluster.call("PUT", f"/{new}", body, patient=True)
            try:
                with closing(OpenSearchEngine(self._address, name=new)) as engine:
                    yield engine
                self._finish(cluster, new)
            except BaseException:  # such as Ctrl-C: a draft that nobody finishes is of no use
                cluster.call("DELETE", f"/{new}", ok=(_MISSING,), patient=True)
                raise
            self._swap(cluster, new)

    def _clear(self, cluster: Cluster) -> None:
        """Remove what killed rebuilds left behind: of this machine's dead processes, of other machines after a day."""
        for index, told in self._list_unused(cluster):
            if _is_abandoned(told):
                cluster.call("DELETE", f"/{index}", ok=(_MISSING,), patient=True)

    def _list_unused(self, cluster: Cluster) -> Iterator[tuple[str, dict[str, Any]]]:
        """Our indexes that have not the name: drafts, and what was replaced."""
        own = re.compile(rf"{re.escape(self._address.name)}-([0-9a-f]{{32}}|0)")
        for index, told in cluster.call("GET", f"/{self._address.name}-*", ok=(_MISSING,)).items():
            if own.fullmatch(index) and not told["aliases"]:
                yield index, told

    def _finish(self, cluster: Cluster, new: str) -> None:
        """Make all of a draft visible, and have its copies made; a large one is copied until after the swap.

        What is committed is copied as files; anything else would be indexed once more for each copy.
        """
        cluster.call("POST", f"/{new}/_flush", patient=True)
        cluster.call("PUT", f"/{new}/_settings", put_to_use(self._address.replicas), patient=True)
        cluster.call("POST", f"/{new}/_refresh", patient=True)
        wait = {"wait_for_events": "languid", "wait_for_no_initializing_shards": "true", "timeout": "60s"}
        cluster.call("GET", f"/_cluster/health/{new}", ok=(_NOT_YET,), patient=True, **wait)

    def _swap(self, cluster: Cluster, new: str) -> None:
        """Give the name to one index alone, in one step: of two that are built at once the later one has it."""
        name = self._address.name
        others = {"index": f"{name}-*", "alias": name, "must_exist": False}
        actions = [{"remove": others}, {"add": {"index": new, "alias": name}}]
        cluster.call("POST", "/_aliases", {"actions": actions}, ok=(_MISSING,), patient=True)
        for index, told in self._list_unused(cluster):
            if told["settings"]["index"].get("refresh_interval") != DRAFT["index.refresh_interval"]:
                cluster.call("DELETE", f"/{index}", ok=(_MISSING,), patient=True)


def _is_abandoned(told: Mapping[str, Any]) -> bool:
    maker = told["mappings"].get("_meta", {})
    if maker.get("machine") == socket.gethostname():
        return not lives(maker["process"])
    return time.time() - int(told["settings"]["index"]["creation_date"]) / 1000 > _ABANDONED_SECONDS


class _ClusterMark:
    """The mark of the database that an index was made from, beside the index."""

    def __init__(self, address: ClusterAddress) -> None:
        self._address = address
        self._path = f"/{address.name}/_doc/origin"

    @property
    def place(self) -> str:
        return f"{self._address.name} on the search cluster"

    def read(self) -> str:
        with closing(Cluster(self._address)) as cluster:
            found = cluster.call("GET", self._path, ok=(_MISSING,))
            return str(found["_source"]["state"]["mark"]) if found.get("found") else ""

    def write(self, mark: str) -> None:
        with closing(Cluster(self._address)) as cluster:
            if cluster.call("HEAD", f"/{self._address.name}", ok=(_MISSING,))["found"]:
                cluster.call("PUT", self._path, {"state": {"mark": mark}}, patient=True)
