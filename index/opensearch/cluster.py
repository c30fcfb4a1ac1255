"""Talking to a cluster: its address, and errors that tell one that is out of reach from one that lacks something."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from opensearchpy import OpenSearch
from opensearchpy.exceptions import OpenSearchException, TransportError

from timthau.errors import ConfigError, IndexUnavailableError

# Each try that fails would be a warning with its traceback; what fails in the end is raised.
logging.getLogger("opensearch").setLevel(logging.ERROR)

_PORT = 9200
_TIMEOUT = 10  # seconds for a search; the page says then that search is interrupted
_PATIENCE = 120  # seconds for a write
_RETRIES = 3  # on other nodes
_KEPT = 16  # connections to a node: as many threads of a web worker ask at once
_BUSY = (408, 429, 502, 503, 504)
_JSON = json.JSONEncoder(ensure_ascii=False)
_FORM = "expected opensearch+http://HOST[:PORT][,HOST…]/NAME or opensearch+https://…"


@dataclass(frozen=True)
class ClusterAddress:
    """Where a cluster is and what its index is called; `hosts` are URLs, with user and password where one is needed."""

    hosts: tuple[str, ...]
    name: str
    shards: int = 1
    replicas: int = 0

    @classmethod
    def parse(cls, url: str) -> Self:
        """The address in a URL without its "opensearch+". Raises ConfigError."""
        parts = urlsplit(url)
        user, at, places = parts.netloc.rpartition("@")
        name = parts.path.strip("/")
        if parts.scheme not in ("http", "https") or not places or not name or name != name.lower() or "/" in name:
            raise ConfigError(f"TIMTHAU_INDEX_URL: {_FORM}; NAME in small letters")
        try:
            counts = {key: int(values[-1]) for key, values in parse_qs(parts.query).items()}
            return cls(tuple(f"{parts.scheme}://{user}{at}{place}" for place in places.split(",")), name, **counts)
        except (TypeError, ValueError) as error:
            raise ConfigError("TIMTHAU_INDEX_URL: shards=NUMBER and replicas=NUMBER may follow the name") from error


class Cluster:
    """Kept connections to the nodes of a cluster; what one does not answer is asked of the next."""

    def __init__(self, address: ClusterAddress) -> None:
        self._client = OpenSearch(
            [_read_host(host) for host in address.hosts],
            pool_maxsize=_KEPT,
            timeout=_TIMEOUT,
            max_retries=_RETRIES,
            retry_on_timeout=True,
            retry_on_status=(502, 503, 504),
        )

    def ask(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a search. Raises IndexUnavailableError, also when a part of the cluster did not answer."""
        answer = self.call("POST", path, body)
        if answer.get("timed_out") or answer["_shards"]["failed"]:
            raise IndexUnavailableError("a part of the search cluster does not answer")
        return answer

    def ask_all(self, name: str, bodies: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The answers to several searches at once."""
        lines = [line for body in bodies for line in ({}, body)]
        answers: list[dict[str, Any]] = self.call("POST", f"/{name}/_msearch", lines)["responses"]
        for answer in answers:
            if "error" in answer or answer.get("timed_out") or answer["_shards"]["failed"]:
                raise IndexUnavailableError(f"the search cluster cannot answer: {str(answer.get('error'))[:300]}")
        return answers

    def call(
        self, method: str, path: str, body: Any = None, *, ok: Sequence[int] = (), patient: bool = False, **params: Any
    ) -> dict[str, Any]:
        """What the cluster answers; `ok` are statuses that are no errors. Raises IndexUnavailableError."""
        if isinstance(body, list):
            body = "".join([f"{_JSON.encode(line)}\n" for line in body]).encode("utf-8", "replace")
        params |= {"request_timeout": _PATIENCE if patient else _TIMEOUT, "ignore": tuple(ok)}
        try:
            answer = self._client.transport.perform_request(method, path, params=params, body=body)
        except TransportError as error:
            status = error.status_code if isinstance(error.status_code, int) else None
            if status is None or status in _BUSY:
                raise IndexUnavailableError("the search cluster is out of reach or overloaded") from error
            raise IndexUnavailableError(f"the search cluster refuses {method} {path}: {str(error)[:300]}") from error
        except OpenSearchException as error:
            raise IndexUnavailableError(f"the search cluster cannot be used: {error}") from error
        return answer if isinstance(answer, dict) else {"found": bool(answer)}

    def close(self) -> None:
        """Give back the connections."""
        self._client.close()


def _read_host(url: str) -> dict[str, Any]:
    """One node as the client takes it; the password may stand in the URL with its signs encoded."""
    parts = urlsplit(url)
    host: dict[str, Any] = {"host": parts.hostname, "use_ssl": parts.scheme == "https"}
    host["port"] = parts.port or (443 if host["use_ssl"] else _PORT)
    if parts.username:
        host["http_auth"] = (unquote(parts.username), unquote(parts.password or ""))
    return host
