"""A segment of the index as searches see it: arrays that never change."""

import json
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from index.contract import Entity
from index.language.analysis import Keys, Word, word_key
from index.language.name import name_key
from index.segment.arrayfile import Array, ArrayFile, MemoryArrays, read_ragged
from index.segment.column import ENTITIES
from index.segment.document import MISSING
from index.segment.inversion import Ints
from index.segment.memory import Memory
from index.segment.packing import count_among, read_docs, read_places
from index.segment.texts import Texts
from index.segment.vocabulary import SegmentVocabulary
from index.segment.weight import ACCENT_BITS

Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.uint32]
Postings = tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint8]]


#: Seconds in which what a notice's newness is worth halves, and the moment it is reckoned from (2026-01-01).
YOUTH_HALF_LIFE = 180 * 86400.0
YOUTH_FROM = 1767225600


# Terms that more than one document in so many has are kept unpacked, a byte a document, up to a number of bytes.
_FREQUENT = 32
_MOST_UNPACKED = 64 << 20
_MOST_MASKS = 64 << 20
_MOST_PLACES = 32 << 20
_MOST_ROWS = 1 << 15  # places of terms that are remembered
_NOWHERE: Places = np.zeros(0, np.uint32)
_MOST_STEPS = 6  # columns, of edges that change with the day


@dataclass(frozen=True)
class Head:
    """What a hit shows of a document."""

    id: str
    source: str
    source_key: str
    language: str | None
    title: str


@dataclass(frozen=True)
class Lines:
    """The lines of a document: the part each stands in, and where each ends among all words of the segment's lines;
    `first` is where the first one begins."""

    parts: Array
    ends: Places
    first: int


@dataclass(frozen=True)
class Text:
    """All lines of a document; of its files name and whether it is a scan; of each attachment line file and page."""

    files: list[tuple[str, bool]]
    places: list[tuple[int, int]]
    lines: list[str]


class SegmentView:
    """A segment with the mask of documents that are still there."""

    def __init__(self, file: ArrayFile | MemoryArrays, live: Mask) -> None:
        self.file = file
        self.vocabulary, self.texts = SegmentVocabulary(file), Texts(file)
        self.size = len(live)
        self.count = int(np.count_nonzero(live))
        self.live = live
        self._deleted = np.flatnonzero(~live).astype(np.uint32)
        self._keys = file.array("term_key")
        self._at = file.array("term_at").astype(np.int64)
        self._where_at = file.array("where_at")
        self._columns: dict[str, Array] = {}
        self._names: dict[str, list[str]] = {}
        self._name_keys: dict[str, list[str]] = {}
        self._frequent: dict[int, npt.NDArray[np.uint8]] = {}
        self._gone: dict[int, int] = {}
        self._known_rows: dict[int, int] = {}
        self._steps: dict[tuple[str, tuple[int, ...]], npt.NDArray[np.uint8]] = {}
        self.masks, self.places = Memory(_MOST_MASKS), Memory(_MOST_PLACES)

    def with_live(self, live: Mask) -> "SegmentView":
        """The same segment after deletions: what is known of all its documents stays known."""
        other = SegmentView(self.file, live)
        other.masks, other.places = self.masks, self.places
        other._frequent, other._known_rows = self._frequent, self._known_rows
        return other

    @property
    def whole(self) -> bool:
        return self.count == self.size

    def column(self, name: str) -> Array:
        """A column, one value a document."""
        if name not in self._columns:
            self._columns[name] = self.file.array(name)
        return self._columns[name]

    @cached_property
    def field_sets(self) -> tuple[Array, Array]:
        """The different sets of fields that documents have, and which of them each has."""
        distinct, number = np.unique(self.column("fields"), return_inverse=True)
        return distinct, number.astype(np.min_scalar_type(len(distinct)))

    def steps(self, column: str, edges: tuple[int, ...]) -> npt.NDArray[np.uint8]:
        """How many of some edges each document's value has reached, in a byte; the last few columns are remembered."""
        known = self._steps.get((column, edges))
        if known is None:
            known = np.searchsorted(np.array(edges, np.int64), self.column(column), side="right").astype(np.uint8)
            self._steps[column, edges] = known
            if len(self._steps) > _MOST_STEPS:
                self._steps.pop(next(iter(self._steps)), None)
        return known

    @cached_property
    def youth(self) -> npt.NDArray[np.float32]:
        """What halves with each half-life of age, for all documents, as of YOUTH_FROM; 0 where no date is known."""
        published = self.column("published")
        ages = (YOUTH_FROM - published) / YOUTH_HALF_LIFE
        return np.where(published > MISSING, np.exp2(-np.clip(ages, -60, 60)), 0).astype(np.float32)

    def rows(self, keys: Keys) -> Ints:
        """The places of terms among the postings; -1 for those that no document has."""
        if not len(self._keys):
            return np.full(len(keys), -1)
        place = np.minimum(self._keys.searchsorted(keys), len(self._keys) - 1)
        return np.where(self._keys[place] == keys, place, -1)

    def _row(self, key: int) -> int:
        """The place of one term; remembered, as a search asks for its words several times."""
        row = self._known_rows.get(key)
        if row is None:
            row = int(self.rows(np.array([key], np.uint64))[0])
            if len(self._known_rows) >= _MOST_ROWS:
                self._known_rows.clear()
            self._known_rows[key] = row
        return row

    def postings(self, row: int) -> Postings:
        """The documents of a term in order, and its impact in each."""
        where, values = self._posting(row)
        return read_docs(where, len(values), self.size), values

    def _posting(self, row: int) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint8]]:
        where = self.file.slice("where", int(self._where_at[row]), int(self._where_at[row + 1]))
        return where, self.file.slice("post_impact", int(self._at[row]), int(self._at[row + 1]))

    def impacts(self, key: int) -> npt.NDArray[np.uint8] | None:
        """The impact of a term in each document, 0 where it is missing; None when no document has it."""
        row = self._row(key)
        if row < 0:
            return None
        known = self._frequent.get(row)
        if known is None:
            docs, values = self.postings(row)
            known = np.zeros(self.size, np.uint8)
            known[docs] = values
            if len(values) * _FREQUENT > self.size:
                # Words that are in many documents are in many queries. Dropping the oldest needs no lock: at worst
                # two threads unpack the same word.
                self._frequent[row] = known
                if len(self._frequent) * self.size > _MOST_UNPACKED:
                    self._frequent.pop(next(iter(self._frequent)), None)
        return known

    def prefix_impacts(self, prefix: str) -> npt.NDArray[np.uint8]:
        """The highest impact in each document of the words that begin with a prefix, 0 where none does."""
        impacts = np.zeros(self.size, np.uint8)
        rows = self.rows(self.file.array("fold_key")[self.vocabulary.numbers_from(prefix)])
        for row in rows[rows >= 0].tolist():
            docs, values = self.postings(row)
            impacts[docs] = np.maximum(impacts[docs], values)
        return impacts

    def impacts_at(self, key: int, docs: Ints) -> npt.NDArray[np.uint8] | None:
        """The impact of a term in a few documents; None when no document has it."""
        row = self._row(key)
        if row < 0:
            return None
        where, values = self.postings(row)
        place = np.minimum(np.searchsorted(where, docs.astype(np.uint32)), len(where) - 1)
        impacts: npt.NDArray[np.uint8] = values[place] * (where[place] == docs)
        return impacts

    def docs_of(self, key: int) -> Ints:
        """The documents that have a term, in order, without deleted ones."""
        row = self._row(key)
        docs: Ints = np.zeros(0, np.int64) if row < 0 else self.postings(row)[0].astype(np.int64)
        return docs if self.whole else docs[self.live[docs]]

    def having_term(self, key: int) -> Mask:
        """Which documents have a term, deleted ones included."""
        mask = np.zeros(self.size, bool)
        row = self._row(key)
        if row >= 0:
            mask[self.postings(row)[0]] = True
        return mask

    def count_of(self, key: int) -> int:
        """How many documents have a term, deleted ones included."""
        row = self._row(key)
        return 0 if row < 0 else int(self._at[row + 1] - self._at[row])

    def count_accented(self, key: int, accents: int) -> int:
        """How many documents have a row with these accents at its best place, deleted ones included."""
        row = self._row(key)
        return 0 if row < 0 else int(np.count_nonzero(self._posting(row)[1] % (1 << ACCENT_BITS) == accents))

    def frequencies(self, keys: Keys) -> Ints:
        """How many documents have each term."""
        rows = self.rows(keys)
        counts = np.where(rows >= 0, self._at[rows + 1] - self._at[rows], 0)
        for i in np.flatnonzero(counts) if len(self._deleted) else ():
            counts[i] -= self._count_deleted(int(rows[i]))
        return counts

    def _count_deleted(self, row: int) -> int:
        count = self._gone.get(row)
        if count is None:
            where, values = self._posting(row)
            self._gone[row] = count = count_among(where, len(values), self.size, self._deleted)
        return count

    def head(self, doc: int) -> Head:
        at = self.file.slice("head_at", doc, doc + 2)
        return Head(*json.loads(self.file.slice("head", int(at[0]), int(at[1])).tobytes()))

    def text(self, doc: int) -> "Text":
        """What a document says."""
        *lines, about = self.texts.read(doc).decode().split("\n")
        files, places = json.loads(about)
        return Text(files, places, lines)

    def opening(self, doc: int, count: int) -> list[str]:
        """The first lines of a document; what follows is not read."""
        read = b""
        for piece in self.texts.pieces(doc):
            read += piece
            if read.count(b"\n") >= count:
                break
        return [line.decode() for line in read.split(b"\n", count)[:count]]

    def names(self, column: str) -> list[str]:
        """What the numbers of a named column stand for."""
        if column not in self._names:
            self._names[column] = [text.decode() for text in read_ragged(self.file, f"{column}_name")]
        return self._names[column]

    def name_keys(self, column: str) -> list[str]:
        """What the spellings of each name have in common."""
        if column not in self._name_keys:
            self._name_keys[column] = [name_key(column, text) for text in self.names(column)]
        return self._name_keys[column]

    @cached_property
    def doc_at(self) -> Array:
        return self.file.array("doc_at").astype(np.int64)

    def lines(self, doc: int) -> "Lines":
        """The lines of a document."""
        first, end = int(self.doc_at[doc]), int(self.doc_at[doc + 1])
        lengths = self.file.slice("line_words", first, end)
        begin = int(self.file.slice("word_at", doc, doc + 1)[0])
        ends = np.cumsum(lengths, dtype=np.uint32) + np.uint32(begin)
        return Lines(self.file.slice("line_part", first, end), ends, begin)

    def words_of(self, docs: Ints) -> tuple[Places, Places]:
        """Where the words of some documents begin and end among all words of all lines."""
        at = self.file.array("word_at")
        return at[docs].astype(np.uint32), at[docs + 1].astype(np.uint32)

    def places_of(self, word: Word) -> Places:
        """Where a word stands among all words of all lines, in order: with its accents, or with any if it has none."""
        return self._places(word_key(word.exact), accented=word.accented)

    def places_of_folded(self, key: int) -> Places:
        """Where a folded word stands, with any accents."""
        return self._places(key, accented=False)

    def _places(self, key: int, *, accented: bool) -> Places:
        known = self.places.get((key, accented))
        if known is None:
            rows = self.vocabulary.rows_of_exact(key) if accented else self.vocabulary.rows_of_folded(key)
            at = self.file.array("place_at")[rows.start : rows.stop + 1].tolist()
            own = [read_places(self.file.slice("place", start, end), self.words) for start, end in pairwise(at)]
            known = own[0] if len(own) == 1 else np.sort(np.concatenate([_NOWHERE, *own]), kind="stable")
            self.places.put((key, accented), known)
        return known

    @cached_property
    def words(self) -> int:
        """How many words all lines have."""
        return int(self.file.array("word_at")[-1])

    def having(self, places: Array) -> Mask:
        """Which documents have one of some words, given by their places in order."""
        mask: Mask = np.zeros(self.size, bool)
        at = self.file.array("word_at")
        if len(places) < self.size:
            mask[at.searchsorted(places.astype(at.dtype), side="right") - 1] = True
        else:
            mask = np.diff(places.searchsorted(at.astype(places.dtype))) > 0
        return mask

    def begin_lines(self, places: Array) -> Mask:
        """Which words, given by their places, are the first of their lines; so is what comes after the last one."""
        bits = self.file.array("line_begins")
        begins: Mask = (bits[places >> 3] >> (places & 7).astype(np.uint8) & 1).view(bool)
        return begins

    def entity(self, doc: int) -> Entity:
        return ENTITIES[int(self.column("entity")[doc])]
