"""The engine on Whoosh: notices and guides in one index, searched by words without regard to accents."""

import json
import pickle
import re
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from whoosh import fields, index
from whoosh.analysis.filters import Filter
from whoosh.analysis.tokenizers import RegexTokenizer
from whoosh.query.compound import And, Or
from whoosh.query.qcore import Every
from whoosh.query.terms import Prefix, Term
from whoosh.searching import Searcher

from index.contract import Answer, Entity, Hit, Passage
from index.folder import IndexFolder
from index.query import Query, Sort, Status
from timthau.errors import IndexDamagedError
from timthau.model import HANOI, Guide, Moment, Notice, end_of, format_moment, start_of
from timthau.text import fold

_WORD = re.compile(r"[^\W_]+")
_BOOSTS = {"title": 3.0, "items": 2.0, "buyer": 2.0, "body": 1.0}
_STATE = "state"


class _Fold(Filter):
    def __call__(self, value: Any, **kwargs: Any) -> Iterator[Any]:
        for token in value:
            token.text = fold(token.text)
            yield token


def _schema() -> fields.Schema:
    words = RegexTokenizer(_WORD) | _Fold()
    text = {name: fields.TEXT(analyzer=words, phrase=False) for name in _BOOSTS}
    return fields.Schema(key=fields.ID(unique=True), owner=fields.ID(), row=fields.STORED, **text)


class WhooshEngine:
    """An index in a folder of builds; see `index.contract.Engine`. Safe for threads and for several processes."""

    def __init__(self, path: Path) -> None:
        self._folder: IndexFolder | None = IndexFolder(path)
        self._build = self._folder.current_or_new()
        self._open()

    @classmethod
    def at(cls, build: Path) -> Self:
        """The index in one build, whether or not it is the one in use."""
        engine = cls.__new__(cls)
        engine._folder, engine._build = None, build
        engine._open()
        return engine

    def _open(self) -> None:
        self._lock = threading.RLock()
        with _damage(self._build):
            self._open_searcher()

    def _open_searcher(self) -> None:
        self._index = self._open_build()
        self._generation = self._index.latest_generation()
        self._searcher = self._index.searcher()

    def _open_build(self) -> Any:
        if index.exists_in(str(self._build)):
            return index.open_dir(str(self._build))
        return index.create_in(str(self._build), _schema())

    @contextmanager
    def _reading(self) -> Iterator[Searcher]:
        with self._lock, _damage(self._build):
            current = self._folder and self._folder.current()
            if current and current != self._build:
                self._build = current
                self._open_searcher()
            elif self._index.latest_generation() != self._generation:
                self._open_searcher()
            yield self._searcher

    def cursor(self) -> int:
        with self._reading() as searcher:
            state = searcher.document(key=_STATE)
            return int(state["row"]["cursor"]) if state else 0

    def count(self) -> int:
        with self._reading() as searcher:
            return int(searcher.doc_count()) - (searcher.document(key=_STATE) is not None)

    def apply(self, documents: Iterable[Notice | Guide], removed: Iterable[str], *, cursor: int) -> None:
        with self._lock:
            if cursor < self.cursor():
                return
            writer = self._index.writer(timeout=60)
            try:
                for owner in removed:
                    writer.delete_by_term("owner", owner)
                for document in documents:
                    writer.update_document(**_document(document))
                writer.update_document(key=_STATE, row={"cursor": cursor})
            except BaseException:  # whatever it was, the lock must be given back
                writer.cancel()
                raise
            writer.commit()

    def search(self, query: Query, *, limit: int = 20, offset: int = 0, now: datetime | None = None) -> Answer:
        started = time.perf_counter()
        now = now or datetime.now(HANOI)
        words = [fold(word) for word in _WORD.findall(query.text)]
        with self._reading() as searcher:
            rows = _matches(searcher, words, all_of=True)
            complete = bool(rows) or not words
            rows = rows or _matches(searcher, words, all_of=False)
        rows = [(score, row) for score, row in rows if _passes(row, query, now)]
        rows.sort(key=lambda found: _order(found, query.sort))
        notices = [row for _, row in rows if row["entity"] == Entity.NOTICE]
        facets = {
            name: tuple(Counter(row[name] for row in notices if row[name]).most_common())
            for name in ("kind", "province", "buyer")
        }
        hits = tuple(_hit(row, score, words) for score, row in rows[offset : offset + limit])
        took = (time.perf_counter() - started) * 1000
        return Answer(hits=hits, total=len(rows), facets=facets, complete=complete, took_ms=took)

    def suggest(self, prefix: str, *, limit: int = 8) -> Sequence[str]:
        words = [fold(word) for word in _WORD.findall(prefix)]
        if not words:
            return ()
        wanted = And([Prefix("title", word) for word in words])
        with self._reading() as searcher:
            titles = [hit["row"]["title"] for hit in searcher.search(wanted, limit=limit * 3)]
        return tuple(dict.fromkeys(titles))[:limit]

    def close(self) -> None:
        with self._lock:
            self._searcher.close()
            self._index.close()


@contextmanager
def _damage(path: Path) -> Iterator[None]:
    try:
        yield
    except (index.IndexError, OSError, EOFError, ValueError, AssertionError, pickle.PickleError) as error:
        raise IndexDamagedError(f"{path}: {error}") from error


def _document(document: Notice | Guide) -> dict[str, Any]:
    if isinstance(document, Guide):
        row = dict.fromkeys(("kind", "province", "buyer", "published", "deadline", "amount"))
        row |= {"entity": Entity.GUIDE, "id": document.slug, "source": document.source or "timthau"}
        row |= {"source_key": document.slug, "title": document.title}
        key = f"{document.slug}:{document.language}"
        body = " ".join((document.summary, *document.keywords, document.body))
        return {"key": key, "owner": document.slug, "row": row, "title": document.title, "body": body}
    row = {name: getattr(document, name) for name in ("id", "source", "source_key", "title", "buyer", "province")}
    row |= {"entity": Entity.NOTICE, "kind": str(document.kind), "amount": document.amount_vnd}
    row |= {"published": format_moment(document.published_at), "deadline": _end(document.deadline_at)}
    files = " ".join(f"{file.filename} {file.text or ''}" for file in document.attachments)
    items = "\n".join(f"{item.name} {item.specification or ''}" for item in document.items)
    body = " ".join((document.text, document.reference_number or "", document.province or "", files))
    words = {"title": document.title, "buyer": document.buyer or "", "items": items, "body": body}
    return {"key": document.id, "owner": document.id, "row": json.loads(json.dumps(row)), **words}


def _end(moment: Moment | None) -> str | None:
    return format_moment(end_of(moment)) if moment else None


def _matches(searcher: Searcher, words: Sequence[str], *, all_of: bool) -> list[tuple[float, dict[str, Any]]]:
    each = [Or([Term(name, word, boost) for name, boost in _BOOSTS.items()]) for word in words]
    wanted: Any = Every() if not each else (And(each) if all_of else Or(each))
    # optimize=False: whoosh's skipping by block quality loses hits
    results = searcher.search(wanted, limit=None, optimize=False)
    return [(hit.score, hit["row"]) for hit in results if "id" in hit["row"]]


def _passes(row: dict[str, Any], query: Query, now: datetime) -> bool:
    deadline, published = row["deadline"], row["published"]
    names = {"province": query.provinces, "buyer": query.buyers}
    if any(wanted and fold(row[name] or "") not in map(fold, wanted) for name, wanted in names.items()):
        return False
    if query.kinds and row["kind"] not in query.kinds:
        return False
    if query.status and (not deadline or (deadline >= format_moment(start_of(now))) != (query.status == Status.OPEN)):
        return False
    return (
        _within(published and published[:10], query.published_from, query.published_to)
        and _within(deadline and deadline[:10], query.deadline_from, query.deadline_to)
        and _within(row["amount"], query.min_amount, query.max_amount)
    )


def _within(value: Any, low: Any, high: Any) -> bool:
    low, high = (str(bound) if isinstance(value, str) and bound else bound for bound in (low, high))
    if low is None and high is None:
        return True
    return value is not None and (low is None or value >= low) and (high is None or value <= high)


def _order(found: tuple[float, dict[str, Any]], sort: Sort) -> Any:
    score, row = found
    newest = tuple(-ord(letter) for letter in row["published"] or "")
    if sort == Sort.NEWEST:
        return (newest or (1,), row["id"])
    if sort == Sort.DEADLINE:
        return (row["deadline"] is None, row["deadline"] or "", row["id"])
    return (-score, newest or (1,), row["id"])


def _hit(row: dict[str, Any], score: float, words: Sequence[str]) -> Hit:
    parts, end = [], 0
    for found in _WORD.finditer(row["title"]):
        if fold(found[0]) in words:
            parts += [row["title"][end : found.start()], found[0]]
            end = found.end()
    passages = (Passage(where="title", parts=(*parts, row["title"][end:])),) if parts else ()
    names = {name: row[name] for name in ("id", "source", "source_key", "title")}
    return Hit(entity=Entity(row["entity"]), score=float(score), passages=passages, **names)
