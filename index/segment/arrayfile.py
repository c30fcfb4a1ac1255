"""Named arrays in memory, and in files with checksums: read by memory map, each piece checked before its first use."""

import json
import mmap
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from timthau.errors import IndexDamagedError

Array = npt.NDArray[Any]

MAGIC = b"TTARRAY1"
PIECE = 1 << 18  # bytes under one checksum: small enough that a first touch costs a tenth of a millisecond
ALIGN = 64
TAIL = struct.Struct("<QII8s")  # length and checksum of the directory, size of a piece, magic


class ArraySource(Protocol):
    """Where arrays come from: memory or a file."""

    def array(self, name: str) -> Array: ...

    def slice(self, name: str, start: int, end: int) -> Array: ...

    def length(self, name: str) -> int: ...

    def forget(self) -> None: ...


class Sink(Protocol):
    """What arrays are written to."""

    def write(self, data: Any, /) -> Any: ...


def read_ragged(source: ArraySource, name: str) -> list[bytes]:
    """All values of a column of values of any length."""
    data, at = source.array(name).tobytes(), source.array(f"{name}_at").tolist()
    return [data[start:end] for start, end in pairwise(at)]


def ragged(name: str, values: Sequence[bytes]) -> dict[str, Array]:
    """Values of any length as one run of bytes and the places where each begins."""
    counts = np.array([len(value) for value in values], np.int64)
    return {name: np.frombuffer(b"".join(values), np.uint8), f"{name}_at": offsets_of(counts)}


@dataclass(frozen=True)
class MemoryArrays:
    """Arrays in memory."""

    arrays: Mapping[str, Array]

    def length(self, name: str) -> int:
        return len(self.arrays[name])

    def array(self, name: str) -> Array:
        return self.arrays[name]

    def slice(self, name: str, start: int, end: int) -> Array:
        return self.arrays[name][start:end]

    def verify(self) -> None:
        """Memory has no checksums."""

    def forget(self) -> None:
        """There is no other place to read it from again."""


class ArrayFile:
    """Arrays of a written file. Raises IndexDamagedError where a checksum does not fit.

    Arrays stay usable after the file's name is gone; memory is given back when the last of them is.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._load_directory()
        except FileNotFoundError:
            raise  # a writer may have replaced it
        except (OSError, ValueError, KeyError, TypeError, struct.error) as error:
            raise IndexDamagedError(f"{path}: {error}") from error

    def _load_directory(self) -> None:
        length, check, piece, magic = TAIL.unpack(self._map[-TAIL.size :])
        directory = self._map[-TAIL.size - length : -TAIL.size]
        if magic != MAGIC or piece != PIECE or zlib.crc32(directory) != check:
            raise ValueError("is cut off or damaged")
        read = json.loads(directory)
        self.notes: dict[str, Any] = read["notes"]
        self._entries: dict[str, list[Any]] = read["arrays"]
        self._size: int = read["size"]
        if self._size + length + TAIL.size != len(self._map):
            raise ValueError("has the wrong length")
        self._checks: list[int] = read["checks"]
        self._checked = bytearray(len(self._checks))
        self._arrays: dict[str, Array] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def length(self, name: str) -> int:
        """How many values an array has."""
        return int(self._entries[name][2])

    def array(self, name: str) -> Array:
        """A whole array, checked; it is asked for often, and has many pieces."""
        known = self._arrays.get(name)
        if known is None:
            self._arrays[name] = known = self.slice(name, 0, self.length(name))
        return known

    def slice(self, name: str, start: int, end: int) -> Array:
        """A part of an array, checked."""
        kind, position, count = self._entries[name]
        dtype = np.dtype(kind)
        if not 0 <= start <= end <= count:
            raise IndexDamagedError(f"{self.path}: {name} has no values {start} to {end}")
        first = position + start * dtype.itemsize
        self._check(first, first + (end - start) * dtype.itemsize)
        return np.frombuffer(self._map, dtype, end - start, first)

    def verify(self) -> None:
        """Check every byte."""
        self._check(0, self._size)

    def forget(self) -> None:
        """What was read need not stay in this process's memory; arrays can be used as before."""
        self._map.madvise(mmap.MADV_DONTNEED)

    def _check(self, start: int, end: int) -> None:
        for number in range(start // PIECE, -(-end // PIECE)):
            if not self._checked[number]:
                piece = memoryview(self._map)[number * PIECE : min((number + 1) * PIECE, self._size)]
                if zlib.crc32(piece) != self._checks[number]:
                    raise IndexDamagedError(f"{self.path}: wrong checksum")
                # Most of what was read for the check is not wanted: it need not stay in this process's memory.
                self._map.madvise(mmap.MADV_DONTNEED, number * PIECE, len(piece))
                self._checked[number] = 1


def gather_ranges(starts: Array, counts: Array) -> npt.NDArray[np.int64]:
    """The positions of several ranges, one after the other: starts 5, 9 and counts 2, 3 give 5 6 9 10 11."""
    counts = counts.astype(np.int64)
    total = int(counts.sum())
    if not total:
        return np.zeros(0, np.int64)
    ends = np.cumsum(counts)
    shifts = np.repeat(starts.astype(np.int64) - (ends - counts), counts)
    places: npt.NDArray[np.int64] = np.arange(total, dtype=np.int64) + shifts
    return places


def offsets_of(counts: Array) -> npt.NDArray[np.int64]:
    """Where each of several runs begins, and the end of the last."""
    offsets = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=offsets[1:])
    return offsets
