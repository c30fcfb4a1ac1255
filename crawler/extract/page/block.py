"""The text of an element block by block, as a reader sees it, with its tables."""

import re
from dataclasses import dataclass, field

from bs4 import Tag
from bs4.element import CData, NavigableString, PageElement

from crawler.extract.document import Table
from crawler.extract.page.sight import is_hidden
from crawler.extract.page.tree import children_named, find_named, has_named

_BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol optgroup option p pre section summary table"
    " tbody td tfoot th thead tr ul".split()
)
_SILENT = frozenset(
    "script style head title select button textarea input iframe object embed video audio map datalist".split()
)
# What an author took back; what takes its place is in `<ins>`, which is read.
_STRUCK = frozenset({"s", "strike", "del"})
_SAID = (NavigableString, CData)
_NUMBER = re.compile(r"\s*(\d{1,4})")
_ADDRESS = re.compile(r"mailto:\s*([\w.+%-]+@[\w.-]+\.\w+)", re.I)
_WHITE = re.compile(r"[ \t\r\n\f]+")
#: A table that spans more than this was made to hurt, or is no table.
_MAX_SPAN = 60
_MAX_CELLS = 40_000


@dataclass(frozen=True, slots=True)
class Block:
    """One block of text; `linked` says how many of its characters are links, `row` is the cells of a table row."""

    text: str
    linked: int = 0
    row: tuple[str, ...] | None = None
    table: int | None = None


@dataclass(slots=True)
class _Cell:
    text: str
    linked: int
    starts: bool = True


@dataclass(slots=True)
class _Reader:
    lines: list[Block] = field(default_factory=list)
    tables: int = 0
    skip: frozenset[int] = frozenset()
    _parts: list[str] = field(default_factory=list)
    _linked: int = 0

    def end_line(self) -> None:
        if self._parts:
            text = _on_one_line("".join(self._parts))
            if text:
                self.lines.append(Block(text, self._linked))
            self._parts, self._linked = [], 0

    def read(self, node: PageElement, linked: bool = False) -> None:
        if isinstance(node, NavigableString):
            if type(node) in _SAID:
                self._parts.append(node)
                self._linked += len(node.strip()) if linked else 0
            return
        assert isinstance(node, Tag)
        name = node.name
        if name == "br":
            self.end_line()
        elif name in _SILENT or name in _STRUCK or id(node) in self.skip or is_hidden(node):
            return
        elif name == "table" and not has_named(node, "table") and not _is_layout(rows := _rows(node)):
            self.end_line()
            self._read_table(node, rows)
        else:
            if name == "a" and isinstance(node.previous_sibling, Tag) and node.previous_sibling.name == "a":
                self._parts.append(" ")  # two buttons in a row are two words
            self._read_children(node, linked or name == "a")

    def _read_children(self, node: Tag, linked: bool) -> None:
        block = node.name in _BLOCKS
        if block:
            self.end_line()
        if node.name == "pre":
            for index, line in enumerate(node.get_text().split("\n")):
                if index:
                    self.end_line()
                self._parts.append(line)
        else:
            for child in node.contents:
                self.read(child, linked)
        if node.name == "a" and (address := _mail_address(node)) and "@" not in node.get_text():
            self._parts.append(f" ({address})")
        if block:
            self.end_line()

    def _read_table(self, table: Tag, rows: list[list[Tag]]) -> None:
        for part in children_named(table, "caption"):
            self._read_children(part, False)
            self.end_line()
        for row in _grid(rows, self.skip):
            cells = tuple(cell.text for cell in row)
            if any(cells):
                shown = " | ".join(cell.text if cell.starts else "" for cell in row).strip(" |")
                self.lines.append(Block(shown, sum(c.linked for c in row), cells, self.tables))
        self.tables += 1


def read_lines(node: Tag, skip: frozenset[int] = frozenset()) -> list[Block]:
    """The lines of an element in reading order; elements whose `id()` is in `skip` are left out.

    Tables that only lay out a page are read like any other block; rows of real ones become one line each.
    """
    reader = _Reader(skip=skip)
    reader.read(node)
    reader.end_line()
    return reader.lines


def _is_layout(rows: list[list[Tag]]) -> bool:
    """Whether a table with none within only places things on the page: in a single column, or a row of blocks."""
    widths = [len(cells) for cells in rows]
    if max(widths, default=0) < 2:
        return True
    return len(rows) == 1 and any(len(find_named(cell, "p", "li", "div")) > 5 for cell in rows[0])


def build_tables(lines: list[Block]) -> tuple[Table, ...]:
    """The tables whose rows are among the lines."""
    tables: dict[int, list[tuple[str, ...]]] = {}
    for line in lines:
        if line.row is not None and line.table is not None:
            tables.setdefault(line.table, []).append(line.row)
    return tuple(tuple(rows) for rows in tables.values())


def _rows(table: Tag) -> list[list[Tag]]:
    return [children_named(row, "td", "th") for row in find_named(table, "tr")]


def _grid(rows: list[list[Tag]], skip: frozenset[int]) -> list[list[_Cell]]:
    """The rows of a table with every cell repeated over the rows and columns that it spans."""
    grid: list[list[_Cell]] = []
    waiting: dict[int, tuple[int, _Cell]] = {}  # column: rows still to cover, and with what
    total = 0
    for cells in rows:
        line: list[_Cell] = []
        pending = iter(cells)
        while total < _MAX_CELLS:
            column = len(line)
            if column in waiting:
                left, cell = waiting.pop(column)
                line.append(cell)
                if left > 1:
                    waiting[column] = (left - 1, cell)
            elif (tag := next(pending, None)) is not None:
                _place(tag, line, waiting, skip)
            elif waiting and max(waiting) > column:
                line.append(_Cell("", 0))
            else:
                break
        total += len(line)
        grid.append(line)
    return grid


def _place(tag: Tag, line: list[_Cell], waiting: dict[int, tuple[int, _Cell]], skip: frozenset[int]) -> None:
    first = _read_cell(tag, skip)
    again = _Cell(first.text, 0, starts=False)
    down = _span(tag, "rowspan")
    for index in range(_span(tag, "colspan")):
        if down > 1:
            waiting[len(line)] = (down - 1, again)
        line.append(first if index == 0 else again)


def _read_cell(tag: Tag, skip: frozenset[int]) -> _Cell:
    if not tag.attrs and len(tag.contents) == 1 and type(tag.contents[0]) in _SAID and id(tag) not in skip:
        return _Cell(_on_one_line(str(tag.contents[0])), 0)  # as most are: there is nothing to look into
    parts = read_lines(tag, skip)
    return _Cell(" ".join(part.text for part in parts), sum(part.linked for part in parts))


def _on_one_line(text: str) -> str:
    if not text.isprintable() or "  " in text:  # a break cannot be printed
        text = _WHITE.sub(" ", text)
    return text.strip(" ")


def _span(tag: Tag, name: str) -> int:
    value = _NUMBER.match(str(tag[name])) if name in tag.attrs else None
    return min(max(int(value[1]), 1), _MAX_SPAN if name == "colspan" else 5_000) if value else 1


def _mail_address(tag: Tag) -> str | None:
    match = _ADDRESS.match(str(tag.get("href", "")))
    return match[1] if match else None
