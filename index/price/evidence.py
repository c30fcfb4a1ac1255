"""How sure it is that what lines of one name were paid is a price of the item with that name.

A name is all that most items say. Where both sides state a measure or a substance, their agreement decides. What a name
leaves open may differ from line to line; then only lines of several buyers at one price tell that it does not. So
record linkage weighs an attribute that is missing: it neither agrees nor disagrees, and something else has to decide.
"""

import re
from dataclasses import dataclass

from index.price.thing import Thing
from timthau.model.unit import parse_unit
from timthau.text.syllable import is_syllable

#: How often it was right on labelled pairs, see tests/quality/price: where a name and what was paid are enough, where
#: not, and by a code.
_SURE, _UNSURE, BY_CODE = 0.96, 0.85, 0.96
#: The confidence from which a price is shown beside an item.
SHOWN = 0.95

_FEWEST_BUYERS = 3
# What is called the same and costs so many times more within the middle half is not one thing.
_WIDEST = 2.0
#: Of the lines of a name, in all units: a unit that fewer have may be another thing's.
_LEAST_SHARE = 0.25
#: Lines that have the same name and go on with a size, for each line that does not.
_MOST_SIZED = 1 / 3
#: Units that substances and assays are counted in, whose things have no size of their own.
_SUBSTANCE_UNITS = frozenset("test ml l g kg mg µl iu đĩa khoanh que thẻ viên".split())
#: Words of no Vietnamese that name no substance.
_LOANS = frozenset({"test", "kit"})
_AMOUNT = re.compile(r"[\d.,/]+(?:ml|l|μl|mg|mcg|kg)")


@dataclass(frozen=True)
class Evidence:
    """The lines of one name with prices for one unit.

    `buyers` of them, how many times the lower quartile the upper one is, which `share` they are of those with a price
    for any unit, and how many lines with the same name and a size behind it there are for each line of that name.
    """

    unit: str
    buyers: int
    width: float
    share: float
    sized: float


def rate(thing: Thing, evidence: Evidence) -> float:
    """How often the prices of lines that have an item's name are prices of the item."""
    if not (thing.is_sure and is_comparable(thing, evidence.unit)):
        return _UNSURE
    if evidence.width > _WIDEST or evidence.share < _LEAST_SHARE:
        return _UNSURE
    if not thing.states_size and evidence.sized >= _MOST_SIZED:
        return _UNSURE
    return _SURE if evidence.buyers >= _FEWEST_BUYERS or _is_named(thing, evidence.unit) else _UNSURE


def is_comparable(thing: Thing, unit: str) -> bool:
    """Whether a unit says how much it is, or the thing does: what a box holds is not known."""
    return bool(unit) and (not parse_unit(unit).is_open or any(map(_AMOUNT.fullmatch, thing.sizes)))


def _is_named(thing: Thing, unit: str) -> bool:
    """Whether a name alone tells one thing: by a measure, or by a substance or material where no size is left open."""
    if any(not size[-1].isdigit() for size in thing.sizes):
        return True
    substance = any(len(word) > 1 and word not in _LOANS and not is_syllable(word) for word in thing.words)
    return substance and (thing.states_size or _SUBSTANCE_UNITS.issuperset(unit.split("/")))
