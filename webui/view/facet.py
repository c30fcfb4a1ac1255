"""The choices beside a result list, with how many notices each would leave."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from index.contract import Answer, Engine
from index.language.name import name_key
from index.query import Query
from timthau.model.notice import NoticeKind
from webui.http.language import LazyText as _
from webui.http.language import gettext
from webui.view import label, source
from webui.view.form import SearchForm
from webui.view.wording import format_amount

_SHOWN = 8  # of values that are many; more fold away
_FOLDED = 26  # so that all 34 provinces are there


@dataclass(frozen=True)
class Choice:
    """A value of a facet and the address that takes or leaves it; `count` is None where the engine did not say."""

    label: Any
    count: int | None
    chosen: bool
    address: str


@dataclass(frozen=True)
class Facet:
    """A filter with its choices, the ones people see at once and the rest."""

    name: str
    label: Any
    first: tuple[Choice, ...]
    rest: tuple[Choice, ...]


# URL parameter, attribute of Query, heading, what a value is called
_FACETS: tuple[tuple[str, str, Any, Callable[[str], Any]], ...] = (
    ("kind", "kinds", _("Kind"), lambda value: label.KINDS[NoticeKind(value)]),
    ("field", "fields", _("What is bought"), lambda value: label.PURCHASES[value]),
    ("province", "provinces", _("Province"), str),
    ("buyer", "buyers", _("Buyer"), str),
    ("source", "sources", _("Source"), source.name),
)
# Of a span: the URL parameters of its ends, the attributes of Query
_SPANS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "published": (("from", "to"), ("published_from", "published_to")),
    "deadline": (("deadline_from", "deadline_to"), ("deadline_from", "deadline_to")),
    "amount": (("min_amount", "max_amount"), ("min_amount", "max_amount")),
}


class Facets:
    """The facets of one answer.

    Several values of one facet mean any of them, and one span replaces another, so the counts of a facet in use are
    those of the query without it: what choosing one more would add. That takes a search more for each facet in use.
    """

    def __init__(self, engine: Engine, form: SearchForm, answer: Answer, now: datetime) -> None:
        self._engine, self._form, self._answer, self._now = engine, form, answer, now

    def list_names(self) -> list[Facet]:
        """The facets of names; values that are chosen already stay among them."""
        facets = []
        for name, attribute, heading, build_label in _FACETS:
            chosen = tuple(str(value) for value in getattr(self._form.query, attribute))
            counts = self._count_without(name, {attribute: ()} if chosen else {})
            choices = self._list_choices(name, counts, chosen, build_label)
            if choices and (name != "source" or len(choices) > 1 or chosen):  # of a single site nobody asks
                shown = max(_SHOWN, sum(choice.chosen for choice in choices))
                facets.append(Facet(name, heading, tuple(choices[:shown]), tuple(choices[shown : shown + _FOLDED])))
        return facets

    def list_spans(self) -> dict[str, list[Choice]]:
        """The spans that have notices, by what they are of: published, deadline, amount."""
        spans: dict[str, list[Choice]] = {}
        for name, (parameters, attributes) in _SPANS.items():
            used = any(getattr(self._form.query, attribute) is not None for attribute in attributes)
            counts = self._count_without(name, dict.fromkeys(attributes) if used else {})
            spans[name] = [self._build_span(name, parameters, value, count) for value, count in counts]
        return spans

    def _count_without(self, name: str, changes: dict[str, Any]) -> Iterable[tuple[str, int]]:
        if not changes:
            return self._answer.facets.get(name, ())
        query: Query = replace(self._form.query, **changes)
        return self._engine.search(query, limit=1, now=self._now, passages=False).facets.get(name, ())

    def _list_choices(
        self,
        name: str,
        counts: Iterable[tuple[str, int]],
        chosen: tuple[str, ...],
        build_label: Callable[[str], Any],
    ) -> list[Choice]:
        make_key = partial(name_key, name)
        wanted = {make_key(value): value for value in chosen}
        choices = []
        for value, count in counts:
            typed = wanted.pop(make_key(value), None)
            choices.append(self._build_choice(name, typed or value, build_label(value), count, typed is not None))
        choices += [self._build_choice(name, value, build_label(value), None, True) for value in wanted.values()]
        return sorted(choices, key=lambda choice: not choice.chosen)

    def _build_choice(self, name: str, value: str, text: Any, count: int | None, chosen: bool) -> Choice:
        build = self._form.build_address_without if chosen else self._form.build_address_with
        return Choice(text, count, chosen, build(name, value))

    def _build_span(self, name: str, parameters: tuple[str, str], value: str, count: int) -> Choice:
        text, ends = self._read_span(name, value)
        chosen = all(self._form.value(parameter) == end for parameter, end in zip(parameters, ends, strict=True))
        address = self._form.build_address(
            **{parameter: None if chosen else end or None for parameter, end in zip(parameters, ends, strict=True)}
        )
        return Choice(text, count, chosen, address)

    def _read_span(self, name: str, value: str) -> tuple[str, tuple[str, str]]:
        """What a span is called, and its ends as parameters say them."""
        today = self._now.date()
        if name == "amount":
            low, _, high = value.partition("..")
            return _name_amounts(low, high), (low, high)
        days = int(value)
        if name == "published":
            text = gettext("last %(days)s days", days=days) if days > 1 else gettext("today")
            return text, ((today - timedelta(days=days - 1)).isoformat(), "")
        return gettext("within %(days)s days", days=days), (
            today.isoformat(),
            (today + timedelta(days=days)).isoformat(),
        )


def _name_amounts(low: str, high: str) -> str:
    amounts = [format_amount(int(end)) for end in (low, high) if end]
    if len(amounts) == 2:
        return " – ".join(amounts)
    return gettext("from %(amount)s", amount=amounts[0]) if low else gettext("up to %(amount)s", amount=amounts[0])
