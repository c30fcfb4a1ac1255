"""What a person knows better about what belongs together: which names are one buyer, and which notices are related."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from timthau.model.relation import RelationKind

#: The verdict that two things do not belong together; of buyers, that a spelling is a buyer of its own.
APART = "apart"
#: The verdict that the names of two buyers are one.
SAME = "same"


class About(StrEnum):
    """What a decision is about."""

    BUYER = "buyer"
    NOTICE = "notice"


#: What may be decided; of notices a kind of relation, from the first to the second.
VERDICTS = {About.BUYER: (SAME, APART), About.NOTICE: (*map(str, RelationKind), APART)}


@dataclass(frozen=True)
class Proposal:
    """Something to be decided: names of buyers, or ids of notices; `other` is empty where a spelling is parted."""

    about: About
    one: str
    other: str
    verdict: str


@dataclass(frozen=True, kw_only=True)
class Decision(Proposal):
    """What a person decided. One that was reverted does not count any more."""

    id: int
    reason: str
    made_by: str
    made_at: datetime
    reverted_by: str | None = None
    reverted_at: datetime | None = None
