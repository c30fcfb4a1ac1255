"""Results in words: lists, letters to winners, minutes, labels, sums and tax codes."""

import pytest

from crawler.extract.kind.kind import classify
from crawler.extract.text.passage import FoldedPassage
from tests.crawler.extract.drawn import list_prices, read_awards


def test_companies_below_a_heading_of_winners_and_of_losers() -> None:
    heads = "Tên hàng hóa | ĐVT | Số lượng | Đơn giá\n"
    text = """Thông báo kết quả
Danh sách nhà thầu trúng thầu:
1. Công ty TNHH An Hòa (MST: 0101234567)
<>
Danh sách nhà thầu không trúng thầu:
2. Công ty CP Bắc Hà
<>"""
    awards = read_awards(
        text, heads + "Gạc vô trùng | Cái | 2.000 | 2.000", heads + "Gạc vô trùng | Cái | 2.000 | 2.300"
    )
    assert [(award.supplier, award.tax_code) for award in awards] == [("Công ty TNHH An Hòa", "0101234567")]


def test_companies_of_a_decision_each_with_a_sum_behind() -> None:
    awards = read_awards("""Điều 1. Phê duyệt kết quả lựa chọn nhà thầu, gồm 02 nhà thầu, tổng 154.035.000 đồng, cụ thể:
- Công ty TNHH An Hòa (MST 0101234567): 93.730.000 đồng;
- Công ty CP Bắc Hà (MST 0302345678): 60.305.000 đồng;
Điều 2. Giao phòng vật tư thực hiện.""")
    assert [(award.supplier, award.tax_code, award.amount_vnd) for award in awards] == [
        ("Công ty TNHH An Hòa", "0101234567", 93_730_000),
        ("Công ty CP Bắc Hà", "0302345678", 60_305_000),
    ]


def test_prices_after_talks_win_over_those_of_the_offer() -> None:
    awards = read_awards(
        """Biên bản thương thảo và xét chọn báo giá
Bên chào giá: Công ty TNHH An Hòa, MST: 0101234567, do ông Lâm làm đại diện.
<>
Kết luận: giá trị sau thương thảo là 31.000.000 đồng (giá chào ban đầu 32.000.000 đồng). Thống nhất chọn \
Công ty TNHH An Hòa là đơn vị cung cấp.""",
        """
        TT | Tên hàng hóa | ĐVT | SL | Đơn giá chào | Thành tiền theo giá chào | Đơn giá sau thương thảo | Thành tiền
        1 | Máy in | Cái | 4 | 8.000.000 | 32.000.000 | 7.750.000 | 31.000.000
        """,
    )
    assert list_prices(awards) == [("Công ty TNHH An Hòa", 31_000_000, [("Máy in", 7_750_000)])]
    assert awards[0].tax_code == "0101234567"


def test_prices_in_lines_below_a_heading_of_what_was_chosen() -> None:
    [award] = read_awards("""1. Đơn vị được chọn: Hợp tác xã Tâm An (mã số thuế 4201876543), địa chỉ 27 Phương Sài.
2. Đơn giá được chọn:
Cháo thịt bằm: 18.000 đồng/suất
- Cơm phần thông thường, giá 30.000 đồng/suất
3. Thời hạn hợp đồng: 24 tháng.
4. Đơn vị không được chọn: Công ty CP Bắc Hà (đơn giá cơm phần 33.000 đồng/suất).""")
    assert (award.supplier, award.tax_code) == ("Hợp tác xã Tâm An", "4201876543")
    assert [(item.name, item.unit, item.unit_price_vnd) for item in award.items] == [
        ("Cháo thịt bằm", "suất", 18_000),
        ("Cơm phần thông thường", "suất", 30_000),
    ]


def test_a_branch_that_is_appointed() -> None:
    [award] = read_awards("""Điều 1. Chỉ định Chi nhánh Tổng công ty Tư vấn Bắc Hà tại Thanh Hóa (MST: 0100108977-012) \
thực hiện gói thầu số 03 với các nội dung:
- Giá chỉ định thầu: 128.430.000 đ""")
    assert award.supplier.startswith("Chi nhánh Tổng công ty Tư vấn Bắc Hà")
    assert (award.tax_code, award.amount_vnd) == ("0100108977012", 128_430_000)


def test_a_letter_to_the_winner() -> None:
    [award] = read_awards(
        """THÔNG BÁO TRÚNG CHÀO GIÁ
Kính gửi: Công ty TNHH An Hòa
Mã số thuế: 0101234567
Trung tâm Kiểm nghiệm thông báo Quý Công ty đã trúng chào giá với danh mục như sau:
<>""",
        """
        STT | Danh mục | ĐVT | Số lượng | Đơn giá trước thuế | Thuế GTGT | Đơn giá sau thuế | Thành tiền sau thuế
        1 | Bộ kit tách chiết | Kit | 5 | 6.000.000 | 8% | 6.480.000 | 32.400.000
        2 | Đầu tip có lọc | Hộp | 12 | 1.200.000 | 8% | 1.296.000 | 15.552.000
        Tổng cộng | | | | | | | 47.952.000
        """,
    )
    assert (award.supplier, award.tax_code, award.amount_vnd) == ("Công ty TNHH An Hòa", "0101234567", 47_952_000)
    assert [item.unit_price_vnd for item in award.items] == [6_480_000, 1_296_000]


def test_a_letter_to_who_did_not_win_names_no_winner() -> None:
    assert not read_awards("Kính gửi: Công ty TNHH An Hòa\nRất tiếc Quý Công ty không trúng thầu gói thầu này.")


def test_a_list_of_facts_about_a_winner_is_no_table_of_winners() -> None:
    awards = read_awards(
        "Kết quả lựa chọn nhà thầu\n<>",
        """
        Tên gói thầu | Thuê hệ thống
        Nhà thầu trúng thầu | Liên danh Công ty CP Bắc Hà – Công ty TNHH An Hòa
        Mã số thuế (thành viên đứng đầu liên danh) | 0305776120
        Giá dự thầu | 4.215.600.000 VND
        Giá trúng thầu | 4.210.000.000 VND
        """,
    )
    assert list_prices(awards) == [("Liên danh Công ty CP Bắc Hà – Công ty TNHH An Hòa", 4_210_000_000, [])]


@pytest.mark.parametrize("code", ["0102-356-884", "0102356884", "0102.356.884", "0102356884-001", "0102-356-884-001"])
def test_tax_codes_however_they_are_grouped(code: str) -> None:
    table = f"Tên nhà thầu trúng thầu | Mã số thuế | Giá trúng thầu\nCông ty TNHH An Hòa | {code} | 1.500.000.000"
    digits = code.replace("-", "").replace(".", "")
    if "." not in code:  # a bare number with dots is a sum
        assert [award.tax_code for award in read_awards("", table)] == [digits]
    text = f"Đơn vị trúng thầu: Công ty TNHH An Hòa (MST: {code}), giá 20.000.000 đồng"
    assert [award.tax_code for award in read_awards(text)] == [digits]


def test_what_contracts_and_auctions_call_a_winner() -> None:
    contracts = read_awards(
        "Công khai kết quả mua sắm thuốc\n<>",
        """
        STT | Số hợp đồng | Nội dung | Bên cung cấp | MST | Giá trị hợp đồng (VNĐ)
        1 | 12/2025/HĐKT | Thuốc generic | Công ty TNHH An Hòa | 0310631333 | 1.872.450.600
        2 | 21/2025/HĐKT | Dược liệu | Công ty TNHH An Hòa | 0310631333 | 118.260.000
        """,
    )
    assert [award.amount_vnd for award in contracts] == [1_872_450_600, 118_260_000]
    sold = read_awards(
        "Kết quả đấu giá tài sản\n<>",
        """
        STT | Tài sản | Giá khởi điểm (đồng) | Người trúng đấu giá | Giá trúng đấu giá (đồng)
        1 | Lô 1: Máy cũ | 35.000.000 | Bà Trịnh Thị Hà | 41.200.000
        """,
    )
    assert list_prices(sold) == [("Bà Trịnh Thị Hà", 41_200_000, [])]


def test_sums_with_taxes_win_over_those_without_and_sums_of_rounded_rows_count() -> None:
    [award] = read_awards(
        "Chọn Công ty TNHH An Hòa cung cấp với giá trúng thầu trước thuế 32.000.000 đồng, thuế GTGT 3.200.000 đồng, "
        "tổng giá trị sau thuế 35.200.000 đồng."
    )
    assert award.amount_vnd == 35_200_000
    [award] = read_awards(
        "DANH MỤC DƯỢC LIỆU TRÚNG THẦU Nhà thầu: Công ty CP Bắc Hà\nMã số thuế: 0105334890\n<>",
        """
        STT | Tên vị thuốc | ĐVT | Số lượng (kg) | Đơn giá có thuế (đ) | Thành tiền (đ)
        1 | Đương quy | Kg | 85,50 | 312.900 | 26.752.950
        2 | Hoàng kỳ | Kg | 110 | 198.765,75 | 21.864.232
        Tổng cộng | | | | | 48.617.182
        """,
    )
    assert (award.supplier, award.tax_code, award.amount_vnd) == ("Công ty CP Bắc Hà", "0105334890", 48_617_182)


def test_lots_headed_by_lines_are_kept_apart() -> None:
    awards = read_awards("""Lô 1 - Thịt, cá tươi sống
Đơn vị trúng thầu: Công ty CP Bắc Hà; MST: 0109332178
Giá lô: 1.300.000.000 đ
Giá trúng thầu: 1.284.500.000 đ
Lô 3 - Gạo, gia vị
Đơn vị trúng thầu: Công ty CP Bắc Hà; MST: 0109332178
Giá trúng thầu: 356.720.000 đ
Lô 4 - Sữa
Không có nhà thầu trúng thầu (giá dự thầu của Công ty TNHH Ba Vì là 215.000.000 đ vượt giá lô)""")
    assert [(award.lot, award.amount_vnd) for award in awards] == [
        ("Lô 1 - Thịt, cá tươi sống", 1_284_500_000),
        ("Lô 3 - Gạo, gia vị", 356_720_000),
    ]


def test_labels_of_one_thing_and_of_one_result() -> None:
    [award] = read_awards("""Tên hàng hóa: Hệ thống máy X-quang
Hãng sản xuất: Shimadzu
Xuất xứ: Nhật Bản
Số lượng: 01 hệ thống
Đơn vị trúng thầu: Công ty CP Bắc Hà
Giá trúng thầu
2.485.000.000 đồng
Đơn giá: 2.485.000.000 đồng/hệ thống""")
    [item] = award.items
    assert award.amount_vnd == 2_485_000_000
    assert (item.name, item.maker, item.origin, item.quantity) == ("Hệ thống máy X-quang", "Shimadzu", "Nhật Bản", 1)
    assert item.unit_price_vnd == 2_485_000_000


@pytest.mark.parametrize(
    "text",
    [
        "PHỤ LỤC: DANH MỤC THUỐC TRÚNG THẦU CỦA CÔNG TY CP BẮC HÀ\nMã số thuế: 1300382591",
        "Tổ xét giá thống nhất đề nghị lựa chọn đơn vị thứ (2) là Công ty CP Bắc Hà, do có giá thấp nhất.",
        "Kính gửi: Công ty CP Bắc Hà\nBên mời thầu đã chấp thuận hồ sơ dự thầu và trao hợp đồng cho nhà thầu với giá "
        "hợp đồng là 1.156.000.000 đồng.",
    ],
)
def test_other_words_for_a_winner(text: str) -> None:
    assert [award.supplier.casefold() for award in read_awards(text)] == ["công ty cp bắc hà"]


def test_what_a_scan_has_left_of_a_name_is_none() -> None:
    assert not read_awards("Kết quả\n<>", "STT | Nhà thầu trúng thầu | Giá trúng thầu\n1 | ty TNHH An Hòa | 37.400.000")


@pytest.mark.parametrize(
    "title",
    [
        "Biên bản mở báo giá và lựa chọn đơn vị cung cấp",
        "Biên bản họp xét chọn đơn vị cung cấp văn phòng phẩm",
        "Phụ lục hàng hóa trúng thầu - vật tư chấn thương",
        "Tổng hợp kết quả chào hàng cạnh tranh mua sắm thiết bị",
    ],
)
def test_minutes_of_choosing_are_results(title: str) -> None:
    body = "Thành phần gồm ban giám đốc và phòng vật tư. Tổ thống nhất lựa chọn Công ty TNHH An Hòa."
    assert classify(FoldedPassage(title), FoldedPassage(body)) == "award"


@pytest.mark.parametrize(
    ("conclusion", "kind"),
    [
        ("Hội đồng nhất trí chọn Công ty TNHH An Hòa với giá trị hợp đồng 277.300.000 đồng.", "award"),
        ("Hội đồng nhất trí lựa chọn đơn vị xếp hạng 1 là Công ty TNHH An Hòa thực hiện.", "award"),
        ("STT | Đơn vị trúng | Giá trị trúng (VND)\n1 | Công ty TNHH An Hòa | 471000000", "award"),
        ("Hội đồng thống nhất các nội dung trên, cuộc họp kết thúc lúc 16 giờ.", None),
    ],
)
def test_minutes_are_results_where_they_choose_a_company(conclusion: str, kind: str | None) -> None:
    body = f"Số: 05/BB-HĐMS\nV/v chọn báo giá dịch vụ bảo trì\nCác thành viên phát biểu ý kiến.\n{conclusion}"
    found = classify(FoldedPassage("BIÊN BẢN HỌP HỘI ĐỒNG"), FoldedPassage(body))
    assert found == kind


def test_a_list_of_winners_goes_on_below_their_tables() -> None:
    heads = "TT | Nội dung | Đơn vị | Số lượng | Đơn giá | Thành tiền\n"
    awards = read_awards(
        """Bệnh viện thông báo các đơn vị trúng chào hàng như sau:
1. Công ty TNHH An Hòa
- Mã số thuế: 3100 456 712
- Tổng giá trị: 43,500,000 đồng
<>
2. Công ty CP Bắc Hà
- Mã số thuế: 3100 998 012
- Tổng giá trị: 28,750,000 đồng
<>""",
        heads + "1 | Bìa hồ sơ | Tờ | 30,000 | 1,450 | 43,500,000",
        heads + "1 | Túi đựng phim | Cái | 25,000 | 1,150 | 28,750,000",
    )
    assert list_prices(awards) == [
        ("Công ty TNHH An Hòa", 43_500_000, [("Bìa hồ sơ", 1_450)]),
        ("Công ty CP Bắc Hà", 28_750_000, [("Túi đựng phim", 1_150)]),
    ]


def test_a_label_over_a_table_names_nobody() -> None:
    awards = read_awards(
        "Nhà thầu trúng thầu\n<>",
        """
        Mã định danh | Tên nhà thầu | Giá dự thầu (VND) | Giá trúng thầu (VND)
        vn0108334455 | CÔNG TY TNHH AN HÒA | 1.889.900.000 | 1.867.900.000
        """,
    )
    assert list_prices(awards) == [("CÔNG TY TNHH AN HÒA", 1_867_900_000, [])]
