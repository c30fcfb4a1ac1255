"""Whose a table of results is by where it stands: below the line that names its winner."""

import re
from collections.abc import Sequence

from crawler.extract.award.column import find_head
from crawler.extract.award.supplier import supplier_key
from crawler.extract.document import Table
from timthau.text.fold import collapse_spaces


def find_owners(text: str, tables: Sequence[Table], suppliers: Sequence[str]) -> dict[int, str]:
    """For each table, by its place among them, the only one of these suppliers that is named since the one before.

    Of several that which alone is named in the last two lines above the table, with none in the line before that; else
    nobody can tell. A table without a head goes on with the one before it where none is named between.
    """
    keys = {supplier_key(name): name for name in suppliers}
    heads = [_key(table[0]) for table in tables]
    owners: dict[int, str] = {}
    named: list[set[str]] = []  # in each line since the table before
    owner: str | None = None
    number = 0
    for line in map(collapse_spaces, text.splitlines()):
        cells = _key(line.split("|")) if "|" in line else ()
        ahead = next((at for at in range(number, len(tables)) if heads[at] == cells), None) if cells else None
        if ahead is not None:
            if any(named) or find_head(tables[ahead]):
                key = _find_owner(named)
                owner = keys[key] if key else None
            if owner is not None:
                owners[ahead] = owner
            named, number = [], ahead + 1
        elif line and line.count("|") < 2:
            found = supplier_key(line)
            here = {key for key in keys if re.search(rf"\b{re.escape(key)}\b", found)}
            named.append({key for key in here if not any(key != other and key in other for other in here)})
    return owners


def _find_owner(named: Sequence[set[str]]) -> str | None:
    """The owner of a table by the suppliers that each line above it names."""
    known = set().union(*named)
    if len(known) == 1:
        return known.pop()
    last = next((at for at in reversed(range(len(named))) if named[at]), -1)
    heads = last >= max(0, len(named) - 2) and len(named[last]) == 1 and not (last and named[last - 1])
    return next(iter(named[last])) if heads else None


def _key(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(filter(None, map(collapse_spaces, cells)))
