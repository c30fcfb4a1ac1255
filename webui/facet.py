"""The choices beside a result list, with how many notices each would leave."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from index.contract import Answer, Engine
from index.document import name_key
from index.query import Query
from timthau.model import NoticeKind
from webui import label
from webui.language import LazyText as _

_SHOWN = 8  # of values that are many; more fold away
_FOLDED = 26  # so that all 34 provinces are there


@dataclass(frozen=True)
class Choice:
    """A value of a facet; `count` is None where the engine did not say."""

    value: str
    label: str
    count: int | None
    chosen: bool


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
)


def list_facets(engine: Engine, query: Query, answer: Answer, now: datetime) -> list[Facet]:
    """The facets of an answer; values that are chosen already stay among them.

    Several values of one facet mean any of them, so the counts of a facet in use are those of the query without
    it: what choosing one more would add. That takes a search more for each facet in use.
    """
    facets = []
    for name, attribute, heading, build_label in _FACETS:
        chosen = tuple(str(value) for value in getattr(query, attribute))
        without: dict[str, Any] = {attribute: ()}
        source = engine.search(replace(query, **without), limit=1, now=now, passages=False) if chosen else answer
        choices = _list_choices(source.facets.get(name, ()), chosen, build_label, partial(name_key, name))
        if choices:
            shown = max(_SHOWN, sum(choice.chosen for choice in choices))
            facets.append(Facet(name, heading, tuple(choices[:shown]), tuple(choices[shown : shown + _FOLDED])))
    return facets


def _list_choices(
    counts: Iterable[tuple[str, int]],
    chosen: tuple[str, ...],
    build_label: Callable[[str], Any],
    make_key: Callable[[str], str],
) -> list[Choice]:
    wanted = {make_key(value): value for value in chosen}
    choices = []
    for value, count in counts:
        typed = wanted.pop(make_key(value), None)
        choices.append(Choice(typed or value, build_label(value), count, typed is not None))
    choices += [Choice(value, build_label(value), None, True) for value in wanted.values()]
    return sorted(choices, key=lambda choice: not choice.chosen)
