"""What a subscription would have sent: shown before anybody subscribes."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from alerts.subscription import keep_query
from index.contract import Engine, Entity, Passage
from index.excerpt import find_excerpts
from index.query import Query, Sort, Status
from timthau.model.effective import by_itself, is_news
from timthau.model.moment import HANOI, start_of
from timthau.model.record import Summary
from timthau.remembered import Remembered
from timthau.store.alert import AlertStore
from timthau.store.notice import Store

DAYS = 30
#: Notices a week that nobody reads any more.
MOST_WEEKLY = 50
_WEEK = 7  # days
_SHOWN = 5
_MOST = 2_000  # notices looked at, the newest; who matches more needs no exact number
_KEPT = 256  # previews that are remembered
#: The share of hits that have the words side by side, below which the words are offered as a phrase.
_SCATTERED = 0.7
_LOOSE_WORDS = re.compile(r"\w+(?: \w+)+")

#: A notice and when it, or a new version of it, was stored.
_Seen = list[tuple[str, datetime]]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """In the last `days` days a subscription would have told of so many notices, on so many of those days.

    Left out is what was old when it was first seen, as in an import or a first crawl. `weekly` is how many come in a
    week, by when they were published. `newest` are some of them, `passages` the lines that answer, by id. `suggestion`
    is how the words are spelt in notices, where they look misspelt: alerts take words as they are. `phrase` are the
    words in quotation marks, where that leaves many hits out, and `phrase_notices` how many it leaves. `ended` is the
    day after which nothing can come.
    """

    days: int = DAYS
    notices: int
    busy_days: int
    weekly: int
    newest: tuple[Summary, ...]
    passages: Mapping[str, tuple[Passage, ...]] = field(default_factory=dict)
    suggestion: str | None = None
    phrase: str | None = None
    phrase_notices: int = 0
    ended: date | None = None

    @property
    def is_broad(self) -> bool:
        """Whether more comes than anybody reads."""
        return self.weekly > MOST_WEEKLY


class PreviewKeeper:
    """Previews that were worked out, as long as the day lasts and nothing changes. Safe for threads."""

    def __init__(self) -> None:
        self._known = Remembered[Preview](_KEPT)

    def get(
        self, query: Query, *, store: Store, alerts: AlertStore, engine: Engine, now: datetime, recent: timedelta
    ) -> Preview:
        """As `preview`, which see."""
        key = (query, now.astimezone(HANOI).date(), recent, store.last_change(), engine.cursor())
        return self._known.get(
            key, lambda: preview(query, store=store, alerts=alerts, engine=engine, now=now, recent=recent)
        )


def preview(
    query: Query, *, store: Store, alerts: AlertStore, engine: Engine, now: datetime, recent: timedelta
) -> Preview:
    """What a search would have sent. Raises SubscriptionError when it would match everything.

    What has closed is news for a `recent` time after its publication. A search for what is open counts what was open
    when it was found.
    """
    today = now.astimezone(HANOI).date()
    kept = keep_query(query, today)

    def find(wish: Query) -> tuple[_Seen, dict[str, Summary]]:
        return _find(wish, store=store, alerts=alerts, engine=engine, now=now, recent=recent)

    # The answer to the wish as it was typed knows how it is spelt elsewhere.
    suggestion = engine.search(query, limit=1, now=now, passages=False, counts=False).suggestion
    seen, known = find(kept)
    newest = dict.fromkeys(notice_id for notice_id, _ in reversed(seen))
    shown = list(newest)[:_SHOWN]
    phrase, side_by_side = None, 0
    if _LOOSE_WORDS.fullmatch(kept.text):
        phrase = f'"{kept.text}"'
        side_by_side = len(dict(find(replace(kept, text=phrase))[0]))
    scattered = 0 < side_by_side < _SCATTERED * len(newest)
    return Preview(
        notices=len(newest),
        busy_days=len({at.date() for _, at in seen}),
        weekly=_per_week([_appeared(known[key], at) for key, at in dict(seen).items()], alerts.begun_at(), now),
        newest=tuple(known[notice_id] for notice_id in shown),
        passages=find_excerpts(kept, list(store.notices_by_id(shown).values())),
        suggestion=suggestion,
        phrase=phrase if scattered else None,
        phrase_notices=side_by_side,
        ended=min((day for day in (kept.published_to, kept.deadline_to) if day and day < today), default=None),
    )


def _find(
    wish: Query, *, store: Store, alerts: AlertStore, engine: Engine, now: datetime, recent: timedelta
) -> tuple[_Seen, dict[str, Summary]]:
    """What was news when it was stored, oldest first, and the notices."""
    timeless = replace(wish, sort=Sort.NEWEST, status=None if wish.status is Status.OPEN else wish.status)
    hits = engine.search(timeless, limit=_MOST, now=now, passages=False, counts=False).hits
    notices = (hit.id for hit in hits if hit.entity is Entity.NOTICE)
    seen = alerts.seen_since(notices, now - timedelta(days=DAYS))
    known = store.summaries({notice_id for notice_id, _ in seen})
    effects = store.effective.of(known)

    def is_wanted(notice: Summary, at: datetime) -> bool:
        stands = effects.get(notice.id)
        if wish.status is Status.OPEN:
            return (stands or by_itself(notice)).is_open(at) is True
        return is_news(notice, stands, at, recent)

    return [(notice_id, at) for notice_id, at in seen if is_wanted(known[notice_id], at)], known


def _appeared(notice: Summary, seen_at: datetime) -> datetime:
    """When a notice came into the world: a first crawl sees what is open at once, and it took weeks to come."""
    return min(start_of(notice.published_at), seen_at) if notice.published_at else seen_at


def _per_week(appeared: Iterable[datetime], begun_at: datetime | None, now: datetime) -> int:
    """How many come in a week, over the days that the store has been filled."""
    days = max(min(DAYS, (now - begun_at).days) if begun_at else DAYS, _WEEK)
    return round(sum(at > now - timedelta(days=days) for at in appeared) * _WEEK / days)
