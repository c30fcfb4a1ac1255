"""A subscription: who is told of what, how often and in which language."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

from index.language.parser import parse_query
from index.language.wish import understand
from index.price.query import PriceQuery, PriceSort
from index.query import Query, Sort
from timthau.errors import SubscriptionError
from timthau.model.alert import Frequency, SubscriptionRow, SubscriptionState

LANGUAGES = ("vi", "en")
MOST_REMINDER_DAYS = 20
_PRICES = ("prices", "1")  # begins a stored wish for award lines


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """A saved query, or a notice (`notice_id`) or award lines (`prices`) to watch, with an address.

    `reminder_days` are working days before a deadline; None is no reminder. `since_seq`: changes of the outbox up to
    this number are not for it.
    """

    id: str
    email: str
    query: Query
    prices: PriceQuery | None = None
    notice_id: str | None = None
    frequency: Frequency = Frequency.DAILY
    reminder_days: int | None = None
    language: str = "vi"
    state: SubscriptionState = SubscriptionState.PENDING
    created_at: datetime
    confirmed_at: datetime | None = None
    since_seq: int = 0

    @classmethod
    def from_row(cls, row: SubscriptionRow) -> Self:
        """The subscription that is stored as this row."""
        prices = _read_prices(row.query)
        return cls(**(_values(row) | {"query": Query() if prices else read_query(row.query), "prices": prices}))

    def to_row(self) -> SubscriptionRow:
        """The row to store."""
        values = _values(self) | {"query": self.wish}
        values.pop("prices")
        return SubscriptionRow(**values)

    @property
    def wish(self) -> str:
        """What it looks for as it is stored, always the same for the same wish."""
        return urlencode([_PRICES, *self.prices.to_params()]) if self.prices else write_query(self.query)


def watches_prices(wish: str) -> bool:
    """Whether a stored wish is for award lines."""
    return wish.startswith(urlencode([_PRICES]))


def _read_prices(wish: str) -> PriceQuery | None:
    return PriceQuery.from_params(parse_qsl(wish)) if watches_prices(wish) else None


def keep_prices(query: PriceQuery) -> PriceQuery:
    """The query that is kept of a wish for prices, in no order. Raises SubscriptionError when it would match all."""
    kept = replace(query.normal(), sort=PriceSort.NEWEST, thing=None, unit=None)
    if not kept.asks:
        raise SubscriptionError("everything", "a subscription to prices needs words, a maker, a supplier or a buyer")
    return kept


def write_query(query: Query) -> str:
    """A query as the parameters of an address, always the same for the same wish."""
    return urlencode(query.to_params())


def read_query(text: str) -> Query:
    """The query that was written so."""
    return Query.from_params(parse_qsl(text))


def keep_query(query: Query, today: date) -> Query:
    """The query that is kept of a wish: what its words ask for in plain words as filters, the others as they are.

    It has no order, as a mail has none, and no days that are counted from today, the day in Hanoi.
    Raises SubscriptionError when it would match everything: dates or a status alone narrow nothing down.
    """
    understood = understand(query, today, standing=True).query
    kept = replace(understood.normal(), sort=Sort.RELEVANCE, literal=True, broader=False)
    if not is_narrow(kept):
        raise SubscriptionError("everything", "a subscription needs words, a buyer, a place, a kind or an amount")
    return kept


def is_narrow(query: Query) -> bool:
    """Whether a subscription to a query would leave most notices out."""
    wish = parse_query(replace(query, literal=True), lambda _: False)
    narrow = wish.filters
    asks = any(not clause.negated for clause in wish.clauses)
    return bool(
        asks
        or narrow.kinds
        or narrow.fields
        or narrow.provinces
        or narrow.buyers
        or narrow.sources
        or narrow.min_amount
        or narrow.max_amount
    )


def check_terms(reminder_days: int | None, language: str) -> None:
    """Raises SubscriptionError when mail cannot come in this way."""
    if reminder_days is not None and not 1 <= reminder_days <= MOST_REMINDER_DAYS:
        raise SubscriptionError("reminder", f"a reminder comes 1 to {MOST_REMINDER_DAYS} working days before")
    if language not in LANGUAGES:
        raise SubscriptionError("language", f"{language!r:.20} is no language of the mails")


def read_rows(rows: Iterable[SubscriptionRow]) -> list[Subscription]:
    """The subscriptions of rows."""
    return [Subscription.from_row(row) for row in rows]


def _values(row: Any) -> dict[str, Any]:
    return {f.name: getattr(row, f.name) for f in fields(row)}
