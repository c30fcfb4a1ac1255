"""The engine on a cluster: Python reads the query and plans, the cluster finds, scores and counts."""

import json
import threading
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from index.asking import build_suggestion, count_given, list_parts, read
from index.completion import LOOKED_AT, build_choices, find_completions
from index.contract import Answer, Entity, Hit, Place
from index.facet import Counts
from index.filter import read_conditions
from index.language.symptom import find_asked_guide
from index.opensearch.clause import DOCUMENTS, GUIDES, Clause, all_of, all_together, owned_by
from index.opensearch.cluster import Cluster, ClusterAddress
from index.opensearch.document import read_source
from index.opensearch.facet import SPELLED, build_facets, read_facets
from index.opensearch.mapping import build_index
from index.opensearch.order import build_sort
from index.opensearch.ranking import ClusterRanked, rank
from index.opensearch.reader import VocabularyReader
from index.opensearch.vocabulary import PublishedVocabulary
from index.opensearch.writing import Writer
from index.passage import Marker
from index.plan.part import WishPart
from index.plan.plan import Plan
from index.query import Query, Sort
from index.segment.document import IndexDocument, read_document
from index.segment.snapshot import Snapshot
from index.segment.view import SegmentView
from timthau.model.moment import HANOI
from timthau.model.notice import Guide, Notice
from timthau.remembered import Remembered

_REMEMBERED = 500  # facets of searches, each some kilobytes
_EXISTS = 400  # somebody else made the index at the same time


@dataclass(frozen=True)
class ClusterState:
    """An index with its vocabulary, as `index.asking` asks it."""

    cluster: Cluster
    name: str
    vocabulary: PublishedVocabulary

    def rank(self, plan: Plan, filters: Query, now: datetime) -> ClusterRanked:
        return rank(self, self.vocabulary, plan, filters, now)

    def has_together(self, part: WishPart) -> bool:
        return self.count_each({"part": all_of([DOCUMENTS, all_together([part], Plan())])})["part"] > 0

    def has_provinces(self, keys: Collection[str]) -> Collection[str]:
        counts = self.count_each({key: {"term": {"province": key}} for key in keys})
        return {key for key, count in counts.items() if count}

    def count_each(self, clauses: Mapping[str, Clause]) -> dict[str, int]:
        """How many documents each of some clauses finds."""
        body = {"size": 0, "aggs": {"each": {"filters": {"filters": dict(clauses)}}}}
        buckets = self.cluster.ask(f"/{self.name}/_search", body)["aggregations"]["each"]["buckets"]
        return {name: buckets[name]["doc_count"] for name in clauses}

    def best_score(self, clause: Clause) -> float:
        """The score of the best document that a clause finds; 0 when there is none."""
        body = {"size": 1, "_source": False, "query": clause}
        return float(self.cluster.ask(f"/{self.name}/_search", body)["hits"]["max_score"] or 0.0)


class OpenSearchEngine:
    """An index on a cluster; see `index.contract.Engine`. Safe for threads and for several processes.

    Documents of a batch may become visible before its cursor, never after. Raises IndexUnavailableError while the
    cluster does not answer.
    """

    def __init__(self, address: ClusterAddress, *, name: str = "") -> None:
        self._address, self._name = address, name or address.name
        self._made = bool(name)
        self._lock = threading.Lock()
        self._facets = Remembered[dict[str, Counts]](_REMEMBERED)

    @cached_property
    def _cluster(self) -> Cluster:
        return Cluster(self._address)

    @cached_property
    def _reader(self) -> VocabularyReader:
        return VocabularyReader(self._cluster, self._name)

    def cursor(self) -> int:
        return self._reader.read_state().cursor

    def count(self) -> int:
        return self._reader.read_state().count

    def apply(
        self,
        documents: Iterable[Notice | Guide],
        removed: Iterable[str],
        *,
        cursor: int,
        since: int | None = None,
    ) -> None:
        with self._lock:
            self._make()
            writer = Writer(self._cluster, self._name, self._reader.pieces)
            writer.apply(map(read_document, documents), removed, cursor=cursor, since=since)
            self._reader.look_again()

    def _make(self) -> None:
        """Make an empty index where there is none."""
        if not self._made and not self._cluster.call("HEAD", f"/{self._name}", ok=(404,))["found"]:
            body = build_index(self._address.shards, self._address.replicas) | {"aliases": {self._name: {}}}
            self._cluster.call("PUT", f"/{self._name}-0", body, ok=(_EXISTS,), patient=True)
        self._made = True

    def settle(self) -> None:
        """Nothing: a cluster keeps its own order."""

    def search(
        self,
        query: Query,
        *,
        limit: int = 20,
        offset: int = 0,
        after: Place | None = None,
        now: datetime | None = None,
        passages: bool = True,
        counts: bool = True,
    ) -> Answer:
        started = time.perf_counter()
        now = now or datetime.now(HANOI)
        vocabulary = self._reader.current()
        if not vocabulary.count:
            return Answer(hits=(), total=0, notice_total=0, facets={}, took_ms=(time.perf_counter() - started) * 1000)
        state = ClusterState(self._cluster, self._name, vocabulary)
        understood, plan, ranked = read(state, query, now)
        asked = self._find_asked(query, understood.query, ranked)
        given = count_given(asked.documents, after)
        ahead = asked.documents[given:]
        first = ahead[offset : offset + limit]
        text = "text" if passages and plan.units else "short"
        page = _Page(ranked, asked.slug, understood.query.sort, now)
        behind = self._find_place(page, after) if after and len(after) > 1 else None
        body = page.body(max(0, offset - len(ahead)), limit - len(first) + 1, text=text, after=behind)
        found, facets, guides = self._ask_page(page, body, counts=counts)
        best = found["hits"]["max_score"] or 0.0
        hits = [(*hit, best, [number]) for number, hit in enumerate(first, start=given + offset + 1)]
        hits += [(hit["_id"], hit["_source"], hit["_score"] or 0.0, hit["sort"]) for hit in found["hits"]["hits"]]
        return Answer(
            hits=_build_hits([hit[:3] for hit in hits[:limit]], Marker(plan if passages else Plan())),
            total=ranked.total + asked.more,
            notice_total=ranked.total - guides,
            facets=facets or {},
            counted=facets is not None,
            complete=ranked.complete,
            parts=list_parts(understood, plan),
            relaxed=ranked.relaxed,
            broader_total=ranked.broader,
            understood=understood.readings,
            suggestion=build_suggestion(query.text, plan, ranked),
            also_searched=tuple(plan.also_searched),
            unsearched=" ".join(plan.unsearched),
            standing=plan.standing,
            end=tuple(hits[limit - 1][3]) if 0 < limit < len(hits) else None,
            took_ms=(time.perf_counter() - started) * 1000,
        )

    def _find_place(self, page: "_Page", after: Place) -> Place:
        """Where a place is now: scores depend on what else there is, so its document may have moved."""
        if len(after) != len(build_sort(page.sort, page.now)):
            raise ValueError("this order has no such place")
        if page.sort is not Sort.RELEVANCE:
            return after
        (found,) = self._cluster.ask_all(self._name, [page.find(order=after[2], tie=after[3])])
        places = [tuple(hit["sort"]) for hit in found["hits"]["hits"]]
        return next((place for place in places if place[1:] == after[1:]), after)

    def _ask_page(
        self, page: "_Page", body: Mapping[str, Any], *, counts: bool
    ) -> tuple[dict[str, Any], dict[str, Counts] | None, int]:
        """A page of hits, the facets of all and how many of these are guides.

        Facets of the same state, minute and documents are asked for once; None where they are neither known nor wanted.
        """
        wish = (self._reader.state, page.wish())
        facets = self._facets.find(wish)
        if facets is None and counts:
            found, guides, counted = self._cluster.ask_all(self._name, [body, page.guides(), page.facets()])
            facets = read_facets(counted["aggregations"], self._find_labels(counted["aggregations"]))
            self._facets.keep(wish, facets)
        else:
            found, guides = self._cluster.ask_all(self._name, [body, page.guides()])
        return found, facets, guides["hits"]["total"]["value"]

    def _find_asked(self, query: Query, understood: Query, ranked: ClusterRanked) -> "_AskedGuide":
        """The guide that a query without filters asks for, in all its languages."""
        filtered = any(True for _ in read_conditions(understood))
        slug = None if query.literal or filtered else find_asked_guide(query.text)
        if slug is None:
            return _AskedGuide(None, [], 0)
        own = owned_by(slug)
        body = {"query": own, "sort": [{"_doc": "asc"}]}
        count = {"size": 0, "track_total_hits": True, "query": all_of([own, ranked.found])}
        found, known = self._cluster.ask_all(self._name, [body, count])
        documents = [(hit["_id"], hit["_source"]) for hit in found["hits"]["hits"]]
        return _AskedGuide(slug, documents, len(documents) - known["hits"]["total"]["value"])

    def _find_labels(self, counted: Mapping[str, Any]) -> dict[tuple[str, str], str]:
        """The most frequent spelling of each name that was counted, over all documents."""
        values = {name: [bucket["key"] for bucket in counted[name]["buckets"]] for name in SPELLED}
        return self._reader.find_labels(values)

    def suggest(self, prefix: str, *, limit: int = 8) -> Sequence[str]:
        now = datetime.now(HANOI)
        vocabulary = self._reader.current()
        state = ClusterState(self._cluster, self._name, vocabulary)

        def find_best(typed: Sequence[Sequence[int]]) -> Sequence[tuple[SegmentView, int]]:
            ranked = state.rank(build_choices(typed), Query(), now)
            if not ranked.complete:
                return ()
            body = _Page(ranked, None, Sort.RELEVANCE, now).body(0, LOOKED_AT, text="short")
            (found,) = self._cluster.ask_all(self._name, [body])
            return _make_segment([read_source(hit["_id"], hit["_source"]) for hit in found["hits"]["hits"]])

        return find_completions(vocabulary, find_best, prefix, limit) if vocabulary.count else ()

    def close(self) -> None:
        if "_reader" in self.__dict__:
            self._reader.close()
        if "_cluster" in self.__dict__:
            self._cluster.close()


@dataclass(frozen=True)
class _AskedGuide:
    """A guide that stands before what was found; `more` of its documents were not found by their words."""

    slug: str | None
    documents: list[tuple[str, dict[str, Any]]]
    more: int


@dataclass(frozen=True)
class _Page:
    """The requests for one page of what was found, and for its facets."""

    ranked: ClusterRanked
    asked: str | None
    sort: Sort
    now: datetime

    def body(self, offset: int, limit: int, *, text: str, after: Place | None = None) -> dict[str, Any]:
        query = self.ranked.clause
        if self.asked:
            query = {"bool": {"must": [query], "must_not": [owned_by(self.asked)]}}
        return {
            **({"search_after": after} if after else {"from": offset}),
            "size": max(limit, 0),
            "query": query,
            "track_scores": True,
            "track_total_hits": False,
            "_source": ["about", "entity", text],
            "sort": build_sort(self.sort, self.now),
        }

    def find(self, **values: float) -> dict[str, Any]:
        """The documents found that have some values."""
        wanted = [{"term": {name: value}} for name, value in values.items()]
        query = {"bool": {"must": [self.ranked.clause], "filter": wanted}}
        return {"query": query, "_source": False, "sort": build_sort(self.sort, self.now)}

    def wish(self) -> tuple[str, int]:
        """What the facets depend on, beside the state of the index."""
        return json.dumps(self.ranked.found, sort_keys=True), int(self.now.timestamp()) // 60

    def guides(self) -> dict[str, Any]:
        """How many guides were found."""
        return {"size": 0, "track_total_hits": True, "query": all_of([self.ranked.found, GUIDES])}

    def facets(self) -> dict[str, Any]:
        return {"size": 0, "track_total_hits": False, "query": self.ranked.found, "aggs": build_facets(self.now)}


def _build_hits(rows: Sequence[tuple[str, Mapping[str, Any], float]], marker: Marker) -> tuple[Hit, ...]:
    documents = [read_source(key, dict(source)) for key, source, _ in rows]
    places = _make_segment(documents)
    passages = marker.find_passages(places[0][0], range(len(places))) if places else {}
    hits = []
    for (_, source, score), (segment, doc) in zip(rows, places, strict=True):
        head = segment.head(doc)
        entity = Entity(source["entity"])
        hits.append(
            Hit(
                entity=entity,
                id=head.id,
                source=head.source,
                source_key=head.source_key,
                title=head.title,
                score=score,
                passages=passages[doc],
                language=head.language if entity is Entity.GUIDE else None,
            )
        )
    return tuple(hits)


def _make_segment(documents: Sequence[IndexDocument]) -> list[tuple[SegmentView, int]]:
    """Some documents with the words of their lines, in memory."""
    if not documents:
        return []
    (segment,) = Snapshot.of(documents).segments
    return [(segment, doc) for doc in range(len(documents))]
