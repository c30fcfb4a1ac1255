"""Lines of goods from tables and from lists that lost theirs."""

import pytest

from crawler.extract.document import Table
from crawler.extract.field.item_table import parse_quantity, parse_tables
from crawler.extract.field.item_text import parse_listing
from crawler.extract.field.package import parse_packages
from crawler.extract.text.passage import FoldedPassage
from timthau.model.notice import Item

HEAD = ("STT", "Tên hàng hóa", "ĐVT", "Số lượng", "Ghi chú")


def _short(items: tuple[Item, ...]) -> list[tuple[str, str | None, float | None]]:
    return [(item.name, item.unit, item.quantity) for item in items]


def test_a_table_gives_position_name_unit_quantity_and_specification() -> None:
    items = parse_tables([(HEAD, ("1", "Bơm tiêm 5ml", "Cái", "25.000", "Dùng một lần"))])
    assert items == (Item(position=1, name="Bơm tiêm 5ml", unit="Cái", quantity=25000, specification="Dùng một lần"),)


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("25.000", 25000),
        ("1,500", 1500),
        ("01", 1),
        ("0,5", 0.5),
        ("0.125", 0.125),
        ("12,5", 12.5),
        ("1.250.000", 1_250_000),
        ("120 cái", 120),
        ("", None),
        ("theo nhu cầu", None),
        ("5 - 10", None),
    ],
)
def test_quantities_as_written(text: str, quantity: float | None) -> None:
    assert parse_quantity(text) == quantity


def test_a_head_of_two_rows_is_read_by_its_lower_cells() -> None:
    table: Table = (
        ("STT", "Tên hàng hóa", "Khối lượng", "Khối lượng", "Thông số"),
        ("STT", "Tên hàng hóa", "Đơn vị", "Số lượng", "Thông số"),
        ("1", "Dịch lọc thận", "Can", "2.500", "10 lít"),
    )
    assert _short(parse_tables([table])) == [("Dịch lọc thận", "Can", 2500)]


def test_titles_above_the_head_totals_groups_and_column_numbers_are_no_items() -> None:
    table: Table = (
        ("DANH MỤC HÓA CHẤT",) * 5,
        HEAD,
        ("(1)", "(2)", "(3)", "(4)", "(5)"),
        ("I", "Nhóm hóa chất", "", "", ""),
        ("Phần 2",) * 5,
        ("1", "Cồn 70 độ", "Lít", "40", ""),
        ("", "Tổng cộng", "", "40", ""),
        ("Cộng: 01 khoản",) * 5,
    )
    assert _short(parse_tables([table])) == [("Cồn 70 độ", "Lít", 40)]


def test_a_name_that_begins_like_a_total_is_an_item() -> None:
    table: Table = (HEAD, ("1", "Công tắc điện", "Cái", "4", ""), ("2", "Cồng chiêng", "Bộ", "1", ""))
    assert len(parse_tables([table])) == 2


def test_a_cell_that_spans_rows_makes_one_item_with_all_its_specifications() -> None:
    head = ("STT", "Tên thiết bị", "Cấu hình", "Đơn vị tính", "Số lượng")
    table: Table = (head, ("1", "Máy thở", "Màn hình 12 inch", "Máy", "2"), ("1", "Máy thở", "Pin 4 giờ", "Máy", "2"))
    (item,) = parse_tables([table])
    assert item.specification == "Màn hình 12 inch; Pin 4 giờ"


def test_rows_without_number_and_measure_go_on_with_the_one_above() -> None:
    head = ("STT", "Tên thiết bị", "Cấu hình", "ĐVT", "SL")
    table: Table = (
        head,
        ("1", "Máy thở", "Màn hình", "Máy", "2"),
        ("", "", "Pin 4 giờ", "", ""),
        ("2", "Bàn mổ", "", "Cái", "1"),
    )
    assert [item.specification for item in parse_tables([table])] == ["Màn hình; Pin 4 giờ", None]


@pytest.mark.parametrize(
    "head",
    [
        ("STT", "Họ và tên", "Chức vụ", "Số lượng"),
        ("TT", "Nội dung", "Công ty Đấu giá A"),
        ("STT", "Tên nhà thầu", "Giá dự thầu", "Xếp hạng"),
        ("Nơi nhận:", "GIÁM ĐỐC"),
        ("STT", "Tên gói thầu", "Giá gói thầu", "Thời gian"),
        ("TT", "Tiêu chí", "Điểm tối đa"),
    ],
)
def test_tables_of_other_things_hold_no_items(head: tuple[str, ...]) -> None:
    assert parse_tables([(head, tuple("Một" for _ in head))]) == ()


def test_several_tables_are_joined_and_a_repeated_one_counts_once() -> None:
    one: Table = (HEAD, ("1", "Gạc", "Cái", "3", ""))
    two: Table = (HEAD, ("1", "Bông", "Kg", "2", ""))
    assert _short(parse_tables([one, two, one])) == [("Gạc", "Cái", 3), ("Bông", "Kg", 2)]


def test_a_table_that_goes_on_without_a_head_keeps_the_columns() -> None:
    one: Table = (HEAD, ("1", "Gạc", "Cái", "3", ""))
    assert _short(parse_tables([one, (("2", "Bông", "Kg", "2", ""),)])) == [("Gạc", "Cái", 3), ("Bông", "Kg", 2)]


def test_a_table_of_one_cell_a_line_is_read_whatever_its_order() -> None:
    heads = "STT\nTên hàng hóa\nKhối lượng\nThông số\nĐơn vị\nSố lượng"
    cells = "1\nBệnh án\nTờ\n2\nGiấy A3\n2\nPhiếu\nTờ\n60.000"
    assert _short(parse_listing(FoldedPassage(f"{heads}\n{cells}\n2. Địa điểm: kho"))) == [
        ("Bệnh án", "Tờ", 2),
        ("Phiếu", "Tờ", 60000),
    ]


def test_rows_of_a_file_are_read_though_they_wrap() -> None:
    rows = "1 Vệ sinh khu nhà A 12 tháng, 18 nhân công Tháng 12\n2 Vệ sinh\nngoại cảnh Tháng 6"
    text = f"Danh mục:\nSTT Tên hàng hóa Thông số ĐVT Số lượng\n{rows}\n2. Địa điểm cung cấp: kho\n3. Khác"
    assert [(item.position, item.unit, item.quantity) for item in parse_listing(FoldedPassage(text))] == [
        (1, "Tháng", 12),
        (2, "Tháng", 6),
    ]


def test_specks_of_a_scan_do_not_hide_a_row() -> None:
    text = "STT Tên hàng hóa ĐVT Số lượng\n1 Giường bệnh Cái 80'\n__2 Tủ đầu giường Cái 80\n_3 Đệm Cái80_."
    assert [item.quantity for item in parse_listing(FoldedPassage(text))] == [80, 80, 80]


def test_cells_divided_by_bars_or_tabs_are_a_table() -> None:
    assert _short(parse_listing(FoldedPassage("STT Danh mục | Số lượng | Đơn vị tính\n1 Máy phá rung | 01 | Máy"))) == [
        ("Máy phá rung", "Máy", 1)
    ]
    assert _short(parse_listing(FoldedPassage("STT\tTên hàng\tĐVT\tSố lượng\n1\tBông\tKg\t2"))) == [("Bông", "Kg", 2)]


def test_goods_listed_under_their_heading_are_items() -> None:
    goods = "- Rèm vải hai lớp: 120 bộ\n- Máy chiếu (số lượng: 02 cái)"
    assert _short(
        parse_listing(FoldedPassage(f"Danh mục hàng hóa:\n{goods}\nThời gian bảo hành:\n- Rèm: 12 tháng"))
    ) == [
        ("Rèm vải hai lớp", "bộ", 120),
        ("Máy chiếu", "cái", 2),
    ]


def test_numbered_sections_are_no_items() -> None:
    assert (
        parse_listing(
            FoldedPassage("1. Đơn vị: Bệnh viện A\n2. Thời hạn: 5 ngày\n3. Hiệu lực: 90 ngày\n- Bảo hành: 12 tháng")
        )
        == ()
    )


def test_a_form_for_offers_that_nobody_filled_in_is_no_list_of_goods() -> None:
    form = (
        ("STT", "Danh mục thiết bị y tế (2)", "Xuất xứ", "Số lượng/ khối lượng (7)", "Đơn giá"),
        ("1", "Thiết bị A", "", "", ""),
        ("2", "Thiết bị B", "", "", ""),
        ("n", "...", "", "", ""),
    )
    goods = (
        ("STT", "Tên thuốc", "ĐVT", "Số lượng"),
        ("1", "Vitamin A", "Viên", "20"),
        ("2", "Vitamin C", "Viên", "10"),
    )
    assert [item.name for item in parse_tables((goods, form))] == ["Vitamin A", "Vitamin C"]
    assert parse_tables((form,)) == ()


def test_the_head_of_a_list_may_stand_below_a_whole_letter() -> None:
    letter = tuple((f"Dòng {n} của thư mời chào giá, dài hơn một tên", "", "", "") for n in range(30))
    rows = (("STT", "Tên hàng hóa", "ĐVT", "Số lượng"), ("1", "Băng gạc", "Cuộn", "1.200"))
    assert [item.quantity for item in parse_tables(((*letter, *rows),))] == [1200]


@pytest.mark.parametrize(
    ("head", "cell", "price"),
    [
        ("Đơn giá", "4.500", 4500),
        ("Đơn giá kế hoạch (VNĐ)", "4.500,5", 4500.5),
        ("Đơn giá dự toán (1.000 đồng)", "4,5", 4500),
        ("Đơn giá tối đa", "", None),
        ("Đơn giá trúng thầu", "4.500", None),  # in `awards`
        ("Đơn giá dự thầu", "4.500", None),
        ("Đơn giá chào", "4.500", None),
        ("Thành tiền", "4.500", None),
    ],
)
def test_only_prices_that_the_buyer_prints_are_unit_prices(head: str, cell: str, price: float | None) -> None:
    [item] = parse_tables([(("STT", "Tên hàng", "ĐVT", "Số lượng", head), ("1", "Gạc", "Cuộn", "10", cell))])
    assert (None if item.unit_price_vnd is None else float(item.unit_price_vnd)) == price


def test_unit_prices_are_counted_in_what_the_text_above_says() -> None:
    text = "ĐVT: 1.000 đồng\nSTT | Tên hàng | ĐVT | Số lượng | Đơn giá\n1 | Gạc | Cuộn | 10 | 4,5"
    [item] = parse_listing(FoldedPassage(text))
    assert item.unit_price_vnd == 4500


def test_packages_of_a_plan_are_its_items_without_sums_and_headings() -> None:
    head = ("STT", "Tên gói thầu", "Giá gói thầu (đồng)", "Hình thức LCNT", "Thời gian bắt đầu")
    first = (
        head,
        ("(1)", "(2)", "(3)", "(4)", "(5)"),
        ("I", *("Phần công việc thuộc kế hoạch",) * 4),
        ("1", "Hóa chất xét nghiệm", "1.450.000.000", "Đấu thầu rộng rãi", "Quý I/2026"),
        ("Cộng", "Tổng giá các gói thầu", "1.450.000.000", "", ""),
    )
    second = (("2", "Phim X-quang khô", "345.000.000", "Chào hàng cạnh tranh", "Quý II/2026"),)
    found = parse_packages([first, second])
    assert [(item.position, item.name, item.quantity, item.unit_price_vnd) for item in found] == [
        (1, "Hóa chất xét nghiệm", None, None),
        (2, "Phim X-quang khô", None, None),
    ]


def test_a_table_of_goods_or_of_one_package_s_particulars_lists_no_packages() -> None:
    goods = (("STT", "Tên hàng hóa", "ĐVT", "Số lượng"), ("1", "Gạc", "Cái", "5"))
    particulars = (("Tên gói thầu", "Mua gạc"), ("Giá gói thầu", "345.000.000 đồng"))
    assert parse_packages([goods, particulars]) == ()
