"""Of what a query finds, the lines that are the thing asked for, not those that only mention it beside another."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from index.language.analysis import word_key
from index.plan.part import Form
from index.plan.plan import Plan
from index.price.beside import SUBSTANCES, beside_key
from index.price.thing import PLAIN_BEFORE
from index.segment.inversion import Ints
from index.segment.snapshot import Snapshot
from index.segment.view import Mask, SegmentView


def keep_own(snapshot: Snapshot, plan: Plan, found: Sequence[Ints]) -> list[Ints]:
    """Of the documents found in each segment those that are named by the first word of the query, or a synonym of it.

    All where most of these begin neither with it nor as a substance does: then the query says a purpose or a place of
    the body, which no name begins with. Those that begin as more of the named ones do are of their kind, too.
    """
    forms = _head_forms(plan)
    pairs = list(zip(snapshot.segments, found, strict=True))
    beside = [_only_beside(segment, docs, forms) for segment, docs in pairs]
    if not any(map(np.any, beside)):
        return list(found)
    leads = [segment.column("lead")[docs] for segment, docs in pairs]
    named = Counter(np.concatenate([own[~out] for own, out in zip(leads, beside, strict=True)]).tolist())
    others = Counter(np.concatenate([own[out] for own, out in zip(leads, beside, strict=True)]).tolist())
    things = SUBSTANCES.union(word_key(form[0].folded) for form in forms)
    if 2 * sum(count for lead, count in named.items() if lead in things) < max(named.total(), others.total()):
        return list(found)
    foreign = np.array([lead for lead, count in others.items() if named[lead] < count], np.uint64)
    return [docs[~(out & np.isin(lead, foreign))] for (_, docs), lead, out in zip(pairs, leads, beside, strict=True)]


def _head_forms(plan: Plan) -> Sequence[Form]:
    """What may stand for the first word of a query that names a thing."""
    places = plan.parts[0].places if plan.parts else ()
    typed = ((forms[0][0].folded, forms) for forms in places)
    return next((forms for word, forms in typed if word not in PLAIN_BEFORE and not word.isdigit()), ())


def _only_beside(segment: SegmentView, docs: Ints, forms: Sequence[Form]) -> Mask:
    """Which of some documents have one of the forms beside the thing they name, and none in its own name.

    A form stands where its first word does: "dây cho ăn" is a tube, though it says what that is for.
    """
    beside, own = np.zeros(len(docs), bool), np.zeros(len(docs), bool)
    for form in forms:
        keys = [word_key(word.folded) for word in form]
        present: Mask = np.logical_and.reduce([segment.having_term(key)[docs] for key in keys])
        behind = segment.having_term(beside_key(form[0].folded))[docs]
        beside |= present & behind
        own |= present & ~behind
    only: Mask = beside & ~own
    return only
