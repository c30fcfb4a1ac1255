"""PowerPoint files (PPTX): the paragraphs and tables of their slides, in order."""

import io
import re
import zipfile

from lxml import etree

from crawler.extract.document import Content

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml")
_MOST_SLIDES = 500
_MOST_BYTES = 20_000_000


def read_slides(content: bytes) -> Content:
    """The text of every slide; notes for the speaker are left out.

    Raises zipfile.BadZipFile or lxml.etree.XMLSyntaxError when the file is damaged.
    """
    blocks: Content = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        numbers = sorted(int(match[1]) for name in archive.namelist() if (match := _SLIDE.fullmatch(name)))
        for number in numbers[:_MOST_SLIDES]:
            with archive.open(f"ppt/slides/slide{number}.xml") as part:
                tree = etree.fromstring(part.read(_MOST_BYTES), etree.XMLParser(resolve_entities=False))
            blocks += _read_slide(tree)
    return blocks


def _read_slide(tree: etree._Element) -> Content:
    blocks: Content = []
    for node in tree.iter(f"{_DRAWING}p", f"{_DRAWING}tbl"):
        if node.tag == f"{_DRAWING}tbl":
            rows = [tuple(map(_text, row.findall(f"{_DRAWING}tc"))) for row in node.iterfind(f"{_DRAWING}tr")]
            blocks.append(tuple(rows))
        elif next(node.iterancestors(f"{_DRAWING}tbl"), None) is None:
            blocks.append(_text(node))
    return blocks


def _text(node: etree._Element) -> str:
    return " ".join(
        "".join(run.text or "" for run in paragraph.iter(f"{_DRAWING}t")) for paragraph in node.iter(f"{_DRAWING}p")
    )
