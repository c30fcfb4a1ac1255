"""Arrays that are being written: each grows by itself, and all become one file in the end."""

import json
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Self

import numpy as np

from index.segment.arrayfile import ALIGN, MAGIC, PIECE, TAIL, Array, Sink

_MOST = 1 << 22  # bytes of an array that wait in memory
_READ = 1 << 20  # bytes read back at once


class Draft:
    """The arrays of a segment, used with `with`; what is large waits in unnamed files of a folder, not in memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._arrays: dict[str, _Growing] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for array in self._arrays.values():
            array.close()

    def append(self, name: str, values: Array) -> None:
        """Let an array grow. All its values are of the type that came first."""
        if name not in self._arrays:
            self._arrays[name] = _Growing(values.dtype, self._folder)
        self._arrays[name].append(values)

    def extend(self, arrays: Mapping[str, Array]) -> None:
        """Let several arrays grow."""
        for name, values in arrays.items():
            self.append(name, values)

    def write(self, sink: Sink, notes: Mapping[str, Any]) -> None:
        """Write all arrays and JSON notes: arrays, the checksums of their pieces, the directory."""
        entries, position, checked = {}, 0, _Checked(sink)
        for name, array in self._arrays.items():
            entries[name] = (array.dtype.str, position, array.size // array.dtype.itemsize)
            for data in array.read():
                checked.write(data)
            padding = -array.size % ALIGN
            checked.write(bytes(padding))
            position += array.size + padding
        notes = {"arrays": entries, "notes": dict(notes), "size": position, "checks": checked.close()}
        directory = json.dumps(notes).encode()
        sink.write(directory)
        sink.write(TAIL.pack(len(directory), zlib.crc32(directory), PIECE, MAGIC))


class Offsets:
    """Where each of several runs begins, and the end of the last, as an array of a draft that grows with the runs.

    `most` is what the end cannot go beyond: it decides how many bytes a place takes.
    """

    def __init__(self, draft: Draft, name: str, most: int) -> None:
        self._draft, self._name = draft, name
        self._type = np.uint32 if most < 1 << 32 else np.int64
        self.end = 0
        draft.append(name, np.zeros(1, self._type))

    def extend(self, counts: Array) -> None:
        """Take in how long the next runs are."""
        ends = np.cumsum(counts, dtype=np.int64) + self.end
        self._draft.append(self._name, ends.astype(self._type))
        self.end = int(ends[-1]) if len(ends) else self.end


class _Growing:
    """One array: the last of it in memory, what was before in a file."""

    def __init__(self, dtype: "np.dtype[Any]", folder: Path) -> None:
        self.dtype = dtype
        self.size = 0  # in bytes
        self._folder = folder
        self._file: IO[bytes] | None = None
        self._last: list[memoryview] = []
        self._waiting = 0

    def append(self, values: Array) -> None:
        if not values.size:
            return
        data = np.ascontiguousarray(values, self.dtype).data.cast("B")
        self._last.append(data)
        self._waiting += len(data)
        self.size += len(data)
        if self._waiting > _MOST:
            self._file = self._file or tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115  # closed by the draft
            self._file.writelines(self._last)
            self._last, self._waiting = [], 0

    def read(self) -> Iterator[memoryview]:
        if self._file:
            self._file.seek(0)
            while data := self._file.read(_READ):
                yield memoryview(data)
        yield from self._last

    def close(self) -> None:
        if self._file:
            self._file.close()


class _Checked:
    """Hands bytes on and takes a checksum of each piece."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._checks: list[int] = []
        self._check, self._filled = 0, 0

    def write(self, data: bytes | memoryview) -> None:
        self._sink.write(data)
        view = memoryview(data)
        while view:
            part = view[: PIECE - self._filled]
            self._check = zlib.crc32(part, self._check)
            self._filled += len(part)
            view = view[len(part) :]
            if self._filled == PIECE:
                self._end_piece()

    def _end_piece(self) -> None:
        self._checks.append(self._check)
        self._check, self._filled = 0, 0

    def close(self) -> list[int]:
        """The checksums of all pieces."""
        if self._filled:
            self._end_piece()
        return self._checks
