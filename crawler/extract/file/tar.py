"""TAR archives, as they are or packed with gzip (.tar.gz, .tgz), and single files packed so: their members."""

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator

from crawler.extract.file.zip import Member, is_junk, last_name

# What headers and padding take beside the members.
_OVERHEAD = 20_000_000
_BLOCK = 512


class PackedError(Exception):
    """Raised for an archive of which nothing can be read; the text is the warning for the file."""


class _Bounded(io.BufferedIOBase):
    """What a stream gives, to a bound; beyond it an OSError: skipping over a member unpacks it as well."""

    def __init__(self, stream: io.BufferedIOBase, most: int) -> None:
        self._stream, self._left = stream, most

    def read(self, size: int | None = -1) -> bytes:
        if size is None or size < 0 or size > self._left:
            size = self._left + 1
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise OSError("it unpacks to too much")
        return data


def is_tar(start: bytes) -> bool:
    """Whether a file that begins so is a TAR archive."""
    return start[257:262] == b"ustar"


def read_tar(content: bytes, *, members: int, size: int) -> Iterator[Member]:
    """The files of an archive, at most `members` of them and `size` bytes in all.

    Raises PackedError when nothing can be read.
    """
    count = 0
    try:
        for member in _unpack(content, members=members, size=size):
            count += 1
            yield member
    except (tarfile.TarError, EOFError, OSError, zlib.error):
        if not count:
            raise PackedError("the file is damaged") from None
        yield Member("…", None, "the file is damaged")


def _unpack(content: bytes, *, members: int, size: int) -> Iterator[Member]:
    stream: io.BufferedIOBase = io.BytesIO(content)
    if content.startswith(b"\x1f\x8b"):
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            start = file.read(_BLOCK)
        if not is_tar(start):
            yield _unpack_one(content, size)
            return
        stream = gzip.GzipFile(fileobj=stream)
    with stream, tarfile.open(fileobj=_Bounded(stream, size + _OVERHEAD), mode="r|") as files:
        yield from read_stream(files, members=members, size=size)


def _unpack_one(content: bytes, size: int) -> Member:
    """A single file that was packed; its name stands in the file's head, if anywhere."""
    name = ""
    if content[3:4] == b"\x08":  # no other field than the name
        name = content[10:300].split(b"\0")[0].decode("utf-8", "replace")
    with gzip.open(io.BytesIO(content)) as file:
        unpacked = file.read(size + 1)
    if len(unpacked) > size:
        return Member(last_name(name) or "…", None, "too large")
    return Member(last_name(name) or "…", unpacked)


def read_stream(files: tarfile.TarFile, *, members: int, size: int) -> Iterator[Member]:
    """The files of an open archive; it ends with the first that is beyond the bounds, as others lie behind that."""
    left, count = size, 0
    for info in files:
        if not info.isfile() or is_junk(info.name):
            continue
        count += 1
        name = last_name(info.name)
        if count > members or info.size > left:
            yield Member(name, None, "too many files" if count > members else "too large")
            return
        file = files.extractfile(info)
        assert file is not None  # it is a regular file
        yield Member(name, file.read(info.size))
        left -= info.size
