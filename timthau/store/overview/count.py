"""All notices at a glance: counts over time, how long they stay open, what closes when, and who buys how often."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import NamedTuple, TypeVar

from timthau.model.buyer import make_buyer_id
from timthau.model.effective import OVER
from timthau.model.moment import HANOI, end_of, start_of
from timthau.model.notice import NoticeKind
from timthau.model.province import name_today
from timthau.model.record import Summary
from timthau.text.fold import collapse_spaces

MONTHS = 24  # that plots go back
DAYS = 35  # that the calendar of deadlines looks ahead: five weeks

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

    `amount_by_month` adds up what calls are worth, in VND.
    """

    total: int = 0
    by_month_and_kind: Mapping[Month, Mapping[NoticeKind, int]] = field(default_factory=dict)
    amount_by_month: Mapping[Month, int] = field(default_factory=dict)
    by_province: tuple[tuple[str, int], ...] = ()
    by_source: Mapping[str, int] = field(default_factory=dict)
    median_days_open: Mapping[NoticeKind, tuple[float, int]] = field(default_factory=dict)
    closing_on: Mapping[date, int] = field(default_factory=dict)
    buyers: Mapping[str, Buyer] = field(default_factory=dict)


def build_overview(notices: Iterable[Summary]) -> Overview:
    """The overview of some notices."""
    count = Count()
    count.take(notices)
    return count.build()


class Count:
    """What notices add up to: each is taken in once, and again when it has changed."""

    def __init__(self) -> None:
        self._shares: dict[str, _Share] = {}
        self._months: defaultdict[Month, Counter[NoticeKind]] = defaultdict(Counter)
        self._amounts: Counter[Month] = Counter()
        self._provinces: Counter[str] = Counter()
        self._sources: Counter[str] = Counter()
        self._closing: Counter[date] = Counter()
        self._days_open: defaultdict[NoticeKind, Counter[float]] = defaultdict(Counter)
        self._buyers: defaultdict[str, _BuyerCount] = defaultdict(_BuyerCount)

    def take(self, notices: Iterable[Summary]) -> None:
        """Count notices as they are now, in place of what was counted of them."""
        for notice in notices:
            if (old := self._shares.get(notice.id)) is not None:
                self._add(old, -1)
            share = self._shares[notice.id] = _read_share(notice)
            self._add(share, 1)

    def drop(self, ids: Iterable[str]) -> None:
        """Count notices no more."""
        for key in ids:
            if (old := self._shares.pop(key, None)) is not None:
                self._add(old, -1)

    def build(self) -> Overview:
        """The overview of all that was taken in."""
        return Overview(
            total=len(self._shares),
            by_month_and_kind={month: dict(kinds) for month, kinds in self._months.items() if kinds},
            amount_by_month=dict(self._amounts),
            by_province=tuple(_common(self._provinces)),
            by_source=dict(self._sources),
            median_days_open={kind: (_median(days), days.total()) for kind, days in self._days_open.items() if days},
            closing_on=dict(self._closing),
            buyers={key: own.build(key) for key, own in self._buyers.items() if own.count},
        )

    def _add(self, share: "_Share", number: int) -> None:
        _count(self._sources, share.source, number)
        _count(self._provinces, share.province, number)
        _count(self._closing, share.closes_on, number)
        if share.month:
            _count(self._months[share.month], share.kind, number)
            _count(self._amounts, share.month, number * share.amount_vnd)
        if share.days_open is not None:
            _count(self._days_open[share.kind], share.days_open, number)
        if share.buyer:
            self._buyers[share.buyer_id].add(share, number)


class _Share(NamedTuple):
    """What one notice adds."""

    source: str
    kind: NoticeKind
    month: Month | None
    amount_vnd: int
    province: str | None
    closes_on: date | None
    days_open: float | None
    buyer: str | None
    buyer_id: str


class _BuyerCount:
    """What the notices of one buyer add up to."""

    def __init__(self) -> None:
        self.count = 0
        self._names: Counter[str] = Counter()
        self._provinces: Counter[str] = Counter()
        self._months: Counter[Month] = Counter()

    def add(self, share: _Share, number: int) -> None:
        """One more notice, or with -1 one less."""
        self.count += number
        _count(self._names, share.buyer, number)
        _count(self._provinces, share.province, number)
        _count(self._months, share.month, number)

    def build(self, key: str) -> Buyer:
        """The buyer: it is called as most of its notices call it."""
        return Buyer(
            id=key,
            name=_common(self._names)[0][0],
            spellings=tuple(sorted(self._names)),
            province=_common(self._provinces)[0][0] if self._provinces else None,
            count=self.count,
            months=dict(self._months),
        )


def list_months(last: date, count: int = MONTHS) -> list[Month]:
    """The months up to and with the one a day stands in, oldest first."""
    number = last.year * 12 + last.month - 1
    return [divmod(n, 12) for n in range(number - count + 1, number + 1)]


def list_days(first: date) -> list[date]:
    """The days of the calendar: from the Monday before a day, whole weeks."""
    monday = first - timedelta(days=first.weekday())
    return [monday + timedelta(days=n) for n in range(DAYS)]


_Key = TypeVar("_Key")


def _count(counter: "Counter[_Key]", key: _Key | None, number: int) -> None:
    """Add to what a counter has of a key; what comes to nothing is left out."""
    if key is not None:
        counter[key] += number
        if not counter[key]:
            del counter[key]


def _common(counter: "Counter[str]") -> list[tuple[str, int]]:
    """The most frequent first; of equals in the order of the alphabet, whatever was counted first."""
    return sorted(counter.items(), key=lambda entry: (-entry[1], entry[0]))


def _median(values: "Counter[float]") -> float:
    ordered = sorted(values)
    ends = list(accumulate(values[value] for value in ordered))
    total = ends[-1]
    return (ordered[bisect_right(ends, (total - 1) // 2)] + ordered[bisect_right(ends, total // 2)]) / 2


def _read_share(notice: Summary) -> _Share:
    closes_at = notice.stands.closes_at
    is_open = closes_at is not None and notice.stands.state not in OVER
    days = _days_between(notice)
    return _Share(
        source=notice.source,
        kind=notice.kind,
        month=_month(start_of(notice.published_at)) if notice.published_at else None,
        amount_vnd=(notice.amount_vnd or 0) if notice.kind.is_call else 0,
        province=name_today(notice.province) if notice.province else None,
        closes_on=end_of(closes_at).astimezone(HANOI).date() if closes_at and is_open else None,
        days_open=days if days > 0 else None,
        buyer=collapse_spaces(notice.buyer) if notice.buyer else None,
        buyer_id=make_buyer_id(notice.buyer) if notice.buyer else "",
    )


def _month(moment: datetime) -> Month:
    local = moment.astimezone(HANOI)
    return local.year, local.month - 1


def _days_between(notice: Summary) -> float:
    if notice.published_at is None or notice.deadline_at is None:
        return 0.0
    return (end_of(notice.deadline_at) - start_of(notice.published_at)) / timedelta(days=1)
