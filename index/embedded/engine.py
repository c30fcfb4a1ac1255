"""The engine: a Whoosh index of array segments in a folder of builds."""

import fcntl
import pickle
import re
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Self

import numpy as np
from whoosh.index import TOC, EmptyIndexError, FileIndex
from whoosh.index import IndexError as WhooshIndexError

from index.contract import Answer, Entity, Hit, Relaxation
from index.embedded.asked import count_more, find_asked, put_first
from index.embedded.codec import ArraySegment, ArrayWriter, Segments, schema
from index.embedded.facet import count_facets
from index.embedded.filter import merged_provinces
from index.embedded.folder import IndexFolder
from index.embedded.order import best_first
from index.embedded.passage import Marker
from index.embedded.ranking import Ranked, rank
from index.embedded.segment.document import read_document
from index.embedded.segment.snapshot import Snapshot
from index.embedded.segment.view import SegmentView
from index.embedded.storage import SyncedStorage
from index.embedded.suggest import suggest
from index.embedded.together import together_mask
from index.language.analysis import parse_words, word_key
from index.language.parser import parse_query, unquote
from index.language.wish import Understood, understand
from index.plan.part import WishPart
from index.plan.plan import Plan, build_plan
from index.query import Query
from index.spelling.guess import Guess
from timthau.errors import IndexDamagedError
from timthau.model.moment import HANOI
from timthau.model.notice import Guide, Notice
from timthau.model.province import make_province_key

_NAME = "timthau"
_OF_BYTES = (AttributeError, IndexError, KeyError, TypeError, ValueError)  # what unpickling wrong bytes may raise
_LEAST_PIECE, _MOST_PIECE = 6, 40  # words of a text that was copied
_SCATTERED = {Relaxation.APART, Relaxation.MOST}
_TRIES = 20  # to open a commit while a writer replaces it


class WhooshEngine:
    """An index in a folder of builds; see `index.contract.Engine`. Safe for threads and for several processes."""

    def __init__(self, path: Path) -> None:
        self._folder: IndexFolder | None = IndexFolder(path)
        self._open(self._folder.current_or_new())

    @classmethod
    def at(cls, build: Path) -> Self:
        """The index in one build, whether or not it is the one in use."""
        engine = cls.__new__(cls)
        engine._folder = None
        engine._open(build)
        return engine

    def _open(self, build: Path) -> None:
        self._lock = threading.Lock()
        self._views: dict[tuple[str, int], SegmentView] = {}
        self._build = build
        self._storage = SyncedStorage(str(build))
        self._snapshot = Snapshot((), cursor=0, generation=-1)
        self._current()

    def cursor(self) -> int:
        return self._current().cursor

    def count(self) -> int:
        return self._current().count

    def apply(
        self,
        documents: Iterable[Notice | Guide],
        removed: Iterable[str],
        *,
        cursor: int,
        since: int | None = None,
    ) -> None:
        with self._writing():
            snapshot = self._current()
            if cursor < snapshot.cursor or (since is not None and since > snapshot.cursor):
                return
            latest = {document.key: document for document in map(read_document, documents)}
            with _reading_damage(self._build):
                writer = ArrayWriter(self._open_index(), cursor=cursor)
                try:
                    _delete(writer, snapshot, "key", latest)
                    _delete(writer, snapshot, "owner", removed)
                    for document in latest.values():
                        writer.add_document(document)
                    writer.commit()
                finally:
                    if not writer.is_closed:  # something failed: what was written is no part of the index
                        writer.cancel()

    def optimize(self) -> None:
        """Make as few segments as possible, which are searched fastest."""
        with self._writing(), _reading_damage(self._build):
            ArrayWriter(self._open_index(), cursor=self._current().cursor).commit(optimize=True)

    def search(
        self,
        query: Query,
        *,
        limit: int = 20,
        offset: int = 0,
        now: datetime | None = None,
        passages: bool = True,
    ) -> Answer:
        started = time.perf_counter()
        now = now or datetime.now(HANOI)
        snapshot = self._current()
        understood, plan, ranked = _read(snapshot, query, now)
        asked = find_asked(snapshot, replace(understood.query, text=query.text))
        best = put_first(asked, best_first(ranked, understood.query.sort, offset + limit))[offset : offset + limit]
        marker = Marker(plan if passages else Plan())
        return Answer(
            hits=tuple(_build_hit(segment, doc, score, marker) for segment, doc, score in best),
            total=ranked.total + count_more(asked, ranked),
            facets=count_facets(snapshot, [found.docs for found in ranked.found], now),
            complete=ranked.complete,
            parts=tuple(part.text for part in plan.parts),
            relaxed=ranked.relaxed,
            broader_total=ranked.broader,
            understood=understood.readings,
            suggestion=_build_suggestion(query.text, plan, ranked),
            also_searched=tuple(plan.also_searched),
            took_ms=(time.perf_counter() - started) * 1000,
        )

    def suggest(self, prefix: str, *, limit: int = 8) -> Sequence[str]:
        return suggest(self._current(), prefix, limit, datetime.now(HANOI))

    def verify(self) -> None:
        """Check every byte of the index in use. Raises IndexDamagedError."""
        for segment in self._current().segments:
            segment.file.verify()

    def close(self) -> None:
        with self._lock:
            self._views.clear()
            self._snapshot = Snapshot((), cursor=0, generation=-1)

    def _current(self) -> Snapshot:
        """The newest commit of the build in use; older ones stay as they are for the searches that have them.

        Files that are gone mean that a writer has just replaced them: the next try finds the newer ones.
        """
        with self._lock:
            for _ in range(_TRIES):
                try:
                    return self._look_again()
                except FileNotFoundError:
                    time.sleep(0.01)  # the writer is about to name those that replace them
        raise IndexDamagedError(f"{self._build}: files of the last commit are missing")

    def _look_again(self) -> Snapshot:
        build = self._folder.current() if self._folder else self._build
        if build is not None and build != self._build:
            self._build, self._storage = build, SyncedStorage(str(build))
            self._snapshot = self._read_snapshot()
        elif self._latest_generation() != self._snapshot.generation:
            self._snapshot = self._read_snapshot()
        return self._snapshot

    def _open_index(self) -> FileIndex:
        try:
            index: FileIndex = FileIndex(self._storage, indexname=_NAME)
        except EmptyIndexError:
            index = FileIndex.create(self._storage, schema(), _NAME)
        return index

    def _latest_generation(self) -> int:
        """The number of the newest commit; -1 when there is none yet. Raises FileNotFoundError without a folder."""
        generation = int(TOC._latest_generation(self._storage, _NAME))
        if generation < 0 and not self._build.is_dir():
            raise FileNotFoundError(self._build)
        return generation

    def _read_snapshot(self) -> Snapshot:
        """The newest commit. Raises FileNotFoundError when its files are gone."""
        with _reading_damage(self._build):
            if self._latest_generation() < 0:
                return Snapshot((), cursor=0, generation=-1)
            toc = TOC.read(self._storage, _NAME)
            self._views = {_identity(segment): self._view(segment) for segment in toc.segments}
            cursor = toc.segments.cursor if isinstance(toc.segments, Segments) else 0
            return Snapshot(tuple(self._views.values()), cursor=cursor, generation=toc.generation)

    def _view(self, segment: ArraySegment) -> SegmentView:
        known = self._views.get(_identity(segment))
        return known or SegmentView(segment.open_arrays(self._storage), segment.live())

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One writer at a time, and none while a new build is put in use."""
        root = self._folder.path if self._folder else self._build
        with (root / "write.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _identity(segment: ArraySegment) -> tuple[str, int]:
    return segment.segment_id(), segment.deleted_count()


def _read(snapshot: Snapshot, query: Query, now: datetime) -> tuple[Understood, Plan, Ranked]:
    """How a query is understood, and what is found; a piece of text is not understood but looked for.

    So are words that find what has them together, or at least all of them, where what they say finds less.
    """
    understood = understand(query, now.astimezone(HANOI).date())
    if understood.readings and _is_piece(snapshot, query.text):
        understood = Understood(query)
    plan, ranked = _find(snapshot, understood.query, now)
    if understood.readings and (ranked.relaxed or not ranked.total):
        typed, found = _find(snapshot, query, now)
        if found.total and (not ranked.total or _given_up(found) < _given_up(ranked)):
            return Understood(query), typed, found
    return understood, plan, ranked


def _given_up(ranked: Ranked) -> int:
    """How much was given up: more for what is tried later."""
    return max((list(Relaxation).index(what) for what in ranked.relaxed), default=-1)


def _is_piece(snapshot: Snapshot, text: str) -> bool:
    """Whether a text was copied from a document: many words of it stand together in one line."""
    words = parse_words(text)
    if len(words) < _LEAST_PIECE:
        return False
    part = WishPart(tuple(((word,),) for word in words[:_MOST_PIECE]))
    return any((together_mask(segment, part) & segment.live).any() for segment in snapshot.segments)


def _find(snapshot: Snapshot, query: Query, now: datetime) -> tuple[Plan, Ranked]:
    """What is looked up and what is found; where no document has a quoted phrase, its words are searched."""
    guess = None if query.literal else Guess(snapshot)
    wish = parse_query(query, guess.is_row if guess else None)
    plan = build_plan(wish, guess, expand=query.expand)
    ranked = rank(snapshot, plan, wish.filters, now)
    if guess and not _SCATTERED.isdisjoint(ranked.relaxed):
        meant = build_plan(wish, Guess(snapshot, eager=True), expand=query.expand)
        found = rank(snapshot, meant, wish.filters, now)
        if found.total and not found.relaxed:
            plan, ranked = meant, found
    if not ranked.complete and (plain := unquote(wish)) != wish:
        plan = build_plan(plain, guess, expand=query.expand)
        ranked = rank(snapshot, plan, plain.filters, now)
        ranked = replace(ranked, relaxed=(Relaxation.QUOTES, *ranked.relaxed))
    if guess and (plan.misspelt or Relaxation.ACCENTS in ranked.relaxed):
        for typed in plan.typed:
            spelled = guess.respell([word for _, word in typed])
            plan.corrections += [
                (raw, text) for (raw, word), text in zip(typed, spelled, strict=True) if text != word.exact
            ]
    known = {key for segment in snapshot.segments for key in segment.name_keys("province")}
    plan.also_searched += [name for name in merged_provinces(wish.filters) if make_province_key(name) in known]
    return plan, ranked


def _delete(writer: ArrayWriter, snapshot: Snapshot, column: str, identities: Iterable[str]) -> None:
    keys = np.array([word_key(identity) for identity in identities], np.uint64)
    base = 0
    for segment in snapshot.segments:
        if len(keys):
            for doc in np.flatnonzero(np.isin(segment.column(column), keys) & segment.live).tolist():
                writer.delete_document(base + doc)
        base += segment.size


def _build_hit(segment: SegmentView, doc: int, score: float, marker: Marker) -> Hit:
    head = segment.head(doc)
    return Hit(
        entity=segment.entity(doc),
        id=head.id,
        source=head.source,
        source_key=head.source_key,
        title=head.title,
        score=score,
        passages=marker.find_passages(segment, doc, head),
        language=head.language if segment.entity(doc) is Entity.GUIDE else None,
    )


def _build_suggestion(text: str, plan: Plan, ranked: Ranked) -> str | None:
    """The query with its misspelt words as the index writes them, when that finds something."""
    if not plan.corrections or not ranked.total:
        return None
    for wrong, right in plan.corrections:
        text = re.sub(rf"(?<!\w){re.escape(wrong)}(?!\w)", right, text, count=1, flags=re.IGNORECASE)
    return text


@contextmanager
def _reading_damage(path: Path) -> Iterator[None]:
    """Whoosh reads its table of contents with pickle, which fails in many ways when its bytes are wrong.

    An ImportError or AttributeError says that it names classes of another layout of the program.
    """
    try:
        yield
    except FileNotFoundError:
        raise
    except (WhooshIndexError, pickle.PickleError, EOFError, ImportError, *_OF_BYTES) as error:
        raise IndexDamagedError(f"{path}: {error}") from error
