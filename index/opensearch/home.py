"""Where an index on a cluster lives, for `index.opening`: a name that always means the index in use."""

import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager

from index.opensearch.cluster import Cluster, ClusterAddress
from index.opensearch.engine import OpenSearchEngine
from index.opensearch.mapping import build_index
from index.origin import Origin

_MISSING = 404


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
            body = build_index(self._address.shards, self._address.replicas)
            cluster.call("PUT", f"/{new}", body, patient=True)
            try:
                with closing(OpenSearchEngine(self._address, name=new)) as engine:
                    yield engine
            except BaseException:  # such as Ctrl-C: a draft that nobody finishes is of no use
                cluster.call("DELETE", f"/{new}", ok=(_MISSING,), patient=True)
                raise
            self._swap(cluster, new)

    def _swap(self, cluster: Cluster, new: str) -> None:
        name = self._address.name
        aliases = cluster.call("GET", f"/{name}-*/_alias", ok=(_MISSING,))
        used = [index for index, told in aliases.items() if index != new and name in told.get("aliases", {})]
        actions = [{"remove_index": {"index": index}} for index in used]
        swap = {"actions": [{"add": {"index": new, "alias": name}}, *actions]}
        cluster.call("POST", "/_aliases", swap, patient=True)


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
