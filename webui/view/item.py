"""The items of a notice as its page shows them: what a search looks for first and marked, narrowed by words, cut."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.price.contract import Recollection
from timthau.model.notice import Item
from timthau.text.fold import fold

SHOWN = 100  # rows: more would make a page heavy, and are one click away
FILTERED = 8  # items from which on a filter helps

_WORD = re.compile(r"\w+")
#: Marks in a text what a search looks for: parts that are plain and marked by turns, plain first.
Marker = Callable[[str], tuple[str, ...]]


@dataclass(frozen=True)
class ItemLine:
    """An item with its number, its name and specification in parts as a marker gives them, and what it was paid."""

    number: int
    item: Item
    name: tuple[str, ...]
    specification: tuple[str, ...]
    before: Recollection | None
    is_match: bool


@dataclass(frozen=True)
class ItemList:
    """The lines that are shown, how many there are with the words of a filter, and how many match the search.

    `recalled` is what items of the notice were paid before, shown or not.
    """

    lines: tuple[ItemLine, ...]
    total: int
    matches: int
    has_specification: bool
    has_unit: bool
    has_quantity: bool
    has_price: bool
    recalled: tuple[Recollection, ...] = ()

    @property
    def best_known(self) -> Recollection | None:
        """Of what was paid for any of the items before, that which most prices are known of."""
        return max(self.recalled, key=lambda one: one.spread.count, default=None)

    @property
    def confidence(self) -> float:
        """How often what was paid for an item was paid for the same thing, at least."""
        return min((one.confidence for one in self.recalled), default=0)

    @property
    def is_cut(self) -> bool:
        return len(self.lines) < self.total


def list_items(
    items: Sequence[Item], paid: Sequence[Recollection | None], marker: Marker | None, words: str, *, most: int | None
) -> ItemList:
    """The items that have all `words`; those that have most of what the marker looks for come first."""
    wanted = _WORD.findall(fold(words))
    lines = []
    for number, item in enumerate(items):
        if wanted and not _has_all(item, wanted):
            continue
        before = paid[number] if number < len(paid) else None
        position = item.position if item.position is not None else number + 1
        plain = (item.name,), (item.specification or "",)
        lines.append(ItemLine(position, item, *plain, before, is_match=False))
    lines, matches = _mark_best(lines, marker) if marker else (lines, 0)
    return ItemList(
        lines=tuple(lines[:most]),
        total=len(lines),
        matches=matches,
        has_specification=any(item.specification for item in items),
        has_unit=any(item.unit for item in items),
        has_quantity=any(item.quantity is not None for item in items),
        has_price=any(item.unit_price_vnd is not None for item in items),
        recalled=tuple(filter(None, paid)),
    )


def _mark_best(lines: list[ItemLine], marker: Marker) -> tuple[list[ItemLine], int]:
    """The lines with those first, and marked, that have as many of the words as any has in its name, else elsewhere."""
    names = [marker(line.item.name) for line in lines]
    counts = [_count(parts) for parts in names]
    best = max(counts, default=0)
    specifications = [marker(line.item.specification or "") if not best else ("",) for line in lines]
    if not best:
        counts = [_count(parts) for parts in specifications]
        best = max(counts, default=0)
    if not best:
        return lines, 0
    found, rest = [], []
    for line, name, specification, count in zip(lines, names, specifications, counts, strict=True):
        if count < best:
            rest.append(line)
            continue
        said = specification if len(specification) > 1 else line.specification
        found.append(ItemLine(line.number, line.item, name, said, line.before, is_match=True))
    return [*found, *rest], len(found)


def _count(parts: Sequence[str]) -> int:
    """How many different words are marked."""
    return len({word for part in parts[1::2] for word in _WORD.findall(fold(part))})


def _has_all(item: Item, wanted: Sequence[str]) -> bool:
    said = fold(f"{item.name} {item.specification or ''}")
    return all(word in said for word in wanted)
