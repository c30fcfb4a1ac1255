"""How a query is understood, and which of its readings is searched: the same for every engine."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Protocol, Self, TypeVar
from weakref import WeakKeyDictionary

from index.contract import Place, Relaxation
from index.language.analysis import parse_words
from index.language.name import merged_provinces
from index.language.parser import Wish, parse_query, unquote
from index.language.wish import Understood, understand, understand_year
from index.plan.cut import list_cuts
from index.plan.part import WishPart
from index.plan.plan import Plan, build_plan
from index.plan.written import write_parts
from index.query import Query
from index.spelling.guess import Guess
from index.spelling.vocabulary import Vocabulary
from timthau.model.moment import HANOI
from timthau.model.province import make_province_key
from timthau.remembered import Remembered

_LEAST_PIECE, _MOST_PIECE = 6, 40  # words of a text that was copied
_MOST_PLANS = 256  # that are remembered of one state of an index
_plans: WeakKeyDictionary[Vocabulary, Remembered[Plan]] = WeakKeyDictionary()
_SCATTERED = {Relaxation.LINE, Relaxation.APART, Relaxation.MOST}


class Searched(Protocol):
    """What an engine found for a plan, and what was given up for that."""

    @property
    def total(self) -> int: ...

    @property
    def relaxed(self) -> tuple[Relaxation, ...]: ...

    @property
    def complete(self) -> bool: ...

    def without(self, *given_up: Relaxation) -> Self:
        """The same, found after some more was given up."""


_F = TypeVar("_F", bound=Searched)
_F_co = TypeVar("_F_co", bound=Searched, covariant=True)


class Searchable(Protocol[_F_co]):
    """One state of an index that plans can be asked of."""

    @property
    def vocabulary(self) -> Vocabulary: ...

    def rank(self, plan: Plan, filters: Query, now: datetime) -> _F_co:
        """The documents that answer a plan and pass the filters."""

    def has_together(self, part: WishPart) -> bool:
        """Whether some document has a wish together."""

    def has_provinces(self, keys: Collection[str]) -> Collection[str]:
        """Those of some provinces that documents are of."""


def read(state: Searchable[_F], query: Query, now: datetime) -> tuple[Understood, Plan, _F]:
    """How a query is understood, and what is found; a piece of text is not understood but looked for.

    So are words that documents have as they were typed, where what they say finds less.
    """
    understood = understand(query, now.astimezone(HANOI).date())
    if understood.readings and _is_piece(state, query.text):
        understood = Understood(query)
    plan, ranked = find(state, understood.query, now, whole=understood.pasted)
    dated = understand_year(understood) if not _SCATTERED.isdisjoint(ranked.relaxed) or not ranked.total else None
    if dated and (in_year := _find_typed(state, dated.query, now)):
        return dated, *in_year
    found_less = understood.readings and (ranked.relaxed or not ranked.total)
    if found_less and find(state, replace(query, literal=True), now)[1].total:
        typed, found = find(state, query, now)
        if not ranked.total or _given_up(found) < _given_up(ranked):
            return Understood(query), typed, found
    return understood, plan, ranked


def _given_up(ranked: Searched) -> int:
    """How much was given up: more for what is tried later."""
    return max((list(Relaxation).index(what) for what in ranked.relaxed), default=-1)


def _is_piece(state: Searchable[_F], text: str) -> bool:
    """Whether a text was copied from a document: many words of it stand together in one line."""
    words = parse_words(text)
    return len(words) >= _LEAST_PIECE and state.has_together(
        WishPart(tuple(((word,),) for word in words[:_MOST_PIECE]))
    )


def find(state: Searchable[_F], query: Query, now: datetime, *, whole: bool = False) -> tuple[Plan, _F]:
    """What is looked up, and what is found; where no document has a quoted phrase, its words are searched.

    The words are the name of one thing if they are `whole`.
    """
    guess = None if query.literal else Guess(state.vocabulary, whole=whole)
    wish = parse_query(query, guess.is_row if guess else None)
    plan = _plan(wish, guess, expand=query.expand)
    ranked = state.rank(plan, wish.filters, now)
    if guess and not _SCATTERED.isdisjoint(ranked.relaxed):
        for other, loosely in ((Guess(state.vocabulary, eager=True), False), (guess, True)):
            meant = _plan(wish, other, expand=query.expand, loosely=loosely)
            found = state.rank(meant, wish.filters, now)
            if found.total and not found.relaxed:
                plan, ranked = meant, found
                break
    if guess and not {Relaxation.APART, Relaxation.MOST}.isdisjoint(ranked.relaxed):
        plan, ranked = _find_cut(state, wish, query, now) or (plan, ranked)
    if not ranked.complete and (plain := unquote(wish)) != wish:
        plan = _plan(plain, guess, expand=query.expand)
        ranked = state.rank(plan, plain.filters, now).without(Relaxation.QUOTES)
    if guess and (plan.misspelt or Relaxation.ACCENTS in ranked.relaxed):
        for typed in plan.typed:
            spelled = guess.respell([word for _, word in typed])
            plan.corrections += [
                (raw, text) for (raw, word), text in zip(typed, spelled, strict=True) if text != word.exact
            ]
    if merged := merged_provinces(wish.filters):
        known = state.has_provinces([make_province_key(name) for name in merged])
        plan.also_searched += [name for name in merged if make_province_key(name) in known]
    return plan, ranked


def _find_typed(state: Searchable[_F], query: Query, now: datetime) -> tuple[Plan, _F] | None:
    """What has the words of a query together, none of them mended, if anything has."""
    guess = Guess(state.vocabulary, mends=False)
    wish = parse_query(query, guess.is_row)
    for loosely in (False, True):
        plan = _plan(wish, guess, expand=query.expand, loosely=loosely)
        found = state.rank(plan, wish.filters, now)
        if found.total and not found.relaxed:
            return plan, found
    return None


def _find_cut(state: Searchable[_F], wish: Wish, query: Query, now: datetime) -> tuple[Plan, _F] | None:
    """What is found where wishes that no document has together are cut; what was typed is taken for what was meant."""
    typed = _plan(wish, Guess(state.vocabulary, mends=False), expand=query.expand)
    for cut, given_up in list_cuts(typed, state.has_together):
        found = state.rank(cut, wish.filters, now)
        if found.total and not found.relaxed:
            return cut, found.without(*given_up)
    return None


def _plan(wish: Wish, guess: Guess | None, *, expand: bool, loosely: bool = False) -> Plan:
    """See `build_plan`; the last ones of a state of an index are remembered: orders, filters and feeds ask again."""
    build = partial(build_plan, wish, guess, expand=expand, loosely=loosely)
    if guess is None:
        return build()
    plans = _plans.setdefault(guess.vocabulary, Remembered(_MOST_PLANS))
    return plans.get((wish.clauses, expand, guess.eager, guess.mends, guess.whole, loosely), build).copy()


def list_parts(understood: Understood, plan: Plan) -> tuple[str, ...]:
    """The wishes that a query was divided into, as they were typed."""
    return write_parts(understood.query.text, [part.text for part in plan.parts])


def build_suggestion(text: str, plan: Plan, ranked: Searched) -> str | None:
    """The query with its misspelt words as the index writes them, when that finds something."""
    if not plan.corrections or not ranked.total:
        return None
    mended = text
    for wrong, right in plan.corrections:
        mended = re.sub(rf"(?<!\w){re.escape(wrong)}(?!\w)", right, mended, count=1, flags=re.IGNORECASE)
    return mended if mended != text else None


def count_given(asked: Sequence[Any], after: Place | None) -> int:
    """How many of those asked for stood before a place: a place among what was found is behind all of them."""
    if after is None:
        return 0
    return len(asked) if len(after) > 1 else int(after[0])
