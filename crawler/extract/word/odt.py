"""OpenDocument texts (ODT): paragraphs and tables as their pages show them."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml import etree

from crawler.extract.document import Content, Table
from crawler.extract.word.docx import parse_xml, read_part
from crawler.extract.word.wordml import join_cell

_SPACE = "{urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _TABLE, _STYLE, _OFFICE = (f"{_SPACE}{name}:1.0}}" for name in ("text", "table", "style", "office"))
_FO = f"{_SPACE}xsl-fo-compatible:1.0}}"
# What makes the styles worth reading, beside letters that are struck or hidden.
_HEADS = (b"<style:header>", b"<style:header ", b"<style:footer>", b"<style:footer ")
# Each with the sign that is looked for first, which is faster.
_UNSEEN = (
    (b"line-through-", re.compile(rb"line-through-(?:style|type)=.(?!none)")),
    (b"none", re.compile(rb"display=.none")),
    (b"fo:color", re.compile(rb"fo:color=.#[fF]{3}")),  # to ignore case takes ten times as long
    (b"fo:font-size", re.compile(rb"fo:font-size=.[0-2](?:\.\d+)?pt")),
)
_TINY = re.compile(r"[0-2](?:\.\d+)?pt")
# Names of elements, put together once: they are asked at every step.
_PARAGRAPHS = frozenset((f"{_TEXT}p", f"{_TEXT}h"))
_BOX = f"{_SPACE}drawing:1.0}}text-box"
_GRID, _ROW, _CELL, _COVERED = (
    f"{_TABLE}{name}" for name in ("table", "table-row", "table-cell", "covered-table-cell")
)
_TAB, _SPAN, _BREAKS = f"{_TEXT}tab", f"{_TEXT}span", frozenset((f"{_TEXT}line-break", f"{_TEXT}s"))
_DISPLAY, _VISIBILITY, _STYLE_NAME = f"{_TEXT}display", f"{_TABLE}visibility", f"{_TEXT}style-name"
_MAX_REPEAT = 60
# What is no text of the page: remarks, what was deleted, what is shown on a condition only.
_SILENT = frozenset(
    (
        *(f"{_OFFICE}{name}" for name in ("annotation", "annotation-end", "forms")),
        *(f"{_TEXT}{name}" for name in ("tracked-changes", "hidden-text", "hidden-paragraph", "note-citation")),
        f"{_TEXT}sequence-decls",
    )
)


def read_odt(content: bytes) -> Content:
    """Headers, paragraphs and tables, footers of an OpenDocument text in reading order.

    What is struck, hidden or deleted is left out, and comments are. Raises as `read_docx` does.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        written = read_part(archive, "content.xml")
        styled = read_part(archive, "styles.xml") if "styles.xml" in archive.namelist() else b""
    root = parse_xml(written)
    styles_hide = hides_letters(styled)
    styles = parse_xml(styled) if styles_hide or _has_heads(styled) else None
    roots = [root] if styles is None else [root, styles]
    hides = styles_hide or hides_letters(written)
    unseen, white = (find_styles(roots, says) if hides else frozenset() for says in (says_unseen, says_white))
    reader = OpenReader(unseen, white)
    reader.all_seen = not hides and b"display=" not in written and b"visibility=" not in written and styles is None
    headers, footers = ([*reader.read_each(roots[-1], f"{_STYLE}{name}")] for name in ("header", "footer"))
    body = root.find(f"{_OFFICE}body")
    blocks = [*reader.read(root if body is None else body)]
    return [*headers, *blocks, *footers] if styles is not None else blocks


def _has_heads(styles: bytes) -> bool:
    """Whether the pages of a document have headers or footers; these stand at the end of its styles."""
    pages = max(0, styles.rfind(b"<office:master-styles"))
    return any(styles.find(head, pages) >= 0 for head in _HEADS)


def hides_letters(styles: bytes) -> bool:
    """Whether styles make letters that are not seen; patterns with one beginning each are looked for fast."""
    return any(sign in styles and pattern.search(styles) for sign, pattern in _UNSEEN)


def find_styles(
    roots: list[etree._Element], says: Callable[[etree._Element], bool | None], of: str = "text-properties"
) -> frozenset[str]:
    """The styles of which something holds that they, or those they come from, say of letters (or of cells)."""
    told: dict[str, bool | None] = {}
    parents: dict[str, str] = {}
    for style in (style for root in roots for style in root.iter(f"{_STYLE}style")):
        name = str(style.get(f"{_STYLE}name"))
        properties = style.find(f"{_STYLE}{of}")
        told[name] = says(properties) if properties is not None else None
        if (section := style.find(f"{_STYLE}section-properties")) is not None:
            told[name] = told[name] or section.get(f"{_TEXT}display") == "none"
        parents[name] = str(style.get(f"{_STYLE}parent-style-name", ""))
    unseen = set[str]()
    for name in told:
        above, steps = name, 0
        while told.get(above) is None and above in parents and steps < len(told):
            above, steps = parents[above], steps + 1
        if told.get(above):
            unseen.add(name)
    return frozenset(unseen)


def says_white(properties: etree._Element) -> bool | None:
    """Whether letters are white on no colour of their own."""
    colour = properties.get(f"{_FO}color")
    on_paper = properties.get(f"{_FO}background-color", "transparent") in ("transparent", "#ffffff")
    return colour.lower() == "#ffffff" and on_paper if colour else None


def says_filled(properties: etree._Element) -> bool | None:
    """Whether a cell has a colour of its own under its letters."""
    colour = properties.get(f"{_FO}background-color")
    return colour.lower() not in ("transparent", "#ffffff") if colour else None


def says_unseen(properties: etree._Element) -> bool | None:
    """Whether letters are struck, hidden, or too small to be seen."""
    if _TINY.fullmatch(properties.get(f"{_FO}font-size", "")):
        return True
    lines = [properties.get(f"{_STYLE}text-line-through-{name}") for name in ("style", "type")]
    hidden = properties.get(f"{_TEXT}display")
    if hidden is None and not any(lines):
        return None
    return hidden == "none" or any(line not in (None, "none") for line in lines)


@dataclass
class OpenReader:
    """Reads blocks from front to back, without what their styles strike or hide."""

    unseen: frozenset[str]
    white: frozenset[str]
    all_seen: bool = False  # nothing but remarks and deletions is left out
    cells: int = 0  # in a cell white letters may stand on its colour

    def read_each(self, root: etree._Element, tag: str) -> Iterator[str]:
        """The lines of the elements of this name, each once."""
        blocks = (block for part in root.iter(tag) for block in self.read(part))
        lines = [block if isinstance(block, str) else "\n".join(map(" | ".join, block)) for block in blocks]
        return iter(dict.fromkeys(line for line in lines if line.strip()))

    def read(self, parent: etree._Element) -> Iterator[str | Table]:
        for child in parent:
            if not isinstance(child.tag, str) or self._is_unseen(child):
                continue
            if child.tag in _PARAGRAPHS:
                yield self._read_text(child)
                for box in child.iter(_BOX) if len(child) else ():
                    yield from self.read(box)
            elif child.tag == _GRID:
                yield self._read_table(child)
            else:
                yield from self.read(child)

    def _is_unseen(self, node: etree._Element) -> bool:
        if self.all_seen:
            return node.tag in _SILENT
        hidden = node.get(_DISPLAY) == "none" or node.get(_VISIBILITY) in ("collapse", "filter")
        style = node.get(_STYLE_NAME)
        blank = not self.cells and style in self.white and node.tag == _SPAN
        return hidden or blank or node.tag in _SILENT or style in self.unseen

    def _read_table(self, table: etree._Element) -> Table:
        """The rows of a table; a covered cell says what the cell before it or above it says."""
        rows: list[tuple[str, ...]] = []
        self.cells += 1
        for row in table.iter(_ROW):
            cells: list[str] = []
            beside = 0  # covered cells that belong to the last one
            for cell in row if not self._is_unseen(row) else ():
                if cell.tag == _CELL:
                    text = join_cell(self.read(cell))
                    beside = _count(cell, "number-columns-spanned") - 1
                elif cell.tag == _COVERED:
                    above = rows[-1][len(cells)] if rows and len(cells) < len(rows[-1]) else ""
                    text, beside = (cells[-1], beside - 1) if beside > 0 and cells else (above, 0)
                else:
                    continue
                cells += [text] * _count(cell, "number-columns-repeated")
            if cells:
                rows.append(tuple(cells))
        self.cells -= 1
        return tuple(rows)

    def _read_text(self, node: etree._Element) -> str:
        if not len(node):
            return str(node.text or "")
        parts = [node.text or ""]
        for child in node:
            if child.tag == _TAB:
                parts.append("\t")
            elif child.tag in _BREAKS:
                parts.append(" ")
            elif isinstance(child.tag, str) and not self._is_unseen(child) and not child.tag.endswith("}text-box"):
                parts.append(self._read_text(child))
            parts.append(child.tail or "")
        return "".join(parts)


def _count(cell: etree._Element, name: str) -> int:
    value = cell.get(_TABLE + name, "")
    return min(int(value), _MAX_REPEAT) if value.isdigit() else 1
