"""Tables of results as clerks draw them: winners above their rows, above the head, as heads of columns."""

import pytest

from tests.crawler.extract.drawn import list_prices, read_awards

GROUPED = """
STT | Tên hàng hóa | ĐVT | Số lượng | Đơn giá trúng thầu | Thành tiền
{first} | {first_sum}
1 | Gạc vô trùng | Cái | 100 | 2.000 | 200.000
2 | Bông hút nước | Kg | 10 | 150.000 | 1.500.000
{second} | {second_sum}
1 | Kim luồn | Cái | 50 | 9.000 | 450.000
"""


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("1/ Công ty TNHH An Hòa | | | ", "2/ Công ty CP Bắc Hà | | | "),
        ("I | Công ty TNHH An Hòa | | ", "II | Công ty CP Bắc Hà | | "),
        ("Lô 1: Công ty TNHH An Hòa | | | ", "Lô 2: Công ty CP Bắc Hà | | | "),
    ],
    ids=["numbered", "roman", "lots"],
)
def test_winners_stand_above_their_rows(first: str, second: str) -> None:
    gauze, needles = [("Gạc vô trùng", 2_000), ("Bông hút nước", 150_000)], [("Kim luồn", 9_000)]
    for sums in (("| 1.700.000", "| 450.000"), ("| ", "| ")):
        table = GROUPED.format(first=first, first_sum=sums[0], second=second, second_sum=sums[1])
        amounts = (1_700_000, 450_000) if sums[0] != "| " else (None, None)
        assert list_prices(read_awards("Kết quả lựa chọn nhà thầu\n<>", table)) == [
            ("Công ty TNHH An Hòa", amounts[0], gauze),
            ("Công ty CP Bắc Hà", amounts[1], needles),
        ]


def test_a_sum_beside_a_winner_counts_only_where_its_rows_come_to_it() -> None:
    table = GROUPED.format(
        first="I | Công ty TNHH An Hòa | | ",
        first_sum="| 1.900.000",
        second="II | Công ty CP Bắc Hà | | ",
        second_sum="| 450.000",
    )
    assert [award.amount_vnd for award in read_awards("Kết quả lựa chọn nhà thầu\n<>", table)] == [None, 450_000]


def test_the_winner_is_named_above_the_head_of_a_sheet() -> None:
    awards = read_awards(
        "<>",
        """
        Lô 3 - Nhà thầu trúng thầu: Công ty TNHH An Hòa | MST: 0101234567 | |
        Tên hàng hóa | ĐVT | Số lượng | Đơn giá trúng thầu
        Máy hút dịch | Cái | 2 | 18.500.000
        """,
    )
    assert [(award.supplier, award.tax_code) for award in awards] == [("Công ty TNHH An Hòa", "0101234567")]
    assert awards[0].items[0].unit_price_vnd == 18_500_000


def test_each_table_is_of_the_winner_in_the_line_right_above_it() -> None:
    text = """Quyết định phê duyệt kết quả lựa chọn nhà thầu
Công ty TNHH An Hòa trúng thầu gói số 1 với giá trúng thầu 4.000.000 đồng, Công ty CP Bắc Hà trúng thầu gói số 2 với \
giá trúng thầu 900.000 đồng.
Chi tiết như sau:
Gói số 1: Công ty TNHH An Hòa
ĐVT: đồng
<>
Gói số 2: Công ty CP Bắc Hà
<>"""
    heads = "Tên hàng hóa | ĐVT | Số lượng | Đơn giá trúng thầu\n"
    awards = read_awards(text, heads + "Gạc vô trùng | Cái | 2.000 | 2.000", heads + "Kim luồn | Cái | 100 | 9.000")
    assert {award.supplier: [item.name for item in award.items] for award in awards if award.items} == {
        "Công ty TNHH An Hòa": ["Gạc vô trùng"],
        "Công ty CP Bắc Hà": ["Kim luồn"],
    }


def test_a_table_below_a_list_of_companies_is_of_none_of_them() -> None:
    text = """Kết quả lựa chọn nhà thầu
Các nhà thầu trúng thầu:
1. Công ty TNHH An Hòa
2. Công ty CP Bắc Hà
<>"""
    awards = read_awards(text, "Tên hàng hóa | ĐVT | Số lượng | Đơn giá trúng thầu\nGạc vô trùng | Cái | 2.000 | 2.000")
    assert not any(award.items for award in awards)


def test_an_origin_that_begins_like_a_total_is_none() -> None:
    awards = read_awards(
        "Đơn vị trúng thầu: Công ty TNHH An Hòa\n<>",
        """
        Tên hàng hóa | Xuất xứ | ĐVT | Số lượng | Đơn giá trúng thầu
        Cloramin B | Cộng hòa Séc | Kg | 10 | 210.000
        Cồn 70 độ | Việt Nam | Lít | 20 | 32.000
        Cộng | | | | 2.740.000
        """,
    )
    assert [item.name for item in awards[0].items] == ["Cloramin B", "Cồn 70 độ"]


COMPARED = """
STT | Tên hàng hóa | ĐVT | Số lượng | {heads}
1 | Ghế băng chờ | Cái | 10 | 2.450.000 | 2.600.000 | 2.550.000
2 | Bàn khám | Cái | 4 | 3.100.000 | 3.000.000 | 3.300.000
Tổng cộng | | | | {totals}
"""
CHOSEN = """Biên bản mở báo giá và lựa chọn đơn vị cung cấp
<>
Tổ chuyên gia thống nhất lựa chọn Công ty TNHH An Hòa là đơn vị trúng chào giá."""


@pytest.mark.parametrize(
    ("heads", "totals", "read"),
    [
        ("Công ty CP Bắc Hà | Công ty TNHH An Hòa | HKD Minh Tâm", "36.900.000 | 38.000.000 | 38.700.000", True),
        (
            "Đơn giá của Công ty CP Bắc Hà | Đơn giá của Công ty TNHH An Hòa | Đơn giá của Công ty TNHH Ba Vì",
            "| | ",
            True,
        ),
        # The prices are of all pieces of a row, and nothing says what one costs.
        ("Công ty CP Bắc Hà | Công ty TNHH An Hòa | HKD Minh Tâm", "5.550.000 | 5.600.000 | 5.850.000", False),
    ],
)
def test_companies_as_heads_of_columns(heads: str, totals: str, *, read: bool) -> None:
    awards = read_awards(CHOSEN, COMPARED.format(heads=heads, totals=totals))
    items = [("Ghế băng chờ", 2_600_000), ("Bàn khám", 3_000_000)] if read else []
    assert [(name, prices) for name, _, prices in list_prices(awards)] == [("Công ty TNHH An Hòa", items)]


def test_an_offer_counts_for_the_lot_in_whose_row_it_won() -> None:
    awards = read_awards(
        "Thông báo kết quả lựa chọn nhà thầu\n<>",
        """
        Tên lô | Nhà thầu tham dự | Giá dự thầu (đồng) | Kết quả đánh giá
        Lô 1: Vệ sinh | Công ty TNHH An Hòa | 416.000.000 | Trúng thầu
        Lô 1: Vệ sinh | Công ty CP Bắc Hà | 390.000.000 | Không đạt kỹ thuật
        Lô 2: Cây xanh | Công ty CP Bắc Hà | 214.500.000 | Trúng thầu
        Lô 2: Cây xanh | Hộ kinh doanh Bảy Thanh | 219.000.000 | Xếp hạng 2
        """,
    )
    assert [(award.supplier, award.lot, award.amount_vnd) for award in awards] == [
        ("Công ty TNHH An Hòa", "Lô 1: Vệ sinh", 416_000_000),
        ("Công ty CP Bắc Hà", "Lô 2: Cây xanh", 214_500_000),
    ]


def test_companies_above_tables_of_a_list_of_what_won() -> None:
    heads = "TT | Tên vị thuốc | Nguồn gốc | ĐVT | Số lượng | Đơn giá trúng thầu | Thành tiền\n"
    text = """DANH MỤC VỊ THUỐC TRÚNG THẦU
1. Công ty TNHH An Hòa
Mã số thuế: 0101234567
<>
Tổng giá trị trúng thầu: 33.600.000 đồng.
2. HTX Dược liệu Bắc Hà
Mã số thuế: 5300712345
<>
Tổng giá trị trúng thầu: 6.300.000 đồng.
Tổng cộng 02 nhà thầu, giá trị 39.900.000 đồng."""
    first, second = (
        "1 | Đương quy | Trung Quốc | Kg | 80 | 420.000 | 33.600.000",
        "1 | Actiso | Việt Nam | Kg | 40 | 157.500 | 6.300.000",
    )
    awards = read_awards(text, heads + first, heads + second)
    assert [(award.supplier, award.tax_code, award.amount_vnd, len(award.items)) for award in awards] == [
        ("Công ty TNHH An Hòa", "0101234567", 33_600_000, 1),
        ("HTX Dược liệu Bắc Hà", "5300712345", 6_300_000, 1),
    ]


def test_a_grand_total_below_groups_is_not_that_of_the_last_winner() -> None:
    table = GROUPED.format(
        first="1. Công ty TNHH An Hòa | | | ",
        first_sum="| ",
        second="2. Công ty CP Bắc Hà | | | ",
        second_sum="| ",
    ).replace("2. Công ty", "Cộng (2 khoản) | | | | | 1.700.000\n2. Công ty")
    table += "Cộng (1 khoản) | | | | | 450.000\nTổng giá trị trúng thầu | | | | | 2.150.000"
    awards = read_awards("Danh mục trúng thầu\n<>\nTổng giá trị trúng thầu: 2.150.000 đồng", table)
    assert [award.amount_vnd for award in awards] == [1_700_000, 450_000]


def test_values_of_contracts_are_what_was_won() -> None:
    awards = read_awards(
        "Công khai kết quả mua sắm\n<>",
        """
        STT | Nội dung mua sắm | Đơn vị cung cấp | Số hợp đồng | Giá trị hợp đồng (đồng)
        1 | Dịch vụ giặt là | Công ty TNHH An Hòa | 01/2025/HĐMB | 1.248.000.000
        """,
    )
    assert list_prices(awards) == [("Công ty TNHH An Hòa", 1_248_000_000, [])]


def test_columns_of_who_was_chosen_win_over_columns_of_offers() -> None:
    awards = read_awards(
        "Bảng so sánh và lựa chọn báo giá\n<>\nGiá trị Công ty TNHH An Hòa: 41.250.000 đồng (1 mặt hàng)",
        """
        STT | Tên hàng | ĐVT | SL | Công ty TNHH An Hòa | Công ty CP Bắc Hà | Đơn vị được chọn | Đơn giá được chọn
        1 | Cồn 70 độ | Lít | 1500 | 27500 | 28900 | Công ty TNHH An Hòa | 27500
        2 | Javen 5% | Lít | 400 | 13800 | 12900 | Công ty CP Bắc Hà | 12900
        """,
    )
    assert list_prices(awards) == [
        ("Công ty TNHH An Hòa", 41_250_000, [("Cồn 70 độ", 27_500)]),
        ("Công ty CP Bắc Hà", None, [("Javen 5%", 12_900)]),
    ]


def test_a_medicine_is_called_by_its_name_and_its_substance() -> None:
    [award] = read_awards(
        "Danh mục thuốc trúng thầu\n<>",
        """
        STT | Tên hoạt chất | Tên thuốc | Nước SX | ĐVT | Số lượng | Giá trúng thầu | Thành tiền | Nhà thầu
        1 | Paracetamol | Tatanol 500 | Việt Nam | Viên | 120.000 | 189,5 | 22.740.000 | Công ty CP Bắc Hà
        """,
    )
    assert [(item.name, str(item.unit_price_vnd)) for item in award.items] == [("Tatanol 500 (Paracetamol)", "189.5")]


def test_a_column_of_who_won_at_a_price_asked_is_no_price() -> None:
    [award] = read_awards(
        "Bệnh viện thông báo các đơn vị trúng chào giá như sau:\n<>",
        """
        STT | Đơn vị trúng chào giá | Tên hàng hóa | ĐVT | Số lượng | Đơn giá (đồng)
        1 | Công ty TNHH An Hòa | Test nhanh | Test | 3.000 | 9.450
        """,
    )
    assert list_prices([award]) == [("Công ty TNHH An Hòa", None, [("Test nhanh", 9_450)])]


def test_packages_in_columns() -> None:
    awards = read_awards(
        "Công khai kết quả lựa chọn nhà thầu\n<>",
        """
        Nội dung | Gói 1: Dịch vụ bảo vệ | Gói 2: Dịch vụ vệ sinh
        Nhà thầu trúng thầu | Công ty TNHH An Hòa | Công ty CP Bắc Hà
        Mã số thuế | 0305877214 | 0312660085
        Giá gói thầu | 742.000.000 đồng | 1.100.000.000 đồng
        Giá trúng thầu | 739.200.000 đồng | 1.093.680.000 đồng
        Nhà thầu không trúng | Công ty TNHH Ba Vì | Không có
        """,
    )
    assert [(award.supplier, award.tax_code, award.amount_vnd) for award in awards] == [
        ("Công ty TNHH An Hòa", "0305877214", 739_200_000),
        ("Công ty CP Bắc Hà", "0312660085", 1_093_680_000),
    ]


def test_a_winner_has_what_lines_below_its_table_say_that_it_won() -> None:
    heads = "TT | Tên hàng hóa, quy cách | Xuất xứ | SL | Giá (VNĐ) | Thành tiền\n"
    awards = read_awards(
        """THÔNG BÁO KẾT QUẢ LỰA CHỌN NHÀ CUNG CẤP
1. Công ty TNHH An Hòa – MST: 0311.207.745
<>
Giá trị trúng: 14,340,000 VNĐ
2. Công ty CP Bắc Hà – MST: 0108.113.390
<>
Giá trị trúng: 35,400,000 VNĐ
Đơn vị không được chọn: Công ty TNHH Ba Vì (báo giá nộp quá hạn).""",
        heads + "1 | Composite đặc | Mỹ | 30 | 478,000 | 14,340,000",
        heads + "1 | Thuốc tê | Pháp | 3.000 | 11,800 | 35,400,000",
    )
    assert list_prices(awards) == [
        ("Công ty TNHH An Hòa", 14_340_000, [("Composite đặc", 478_000)]),
        ("Công ty CP Bắc Hà", 35_400_000, [("Thuốc tê", 11_800)]),
    ]
    assert [award.tax_code for award in awards] == ["0311207745", "0108113390"]


def test_rows_that_add_up_what_a_winner_in_a_column_won() -> None:
    table = """
        Nhà thầu | Tên vị thuốc | Nguồn gốc | Số lượng (kg) | Giá trúng thầu (đ/kg) | Thành tiền (đ)
        Công ty TNHH An Hòa | Đương quy | Trung Quốc | 150 | 273.000 | 40.950.000
        Công ty TNHH An Hòa | Bạch truật | Trung Quốc | 120 | 231.000 | 27.720.000
        Công ty TNHH An Hòa | Cộng | | | | {first}
        Công ty CP Bắc Hà | Ngưu tất | Việt Nam | 100 | 136.500 | 13.650.000
        | Trong đó: Công ty CP Bắc Hà (MST 2100638841) | | | | 13.650.000
    """
    assert [award.amount_vnd for award in read_awards("Kết quả trúng thầu\n<>", table.format(first="68.670.000"))] == [
        68_670_000,
        13_650_000,
    ]
    assert read_awards("Kết quả trúng thầu\n<>", table.format(first="68.000.000"))[0].amount_vnd is None


def test_what_a_column_of_unclear_things_holds_is_their_name() -> None:
    [award] = read_awards(
        "Bảng tổng hợp kết quả xét báo giá\n<>",
        """
        Nhà cung cấp được chọn | Stt | Phụ kiện | Nhà sản xuất | ĐVT | Đơn giá | Lượng | Trị giá
        Công ty TNHH An Hòa | 1 | Cảm biến SpO2 | Nellcor | Cái | 1.650.000 | 20 | 33.000.000
        """,
    )
    assert list_prices([award]) == [("Công ty TNHH An Hòa", None, [("Cảm biến SpO2", 1_650_000)])]
    assert award.items[0].quantity == 20


def test_of_several_winners_nobody_can_tell_who_won_what_was_compared() -> None:
    table = COMPARED.format(
        heads="Đơn giá Công ty CP Bắc Hà | Đơn giá Công ty TNHH An Hòa | Đơn giá HKD Minh Tâm", totals="| |"
    )
    awards = read_awards(
        "Công ty CP Bắc Hà trúng thầu lô 1, giá trị 1.000.000 đồng.\n"
        "Công ty TNHH An Hòa trúng thầu lô 2, giá trị 2.000.000 đồng.\n<>",
        table,
    )
    assert len(awards) == 2
    assert not any(award.items for award in awards)


def test_things_are_of_the_winner_of_their_lot() -> None:
    awards = read_awards(
        "Kết quả lựa chọn nhà thầu theo lô\n<>\nChi tiết\n<>",
        """
        Mã lô | Tên lô | Nhà thầu trúng thầu | Mã số thuế | Giá trúng thầu
        L01 | Huyết học | Công ty TNHH An Hòa | 0109556611 | 201.600.000
        L02 | Đông máu | Công ty CP Bắc Hà | 0311994455 | 171.990.000
        """,
        """
        STT | Mã lô | Tên hàng | Số lượng | Đơn giá trúng thầu | Thành tiền
        1 | L01 | Dung dịch pha loãng | 80 | 2.520.000 | 201.600.000
        2 | L02 | Hóa chất PT | 60 | 2.866.500 | 171.990.000
        """,
    )
    assert list_prices(awards) == [
        ("Công ty TNHH An Hòa", 201_600_000, [("Dung dịch pha loãng", 2_520_000)]),
        ("Công ty CP Bắc Hà", 171_990_000, [("Hóa chất PT", 2_866_500)]),
    ]


def test_a_sheet_with_its_winner_in_cells_above_numbered_rows() -> None:
    awards = read_awards(
        "<>",
        """
        KẾT QUẢ CHÀO HÀNG MAY TRANG PHỤC | | | | |
        Đơn vị trúng thầu: | | Công ty CP Bắc Hà | | |
        Mã số thuế: | | 4600556611 | | |
        Đơn vị không trúng: | | Công ty TNHH Ba Vì | | |
        TT | Mặt hàng | ĐVT | SL | Đơn giá | Thành tiền
        1 | Ga trải giường | Cái | 400 | 165.000 | 66.000.000
        | Tổng | | | | 66.000.000
        """,
    )
    assert list_prices(awards) == [("Công ty CP Bắc Hà", 66_000_000, [("Ga trải giường", 165_000)])]


def test_an_approved_price_is_what_was_won_where_it_is_the_only_one() -> None:
    awards = read_awards(
        "Tổ thống nhất lựa chọn đơn vị có đơn giá thấp nhất, cụ thể:\n1) Công ty TNHH An Hòa (MST 0305671298):\n<>",
        """
        Tên hàng | Số lượng | Đơn giá được duyệt | Thành tiền
        Kính hiển vi | 2 | 48.500.000 | 97.000.000
        Tổng cộng | | | 97.000.000
        """,
    )
    assert list_prices(awards) == [("Công ty TNHH An Hòa", 97_000_000, [("Kính hiển vi", 48_500_000)])]
