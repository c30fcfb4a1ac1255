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

from crawler.extract.file.tar import PackedError, read_stream
from crawler.extract.file.zip import Member

# libarchive takes for a ZIP what has a ZIP's directory near its end, as an archive with a DOCX stored in it has.
_TAIL = bytes(32_768)
_ENCRYPTED = re.compile(rb"ncrypt|assphrase|assword")


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
            with tarfile.open(fileobj=process.stdout, mode="r|") as files:
                for member in read_stream(files, members=members, size=size):
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


def _reason(errors: IO[bytes]) -> str:
    errors.seek(0)
    return "the file is encrypted" if _ENCRYPTED.search(errors.read(10_000)) else "the file is damaged"
