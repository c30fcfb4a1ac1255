"""ZIP files whose end is missing: what stands before it, by the head of each member."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

_HEAD = struct.Struct("<4s5H3I2H")
_SIGN = b"PK\x03\x04"
_STORED, _DEFLATED = 0, 8
# Its sizes stand behind a member, where they are found by unpacking it; encrypted.
_SIZES_BEHIND, _ENCRYPTED = 0x08, 0x01


def mend_zip(content: bytes, *, size: int) -> bytes | None:
    """A whole ZIP file of the members that are there, the last as far as it goes; None when there is nothing to mend.

    At most `size` bytes are unpacked.
    """
    if not content.startswith(_SIGN) or zipfile.is_zipfile(io.BytesIO(content)):
        return None
    mended = io.BytesIO()
    with zipfile.ZipFile(mended, "w") as archive:
        for name, data in _find_members(content, size):
            archive.writestr(name, data)
        found = archive.namelist()
    return mended.getvalue() if found else None


def _find_members(content: bytes, left: int) -> Iterator[tuple[str, bytes]]:
    at, known = 0, set[str]()
    while content.startswith(_SIGN, at) and len(content) >= at + _HEAD.size:
        _, _, flags, method, _, _, _, packed, _, name_length, more = _HEAD.unpack_from(content, at)
        start = at + _HEAD.size + name_length + more
        name = content[at + _HEAD.size : at + _HEAD.size + name_length].decode("utf-8", "replace")
        if flags & _ENCRYPTED or (method == _STORED and flags & _SIZES_BEHIND) or method not in (_STORED, _DEFLATED):
            return
        data, end = _unpack(content, start, packed, method, left)
        left -= len(data)
        if name and name not in known and not name.endswith("/"):
            known.add(name)
            yield name, data
        if left <= 0:
            return
        at = content.find(_SIGN, end)
        if at < 0:
            return


def _unpack(content: bytes, start: int, packed: int, method: int, most: int) -> tuple[bytes, int]:
    """The bytes of a member that are there, and where they end."""
    if method == _STORED:
        return content[start : start + min(packed, most)], start + packed
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = inflate.decompress(memoryview(content)[start:], most)
    except zlib.error:
        return b"", start
    return data, len(content) - len(inflate.unused_data) if inflate.eof else len(content)
