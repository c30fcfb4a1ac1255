"""Winners and prices of results: what was paid, by whom, to whom; planned and offered prices are decoys."""

from collections.abc import Sequence
from typing import Any

import pytest

from crawler.extract.award.award import parse_awards
from crawler.extract.document import Table
from crawler.extract.text.passage import FoldedPassage


def _read(text: str, *tables: Table) -> list[dict[str, Any]]:
    return [award.to_json() for award in parse_awards([(FoldedPassage(text), tables)])]


def _won(text: str, *tables: Table) -> list[tuple[str, str | None, int | None]]:
    return [(award["supplier"], award["tax_code"], award["amount_vnd"]) for award in _read(text, *tables)]


def _table(text: str) -> Table:
    """A table drawn with bars."""
    return tuple(
        tuple(cell.strip() for cell in line.strip().strip("|").split("|")) for line in text.strip().splitlines()
    )


@pytest.mark.parametrize(
    ("text", "won"),
    [
        (
            "Nhà thầu trúng thầu: Công ty TNHH Thiết bị Y tế An Khang\nMã số thuế: 0101234567\n"
            "Giá gói thầu: 1.300.000.000 đồng\nGiá dự thầu: 1.280.000.000 đồng\nGiá trúng thầu: 1.250.000.000 đồng",
            [("Công ty TNHH Thiết bị Y tế An Khang", "0101234567", 1_250_000_000)],
        ),
        (
            "1. Tên gói thầu: Mua gạc\n2. Tên nhà thầu trúng thầu: Công ty CP Bông Bạch Tuyết (MST: 0302345678)\n"
            "3. Giá trúng thầu: 845.250.000 VND (Bằng chữ: Tám trăm bốn mươi lăm triệu hai trăm năm mươi nghìn đồng)",
            [("Công ty CP Bông Bạch Tuyết", "0302345678", 845_250_000)],
        ),
        (
            "Phê duyệt kết quả lựa chọn nhà thầu: Công ty TNHH Minh Tâm trúng thầu gói thầu số 2 với giá trúng thầu là "
            "98.500.000 đồng.",
            [("Công ty TNHH Minh Tâm", None, 98_500_000)],
        ),
        (
            "Đơn vị được lựa chọn: Công ty Cổ phần Dược phẩm Việt Hà, địa chỉ số 5 phố Huế, Hà Nội\n"
            "Giá trúng chào giá: 55.000.000 đồng",
            [("Công ty Cổ phần Dược phẩm Việt Hà", None, 55_000_000)],
        ),
        (
            "Nhà thầu trúng thầu: Liên danh Công ty TNHH A Châu - Công ty CP B Á\nGiá trúng thầu: 2 tỷ đồng",
            [("Liên danh Công ty TNHH A Châu - Công ty CP B Á", None, 2_000_000_000)],
        ),
        (
            "Gói thầu số 1: Mua gạc\nNhà thầu trúng thầu: Công ty TNHH A Châu\nGiá trúng thầu: 100.000.000 đồng\n"
            "Gói thầu số 2: Mua kim\nNhà thầu trúng thầu: Công ty TNHH B Á\nGiá trúng thầu: 200.000.000 đồng\n"
            "Gói thầu số 3: Mua bông\nKhông có nhà thầu trúng thầu",
            [("Công ty TNHH A Châu", None, 100_000_000), ("Công ty TNHH B Á", None, 200_000_000)],
        ),
        ("Nhà thầu trúng thầu: Không có\nGiá trúng thầu: 0 đồng", []),
        ("Nhà thầu không trúng thầu: Công ty TNHH A Châu\nGiá dự thầu: 5.000.000 đồng", []),
        ("Nhà thầu tham dự: Công ty TNHH A Châu; Công ty TNHH B Á", []),
        ("Bệnh viện thông báo kết quả lựa chọn nhà thầu gói thầu mua gạc. Giá gói thầu: 5.000.000 đồng", []),
    ],
)
def test_winners_are_read_from_lines_and_sentences(text: str, won: list[Any]) -> None:
    assert _won(text) == won


@pytest.mark.parametrize(
    ("text", "won"),
    [
        (
            "Nhà thầu xếp hạng thứ nhất và được lựa chọn: Hộ kinh doanh Nguyễn Thị Hoa, giá 48.350.000 đồng.\n"
            "Nhà thầu không được lựa chọn: Công ty TNHH An Bình (giá dự thầu 52.000.000 đồng)",
            [("Hộ kinh doanh Nguyễn Thị Hoa", None, 48_350_000)],
        ),
        (
            "Bệnh viện cảm ơn các đơn vị đã tham gia chào giá. Kết quả: Công ty Cổ phần Giặt là Xanh (mã số thuế "
            "0201 777 888) trúng chào giá với đơn giá 9.200 đồng/kg.",
            [("Công ty Cổ phần Giặt là Xanh", "0201777888", None)],
        ),
        (
            "Phê duyệt kết quả mua sắm trực tiếp:\n1. Nhà thầu cung cấp: Công ty TNHH Lục Tỉnh\n"
            "2. Giá trị: 742.350.000 đồng",
            [("Công ty TNHH Lục Tỉnh", None, 742_350_000)],
        ),
        (
            "Kết quả đấu giá xe ô tô: Người trúng đấu giá: ông Trần Văn B; giá trúng đấu giá: 58.600.000 đồng; "
            "giá khởi điểm: 45.000.000 đồng.",
            [("ông Trần Văn B", None, 58_600_000)],
        ),
        (
            "Nhà thầu trúng thầu: Công ty CP Việt Nhật\nMã định danh: vn0102345678\nGiá trúng thầu: 5.980.000.000 VND",
            [("Công ty CP Việt Nhật", "0102345678", 5_980_000_000)],
        ),
        (
            "Bệnh viện thông báo đơn vị được lựa chọn thẩm định giá năm 2026:\n"
            "Công ty CP Thẩm định giá Đất Cảng, giá dịch vụ: 88.000.000 đồng.",
            [("Công ty CP Thẩm định giá Đất Cảng", None, 88_000_000)],
        ),
        (
            "Các nhà thầu không được lựa chọn:\nCông ty CP Thẩm định giá Đất Cảng, giá dịch vụ: 88.000.000 đồng.",
            [],
        ),
    ],
)
def test_winners_are_read_in_other_words(text: str, won: list[Any]) -> None:
    assert _won(text) == won


def test_a_company_above_prices_that_were_won_is_their_winner() -> None:
    rows = "| STT | Tên vật tư | Đơn vị | Số lượng | {} |\n| 1 | Chỉ số 3 | Sợi | 1.200 | 18.900 |"
    text = "Công ty TNHH Minh Long:\n{}\nCông ty CP Thiên Ân:\n{}"
    for head, winners in (("Đơn giá trúng", ["Công ty TNHH Minh Long", "Công ty CP Thiên Ân"]), ("Đơn giá", [])):
        table = rows.format(head)
        page = text.format(table.replace("\n|", "\n").strip("| "), table.replace("\n|", "\n").strip("| "))
        assert [award["supplier"] for award in _read(page, _table(table), _table(table))] == winners


def test_what_lots_are_worth_may_be_called_so() -> None:
    table = _table(
        """
        | STT | Mã số thuế | Tên nhà thầu | Trị giá trúng thầu (VNĐ) |
        | 1 | 0302339800 | Công ty TNHH Hoàng Đức | 4.120.500.000 |
        | | | Cộng | 4.120.500.000 |
        """
    )
    assert _won("Danh sách nhà thầu trúng thầu", table) == [("Công ty TNHH Hoàng Đức", "0302339800", 4_120_500_000)]


def test_a_table_of_lots_has_a_winner_a_row() -> None:
    table = _table("""
        STT | Tên gói thầu    | Giá gói thầu | Nhà thầu trúng thầu       | Mã số thuế | Giá dự thầu | Giá trúng thầu
        1   | Phần 1: Gạc     | 130.000.000  | Công ty TNHH A Châu       | 0101234567 | 125.000.000 | 120.000.000
        2   | Phần 2: Kim     | 90.000.000   | Công ty CP B Á            | 0302345678 | 88.000.000  | 88.000.000
        3   | Phần 3: Bông    | 50.000.000   | Không có nhà thầu trúng   |            |             |
        4   | Phần 4: Chỉ     | 70.000.000   | Công ty TNHH A Châu       | 0101234567 | 65.000.000  | 60.000.000
            | Tổng cộng       | 340.000.000  |                           |            |             | 268.000.000
    """)
    assert [(a["lot"], a["supplier"], a["tax_code"], a["amount_vnd"]) for a in _read("", table)] == [
        ("Phần 1: Gạc", "Công ty TNHH A Châu", "0101234567", 120_000_000),
        ("Phần 2: Kim", "Công ty CP B Á", "0302345678", 88_000_000),
        ("Phần 4: Chỉ", "Công ty TNHH A Châu", "0101234567", 60_000_000),
    ]


GOODS = """
    STT | Tên hàng hóa | ĐVT  | Số lượng | Hãng sản xuất | Xuất xứ  | Đơn giá kế hoạch | Đơn giá trúng thầu | Thành tiền
    1   | Băng gạc     | Cuộn | 1.200    | Bạch Tuyết    | Việt Nam | 5.000            | 4.500,5            | 5.400.600
    2   | Bơm tiêm 5ml | Cái  | 15.000   | Vinahankook   | Việt Nam | 800              | 650                | 9.750.000
    Tổng cộng | | | | | | | | 15.150.600
"""
PRICES = [
    ("Băng gạc", "Cuộn", 1200, 4500.5, "Bạch Tuyết", "Việt Nam"),
    ("Bơm tiêm 5ml", "Cái", 15000, 650, "Vinahankook", "Việt Nam"),
]


def _prices(items: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [
        tuple(item[key] for key in ("name", "unit", "quantity", "unit_price_vnd", "maker", "origin")) for item in items
    ]


def test_prices_of_things_are_of_the_one_winner_that_the_text_names() -> None:
    [award] = _read("Nhà thầu trúng thầu: Công ty TNHH A Châu\nGiá trúng thầu: 15.150.600 đồng", _table(GOODS))
    assert (award["supplier"], award["amount_vnd"]) == ("Công ty TNHH A Châu", 15_150_600)
    assert _prices(award["items"]) == PRICES


def test_prices_without_a_winner_or_with_two_are_nobodys() -> None:
    assert _read("Danh mục hàng hóa", _table(GOODS)) == []
    two = "Nhà thầu trúng thầu: Công ty TNHH A Châu\nNhà thầu trúng thầu: Công ty TNHH B Á"
    assert [award["items"] for award in _read(two, _table(GOODS))] == [[], []]


def test_each_row_goes_to_the_winner_it_names() -> None:
    table = _table("""
        STT | Tên thuốc       | Đơn vị tính | Số lượng | Đơn giá trúng thầu (VNĐ) | Đơn vị trúng thầu
        1   | Paracetamol     | Viên        | 10.000   | 480                      | Công ty CP Dược A
        2   | Amoxicillin     | Viên        | 5.000    | 1.250                    | Công ty TNHH B Á
        3   | Cefixim         | Viên        | 2.000    | 3.400                    | Công ty CP Dược A
    """)
    assert [(a["supplier"], [item["unit_price_vnd"] for item in a["items"]]) for a in _read("", table)] == [
        ("Công ty CP Dược A", [480, 3400]),
        ("Công ty TNHH B Á", [1250]),
    ]


def test_a_row_of_its_own_names_the_winner_of_those_below() -> None:
    table = _table("""
        STT | Tên hàng hóa | ĐVT | Số lượng | Đơn giá trúng thầu
        I. Công ty TNHH A Châu (MST: 0101234567) | | | |
        1   | Gạc          | Cuộn | 10      | 4.500
        II. Công ty CP B Á | | | |
        1   | Kim          | Cái  | 20      | 650
    """)
    assert [(a["supplier"], a["tax_code"], [i["name"] for i in a["items"]]) for a in _read("", table)] == [
        ("Công ty TNHH A Châu", "0101234567", ["Gạc"]),
        ("Công ty CP B Á", None, ["Kim"]),
    ]


def test_heads_of_two_rows_tell_planned_from_won() -> None:
    table = _table("""
        STT | Tên hàng | ĐVT  | Số lượng | Kế hoạch | Kế hoạch | Giá trúng thầu | Giá trúng thầu | Nhà thầu được chọn
        STT | Tên hàng | ĐVT  | Số lượng | Đơn giá  | Thành tiền | Đơn giá     | Thành tiền     | Nhà thầu được chọn
        1   | Gạc      | Cuộn | 10       | 5.000 | 50.000 | 4.500          | 45.000         | Công ty CP B Á
    """)
    [award] = _read("", table)
    assert _prices(award["items"]) == [("Gạc", "Cuộn", 10, 4500, None, None)]
    assert award["amount_vnd"] is None


def test_tables_in_thousands_are_scaled() -> None:
    table = _table("""
        STT | Gói thầu | Nhà thầu trúng thầu | Giá trúng thầu (1.000 đồng)
        1   | Mua gạc  | Công ty CP B Á      | 1.250.000
    """)
    assert _won("", table) == [("Công ty CP B Á", None, 1_250_000_000)]
    below = _table("""
        STT | Gói thầu | Nhà thầu trúng thầu | Giá trúng thầu
        1   | Mua gạc  | Công ty CP B Á      | 1.250.000
    """)
    assert _won("ĐVT: 1.000 đồng", below) == [("Công ty CP B Á", None, 1_250_000_000)]


def test_losers_are_no_awards_and_an_offer_counts_where_a_row_says_that_it_won() -> None:
    bidders = _table("""
        STT | Nhà thầu tham dự    | Giá dự thầu | Kết quả
        1   | Công ty TNHH A Châu | 5.000.000   | Trúng thầu
        2   | Công ty CP B Á      | 6.000.000   | Không trúng thầu
    """)
    assert _won("", bidders) == [("Công ty TNHH A Châu", None, 5_000_000)]
    ranks = _table("""
        STT | Nhà thầu tham dự    | Giá dự thầu | Kết quả
        1   | Công ty TNHH A Châu | 5.000.000   | Xếp hạng 1
        2   | Công ty CP B Á      | 6.000.000   | Xếp hạng 2
    """)
    assert _read("", ranks) == []
    ranked = _table("""
        STT | Nhà thầu            | Giá dự thầu | Giá trúng thầu | Ghi chú
        1   | Công ty TNHH A Châu | 5.000.000   | 4.900.000      | Trúng thầu
        2   | Công ty CP B Á      | 6.000.000   |                | Không trúng thầu
    """)
    assert _won("", ranked) == [("Công ty TNHH A Châu", None, 4_900_000)]


def test_a_column_that_is_not_understood_gives_no_price() -> None:
    table = _table("""
        STT | Tên hàng hóa | ĐVT  | Số lượng | Giá tham khảo thị trường | Nhà thầu trúng thầu
        1   | Gạc          | Cuộn | 10       | 4.500                    | Công ty CP B Á
    """)
    [award] = _read("", table)
    assert _prices(award["items"]) == [("Gạc", "Cuộn", 10, None, None, None)]


def test_a_bare_unit_price_counts_only_in_a_list_of_what_was_won() -> None:
    table = _table("""
        STT | Tên hàng hóa | ĐVT  | Số lượng | Đơn giá | Thành tiền
        1   | Gạc          | Cuộn | 10       | 4.500   | 45.000
    """)
    named = "Danh mục hàng hóa trúng thầu\nNhà thầu trúng thầu: Công ty CP B Á"
    [award] = _read(named, table)
    assert award["items"][0]["unit_price_vnd"] == 4500


def test_a_file_adds_prices_to_the_winner_that_the_page_names() -> None:
    page = FoldedPassage("Nhà thầu trúng thầu: Công ty TNHH A Châu\nGiá trúng thầu: 15.150.600 đồng")
    file = FoldedPassage("Đơn vị trúng thầu: Công ty Trách nhiệm hữu hạn A Châu (MST 0101234567)")
    [award] = parse_awards([(page, ()), (file, (_table(GOODS),))])
    assert (award.supplier, award.tax_code, award.amount_vnd) == ("Công ty TNHH A Châu", "0101234567", 15_150_600)
    assert len(award.items) == 2


def test_a_winner_beside_its_lot_is_of_that_lot() -> None:
    text = (
        "Phần 1: Gạc: Công ty TNHH A Châu, giá trúng thầu: 120.000.000 đồng\n"
        "Phần 2: Kim: Công ty CP B Á, giá trúng thầu: 88.000.000 đồng\nPhần 3: Bông: không có nhà thầu tham dự"
    )
    assert [(award["lot"], award["supplier"], award["amount_vnd"]) for award in _read(text)] == [
        ("Phần 1: Gạc", "Công ty TNHH A Châu", 120_000_000),
        ("Phần 2: Kim", "Công ty CP B Á", 88_000_000),
    ]


def test_a_table_goes_on_over_the_end_of_a_page() -> None:
    first = _table(GOODS)[:2]
    [award] = _read("Nhà thầu trúng thầu: Công ty TNHH A Châu", first, _table(GOODS)[2:3])
    assert _prices(award["items"]) == PRICES


def test_the_letter_above_the_table_of_a_sheet_hides_it_not() -> None:
    blank = ("",) * 8
    letter = tuple(
        (line, *blank)
        for line in ("SỞ Y TẾ", "QUYẾT ĐỊNH", *["Căn cứ Luật Đấu thầu"] * 20, "Giá trúng thầu: 15.150.600 đồng")
    )
    [award] = _read("Nhà thầu trúng thầu: Công ty TNHH A Châu", (*letter, *_table(GOODS)))
    assert _prices(award["items"]) == PRICES


_PRICED = """
    STT | Tên hàng | Hãng | ĐVT | SL | {price}
    1   | {name}   | Mediplast | Cái | 300 | {paid}
"""


def _priced(name: str, paid: str, price: str = "Đơn giá (có VAT)") -> Table:
    return _table(_PRICED.format(name=name, paid=paid, price=price))


def _text(table: Table) -> str:
    return "\n".join(" | ".join(row) for row in table)


@pytest.mark.parametrize(
    "lead",
    [
        "Nhà thầu trúng thầu: {name}, MST {code}, giá trúng thầu {sum} đồng",
        "{number}. Nhà thầu {name}\nMã số thuế: {code}\nTổng giá trúng thầu: {sum} VNĐ",
        "{name} (MST: {code})\nGiá trúng thầu: {sum} đồng",
        "{name}, mã số thuế {code}, trúng thầu 1 mặt hàng, tổng giá trị {sum} đồng.",
    ],
)
def test_a_table_below_the_line_of_its_winner_is_that_winners(lead: str) -> None:
    first, second = _priced("Gạc", "1.000"), _priced("Kim", "2.500")
    text = "\n".join(
        [
            "Thông báo kết quả lựa chọn nhà thầu",
            lead.format(number=1, name="Công ty TNHH Sao Mai", code="0101234567", sum="300.000"),
            _text(first),
            lead.format(number=2, name="Công ty Cổ phần Bình Minh", code="0307654321", sum="750.000"),
            _text(second),
        ]
    )
    one, two = _read(text, first, second)
    assert (one["supplier"], one["tax_code"], one["amount_vnd"]) == ("Công ty TNHH Sao Mai", "0101234567", 300_000)
    assert (two["supplier"], two["tax_code"], two["amount_vnd"]) == ("Công ty Cổ phần Bình Minh", "0307654321", 750_000)
    assert _prices(one["items"]) == [("Gạc", "Cái", 300, 1000, "Mediplast", None)]
    assert _prices(two["items"]) == [("Kim", "Cái", 300, 2500, "Mediplast", None)]


def test_of_several_winners_named_above_one_table_nobody_is_told() -> None:
    table = _priced("Gạc", "1.000")
    text = (
        "Kết quả lựa chọn nhà thầu\nNhà thầu trúng thầu: Công ty TNHH Sao Mai\n"
        "Nhà thầu trúng thầu: Công ty Cổ phần Bình Minh\n" + _text(table)
    )
    assert [award["items"] for award in _read(text, table)] == [[], []]


def test_a_company_that_is_named_without_what_it_won_is_no_winner() -> None:
    assert (
        _read("Kết quả lựa chọn nhà thầu\nCác nhà thầu nộp hồ sơ:\n1. Công ty TNHH Sao Mai\nGiá dự thầu: 5.000.000")
        == []
    )


def test_bidders_beside_bare_prices_are_winners_where_another_table_says_so() -> None:
    winners = _table("""
        STT | Nhà thầu trúng thầu    | Mã số thuế | Giá trúng thầu
        1   | Công ty TNHH Sao Mai   | 0101234567 | 300.000
    """)
    goods = _table("""
        STT | Tên thương mại | ĐVT | Số lượng | Đơn giá | Thành tiền | Tên nhà thầu
        1   | Gạc            | Cái | 300      | 1.000   | 300.000    | Công ty TNHH Sao Mai
        2   | Kim            | Cái | 10       | 1.100   | 11.000     | Công ty TNHH Thua Cuộc
    """)
    [award] = _read("Kết quả lựa chọn nhà thầu", winners, goods)
    assert _prices(award["items"]) == [("Gạc", "Cái", 300, 1000, None, None)]


def test_prices_that_are_no_whole_multiple_of_quantities_are_of_a_piece() -> None:
    table = _table("""
        STT | Danh mục | ĐVT | SL    | Giá trúng thầu | Nhà thầu trúng thầu
        1   | Kim      | Cái | 70000 | 355            | Công ty TNHH Sao Mai
        2   | Gạc      | Cái | 200   | 9.500          | Công ty TNHH Sao Mai
    """)
    assert [item["unit_price_vnd"] for item in _read("", table)[0]["items"]] == [355, 9500]
    whole = _table("""
        STT | Danh mục | ĐVT | SL  | Giá trúng thầu | Nhà thầu trúng thầu
        1   | Kim      | Cái | 100 | 35.500         | Công ty TNHH Sao Mai
    """)
    assert _read("", whole)[0]["items"][0]["unit_price_vnd"] is None


def test_a_row_of_sums_is_what_its_winner_won_if_the_rows_come_to_it() -> None:
    table = _table("""
        STT | Tên hàng | ĐVT | SL | Đơn giá trúng thầu | Thành tiền
        I. Công ty TNHH Sao Mai - MST: 0101234567
        1   | Gạc      | Cái | 30 | 1.000              | 30.000
        Cộng |         |     |    |                    | 30.000
        II. Công ty Cổ phần Bình Minh
        2   | Kim      | Cái | 10 | 2.000              | 20.000
        Tổng cộng |    |     |    |                    | 50.000
    """)
    assert _won("", table) == [
        ("Công ty TNHH Sao Mai", "0101234567", 30_000),
        ("Công ty Cổ phần Bình Minh", None, None),
    ]


def test_heads_that_lost_their_blanks_in_a_scan_are_understood() -> None:
    table = _table("""
        STT | "Tênhàng hóa | ĐVT   | Sốlượng | Đơngiá | Hãngsản xuất | Nướcsảnxuất
        1   | Gạc          | Cái - | 300     | 1.000  | Mediplast    | Đức
    """)
    [award] = _read("Nhà thầu trúng thầu: Công ty TNHH Sao Mai", table)
    assert _prices(award["items"]) == [("Gạc", "Cái", 300, 1000, "Mediplast", "Đức")]


def test_a_unit_s_column_that_names_companies_is_that_of_winners_and_their_offer_counts_where_nothing_else_does() -> (
    None
):
    table = _table(
        """
        | STT | Đơn vị | Mặt hàng | SL | Đơn giá trúng (đồng) | Thành tiền |
        | 1 | Công ty CP Nhãn khoa Việt | Thủy tinh thể mềm | 33 | 2.960.000 | 97.680.000 |
        """
    )
    [award] = _read("Kết quả lựa chọn đơn vị cung cấp", table)
    assert (award["supplier"], award["items"][0]["unit_price_vnd"]) == ("Công ty CP Nhãn khoa Việt", 2_960_000)
    chosen = "Đơn vị được chọn: Công ty TNHH Sao Bắc\nGiá chào: 67.500.000 đồng"
    assert _won(chosen) == [("Công ty TNHH Sao Bắc", None, 67_500_000)]
    assert _won(chosen + "\nGiá trúng thầu: 66.000.000 đồng") == [("Công ty TNHH Sao Bắc", None, 66_000_000)]


def test_a_line_of_the_letter_in_a_cell_as_wide_as_the_table_is_no_head() -> None:
    wide = ("Nhà thầu trúng thầu: Công ty TNHH Khoa học Bắc Á",) * 5
    head = ("STT", "Tên hàng", "ĐVT", "Số lượng", "Đơn giá")
    [award] = _read(
        "Kết quả lựa chọn nhà thầu\n" + wide[0], (wide, head, ("1", "Hóa chất Glucose", "Hộp", "5", "325.000"))
    )
    assert [(item["name"], item["unit_price_vnd"]) for item in award["items"]] == [("Hóa chất Glucose", 325_000)]


def test_prices_that_come_to_no_whole_dong_a_piece_in_any_row_are_of_a_piece() -> None:
    table = _table(
        """
        | STT | Tên sinh phẩm | Đơn vị tính | Khối lượng | Giá kế hoạch | Giá trúng thầu | Nhà thầu trúng thầu |
        | 1 | Test HIV | Test | 2.000 | 42.000 | 39.900 | Công ty TNHH Á Châu |
        | 2 | Test Dengue | Test | 500 | 95.000 | 91.350 | Công ty TNHH Á Châu |
        """
    )
    [award] = _read("Kết quả lựa chọn nhà thầu", table)
    assert [item["unit_price_vnd"] for item in award["items"]] == [39_900, 91_350]
