"""Small files that swell, or lead in a circle, when they are opened: each must end within the bounds of a reader."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping

from PIL import Image

_MILLION = 1_000_000
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
_CONTENT_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
_PACKAGE = "application/vnd.openxmlformats-officedocument"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
_TITLE = "Thư mời báo giá mua vật tư"


def pack(members: Mapping[str, str | bytes]) -> bytes:
    """A ZIP archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def write_docx(body: str, head: str = "") -> bytes:
    """A document whose XML is given."""
    kind = f"{_PACKAGE}.wordprocessingml.document.main+xml"
    types = f'{_CONTENT_TYPES}<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>'
    text = f'{head}<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'
    return pack({"[Content_Types].xml": types, "word/document.xml": text})


def write_xlsx(rows: str, *, shared: str = "", after: str = "", head: str = "") -> bytes:
    """A workbook of one sheet whose XML is given."""
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    parts = {"workbook.xml": "sheet.main", "worksheets/sheet1.xml": "worksheet", "sharedStrings.xml": "sharedStrings"}
    named = f'<Default Extension="rels" ContentType="{relations}"/>' + "".join(
        f'<Override PartName="/xl/{part}" ContentType="{_PACKAGE}.spreadsheetml.{kind}+xml"/>'
        for part, kind in parts.items()
    )
    book = '<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return pack(
        {
            "[Content_Types].xml": f"{_CONTENT_TYPES}{named}</Types>",
            "_rels/.rels": _relate(officeDocument="xl/workbook.xml"),
            "xl/workbook.xml": f'<workbook xmlns="{space}" xmlns:r="{_RELATED}">{book}',
            "xl/_rels/workbook.xml.rels": _relate(worksheet="worksheets/sheet1.xml", sharedStrings="sharedStrings.xml"),
            "xl/sharedStrings.xml": f'<sst xmlns="{space}">{shared}</sst>',
            "xl/worksheets/sheet1.xml": f"{head}{_SHEET}<sheetData>{rows}</sheetData>{after}</worksheet>",
        }
    )


def _relate(**targets: str) -> str:
    related = (
        f'<Relationship Id="r{number}" Type="{_RELATED}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets.items(), start=1)
    )
    return f"{_RELATIONS}{''.join(related)}</Relationships>"


def write_pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of these objects, the first of them its catalogue."""
    text, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(text))
        text += b"%d 0 obj %s endobj\n" % (number, content)
    listed = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Root 1 0 R/Size %d%s>>startxref %d\n%%%%EOF" % (len(objects) + 1, trailer, len(text))
    return text + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + listed + end


def _stream(content: bytes, said: bytes = b"", *, packed: bool = True) -> bytes:
    content = zlib.compress(content) if packed else content
    said += b"/Filter/FlateDecode" if packed else b""
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), said, content)


_CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
_PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"


def _page(content: bytes, *more: bytes, resources: bytes = b"") -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<<%s>>/Contents 4 0 R>>" % resources
    return write_pdf(_CATALOGUE, _PAGES, page, content, *more)


def _picture(said: bytes, content: bytes) -> bytes:
    """A page that is nothing but a picture."""
    drawn = _stream(b"600 0 0 800 0 0 cm /I Do", packed=False)
    picture = b"<</Type/XObject/Subtype/Image%s/Length %d>>stream\n%s\nendstream" % (said, len(content), content)
    return _page(drawn, picture, resources=b"/XObject<</I 5 0 R>>")


def _png(width: int, height: int) -> bytes:
    """A picture that is larger than its file lets think."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(20 * _MILLION))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _tiff(pages: int) -> bytes:
    first, *others = [Image.new("1", (2000, 2000)) for _ in range(pages)]
    written = io.BytesIO()
    first.save(written, "TIFF", compression="group4", save_all=True, append_images=others)
    return written.getvalue()


def _tiff_loop() -> bytes:
    """A directory of a picture whose next one is itself, of a size that no memory holds."""
    entries = [(256, 4, 4_000_000_000), (257, 4, 4_000_000_000), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8)]
    directory = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + directory + struct.pack("<I", 8)


def _overlapping(members: int) -> bytes:
    """An archive whose members are all one and the same part of it."""
    base = pack({"a.txt": bytes(2 * _MILLION)})
    entry, end = base.index(b"PK\x01\x02"), base.index(b"PK\x05\x06")
    listed = base[entry:end] * members
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, members, members, len(listed), entry, 0)
    return base[:entry] + listed + tail


def _nested(depth: int, width: int) -> bytes:
    inner = pack({f"{number}.txt": bytes(_MILLION) for number in range(20)})
    for _ in range(depth):
        inner = pack({f"{number}.zip": inner for number in range(width)})
    return inner


def _quine() -> bytes:
    """An archive that, opened, gives an archive of the same name with itself in it, as often as one opens it."""
    inner = pack({"r.txt": _TITLE})
    for _ in range(200):
        inner = pack({"r/r.zip": inner})
    return inner


def _tar(members: int) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as archive:
        for number in range(members):
            archive.addfile(tarfile.TarInfo(f"../../{number}.txt"))
    return written.getvalue()


def _ole(fat: int) -> bytes:
    """A compound file whose table of sectors and directory lead to themselves."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<10I", 0, 1, 0, 0, 0x1000, 0, 1, 0, 1, 0)
    return (head + struct.pack("<109I", *[0] * 109))[:512] + struct.pack("<128I", *[fat] * 128) + b"R\0o\0o\0t\0" * 128


def _entities(depth: int) -> str:
    """Entities of XML, each ten times the one before it."""
    names = [f"<!ENTITY a{number} '{f'&a{number - 1};' * 10}'>" for number in range(1, depth)]
    return f"<!DOCTYPE a [<!ENTITY a0 'x'>{''.join(names)}]>"


def _mails(depth: int) -> bytes:
    """A mail in a mail in a mail."""
    text = b"Subject: bao gia\r\n\r\nThu moi bao gia"
    for number in range(depth):
        line = b"b%d" % number
        head = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=%s\r\n\r\n--%s\r\n" % (line, line)
        text = head + b"Content-Type: message/rfc822\r\n\r\n" + text + b"\r\n--%s--\r\n" % line
    return text


def _boundaries() -> bytes:
    head = b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n'
    return head + b"--b\r\nContent-Type: text/html\r\n\r\n<p>a\r\n" * 100_000


def _html(inside: str) -> bytes:
    return f"<html><head><title>{_TITLE}</title></head><body><h1>{_TITLE}</h1>{inside}</body></html>".encode()


def _heic(boxes: int) -> bytes:
    """The container of a picture whose boxes stand in one another."""
    inner = b""
    for _ in range(boxes):
        inner = struct.pack(">I", min(len(inner) + 8, 2**31)) + b"meta" + inner
    return struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic" + inner


def _cells(count: int, text: str) -> str:
    return "".join(
        f'<row r="{number}"><c r="A{number}" t="inlineStr"><is><t>{text}</t></is></c></row>'
        for number in range(1, count + 1)
    )


_ROW = "<w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr>"
_SHARED_CELL = "<c t='s'><v>0</v></c>"
_OBJECTS = b"<</Type/ObjStm/N 100000000/First 9 0 R/Extends 5 0 R/Length 9>>stream\n5 0 6 0  \nendstream"
_JBIG2 = b"\0\0\0\0\x30\0\1\0\0\0\x13" + struct.pack(">4IBH", 2_000_000_000, 2_000_000_000, 0, 0, 0, 0)
_FONT = b"/Font<</F<</Type/Font/Subtype/TrueType/BaseFont/A/FontDescriptor<</Type/FontDescriptor/FontFile2 5 0 R>>>>>>"
_JPX = b"\0\0\0\x0cjP  \r\n\x87\n\xff\x4f\xff\x51\0\x2f\0\0" + struct.pack(
    ">8IH3B", *[2**31 - 1] * 2, *[0] * 2, 1, 1, 0, 0, 1, 7, 1, 1
)

#: By its name, what makes each.
BOMBS: dict[str, Callable[[], bytes]] = {
    "overlapping.zip": lambda: _overlapping(2000),
    "nested.zip": lambda: _nested(6, 8),
    "quine.zip": _quine,
    "names.zip": lambda: pack({"d/" * 2000 + f"{number}.txt": b"x" for number in range(200)}),
    "members.zip": lambda: pack({f"{number}.txt": b"x" for number in range(20_000)}),
    "members.tar.gz": lambda: _tar(20_000),
    "text.gz": lambda: gzip.compress(bytes(300 * _MILLION), 1),
    "text.xz": lambda: lzma.compress(bytes(300 * _MILLION), preset=0),
    "text.bz2": lambda: bz2.compress(bytes(50 * _MILLION), 1),
    "head.7z": lambda: b"7z\xbc\xaf\x27\x1c\0\4" + b"\xff" * 24 + bytes(1000),
    "head.rar": lambda: b"Rar!\x1a\7\1\0" + b"\xff" * 2000,
    "old.rar": lambda: b"Rar!\x1a\7\0" + b"\x33\x92\xb5\xe5\x0a\x01\x05\0\x06\0\5\1\1\0\x80" + b"\xff" * 2000,
    "page-size.pdf": lambda: _page(_stream(b"0 0 99999999 99999999 re f")).replace(b"600 800", b"100000000 100000000"),
    "pages.pdf": lambda: write_pdf(
        _CATALOGUE,
        b"<</Type/Pages/Kids[" + b"3 0 R " * 100_000 + b"]/Count 100000>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>",
        _stream(b"0 0 99 99 re f"),
    ),
    "page-loop.pdf": lambda: write_pdf(_CATALOGUE, b"<</Type/Pages/Parent 2 0 R/Kids[2 0 R 2 0 R]/Count 2>>"),
    "xref-loop.pdf": lambda: (
        write_pdf(_CATALOGUE, _PAGES, b"<</Type/Page/Parent 2 0 R>>", trailer=b"/Prev 9") + b"\nstartxref\n9\n%%EOF"
    ),
    "objects-loop.pdf": lambda: _page(_stream(b"q Q"), _OBJECTS),
    "contents-loop.pdf": lambda: write_pdf(
        _CATALOGUE, _PAGES, b"<</Type/Page/Parent 2 0 R/Contents[4 0 R 4 0 R]>>", b"[4 0 R 4 0 R]"
    ),
    "form-loop.pdf": lambda: _page(
        _stream(b"/X Do /X Do"),
        b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>/Length 11>>stream\n"
        b"/X Do /X Do\nendstream",
        resources=b"/XObject<</X 5 0 R>>",
    ),
    "states.pdf": lambda: _page(_stream(b"q " * 20 * _MILLION)),
    "glyphs.pdf": lambda: _page(
        _stream(b"BT /F 1 Tf (a) Tj ET " * 3 * _MILLION),
        resources=b"/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>",
    ),
    "lines.pdf": lambda: _page(_stream(b"1 2 m 3 4 l S 5 6 m 7 8 l S " * 500_000)),
    "filters.pdf": lambda: _page(_stream(zlib.compress(zlib.compress(bytes(200 * _MILLION))), b"/DecodeParms null")),
    "font.pdf": lambda: _page(_stream(b"BT /F 1 Tf (a) Tj ET"), _stream(b"\0\1\0\0\xff\xff" * 1000), resources=_FONT),
    "picture.pdf": lambda: _picture(
        b"/Width 60000/Height 60000/BitsPerComponent 8/ColorSpace/DeviceRGB/Filter/FlateDecode",
        zlib.compress(bytes(50 * _MILLION)),
    ),
    "jbig2.pdf": lambda: _picture(
        b"/Width 65000/Height 65000/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/JBIG2Decode", _JBIG2
    ),
    "jpx.pdf": lambda: _picture(b"/Width 65000/Height 65000/Filter/JPXDecode", _JPX),
    "nested.docx": lambda: write_docx("<w:tbl><w:tr><w:tc>" * 30_000 + "</w:tc></w:tr></w:tbl>" * 30_000),
    "spans.docx": lambda: write_docx(
        "<w:tbl>" + _ROW.replace("<w:p>", '<w:tcPr><w:gridSpan w:val="100000000"/></w:tcPr><w:p>', 1) * 50 + "</w:tbl>"
    ),
    "rows.docx": lambda: write_docx(f"<w:tbl>{_ROW * _MILLION}</w:tbl>"),
    "entities.docx": lambda: write_docx("<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>", _entities(10)),
    "outside.docx": lambda: write_docx(
        "<w:p><w:r><w:t>&a;</w:t></w:r></w:p>", '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    ),
    "far.xlsx": lambda: write_xlsx('<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>a</t></is></c></row>'),
    "merged.xlsx": lambda: write_xlsx(
        _cells(1, "a"), after="<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 200 + "</mergeCells>"
    ),
    "shared.xlsx": lambda: write_xlsx(
        "".join(f"<row r='{n}'>{_SHARED_CELL * 50}</row>" for n in range(1, 2001)),
        shared=f"<si><t>{'x' * 32_000}</t></si>",
    ),
    "strings.xlsx": lambda: write_xlsx(_cells(1, "a"), shared="<si><t>x</t></si>" * 3 * _MILLION),
    "wide.xlsx": lambda: write_xlsx(_cells(1500, "x" * 30_000)),
    "entities.xlsx": lambda: write_xlsx(_cells(1, "&a9;"), head=_entities(10)),
    "nested.rtf": lambda: b"{\\rtf1 " + b"{" * _MILLION + b"a" + b"}" * _MILLION + b"}",
    "cells.rtf": lambda: b"{\\rtf1 \\trowd" + b"\\cellx9" * 300_000 + b"a\\cell" * 300_000 + b"\\row}",
    "binary.rtf": lambda: b"{\\rtf1 \\bin2000000000 a}",
    "loop.doc": lambda: _ole(0),
    "free.xls": lambda: _ole(0xFFFFFFFF),
    "wide.png": lambda: _png(50_000, 50_000),
    "pages.tiff": lambda: _tiff(60),
    "loop.tiff": _tiff_loop,
    "boxes.heic": lambda: _heic(20_000),
    "line.csv": lambda: b'"' + b"a," * 20 * _MILLION,
    "columns.csv": lambda: b"a,b\n" + b"," * 5 * _MILLION + b"\n",
    "nested.eml": lambda: _mails(400),
    "parts.mht": _boundaries,
    "attributes.html": lambda: _html(f"<p {' '.join(f'a{number}=1' for number in range(_MILLION))}>a</p>"),
    "deep.html": lambda: _html("<div>" * 100_000 + "a"),
    "tables.html": lambda: _html("<table><tr><td>" * 30_000 + "a"),
    "styles.html": lambda: _html(f"<style>{'a{' * 100_000}</style><p style='{'display:none;' * 100_000}'>a"),
    "entities.html": lambda: _html("&amp;" * _MILLION + "&#x1F600;" * 300_000),
    "frames.html": lambda: _html("<iframe src='data:text/html,a'></iframe>" * 100_000),
}
