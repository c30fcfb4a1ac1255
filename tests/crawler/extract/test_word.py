"""Word's files in all their forms: headers, chunks, embedded files, one XML file, pages and tables under its names."""

import io

import docx
import pytest

from crawler.extract.document import FileText
from crawler.extract.file.attachments import read_file
from tests.site.document_files import HEAD, ROWS, SENTENCE, TABLE, archive, workbook

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_O = 'xmlns:o="urn:schemas-microsoft-com:office:office"'


def _read(content: bytes, filename: str = "tep.doc") -> FileText:
    return read_file(content, filename=filename, ocr=None)


def test_headers_stand_before_the_text_and_footers_behind_each_once() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "BỆNH VIỆN ĐA KHOA SÔNG LAM"
    document.sections[0].header.add_paragraph("Số: 217/YCBG-BVSL")
    document.sections[0].footer.paragraphs[0].text = "Điện thoại: 0238 3000 000"
    document.add_paragraph(SENTENCE)
    document.add_section()
    document.sections[1].first_page_header.paragraphs[0].text = "Trang đầu không in"
    document.add_paragraph("Trân trọng.")
    file = io.BytesIO()
    document.save(file)
    assert _read(file.getvalue()).text.splitlines() == [
        "BỆNH VIỆN ĐA KHOA SÔNG LAM",
        "Số: 217/YCBG-BVSL",
        SENTENCE,
        "Trân trọng.",
        "Điện thoại: 0238 3000 000",
    ]


def _package(body: str, **parts: tuple[str, bytes]) -> bytes:
    """A DOCX file with a body, and other parts by the ids of their relations."""
    document = f"<w:document {_W} {_R} {_O}><w:body>{body}</w:body></w:document>"
    relations = "".join(
        f'<Relationship Id="{name}" Type="x" Target="{target}"/>' for name, (target, _) in parts.items()
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return archive(
        {
            "word/document.xml": document.encode(),
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{space}">{relations}</Relationships>'.encode(),
            **{f"word/{target}": content for target, content in parts.values()},
        }
    )


def test_a_chunk_in_another_format_stands_in_its_place() -> None:
    chunk = f"<html><body><p>{SENTENCE}</p></body></html>".encode()
    content = _package(
        '<w:p><w:r><w:t>Đầu</w:t></w:r></w:p><w:altChunk r:id="a"/><w:p><w:r><w:t>Cuối</w:t></w:r></w:p>',
        a=("chunk.dat", chunk),
    )
    assert _read(content).text.splitlines() == ["Đầu", SENTENCE, "Cuối"]


def test_an_embedded_sheet_is_read_where_it_stands() -> None:
    body = '<w:p><w:r><w:object><o:OLEObject Type="Embed" r:id="a"/></w:object></w:r></w:p>'
    read = _read(_package(body, a=("embeddings/bang.xlsx", workbook())))
    assert read.tables == (TABLE,)


def test_an_embedded_file_that_is_not_read_is_named() -> None:
    body = '<w:p><w:r><w:t>Xem</w:t></w:r><w:r><w:object><o:OLEObject r:id="a"/></w:object></w:r></w:p>'
    read = _read(_package(body, a=("embeddings/phim.mp4", b"\0\0\0\x18ftypmp42" + bytes(range(256)))))
    assert read.text == "Xem"
    assert str(read.warning).startswith("phim.mp4: ")


_CELLS = "".join(
    f"<w:tr>{''.join(f'<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>' for cell in row)}</w:tr>" for row in TABLE
)


@pytest.mark.parametrize(
    "space",
    ["http://schemas.microsoft.com/office/word/2003/wordml", "http://purl.oclc.org/ooxml/wordprocessingml/main"],
)
def test_one_xml_file_of_word_is_read_with_its_tables(space: str) -> None:
    inner = f"<w:body><w:p><w:r><w:t>{SENTENCE}</w:t></w:r></w:p><w:tbl>{_CELLS}</w:tbl></w:body>"
    if "2003" in space:
        content = f'<?xml version="1.0"?><w:wordDocument xmlns:w="{space}">{inner}</w:wordDocument>'.encode()
    else:
        content = archive({"word/document.xml": f'<w:document xmlns:w="{space}">{inner}</w:document>'.encode()})
    read = _read(content)
    assert read.text.splitlines()[0] == SENTENCE
    assert read.tables == (TABLE,)


def test_a_sheet_in_one_xml_file_is_read_with_merged_cells() -> None:
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    rows = "".join(
        f"<ss:Row>{''.join(f'<ss:Cell><ss:Data ss:Type={chr(34)}String{chr(34)}>{c}</ss:Data></ss:Cell>' for c in row)}"
        "</ss:Row>"
        for row in TABLE
    )
    title = '<ss:Row><ss:Cell ss:MergeAcross="3"><ss:Data ss:Type="String">DANH MỤC</ss:Data></ss:Cell></ss:Row>'
    content = (
        f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><ss:Workbook xmlns:ss="{space}">'
        f'<ss:Worksheet ss:Name="Trang 1"><ss:Table>{title}{rows}</ss:Table></ss:Worksheet></ss:Workbook>'
    )
    assert _read(content.encode(), "danh-muc.xls").tables == ((("DANH MỤC",) * 4, *TABLE),)


@pytest.mark.parametrize("sign", [",", ";"])
def test_rows_that_signs_divide_are_a_table_whatever_their_file_is_called(sign: str) -> None:
    rows = [sign.join(f'"{cell}"' for cell in row) for row in (HEAD, *ROWS)]
    text = "\n".join(["BỆNH VIỆN A", "Kính gửi: các hãng sản xuất, nhà cung cấp, đơn vị thẩm định giá", *rows])
    read = _read(text.encode(), "danh-muc.xls")
    assert read.tables == (TABLE,)
    assert read.text.splitlines()[:2] == [
        "BỆNH VIỆN A",
        "Kính gửi: các hãng sản xuất, nhà cung cấp, đơn vị thẩm định giá",
    ]


def test_prose_with_commas_is_no_table() -> None:
    text = "\n".join(f"Dòng {n}, có hai dấu phẩy, và không là bảng" for n in range(5))
    read = _read(text.encode(), "thu.txt")
    assert (read.text, read.tables) == (text, ())


def test_a_web_archive_has_a_page_for_each_sheet() -> None:
    pages = "".join(
        "--x\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        f"<html><body><p>{text}</p></body></html>\n"
        for text in ("Trang một của bảng", "Trang hai của bảng")
    )
    content = f'Subject: Sổ\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary="x"\n\n{pages}--x--\n'
    assert _read(content.encode(), "so.mht").text.splitlines() == ["Trang một của bảng", "Trang hai của bảng"]


def test_archives_are_read_three_deep() -> None:
    content = SENTENCE.encode()
    for name in ("thu.txt", "trong.zip", "giua.zip"):
        content = archive({name: content})
    read = _read(content, "ngoai.zip")
    assert (read.warning, read.text.splitlines()[-1]) == (None, SENTENCE)


def test_a_picture_of_a_telephone_is_named_as_what_it_is() -> None:
    read = _read(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200), "anh.jpg")
    assert (read.media_type, read.text) == ("image/heic", "")
    assert read.warning == "pictures in HEIC, as telephones take them, are not read"
