"""Many things some at a time, so that statements, transactions and memory stay small."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

_Thing = TypeVar("_Thing")


def batched(things: Iterable[_Thing], size: int) -> Iterator[list[_Thing]]:
    """Lists of `size` things, the last one perhaps shorter; `itertools` has it from Python 3.12 on."""
    left = iter(things)
    while some := list(islice(left, size)):
        yield some
