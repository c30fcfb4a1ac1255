"""What people paste and what they dictate finds what it came from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.analysis import parse_words
from index.language.pasted import read_pasted
from index.language.spoken import find_spoken, find_written


@pytest.mark.parametrize(
    "typed",
    [
        "IB2600296267",
        "IB 2600 296 267",
        "ib2600296267-00",
        "IB2600296267 - 00",
        "Số TBMT: IB2600296267",
        "https://muasamcong.mpi.gov.vn/web/guest/contractor-selection?p_p_id=x2&notifyNo=IB2600296267&utm_source=zalo",
        "muasamcong.mpi.gov.vn/web/guest/contractor-selection?notifyNo=IB2600296267-00",
    ],
)
def test_a_number_of_the_portal_is_searched_alone(typed: str) -> None:
    assert read_pasted(typed) == "IB2600296267"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("71\tVT611\tSò đánh bóng nha khoa\tKg\t120\t692.000", "Sò đánh bóng nha khoa"),
        ("Stent nhựa đường mật\tHộp\t1.200", "Stent nhựa đường mật"),
        ("  61.  Kéo phẫu thuật ; Kg ; 120", "Kéo phẫu thuật"),
        ("Găng tay khám | đôi | 5000", "Găng tay khám"),
        ("12 VT045 Găng tay khám size M Đôi 5.000 1.200", "Găng tay khám size M"),
        ("3. Bơm tiêm 10 ml Cái 500", "Bơm tiêm 10 ml"),
        ("Kéo cong nhọn 12cm  Cái  20", "Kéo cong nhọn 12cm"),
    ],
)
def test_a_row_of_a_table_is_searched_by_its_name(typed: str, name: str) -> None:
    assert read_pasted(typed) == name


@pytest.mark.parametrize(
    "typed",
    [
        "găng tay; khẩu trang",
        "bơm tiêm 10 ml",
        "găng tay hộp 100",
        "gói thầu số 3: mua vật tư",
        "stent IB2600296267 của bệnh viện đa khoa tỉnh Gia Lai",
        "điện thoại 0235 3833 333",
        "2 lít",
        "",
    ],
)
def test_other_texts_are_not_pasted_rows(typed: str) -> None:
    assert read_pasted(typed) is None


@given(st.text(alphabet="ab 01\t;|.-IB/:?", max_size=40))
def test_any_text_is_pasted_or_not(typed: str) -> None:
    assert read_pasted(typed) is None or read_pasted(typed)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("gói thầu số hai", ["2"]),
        ("goi thau so hai", ["2"]),
        ("tủ an toàn sinh học cấp hai", ["2"]),
        ("cồn bảy mươi độ", ["70"]),
        ("kim hai mươi lăm", ["25"]),
        ("đường kính hai phẩy năm", ["2,5"]),
        ("băng keo hai phân rưỡi", ["2,5 cm"]),
        ("băng keo hai phẩy năm phân", ["2,5 cm"]),
        ("kim hai mươi ba gờ", ["23 G"]),
        ("bơm tiêm mười xê xê", ["10 ml", "10 cc"]),
        ("phim hai mươi nhân hai lăm", ["20 x 25"]),
        ("phim 20 nhân 25", ["20 x 25"]),
        ("phim tám nhân mười inh", ["8 x 10 inch"]),
        ("chỉ số hai không", ["2/0"]),
        ("oxy già ba phần trăm", ["3 %"]),
        ("vi khuẩn hát pê", ["hp"]),
        ("siêu âm bốn đê", ["4d"]),
        ("đầu đo ét pê ô hai", ["spo2"]),
        ("thuốc gây tê", []),
        ("nội soi không phân đoạn", []),
        ("hệ số nhân", []),
        ("bệnh nhân hai giường", []),
        ("ca mổ năm 2026", []),
        ("giường hai tay quay", []),
        ("vật tư y tế", []),
    ],
)
def test_numbers_and_letters_that_are_said(said: str, written: list[str]) -> None:
    assert [spoken.shown for spoken in find_spoken(parse_words(said))] == written


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("test vi khuẩn hát pê", (1, 5, "H.pylori")),
        ("nước muối sinh lý không phẩy chín phần trăm", (0, 9, "natri clorid 0,9%")),
    ],
)
def test_what_was_said_has_the_synonyms_of_what_is_written(said: str, found: tuple[int, int, str]) -> None:
    words = parse_words(said)
    written = find_written(words, [*find_spoken(words)])
    assert found in [(own.start, own.end, own.shown) for own in written]


@given(st.lists(st.sampled_from(["hai", "phẩy", "chín", "hát", "pê", "nước", "muối", "nhân", "phân", "10", "ml"])))
def test_what_is_written_stands_for_words_of_a_text(said: list[str]) -> None:
    words = parse_words(" ".join(said))
    assert all(0 <= own.start < own.end <= len(words) for own in find_written(words, [*find_spoken(words)]))


def test_one_number_counts_where_documents_have_it_so() -> None:
    words = parse_words("giường hai tay quay một lần")
    assert [spoken.shown for spoken in find_spoken(words, lambda row: row == "2 tay")] == ["2"]
