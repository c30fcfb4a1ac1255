"""RAR and 7z archives: their members, by libarchive's bsdtar, a program of its own that is found at run time."""

import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from typing import IO

from crawler.extract.file.zip import Member, is_junk, last_name

# libarchive takes for a ZIP what has a ZIP's directory near its end, as an archive with a DOCX stored in it has.
_TAIL = bytes(32_768)
_ENCRYPTED = re.compile(rb"ncrypt|assphrase|assword")


class PackedError(Exception):
    """Raised for an archive of which nothing can be read; the text is the warning for the file."""


@lru_cache(maxsize=1)
def bsdtar_command() -> str | None:
    """Where bsdtar is installed; Debian: libarchive-tools."""
    return shutil.which("bsdtar")


def read_packed(content: bytes, *, members: int, size: int) -> Iterator[Member]:
    """The files of an archive, at most `members` of them and `size` bytes in all.

    The archive is turned into a stream of its members, of which no more is taken than is allowed; nothing is unpacked
    on the disk. Raises PackedError when nothing can be read.
    """
    command = bsdtar_command()
    if command is None:
        raise PackedError("RAR and 7z archives are not read: bsdtar is not installed")
    # Without a name: who is killed while reading leaves nothing behind.
    with tempfile.TemporaryFile() as archive, tempfile.TemporaryFile() as errors:
        archive.write(content + _TAIL)
        archive.seek(0)
        process = subprocess.Popen(
            [command, "-cf", "-", "--format", "pax", f"@/dev/fd/{archive.fileno()}"],
            pass_fds=(archive.fileno(),),
            stdin=subprocess.DEVNULL,  # it would ask for a password
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        assert process.stdout is not None
        count = 0
        try:
            for member in _read_stream(process.stdout, members=members, size=size):
                count += 1
                yield member
                if member.content is None:
                    return  # what follows could only be reached by unpacking this
            whole = process.wait() == 0
        except (tarfile.TarError, EOFError, OSError):
            whole = False
        finally:
            process.kill()
            process.stdout.close()
            process.wait()
        if not whole and not count:
            raise PackedError(_reason(errors))
        if not whole:
            yield Member("…", None, _reason(errors))


def _read_stream(stream: IO[bytes], *, members: int, size: int) -> Iterator[Member]:
    left, count = size, 0
    with tarfile.open(fileobj=stream, mode="r|") as files:
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


def _reason(errors: IO[bytes]) -> str:
    errors.seek(0)
    return "the file is encrypted" if _ENCRYPTED.search(errors.read(10_000)) else "the file is damaged"
