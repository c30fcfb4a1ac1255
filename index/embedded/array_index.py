"""An index of array segments in a folder of builds: how documents get in, and which commit a search sees."""

import fcntl
import pickle
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import numpy as np
from whoosh.index import TOC, EmptyIndexError, FileIndex
from whoosh.index import IndexError as WhooshIndexError

from index.embedded.codec import (
    ArraySegment,
    ArrayWriter,
    MergePolicy,
    Segments,
    list_small,
    merge_all,
    merge_small,
    schema,
)
from index.embedded.folder import IndexFolder
from index.embedded.storage import SyncedStorage
from index.language.analysis import word_key
from index.segment.column import NOTICES, Layout
from index.segment.document import IndexDocument
from index.segment.snapshot import Snapshot
from index.segment.view import SegmentView
from timthau.errors import IndexDamagedError

_NAME = "timthau"
_OF_BYTES = (AttributeError, IndexError, KeyError, TypeError, ValueError)  # what unpickling wrong bytes may raise
_TRIES = 20  # to open a commit while a writer replaces it


class ArrayIndex:
    """Documents of one layout, in commits; one writer at a time, any number of readers, in threads and processes."""

    def __init__(self, path: Path, layout: Layout = NOTICES) -> None:
        self._folder: IndexFolder | None = IndexFolder(path)
        self._open(self._folder.current_or_new(), layout)

    @classmethod
    def at(cls, build: Path, layout: Layout = NOTICES) -> Self:
        """The index in one build, whether or not it is the one in use."""
        index = cls.__new__(cls)
        index._folder = None
        index._open(build, layout)
        return index

    def _open(self, build: Path, layout: Layout) -> None:
        self._layout = layout
        self._lock = threading.Lock()
        self._views: dict[tuple[str, int], SegmentView] = {}
        self._build = build
        self._storage = SyncedStorage(str(build))
        self._snapshot = Snapshot((), cursor=0, generation=-1)
        self.current()

    def apply(
        self,
        documents: Iterable[IndexDocument],
        removed: Iterable[str],
        *,
        cursor: int,
        since: int | None = None,
    ) -> None:
        """Add or replace documents by key and drop those of removed owners, see `index.contract.Engine.apply`."""
        with self._writing():
            snapshot = self.current()
            if cursor < snapshot.cursor or (since is not None and since > snapshot.cursor):
                return
            latest = {document.key: document for document in documents}
            with _reading_damage(self._build):
                writer = ArrayWriter(self._open_index(), self._layout, cursor=cursor)
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
        self._merge(merge_all)

    def settle(self) -> None:
        """Leave few segments, each of the size of all smaller ones or more, so that little is written again."""
        while len(list_small([segment.count for segment in self.current().segments])) > 1:
            self._merge(merge_small)

    def _merge(self, policy: MergePolicy) -> None:
        with self._writing(), _reading_damage(self._build):
            ArrayWriter(self._open_index(), self._layout, cursor=self.current().cursor).commit(policy)

    def verify(self) -> None:
        """Check every byte of the index in use. Raises IndexDamagedError."""
        for segment in self.current().segments:
            segment.file.verify()

    def close(self) -> None:
        with self._lock:
            self._views.clear()
            self._snapshot = Snapshot((), cursor=0, generation=-1)

    def current(self) -> Snapshot:
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
        if known is not None:
            return known
        older = next((view for (name, _), view in self._views.items() if name == segment.segment_id()), None)
        return (
            older.with_live(segment.live())
            if older
            else SegmentView(segment.open_arrays(self._storage), segment.live())
        )

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One writer at a time, and none while a new build is put in use."""
        root = self._folder.path if self._folder else self._build
        with (root / "write.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _identity(segment: ArraySegment) -> tuple[str, int]:
    return segment.segment_id(), segment.deleted_count()


def _delete(writer: ArrayWriter, snapshot: Snapshot, column: str, identities: Iterable[str]) -> None:
    keys = np.array([word_key(identity) for identity in identities], np.uint64)
    base = 0
    for segment in snapshot.segments:
        if len(keys):
            for doc in np.flatnonzero(np.isin(segment.column(column), keys) & segment.live).tolist():
                writer.delete_document(base + doc)
        base += segment.size


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
