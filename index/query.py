"""What to look for: one object for page, API, feed, command line and alert."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Self

from timthau.model.notice import NoticeKind
from timthau.model.purchase import Field
from timthau.text.fold import collapse_spaces, nfc

SOON_DAYS = 7  # after today until which what is open closes soon


class Sort(StrEnum):
    """The order of the answer; ties are broken by date, then id, so that the same query gives the same order."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    DEADLINE = "deadline"


class Status(StrEnum):
    """Whether quotations or bids can still be handed in; a notice without a deadline is in neither."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class Reading:
    """Words of a query that were read as something else than words to find.

    `filters` are address parameters with their values; beside those of a query, "without" names words that must not
    be there, and "q" the words that are searched instead.
    """

    words: str
    filters: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Query:
    """Words and filters; several values of one filter mean any of them, different filters must all hold.

    Dates are days in Hanoi, both ends included; amounts are whole VND, both ends included.
    `fields` are what is bought, as far as titles and items tell.
    `sources` are keys, as definitions name them.
    `provinces` and `buyers` match by name without regard to case, accents and tone placement.
    `excluded_provinces` leave out what those provinces ask for; a notice without a province stays.
    `expand` lets abbreviations stand for their long forms and the other way round.
    `literal` takes the words as they are typed: nothing is mended, no phrase or word given up. Whether a notice answers
    then depends on the notice, the query, the time and the lexicon alone, not on what else there is.
    `broader` also gives documents that have the words of one wish far apart.
    """

    text: str = ""
    kinds: tuple[NoticeKind, ...] = ()
    fields: tuple[Field, ...] = ()
    provinces: tuple[str, ...] = ()
    buyers: tuple[str, ...] = ()
    excluded_provinces: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    status: Status | None = None
    published_from: date | None = None
    published_to: date | None = None
    deadline_from: date | None = None
    deadline_to: date | None = None
    min_amount: int | None = None
    max_amount: int | None = None
    sort: Sort = Sort.RELEVANCE
    expand: bool = True
    literal: bool = False
    broader: bool = False

    def normal(self) -> Self:
        """The same wish in one form: two queries that ask for the same are equal then."""
        return replace(
            self,
            text=collapse_spaces(nfc(self.text)),
            kinds=tuple(sorted(set(self.kinds))),
            fields=tuple(sorted(set(self.fields))),
            provinces=_names(self.provinces),
            buyers=_names(self.buyers),
            excluded_provinces=_names(self.excluded_provinces),
            sources=_names(self.sources),
        )

    def to_params(self) -> tuple[tuple[str, str], ...]:
        """The query as address parameters, in one order, without those that have their default."""
        query = self.normal()
        pairs = [("q", query.text)] if query.text else []
        pairs += [("kind", str(kind)) for kind in query.kinds]
        pairs += [("field", str(field)) for field in query.fields]
        pairs += [("province", name) for name in query.provinces]
        pairs += [("buyer", name) for name in query.buyers]
        pairs += [("not_province", name) for name in query.excluded_provinces]
        pairs += [("source", name) for name in query.sources]
        if query.status is not None:
            pairs.append(("open", "1" if query.status is Status.OPEN else "0"))
        for parameter, (attribute, _) in _SINGLE.items():
            value = getattr(query, attribute)
            if value is not None:
                pairs.append((parameter, str(value)))
        if query.sort is not Sort.RELEVANCE:
            pairs.append(("sort", str(query.sort)))
        if not query.expand:
            pairs.append(("expand", "0"))
        if query.literal:
            pairs.append(("literal", "1"))
        if query.broader:
            pairs.append(("broader", "1"))
        return tuple(pairs)

    @classmethod
    def from_params(cls, pairs: Iterable[tuple[str, str]]) -> Self:
        """The query that address parameters describe; empty and unknown ones are ignored.

        Raises ValueError that names the parameter whose value cannot be used.
        """
        several: dict[str, list[Any]] = {name: [] for name in _SEVERAL}
        values: dict[str, Any] = {}
        for name, text in pairs:
            if not text.strip():
                continue
            if name in several:
                several[name].append(_parse(name, _SEVERAL[name][1], text))
            elif name in _SINGLE:
                attribute, parse = _SINGLE[name]
                values[attribute] = _parse(name, parse, text)
            elif name in _OTHER:
                attribute, parse = _OTHER[name]
                values[attribute] = _parse(name, parse, text)
        values |= {_SEVERAL[name][0]: tuple(found) for name, found in several.items()}
        return cls(**values).normal()


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({collapse_spaces(nfc(name)) for name in names} - {""}))


def _parse(name: str, parse: Callable[[str], Any], text: str) -> Any:
    try:
        return parse(text.strip())
    except ValueError as error:
        raise ValueError(f"{name}={text!r:.80} cannot be used") from error


def _parse_flag(text: str) -> bool:
    if text.lower() not in ("0", "1", "false", "true", "no", "yes", "off", "on"):
        raise ValueError(text)
    return text.lower() in ("1", "true", "yes", "on")


_SEVERAL: dict[str, tuple[str, Callable[[str], Any]]] = {
    "kind": ("kinds", NoticeKind),
    "field": ("fields", Field),
    "province": ("provinces", str),
    "buyer": ("buyers", str),
    "not_province": ("excluded_provinces", str),
    "source": ("sources", str),
}
_SINGLE: dict[str, tuple[str, Callable[[str], Any]]] = {
    "from": ("published_from", date.fromisoformat),
    "to": ("published_to", date.fromisoformat),
    "deadline_from": ("deadline_from", date.fromisoformat),
    "deadline_to": ("deadline_to", date.fromisoformat),
    "min_amount": ("min_amount", int),
    "max_amount": ("max_amount", int),
}
_OTHER: dict[str, tuple[str, Callable[[str], Any]]] = {
    "q": ("text", str),
    "open": ("status", lambda text: Status.OPEN if _parse_flag(text) else Status.CLOSED),
    "sort": ("sort", Sort),
    "expand": ("expand", _parse_flag),
    "literal": ("literal", _parse_flag),
    "broader": ("broader", _parse_flag),
}
