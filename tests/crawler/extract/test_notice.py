"""Whole notices from articles and files: the readings in tests/readings, labelled real ones, files, hostile texts."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.document import Article, FileText
from crawler.extract.kind.genre import is_guide
from crawler.extract.notice import read_notice
from crawler.extract.paper import Paper
from tests import TESTS
from tests.quality.extraction import load_floors, measure
from timthau.model.moment import parse_moment
from timthau.model.notice import Attachment, Notice

READINGS = TESTS / "readings"
ABSENT = "-"  # the document does not say


def _load_readings() -> list[Any]:
    """Every reading of tests/readings, named by its file and title."""
    return [
        pytest.param(reading, id=f"{path.stem}: {reading['title'][:60]}")
        for path in sorted(READINGS.glob("*.toml"))
        for reading in tomllib.loads(path.read_text(encoding="utf-8"))["reading"]
    ]


def _article(title: str, text: str, **said: Any) -> Article:
    return Article(url="https://bv.example/tin/1.html", title=title, text=text.strip(), **said)


def _read(article: Article, *files: tuple[Attachment, FileText]) -> Notice | None:
    return read_notice(Paper(article), files, source="bv", source_key="1")


def _file(name: str, text: str, **said: Any) -> tuple[Attachment, FileText]:
    return Attachment(url=f"https://bv.example/{name}", filename=name), FileText(
        media_type="application/pdf", text=text, **said
    )


@pytest.mark.parametrize("reading", _load_readings())
def test_each_reading_gives_what_is_expected_of_it(reading: dict[str, Any]) -> None:
    published = parse_moment(reading["published"]) if "published" in reading else None
    notice = _read(_article(reading["title"], reading["text"], published_at=published))
    said = notice.to_json() if notice else {"kind": None, "contacts": [], "items": []}
    said["deadline_at"] = (said.get("deadline_at") or "")[:16] or None
    said["item_count"] = len(said["items"])
    said["guide"] = is_guide(reading["title"], reading["text"])
    for part in ("phone", "email"):
        said[part] = next((contact[part] for contact in said["contacts"] if contact[part]), None)
    wanted = {field: None if value == ABSENT else value for field, value in reading["expected"].items()}
    assert {field: said.get(field) for field in wanted} == wanted


def test_labelled_notices_are_read_no_worse_than_the_floors(shared: Path) -> None:
    figures = measure(shared / "notices")
    assert {field: figures[field] for field, floor in load_floors().items() if figures[field] < floor} == {}


STUB = _article(
    "Thư mời báo giá mua găng tay", "Bệnh viện Đa khoa Cửa Lò kính mời gửi báo giá. Chi tiết xem tệp đính kèm."
)


def test_fields_that_the_body_lacks_come_from_its_files() -> None:
    letter = "Số: 88/YCBG-BVCL\n4. Thời hạn tiếp nhận báo giá: trước 17h00 ngày 05/3/2024."
    table = "STT | Tên hàng hóa | ĐVT | Số lượng\n1 | Găng tay | Đôi | 500"
    notice = _read(STUB, _file("yeu-cau.pdf", f"{letter}\n{table}"))
    assert notice is not None
    assert (notice.reference_number, notice.to_json()["deadline_at"]) == ("88/YCBG-BVCL", "2024-03-05T17:00:00+07:00")
    assert [(item.name, item.unit, item.quantity) for item in notice.items] == [("Găng tay", "Đôi", 500)]


def test_what_the_body_says_counts_before_what_files_say() -> None:
    article = _article("Thư mời báo giá găng tay", "Thời hạn tiếp nhận báo giá: trước 17h00 ngày 08/3/2024.")
    notice = _read(article, _file("cu.pdf", "Thời hạn tiếp nhận báo giá: trước 17h00 ngày 05/3/2024."))
    assert notice is not None
    assert notice.to_json()["deadline_at"] == "2024-03-08T17:00:00+07:00"


def test_a_page_that_only_names_a_file_is_known_by_the_file() -> None:
    article = _article("Thông báo số 12", "Tải tệp tại đây")
    lines = [
        "YÊU CẦU BÁO GIÁ",
        "1. Đơn vị yêu cầu báo giá: Bệnh viện Nhi Gia Lai",
        "4. Thời hạn nhận báo giá: 9h ngày 2/4/2025",
    ]
    text = "\n".join(lines)
    notice = _read(article, _file("a.pdf", text))
    assert notice is not None
    assert notice.buyer == "Bệnh viện Nhi Gia Lai"


def test_a_recruitment_page_stays_one_whatever_its_files_say() -> None:
    article = _article("Thông báo tuyển dụng kỹ sư", "Xem tệp đính kèm")
    assert _read(article, _file("a.pdf", "YÊU CẦU BÁO GIÁ\nThời hạn tiếp nhận báo giá: trước 9h ngày 2/4/2025")) is None


def test_a_scan_lists_nothing_when_a_written_file_does() -> None:
    table = (("STT", "Tên hàng hóa", "ĐVT", "Số lượng"), ("1", "Bông y tế", "Kg", "20"))
    scan = _file("scan.pdf", "STT Tên hàng hóa ĐVT Số lượng\n1 Bỏng y te Kg 20\n2 Bong Kg 3", ocr=True)
    notice = _read(STUB, scan, _file("danh-muc.xlsx", "", tables=(table,)), _file("b.docx", "x", tables=(table,)))
    assert notice is not None
    assert [item.name for item in notice.items] == ["Bông y tế"]


def test_texts_and_warnings_of_files_stay_with_their_attachments() -> None:
    attachment, text = _file("scan.pdf", "chữ đọc được", ocr=True, warning="2 pages were not read")
    notice = _read(STUB, (attachment, text))
    assert notice is not None
    kept = notice.attachments[0]
    assert (kept.text, kept.ocr, kept.warning, kept.media_type) == (
        "chữ đọc được",
        True,
        "2 pages were not read",
        "application/pdf",
    )


def test_pages_of_a_file_are_kept_apart_and_make_no_new_version() -> None:
    def read(page_lines: tuple[int, ...]) -> Notice:
        file = _file("a.pdf", "Trang đầu\nTrang hai", page_lines=page_lines)
        notice = _read(_article("Yêu cầu báo giá kính hiển vi", "Bệnh viện kính mời các đơn vị gửi báo giá."), file)
        assert notice is not None
        return notice

    assert read((1,)).attachments[0].text == "Trang đầu\n\fTrang hai"
    assert read((1,)).content_hash() == read(()).content_hash()


def test_the_sentence_of_the_deadline_is_kept() -> None:
    notice = _read(
        _article("Mời báo giá", "Bệnh viện mời các đơn vị. Hạn nộp báo giá: 16h00 ngày 2/4/2025. Trân trọng.")
    )
    assert notice is not None
    assert notice.deadline_text == "Hạn nộp báo giá: 16h00 ngày 2/4/2025."


@pytest.mark.parametrize(
    "line", ["Thời điểm đăng tải: 12/04/2024 - 08:11", "08:11, 12/04/2024", "Đăng lúc: 12/04/2024"]
)
def test_a_day_of_posting_in_the_text_serves_where_the_page_gives_none(line: str) -> None:
    notice = _read(_article("Mời báo giá mực in", f"{line}\nBệnh viện A mời các đơn vị báo giá."))
    assert notice is not None
    assert notice.published_at is not None
    assert notice.to_json()["published_at"][:10] == "2024-04-12"


def test_awards_and_plans_have_no_deadline() -> None:
    notice = _read(
        _article(
            "Kết quả lựa chọn nhà thầu mua bông", "Hồ sơ nộp trước 9h00 ngày 2/4/2025. Giá trúng thầu: 5.000.000 đồng"
        )
    )
    assert notice is not None
    assert (notice.deadline_at, notice.amount_vnd) == (None, 5_000_000)


WORDS = (
    "Thời hạn tiếp nhận báo giá: trước 17h00 ngày 05/3/2024 Bệnh viện Đa khoa tỉnh Kon Tum kính mời gửi báo giá | STT "
    "1. - Giá gói thầu: 1.000.000 đồng (Bằng chữ: Một triệu đồng) Số: 12/TB-BV email: a@b.vn điện thoại 0900000001 "
    "hủy gia hạn đấu giá kết quả lựa chọn nhà thầu căn cứ Quyết định số hiệu lực 90 ngày Địa điểm: tại từ đến ngày năm"
).split(" ")


@given(
    st.lists(st.sampled_from([*WORDS, "\n", "31/02/2024", "99h99", ": ", "(", "…", "ngày ngày"]), max_size=120).map(
        " ".join
    )
)
def test_any_mixture_of_a_notices_words_is_read_without_an_error(text: str) -> None:
    _read(_article(text[:80] or "Mời báo giá", text, published_at=date(2024, 3, 1)))


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_text_is_read_without_an_error(title: str, text: str) -> None:
    _read(_article(title, text), _file("a", text))


HOSTILE = [
    "1",
    "1.",
    "17h ",
    "12/5/2023 ",
    "1.000.000 đồng ",
    "Bệnh viện ",
    "Công ty Đấu giá ",
    "ngày ",
    ": ",
    "(",
    "|",
    " | ",
]
HOSTILE += [
    "a",
    " ",
    "\t",
    "\n",
    "-",
    "12/TB-BV ",
    "STT\n",
    "1 Bông Kg 2\n",
    "Thời hạn nộp: ",
    "mời ",
    "nhận cho ",
    "và các ",
    "à",
]
HOSTILE += [
    "tỉnh Thanh Hóa ",
    "a@",
    "0900 ",
    "Giá gói thầu: 1 tỷ 2 ",
    "mot trieu ",
    "hủy việc ",
    "đến trước ",
    "A. ",
    "1. a: ",
]


@pytest.mark.timeout(60)  # a rule that backtracks would take hours
@pytest.mark.parametrize("part", HOSTILE)
def test_hostile_repetition_is_read_in_linear_time(part: str) -> None:
    text = part * (60_000 // len(part))
    for title in ("Mời báo giá", text):
        _read(_article(title, f"Thời hạn nộp báo giá: {text}"), _file("a", text))
