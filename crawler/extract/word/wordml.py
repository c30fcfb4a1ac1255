"""The paragraphs and tables of WordprocessingML: what Word keeps in a DOCX file, and in one XML file since 2003."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from crawler.extract.document import Content, Table
from crawler.extract.word.numbering import Numbering
from timthau.text.fold import collapse_spaces

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_WRITTEN = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_OBJECT = "{urn:schemas-microsoft-com:office:office}OLEObject"
# Word 2003 marks what was changed, and what was remarked, by an element of its own.
_AML = "{http://schemas.microsoft.com/aml/2001/core}"
_ANNOTATION = f"{_AML}annotation"
_LIST_TEXT = "{http://schemas.microsoft.com/office/word/2003/auxHint}"
_GONE_ANNOTATIONS = ("Word.Deletion", "Word.Comment")
# What is no text of the document: properties, fields' instructions, what was deleted or moved away.
_SILENT = frozenset(
    (*(W + name for name in ("del", "moveFrom", "delText", "instrText", "pPr", "rPr", "sectPr", "binData")), _ALTERNATE)
)
# What stands around rows and cells: content controls, tracked changes.
_AROUND = frozenset(
    (*(W + name for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml")), _ANNOTATION, f"{_AML}content")
)
_PARAGRAPH, _TABLE, _CHUNK = f"{W}p", f"{W}tbl", f"{W}altChunk"
_PROPERTIES = frozenset(W + name for name in ("pPr", "rPr", "tcPr", "trPr", "tblPr", "tblGrid", "sectPr"))
_UNSEEN = ("strike", "dstrike", "vanish")
_OFF = ("0", "false", "off")
_MAX_REPEAT = 60
#: Half points; smaller letters are there to be found by machines, not to be read.
_LEAST_SIZE = 4


def is_gone(node: etree._Element) -> bool:
    """Whether an element holds nothing that a reader of the document is to see."""
    return node.tag in _SILENT or (node.tag == _ANNOTATION and node.get(f"{W}type") in _GONE_ANNOTATIONS)


def find_unseen_styles(styles: etree._Element) -> frozenset[str]:
    """The styles whose text is struck or hidden, by themselves or by what they are based on."""
    if next(styles.iter(*(W + name for name in _UNSEEN)), None) is None:
        return frozenset()
    known = {str(style.get(f"{W}styleId")): style for style in styles.iterfind(f"{W}style")}

    def is_unseen(name: str, depth: int = 0) -> bool:
        style = known.get(name)
        if style is None or depth > len(known):
            return False
        told = _says_unseen(style.find(f"{W}rPr"))
        based = style.find(f"{W}basedOn")
        return is_unseen(str(based.get(f"{W}val")), depth + 1) if told is None and based is not None else bool(told)

    return frozenset(name for name in known if is_unseen(name))


def _says_unseen(properties: etree._Element | None) -> bool | None:
    """Whether properties of letters strike or hide them; None where they say neither."""
    if properties is None:
        return None
    told = [node.get(f"{W}val") not in _OFF for name in _UNSEEN if (node := properties.find(W + name)) is not None]
    return any(told) if told else None


def _nothing(_: str) -> Content:
    return []


@dataclass
class WordReader:
    """Reads the blocks of a document from front to back, counting its lists.

    `related` reads what stands in another part of the file, by the id of the relation: chunks, embedded files.
    `all_seen` says that no letters are struck or hidden and no cells deleted, so that none need be asked; `labelled`
    that the numbers of lists stand beside their paragraphs.
    """

    numbering: Numbering = field(default_factory=Numbering)
    unseen: frozenset[str] = frozenset()
    related: Callable[[str], Content] = _nothing
    all_seen: bool = False
    labelled: bool = False
    _cells: int = 0  # how many cells lie around what is read

    def read(self, parent: etree._Element) -> Iterator[str | Table]:
        """The paragraphs and tables below an element, in reading order."""
        for child in parent:
            tag = child.tag  # made anew at each look
            if tag == _PARAGRAPH:
                yield from self._read_paragraph(child)
            elif tag == _TABLE:
                yield self._read_table(child)
            elif tag == _CHUNK:
                yield from self.related(str(child.get(f"{R}id")))
            elif tag not in _PROPERTIES and isinstance(tag, str) and not is_gone(child):
                yield from self.read(child)

    def _read_paragraph(self, paragraph: etree._Element) -> Iterator[str | Table]:
        label = _written_label(paragraph) if self.labelled else self.numbering.label(paragraph)
        parts: list[str] = [f"{label} "] if label else []
        boxes: list[etree._Element] = []
        objects: list[str] = []
        stack = list(reversed(paragraph))
        while stack:
            node = stack.pop()
            tag = node.tag
            name = tag[len(W) :] if isinstance(tag, str) and tag.startswith(W) else ""
            if name == "t":
                parts.append(node.text or "")
            elif name in _WRITTEN:
                parts.append(_WRITTEN[name])
            elif name == "txbxContent":
                boxes.append(node)
            elif tag == _OBJECT:
                objects.append(str(node.get(f"{R}id")))
            elif (name == "r" and self.all_seen) or not (
                tag in _PROPERTIES or is_gone(node) or (name == "r" and self._is_unseen(node, paragraph))
            ):
                stack.extend(reversed(node))
        yield from "".join(parts).split("\n")
        for box in boxes:
            yield from self.read(box)
        for name in objects:
            yield from self.related(name)

    def _is_unseen(self, run: etree._Element, paragraph: etree._Element) -> bool:
        """Whether a run of letters is struck, hidden, white on white, or too small to be seen."""
        properties = run.find(f"{W}rPr")
        told = _says_unseen(properties)
        if told is None and self.unseen:
            for style in (run.find(f"{W}rPr/{W}rStyle"), paragraph.find(f"{W}pPr/{W}pStyle")):
                told = told or (style is not None and style.get(f"{W}val") in self.unseen)
        if told or properties is None:
            return bool(told)
        size, colour = properties.find(f"{W}sz"), properties.find(f"{W}color")
        if size is not None and _size(size) <= _LEAST_SIZE:
            return True
        white = colour is not None and str(colour.get(f"{W}val")).upper() == "FFFFFF"
        # On a shade, also that of a table's style, white letters are there to be read.
        shaded = self._cells or any(place.find(f"{W}shd") is not None for place in _shades(properties, paragraph))
        return white and not shaded and properties.find(f"{W}highlight") is None

    def _read_table(self, table: etree._Element) -> Table:
        """The rows of a table; merged cells stand in each place they cover (gridSpan, vMerge)."""
        rows: list[tuple[str, ...]] = []
        above: list[str] = []
        self._cells += 1
        for row in _inside(table, f"{W}tr"):
            told = row.find(f"{W}trPr")
            if told is not None and _first(told, "del", "hidden") is not None:
                continue
            cells: list[str] = [""] * (_number(told.find(f"{W}gridBefore"), 0) if told is not None else 0)
            for cell in _inside(row, f"{W}tc"):
                told = cell.find(f"{W}tcPr")
                merge = told.find(f"{W}vMerge") if told is not None else None
                goes_on = merge is not None and merge.get(f"{W}val", "continue") == "continue"
                if told is not None and not self.all_seen and told.find(f"{W}cellDel") is not None:
                    text = ""
                else:
                    text = above[len(cells)] if goes_on and len(cells) < len(above) else join_cell(self.read(cell))
                cells += [text] * (_number(told.find(f"{W}gridSpan"), 1) if told is not None else 1)
            above = cells
            rows.append(tuple(cells))
        self._cells -= 1
        return tuple(rows)


def _written_label(paragraph: etree._Element) -> str:
    """The number of a list that Word 2003 writes beside the paragraph."""
    label = paragraph.find(f"{W}pPr/{W}listPr/{_LIST_TEXT}t")
    text = str(label.get(f"{_LIST_TEXT}val", "")) if label is not None else ""
    return text if any(map(str.isalnum, text)) else ""


def _shades(properties: etree._Element, paragraph: etree._Element) -> Iterator[etree._Element]:
    yield properties
    told = paragraph.find(f"{W}pPr")
    if told is not None:
        yield told


def _first(properties: etree._Element, *names: str) -> etree._Element | None:
    return next((node for name in names if (node := properties.find(W + name)) is not None), None)


def _inside(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Rows or cells, also those that a content control or a tracked change wraps."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _AROUND and not is_gone(child):
            yield from _inside(child, tag)


def _number(element: etree._Element | None, default: int) -> int:
    value = element.get(f"{W}val", "") if element is not None else ""
    return min(max(int(value), default), _MAX_REPEAT) if value.isdigit() else default


def _size(element: etree._Element) -> int:
    value = element.get(f"{W}val", "")
    return int(value) if value.isdigit() else _LEAST_SIZE + 1


def join_cell(content: Iterator[str | Table]) -> str:
    """What stands in a cell as one line."""
    return collapse_spaces(
        " ".join(part if isinstance(part, str) else " ".join(map(" ".join, part)) for part in content)
    )
