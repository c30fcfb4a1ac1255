"""One commit of the index as `index.asking` asks it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from index.asking import find as find_in
from index.embedded.ranking import Ranked, rank
from index.embedded.together import together_mask
from index.filter import Condition
from index.plan.part import WishPart
from index.plan.plan import Plan
from index.query import Query
from index.segment.snapshot import Snapshot


@dataclass(frozen=True)
class CommitState:
    """A commit, and conditions that all of what is found in it meets; see `index.asking.Searchable`."""

    vocabulary: Snapshot
    conditions: Sequence[Condition] = ()

    def rank(self, plan: Plan, filters: Query, now: datetime) -> Ranked:
        return rank(self.vocabulary, plan, filters, now, self.conditions)

    def has_together(self, part: WishPart) -> bool:
        return any((together_mask(segment, part) & segment.live).any() for segment in self.vocabulary.segments)

    def has_provinces(self, keys: Collection[str]) -> Collection[str]:
        return {key for segment in self.vocabulary.segments for key in segment.name_keys("province")}.intersection(keys)


def find(snapshot: Snapshot, query: Query, now: datetime, conditions: Sequence[Condition] = ()) -> tuple[Plan, Ranked]:
    """What is looked up, and what is found and meets some conditions more."""
    return find_in(CommitState(snapshot, conditions), query, now)
