"""What the page of a notice says of others that belong to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from timthau.model.effective import may_speak
from timthau.model.record import Summary
from timthau.model.relation import Basis, Relation
from timthau.store.notice import Store
from webui.http.language import gettext
from webui.view import label

_SHOWN = 20


@dataclass(frozen=True)
class RelatedNotice:
    """Another notice, what it is to the one that is shown, and why we think so.

    One that `is_doubtful` stands on another site and is of another buyer or of none: what it says does not count.
    """

    notice: Summary
    label: Any
    reason: str
    is_doubtful: bool = False


def list_related(store: Store, notice_id: str) -> list[RelatedNotice]:
    """The notices that belong to one, the surest first."""
    found = {relation.partner_of(notice_id): relation for relation in store.relations.of(notice_id)[:_SHOWN]}
    known = store.summaries([*found, notice_id])
    own = known.get(notice_id)
    return [
        RelatedNotice(
            known[key],
            label.RELATIONS[relation.kind, relation.id == key],
            build_reason(relation),
            is_doubtful=own is not None and not may_speak(own, known[key], relation),
        )
        for key, relation in found.items()
        if key in known
    ]


def find_related(store: Store, related: Iterable[RelatedNotice], notice_id: str | None) -> RelatedNotice | None:
    """One of the related notices by its id; one that is related only through another has no reason of its own."""
    if notice_id is None:
        return None
    for other in related:
        if other.notice.id == notice_id:
            return other
    known = store.summaries([notice_id]).get(notice_id)
    return RelatedNotice(known, "", "") if known else None


def build_reason(relation: Relation) -> str:
    """What a relation rests on, and how sure it is."""
    sure = gettext("%(percent)s%% sure", percent=round(relation.confidence * 100))
    match relation.basis:
        case Basis.NUMBER:
            return gettext("both name %(number)s", number=relation.evidence.upper()) + ", " + sure
        case Basis.TITLE:
            return gettext("one buyer, titles alike to %(share)s", share=relation.evidence) + ", " + sure
        case Basis.LINK:
            return gettext("one of them names the other") + ", " + sure
        case Basis.PERSON:
            return gettext("as the operator of this site decided")
