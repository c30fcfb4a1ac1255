"""Words of a query with what may stand for them, and the rows of neighbouring words along all ways through."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product

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
        # The keys of all rows of a size are worked out at once, which costs little more than those of one.
        keys = {
            size: iter(
                _row_keys([row for (*_, own), forms in rows.items() if own == size for row in forms], size).tolist()
            )
            for size in self.sizes
        }
        accents = {size: self._list_accents(size) for size in self.sizes}
        return [
            WordRow(
                tuple(islice(keys[size], len(forms))),
                tuple(forms.values()),
                size,
                None if offset else accents[size].get(start),
            )
            for (start, offset, size), forms in rows.items()
            if forms
        ]

    def _list_accents(self, size: int) -> dict[int, int]:
        """What the rows that were typed have of accents, by where those with any begin."""
        typed = {i: self.words[i : i + size] for i in range(len(self.words) - size + 1)}
        rows = {i: tuple(word.exact for word in own) for i, own in typed.items() if any(word.accented for word in own)}
        return dict(zip(rows, accents_of(_row_keys(list(rows.values()), size)).tolist(), strict=True))


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
