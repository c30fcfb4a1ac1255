"""What an author struck, hid or deleted is not what a document says, in any format; what was inserted is."""

import io
from collections.abc import Callable
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Color, Font, PatternFill
from openpyxl.worksheet.table import Table

from crawler.extract.document import FileText
from crawler.extract.file.attachments import read_file
from tests.site.document_files import archive

_OLD, _NEW = "17h00 ngày 25/12/2027", "16h30 ngày 13/3/2026"


def _read(content: bytes, filename: str = "tep") -> FileText:
    return read_file(content, filename=filename, ocr=None)


def _save(document: docx.document.Document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _word(*properties: str) -> bytes:
    """A sentence with the old day in a run of these properties, then the new day."""
    document = docx.Document()
    paragraph = document.add_paragraph("Hạn nộp: ")
    run = paragraph.add_run(_OLD)
    for name in properties:
        tag, _, value = name.partition("=")
        element = OxmlElement(f"w:{tag}")
        if value:
            element.set(qn("w:val"), value)
        run._r.get_or_add_rPr().append(element)
    paragraph.add_run(f" {_NEW}")
    return _save(document)


@pytest.mark.parametrize("how", ["strike", "dstrike", "vanish", "strike=1", "color=FFFFFF", "sz=2"])
def test_letters_of_a_word_file_that_nobody_sees_are_not_read(how: str) -> None:
    assert _read(_word(how)).text == f"Hạn nộp: {_NEW}"


@pytest.mark.parametrize("how", ["strike=0", "vanish=false", "color=FF0000", "sz=16", "b"])
def test_letters_of_a_word_file_that_are_seen_are_read(how: str) -> None:
    assert _read(_word(how)).text == f"Hạn nộp: {_OLD} {_NEW}"


def test_a_style_that_strikes_or_hides_counts_with_what_is_based_on_it() -> None:
    document = docx.Document()
    style = document.styles.add_style("Bỏ", 2)
    style.font.strike = True
    child = document.styles.add_style("Bỏ con", 2)
    child.base_style = style
    paragraph = document.add_paragraph("Hạn nộp: ")
    paragraph.add_run(_OLD, style="Bỏ con")
    paragraph.add_run(f" {_NEW}")
    kept = paragraph.add_run(" tại Phòng Vật tư", style="Bỏ con")
    kept.font.strike = False
    assert _read(_save(document)).text == f"Hạn nộp: {_NEW} tại Phòng Vật tư"


def test_white_letters_on_a_shaded_head_of_a_table_are_read() -> None:
    document = docx.Document()
    table = document.add_table(rows=1, cols=2)
    for cell, text in zip(table.rows[0].cells, ("STT", "Tên hàng hóa"), strict=True):
        run = cell.paragraphs[0].add_run(text)
        run.font.color.rgb = docx.shared.RGBColor(255, 255, 255)
    assert _read(_save(document)).tables == ((("STT", "Tên hàng hóa"),),)


def test_changes_of_a_word_file_are_read_as_accepted() -> None:
    document = docx.Document()
    space = nsdecls("w")
    document.element.body.insert(
        0,
        parse_xml(
            f"<w:p {space}><w:r><w:t>Hạn nộp: </w:t></w:r><w:del><w:r><w:delText>{_OLD}</w:delText></w:r></w:del>"
            f"<w:moveFrom><w:r><w:t>{_OLD}</w:t></w:r></w:moveFrom><w:ins><w:r><w:t>{_NEW}</w:t></w:r></w:ins></w:p>"
        ),
    )
    table = document.add_table(rows=3, cols=2)
    for number, row in enumerate(table.rows):
        for cell in row.cells:
            cell.text = f"Hàng {number}"
    table.rows[1]._tr.get_or_add_trPr().append(OxmlElement("w:del"))
    read = _read(_save(document))
    assert read.text.splitlines()[0] == f"Hạn nộp: {_NEW}"
    assert [row[0] for row in read.tables[0]] == ["Hàng 0", "Hàng 2"]


@pytest.mark.parametrize("how", ["strike", "striked1", "v", "deleted"])
def test_letters_of_an_rtf_file_that_nobody_sees_are_not_read(how: str) -> None:
    closed = f"{{\\{how} {_ascii(_OLD)}}} {_ascii(_NEW)}"
    ended = f"\\{how} {_ascii(_OLD)}\\plain  {_ascii(_NEW)}"
    set_back = f"\\{how} {_ascii(_OLD)}\\{how.rstrip('1')}0  {_ascii(_NEW)}"
    for said in (closed, ended, set_back):
        read = _read(f"{{\\rtf1\\ansi H\\u7841?n n\\u7897?p: {said}\\par Xong}}".encode())
        assert read.text.splitlines() == [f"Hạn nộp: {_NEW}", "Xong"]


_COLOURS = "{\\colortbl;\\red0\\green0\\blue0;\\red255\\green255\\blue255;\\red255\\green0\\blue0;}"


@pytest.mark.parametrize("how", ["cf2", "cf2\\b", "fs2"])
def test_white_and_tiny_letters_of_an_rtf_file_are_not_read(how: str) -> None:
    for said in (f"{{\\{how} {_ascii(_OLD)}}}", f"\\{how} {_ascii(_OLD)}\\cf1\\fs24", f"\\{how} {_ascii(_OLD)}\\plain"):
        read = _read(f"{{\\rtf1\\ansi{_COLOURS} N\\u7897?p: {said} {_ascii(_NEW)}\\par Xong}}".encode())
        assert read.text.splitlines() == [f"Nộp: {_NEW}", "Xong"]


@pytest.mark.parametrize(
    "said",
    [
        "{{\\cf2\\highlight3 {0}}}",
        "\\cbpat1\\cf2 {0}\\pard\\cf1",
        "{{\\cf3 {0}}}",
        "\\trowd\\cellx900 \\cf2 {0}\\cell\\row",
    ],
)
def test_letters_of_an_rtf_file_on_a_colour_are_read(said: str) -> None:
    document = f"{{\\rtf1\\ansi{_COLOURS} A\\par {said.format(_ascii(_NEW))}\\par Xong}}"
    assert _NEW in _read(document.encode()).text


def _ascii(text: str) -> str:
    return "".join(c if ord(c) < 128 else f"\\u{ord(c)}?" for c in text)


_ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
    for name, space in (*((one, one) for one in ("office", "style", "text", "table")), ("fo", "xsl-fo-compatible"))
)


def _odt(body: str, styles: str = "") -> bytes:
    content = (
        f"<office:document-content {_ODF}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    return archive({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": content.encode()})


@pytest.mark.parametrize(
    "properties",
    [
        'style:text-line-through-style="solid"',
        'style:text-line-through-type="double"',
        'text:display="none"',
        'fo:color="#FFFFFF"',
        'fo:font-size="1pt"',
    ],
)
def test_letters_of_an_opendocument_text_that_nobody_sees_are_not_read(properties: str) -> None:
    style = f'<style:style style:name="T1"><style:text-properties {properties}/></style:style>'
    child = '<style:style style:name="T2" style:parent-style-name="T1"/>'
    for name in ("T1", "T2"):
        body = f'<text:p>Hạn nộp: <text:span text:style-name="{name}">{_OLD}</text:span>{_NEW}</text:p>'
        assert _read(_odt(body, style + child)).text == f"Hạn nộp: {_NEW}"


def test_white_letters_in_a_cell_of_an_opendocument_text_are_read() -> None:
    style = '<style:style style:name="T1"><style:text-properties fo:color="#ffffff"/></style:style>'
    cell = '<table:table-cell><text:p><text:span text:style-name="T1">STT</text:span></text:p></table:table-cell>'
    assert _read(_odt(f"<table:table><table:table-row>{cell}</table:table-row></table:table>", style)).text == "STT"


def test_remarks_and_deletions_of_an_opendocument_text_are_not_read() -> None:
    body = (
        f"<text:tracked-changes><text:changed-region><text:deletion><text:p>{_OLD}</text:p></text:deletion>"
        f"</text:changed-region></text:tracked-changes><text:p>Hạn nộp: <office:annotation><text:p>{_OLD}</text:p>"
        f'</office:annotation>{_NEW}<text:hidden-text text:string-value="{_OLD}">{_OLD}</text:hidden-text></text:p>'
        f'<text:section text:display="none"><text:p>{_OLD}</text:p></text:section>'
    )
    assert _read(_odt(body)).text == f"Hạn nộp: {_NEW}"


_WORD_2003 = (
    '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
    '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"'
    ' xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint" xmlns:aml="http://schemas.microsoft.com/aml/2001/core">'
    "<w:body><wx:sect>{}</wx:sect></w:body></w:wordDocument>"
)


@pytest.mark.parametrize(
    "said",
    [
        f"<w:r><w:rPr><w:strike/></w:rPr><w:t>{_OLD}</w:t></w:r>",
        f'<aml:annotation w:type="Word.Deletion"><aml:content><w:r><w:delText>{_OLD}</w:delText></w:r></aml:content>'
        "</aml:annotation>",
        f'<aml:annotation w:type="Word.Comment"><aml:content><w:p><w:r><w:t>{_OLD}</w:t></w:r></w:p></aml:content>'
        "</aml:annotation>",
    ],
)
def test_letters_of_a_word_2003_file_that_nobody_sees_are_not_read(said: str) -> None:
    inserted = (
        f'<aml:annotation w:type="Word.Insertion"><aml:content><w:r><w:t>{_NEW}</w:t></w:r></aml:content>'
        "</aml:annotation>"
    )
    paragraph = f"<w:p><w:r><w:t>Hạn nộp: </w:t></w:r>{said}{inserted}</w:p>"
    assert _read(_WORD_2003.format(paragraph).encode(), "thu.doc").text == f"Hạn nộp: {_NEW}"


def _sheet(state: str) -> Callable[[], bytes]:
    def make() -> bytes:
        book = openpyxl.Workbook()
        book.active.append(["Hạn nộp", _NEW])
        hidden = book.create_sheet("Cũ")
        hidden.append(["Hạn nộp", _OLD])
        hidden.sheet_state = state
        file = io.BytesIO()
        book.save(file)
        return file.getvalue()

    return make


def test_merged_cells_of_a_sheet_that_begins_low_stand_where_they_are() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["B3"] = "Danh mục"
    sheet.merge_cells("B3:D3")
    for place, said in {"B4": "Gạc", "C4": "Cái", "D4": "5", "B5": "Kim", "C5": "Hộp", "D5": "7", "D6": "9"}.items():
        sheet[place] = said
    sheet.merge_cells("B5:B6")
    file = io.BytesIO()
    book.save(file)
    assert _read(file.getvalue()).tables == (
        (("Danh mục", "Danh mục", "Danh mục"), ("Gạc", "Cái", "5"), ("Kim", "Hộp", "7"), ("Kim", "", "9")),
    )


@pytest.mark.parametrize("whole", [True, False])
def test_what_a_sheet_strikes_out_is_not_read(whole: bool) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["B3"] = "Hạn nộp:"
    sheet["C3"] = _OLD if whole else CellRichText(TextBlock(InlineFont(strike=True), _OLD), f" {_NEW}")
    sheet["D3"] = _NEW if whole else "(giờ Việt Nam)"
    if whole:
        sheet["C3"].font = Font(strike=True)
    file = io.BytesIO()
    book.save(file)
    text = _read(file.getvalue()).text
    assert _OLD not in text
    assert _NEW in text


_WHITE = Color(rgb="FFFFFFFF")


@pytest.mark.parametrize(
    ("dress", "seen"),
    [
        ({"font": Font(color=_WHITE)}, False),
        ({"font": Font(color=Color(theme=0))}, False),
        ({"number_format": ";;;"}, False),
        ({"font": Font(color=_WHITE), "fill": PatternFill("solid", fgColor="FF1F4E78")}, True),
        ({"font": Font(color="FFFF0000")}, True),
    ],
)
@pytest.mark.parametrize("place", ["B2", "D9"])
def test_white_cells_of_a_sheet_are_not_read(place: str, dress: dict[str, Any], seen: bool) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = f"Hạn nộp: {_NEW}"
    sheet[place] = _OLD
    for name, value in dress.items():
        setattr(sheet[place], name, value)
    file = io.BytesIO()
    book.save(file)
    text = _read(file.getvalue()).text
    assert (_OLD in text) is seen
    assert _NEW in text


def test_white_letters_inside_a_cell_and_white_heads_of_a_table_are_told_apart() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = CellRichText(TextBlock(InlineFont(color=_WHITE), _OLD), f" {_NEW}")
    table = book.create_sheet("Danh mục")
    for row in (("STT", "Tên hàng"), (1, "Gạc")):
        table.append(row)
    for cell in table[1]:
        cell.font = Font(color=_WHITE)
    table.add_table(Table(displayName="DanhMuc", ref="A1:B2"))
    file = io.BytesIO()
    book.save(file)
    read = _read(file.getvalue())
    assert _OLD not in read.text
    assert _NEW in read.text
    assert read.tables[1] == (("STT", "Tên hàng"), ("1", "Gạc"))


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_not_read_and_that_is_said(state: str) -> None:
    read = _read(_sheet(state)())
    assert _OLD not in read.text
    assert read.warning == "a hidden sheet was not read: Cũ"


_SHEET = (
    "<style>/* the old day */ .cu { display: none } .gach, #truoc { text-decoration: line-through !important }"
    " .trang { color: #FFF } .be { font-size: 1px } @media print { .moi { display: none } }"
    " .cu.lai { display: inline } nav .moi { display: none } .tab { display: none }</style>"
)


@pytest.mark.parametrize(
    "how",
    [
        'class="cu"',
        'class="x gach"',
        'id="truoc"',
        'class="trang"',
        'class="be"',
        'style="color: white"',
        'style="color:#c00;background:#c00"',
        'style="font-size:0.1em"',
    ],
)
def test_letters_of_a_page_that_its_own_rules_hide_are_not_read(how: str) -> None:
    page = f"<html>{_SHEET}<p>Hạn nộp: <span {how}>{_OLD}</span> {_NEW}</p></html>"
    assert _read(page.encode(), "trang.html").text == f"Hạn nộp: {_NEW}"


@pytest.mark.parametrize("how", ['class="moi"', 'class="cu lai"', 'class="tab"', 'class="nhan" style="color: #fff"'])
def test_letters_of_a_page_that_are_seen_or_open_at_a_click_are_read(how: str) -> None:
    page = f"<html>{_SHEET}<p>Hạn nộp: <span {how}>{_OLD}</span> {_NEW}</p></html>"
    assert _read(page.encode(), "trang.html").text == f"Hạn nộp: {_OLD} {_NEW}"


def test_white_heads_of_a_table_on_a_page_are_read() -> None:
    head = (
        '<tr style="background:#036"><th style="color:#fff">STT</th><th><font color="white">Tên hàng</font></th></tr>'
    )
    page = f"<html><table>{head}<tr><td>1</td><td>Găng tay</td></tr></table></html>"
    assert _read(page.encode(), "trang.html").tables == ((("STT", "Tên hàng"), ("1", "Găng tay")),)
