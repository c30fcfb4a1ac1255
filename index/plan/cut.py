"""A query whose wishes no document has together, asked with these wishes divided or cut."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from index.contract import Relaxation
from index.plan.part import WishPart
from index.plan.plan import Plan

_HALVED, _SHORTENED = range(4, 13), range(3, 5)  # words of a wish


def list_cuts(plan: Plan, has_together: Callable[[WishPart], bool]) -> Iterator[tuple[Plan, tuple[Relaxation, ...]]]:
    """The plan with its longest wish that no document has together as two; then with all such wishes cut.

    A wish is cut to the most words from an end of it that a document has together: first the others may stand apart,
    then need not be there.
    """
    lost = [part for part in plan.parts if len(part.places) > 2 and not has_together(part)]
    for longest in sorted(lost, key=lambda part: -len(part.places))[:1]:
        for halves in longest.list_halves() if len(longest.places) in _HALVED else ():
            if all(map(has_together, halves)):
                yield _with_parts(plan, {longest: halves}), ()
    short = [part for part in lost if len(part.places) in _SHORTENED]
    ends = {part: [piece] for part in short if (piece := next(filter(has_together, part.list_ends()), None))}
    if ends:
        cut = _with_parts(plan, ends)
        yield cut, (Relaxation.APART,)
        kept = {unit for part in cut.parts for unit in part.units}
        optional = {unit for part in ends for unit in part.units} - kept
        units = [replace(unit, required=unit.required and i not in optional) for i, unit in enumerate(plan.units)]
        yield replace(cut, units=units), (Relaxation.FEWER,)


def _with_parts(plan: Plan, instead: Mapping[WishPart, Sequence[WishPart]]) -> Plan:
    """The plan with other wishes instead of some."""
    return replace(plan, parts=[own for part in plan.parts for own in instead.get(part, (part,))])
