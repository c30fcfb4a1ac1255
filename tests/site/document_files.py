"""Files to read in tests, made on the spot: PDFs of every layout, Word files, spreadsheets, archives, scans."""

import io
import struct
import subprocess
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import docx
import numpy as np
import openpyxl
from PIL import Image, ImageFilter
from pypdfium2 import PdfDocument
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

_FONTS = "/usr/share/fonts/truetype/liberation2"
pdfmetrics.registerFont(TTFont("Serif", f"{_FONTS}/LiberationSerif-Regular.ttf"))

HEAD = ("STT", "Tên hàng hóa", "ĐVT", "Số lượng")
ROWS = (
    ("1", "Găng tay khám bệnh không bột, các cỡ, hộp 50 đôi", "Hộp", "1.200"),
    ("2", "Ống nghiệm EDTA có nắp cao su", "Ống", "15.000"),
    ("3", "Kim luồn tĩnh mạch an toàn 22G", "Cái", "3.500"),
)
TABLE = (HEAD, *ROWS)
SENTENCE = (
    "Trung tâm Y tế Bản Nhài kính mời các nhà cung cấp có đủ năng lực gửi báo giá theo các nội dung dưới đây, hồ sơ "
    "nộp tại Khoa Dược trước 16 giờ 00 phút ngày 05 tháng 12 năm 2026, email: duoc.vattu@ttytbannhai.example.vn."
)
GRID = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]

_STYLE = ParagraphStyle("text", fontName="Serif", fontSize=12, leading=15)
_CELL = ParagraphStyle("cell", fontName="Serif", fontSize=10, leading=12)


def paragraph(text: str) -> Flowable:
    return Paragraph(text, _STYLE)


def table(rows: Iterable[Sequence[str]], style: Sequence[object] = GRID, *, repeat: int = 0) -> Flowable:
    cells = [[Paragraph(cell, _CELL) for cell in row] for row in rows]
    return Table(cells, colWidths=[36, 230, 60, 80], style=style, repeatRows=repeat)


def pdf(*story: Flowable, wide: bool = False) -> bytes:
    file = io.BytesIO()
    SimpleDocTemplate(file, pagesize=landscape(A4) if wide else A4, invariant=1).build(list(story) or [Spacer(1, 1)])
    return file.getvalue()


def notice_pdf() -> bytes:
    return pdf(paragraph("THƯ MỜI BÁO GIÁ"), paragraph(SENTENCE), Spacer(1, 12), table(TABLE), paragraph("Trân trọng."))


def turned(content: bytes, degrees: int) -> bytes:
    """The PDF with its pages to be shown turned."""
    document = PdfDocument(content)
    for page in document:
        page.set_rotation(degrees)
    return _save(document)


def lying_pdf(degrees: int) -> bytes:
    """A table on a page whose contents are drawn turned and that is shown turned back, as landscape appendices are."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4)
    canvas.setPageRotation(degrees)
    canvas.rotate(degrees)
    canvas.translate(*{90: (0, -A4[0]), 180: (-A4[0], -A4[1]), 270: (-A4[1], 0)}[degrees])
    made = table(TABLE)
    made.wrapOn(canvas, 500, 400)
    made.drawOn(canvas, 60, 300)
    canvas.save()
    return file.getvalue()


def encrypted_pdf() -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, encrypt="secret")
    canvas.drawString(72, 700, "secret")
    canvas.save()
    return file.getvalue()


def picture_of(content: bytes, *, dpi: int = 150, angle: float = 0.3, kind: str = "JPEG") -> bytes:
    """The first page as a scanner or camera gives it: a little askew, soft, with noise."""
    document = PdfDocument(content)
    page = document[0].render(scale=dpi / 72, grayscale=True).to_pil()
    document.close()
    page = page.rotate(angle, fillcolor=255, resample=Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(0.5))
    pixels = np.asarray(page, dtype=float) * 0.94 + 8 + np.random.default_rng(1).normal(0, 3, (page.height, page.width))
    file = io.BytesIO()
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(file, kind, quality=80)
    return file.getvalue()


def scanned_pdf(*pictures: bytes, text: str = "") -> bytes:
    """Pictures as pages; `text` is drawn small on each, as a signature's stamp is."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4)
    for picture in pictures:
        canvas.drawInlineImage(Image.open(io.BytesIO(picture)), 0, 0, *A4)
        canvas.setFont("Serif", 7)
        canvas.drawString(400, 20, text)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def joined(*parts: bytes) -> bytes:
    """The pages of several PDFs in one."""
    document = PdfDocument.new()
    for part in parts:
        document.import_pages(PdfDocument(part))
    return _save(document)


def _save(document: PdfDocument) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def word(*, rows: Iterable[Sequence[str]] = TABLE) -> bytes:
    document = docx.Document()
    document.add_paragraph("THƯ MỜI BÁO GIÁ")
    document.add_paragraph(SENTENCE)
    made = document.add_table(rows=0, cols=4)
    for row in rows:
        for cell, text in zip(made.add_row().cells, row, strict=True):
            cell.text = text
    document.add_paragraph("Trân trọng.")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def workbook(rows: Iterable[Sequence[object]] = TABLE, *, merged: str | None = None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Danh mục"
    for row in rows:
        sheet.append(list(row))
    if merged:
        sheet.merge_cells(merged)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def archive(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return file.getvalue()


def tar(members: dict[str, bytes], *, packed: bool) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz" if packed else "w") as made:
        for name, content in members.items():
            head = tarfile.TarInfo(name)
            head.size = len(content)
            made.addfile(head, io.BytesIO(content))
    return file.getvalue()


def seven_zip(members: dict[str, bytes], folder: Path) -> bytes:
    """A 7z archive, packed by libarchive in a folder of its own."""
    for name, content in members.items():
        (folder / name).write_bytes(content)
    command = ["bsdtar", "--format", "7zip", "-cf", "-", "-C", str(folder), *members]
    return subprocess.run(command, check=True, capture_output=True).stdout


def rar(members: dict[str, bytes]) -> bytes:
    """A RAR archive (version 4) of members that are stored as they are: free programs write none."""
    parts = [b"Rar!\x1a\x07\x00", _rar_block(0x73, 0, bytes(6))]
    for name, content in members.items():
        coded = name.encode()
        size, crc = len(content), zlib.crc32(content)
        fields = struct.pack("<IIBIIBBHI", size, size, 3, crc, 0, 20, 0x30, len(coded), 0o100644)
        parts += [_rar_block(0x74, 0x8000, fields + coded), content]
    return b"".join([*parts, _rar_block(0x7B, 0x4000, b"")])


def _rar_block(kind: int, flags: int, rest: bytes) -> bytes:
    head = struct.pack("<BHH", kind, flags, 7 + len(rest)) + rest
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head


def slides(*paragraphs: str) -> bytes:
    """The parts of a PPTX file that hold its text, a slide a paragraph."""
    space = "http://schemas.openxmlformats.org/drawingml/2006/main"
    shown = [f'<s xmlns:a="{space}"><a:p><a:r><a:t>{text}</a:t></a:r></a:p></s>' for text in paragraphs]
    named = {f"ppt/slides/slide{number}.xml": slide.encode() for number, slide in enumerate(shown, 1)}
    return archive({"ppt/presentation.xml": b"<p/>", **named})


def rtf(text: str) -> bytes:
    coded = "".join(c if ord(c) < 128 else f"\\u{ord(c)}?" for c in text)
    return b"{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Times;}}" + coded.encode() + b"}"
