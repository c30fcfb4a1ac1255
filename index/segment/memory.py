"""What is remembered of a segment, as it is the same for all searches: arrays by what they are about."""

from collections.abc import Hashable

from index.segment.arrayfile import Array


class Memory:
    """Arrays by what they are about; past a number of bytes the oldest go.

    Needs no lock: at worst two threads work out the same array.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._known: dict[Hashable, Array] = {}

    def get(self, about: Hashable) -> Array | None:
        return self._known.get(about)

    def put(self, about: Hashable, array: Array) -> None:
        self._known[about] = array
        self._size += array.nbytes
        while self._size > self._most and self._known:
            try:
                gone = self._known.pop(next(iter(self._known)))
            except (KeyError, RuntimeError, StopIteration):  # another thread was faster
                continue
            self._size -= gone.nbytes
