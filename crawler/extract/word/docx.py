"""Files of Word in XML: DOCX with its parts, and the single XML files of Word 2003 and of later ones."""

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from crawler.extract.document import Content
from crawler.extract.word.numbering import Numbering
from crawler.extract.word.wordml import R, W, WordReader, find_unseen_styles

#: Reads a file that lies in another one, by its name and its bytes.
Inner = Callable[[str, bytes], Content]

# Other names of the same elements: those of the strict standard and those of 2003.
_NAMESPACES = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": W[1:-1].encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": R[1:-1].encode(),
    b"http://schemas.microsoft.com/office/word/2003/wordml": W[1:-1].encode(),
    b"<w:vmerge": b"<w:vMerge",
}
_OTHER_NAMES = re.compile(rb"purl\.oclc\.org/ooxml|office/word/2003/wordml")
_PICTURE = re.compile(r"^word/media/[^/]+\.(?:jpe?g|png|tiff?|bmp)$", re.I)
_MAX_PART = 100_000_000
# What letters of a document must have for some of them to be unseen.
_TELLING = re.compile(rb"<w:(?:d?strike|vanish|cellDel)\b|FFFFFF|ffffff|<w:sz w:val=.[1-4][\"']")
_PAGE_PARTS = ("headerReference", "hdr"), ("footerReference", "ftr")


def read_docx(content: bytes, inner: Inner) -> Content:
    """A DOCX file in reading order: headers, paragraphs and tables, notes, footers; text boxes and what is embedded.

    What is struck, hidden or deleted is left out, and comments are. `inner` reads chunks and embedded files.
    Raises zipfile.BadZipFile, KeyError or etree.XMLSyntaxError when it is damaged.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return _Package(archive, inner).read()


def read_word_xml(content: bytes) -> Content:
    """A document that Word saved as one XML file. Raises etree.XMLSyntaxError."""
    root = parse_xml(content)
    body = next(root.iter(f"{W}body"), None)
    styles = next(root.iter(f"{W}styles"), None)
    if body is None:
        return []
    reader = WordReader(unseen=find_unseen_styles(styles) if styles is not None else frozenset(), labelled=True)
    headers, footers = ([*_each_once(reader, root.iter(f"{W}{name}"))] for _, name in _PAGE_PARTS)
    return [*headers, *reader.read(body), *footers]


def is_word_xml(start: bytes) -> bool:
    """Whether an XML file is a document of Word, by its first bytes."""
    return b"office/word/2003/wordml" in start or b"office/2006/xmlPackage" in start


def read_docx_pictures(content: bytes, *, at_most: int) -> Iterator[bytes]:
    """The larger pictures of a DOCX file, in the order of their numbers: pages that were scanned into it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        found = [i for i in archive.infolist() if _PICTURE.search(i.filename) and 30_000 < i.file_size < _MAX_PART]
        for info in sorted(found, key=lambda i: (len(i.filename), i.filename))[:at_most]:
            yield archive.read(info)


def parse_part(archive: zipfile.ZipFile, name: str) -> etree._Element:
    """A part of a file that is a ZIP of XML. Raises KeyError, etree.XMLSyntaxError; MemoryError for a bomb."""
    return parse_xml(read_part(archive, name))


def read_part(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part of a ZIP as it is written. Raises KeyError; MemoryError for a bomb."""
    if archive.getinfo(name).file_size > _MAX_PART:
        raise MemoryError
    return archive.read(name)


def parse_xml(content: bytes) -> etree._Element:
    """A part with the usual names of its elements. Raises etree.XMLSyntaxError."""
    if _OTHER_NAMES.search(content, 0, 20_000):
        for other, usual in _NAMESPACES.items():
            content = content.replace(other, usual)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    return etree.fromstring(content, parser)


@dataclass
class _Package:
    """The parts of a DOCX file, and how they hang together."""

    archive: zipfile.ZipFile
    inner: Inner
    _relations: dict[str, str] = field(init=False)
    _name: str = field(init=False)

    def __post_init__(self) -> None:
        # The document's usual name; other programs number it.
        names = self.archive.namelist()
        self._name = next(n for n in names if n.startswith("word/document") and n.endswith(".xml"))
        self._relations = self._read_relations()

    def _read_relations(self) -> dict[str, str]:
        """The names of the parts that the document refers to, by their ids."""
        folder, name = posixpath.split(self._name)
        listed = f"{folder}/_rels/{name}.rels"
        if listed not in self.archive.namelist():
            return {}
        return {
            str(node.get("Id")): posixpath.normpath(posixpath.join(folder, str(node.get("Target")))).lstrip("/")
            for node in parse_part(self.archive, listed)
            if node.get("TargetMode") != "External"
        }

    def read(self) -> Content:
        written = read_part(self.archive, self._name)
        root = parse_xml(written)
        body = root.find(f"{W}body")
        if body is None:
            return []
        reader = self._make_reader()
        reader.all_seen = not reader.unseen and not _TELLING.search(written)
        headers, footers = ([*_each_once(reader, self._page_parts(body, name))] for name, _ in _PAGE_PARTS)
        blocks = [*headers, *reader.read(body)]
        for name in ("word/footnotes.xml", "word/endnotes.xml"):
            if name in self.archive.namelist():
                blocks += reader.read(parse_part(self.archive, name))
        return [*blocks, *footers]

    def _make_reader(self) -> WordReader:
        parts = set(self.archive.namelist())
        styles = parse_part(self.archive, "word/styles.xml") if "word/styles.xml" in parts else None
        if styles is None:
            return WordReader(related=self._read_related)
        numbering = Numbering()
        if "word/numbering.xml" in parts:
            numbering = Numbering.parse(parse_part(self.archive, "word/numbering.xml"), styles)
        return WordReader(numbering, find_unseen_styles(styles), self._read_related)

    def _page_parts(self, body: etree._Element, name: str) -> Iterator[etree._Element]:
        """The headers or footers that pages show: those of even pages repeat the others, first ones are asked for."""
        seen = set[str]()
        for section in body.iter(f"{W}sectPr"):
            shown = ("default", "first") if section.find(f"{W}titlePg") is not None else ("default",)
            for reference in sorted(section.iterfind(W + name), key=lambda node: node.get(f"{W}type") == "default"):
                part = self._relations.get(str(reference.get(f"{R}id")), "")
                if reference.get(f"{W}type", "default") in shown and part not in seen:
                    seen.add(part)
                    if part in self.archive.namelist():
                        yield parse_part(self.archive, part)

    def _read_related(self, relation: str) -> Content:
        name = self._relations.get(relation, "")
        if name not in self.archive.namelist():
            return []
        return self.inner(posixpath.basename(name), read_part(self.archive, name))


def _each_once(reader: WordReader, parts: Iterator[etree._Element]) -> Iterator[str]:
    """The lines of headers or footers, each once, whatever its section."""
    lines = [
        line
        for part in parts
        for block in reader.read(part)
        for line in ([block] if isinstance(block, str) else [" | ".join(filter(None, row)) for row in block])
    ]
    return iter(dict.fromkeys(line for line in lines if line.strip()))
