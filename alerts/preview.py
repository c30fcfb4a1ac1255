"""What a subscription would have sent: shown before anybody subscribes."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alerts.subscription import keep_query
from index.contract import Engine, Entity
from index.query import Query, Status
from timthau.model.moment import HANOI, end_of
from timthau.model.record import Summary
from timthau.store.alert import AlertStore
from timthau.store.notice import Store

DAYS = 30
_SHOWN = 5
_MOST = 10_000  # notices looked at; who matches more needs no exact number


@dataclass(frozen=True)
class Preview:
    """In the last `days` days a subscription would have told of so many notices, on so many of those days.

    `newest` are some of them; `suggestion` is how the words are spelt in notices, where they look misspelt: alerts
    take words as they are.
    """

    days: int
    notices: int
    busy_days: int
    newest: tuple[Summary, ...]
    suggestion: str | None


def preview(query: Query, *, store: Store, alerts: AlertStore, engine: Engine, now: datetime) -> Preview:
    """What a search would have sent. Raises SubscriptionError when it would match everything.

    A search for what is open counts what was open when it was found.
    """
    kept = keep_query(query, now.astimezone(HANOI).date())
    # The answer to the wish as it was typed knows how it is spelt elsewhere.
    suggestion = engine.search(query, limit=1, now=now, passages=False).suggestion
    timeless = replace(kept, status=None) if kept.status is Status.OPEN else kept
    hits = engine.search(timeless, limit=_MOST, now=now, passages=False).hits
    seen = alerts.seen_since((h.id for h in hits if h.entity is Entity.NOTICE), now - timedelta(days=DAYS))
    known = store.summaries({notice_id for notice_id, _ in seen})
    if kept.status is Status.OPEN:
        seen = [(notice_id, at) for notice_id, at in seen if _is_open(known[notice_id], at)]
    newest = dict.fromkeys(notice_id for notice_id, _ in reversed(seen))
    return Preview(
        days=DAYS,
        notices=len(newest),
        busy_days=len({at.date() for _, at in seen}),
        newest=tuple(known[notice_id] for notice_id in list(newest)[:_SHOWN]),
        suggestion=suggestion,
    )


def _is_open(notice: Summary, moment: datetime) -> bool:
    return notice.deadline_at is not None and end_of(notice.deadline_at) >= moment
