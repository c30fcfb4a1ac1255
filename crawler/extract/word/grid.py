"""Rows whose cells are given by their edges, as in .doc and RTF, laid out in common columns."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.extract.document import Table

#: Edges closer than this (in twips; 57 are a millimetre) are one.
_SAME_EDGE = 60


@dataclass(frozen=True, slots=True)
class GridRow:
    """The cells of a row; `edges` of them, one more than cells, in twips; `merged` says which go on from above."""

    cells: tuple[str, ...]
    edges: tuple[int, ...] = ()
    merged: tuple[bool, ...] = ()


def lay_out(rows: Sequence[GridRow]) -> Table:
    """The rows with every cell in each column that it covers, and what goes on from above repeated.

    Rows stay as they are where not all say where their cells end.
    """
    if any(len(row.edges) != len(row.cells) + 1 for row in rows):
        return tuple(row.cells for row in rows)
    edges: list[int] = []
    for edge in sorted({edge for row in rows for edge in row.edges}):
        if not edges or edge - edges[-1] > _SAME_EDGE:
            edges.append(edge)
    laid: list[tuple[str, ...]] = []
    for row in rows:
        line = [""] * (len(edges) - 1)
        for index, cell in enumerate(row.cells):
            first, last = _column(edges, row.edges[index]), _column(edges, row.edges[index + 1])
            if laid and index < len(row.merged) and row.merged[index] and not cell:
                line[first:last] = laid[-1][first:last]
            else:
                line[first:last] = [cell] * (last - first)
        laid.append(tuple(line))
    return tuple(laid)


def _column(edges: Sequence[int], edge: int) -> int:
    """The nearest of the edges, which rise; of two the left one."""
    at = bisect_left(edges, edge)
    return at - 1 if at == len(edges) or (at and edge - edges[at - 1] <= edges[at] - edge) else at
