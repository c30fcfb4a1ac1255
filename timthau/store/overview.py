"""All notices at a glance: counts over time, how long they stay open, what closes when, and who buys how often."""

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median

from timthau.model.buyer import make_buyer_id
from timthau.model.effective import OVER
from timthau.model.moment import HANOI, end_of, start_of
from timthau.model.notice import NoticeKind
from timthau.model.province import name_today
from timthau.model.record import Summary
from timthau.store.notice import Store
from timthau.text.fold import collapse_spaces

MONTHS = 24  # that plots go back
DAYS = 35  # that the calendar of deadlines looks ahead: five weeks
_FRESH_SECONDS = 60

Month = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Buyer:
    """Who buys: the name most of its notices use, all spellings, and its notices by month of publication."""

    id: str
    name: str
    spellings: tuple[str, ...]
    province: str | None
    count: int
    months: Mapping[Month, int]


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Counts of the current versions of all notices; days and months are those of Hanoi, provinces those of today.

    `amount_by_month` adds up what calls are worth, in VND. `addresses` has the address of a notice of each source,
    which tells its site.
    """

    total: int = 0
    by_month_and_kind: Mapping[Month, Mapping[NoticeKind, int]] = field(default_factory=dict)
    amount_by_month: Mapping[Month, int] = field(default_factory=dict)
    by_province: tuple[tuple[str, int], ...] = ()
    by_source: Mapping[str, int] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)
    median_days_open: Mapping[NoticeKind, tuple[float, int]] = field(default_factory=dict)
    closing_on: Mapping[date, int] = field(default_factory=dict)
    buyers: Mapping[str, Buyer] = field(default_factory=dict)


def build_overview(notices: Iterable[Summary]) -> Overview:
    """The overview of some notices."""
    months: dict[Month, Counter[NoticeKind]] = defaultdict(Counter)
    amounts: Counter[Month] = Counter()
    provinces: Counter[str] = Counter()
    sources: Counter[str] = Counter()
    addresses: dict[str, str] = {}
    closing: Counter[date] = Counter()
    days_open: dict[NoticeKind, list[float]] = defaultdict(list)
    by_buyer: dict[str, list[Summary]] = defaultdict(list)
    total = 0
    for notice in notices:
        total += 1
        sources[notice.source] += 1
        addresses.setdefault(notice.source, notice.url)
        if notice.published_at:
            month = _month(start_of(notice.published_at))
            months[month][notice.kind] += 1
            if notice.amount_vnd and notice.kind.is_call:
                amounts[month] += notice.amount_vnd
        if notice.province:
            provinces[name_today(notice.province)] += 1
        closes_at = notice.stands.closes_at
        if closes_at and notice.stands.state not in OVER:
            closing[end_of(closes_at).astimezone(HANOI).date()] += 1
        if notice.deadline_at and notice.published_at and (days := _days_between(notice)) > 0:
            days_open[notice.kind].append(days)
        if notice.buyer:
            by_buyer[make_buyer_id(notice.buyer)].append(notice)
    return Overview(
        total=total,
        by_month_and_kind=months,
        amount_by_month=amounts,
        by_province=tuple(provinces.most_common()),
        by_source=sources,
        addresses=addresses,
        median_days_open={kind: (median(days), len(days)) for kind, days in days_open.items()},
        closing_on=closing,
        buyers={key: _build_buyer(key, own) for key, own in by_buyer.items()},
    )


def list_months(last: date, count: int = MONTHS) -> list[Month]:
    """The months up to and with the one a day stands in, oldest first."""
    number = last.year * 12 + last.month - 1
    return [divmod(n, 12) for n in range(number - count + 1, number + 1)]


def list_days(first: date) -> list[date]:
    """The days of the calendar: from the Monday before a day, whole weeks."""
    monday = first - timedelta(days=first.weekday())
    return [monday + timedelta(days=n) for n in range(DAYS)]


class OverviewKeeper:
    """The overview of a store, counted anew when the store has changed, at most once a minute. Safe for threads."""

    def __init__(self, store: Store, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._store, self._clock = store, clock
        self._lock = threading.Lock()
        self._kept: Overview | None = None
        self._counted_at = 0.0
        self._change = -1

    def get(self) -> Overview:
        """The overview, at most a minute old."""
        with self._lock:
            present = self._clock()
            if self._kept is None or present - self._counted_at > _FRESH_SECONDS:
                self._counted_at = present
                if (change := self._store.last_change()) != self._change or self._kept is None:
                    self._kept = build_overview(self._store.each_summary())
                    self._change = change
            return self._kept


def _month(moment: datetime) -> Month:
    local = moment.astimezone(HANOI)
    return local.year, local.month - 1


def _days_between(notice: Summary) -> float:
    if notice.published_at is None or notice.deadline_at is None:
        return 0.0
    return (end_of(notice.deadline_at) - start_of(notice.published_at)) / timedelta(days=1)


def _build_buyer(key: str, notices: list[Summary]) -> Buyer:
    names = Counter(collapse_spaces(notice.buyer) for notice in notices if notice.buyer)
    provinces = Counter(name_today(notice.province) for notice in notices if notice.province)
    return Buyer(
        id=key,
        name=names.most_common(1)[0][0],
        spellings=tuple(sorted(names)),
        province=provinces.most_common(1)[0][0] if provinces else None,
        count=len(notices),
        months=Counter(_month(start_of(notice.published_at)) for notice in notices if notice.published_at),
    )
