"""Words of a query with what may stand for them, and the rows of neighbouring words along all ways through."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from index.language.analysis import Keys, Word, accents_of, keys_of, pair_keys, triple_keys
from index.spelling.edge import Edge

_MOST_EDGES = 8  # at one place of the query


@dataclass(frozen=True)
class WordRow:
    """Neighbouring words of the query; of several forms the best one counts.

    `accents` tell how the first form is accented; None when no accents were typed.
    """

    keys: tuple[int, ...]
    weights: tuple[float, ...]
    size: int
    accents: int | None = None


@dataclass(frozen=True)
class Lattice:
    """Words in a row, and edges that lead past some of them by other words."""

    words: Sequence[Word]
    edges: Sequence[Edge] = ()
    sizes: tuple[int, ...] = (2, 3)

    def list_rows(self) -> list[WordRow]:
        """The pairs and triples along all ways through the lattice, those that begin at one word together."""
        starts: dict[int, list[Edge]] = {}
        typed = [Edge(i, i + 1, (word.folded,), 1.0) for i, word in enumerate(self.words)]
        for edge in (*typed, *self.edges):
            starts.setdefault(edge.start, []).append(edge)
        rows: dict[tuple[int, int, int], dict[tuple[str, ...], float]] = {}
        for start, edges in starts.items():
            for number, edge in enumerate(edges[:_MOST_EDGES]):
                for offset, size in product(range(len(edge.words)), self.sizes):
                    # The inner rows of a longer form are evidence of their own, not rivals of what was typed.
                    forms = rows.setdefault((start, 100 * number + offset if offset else 0, size), {})
                    for row, worth in _follow(edge, offset, size, starts):
                        forms[row] = max(forms.get(row, 0.0), worth)
        return [
            self._build_row(forms, None if offset else start, size)
            for (start, offset, size), forms in rows.items()
            if forms
        ]

    def _build_row(self, forms: dict[tuple[str, ...], float], start: int | None, size: int) -> WordRow:
        """The row of some forms; `start` is where the first of them was typed, None when it was not."""
        keys = _row_keys(list(forms), size)
        accents = None
        typed = [] if start is None else self.words[start : start + size]
        if len(typed) == size and any(word.accented for word in typed):
            accents = int(accents_of(_row_keys([tuple(word.exact for word in typed)], size))[0])
        return WordRow(tuple(keys.tolist()), tuple(forms.values()), size, accents)


def _follow(
    edge: Edge, offset: int, size: int, starts: dict[int, list[Edge]], *, inside: bool = True
) -> Iterator[tuple[tuple[str, ...], float]]:
    """Rows of a size from a word of an edge on, with what they are worth."""
    words = edge.words[offset : offset + size]
    if len(words) == size:
        yield words, edge.weight * (edge.inner if inside else 1.0)
        return
    for more in starts.get(edge.end, [])[:_MOST_EDGES]:
        for rest, worth in _follow(more, 0, size - len(words), starts, inside=False):
            yield words + rest, worth * edge.weight


def _row_keys(rows: Sequence[tuple[str, ...]], size: int) -> Keys:
    columns = [keys_of(row[i] for row in rows) for i in range(size)]
    return pair_keys(columns[0], columns[1]) if size == 2 else triple_keys(columns[0], columns[1], columns[2])
