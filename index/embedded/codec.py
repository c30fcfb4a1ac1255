"""Whoosh's codec, segment and writer for segments of arrays.

Whoosh keeps the index: schema, table of contents, generations, lock, deletions, when to merge. What a segment is made
of is ours: arrays that NumPy reads straight from the file.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh import fields
from whoosh.codec.base import Codec, Segment
from whoosh.writing import SegmentWriter

from index.embedded.storage import SyncedStorage
from index.segment.arrayfile import ArrayFile, MemoryArrays
from index.segment.column import Layout
from index.segment.document import IndexDocument
from index.segment.draft import Draft
from index.segment.inversion import Collector
from index.segment.merge import merge_segments
from index.segment.packing import pack
from index.segment.piece import Piece
from timthau.errors import IndexDamagedError

_EXTENSION = ".tt"
_FORMAT = 11  # of the arrays; another one is rebuilt
_FAN_IN = 4  # segments of one size that become one: fewer means less writing, more means faster searching
_SMALLEST = 64  # documents; all smaller segments are of one size
_LARGEST = 400_000  # documents of a segment that merging makes: no larger one is written again
_FEW = 3  # segments beside which settling leaves one more, those of full size aside
_MOST_DELETED = 0.4  # share of a segment's documents after which it is written anew


class ArraySegment(Segment):  # type: ignore[misc]  # whoosh is not typed
    """A segment in the table of contents: its name, how many documents it has and which are deleted."""

    def __init__(self, indexname: str) -> None:
        super().__init__(indexname)
        self._doc_count = 0
        self._deleted: set[int] = set()

    def codec(self) -> "ArrayCodec":
        return ArrayCodec()

    def should_assemble(self) -> bool:
        return False

    def doc_count_all(self) -> int:
        return self._doc_count

    def set_doc_count(self, doccount: int) -> None:
        self._doc_count = doccount

    def deleted_count(self) -> int:
        return len(self._deleted)

    def deleted_docs(self) -> Iterator[int]:
        return iter(self._deleted)

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self._deleted

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        (self._deleted.add if delete else self._deleted.discard)(docnum)

    def live(self) -> npt.NDArray[np.bool_]:
        """The mask of documents that are still there."""
        mask = np.ones(self._doc_count, bool)
        if self._deleted:
            mask[np.fromiter(self._deleted, np.int64)] = False
        return mask

    def open_arrays(self, storage: SyncedStorage) -> ArrayFile:
        """The segment's file. Raises FileNotFoundError when it is gone, IndexDamagedError when it cannot be used."""
        path = Path(storage.path, self.make_filename(_EXTENSION))
        file = ArrayFile(path)
        if file.notes.get("format") != _FORMAT:
            raise IndexDamagedError(f"{path} was written by another version of the program")
        if file.notes["documents"] != self._doc_count:
            raise IndexDamagedError(f"{path} is of another commit")
        return file

    def write_arrays(self, storage: SyncedStorage, draft: Draft, count: int) -> None:
        """Write the segment's file of so many documents, down to the disk."""
        self.set_doc_count(count)
        with self.create_file(storage, _EXTENSION) as file:
            draft.write(file, {"format": _FORMAT, "documents": count})
        storage.sync_file(self.make_filename(_EXTENSION))


class _Closed:
    """Whoosh's writers for single postings and documents; arrays are written at once, by the segment."""

    is_closed = True

    def close(self) -> None:
        """Nothing is open."""


class ArrayCodec(Codec):  # type: ignore[misc]  # whoosh is not typed
    """Segments of arrays."""

    length_stats = False

    def new_segment(self, _storage: SyncedStorage, indexname: str) -> ArraySegment:
        return ArraySegment(indexname)

    def per_document_writer(self, _storage: SyncedStorage, _segment: ArraySegment) -> _Closed:
        return _Closed()

    def field_writer(self, _storage: SyncedStorage, _segment: ArraySegment) -> _Closed:
        return _Closed()


class Segments(list[ArraySegment]):
    """The segments of a commit, with the outbox number up to which they are complete."""

    cursor = 0


def schema() -> fields.Schema:
    """The one field that Whoosh knows of; the arrays have their own."""
    return fields.Schema(key=fields.ID(unique=True))


class ArrayWriter(SegmentWriter):  # type: ignore[misc]  # whoosh is not typed
    """Writes documents into a new segment and merges older ones with it; Whoosh commits."""

    def __init__(self, index: Any, layout: Layout, *, cursor: int, **options: Any) -> None:
        super().__init__(index, codec=ArrayCodec(), compound=False, **options)
        self._cursor = cursor
        self._layout = layout
        self._collector = Collector(layout)
        self._merged: list[Piece] = []

    def add_document(self, document: IndexDocument) -> None:
        self._collector.add(document)
        self._added = True

    def commit(self, policy: "MergePolicy | None" = None) -> None:
        """Make all of it visible; a policy says which segments become one with what was added."""
        super().commit(mergetype=policy or merge_alike)

    def add_segment(self, segment: ArraySegment) -> None:
        """Take the live documents of a segment into the new one."""
        live = segment.live()
        if live.any():
            self._merged.append(Piece(segment.open_arrays(self.storage), live))
            self._added = True

    def new_count(self) -> int:
        """How many documents were added."""
        return len(self._collector)

    def _flush_segment(self) -> None:
        pieces = list(self._merged)
        if len(self._collector) or not pieces:
            added = MemoryArrays(pack(self._collector.build()))
            pieces.append(Piece(added, np.ones(len(self._collector), bool)))
        with Draft(self.storage.path) as draft:
            if self._merged:
                merge_segments(pieces, self._layout, draft)
            else:
                draft.extend(added.arrays)
            self.newsegment.write_arrays(self.storage, draft, sum(piece.size for piece in pieces))

    def get_segment(self) -> ArraySegment:
        segment: ArraySegment = self.newsegment  # Whoosh would set its own count of documents here
        return segment

    def _commit_toc(self, segments: Sequence[ArraySegment]) -> None:
        complete = Segments(segments)
        complete.cursor = self._cursor
        super()._commit_toc(complete)


#: Takes segments into what is written, and gives those that stay.
MergePolicy = Callable[[ArrayWriter, Sequence[ArraySegment]], list[ArraySegment]]


def merge_all(writer: ArrayWriter, segments: Sequence[ArraySegment]) -> list[ArraySegment]:
    """As few segments as the largest size allows, without deleted documents."""
    chosen: list[ArraySegment] = []
    size = writer.new_count()
    for segment in sorted(segments, key=lambda segment: int(segment.doc_count())):
        if size + segment.doc_count() > _LARGEST:
            break
        chosen.append(segment)
        size += segment.doc_count()
    if len(chosen) == 1 and not chosen[0].has_deletions() and not writer.new_count():
        return list(segments)
    for segment in chosen:
        writer.add_segment(segment)
    return [segment for segment in segments if segment not in chosen]


def merge_small(writer: ArrayWriter, segments: Sequence[ArraySegment]) -> list[ArraySegment]:
    """Those behind the few large ones become one."""
    small = list_small([segment.doc_count() for segment in segments])
    for number in small:
        writer.add_segment(segments[number])
    return [segment for number, segment in enumerate(segments) if number not in small]


def list_small(counts: Sequence[int]) -> list[int]:
    """Which segments should become one, by how many documents they have.

    Not those that are about as large as merging makes them, and of the others not the few that have each as many as all
    smaller ones together.
    """
    small = sorted(range(len(counts)), key=lambda number: (-counts[number], number))
    total, kept = sum(counts), 0
    while small:
        first = counts[small[0]]
        full = 2 * first > _LARGEST or total > _LARGEST
        if not full and (kept == _FEW or 2 * first < total):
            break
        kept += not full
        total -= first
        small.pop(0)
    return sorted(small)


def merge_alike(writer: ArrayWriter, segments: Sequence[ArraySegment]) -> list[ArraySegment]:
    """Whoosh's merge policy: segments of one order of size become one when there are enough of them."""
    kept = [segment for segment in segments if segment.doc_count()]
    chosen = [segment for segment in kept if segment.deleted_count() > _MOST_DELETED * segment.doc_count_all()]
    size = writer.new_count() + sum(segment.doc_count() for segment in chosen)
    while size:
        alike = [segment for segment in kept if segment not in chosen and _order(segment.doc_count()) <= _order(size)]
        if len(alike) < _FAN_IN - 1 or size + sum(segment.doc_count() for segment in alike) > _LARGEST:
            break
        chosen += alike
        size += sum(segment.doc_count() for segment in alike)
    for segment in kept:
        if segment in chosen:
            writer.add_segment(segment)
    return [segment for segment in kept if segment not in chosen]


def _order(count: int) -> int:
    return max(0, math.ceil(math.log(count / _SMALLEST, _FAN_IN)))
