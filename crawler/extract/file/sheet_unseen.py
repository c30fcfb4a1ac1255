"""What sheets do not show: struck cells and parts of cells, white on white ones, those of an empty format."""

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator

import olefile
import openpyxl
from lxml import etree
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.styles import Color
from openpyxl.worksheet.worksheet import Worksheet

from crawler.extract.file.old_sheet import find_old_unseen
from crawler.extract.file.open_sheet import find_open_unseen

#: Row and column in the sheet, from 0, with what of the cell is seen.
Seen = dict[tuple[int, int], str]

# Fonts of cells, and of parts of what they say.
_PARTS = re.compile(r"xl/(?:styles|sharedStrings|worksheets/[^/]+)\.xml")
_STRIKE = re.compile(rb"<(?:\w+:)?strike\b")
_WHITE = re.compile(rb"<(?:\w+:)?color (?:rgb=\"..FFFFFF\"|theme=\"0\")")
_WORN = re.compile(rb"<(?:\w+:)?c [^>]{0,80}\bs=\"(\d{1,6})\"")
_BINARY_FONT = 43
_NOTHING = ";;;"  # the format of numbers and text that shows neither
#: Bytes of a workbook, unpacked, whose fonts are looked at: these are read cell by cell.
_MOST_BYTES = 30_000_000


def find_unseen(content: bytes, warn: Callable[[str], None]) -> dict[str, Seen]:
    """The cells of each sheet, by its name, that do not show all they say; nothing for other files.

    `warn` is told where there are some and they cannot be told from the others.
    """
    try:
        if content.startswith(olefile.MAGIC):
            return find_old_unseen(content)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if "xl/styles.bin" in archive.namelist() and _strikes(archive.read("xl/styles.bin")):
                warn("letters that are struck, where there are any, were read like others")
            if "content.xml" in archive.namelist():
                small = archive.getinfo("content.xml").file_size <= _MOST_BYTES
                return find_open_unseen(archive) if small else {}
            if not _may_hide(archive):
                return {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that only Excel draws
            book = openpyxl.load_workbook(io.BytesIO(content), data_only=True, rich_text=True)
        return {sheet.title: dict(_find_cells(sheet)) for sheet in book.worksheets}
    except zipfile.BadZipFile:
        return {}
    except Exception:  # noqa: BLE001  # it trips over much that other programs write and other readers understand
        warn("struck or hidden letters were read like others")
        return {}


def _strikes(styles: bytes) -> bool:
    """Whether the styles of a binary workbook (XLSB) have a font that strikes; see [MS-XLSB] 2.4.149 (BrtFont)."""
    position = 0
    while position < len(styles):
        kind, position = _read_number(styles, position)
        size, position = _read_number(styles, position)
        if kind == _BINARY_FONT and size >= 4 and styles[position + 2 : position + 3] and styles[position + 2] & 0x08:
            return True
        position += size
    return False


def _read_number(content: bytes, position: int) -> tuple[int, int]:
    """A number of up to four bytes, seven bits each, and where it ends; the kinds of records keep the flag bits."""
    value = 0
    for place in range(4):
        byte = content[position + place] if position + place < len(content) else 0
        value |= (byte & 0x7F) << (7 * place)
        if not byte & 0x80:
            break
    return value, position + place + 1


def _may_hide(archive: zipfile.ZipFile) -> bool:
    """Whether a workbook has fonts that strike, or wears one as white as paper; most have none."""
    if sum(info.file_size for info in archive.infolist()) > _MOST_BYTES:
        return False
    parts = {name: archive.read(name) for name in archive.namelist() if _PARTS.fullmatch(name)}
    if any(_has(part, _STRIKE, b"strike") for part in parts.values()):
        return True
    styles = parts.pop("xl/styles.xml", b"")
    if _is_white(parts.pop("xl/sharedStrings.xml", b"")):
        return True
    blank = _find_blank(styles) if _is_white(styles) or _NOTHING.encode() in styles else frozenset[int]()
    return bool(blank) and any(int(worn[1]) in blank for part in parts.values() for worn in _WORN.finditer(part))


def _has(part: bytes, sign: re.Pattern[bytes], *words: bytes) -> bool:
    """Whether a part has a sign, which holds one of the words; those are found much faster."""
    return any(word in part for word in words) and sign.search(part) is not None


def _is_white(part: bytes) -> bool:
    return _has(part, _WHITE, b"FFFFFF", b'theme="0"')


def _find_blank(styles: bytes) -> frozenset[int]:
    """The numbers of the styles of cells that have white letters without a fill, or an empty format."""
    tree = etree.fromstring(styles, etree.XMLParser(resolve_entities=False, no_network=True, recover=True))
    if tree is None:
        return frozenset()
    white = {
        str(number)
        for number, font in enumerate(tree.iterfind("{*}fonts/{*}font"))
        if _WHITE.search(etree.tostring(font))
    }
    formats = tree.iterfind("{*}numFmts/{*}numFmt")
    empty = {one.get("numFmtId") for one in formats if one.get("formatCode") == _NOTHING}
    return frozenset(
        number
        for number, dress in enumerate(tree.iterfind("{*}cellXfs/{*}xf"))
        if (dress.get("fontId") in white and dress.get("fillId", "0") == "0") or dress.get("numFmtId") in empty
    )


def _find_cells(sheet: Worksheet) -> Iterator[tuple[tuple[int, int], str]]:
    # Styles of tables and conditions lay colours under cells that name none.
    coloured = bool(sheet.tables) or bool(len(sheet.conditional_formatting))
    for row, cells in enumerate(sheet.iter_rows(min_row=1, min_col=1)):
        for column, cell in enumerate(cells):
            if cell.value is None:
                continue
            paper = not coloured and cell.fill.fill_type is None
            if isinstance(cell.value, CellRichText):
                parts = [
                    part
                    for part in cell.value
                    if not (isinstance(part, TextBlock) and _is_unseen(part.font.strike, part.font.color, paper=paper))
                ]
                if len(parts) < len(cell.value):
                    yield (row, column), "".join(map(str, parts))
            elif _is_unseen(cell.font.strike, cell.font.color, paper=paper) or cell.number_format == _NOTHING:
                yield (row, column), ""


def _is_unseen(strike: bool | None, colour: Color | None, *, paper: bool) -> bool:
    """Whether letters are struck, or as white as the paper that they stand on."""
    white = colour is not None and (
        (colour.type == "rgb" and str(colour.rgb).endswith("FFFFFF"))
        or (colour.type == "theme" and (colour.theme, colour.tint) == (0, 0))
    )
    return bool(strike) or (paper and white)
