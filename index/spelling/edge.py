"""Words that may stand for words of a query."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Edge:
    """Folded words that may stand for the query's words from `start` to `end`; `shown` says so to the reader.

    `inner` is how much it counts that they stand in a row themselves.
    """

    start: int
    end: int
    words: tuple[str, ...]
    weight: float
    shown: str = ""
    corrects: bool = False
    inner: float = 1.0
