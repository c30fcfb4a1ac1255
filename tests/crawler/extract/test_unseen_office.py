"""What older and open office files strike, hide or paint white is not read: DOC, XLS, ODS, made from the samples."""

import io
import struct
import zipfile
from collections.abc import Callable

import olefile
import pytest

from crawler.extract.document import FileText
from crawler.extract.file.attachments import read_file
from crawler.extract.file.sheet_unseen import find_unseen
from tests import TESTS

_FILES = TESTS / "files"
_HEAD = "TRUNG TÂM Y TẾ"


def _read(content: bytes, filename: str) -> FileText:
    return read_file(content, filename=filename, ocr=None)


def _change_stream(filename: str, stream: str, change: Callable[[bytearray], None]) -> bytes:
    file = io.BytesIO((_FILES / filename).read_bytes())
    with olefile.OleFileIO(file, write_mode=True) as ole:
        content = bytearray(ole.openstream(stream).read())
        change(content)
        ole.write_stream(stream, bytes(content))
    return file.getvalue()


def _dress_run(main: bytearray, said: str, properties: bytes) -> None:
    """Give the run of a .doc file that says this other properties, in the free room of its page."""
    place = bytes(main).index(said.encode("utf-16-le"))
    with olefile.OleFileIO(_FILES / "thu-moi.doc") as ole:
        table = ole.openstream("1Table").read()
    start, size = struct.unpack_from("<II", main, 0xFA)
    count = (size - 4) // 8
    for number in struct.unpack_from(f"<{count}I", table, start + 4 * (count + 1)):
        page = 512 * number
        runs = main[page + 511]
        bounds = struct.unpack_from(f"<{runs + 1}I", main, page)
        if place in bounds[:-1]:
            names = page + 4 * (runs + 1)
            room = names + runs + (names + runs - page) % 2
            main[room : room + 1 + len(properties)] = bytes([len(properties)]) + properties
            main[names + bounds.index(place)] = (room - page) // 2
            return
    raise AssertionError("no run begins there")


@pytest.mark.parametrize(
    ("properties", "seen"),
    [
        ("37 08 01", False),  # struck
        ("53 2a 01", False),  # struck twice
        ("3c 08 01", False),  # hidden
        ("00 08 01", False),  # deleted while changes were recorded
        ("70 68 ff ff ff 00", False),  # white
        ("42 2a 08", False),  # white in Word 97
        ("37 08 00", True),
        ("70 68 ff 00 00 00", True),
        ("70 68 ff ff ff 00 66 48 00 00", True),  # white on a shade
    ],
)
def test_letters_of_a_binary_word_file_that_nobody_sees_are_not_read(properties: str, seen: bool) -> None:
    content = _change_stream(
        "thu-moi.doc", "WordDocument", lambda main: _dress_run(main, _HEAD, bytes.fromhex(properties))
    )
    read = _read(content, "thu-moi.doc")
    assert (_HEAD in read.text) is seen
    assert "Nơi nhận: như kính gửi." in read.text
    assert len(read.tables[0]) == 3


def test_white_letters_in_a_cell_of_a_binary_word_file_are_read() -> None:
    white = bytes.fromhex("70 68 ff ff ff 00")
    content = _change_stream("thu-moi.doc", "WordDocument", lambda main: _dress_run(main, "Tên hàng hóa", white))
    assert _read(content, "thu-moi.doc").tables[0][0][1] == "Tên hàng hóa"


def _dress_font(book: bytearray, *, flags: int = 0, colour: int = 0x7FFF, fill: int = 0) -> None:
    """Give the font and the fill of the cells with goods of an .xls file this look."""
    fonts, dresses, position = [], [], 0
    while position + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, position)
        fonts += [position + 4] if kind == 0x31 else []
        dresses += [position + 4] if kind == 0xE0 else []
        position += 4 + size
    (font,) = struct.unpack_from("<H", book, dresses[15])
    struct.pack_into("<HH", book, fonts[font - (font > 4)] + 2, flags, colour)
    (border,) = struct.unpack_from("<I", book, dresses[15] + 14)
    struct.pack_into("<I", book, dresses[15] + 14, border & 0x03FFFFFF | fill << 26)


@pytest.mark.parametrize(
    ("look", "seen"),
    [({"flags": 8}, False), ({"colour": 9}, False), ({"colour": 9, "fill": 1}, True), ({"colour": 10}, True)],
)
def test_cells_of_an_old_sheet_that_nobody_sees_are_not_read(look: dict[str, int], seen: bool) -> None:
    content = _change_stream("danh-muc.xls", "Workbook", lambda book: _dress_font(book, **look))
    text = _read(content, "danh-muc.xls").text
    assert ("Găng tay khám" in text) is seen
    assert ("1200" in text) is seen


def _open_sheet(letters: str, cell: str = "", said: str = "{}") -> bytes:
    """The sample of a sheet with these properties on the letters of its goods, or on a part of them."""
    style = (
        f'<style:style style:name="x" style:family="table-cell"><style:table-cell-properties {cell}/>'
        f"<style:text-properties {letters}/></style:style>"
    )
    old, goods = io.BytesIO((_FILES / "danh-muc.ods").read_bytes()), "<text:p>Găng tay khám, cỡ M</text:p>"
    new = io.BytesIO()
    with zipfile.ZipFile(old) as source, zipfile.ZipFile(new, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "content.xml":
                text = part.decode().replace("</office:automatic-styles>", f"{style}</office:automatic-styles>")
                before, after = text.split(goods)
                opening, _, attributes = before.rpartition("<table:table-cell ")
                dress = "" if said != "{}" else 'table:style-name="x" '
                text = f"{opening}<table:table-cell {dress}{attributes}{said.format(goods)}{after}"
                part = text.encode()
            target.writestr(name, part)
    return new.getvalue()


@pytest.mark.parametrize(
    ("letters", "cell", "seen"),
    [
        ('style:text-line-through-style="solid"', "", False),
        ('text:display="none"', "", False),
        ('fo:color="#FFFFFF"', "", False),
        ('fo:color="#ffffff"', 'fo:background-color="#1f4e78"', True),
        ('fo:color="#ff0000"', "", True),
    ],
)
def test_cells_of_an_open_sheet_that_nobody_sees_are_not_read(letters: str, cell: str, seen: bool) -> None:
    text = _read(_open_sheet(letters, cell), "danh-muc.ods").text
    assert ("Găng tay khám" in text) is seen
    assert "Ống nghiệm EDTA" in text


def test_a_struck_part_of_a_cell_of_an_open_sheet_is_left_out_and_the_rest_is_read() -> None:
    said = '<text:p><text:span text:style-name="x">Găng cũ</text:span> Găng mới</text:p>'
    table = _read(_open_sheet('style:text-line-through-style="solid"', said=said), "danh-muc.ods").tables[0]
    assert table[2][1] == "Găng mới"


@pytest.mark.parametrize(("flags", "warned"), [(0x0008, True), (0x0002, False)])  # struck, italic
def test_a_binary_workbook_whose_fonts_strike_gets_a_warning(flags: int, warned: bool) -> None:
    font = struct.pack("<HH", 220, flags) + bytes(20)
    records = [(0x0263, b"\x01\0\0\0"), (43, font)]  # the beginning of the fonts, then one
    styles = b"".join(
        (bytes([kind]) if kind < 0x80 else struct.pack("<H", kind << 1 & 0xFF00 | kind & 0x7F | 0x80))
        + bytes([len(data)])
        + data
        for kind, data in records
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/styles.bin", styles)
    warnings: list[str] = []
    assert find_unseen(file.getvalue(), warnings.append) == {}
    assert bool(warnings) is warned
