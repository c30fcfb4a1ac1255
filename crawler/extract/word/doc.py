"""Word's binary format (.doc, Word 97 to 2003): text and tables, read from its piece table.

Source of the layout: Microsoft's open specification [MS-DOC], sections 2.5 (Fib), 2.8.35 (PlcPcd), 2.9.174 (PapxFkp).
"""

import io
import re
import struct
from bisect import bisect_right
from collections.abc import Iterator

import olefile

from crawler.extract.document import Content, Table
from crawler.extract.word.grid import GridRow, lay_out
from timthau.text.fold import collapse_spaces

_MAGIC = 0xA5EC
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_IN_TABLE, _ROW_END, _CELLS = 0x2416, 0x2417, 0xD608  # sprmPFInTable, sprmPFTtp, sprmTDefTable
# sprmCFRMarkDel, sprmCFStrike, sprmCFVanish, sprmCFDStrike: letters that are deleted, struck or hidden.
_UNSEEN = frozenset((0x0800, 0x0837, 0x083C, 0x2A53))
_COLOUR, _OLD_COLOUR = 0x6870, 0x2A42  # sprmCCv: red, green, blue; sprmCIco: 8 is white
_SHADES = frozenset((0x4866, 0xCA71))  # sprmCShd80, sprmCShd
_SHOWN = re.compile("[^\r\x07\x13\x14\x15]")  # marks and the borders of fields stay
_FIELD = re.compile("\x13[^\x13\x14\x15]*(?:\x14([^\x13\x14\x15]*))?\x15")
_MARK = re.compile("[\r\x07]")
_SIGNS = str.maketrans(
    {"\x0b": "\n", "\x0c": "\n", "\x0e": "\n", "\x1e": "-", "\x1f": None, "\x01": None, "\x05": None, "\x08": None}
)


_Plan = tuple[tuple[int, ...], tuple[bool, ...]]


class LegacyWordError(Exception):
    """Raised by `read_doc` with one line on why the file cannot be read."""


def read_doc(content: bytes) -> Content:
    """Paragraphs and tables of a .doc file, without letters that are struck, hidden, deleted or white.

    Raises LegacyWordError, struct.error or OSError when it cannot be read.
    """
    with olefile.OleFileIO(io.BytesIO(content)) as ole:
        main = ole.openstream("WordDocument").read()
        magic, flags = struct.unpack_from("<H8xH", main)
        if magic != _MAGIC:
            raise LegacyWordError("the file is from a Word before 1997")
        if flags & _ENCRYPTED:
            raise LegacyWordError("the file is encrypted")
        table = ole.openstream("1Table" if flags & _SECOND_TABLE else "0Table").read()
    marks = _Marks(main, table)
    marked = "".join(_read_pieces(main, table, marks))
    return list(_read_blocks(marked, marks.plans))


def _read_pieces(main: bytes, table: bytes, marks: "_Marks") -> Iterator[str]:
    """The characters of the main text, with "\\x06" where a row ends and "\\x0b" for paragraphs within a cell."""
    start, size = struct.unpack_from("<II", main, 0x1A2)
    (wanted,) = struct.unpack_from("<I", main, 0x4C)
    plc = _find_piece_table(table[start : start + size])
    count = (len(plc) - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", plc)
    for index in range(count):
        length = min(ends[index + 1], wanted) - ends[index]
        if length <= 0:
            break
        (position,) = struct.unpack_from("<2xI", plc, 4 * (count + 1) + 8 * index)
        narrow = position & 0x40000000
        offset, width = ((position & 0x3FFFFFFF) // 2, 1) if narrow else (position, 2)
        text = main[offset : offset + width * length].decode("cp1252" if narrow else "utf-16-le", "replace")
        letters = list(text)
        for first, last in marks.unseen(offset, offset + width * length):
            for match in _SHOWN.finditer(text, (first - offset) // width, (last - offset) // width):
                letters[match.start()] = ""
        for match in _MARK.finditer(text):
            letters[match.start()] = marks.read(match[0], offset + width * match.start())
        yield "".join(letters)


def _find_piece_table(clx: bytes) -> bytes:
    position = 0
    while position < len(clx) and clx[position] == 1:
        position += 3 + int(struct.unpack_from("<H", clx, position + 1)[0])
    if position >= len(clx) or clx[position] != 2:
        raise LegacyWordError("the file is damaged")
    (size,) = struct.unpack_from("<I", clx, position + 1)
    return clx[position + 5 : position + 5 + size]


class _Marks:
    """What the paragraph marks of the main stream mean: which stand in tables, which end rows."""

    def __init__(self, main: bytes, table: bytes) -> None:
        self._spans = sorted(span for page in _read_pages(main, table, 0x102) for span in _table_spans(page))
        letters = sorted(span for page in _read_pages(main, table, 0xFA) for span in _letter_spans(page))
        #: Where letters begin and end that nobody sees: in a cell white ones may stand on its colour.
        self._unseen = [(start, end) for start, end, white in letters if not (white and self._is_in_table(start))]
        #: Of each row that was read: the edges of its cells and which of them go on from above.
        self.plans: list[_Plan] = []

    def unseen(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Where in this part of the main stream letters are that nobody sees."""
        for first, last in self._unseen:
            if first < end and last > start:
                yield max(first, start), min(last, end)

    def _find(self, position: int) -> tuple[int, int, _Plan | None]:
        index = bisect_right(self._spans, position, key=lambda span: span[0]) - 1
        return self._spans[index] if index >= 0 else (0, 0, None)

    def _is_in_table(self, position: int) -> bool:
        start, end, _ = self._find(position)
        return start <= position < end

    def read(self, sign: str, position: int) -> str:
        """The sign, or what it means in a table."""
        start, end, plan = self._find(position)
        if not start <= position < end:
            return sign
        if plan is not None:
            self.plans.append(plan)
            return "\x06"
        return "\x0b" if sign == "\r" else sign


def _read_pages(main: bytes, table: bytes, at: int) -> Iterator[bytes]:
    """The pages of properties that an entry of the file's head leads to; all are of 512 bytes."""
    start, size = struct.unpack_from("<II", main, at)
    count = max(0, (size - 4) // 8)
    numbers = struct.unpack_from(f"<{count}I", table, start + 4 * (count + 1)) if count else ()
    pages = (main[(number & 0x3FFFFF) * 512 :][:512] for number in numbers)
    return (page for page in pages if len(page) == 512)


def _letter_spans(page: bytes) -> Iterator[tuple[int, int, bool]]:
    """The spans of a page of character properties that nobody sees: start, end, and whether it is for being white."""
    runs = min(page[511], 101)
    bounds = struct.unpack_from(f"<{runs + 1}I", page)
    for index in range(runs):
        offset = page[4 * (runs + 1) + index] * 2
        if not 0 < offset < 511:
            continue
        found = dict(_read_properties(page[offset + 1 : offset + 1 + page[offset]]))
        gone = any(found.get(code, b"\x00") not in (b"\x00", b"\x80") for code in _UNSEEN)
        white = found.get(_COLOUR) == b"\xff\xff\xff\x00" or found.get(_OLD_COLOUR) == b"\x08"
        if gone or (white and not _SHADES & set(found)):
            yield bounds[index], bounds[index + 1], not gone


def _table_spans(page: bytes) -> Iterator[tuple[int, int, _Plan | None]]:
    """The spans of a page of paragraph properties that lie in tables: start, end, and its plan where a row ends."""
    runs = min(page[511], 29)
    bounds = struct.unpack_from(f"<{runs + 1}I", page)
    for index in range(runs):
        offset = page[4 * (runs + 1) + 13 * index] * 2
        if not 0 < offset < 510:
            continue
        # The size is given in words; 0 means that it stands in the next byte.
        size, at = (2 * page[offset] - 1, offset + 1) if page[offset] else (2 * page[offset + 1], offset + 2)
        found = dict(_read_properties(page[at + 2 : at + size]))
        if found.get(_ROW_END) == b"\x01":
            yield bounds[index], bounds[index + 1], _parse_plan(found.get(_CELLS, b""))
        elif found.get(_IN_TABLE) == b"\x01":
            yield bounds[index], bounds[index + 1], None


def _read_properties(properties: bytes) -> Iterator[tuple[int, bytes]]:
    """Codes and operands of a list of properties (sprm)."""
    sizes = (1, 1, 2, 4, 2, 2, 0, 3)
    position = 0
    while position + 2 < len(properties):
        (code,) = struct.unpack_from("<H", properties, position)
        position += 2
        size = sizes[code >> 13]
        if not size:  # the operand says how long it is; that of sprmTDefTable in two bytes
            wide = code == _CELLS and position + 2 <= len(properties)
            size = 1 + (struct.unpack_from("<H", properties, position)[0] if wide else properties[position])
        yield code, properties[position : position + size]
        position += size


def _parse_plan(operand: bytes) -> _Plan:
    """Edges and vertical merges of a row from its sprmTDefTable: count, edges, then 20 bytes for each cell."""
    if len(operand) < 3:
        return (), ()
    count = operand[2]
    if len(operand) < 3 + 2 * (count + 1):
        return (), ()
    edges = struct.unpack_from(f"<{count + 1}h", operand, 3)
    flags = [operand[at] for at in range(5 + 2 * count, len(operand), 20)]
    # Bits 5 and 6: 1 for a cell that goes on from above, 3 for the first of such cells.
    return edges, tuple(flag >> 5 & 3 == 1 for flag in flags)


def _read_blocks(marked: str, plans: list[_Plan]) -> Iterator[str | Table]:
    while (plain := _FIELD.sub(lambda m: m[1] or "", marked)) != marked:
        marked = plain
    rows: list[GridRow] = []
    *heads, tail = marked.translate(_SIGNS).split("\x06")
    for head, (edges, merged) in zip(heads, plans, strict=False):
        before, _, row = head.rpartition("\r")
        if before and rows:
            yield lay_out(rows)
            rows = []
        yield from before.split("\r") if before else ()
        rows.append(GridRow(tuple(collapse_spaces(cell) for cell in row.split("\x07")[:-1]), edges, merged))
    if rows:
        yield lay_out(rows)
    yield from tail.replace("\x07", "\r").split("\r")
