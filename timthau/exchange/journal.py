"""What has changed, in the order of the changes: for the command line and the API."""

from collections.abc import Iterator
from typing import Any

from timthau.model.change import Revision
from timthau.model.moment import format_moment
from timthau.model.record import Change
from timthau.store.notice import Store

_BATCH = 50  # changes whose documents are in memory at a time; one may have megabytes of text

Entry = tuple[Change, Revision | None]


def each_change(store: Store, since: int, *, limit: int | None = None) -> Iterator[Entry]:
    """The changes after an outbox number with what they changed; only notices have revisions. `limit` is how many."""
    left = limit
    while left is None or left > 0:
        changes = store.changes_after(since, _BATCH if left is None else min(_BATCH, left))
        if not changes:
            return
        revisions = store.revisions(changes)
        yield from ((change, revisions.get(change.seq)) for change in changes)
        since = changes[-1].seq
        left = None if left is None else left - len(changes)


def describe_change(change: Change, revision: Revision | None) -> dict[str, Any]:
    """The change in plain values; of what is no version of a notice all that tells of one is null or empty."""
    notice = revision.notice if revision else None
    return {
        "cursor": change.seq,
        "entity": change.entity,
        "id": change.id,
        "version": change.version,
        "change": str(revision.kind) if revision else None,
        "changed_at": format_moment(change.changed_at),
        "kind": str(notice.kind) if notice else None,
        "title": notice.title if notice else None,
        "buyer": notice.buyer if notice else None,
        "url": notice.url if notice else None,
        "fields": [field.to_json() for field in revision.fields] if revision else [],
        "lines": [part.to_json() for part in revision.lines] if revision else [],
    }


def build_paragraph(change: Change, revision: Revision | None) -> str:
    """The change for people: a line with its cursor, day, kind and title, then old → new, then lines that went (-)
    and came (+)."""
    told = describe_change(change, revision)
    head = f"{change.seq}  {told['changed_at'][:16].replace('T', ' ')}  {told['change'] or change.entity}  {change.id}"
    rows = [f"{head}  {told['title']}" if revision else head]
    rows += [f"    {field['field']}: {_word(field['old'])} → {_word(field['new'])}" for field in told["fields"]]
    for part in told["lines"]:
        rows += [f"    {part['field']} - {line}" for line in part["removed"]]
        rows += [f"    {part['field']} + {line}" for line in part["added"]]
        rows += [f"    {part['field']}: {part['more']} more"] if part["more"] else []
    return "\n".join(rows)


def _word(value: Any) -> str:
    return "not stated" if value is None else str(value)
