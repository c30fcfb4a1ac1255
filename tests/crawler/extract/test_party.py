"""Who buys: names in running text, buyers and provinces."""

import csv

import pytest

from crawler.extract.field.buyer import find_host, parse_buyer
from crawler.extract.field.province import parse_province
from crawler.extract.text.organization import find_names, parse_name
from crawler.extract.text.passage import FoldedPassage
from timthau.config import data_dir
from timthau.model.notice import NoticeKind
from timthau.model.province import load_provinces

RFQ, TENDER, AUCTION, AWARD = (
    NoticeKind.REQUEST_FOR_QUOTATION,
    NoticeKind.INVITATION_TO_TENDER,
    NoticeKind.AUCTION,
    NoticeKind.AWARD,
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Bệnh viện Sản - Nhi tỉnh X kính mời", ["Bệnh viện Sản - Nhi tỉnh X"]),
        ("BỆNH VIỆN ĐA KHOA TỈNH THÔNG BÁO MỜI", ["BỆNH VIỆN ĐA KHOA TỈNH"]),
        ("Sở Văn hóa, Thể thao và Du lịch tỉnh Y mời thầu", ["Sở Văn hóa, Thể thao và Du lịch tỉnh Y"]),
        ("của Bệnh viện Gia Định TP. Hồ Chí Minh có nhu cầu", ["Bệnh viện Gia Định TP. Hồ Chí Minh"]),
        ("Bệnh viện kính mời quý công ty", []),
        ("số lượng bộ dụng cụ, ban ngày, trưởng phòng, hội nghị, quy chế", []),
        ("theo Bộ Y tế và Sở Y tế Hà Nam", ["Bộ Y tế và Sở Y tế Hà Nam"]),
        ("Trung tâm Mua sắm tập trung quốc gia mời", ["Trung tâm Mua sắm tập trung quốc gia"]),
        ("cho bv Mắt Thanh Hoá năm 2025", ["bv Mắt Thanh Hoá"]),
        # Places and things whose names look like words that end a name.
        ("BAN QUẢN LÝ DỰ ÁN TỈNH CAO BẰNG", ["BAN QUẢN LÝ DỰ ÁN TỈNH CAO BẰNG"]),
        ("BỆNH VIỆN ĐA KHOA NHƯ XUÂN", ["BỆNH VIỆN ĐA KHOA NHƯ XUÂN"]),
        ("UBND XÃ TÂN LẬP THÔNG BÁO", ["UBND XÃ TÂN LẬP"]),
        ("VIỆN VẮC XIN VÀ SINH PHẨM Y TẾ", ["VIỆN VẮC XIN VÀ SINH PHẨM Y TẾ"]),
        ("Bệnh viện Thanh Nhàn nhận báo giá thiết bị", ["Bệnh viện Thanh Nhàn"]),
        ("BỆNH VIỆN HÒA BÌNH XIN MỜI", ["BỆNH VIỆN HÒA BÌNH"]),
    ],
)
def test_names_end_where_the_sentence_goes_on(text: str, names: list[str]) -> None:
    assert [name.text for name in find_names(text)] == names


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("Bệnh viện A, địa chỉ: số 1", "Bệnh viện A"),
        ("Văn phòng Bộ Xây dựng, 80 Trần Hưng Đạo", "Văn phòng Bộ Xây dựng"),
        ("Công ty B (MST 0101010101)", "Công ty B"),
        ("Trường C – Số 02 Dốc Ga", "Trường C"),
        (": Văn phòng Ủy ban", "Văn phòng Ủy ban"),
        ("BAN QUẢN LÝ DỰ ÁN - HẠ TẦNG PHƯỜNG D", "BAN QUẢN LÝ DỰ ÁN - HẠ TẦNG PHƯỜNG D"),
        ("Ban QLDA công trình dân dụng, công nghiệp tỉnh E", "Ban QLDA công trình dân dụng, công nghiệp tỉnh E"),
    ],
)
def test_a_value_loses_its_address(value: str, name: str) -> None:
    found = parse_name(value)
    assert found is not None
    assert found.text == name


@pytest.mark.parametrize(
    ("title", "text", "kind", "buyer"),
    [
        ("Mời thầu", "Bên mời thầu: Công ty TNHH Tư vấn A\nChủ đầu tư: Bệnh viện B", TENDER, "Bệnh viện B"),
        ("Mời thầu", "Bên mời thầu: Ban Quản lý dự án C\nChủ đầu tư: UBND huyện D", TENDER, "Ban Quản lý dự án C"),
        ("Đấu giá", "Tổ chức đấu giá: Công ty Đấu giá E\nNgười có tài sản: Hạt Kiểm lâm F", AUCTION, "Hạt Kiểm lâm F"),
        ("Đấu giá xe của Chi cục Thuế G", "Công ty Đấu giá E thông báo", AUCTION, "Chi cục Thuế G"),
        ("Công ty Đấu giá E thông báo đấu giá lô gỗ", "", AUCTION, None),
        ("Kết quả", "Bệnh viện H phê duyệt kết quả.\nNhà thầu trúng: Công ty I", AWARD, "Bệnh viện H"),
        ("Mời báo giá", "SỞ Y TẾ TỈNH K\nBỆNH VIỆN L\nSố: 1/BV", RFQ, "BỆNH VIỆN L"),
        ("Mời", "SỞ Y TẾ THÀNH PHỐ CẦN THƠ\nTRUNG TÂM PHÁP Y\nSố: 1/PY\nTrung tâm Pháp y thành phố Cần Thơ cần mua",
         RFQ,
         "Trung tâm Pháp y thành phố Cần Thơ"),
        ("Mời", "VIỆN SINH HỌC R, ĐẠI HỌC QUỐC GIA HÀ NỘI\nSố: 5/SH\nKính mời các đơn vị báo giá", RFQ,
         "VIỆN SINH HỌC R, ĐẠI HỌC QUỐC GIA HÀ NỘI"),
        ("Kết quả",
         "CÔNG TY CỔ PHẦN CẤP NƯỚC S\nSố: 7/CN\nKhông trúng thầu:\n- Công ty CP Vật tư T: không đáp ứng yêu cầu",
         AWARD, "CÔNG TY CỔ PHẦN CẤP NƯỚC S"),
        ("Mời báo giá phục vụ khám bệnh tại Bệnh viện M", "", RFQ, "Bệnh viện M"),
        ("Mời thầu sửa chữa nhà vệ sinh tại Trường Tiểu học N", "", TENDER, None),
        ("Mời báo giá", "Kính gửi: Các công ty\nTrân trọng.", RFQ, None),
        ("Mời báo giá", "Chủ đầu tư\nBan Quản lý rừng O", RFQ, "Ban Quản lý rừng O"),
        ("Mời", "Trung tâm Phát triển quỹ đất P được giao xác định giá đất. Mời gửi hồ sơ", RFQ,
         "Trung tâm Phát triển quỹ đất P"),
        ("Mời", "Sở Giáo dục và Đào tạo đã phê duyệt đề án của trường. Nay Trường THPT Q tổ chức mời thuê", AUCTION,
         "Trường THPT Q"),
        ("Đấu giá", "Công ty Đấu giá E đăng tin đấu giá tài sản của Phòng Thi hành án dân sự khu vực 14", AUCTION,
         "Phòng Thi hành án dân sự khu vực 14"),
    ],
)  # fmt: skip
def test_the_buyer_is_who_buys(title: str, text: str, kind: NoticeKind, buyer: str | None) -> None:
    assert parse_buyer(FoldedPassage(title), FoldedPassage(text), kind) == buyer


def test_the_table_has_63_old_provinces_in_34_new_ones() -> None:
    provinces = load_provinces()
    assert (len({p.name for p in provinces}), len({p.now for p in provinces})) == (63, 34)
    now = {p.name: p.now for p in provinces}
    assert (now["Quảng Nam"], now["Bình Định"], now["Bắc Giang"], now["Thừa Thiên Huế"]) == (
        "Đà Nẵng",
        "Gia Lai",
        "Bắc Ninh",
        "Huế",
    )
    assert all(new == "Huế" or now[new] == new for new in now.values())


def test_the_table_is_plain_tab_separated_values() -> None:
    text = (data_dir() / "provinces.tsv").read_text(encoding="utf-8")
    rows = list(csv.reader((row for row in text.splitlines() if not row.startswith("#")), delimiter="\t"))
    assert rows[0] == ["name", "now", "aliases"]
    assert {len(row) for row in rows} == {3}


@pytest.mark.parametrize(
    ("title", "text", "buyer", "province"),
    [
        ("Mời thầu tại tỉnh Thanh Hoá", "", None, "Thanh Hóa"),
        ("Mời báo giá", "Địa chỉ: 64 Hùng Vương , TT Đông Phú , Quế Sơn , Quảng Nam", None, "Quảng Nam"),
        ("Mời báo giá", "tại Quận 11, TP.HCM", None, "TP.HCM"),
        ("Mời báo giá", "số 2 Điện Biên Phủ, phường Hòa Bình, thành phố Nha Trang", None, None),
        ("Mời báo giá", "Số 03 Hòa Bình, Phường 03, Quận 11, TP. Hồ Chí Minh", None, "Hồ Chí Minh"),
        ("Mời báo giá", "", "Sở Y tế Bà Rịa – Vũng Tàu", "Bà Rịa - Vũng Tàu"),
        ("Mời báo giá", "Nghệ An, ngày 04 tháng 6 năm 2024", None, "Nghệ An"),
        ("Mời báo giá", "với tấm lòng an tâm, tháng sơn la liệt", None, None),
        ("Mời báo giá", "Đơn vị: Sở A\nĐịa chỉ: tỉnh Kon Tum\nCông ty B, tỉnh Gia Lai", None, "Kon Tum"),
        ("Đấu giá tại Thừa Thiên Huế", "", None, "Thừa Thiên Huế"),
    ],
)
def test_a_province_is_named_or_there_is_none(title: str, text: str, buyer: str | None, province: str | None) -> None:
    assert parse_province(FoldedPassage(title), FoldedPassage(text), buyer) == province


def test_a_notice_that_says_only_the_hospital_is_of_the_one_whose_site_it_stands_on() -> None:
    said = FoldedPassage("Kính gửi: Quý công ty\nBệnh viện có nhu cầu mua hóa chất")
    assert find_host("Bệnh viện Đa khoa tỉnh Hòa Bình", said) == "Bệnh viện Đa khoa tỉnh Hòa Bình"
    assert find_host("Báo Hòa Bình", said) is None
    assert find_host("Trung tâm Y tế huyện Tân Lạc", said) is None
    assert find_host("Bệnh viện Đa khoa tỉnh Hòa Bình", FoldedPassage("Công ty có nhu cầu mua xe")) is None


@pytest.mark.parametrize(
    ("first", "second", "buyer"),
    [
        ("BỆNH VIỆN PHỤC HỒI", "CHỨC NĂNG TỈNH X", "BỆNH VIỆN PHỤC HỒI CHỨC NĂNG TỈNH X"),
        ("ỦY BAN NHÂN DÂN", "XÃ TÂN X", "ỦY BAN NHÂN DÂN XÃ TÂN X"),
        ("TRUNG TÂM Y TẾ X", "KHOA DƯỢC", "TRUNG TÂM Y TẾ X"),
    ],
)
def test_a_letterhead_goes_on_in_the_next_line_of_its_column(first: str, second: str, buyer: str) -> None:
    motto = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
    head = f"{first} | {motto[0]}\n{second} | {motto[1]}\nSố: 12/TB-X | X, ngày 2/3/2026"
    found = parse_buyer(FoldedPassage("Thông báo"), FoldedPassage(head), RFQ)
    assert found is not None
    assert found.upper() == buyer
