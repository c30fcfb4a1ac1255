"""Tables of results as clerks draw them: winners above their rows, above the head, as heads of columns."""

from collections.abc import Sequence

import pytest

from crawler.extract.award.award import parse_awards
from crawler.extract.document import Table
from crawler.extract.kind.kind import classify
from crawler.extract.text.passage import FoldedPassage
from timthau.model.award import Award


def _table(text: str) -> Table:
    """A table drawn with bars."""
    return tuple(
        tuple(cell.strip() for cell in line.strip().strip("|").split("|")) for line in text.strip().splitlines()
    )


def _read(text: str, *tables: str) -> Sequence[Award]:
    """The awards of a text in which the places of tables are marked with <>."""
    drawn = [_table(table) for table in tables]
    for table in drawn:
        text = text.replace("<>", "\n".join(" | ".join(row) for row in table), 1)
    return parse_awards([(FoldedPassage(text), drawn)])


def _prices(awards: Sequence[Award]) -> list[tuple[str, int | None, list[tuple[str, int]]]]:
    return [
        (
            award.supplier,
            award.amount_vnd,
            [(item.name, int(item.unit_price_vnd)) for item in award.items if item.unit_price_vnd is not None],
        )
        for award in awards
    ]


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
        assert _prices(_read("Kết quả lựa chọn nhà thầu\n<>", table)) == [
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
    assert [award.amount_vnd for award in _read("Kết quả lựa chọn nhà thầu\n<>", table)] == [None, 450_000]


def test_the_winner_is_named_above_the_head_of_a_sheet() -> None:
    awards = _read(
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
    awards = _read(text, heads + "Gạc vô trùng | Cái | 2.000 | 2.000", heads + "Kim luồn | Cái | 100 | 9.000")
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
    awards = _read(text, "Tên hàng hóa | ĐVT | Số lượng | Đơn giá trúng thầu\nGạc vô trùng | Cái | 2.000 | 2.000")
    assert not any(award.items for award in awards)


def test_an_origin_that_begins_like_a_total_is_none() -> None:
    awards = _read(
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
    awards = _read(CHOSEN, COMPARED.format(heads=heads, totals=totals))
    items = [("Ghế băng chờ", 2_600_000), ("Bàn khám", 3_000_000)] if read else []
    assert [(name, prices) for name, _, prices in _prices(awards)] == [("Công ty TNHH An Hòa", items)]


def test_of_several_winners_nobody_can_tell_who_won_what_was_compared() -> None:
    table = COMPARED.format(
        heads="Đơn giá Công ty CP Bắc Hà | Đơn giá Công ty TNHH An Hòa | Đơn giá HKD Minh Tâm", totals="| |"
    )
    awards = _read(
        "Công ty CP Bắc Hà trúng thầu lô 1, giá trị 1.000.000 đồng.\n"
        "Công ty TNHH An Hòa trúng thầu lô 2, giá trị 2.000.000 đồng.\n<>",
        table,
    )
    assert len(awards) == 2
    assert not any(award.items for award in awards)


def test_companies_below_a_heading_of_winners_and_of_losers() -> None:
    heads = "Tên hàng hóa | ĐVT | Số lượng | Đơn giá\n"
    text = """Thông báo kết quả
Danh sách nhà thầu trúng thầu:
1. Công ty TNHH An Hòa (MST: 0101234567)
<>
Danh sách nhà thầu không trúng thầu:
2. Công ty CP Bắc Hà
<>"""
    awards = _read(text, heads + "Gạc vô trùng | Cái | 2.000 | 2.000", heads + "Gạc vô trùng | Cái | 2.000 | 2.300")
    assert [(award.supplier, award.tax_code) for award in awards] == [("Công ty TNHH An Hòa", "0101234567")]


def test_an_offer_counts_for_the_lot_in_whose_row_it_won() -> None:
    awards = _read(
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


def test_companies_of_a_decision_each_with_a_sum_behind() -> None:
    awards = _read("""Điều 1. Phê duyệt kết quả lựa chọn nhà thầu, gồm 02 nhà thầu với tổng 154.035.000 đồng, cụ thể:
- Công ty TNHH An Hòa (MST 0101234567): 93.730.000 đồng;
- Công ty CP Bắc Hà (MST 0302345678): 60.305.000 đồng;
Điều 2. Giao phòng vật tư thực hiện.""")
    assert [(award.supplier, award.tax_code, award.amount_vnd) for award in awards] == [
        ("Công ty TNHH An Hòa", "0101234567", 93_730_000),
        ("Công ty CP Bắc Hà", "0302345678", 60_305_000),
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
    awards = _read(text, heads + first, heads + second)
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
    awards = _read("Danh mục trúng thầu\n<>\nTổng giá trị trúng thầu: 2.150.000 đồng", table)
    assert [award.amount_vnd for award in awards] == [1_700_000, 450_000]


def test_prices_after_talks_win_over_those_of_the_offer() -> None:
    awards = _read(
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
    assert _prices(awards) == [("Công ty TNHH An Hòa", 31_000_000, [("Máy in", 7_750_000)])]
    assert awards[0].tax_code == "0101234567"


def test_values_of_contracts_are_what_was_won() -> None:
    awards = _read(
        "Công khai kết quả mua sắm\n<>",
        """
        STT | Nội dung mua sắm | Đơn vị cung cấp | Số hợp đồng | Giá trị hợp đồng (đồng)
        1 | Dịch vụ giặt là | Công ty TNHH An Hòa | 01/2025/HĐMB | 1.248.000.000
        """,
    )
    assert _prices(awards) == [("Công ty TNHH An Hòa", 1_248_000_000, [])]


def test_columns_of_who_was_chosen_win_over_columns_of_offers() -> None:
    awards = _read(
        "Bảng so sánh và lựa chọn báo giá\n<>\nGiá trị Công ty TNHH An Hòa: 41.250.000 đồng (1 mặt hàng)",
        """
        STT | Tên hàng | ĐVT | SL | Công ty TNHH An Hòa | Công ty CP Bắc Hà | Đơn vị được chọn | Đơn giá được chọn
        1 | Cồn 70 độ | Lít | 1500 | 27500 | 28900 | Công ty TNHH An Hòa | 27500
        2 | Javen 5% | Lít | 400 | 13800 | 12900 | Công ty CP Bắc Hà | 12900
        """,
    )
    assert _prices(awards) == [
        ("Công ty TNHH An Hòa", 41_250_000, [("Cồn 70 độ", 27_500)]),
        ("Công ty CP Bắc Hà", None, [("Javen 5%", 12_900)]),
    ]


def test_a_medicine_is_called_by_its_name_and_its_substance() -> None:
    [award] = _read(
        "Danh mục thuốc trúng thầu\n<>",
        """
        STT | Tên hoạt chất | Tên thuốc | Nước SX | ĐVT | Số lượng | Giá trúng thầu | Thành tiền | Nhà thầu
        1 | Paracetamol | Tatanol 500 | Việt Nam | Viên | 120.000 | 189,5 | 22.740.000 | Công ty CP Bắc Hà
        """,
    )
    assert [(item.name, str(item.unit_price_vnd)) for item in award.items] == [("Tatanol 500 (Paracetamol)", "189.5")]


def test_prices_in_lines_below_a_heading_of_what_was_chosen() -> None:
    [award] = _read("""1. Đơn vị được chọn: Hợp tác xã Tâm An (mã số thuế 4201876543), địa chỉ 27 Phương Sài.
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
    [award] = (
        _read("""Điều 1. Chỉ định Chi nhánh Tổng công ty Tư vấn Bắc Hà tại Thanh Hóa (MST: 0100108977-012) thực hiện \
gói thầu số 03 với các nội dung:
- Giá chỉ định thầu: 128.430.000 đ""")
    )
    assert award.supplier.startswith("Chi nhánh Tổng công ty Tư vấn Bắc Hà")
    assert (award.tax_code, award.amount_vnd) == ("0100108977012", 128_430_000)


def test_a_letter_to_the_winner() -> None:
    [award] = _read(
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
    assert not _read("Kính gửi: Công ty TNHH An Hòa\nRất tiếc Quý Công ty không trúng thầu gói thầu này.")


def test_a_list_of_facts_about_a_winner_is_no_table_of_winners() -> None:
    awards = _read(
        "Kết quả lựa chọn nhà thầu\n<>",
        """
        Tên gói thầu | Thuê hệ thống
        Nhà thầu trúng thầu | Liên danh Công ty CP Bắc Hà – Công ty TNHH An Hòa
        Mã số thuế (thành viên đứng đầu liên danh) | 0305776120
        Giá dự thầu | 4.215.600.000 VND
        Giá trúng thầu | 4.210.000.000 VND
        """,
    )
    assert _prices(awards) == [("Liên danh Công ty CP Bắc Hà – Công ty TNHH An Hòa", 4_210_000_000, [])]


@pytest.mark.parametrize("code", ["0102-356-884", "0102356884", "0102.356.884", "0102356884-001", "0102-356-884-001"])
def test_tax_codes_however_they_are_grouped(code: str) -> None:
    table = f"Tên nhà thầu trúng thầu | Mã số thuế | Giá trúng thầu\nCông ty TNHH An Hòa | {code} | 1.500.000.000"
    digits = code.replace("-", "").replace(".", "")
    if "." not in code:  # a bare number with dots is a sum
        assert [award.tax_code for award in _read("", table)] == [digits]
    text = f"Đơn vị trúng thầu: Công ty TNHH An Hòa (MST: {code}), giá 20.000.000 đồng"
    assert [award.tax_code for award in _read(text)] == [digits]


def test_what_contracts_and_auctions_call_a_winner() -> None:
    contracts = _read(
        "Công khai kết quả mua sắm thuốc\n<>",
        """
        STT | Số hợp đồng | Nội dung | Bên cung cấp | MST | Giá trị hợp đồng (VNĐ)
        1 | 12/2025/HĐKT | Thuốc generic | Công ty TNHH An Hòa | 0310631333 | 1.872.450.600
        2 | 21/2025/HĐKT | Dược liệu | Công ty TNHH An Hòa | 0310631333 | 118.260.000
        """,
    )
    assert [award.amount_vnd for award in contracts] == [1_872_450_600, 118_260_000]
    sold = _read(
        "Kết quả đấu giá tài sản\n<>",
        """
        STT | Tài sản | Giá khởi điểm (đồng) | Người trúng đấu giá | Giá trúng đấu giá (đồng)
        1 | Lô 1: Máy cũ | 35.000.000 | Bà Trịnh Thị Hà | 41.200.000
        """,
    )
    assert _prices(sold) == [("Bà Trịnh Thị Hà", 41_200_000, [])]


def test_a_column_of_who_won_at_a_price_asked_is_no_price() -> None:
    [award] = _read(
        "Bệnh viện thông báo các đơn vị trúng chào giá như sau:\n<>",
        """
        STT | Đơn vị trúng chào giá | Tên hàng hóa | ĐVT | Số lượng | Đơn giá (đồng)
        1 | Công ty TNHH An Hòa | Test nhanh | Test | 3.000 | 9.450
        """,
    )
    assert _prices([award]) == [("Công ty TNHH An Hòa", None, [("Test nhanh", 9_450)])]


def test_sums_with_taxes_win_over_those_without_and_sums_of_rounded_rows_count() -> None:
    [award] = _read(
        "Chọn Công ty TNHH An Hòa cung cấp với giá trúng thầu trước thuế 32.000.000 đồng, thuế GTGT 3.200.000 đồng, "
        "tổng giá trị sau thuế 35.200.000 đồng."
    )
    assert award.amount_vnd == 35_200_000
    [award] = _read(
        "DANH MỤC DƯỢC LIỆU TRÚNG THẦU Nhà thầu: Công ty CP Bắc Hà\nMã số thuế: 0105334890\n<>",
        """
        STT | Tên vị thuốc | ĐVT | Số lượng (kg) | Đơn giá có thuế (đ) | Thành tiền (đ)
        1 | Đương quy | Kg | 85,50 | 312.900 | 26.752.950
        2 | Hoàng kỳ | Kg | 110 | 198.765,75 | 21.864.232
        Tổng cộng | | | | | 48.617.182
        """,
    )
    assert (award.supplier, award.tax_code, award.amount_vnd) == ("Công ty CP Bắc Hà", "0105334890", 48_617_182)


@pytest.mark.parametrize(
    "title",
    ["Biên bản mở báo giá và lựa chọn đơn vị cung cấp", "Biên bản họp xét chọn đơn vị cung cấp văn phòng phẩm"],
)
def test_minutes_of_choosing_are_results(title: str) -> None:
    body = "Thành phần gồm ban giám đốc và phòng vật tư. Tổ thống nhất lựa chọn Công ty TNHH An Hòa."
    assert classify(FoldedPassage(title), FoldedPassage(body)) == "award"


@pytest.mark.parametrize(
    ("conclusion", "kind"),
    [
        ("Hội đồng nhất trí chọn Công ty TNHH An Hòa với giá trị hợp đồng 277.300.000 đồng.", "award"),
        ("Hội đồng thống nhất các nội dung trên, cuộc họp kết thúc lúc 16 giờ.", None),
    ],
)
def test_minutes_are_results_where_they_choose_a_company(conclusion: str, kind: str | None) -> None:
    body = f"Số: 05/BB-HĐMS\nV/v chọn báo giá dịch vụ bảo trì\nCác thành viên phát biểu ý kiến.\n{conclusion}"
    found = classify(FoldedPassage("BIÊN BẢN HỌP HỘI ĐỒNG"), FoldedPassage(body))
    assert found == kind
