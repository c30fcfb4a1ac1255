"""What sheets of Excel 97 to 2003 (XLS) do not show: struck cells, white ones without a fill, those of an empty format.

Source of the layout: Microsoft's open specification [MS-XLS], sections 2.4.122 (Font), 2.4.353 (XF) and 2.4.28
(BoundSheet8).
"""

import io
import struct
from collections.abc import Iterator

import olefile

_BEGIN, _END = 0x0809, 0x000A
_FONT, _FORMAT, _PALETTE, _DRESS, _SHEET = 0x0031, 0x041E, 0x0092, 0x00E0, 0x0085
#: Records of one cell each, which begin with its row, its column and its dress.
_CELLS = frozenset((0x00FD, 0x0204, 0x0203, 0x027E, 0x0006, 0x0205, 0x00D6))
_NUMBERS = 0x00BD  # several cells of one row
_STRUCK = 0x0008
_WHITE = (255, 255, 255)
_NOTHING = ";;;"


def find_old_unseen(content: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """The cells of each sheet, by its name, that show nothing. Raises OSError or struct.error for a damaged file."""
    with olefile.OleFileIO(io.BytesIO(content)) as ole:
        name = next((one for one in ("Workbook", "Book") if ole.exists(one)), None)
        book = ole.openstream(name).read() if name else b""
    records = list(_read_records(book, 0))
    blank = _find_blank(records)
    if not blank:
        return {}
    return {name: dict.fromkeys(_find_cells(book, position, blank), "") for position, name in _find_sheets(records)}


def _read_records(book: bytes, position: int) -> Iterator[tuple[int, bytes]]:
    """The records from a place to the end of the part that begins there, without those of parts within it."""
    depth = 0
    while position + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, position)
        if kind == _BEGIN:
            depth += 1
        elif kind == _END:
            depth -= 1
        if depth <= 0:
            return
        if depth == 1:
            yield kind, book[position + 4 : position + 4 + size]
        position += 4 + size


def _find_blank(records: list[tuple[int, bytes]]) -> frozenset[int]:
    """The numbers of the dresses of cells whose letters nobody sees."""
    fonts = [data for kind, data in records if kind == _FONT]
    palette = next((data for kind, data in records if kind == _PALETTE), b"")
    empty = {struct.unpack_from("<H", data)[0] for kind, data in records if kind == _FORMAT and _says_nothing(data)}
    dresses = (data for kind, data in records if kind == _DRESS)
    return frozenset(number for number, data in enumerate(dresses) if _is_blank(data, fonts, palette, empty))


def _says_nothing(data: bytes) -> bool:
    text = data[5:].decode("utf-16-le" if data[4:5] == b"\x01" else "latin-1", "replace")
    return text == _NOTHING


def _is_blank(dress: bytes, fonts: list[bytes], palette: bytes, empty: set[int]) -> bool:
    if len(dress) < 20:
        return False
    font, form = struct.unpack_from("<HH", dress)
    (fill,) = struct.unpack_from("<I", dress, 14)
    worn = fonts[font - (font > 4)] if font - (font > 4) < len(fonts) else b""  # there is no font number 4
    if form in empty:
        return True
    if len(worn) < 6:
        return False
    _, flags, colour = struct.unpack_from("<HHH", worn)
    return bool(flags & _STRUCK) or (fill >> 26 == 0 and _is_white(colour, palette))


def _is_white(colour: int, palette: bytes) -> bool:
    """Whether a number of a colour is white: one of the eight that never change, or one of the file's own palette."""
    if colour < 8 or not palette:
        return colour in (1, 9)
    own = palette[2 + 4 * (colour - 8) :][:3]
    return tuple(own) == _WHITE


def _find_sheets(records: list[tuple[int, bytes]]) -> Iterator[tuple[int, str]]:
    """Where each sheet begins, and its name."""
    for kind, data in records:
        if kind == _SHEET and len(data) > 8:
            letters = data[8:].decode("utf-16-le" if data[7] & 1 else "latin-1", "replace")
            yield struct.unpack_from("<I", data)[0], letters[: data[6]]


def _find_cells(book: bytes, position: int, blank: frozenset[int]) -> Iterator[tuple[int, int]]:
    for kind, data in _read_records(book, position):
        if kind in _CELLS and len(data) >= 6:
            row, column, dress = struct.unpack_from("<HHH", data)
            if dress in blank:
                yield row, column
        elif kind == _NUMBERS and len(data) >= 6:
            row, first = struct.unpack_from("<HH", data)
            for number in range((len(data) - 6) // 6):
                if struct.unpack_from("<H", data, 4 + 6 * number)[0] in blank:
                    yield row, first + number
