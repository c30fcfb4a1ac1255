"""Scans: what Tesseract reads of pages and pictures, page by page, and what happens without it."""

import io
import shutil
import subprocess
from collections.abc import Iterator
from difflib import SequenceMatcher

import docx
import numpy as np
import pytest
from PIL import Image
from pypdfium2 import PdfDocument
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Spacer

from crawler.extract.document import FileText
from crawler.extract.file import attachments
from crawler.extract.file.attachments import read_file
from crawler.extract.layout import picture
from crawler.extract.layout.ink import Grey, take_ink
from crawler.extract.layout.legibility import is_legible
from crawler.extract.layout.ocr import ocr_available
from crawler.extract.layout.picture import PictureError, open_pictures, take_rulings
from crawler.extract.limit import Ocr
from tests.site.document_files import (
    SENTENCE,
    TABLE,
    joined,
    notice_pdf,
    paragraph,
    pdf,
    picture_of,
    scanned_pdf,
    table,
    turned,
)

Colour = tuple[int, int, int]
needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="needs Debian's tesseract-ocr-vie")


@pytest.fixture(scope="module")
def scan() -> bytes:
    return picture_of(notice_pdf())


def _open(content: bytes) -> Grey:
    return next(open_pictures(content))


def _likeness(text: str, other: str) -> float:
    return SequenceMatcher(None, text, other, autojunk=False).ratio()


def _read(content: bytes, ocr: Ocr | None = None) -> FileText:
    return read_file(content, filename="tep", ocr=ocr or Ocr())


@needs_tesseract
def test_a_scanned_page_is_read_with_its_table(scan: bytes) -> None:
    read = _read(scanned_pdf(scan))
    assert (read.ocr, read.warning) == (True, None)
    assert _likeness(read.text, read_file(notice_pdf(), filename="x").text) > 0.95
    assert "trước 16 giờ 00 phút ngày 05 tháng 12 năm 2026" in read.text
    assert [row[3] for row in read.tables[0]] == [row[3] for row in TABLE]
    assert [len(row) for row in read.tables[0]] == [4, 4, 4, 4]


@needs_tesseract
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "GIF", "BMP"])
def test_pictures_of_all_kinds_are_read(kind: str) -> None:
    read = _read(picture_of(pdf(paragraph(SENTENCE)), kind=kind))
    assert read.media_type == f"image/{kind.lower()}"
    assert read.ocr
    assert "năm 2026" in read.text


@needs_tesseract
def test_only_pages_without_text_of_their_own_are_read_by_ocr(scan: bytes) -> None:
    first = pdf(paragraph("Phần chữ có sẵn, số 12/TB-TTYT."), Spacer(1, 9), table(TABLE))
    read = _read(joined(first, scanned_pdf(scan)))
    assert read.ocr
    assert read.text.startswith("Phần chữ có sẵn, số 12/TB-TTYT.")
    assert "THƯ MỜI BÁO GIÁ" in read.text
    assert read.tables[0] == TABLE


@needs_tesseract
def test_the_stamp_of_a_signature_is_not_taken_for_the_text(scan: bytes) -> None:
    read = _read(scanned_pdf(scan, text="Ký bởi: Trung tâm Y tế Bản Nhài, 05/12/2026 10:00:00 +07:00"))
    assert "THƯ MỜI BÁO GIÁ" in read.text


@needs_tesseract
def test_a_page_that_lies_on_its_side_is_turned(scan: bytes) -> None:
    lying = io.BytesIO()
    Image.open(io.BytesIO(scan)).rotate(90, expand=True).save(lying, "PNG")
    assert "THƯ MỜI BÁO GIÁ" in _read(lying.getvalue()).text


@needs_tesseract
def test_pictures_in_a_word_file_without_text_are_read() -> None:
    document = docx.Document()
    document.add_picture(io.BytesIO(picture_of(notice_pdf())))
    file = io.BytesIO()
    document.save(file)
    read = _read(file.getvalue())
    assert read.ocr
    assert "THƯ MỜI BÁO GIÁ" in read.text


@needs_tesseract
def test_scans_that_take_too_long_are_left_with_a_warning(scan: bytes) -> None:
    read = _read(scanned_pdf(scan), Ocr(page_seconds=0.01))
    assert (read.text, read.ocr, read.warning) == ("", False, "a page was not read: it takes too long")


@needs_tesseract
def test_only_so_many_scanned_pages_are_read(scan: bytes) -> None:
    read = _read(scanned_pdf(scan, scan), Ocr(max_pages=1))
    assert read.text.count("THƯ MỜI BÁO GIÁ") == 1
    assert read.warning == "only the first 1 scanned pages were read"


def test_text_pages_need_no_ocr() -> None:
    assert not _read(notice_pdf()).ocr
    assert not _read(turned(notice_pdf(), 90)).ocr


@pytest.fixture
def without_tesseract(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PATH", "/nowhere")
    attachments.stop_workers()
    ocr_available.cache_clear()
    yield
    attachments.stop_workers()
    ocr_available.cache_clear()


def test_without_tesseract_a_scan_gets_a_warning(without_tesseract: None, scan: bytes) -> None:
    assert not ocr_available()
    read = _read(scanned_pdf(scan))
    assert read.text == ""
    assert "Tesseract with Vietnamese is not installed" in str(read.warning)
    assert _read(notice_pdf()).warning is None


def test_a_tesseract_without_vietnamese_does_not_count(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    listed = subprocess.CompletedProcess([], 0, stdout="List of available languages (1):\neng\n", stderr="")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: listed)
    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/tesseract")
    ocr_available.cache_clear()
    assert not ocr_available()
    ocr_available.cache_clear()


def test_without_ocr_a_scan_gets_a_warning(scan: bytes) -> None:
    assert read_file(scanned_pdf(scan), filename="x", ocr=None).warning == "a scan that was not read"


# --- which pages ---


@pytest.mark.parametrize(
    ("text", "picture_share", "drawn", "legible"),
    [
        (SENTENCE, 0.0, False, True),
        (SENTENCE * 3, 1.0, False, True),
        ("", 0.0, False, True),
        ("", 0.9, False, False),
        ("", 0.0, True, False),
        ("Ký bởi: Trung tâm Y tế, 05/12/2026", 1.0, False, False),
        (
            "C(>NG HOA XA H(>I CHU NGHiA VI~T NAM Trung tam Y te kinh moi cac nha cung cap gui bao gia " * 6,
            1.0,
            False,
            False,
        ),
        ("Ïðåäëîæåíèå öåí Ñåãîäíÿ ìû ïðîñèì âàñ " * 5, 0.0, False, False),
        ("The hospital invites suppliers to send quotations for the goods below. " * 9, 0.1, False, True),
    ],
)
def test_pages_whose_text_does_not_say_what_they_show(
    text: str, picture_share: float, drawn: bool, legible: bool
) -> None:
    assert is_legible(text, picture_share=picture_share, drawn=lambda: drawn) is legible


# --- pictures ---------------------------------------------------------------------------------------------------------


def _png(image: Image.Image, **more: object) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", **more)
    return file.getvalue()


def test_pictures_get_the_size_that_text_is_read_at() -> None:
    assert _open(_png(Image.new("L", (825, 1170), 255))).shape == (2340, 1650)
    assert _open(_png(Image.new("RGB", (3300, 4680), "white"))).shape == (2340, 1650)


def test_clear_pictures_are_read_on_white() -> None:
    assert _open(_png(Image.new("RGBA", (1650, 2340), (0, 0, 0, 0)))).min() == 255


def test_pictures_of_cameras_are_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    assert _open(_png(Image.new("L", (2340, 1650), 255), exif=exif)).shape == (2340, 1650)


def test_pictures_that_are_too_large_are_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "MAX_PIXELS", 10_000)
    with pytest.raises(PictureError, match="too large"):
        _open(_png(Image.new("L", (200, 200), 255)))


def test_a_picture_that_is_cut_short_is_damaged() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (300, 300), dtype=np.uint8)
    with pytest.raises(PictureError, match="damaged"):
        _open(_png(Image.fromarray(noise))[:2000])


def test_of_a_photograph_that_was_cut_short_the_upper_part_is_there() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (300, 300), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, "JPEG")
    pages = open_pictures(file.getvalue()[:20_000])
    assert next(pages)[:20].std() > 20
    with pytest.raises(PictureError, match="cut short"):
        next(pages)


def test_lines_of_a_picture_are_found_and_taken_out() -> None:
    page = np.full((600, 800), 250, dtype=np.uint8)
    page[100:102, 50:750] = 30
    page[100:500, 50:53] = 30
    page[300:310, 300:308] = 30  # a letter
    rulings, clean = take_rulings(page)
    assert sorted((r.upright, round(r.at), r.start, r.end) for r in rulings) == [
        (False, 100, 50, 750),
        (True, 51, 100, 500),
    ]
    assert clean[100, 400] == 255
    assert clean[305, 304] == 30


def _in_colour(content: bytes) -> Image.Image:
    document = PdfDocument(content)
    return document[0].render(scale=150 / 72).to_pil().convert("RGB")


def _as_png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("ink", "below"), [((205, 40, 50), (40, 8, 10)), ((20, 30, 120), (4, 6, 24)), ((30, 60, 190), (0, 8, 130))]
)
def test_a_stamp_is_taken_off_and_lines_in_colour_stay(ink: Colour, below: Colour) -> None:
    page = np.full((1200, 900, 3), 255, dtype=np.uint8)
    page[100:104, 100:400] = (200, 30, 40)  # a line of red letters
    page[600:620, 100:800] = 0  # black letters below a stamp
    stamp = np.zeros((1200, 900), dtype=bool)
    stamp[520:720, 300:500] = True
    stamp[530:710, 310:490] = False
    stamped = page.copy()
    stamped[stamp] = ink
    stamped[600:620][stamp[600:620]] = below  # shines through; photographs spread the ink's colour over it
    grey = take_ink(stamped)
    assert grey[102, 200] < 120
    assert grey[525, 400] == 255
    assert grey[610, 305] < 100
    assert grey[610, 150] == 0


@needs_tesseract
def test_all_pages_of_a_tiff_are_read() -> None:
    pages = [
        _in_colour(pdf(paragraph(f"Trang {word}: Bệnh viện kính mời các nhà cung cấp gửi báo giá")))
        for word in ("một", "hai")
    ]
    cut = [page.crop((0, 0, page.width, 400)) for page in pages]
    file = io.BytesIO()
    cut[0].save(file, "TIFF", save_all=True, append_images=cut[1:])
    read = _read(file.getvalue())
    assert "Trang một" in read.text
    assert "Trang hai" in read.text
    assert len(read.page_lines) == 1


@needs_tesseract
@pytest.mark.parametrize("degrees", [90, 270])
def test_a_page_on_either_side_is_turned(degrees: int) -> None:
    page = _in_colour(pdf(paragraph(SENTENCE), paragraph(SENTENCE)))
    part = page.crop((0, 80, page.width, 500)).rotate(degrees, expand=True)
    assert "trước 16 giờ 00 phút ngày 05 tháng 12 năm 2026" in _read(_as_png(part)).text


@needs_tesseract
def test_a_picture_beside_the_text_of_a_page_is_read_too() -> None:
    picture = _in_colour(pdf(table(TABLE))).crop((0, 120, 1240, 420))
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4)
    canvas.setFont("Serif", 12)
    canvas.drawString(72, 780, "Bệnh viện kính mời gửi báo giá theo danh mục dưới đây.")
    canvas.drawInlineImage(picture, 0, 400, A4[0], A4[0] * 300 / 1240)
    canvas.save()
    read = _read(file.getvalue())
    assert read.ocr
    assert read.text.startswith("Bệnh viện kính mời gửi báo giá theo danh mục dưới đây.")
    assert [row[3] for row in read.tables[0]] == [row[3] for row in TABLE]
