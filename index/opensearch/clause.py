"""From a plan to the clauses of a search on a cluster: the same meaning as `index.embedded.ranking` and `together`."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from datetime import datetime
from itertools import chain
from math import ceil, prod
from typing import Any

from index.filter import Between, Bought, Condition, InStatus, Named
from index.language.analysis import Word, term_of
from index.language.field import field_bits
from index.opensearch.document import feature
from index.plan.part import Form, WishPart
from index.plan.plan import Alternative, Plan, QueryUnit
from index.query import Status
from timthau.model.purchase import FIELDS

Clause = dict[str, Any]

NOTHING: Clause = {"match_none": {}}
GUIDES: Clause = {"term": {"entity": "guide"}}
DOCUMENTS: Clause = {"exists": {"field": "entity"}}
_FAR = 1 << 62
_MOST_COMBINED, _MOST_COVERS = 600, 60
_TERMS = frozenset(("rank_feature", "term", "terms", "prefix", "match", "range", "exists", "match_none"))


def all_of(clauses: Iterable[Clause], *, without: Sequence[Clause] = ()) -> Clause:
    """What all of some clauses find and none of others."""
    return {"bool": {"filter": list(clauses), "must_not": list(without)}}


def any_of(clauses: Sequence[Clause]) -> Clause:
    """What any of some clauses finds."""
    if len(clauses) == 1:
        return clauses[0]
    return {"bool": {"should": list(clauses), "minimum_should_match": 1}} if clauses else NOTHING


def weigh(name: str, boost: float) -> Clause:
    """What has a term, by the weight that the term has in it."""
    return {"rank_feature": {"field": f"weights.{name}", "linear": {}, "boost": boost}}


def has_term(key: int) -> Clause:
    """What has a term."""
    return weigh(feature(key), 1.0)


def count_clauses(clause: Any) -> int:
    """How many terms a clause asks for, as the cluster counts them."""
    if isinstance(clause, list):
        return sum(map(count_clauses, clause))
    if not isinstance(clause, dict):
        return 0
    if "intervals" in clause:
        return _count_combined(clause["intervals"]["folded"])[1]
    return sum(name in _TERMS or count_clauses(inner) for name, inner in clause.items())


def _count_combined(rule: Clause) -> tuple[int, int]:
    """In how many combinations of forms a cluster writes out what stands near each other, and the words of them all."""
    ((name, said),) = rule.items()
    if name == "match":
        return 1, 1
    inner = [_count_combined(own) for own in said["intervals"]]
    if name == "any_of":
        return sum(ways for ways, _ in inner), sum(words for _, words in inner)
    ways = prod(own for own, _ in inner)
    return ways, sum(words * ways // own for own, words in inner)


# --- words that stand in a row, and near each other


def _place(word: Word) -> Clause:
    field, text = ("exact", word.exact) if word.accented else ("folded", word.folded)
    return {"match": {"query": text, "use_field": field}}


def _row(form: Form) -> Clause:
    words = [_place(word) for word in form]
    return words[0] if len(words) == 1 else {"all_of": {"intervals": words, "ordered": True, "max_gaps": 0}}


def _any_row(forms: Sequence[Form]) -> Clause:
    return _row(forms[0]) if len(forms) == 1 else {"any_of": {"intervals": list(map(_row, forms))}}


def _intervals(rule: Clause) -> Clause:
    return {"intervals": {"folded": rule}}


def in_a_row(words: Form) -> Clause:
    """What has some words beside each other on one line, with the accents that were typed."""
    return _intervals(_row(words))


def together(part: WishPart, most: int = _MOST_COMBINED) -> Clause:
    """What has the words of a wish near each other on one line; of about `most` terms, or more where it has more."""
    if part.within:
        share = most // (1 + len(part.within))
        return all_of([together(own, share) for own in (replace(part, within=()), *part.within)])
    if len(part.places) == 1:  # what is found without a place too: codes are also kept as if they were written in one
        return any_of([has_term(term_of(form[0])) if len(form) == 1 else in_a_row(form) for form in part.places[0]])
    places = list(dict.fromkeys(part.places))  # for the same word twice the cluster would ask for two words
    rules = [_near(cover, part.reach, most) for cover in _list_covers(places)]
    if not rules or sum(_count_combined(rule)[1] for rule in rules) > most:
        rules = [_near([_any_row(forms) for forms in places], part.reach, most)]
    return any_of(list(map(_intervals, rules)))


def _list_covers(places: Sequence[Sequence[Form]]) -> list[list[Clause]]:
    """The ways to have all places of a wish, each as what has to stand near each other; none where there are very many.

    A form that may stand for several places has them all at once, so a way that has one of these in other words too
    finds nothing more: without those a cluster would have to combine far more forms.
    """
    stands_for = {form: {i for i, own in enumerate(places) if form in own} for form in chain(*places)}
    covers: list[list[Clause]] = []

    def choose(chosen: list[Clause], covered: Set[int], said: Set[int]) -> None:
        if len(covered) == len(places) or len(covers) > _MOST_COVERS:
            covers.append(chosen)
            return
        place = min(set(range(len(places))) - covered)
        if single := [form for form in places[place] if len(stands_for[form]) == 1]:
            choose([*chosen, _any_row(single)], covered | {place}, said | {place})
        for form in places[place]:
            if len(stands_for[form]) > 1 and not stands_for[form] & said:
                choose([*chosen, _row(form)], covered | stands_for[form], said)

    choose([], frozenset(), frozenset())
    return covers if len(covers) <= _MOST_COVERS else []


def _near(places: Sequence[Clause], reach: int, most: int) -> Clause:
    """What stands within reach. Of very many combinations of forms a cluster takes some: the others need not be near.

    It has to be in the document all the same, as every unit has.
    """
    rule, *others = sorted(places, key=_count_combined)
    kept = [rule]
    for place in others:
        wider = {"all_of": {"intervals": [*kept, place], "ordered": False, "max_gaps": reach - len(kept) - 1}}
        if _count_combined(wider)[1] > most:
            break
        kept, rule = [*kept, place], wider
    return rule


def all_together(parts: Iterable[WishPart], plan: Plan) -> Clause:
    """What has the words of each wish together; a question needs no more than all words."""
    wishes = list(parts)
    clause = all_of([together(part, _MOST_COMBINED // len(wishes)) for part in wishes])
    return any_of([clause, GUIDES]) if plan.question else clause


# --- units


def has_alternative(alternative: Alternative) -> Clause:
    """What has one of the things that may stand for a word."""
    if alternative.prefix:
        return any_of([{"prefix": {field: {"value": alternative.prefix}}} for field in ("folded", "codes")])
    if not alternative.keys:
        return NOTHING
    clauses = [has_term(key) for key in alternative.keys]
    if alternative.phrase:
        clauses.append(in_a_row(alternative.phrase))
    return clauses[0] if len(clauses) == 1 else all_of(clauses)


def has_unit(unit: QueryUnit) -> Clause:
    """What has a word or something that may stand for it."""
    return any_of([has_alternative(alternative) for alternative in unit.alternatives])


def score_alternative(alternative: Alternative, boost: float) -> Clause:
    """The same by its weight; that of several words is their mean, where the embedded engine takes the least."""
    if alternative.prefix or not alternative.keys:
        return {"constant_score": {"filter": has_alternative(alternative), "boost": boost / 2}}
    own = boost / 255 / len(alternative.keys)
    weights = [weigh(feature(key), own) for key in alternative.keys]
    if len(weights) == 1 and not alternative.phrase:
        return weights[0]
    rows = [in_a_row(alternative.phrase)] if alternative.phrase else []
    return {"bool": {"must": weights, "filter": rows}}


def best_of(clauses: Sequence[Clause]) -> Clause:
    """What any of some clauses finds, by the best of them."""
    if len(clauses) == 1:
        return clauses[0]
    return {"dis_max": {"queries": list(clauses)}} if clauses else NOTHING


# --- filters


def meets(condition: Condition, now: datetime) -> Clause:
    """What meets a condition of the query."""
    if isinstance(condition, Named):
        names: Clause = {"terms": {condition.column: sorted(condition.keys)}}
        return all_of([], without=[names]) if condition.excluded else names
    if isinstance(condition, Between):
        ends = {"gte": condition.low, "lte": condition.high}
        bounds = {end: max(min(number, _FAR), -_FAR) for end, number in ends.items() if number is not None}
        return {"range": {condition.column: bounds}}
    if isinstance(condition, Bought):
        return {"terms": {"field": [str(field) for field in FIELDS if condition.fields & field_bits([field])]}}
    if isinstance(condition, InStatus):
        end = "gte" if condition.status is Status.OPEN else "lt"
        return {"range": {"deadline": {end: ceil(now.timestamp())}}}
    raise TypeError(condition)  # of award lines


def owned_by(slug: str) -> Clause:
    """A guide in all its languages."""
    return all_of([{"term": {"owner": slug}}, GUIDES])
