"""Reading files: every kind by its content, tables as tables, and nothing that a file does brings the reader down."""

import gzip
import io
import os
import random
import re
import signal
import struct
import threading
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.platypus import PageBreak, Spacer

from crawler.extract.document import FileText
from crawler.extract.file import attachments
from crawler.extract.file.attachments import read_file
from crawler.extract.file.filetype import find_media_type
from crawler.extract.limit import Limits
from tests import TESTS
from tests.site.document_files import (
    HEAD,
    ROWS,
    SENTENCE,
    TABLE,
    archive,
    encrypted_pdf,
    joined,
    lying_pdf,
    notice_pdf,
    paragraph,
    pdf,
    rar,
    rtf,
    seven_zip,
    slides,
    table,
    tar,
    turned,
    word,
    workbook,
)
from timthau.errors import DocumentError

_FILES = TESTS / "files"


def _read(content: bytes, filename: str = "tep", **more: object) -> FileText:
    return read_file(content, filename=filename, ocr=None, **more)  # type: ignore[arg-type]


# --- kinds ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (notice_pdf(), "application/pdf"),
        (word(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (rtf(f"{SENTENCE}\\par"), "application/rtf"),
        (f"<html><body><p>{SENTENCE}</p></body></html>".encode(), "text/html"),
        (f"﻿{SENTENCE}".encode(), "text/plain"),
        (SENTENCE.encode("utf-16"), "text/plain"),
        (
            f"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<html><p>{SENTENCE}</p></html>".encode(),
            "message/rfc822",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_files_are_typed_by_content_and_their_text_is_whole(content: bytes, media_type: str) -> None:
    read = _read(content, "sai-ten.xls", declared_type="image/png")
    assert (read.media_type, read.warning) == (media_type, None)
    assert SENTENCE in read.text


@pytest.mark.parametrize("name", ["thu-moi.doc", "thu-moi.odt"])
def test_files_of_other_word_processors_are_read_with_their_tables(name: str) -> None:
    read = read_file(_FILES / name, filename=name)
    assert "Hạn nhận báo giá: trước 16 giờ 00 ngày 05/12/2026, tại Khoa Dược." in read.text.split("\n")
    assert read.text.split("\n")[-1] == "Nơi nhận: như kính gửi."
    assert read.tables == (
        (
            HEAD,
            ("1", "Găng tay khám, cỡ M", "Đôi", "1.200"),
            ("2", "Ống nghiệm EDTA có nắp cao su", "Ống", "15.000"),
        ),
    )


def test_cells_of_old_word_files_that_span_stand_in_each_place() -> None:
    read = read_file(_FILES / "nhieu-cot.doc", filename="nhieu-cot.doc")
    head, below, first, *_, last = read.tables[1]
    assert head == ("STT", "Tên hàng hóa", "Yêu cầu kỹ thuật", "ĐVT", "Số lượng", "Số lượng")
    assert below == ("STT", "Tên hàng hóa", "Yêu cầu kỹ thuật", "ĐVT", "Đợt 1", "Đợt 2")
    assert (first[0], first[4:], last[0], last[4:]) == ("1", ("5", "1.200"), "24", ("235", "1.200"))


@pytest.mark.parametrize("name", ["danh-muc.xls", "danh-muc.ods"])
def test_spreadsheets_of_other_kinds_are_read(name: str) -> None:
    read = read_file(_FILES / name, filename=name)
    assert read.tables[0][1:] == (
        HEAD,
        ("1", "Găng tay khám, cỡ M", "Đôi", "1200"),
        ("2", "Ống nghiệm EDTA", "Ống", "15000,5"),
    )


def test_word_tables_have_merged_cells_in_each_place() -> None:
    import docx

    document = docx.Document()
    made = document.add_table(rows=3, cols=3)
    made.cell(0, 0).merge(made.cell(1, 0)).text = "STT"
    made.cell(0, 1).merge(made.cell(0, 2)).text = "Số lượng"
    made.cell(1, 1).text, made.cell(1, 2).text, made.cell(2, 0).text = "Quý I", "Quý II", "1"
    file = io.BytesIO()
    document.save(file)
    assert _read(file.getvalue()).tables == (
        (("STT", "Số lượng", "Số lượng"), ("STT", "Quý I", "Quý II"), ("1", "", "")),
    )


def test_numbers_that_word_writes_by_itself_are_read() -> None:
    import docx

    document = docx.Document()
    for text in ("Tên đơn vị", "Thời hạn nhận báo giá"):
        document.add_paragraph(text, style="List Number")
    document.add_paragraph("Không đánh số")
    made = document.add_table(rows=0, cols=2)
    for name in ("Găng tay", "Ống nghiệm"):
        cells = made.add_row().cells
        cells[0].paragraphs[0].style, cells[1].text = document.styles["List Number 2"], name
    file = io.BytesIO()
    document.save(file)
    read = _read(file.getvalue())
    assert read.text.split("\n")[:3] == ["1. Tên đơn vị", "2. Thời hạn nhận báo giá", "Không đánh số"]
    assert read.tables == ((("1.", "Găng tay"), ("2.", "Ống nghiệm")),)


def test_spreadsheet_values_are_as_people_see_them() -> None:
    import datetime

    rows = [("Danh mục", None, None), (1, "Cân", 2.5), (2.0, "Máy\nđo", datetime.date(2026, 12, 5)), (None, None, None)]
    read = _read(workbook(rows, merged="A1:C1"))
    assert read.tables == ((("Danh mục", "Danh mục", "Danh mục"), ("1", "Cân", "2,5"), ("2", "Máy đo", "05/12/2026")),)
    assert read.text.split("\n") == [
        "Danh mục",
        "Danh mục | Danh mục | Danh mục",
        "1 | Cân | 2,5",
        "2 | Máy đo | 05/12/2026",
    ]


def test_rtf_tables_and_tabbed_lines_are_tables() -> None:
    cells = "".join("\\trowd " + "".join(f"{cell}\\cell " for cell in row) + "\\row\n" for row in TABLE)
    read = _read(rtf(f"M\\'e9mo\\par {cells}\\pard Hết.\\par a\\tab b\\tab c\\par d\\tab e\\tab f\\par"), "mau.doc")
    assert read.tables == (TABLE, (("a", "b", "c"), ("d", "e", "f")))
    assert read.text.split("\n")[0] == "Mémo"


def test_rtf_cells_that_span_stand_in_each_place() -> None:
    def row(cells: str, *texts: str) -> str:
        return f"\\trowd {cells} " + "".join(f"{text}\\cell " for text in texts) + "\\row\n"

    whole = "\\clvmgf\\cellx500 \\cellx1500 \\cellx2500"
    rows = row("\\clvmgf\\cellx500 \\cellx2500", "STT", "Số lượng") + row(
        "\\clvmrg\\cellx500 \\cellx1490 \\cellx2500", "", "Đợt 1", "Đợt 2"
    )
    assert _read(rtf(rows + row(whole, "1", "10", "20"))).tables == (
        (("STT", "Số lượng", "Số lượng"), ("STT", "Đợt 1", "Đợt 2"), ("1", "10", "20")),
    )


def test_archives_name_and_read_their_members() -> None:
    inner = archive({"sau.txt": SENTENCE.encode()})
    read = _read(
        archive({"Thư mời.docx": word(), "phu-luc/Danh mục.xlsx": workbook(), "trong.zip": inner, "a.bin": b"\0\1"})
    )
    lines = read.text.split("\n")
    assert [name for name in ("Thư mời.docx", "Danh mục.xlsx", "trong.zip", "sau.txt") if name in lines] == [
        "Thư mời.docx",
        "Danh mục.xlsx",
        "trong.zip",
        "sau.txt",
    ]
    assert read.tables == (TABLE, TABLE)
    assert read.warning is not None
    assert "a.bin" in read.warning


# --- PDF layouts ------------------------------------------------------------------------------------------------------


def test_wrapped_lines_of_a_pdf_are_made_whole() -> None:
    read = _read(notice_pdf())
    assert read.text.split("\n")[:2] == ["THƯ MỜI BÁO GIÁ", SENTENCE]
    assert read.text.split("\n")[-1] == "Trân trọng."


def test_pages_of_a_pdf_keep_their_borders_empty_ones_and_those_within_a_table_too() -> None:
    rows = [(str(n), f"Kim luồn số {n}", "Cái", "10") for n in range(1, 61)]
    read = _read(joined(pdf(paragraph("Trang đầu")), pdf(), pdf(table([HEAD, *rows])), pdf(paragraph("Trang cuối"))))
    pages = read.paged_text().split("\f")
    assert read.paged_text().replace("\f", "") == read.text
    assert [page.strip() for page in pages[:2]] == ["Trang đầu", ""]
    assert pages[2].startswith("STT")
    assert pages[3].startswith(tuple(str(n) for n in range(20, 50)))
    assert pages[-1] == "Trang cuối"
    assert "\f" not in _read(pdf(paragraph("Một trang"))).paged_text()


@pytest.mark.parametrize(
    "style",
    [
        [("GRID", (0, 0), (-1, -1), 0.5, "black")],
        [("BOX", (0, 0), (-1, -1), 1, "black"), ("INNERGRID", (0, 0), (-1, -1), 0.25, "grey")],
        [("INNERGRID", (0, 0), (-1, -1), 0.5, "black"), ("LINEABOVE", (0, 0), (-1, 0), 0.5, "black")],
        [
            ("LINEBEFORE", (0, 0), (-1, -1), 0.5, "black"),
            ("LINEABOVE", (0, 0), (-1, 1), 0.5, "black"),
            ("LINEAFTER", (-1, 0), (-1, -1), 0.5, "black"),
            ("LINEBELOW", (0, -1), (-1, -1), 0.5, "black"),
        ],
        [("LINEBELOW", (0, 0), (-1, 0), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "TOP")],
        [("VALIGN", (0, 0), (-1, -1), "TOP")],
    ],
    ids=["grid", "box", "no sides", "columns only", "rule under the head", "no lines"],
)
def test_tables_are_read_however_they_are_ruled(style: list[object]) -> None:
    read = _read(
        pdf(
            paragraph(SENTENCE), Spacer(1, 12), table(TABLE, style), Spacer(1, 12), paragraph("2. Địa điểm: Khoa Dược.")
        )
    )
    assert read.tables == (TABLE,)
    assert read.text.split("\n")[-1] == "2. Địa điểm: Khoa Dược."


def test_cells_that_span_stand_in_each_place() -> None:
    rows = (("STT", "Tên", "Số lượng", ""), ("", "", "Đợt 1", "Đợt 2"), ("1", "Găng tay", "10", "20"))
    spans = [
        ("GRID", (0, 0), (-1, -1), 0.5, "black"),
        ("SPAN", (0, 0), (0, 1)),
        ("SPAN", (1, 0), (1, 1)),
        ("SPAN", (2, 0), (3, 0)),
    ]
    assert _read(pdf(table(rows, spans))).tables == (
        (("STT", "Tên", "Số lượng", "Số lượng"), ("STT", "Tên", "Đợt 1", "Đợt 2"), ("1", "Găng tay", "10", "20")),
    )


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_pages_are_read_in_the_direction_of_their_text(degrees: int) -> None:
    assert _read(turned(notice_pdf(), degrees)) == _read(notice_pdf())
    assert _read(lying_pdf(degrees)).tables == (TABLE,)


def test_a_table_that_goes_on_over_pages_is_one() -> None:
    rows = [(str(n), f"Hàng hóa số {n}", "Cái", str(10 * n)) for n in range(1, 81)]
    read = _read(pdf(table([HEAD, *rows], repeat=1)))
    assert read.tables == ((HEAD, *rows),)


def test_a_row_that_goes_on_over_the_page_is_one() -> None:
    first = [HEAD, ("1", "Găng tay khám bệnh", "Hộp", "10")]
    second = [("", "không bột, các cỡ", "", ""), ("2", "Ống nghiệm", "Ống", "5")]
    read = _read(pdf(table(first), PageBreak(), table(second)))
    assert read.tables == (
        (HEAD, ("1", "Găng tay khám bệnh không bột, các cỡ", "Hộp", "10"), ("2", "Ống nghiệm", "Ống", "5")),
    )


def test_letterheads_side_by_side_are_kept_apart() -> None:
    style = [("VALIGN", (0, 0), (-1, -1), "TOP")]
    from reportlab.platypus import Table as Columns

    head = Columns(
        [[paragraph("SỞ Y TẾ"), paragraph("CỘNG HÒA XÃ HỘI")], [paragraph("Số: 12/TB"), paragraph("Bản Nhài, ngày 1")]],
        style=style,
    )
    lines = _read(pdf(head, paragraph("Kính gửi: Quý đơn vị."))).text.split("\n")
    assert lines == ["SỞ Y TẾ | CỘNG HÒA XÃ HỘI", "Số: 12/TB | Bản Nhài, ngày 1", "Kính gửi: Quý đơn vị."]


def test_only_so_many_pages_are_read() -> None:
    pages = [flowable for n in range(6) for flowable in (paragraph(f"Trang số {n}: {SENTENCE}"), PageBreak())]
    read = _read(pdf(*pages), limits=Limits(pages=2))
    assert "Trang số 1" in read.text
    assert "Trang số 2" not in read.text
    assert read.warning == "only the first 2 of 6 pages were read"


# --- damage and malice ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "warning"),
    [
        (b"", "the file is empty"),
        (encrypted_pdf(), "the file is encrypted"),
        (notice_pdf()[:300], "the file is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted files are not read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") * 99, "the file is damaged"),
        (b"Rar!\x1a\x07\x01\x00abc", "the file is damaged"),
        (b"7z\xbc\xaf\x27\x1c" + b"\7" * 99, "the file is damaged"),
        (b"PK\x03\x04garbage", "the file is damaged"),
        (bytes(range(256)) * 20, "files of type application/octet-stream are not read"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "the picture is damaged"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(content: bytes, warning: str) -> None:
    read = _read(content)
    assert read.text == ""
    assert read.warning is not None
    assert read.warning.startswith(warning)
    assert "\n" not in read.warning


@pytest.mark.timeout(20)  # repairing megabytes of noise as text takes minutes
def test_noise_that_is_called_a_page_is_none() -> None:
    noise = random.Random(7).randbytes(3_000_000)
    assert (_read(noise, filename="trang.html").warning or "").startswith("files of type")


def test_a_file_that_is_larger_than_allowed_is_not_read() -> None:
    assert _read(notice_pdf(), limits=Limits(size=1000)).warning == "the file is larger than 0 MB"


def test_a_missing_path_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"none\.pdf"):
        read_file(tmp_path / "none.pdf", filename="none.pdf")


def test_rar_and_7z_archives_give_their_members(tmp_path: Path) -> None:
    members = {"thu-moi.docx": word(), "ghi chú.txt": SENTENCE.encode()}
    for packed in (rar(members), seven_zip(members, tmp_path)):
        read = _read(packed, filename="ho-so.zip")
        assert read.warning is None
        assert read.text.count(SENTENCE) == 2
        assert "ghi chú.txt" in read.text
        assert read.tables


def test_a_rar_archive_that_bursts_or_was_cut_gives_what_stands_before(tmp_path: Path) -> None:
    bomb = seven_zip({"a.txt": SENTENCE.encode(), "b.txt": b"0" * 50_000_000}, tmp_path)
    assert len(bomb) < 100_000
    read = _read(bomb, limits=Limits(size=20_000_000))
    assert (SENTENCE in read.text, read.warning) == (True, "b.txt: too large")
    cut = _read(rar({"a.txt": SENTENCE.encode(), "b.txt": b"0" * 90_000})[:-60_000])
    assert SENTENCE in cut.text
    assert cut.warning is not None
    assert "damaged" in cut.warning


def test_tar_archives_and_packed_files_give_what_is_in_them() -> None:
    members = {
        "ho so/thu-moi.docx": word(),
        "ghi chú.txt": SENTENCE.encode(),
        "trong.tgz": tar({"b": b"1"}, packed=True),
    }
    for packed in (False, True):
        read = _read(tar(members, packed=packed), filename="ho-so.pdf")
        assert (read.warning, read.text.count(SENTENCE), bool(read.tables)) == (None, 2, True)
        assert "thu-moi.docx\n" in read.text
    assert SENTENCE in _read(gzip.compress(word()), filename="thu-moi.docx.gz").text


def test_a_tar_archive_that_bursts_or_was_cut_gives_what_stands_before() -> None:
    bomb = tar({"a.txt": SENTENCE.encode(), "b.txt": b"0" * 50_000_000}, packed=True)
    for content in (bomb, tar({"a.txt": SENTENCE.encode(), "Thumbs.db": b"0" * 99_000_000}, packed=True)):
        read = _read(content, limits=Limits(size=20_000_000))
        assert (SENTENCE in read.text, bool(read.warning)) == (True, True)
    cut = _read(tar({"a.txt": SENTENCE.encode(), "b.txt": b"0" * 90_000}, packed=False)[:-60_000])
    assert (SENTENCE in cut.text, cut.warning) == (True, "…: the file is damaged")
    assert _read(gzip.compress(b"0" * 50_000_000), limits=Limits(size=20_000_000)).warning == "…: too large"
    assert _read(b"\x1f\x8b\x08" + b"\7" * 99).warning == "the file is damaged"


def test_old_letters_are_told_from_those_that_another_encoding_has_at_their_place() -> None:
    letter = (
        "Beänh vieän Phuïc hoài chöùc naêng tænh Quaûng Ngaõi kính môøi quyù coâng ty chaøo giaù, haïn noäp 20/5/2026"
    )
    said = "Bệnh viện Phục hồi chức năng tỉnh Quảng Ngãi kính mời quý công ty chào giá, hạn nộp 20/5/2026"
    assert _read(letter.encode("cp1252"), filename="thu.txt").text == said  # in windows-1258 "õ" is "ơ"


def test_a_page_whose_instructions_are_lost_is_said_to_be_damaged() -> None:
    whole = notice_pdf()
    found = re.search(rb"/Contents (\d+) 0 R", whole)
    assert found is not None
    stream = re.search(rb"\b%b 0 obj.{0,200}?stream\r?\n" % found[1], whole, re.DOTALL)
    assert stream is not None
    gone = whole.replace(found[0], b"/Contents 99 0 R")
    zeroed = whole[: stream.end()] + bytes(60) + whole[stream.end() + 60 :]
    warnings = [_read(content).warning or "" for content in (whole, gone, zeroed, pdf(Spacer(1, 1)))]
    assert ["damaged" in warning for warning in warnings] == [False, True, True, False]


def test_a_sheet_that_makes_its_reader_panic_costs_no_other_member() -> None:
    sheet = (_FILES / "danh-muc.xls").read_bytes()
    read = _read(archive({"a.xls": sheet[:5270], "b.txt": SENTENCE.encode()}))
    assert (SENTENCE in read.text, read.warning) == (True, "a.xls: damaged")


def test_without_bsdtar_a_rar_archive_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    attachments.stop_workers()
    monkeypatch.setenv("PATH", str(tmp_path))
    read = _read(rar({"a.txt": b"a"}))
    attachments.stop_workers()
    assert read.warning == "RAR and 7z archives are not read: bsdtar is not installed"


def test_slides_are_read_in_order() -> None:
    assert _read(slides(SENTENCE, "Trang hai"), filename="a.pptx").text.splitlines() == [SENTENCE, "Trang hai"]


def test_archives_that_burst_are_not_unpacked() -> None:
    bomb = archive({"x.txt": b"0" * 50_000_000})
    read = _read(archive({"ok.txt": SENTENCE.encode(), "bom.zip": bomb}), limits=Limits(size=20_000_000))
    assert SENTENCE in read.text
    assert read.warning == "x.txt: too large"


def test_a_member_that_lies_about_its_size_is_not_unpacked() -> None:
    content = bytearray(archive({"x.txt": b"0" * 5_000_000}))
    at = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, at + 24, 100)
    assert "0000" * 100 not in _read(bytes(content)).text


def test_archives_in_archives_end_somewhere() -> None:
    content = SENTENCE.encode()
    for depth in range(6):
        content = archive({f"{depth}.zip" if depth else "x.txt": content})
    assert "it lies too deep in other files" in str(_read(content).warning)


def test_word_files_that_burst_are_not_unpacked() -> None:
    file = io.BytesIO(word())
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as made, pytest.warns(UserWarning, match="Duplicate"):
        made.writestr("word/document.xml", b" " * 150_000_000)
    read = _read(file.getvalue())
    assert read.warning == "reading it takes too much memory"


def test_entities_of_word_files_are_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("mật khẩu")
    document = f'<!DOCTYPE x [<!ENTITY a SYSTEM "file://{secret}">]><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&a;xong</w:t></w:r></w:p></w:body></w:document>'
    read = _read(archive({"word/document.xml": document.encode()}))
    assert "mật khẩu" not in read.text


def test_a_reader_that_hangs_is_stopped_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "_GRACE", 0.2)
    attachments.stop_workers()
    assert _read(notice_pdf()).warning is None
    worker = attachments._idle[-1]
    os.kill(worker.pid, signal.SIGSTOP)
    assert _read(notice_pdf(), limits=Limits(seconds=0.2)).warning == "reading it took too long"
    assert _read(notice_pdf()).warning is None
    assert attachments._idle[-1].pid != worker.pid


def test_a_reader_that_dies_is_replaced() -> None:
    _read(notice_pdf())
    os.kill(attachments._idle[-1].pid, signal.SIGKILL)
    time.sleep(0.1)  # the signal takes a moment
    first, second = _read(notice_pdf()), _read(notice_pdf())
    assert first.warning is None or "failed" in first.warning or "could not" in first.warning
    assert second.warning is None


def test_memory_is_bounded() -> None:
    read = _read(workbook([(f"Hàng {n} " * 40,) for n in range(20_000)]), limits=Limits(memory_mb=300))
    assert read.warning is not None
    assert _read(workbook(), limits=Limits(memory_mb=1500)).warning is None


def test_files_are_read_from_several_threads_at_once() -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(_read(word()).text)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert all(SENTENCE in text for text in found)


_SAMPLES = (
    notice_pdf(),
    word(),
    workbook(),
    rtf(SENTENCE),
    rar({"a.txt": SENTENCE.encode(), "b.docx": word()}),
    (_FILES / "thu-moi.doc").read_bytes(),
    (_FILES / "danh-muc.xls").read_bytes(),
    (_FILES / "thu-moi.odt").read_bytes(),
    joined(notice_pdf(), notice_pdf()),
)


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from(_SAMPLES), st.floats(0, 1), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=12)
)
def test_cut_and_flipped_files_never_raise(sample: bytes, cut: float, flips: list[tuple[float, int]]) -> None:
    content = bytearray(sample[: int(len(sample) * cut) if cut < 0.8 else None])
    for where, value in flips:
        if content:
            content[min(int(where * len(content)), len(content) - 1)] = value
    read = _read(bytes(content))
    assert read.text or read.warning


@pytest.mark.parametrize("content", [word(), workbook()], ids=["DOCX", "XLSX"])
def test_an_office_file_whose_end_is_missing_is_read_as_far_as_it_goes(content: bytes) -> None:
    whole, cut = _read(content), _read(content[: content.rindex(b"PK\x01\x02") + 10])
    assert (cut.text, cut.tables, cut.media_type) == (whole.text, whole.tables, whole.media_type)
    assert (whole.warning, cut.warning) == (None, "the file was cut short: its end is missing")


def test_what_an_archive_holds_before_its_missing_end_is_read() -> None:
    noise = random.Random(1).randbytes(5000)
    read = _read(archive({"thu-moi.docx": word(), "anh.bin": noise})[:-4000])
    assert SENTENCE in read.text
    assert "the file was cut short: its end is missing" in (read.warning or "")


def test_a_packed_name_of_the_type_that_is_damaged_is_no_error() -> None:
    content = archive({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"})
    at = content.index(b"mimetype") + len("mimetype")
    assert _read(content[:at] + bytes([0xFF] * 8) + content[at + 8 :]).warning


@given(st.binary(max_size=300))
def test_any_bytes_have_a_type(content: bytes) -> None:
    assert "/" in find_media_type(content, filename="x", declared="")


def test_rows_of_a_table_are_lines_of_the_text() -> None:
    lines = _read(word()).text.split("\n")
    assert lines[2:] == [" | ".join(row) for row in (HEAD, *ROWS)] + ["Trân trọng."]
