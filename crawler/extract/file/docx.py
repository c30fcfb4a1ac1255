"""Word processing files in XML: DOCX and ODT."""

import io
import re
import zipfile
from collections.abc import Iterator

from lxml import etree

from crawler.extract.document import Content, Table
from crawler.extract.file.numbering import Numbering
from timthau.text.fold import collapse_spaces

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT_W = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_WRITTEN = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_PICTURE = re.compile(r"^word/media/[^/]+\.(?:jpe?g|png|tiff?|bmp)$", re.I)
_MAX_PART = 100_000_000
_MAX_REPEAT = 60


def read_docx(content: bytes) -> Content:
    """Paragraphs and tables of a DOCX file in reading order, with text boxes, without deleted text and comments.

    Raises zipfile.BadZipFile, KeyError or etree.XMLSyntaxError when it is damaged.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        # Its usual name; other programs number it.
        name = next(n for n in archive.namelist() if n.startswith("word/document") and n.endswith(".xml"))
        root = _parse_part(archive, name)
        parts = set(archive.namelist())
        numbering = Numbering()
        if {"word/numbering.xml", "word/styles.xml"} <= parts:
            lists, styles = (_parse_part(archive, f"word/{part}.xml") for part in ("numbering", "styles"))
            numbering = Numbering.parse(lists, styles)
    body = root.find(f"{_W}body")
    if body is None:
        for element in root.iter():
            if isinstance(element.tag, str) and element.tag.startswith(_STRICT_W):
                element.tag = _W + element.tag[len(_STRICT_W) :]
        body = root.find(f"{_W}body")
    return list(_WordReader(numbering).read(body)) if body is not None else []


def read_docx_pictures(content: bytes, *, at_most: int) -> Iterator[bytes]:
    """The larger pictures of a DOCX file, in the order of their numbers: pages that were scanned into it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        found = [i for i in archive.infolist() if _PICTURE.search(i.filename) and 30_000 < i.file_size < _MAX_PART]
        for info in sorted(found, key=lambda i: (len(i.filename), i.filename))[:at_most]:
            yield archive.read(info)


def _parse_part(archive: zipfile.ZipFile, name: str) -> etree._Element:
    if archive.getinfo(name).file_size > _MAX_PART:
        raise MemoryError
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    return etree.fromstring(archive.read(name), parser)


class _WordReader:
    """Reads the blocks of a DOCX file from front to back, counting its lists."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering

    def read(self, parent: etree._Element) -> Iterator[str | Table]:
        for child in parent:
            if child.tag == f"{_W}p":
                yield from self._read_paragraph(child)
            elif child.tag == f"{_W}tbl":
                yield self._read_table(child)
            elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins", f"{_W}smartTag"):
                yield from self.read(child)

    def _read_paragraph(self, paragraph: etree._Element) -> Iterator[str | Table]:
        label = self._numbering.label(paragraph)
        parts: list[str] = [f"{label} "] if label else []
        boxes: list[etree._Element] = []
        stack = list(reversed(paragraph))
        while stack:
            node = stack.pop()
            name = node.tag[len(_W) :] if isinstance(node.tag, str) and node.tag.startswith(_W) else ""
            if name == "t":
                parts.append(node.text or "")
            elif name in _WRITTEN:
                parts.append(_WRITTEN[name])
            elif name == "txbxContent":
                boxes.append(node)
            elif name not in ("delText", "del", "pPr", "rPr", "instrText") and node.tag != _ALTERNATE:
                stack.extend(reversed(node))
        yield from "".join(parts).split("\n")
        for box in boxes:
            yield from self.read(box)

    def _read_table(self, table: etree._Element) -> Table:
        """The rows of a table; merged cells stand in each place they cover (gridSpan, vMerge)."""
        rows: list[tuple[str, ...]] = []
        above: list[str] = []
        for row in _inside(table, f"{_W}tr"):
            cells: list[str] = [""] * _number(row.find(f"{_W}trPr/{_W}gridBefore"), 0)
            for cell in _inside(row, f"{_W}tc"):
                merge = cell.find(f"{_W}tcPr/{_W}vMerge")
                goes_on = merge is not None and merge.get(f"{_W}val", "continue") == "continue"
                text = above[len(cells)] if goes_on and len(cells) < len(above) else _cell_text(self.read(cell))
                cells += [text] * _number(cell.find(f"{_W}tcPr/{_W}gridSpan"), 1)
            above = cells
            rows.append(tuple(cells))
        return tuple(rows)


def _inside(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Rows or cells, also those that a content control or a tracked change wraps."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
            yield from _inside(child, tag)


def _number(element: etree._Element | None, default: int) -> int:
    value = element.get(f"{_W}val", "") if element is not None else ""
    return min(max(int(value), default), _MAX_REPEAT) if value.isdigit() else default


def _cell_text(content: Iterator[str | Table]) -> str:
    return collapse_spaces(
        " ".join(part if isinstance(part, str) else " ".join(map(" ".join, part)) for part in content)
    )


def read_odt(content: bytes) -> Content:
    """Paragraphs and tables of an OpenDocument text in reading order. Raises as `read_docx` does."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        root = _parse_part(archive, "content.xml")
    return list(_read_open_blocks(root))


def _read_open_blocks(parent: etree._Element) -> Iterator[str | Table]:
    for child in parent:
        if child.tag in (f"{_TEXT}p", f"{_TEXT}h"):
            yield _open_text(child)
        elif child.tag == f"{_TABLE}table":
            yield _read_open_table(child)
        elif isinstance(child.tag, str) and child.tag != f"{_TEXT}tracked-changes":
            yield from _read_open_blocks(child)


def _read_open_table(table: etree._Element) -> Table:
    """The rows of a table; a covered cell says what the cell before it or above it says."""
    rows: list[tuple[str, ...]] = []
    for row in table.iter(f"{_TABLE}table-row"):
        cells: list[str] = []
        beside = 0  # covered cells that belong to the last one
        for cell in row:
            if cell.tag == f"{_TABLE}table-cell":
                text = _cell_text(_read_open_blocks(cell))
                beside = _count(cell, "number-columns-spanned") - 1
            elif cell.tag == f"{_TABLE}covered-table-cell":
                above = rows[-1][len(cells)] if rows and len(cells) < len(rows[-1]) else ""
                text, beside = (cells[-1], beside - 1) if beside > 0 and cells else (above, 0)
            else:
                continue
            cells += [text] * _count(cell, "number-columns-repeated")
        rows.append(tuple(cells))
    return tuple(rows)


def _open_text(paragraph: etree._Element) -> str:
    parts: list[str] = []
    for node in paragraph.iter():
        if node.tag == f"{_TEXT}tab":
            parts.append("\t")
        elif node.tag in (f"{_TEXT}line-break", f"{_TEXT}s"):
            parts.append(" ")
        else:
            parts.append(node.text or "")
        if node is not paragraph:
            parts.append(node.tail or "")
    return "".join(parts)


def _count(cell: etree._Element, name: str) -> int:
    value = cell.get(_TABLE + name, "")
    return min(int(value), _MAX_REPEAT) if value.isdigit() else 1
