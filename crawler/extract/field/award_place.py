"""Whose a table of results is by where it stands: below the line that names its winner."""

import re
from collections.abc import Sequence

from crawler.extract.document import Table
from crawler.extract.field.award_column import find_head
from crawler.extract.field.supplier import supplier_key
from timthau.text.fold import collapse_spaces


def find_owners(text: str, tables: Sequence[Table], suppliers: Sequence[str]) -> dict[int, str]:
    """For each table, by its place among them, the only one of these suppliers that is named since the one before.

    A table without a head goes on with that before it where none is named between; of several named nobody can tell.
    """
    keys = {supplier_key(name): name for name in suppliers}
    heads = [_key(table[0]) for table in tables]
    owners: dict[int, str] = {}
    named: set[str] = set()
    owner: str | None = None
    number = 0
    for line in map(collapse_spaces, text.splitlines()):
        cells = _key(line.split("|")) if "|" in line else ()
        ahead = next((at for at in range(number, len(tables)) if heads[at] == cells), None) if cells else None
        if ahead is not None:
            if named or find_head(tables[ahead]):
                owner = keys[named.pop()] if len(named) == 1 else None
            if owner is not None:
                owners[ahead] = owner
            named, number = set(), ahead + 1
        elif line.count("|") < 2:
            found = supplier_key(line)
            here = {key for key in keys if re.search(rf"\b{re.escape(key)}\b", found)}
            named |= {key for key in here if not any(key != other and key in other for other in here)}
    return owners


def _key(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(filter(None, map(collapse_spaces, cells)))
