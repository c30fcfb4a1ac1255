"""PDF files as they come: what nobody sees, letters without meaning, forms, files in files, cut ones, turned heads."""

import io
from collections.abc import Callable

import pytest
from pypdfium2 import PdfDocument
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable
from reportlab.platypus import Table as Grid

from crawler.extract.document import FileText
from crawler.extract.file.attachments import read_file
from crawler.extract.layout.legibility import is_legible
from crawler.extract.layout.table import join_pages
from tests.site.document_files import HEAD, ROWS, SENTENCE, TABLE, notice_pdf, pdf, workbook

_OLD, _NEW = "17h00 ngày 25/12/2027", "16h30 ngày 13/3/2026"


def _read(content: bytes) -> FileText:
    return read_file(content, filename="tep.pdf", ocr=None)


def _drawn(draw: Callable[[Canvas], None]) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1)
    canvas.setFont("Serif", 12)
    canvas.drawString(72, 700, f"Hạn nộp: {_NEW}")
    draw(canvas)
    canvas.save()
    return file.getvalue()


def _invisible(canvas: Canvas) -> None:
    text = canvas.beginText(72, 650)
    text.setTextRenderMode(3)
    text.textLine(_OLD)
    canvas.drawText(text)


def _white(canvas: Canvas) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(72, 650, _OLD)


def _struck(canvas: Canvas) -> None:
    canvas.drawString(72, 650, _OLD)
    canvas.line(72, 654, 72 + canvas.stringWidth(_OLD, "Serif", 12), 654)


def _beside(canvas: Canvas) -> None:
    canvas.drawString(A4[0] + 40, 650, _OLD)


def _slanted(canvas: Canvas) -> None:
    canvas.translate(100, 400)
    canvas.rotate(45)
    canvas.drawString(0, 0, _OLD)


def _covered(canvas: Canvas) -> None:
    canvas.drawString(72, 650, _OLD)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(60, 640, 300, 30, fill=1, stroke=0)


def _blackened(canvas: Canvas) -> None:
    canvas.drawString(72, 650, _OLD)
    canvas.rect(60, 640, 300, 30, fill=1, stroke=0)


@pytest.mark.parametrize("draw", [_invisible, _white, _struck, _beside, _slanted, _covered, _blackened])
def test_letters_of_a_page_that_nobody_reads_are_left_out(draw: Callable[[Canvas], None]) -> None:
    assert _read(_drawn(draw)).text == f"Hạn nộp: {_NEW}"


def _underlined(canvas: Canvas) -> None:
    canvas.drawString(72, 650, _OLD)
    canvas.line(72, 648.5, 72 + canvas.stringWidth(_OLD, "Serif", 12), 648.5)


def _white_on_blue(canvas: Canvas) -> None:
    canvas.setFillColorRGB(0, 0, 0.6)
    canvas.rect(60, 640, 300, 30, fill=1, stroke=0)
    _white(canvas)


def _marked(canvas: Canvas) -> None:
    canvas.drawString(72, 650, _OLD)
    canvas.setFillColorRGB(1, 1, 0, alpha=0.4)
    canvas.rect(60, 640, 300, 30, fill=1, stroke=0)


def _framed(canvas: Canvas) -> None:
    canvas.drawString(72, 650, _OLD)
    canvas.rect(60, 640, 300, 30, fill=0, stroke=1)


@pytest.mark.parametrize("draw", [_underlined, _white_on_blue, _marked, _framed])
def test_letters_that_are_underlined_or_white_on_a_shade_are_read(draw: Callable[[Canvas], None]) -> None:
    assert _read(_drawn(draw)).text.splitlines() == [f"Hạn nộp: {_NEW}", _OLD]


def _layered(*, shown: bool) -> bytes:
    """A page with a line in a layer, which reportlab cannot write: one font of the standard is enough."""
    stream = (
        b"BT /F 12 Tf 72 700 Td (Han nop 13/3/2026) Tj ET"
        b" /OC /L BDC BT /F 12 Tf 72 650 Td (Han cu 25/12/2027) Tj ET EMC"
    )
    hidden = b"" if shown else b"/OFF [5 0 R]"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [5 0 R] /D << /Order [] %s >> >> >>" % hidden,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F << /Type /Font"
        b" /Subtype /Type1 /BaseFont /Helvetica >> >> /Properties << /L 5 0 R >> >> >>",
        b"<< /Length %d >> stream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /OCG /Name (Cu) >>",
    ]
    parts = b"".join(b"%d 0 obj %s endobj\n" % (number, said) for number, said in enumerate(objects, 1))
    return b"%PDF-1.5\n" + parts + b"trailer << /Root 1 0 R /Size 6 >>\n%%EOF\n"


@pytest.mark.parametrize(
    ("shown", "lines"), [(True, ["Han nop 13/3/2026", "Han cu 25/12/2027"]), (False, ["Han nop 13/3/2026"])]
)
def test_layers_are_read_as_they_are_shown(shown: bool, lines: list[str]) -> None:
    assert _read(_layered(shown=shown)).text.splitlines() == lines


def test_what_is_filled_into_a_form_is_read_where_it_stands() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 650, "Người nhận:")
        canvas.acroForm.textfield(value="Phong Vat tu", x=140, y=645, width=200, height=18, fontSize=11, borderWidth=0)

    assert _read(_drawn(draw)).text.splitlines()[1] == "Người nhận: Phong Vat tu"


def test_files_in_a_pdf_are_read_under_their_names() -> None:
    document = PdfDocument(notice_pdf())
    document.new_attachment("danh-muc.xlsx").set_data(workbook())
    file = io.BytesIO()
    document.save(file)
    read = _read(file.getvalue())
    assert "danh-muc.xlsx" in read.text.splitlines()
    assert read.tables == (TABLE, TABLE)


def _plain_pdf(*objects: bytes, more: bytes = b"") -> bytes:
    """A PDF of one page that says until when, without the table of its parts."""
    said = b"BT /F1 12 Tf 72 700 Td (Deadline: 16:30 13/3/2026) Tj ET"
    font = b"<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
    page = b"<</Type/Page/Parent 9 0 R/MediaBox[0 0 595 842]/Contents 2 0 R/Resources" + font + more + b">>"
    parts = (page, b"<</Length %d>>\nstream\n%s\nendstream" % (len(said), said), *objects)
    return b"%PDF-1.4\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, part) for n, part in enumerate(parts, 1))


def test_a_file_that_is_pinned_to_a_page_is_read() -> None:
    sheet = workbook()
    read = _read(
        _plain_pdf(
            b"<</EF<</F 4 0 R>>/F(danh-muc.xlsx)/UF(danh-muc.xlsx)/Type/Filespec>>",
            b"<</Type/EmbeddedFile/Length %d>>\nstream\n%s\nendstream" % (len(sheet), sheet),
            more=b"/Annots[<</Type/Annot/Subtype/FileAttachment/Rect[9 9 30 30]/FS 3 0 R>>]",
        )
    )
    assert read.text.splitlines()[:2] == ["Deadline: 16:30 13/3/2026", "danh-muc.xlsx"]
    assert read.tables == (TABLE,)


def test_the_pages_of_a_pdf_that_lost_its_root_with_its_end_are_read() -> None:
    read = _read(_plain_pdf() + b"8 0 obj\n<</Ty")
    assert (read.text, read.warning) == ("Deadline: 16:30 13/3/2026", "the file was cut short: its end is missing")


def test_a_pdf_whose_end_is_missing_gives_the_pages_that_are_there() -> None:
    content = notice_pdf()
    read = _read(content[: content.rindex(b"startxref") - 300])
    assert SENTENCE in read.text
    assert read.warning == "the file was cut short: its end is missing"


class _Turned(Flowable):
    """A head that is written upwards in its cell."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def wrap(self, *_: float) -> tuple[float, float]:
        return 14, 70

    def draw(self) -> None:
        self.canv.rotate(90)
        self.canv.setFont("Serif", 10)
        self.canv.drawString(2, -10, self.text)


def test_heads_that_are_written_upwards_are_read() -> None:
    rows = [
        ["STT", "Tên hàng", _Turned("Đơn vị tính"), _Turned("Số lượng")],
        *([a, b[:20], c, d] for a, b, c, d in ROWS),
    ]
    made = Grid(
        rows,
        colWidths=[36, 230, 30, 60],
        style=[("GRID", (0, 0), (-1, -1), 0.5, "black"), ("FONT", (0, 0), (-1, -1), "Serif")],
    )
    assert _read(pdf(made)).tables[0][0] == ("STT", "Tên hàng", "Đơn vị tính", "Số lượng")


def test_a_row_whose_number_stands_in_its_middle_goes_on_over_the_page() -> None:
    before = (HEAD, ("1", "Băng gạc", "Cuộn", "10"), ("", "Máy thở - " + "đáp ứng yêu cầu " * 20, "", ""))
    after = (("2", "- Có pin dự phòng", "Cái", "2"), ("3", "Găng tay", "Hộp", "30"))
    (joined,), _ = join_pages([[before], [after]])
    assert [row[0] for row in joined] == ["STT", "1", "2", "3"]
    assert joined[2][1].startswith("Máy thở")
    assert joined[2][1].endswith("- Có pin dự phòng")


def test_a_heading_at_the_foot_of_a_page_stays_a_row_of_its_own() -> None:
    before = (HEAD, ("1", "Băng gạc", "Cuộn", "10"), ("", "II. Máy móc", "", ""))
    (joined,), _ = join_pages([[before], [(("2", "Máy thở", "Cái", "2"),)]])
    assert [row[1] for row in joined[2:]] == ["II. Máy móc", "Máy thở"]


_PLAIN = (
    "Benh vien Da khoa Song Lam co nhu cau tiep nhan bao gia de tham khao, xay dung gia goi thau mua vat tu y te. " * 3
)
_SHIFTED = "7KkQJ EiR PyL FKjR JLi WKLrW Ey \\ Wr QKm FXQJ FrS kPKk WUmQ WRkQ TXrF vWPz NKjQ GqQJ VDx cWzK fOqm " * 3
_GOOD = (
    "Bệnh viện Đa khoa Sông Lam có nhu cầu tiếp nhận báo giá, gửi kèm thông số kỹ thuật của máy thở chức năng cao. " * 3
)
_ENGLISH = (
    "The hospital invites quotations for the supply of surgical gloves, infusion sets and ventilators as listed below. "
    * 4
)


@pytest.mark.parametrize(
    ("text", "lost", "legible"),
    [
        (_GOOD, 0.0, True),
        (_GOOD, 0.2, False),
        (_PLAIN, 0.0, False),
        (_SHIFTED, 0.0, False),
        (_ENGLISH, 0.0, True),
        ("! \" # $ % & ' ( ) * + , - . / : ; < = > ? @ " * 3, 0.0, False),
        ("1 | Băng gạc | Cuộn | 1.200 | ........ | ........\n" * 3, 0.0, True),
        ("Nguồn điện 220 V, 50 Hz, 10 kg, 20 mm, 30 cm, 5 kPa, 9 mmHg, 100 mL, 3 dB, 60 rpm " * 4, 0.0, True),
    ],
)
def test_letters_without_meaning_are_told_from_text(text: str, lost: float, legible: bool) -> None:
    assert is_legible(text, picture_share=0.0, drawn=lambda: False, lost=lost) is legible
