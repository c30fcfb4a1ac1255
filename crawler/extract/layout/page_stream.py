"""Whether what draws a PDF's pages is all there: where it is not, pdfium draws nothing, without a word."""

import base64
import re
import zlib

_CONTENTS = re.compile(rb"/Contents\s*(?:(\d{1,7})\s+\d+\s+R|\[((?:\s*\d{1,7}\s+\d+\s+R){1,60}))")
_REFERENCE = re.compile(rb"(\d{1,7})\s+\d+\s+R")
_OBJECT = re.compile(rb"(?<!\d)(\d{1,7})\s+\d+\s+obj\b")
_STREAM = re.compile(rb"[^%]{0,600}?\bstream\r?\n", re.S)
#: Of a stream so much is unpacked: one that is damaged mostly is at its beginning.
_LOOKED_AT = 100_000


def has_lost_stream(content: bytes) -> bool:
    """Whether a page names a stream that is not in the file, or that cannot be unpacked."""
    named: set[int] = set()
    for match in _CONTENTS.finditer(content):
        named.update(int(number) for number in _REFERENCE.findall(match[0]))
    places = {int(match[1]): match.end() for match in _OBJECT.finditer(content)} if named else {}
    # Objects may be packed into streams of others, though those of pages never are.
    return any(number not in places or not _unpacks(content, places[number]) for number in named)


def _unpacks(content: bytes, start: int) -> bool:
    head = _STREAM.match(content, start)
    if head is None:  # a list of streams, which stands for itself
        return b"stream" not in content[start : start + 200] and content[start : start + 200].lstrip()[:1] == b"["
    filters = re.findall(rb"/(\w+)Decode\b", head[0])
    data = content[head.end() : head.end() + _LOOKED_AT]
    try:
        if filters == [b"ASCII85", b"Flate"] and (end := data.find(b"~>")) >= 0:
            data, filters = base64.a85decode(data[:end]), filters[1:]
        if filters == [b"Flate"]:
            zlib.decompressobj().decompress(data, _LOOKED_AT)
    except (zlib.error, ValueError):
        return False
    return True
