"""One commit of the index as searches see it: its segments, and what they have in common."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from index.language.analysis import Keys
from index.language.name import name_key
from index.segment.arrayfile import MemoryArrays
from index.segment.column import NOTICES, Layout
from index.segment.document import IndexDocument
from index.segment.inversion import Collector, Ints
from index.segment.packing import pack
from index.segment.view import SegmentView
from timthau.model.province import name_today


@dataclass(frozen=True)
class Names:
    """The groups of spellings of one column over all segments: what is counted and filtered together.

    `labels` are the most frequent spellings; `of` gives for each segment the group of each of its documents.
    """

    groups: dict[str, int]
    labels: list[str]
    of: list[Ints]

    @cached_property
    def keys(self) -> list[str]:
        """What the spellings of each group have in common."""
        return list(self.groups)


class Snapshot:
    """All segments of one commit."""

    def __init__(self, segments: Sequence[SegmentView], *, cursor: int, generation: int) -> None:
        self.segments = tuple(segments)
        self.cursor = cursor
        self.generation = generation
        self.count = sum(segment.count for segment in segments)
        self._named: dict[str, Names] = {}

    @classmethod
    def of(cls, documents: Iterable[IndexDocument], layout: Layout = NOTICES) -> Self:
        """Documents in memory alone, one segment; no two may have the same key."""
        collector = Collector(layout)
        for document in documents:
            collector.add(document)
        file = MemoryArrays(pack(collector.build()))
        return cls([SegmentView(file, np.ones(len(collector), bool))], cursor=0, generation=0)

    def frequencies(self, keys: Keys) -> Ints:
        """How many documents have each term."""
        total = np.zeros(len(keys), np.int64)
        for segment in self.segments:
            total += segment.frequencies(keys)
        return total

    def words_like(self, word: str) -> set[str]:
        """Words that may be two slips away, and others."""
        return {other for segment in self.segments for other in segment.vocabulary.like(word)}

    def words_from(self, prefix: str) -> set[str]:
        """Words that begin with a prefix."""
        return {word for segment in self.segments for word in segment.vocabulary.from_prefix(prefix)}

    def words_like_from(self, prefix: str) -> set[str]:
        """Words that begin with a prefix but for one slip, and others."""
        return {word for segment in self.segments for word in segment.vocabulary.like_from(prefix)}

    def spellings(self, key: int) -> set[str]:
        """The ways in which documents write a folded word."""
        return {text for segment in self.segments for text in segment.vocabulary.spellings(key)}

    def count_accented(self, key: int, accents: int) -> int:
        """How many documents have a row of two words with just these accents."""
        return sum(segment.count_accented(key, accents) for segment in self.segments)

    def names(self, column: str) -> Names:
        """The groups of a named column."""
        if column not in self._named:
            self._named[column] = self._group_names(column)
        return self._named[column]

    def _group_names(self, column: str) -> Names:
        """Provinces are counted as what they are since 2025, under its name."""
        of_today = name_today if column == "province" else str
        groups: dict[str, int] = {}
        spellings: list[Counter[str]] = []
        of = []
        for segment in self.segments:
            texts = segment.names(column)
            counts = np.bincount(segment.column(column)[segment.live], minlength=len(texts)).tolist()
            own = []
            for text, count in zip(map(of_today, texts), counts, strict=True):
                group = groups.setdefault(name_key(column, text), len(groups))
                if group == len(spellings):
                    spellings.append(Counter())
                spellings[group][text] += count
                own.append(group)
            of.append(np.array(own, np.int64)[segment.column(column)])
        labels = [min(counter.items(), key=lambda item: (-item[1], item[0]))[0] for counter in spellings]
        return Names(groups, labels, of)
