"""How batches get into an index on a cluster: whole or, after a kill, done again, by any number of writers."""

import time
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from index.language.analysis import Keys
from index.opensearch.clause import DOCUMENTS, all_of
from index.opensearch.cluster import Cluster
from index.opensearch.document import count_terms, read_source, take_apart
from index.opensearch.index_state import IndexState, Pending, StateStore, add_terms, build_piece
from index.opensearch.vocabulary import Ints, WordPiece
from index.segment.document import IndexDocument
from timthau.errors import IndexUnavailableError

_BULK = 500  # documents in one request: some 8 MB, as the makers of the server advise
_UNDER_WAY = 2  # requests beside which the next one is made ready
_MOST_OWNED = 10_000
_CONFLICT, _MISSING = 409, 404
_BUSY = (429, 503)
_PAUSES = (0.5, 1, 2, 4, 8, 16)  # seconds


class Writer:
    """Writes batches to one index; documents carry the outbox number as their version, so none replaces a newer one."""

    def __init__(self, cluster: Cluster, name: str, pieces: dict[str, WordPiece]) -> None:
        self._cluster, self._name, self._pieces = cluster, name, pieces
        self._states = StateStore(cluster, name)

    def apply(
        self, documents: Iterable[IndexDocument], removed: Iterable[str], *, cursor: int, since: int | None
    ) -> None:
        """See `index.contract.Engine.apply`."""
        state = self._states.read()
        if cursor < state.cursor or (since is not None and since > state.cursor):
            return
        latest = {document.key: document for document in documents}
        gone = self._find_owned(list(removed)) - latest.keys()
        before = self._note(state, latest.keys() | gone)
        gained, kept = self._send(latest, gone, cursor)
        left_over = [document for key, document in self._fetch(before.ids - latest.keys() - gone).items()]
        lost = Counter(before.terms)
        lost.subtract(count_terms(left_over) if left_over else {})
        piece = build_piece(gained, {key: count for key, count in lost.items() if count})
        count = state.count + kept + len(left_over) - before.documents
        self._commit(state, piece, cursor, count)

    def _find_owned(self, removed: Sequence[str]) -> set[str]:
        """The keys of the documents of some owners."""
        if not removed:
            return set()
        self.refresh()
        query = all_of([DOCUMENTS, {"terms": {"owner": list(removed)}}])
        body = {"query": query, "size": _MOST_OWNED, "_source": False}
        return {hit["_id"] for hit in self._cluster.ask(f"/{self._name}/_search", body)["hits"]["hits"]}

    def _note(self, state: IndexState, ids: set[str]) -> Pending:
        """What documents had before this batch, and before one from the same point that was cut off."""
        begun = self._states.read_pending()
        if begun.cursor != state.cursor:
            begun = Pending(state.cursor)
        old = self._fetch(ids - begun.ids)
        terms = add_terms(begun.terms, count_terms(old.values())) if old else begun.terms
        pending = Pending(state.cursor, begun.ids | ids, terms, begun.documents + len(old))
        if pending.ids != begun.ids:
            self._states.note(pending)
        return pending

    def _fetch(self, ids: Iterable[str]) -> dict[str, IndexDocument]:
        """Documents as they are at this moment."""
        wanted = sorted(ids)
        if not wanted:
            return {}
        answer = self._cluster.call("POST", f"/{self._name}/_mget", {"ids": wanted}, patient=True)
        return {doc["_id"]: read_source(doc["_id"], doc["_source"]) for doc in answer["docs"] if doc.get("found")}

    def _send(self, latest: Mapping[str, IndexDocument], gone: Set[str], cursor: int) -> tuple[WordPiece, int]:
        """Send some documents and take others away; gives the words of what was sent, and how many documents it was.

        The cluster takes in some documents while the next ones are taken apart here.
        """
        documents = list(latest.values())
        version = {"version": cursor, "version_type": "external_gte"}
        counted, spellings = list[tuple[Keys, Ints]](), dict[str, str]()
        with ThreadPoolExecutor(_UNDER_WAY) as senders:
            sent = deque[Future[None]]()
            if gone:
                lines = [{"delete": {"_id": key, **version}} for key in sorted(gone)]
                sent.append(senders.submit(self._post, lines))
            for start in range(0, len(documents), _BULK):
                some = documents[start : start + _BULK]
                taken = take_apart(some)
                counted.append((taken.keys, taken.counts))
                spellings |= taken.spellings
                actions = [{"index": {"_id": document.key, **version}} for document in some]
                lines = [line for pair in zip(actions, taken.sources, strict=True) for line in pair]
                sent.append(senders.submit(self._post, lines))
                if len(sent) > _UNDER_WAY:
                    sent.popleft().result()
            for one in sent:
                one.result()
        return WordPiece.of(counted, spellings), len(documents)

    def _post(self, lines: Sequence[Mapping[str, Any]]) -> None:
        """Send documents; again where a node has too much to do, as none replaces a newer one."""
        for pause in (*_PAUSES, None):
            answer = self._cluster.call("POST", f"/{self._name}/_bulk", lines, patient=True)
            outcomes = [outcome for item in answer["items"] if answer["errors"] for outcome in item.values()]
            refused = [own for own in outcomes if own["status"] >= 300 and own["status"] not in (_CONFLICT, _MISSING)]
            if not refused:
                return
            if pause is None or any(outcome["status"] not in _BUSY for outcome in refused):
                raise IndexUnavailableError(f"the search cluster does not take documents: {refused[0]['error']}")
            time.sleep(pause)  # until the node has room

    def _commit(self, state: IndexState, piece: WordPiece, cursor: int, count: int) -> None:
        """Make the batch part of the index; pieces of about the same size become one on the way."""
        listed, old = list(state.pieces), list[tuple[str, int, int]]()
        while listed and listed[-1][1] <= 2 * len(piece):
            own = self._piece(listed[-1])
            old.append(listed.pop())
            piece = WordPiece.join([own, piece])
        if len(piece) or piece.spellings:
            listed.append(self._states.publish(piece))
            self._pieces[listed[-1][0]] = piece
        self.refresh()
        if self._states.commit(state, replace(state, cursor=cursor, count=count, pieces=tuple(listed))):
            self._states.drop(old)

    def _piece(self, listed: tuple[str, int, int]) -> WordPiece:
        name, _, parts = listed
        piece = self._pieces.get(name) or self._states.fetch(name, parts)
        if piece is None:
            raise IndexUnavailableError("another writer has just changed the index")
        return piece

    def refresh(self) -> None:
        """Make visible what was sent."""
        self._cluster.call("POST", f"/{self._name}/_refresh", patient=True)
