"""What XLSX sheets strike out: whole cells, and parts of what a cell says."""

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.worksheet.worksheet import Worksheet

#: Row and column in the sheet, from 0, with what of the cell is not struck.
Struck = dict[tuple[int, int], str]

# Fonts of cells, and of parts of what they say.
_PARTS = re.compile(r"xl/(?:styles|sharedStrings|worksheets/[^/]+)\.xml")
_STRIKE = b"<strike"
#: Bytes of a workbook, unpacked, whose fonts are looked at: these are read cell by cell.
_MOST_BYTES = 30_000_000


def find_struck(content: bytes, warn: Callable[[str], None]) -> dict[str, Struck]:
    """The struck cells of each sheet by its name; nothing for other files, and for those without struck letters.

    `warn` is told where there are some and they cannot be told from the others.
    """
    if not _may_strike(content):
        return {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that only Excel draws
            book = openpyxl.load_workbook(io.BytesIO(content), data_only=True, rich_text=True)
        return {sheet.title: dict(_find_cells(sheet)) for sheet in book.worksheets}
    except Exception:  # noqa: BLE001  # it trips over much that other programs write and other readers understand
        warn("struck letters were read like others")
        return {}


def _may_strike(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(info.file_size for info in archive.infolist()) > _MOST_BYTES:
                return False
            return any(_STRIKE in archive.read(name) for name in archive.namelist() if _PARTS.fullmatch(name))
    except zipfile.BadZipFile:
        return False


def _find_cells(sheet: Worksheet) -> Iterator[tuple[tuple[int, int], str]]:
    for row, cells in enumerate(sheet.iter_rows(min_row=1, min_col=1)):
        for column, cell in enumerate(cells):
            place = (row, column)
            if isinstance(cell.value, CellRichText):
                parts = [part for part in cell.value if not (isinstance(part, TextBlock) and part.font.strike)]
                if len(parts) < len(cell.value):
                    yield place, "".join(map(str, parts))
            elif cell.value is not None and cell.font.strike:
                yield place, ""
