"""ZIP archives: their members, within bounds of number and size."""

import contextlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

#: A member that unpacks to more than this many times its size was made to burst its reader.
_MAX_RATIO = 200
_JUNK = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive; `content` is None when it is not read, for the reason in `warning`."""

    name: str
    content: bytes | None
    warning: str | None = None


def read_members(content: bytes, *, members: int, size: int) -> Iterator[Member]:
    """The files of a ZIP archive, at most `members` of them and `size` bytes in all.

    Raises zipfile.BadZipFile when it is no archive.
    """
    left = size
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = [info for info in archive.infolist() if not info.is_dir() and not is_junk(info.filename)]
        for info in files[:members]:
            name = _decode_name(info)
            if info.flag_bits & 1:
                yield Member(name, None, "encrypted")
            elif info.file_size > left or info.file_size > _MAX_RATIO * max(info.compress_size, 500):
                yield Member(name, None, "too large")
            else:
                member = _unpack(archive, info, name)
                left -= len(member.content or b"")
                yield member
        if len(files) > members:
            yield Member(f"… ({len(files) - members})", None, "too many files")


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Member:
    try:
        with archive.open(info) as file:
            # The size that the directory states may be a lie.
            return Member(name, file.read(info.file_size))
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, RuntimeError, ValueError):
        return Member(name, None, "damaged")
    except Exception as error:
        if type(error).__module__ in ("zlib", "lzma", "_lzma", "_bz2"):  # their errors have no common parent
            return Member(name, None, "damaged")
        raise


def is_junk(name: str) -> bool:
    """Whether a member is what systems leave behind."""
    return any(part in name for part in _JUNK)


def _decode_name(info: zipfile.ZipInfo) -> str:
    """The name as it was given: Windows writes UTF-8 without saying so, which Python takes for the DOS code page."""
    name = info.filename
    if not info.flag_bits & 0x800:
        with contextlib.suppress(UnicodeEncodeError, UnicodeDecodeError):
            name = name.encode("cp437").decode("utf-8")
    return last_name(name)


def last_name(path: str) -> str:
    """The name of a member without its folders."""
    return path.replace("\\", "/").rsplit("/", 1)[-1] or path
