"""Sums in figures and words, and which of them a notice is worth."""

from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crawler.extract.field.money import parse_amount
from crawler.extract.field.price_table import parse_table_amount
from crawler.extract.text.money import parse_sums
from crawler.extract.text.passage import FoldedPassage
from timthau.model.notice import NoticeKind
from timthau.text.numeral import parse_numeral

SUMS = st.integers(1_000, 999_999_999_999)


def _grouped(vnd: int, mark: str) -> str:
    return f"{vnd:,}".replace(",", mark)


FORMS: list[Callable[[int], str]] = [
    lambda vnd: f"{_grouped(vnd, '.')} đồng",
    lambda vnd: f"{_grouped(vnd, '.')}đồng",
    lambda vnd: f"{_grouped(vnd, '.')}, đồng",
    lambda vnd: f"{_grouped(vnd, '.')} VNĐ",
    lambda vnd: f"{_grouped(vnd, '.')} VND",
    lambda vnd: f"{_grouped(vnd, '.')}đ",
    lambda vnd: f"{_grouped(vnd, '.')} đ/năm",
    lambda vnd: f"{_grouped(vnd, '.')} (đồng)",
    lambda vnd: f"{_grouped(vnd, '.')},- đồng",
    lambda vnd: f"{_grouped(vnd, ',')} đồng",
    lambda vnd: f"{_grouped(vnd, ',')} VND",
    lambda vnd: f"VND {_grouped(vnd, ',')}",
    lambda vnd: f"{vnd} đồng",
    lambda vnd: f"{_grouped(vnd, '.')} ĐỒNG",
]


@given(SUMS, st.sampled_from(FORMS))
def test_a_sum_in_any_form_is_read_back(vnd: int, form: Callable[[int], str]) -> None:
    assert [one.vnd for one in parse_sums(f"Giá gói thầu: {form(vnd)}; phần còn lại")] == [vnd]


@given(st.integers(1, 999_999), st.sampled_from([("tỷ", 10**6), ("tỉ", 10**6), ("triệu", 10**3)]))
def test_a_sum_with_decimals_and_a_scale_is_read_back(thousands: int, scale: tuple[str, int]) -> None:
    word, parts = scale
    whole, rest = divmod(thousands, parts)
    decimals = f"{rest:0{len(str(parts)) - 1}d}"[:3].rstrip("0")
    assume(int(decimals.ljust(len(str(parts)) - 1, "0") or 0) == rest)
    assume(not (word == "triệu" and whole > 999))
    text = f"{whole},{decimals} {word} đồng" if decimals else f"{whole} {word} đồng"
    assert [one.vnd for one in parse_sums(f"giá {text}.")] == [thousands * 1000]


@pytest.mark.parametrize(
    ("text", "vnd"),
    [
        ("203,531 tỷ đồng", 203_531_000_000),
        ("1.200 triệu đồng", 1_200_000_000),
        ("1 tỷ 200 triệu đồng", 1_200_000_000),
        ("12.5 tỷ đồng", 12_500_000_000),
        ("10 072 874 000 đồng", 10_072_874_000),
        ("150 nghìn đồng", 150_000),
        ("1.884.500.000,50 đồng", 1_884_500_000),
    ],
)
def test_scales_and_separators(text: str, vnd: int) -> None:
    assert [one.vnd for one in parse_sums(text)] == [vnd]


@pytest.mark.parametrize(
    "text", ["MST 0313270903", "số 22/2023/QH15", "ngày 11.8.2025", "2.310 m2", "điện thoại 024 37686611", "500"]
)
def test_numbers_that_are_no_sums(text: str) -> None:
    assert list(parse_sums(text)) == []


UNITS = ["", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]


def _spell_hundreds(number: int, *, full: bool) -> str:
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = [f"{UNITS[hundreds] or 'không'} trăm"] if hundreds or full else []
    if tens == 1:
        words.append("mười")
    elif tens:
        words.append(f"{UNITS[tens]} mươi")
    elif ones and words:
        words.append("linh")
    if ones:
        words.append("mốt" if ones == 1 and tens > 1 else "lăm" if ones == 5 and tens else UNITS[ones])
    return " ".join(words)


def _spell(number: int) -> str:
    parts: list[str] = []
    for size, name in ((10**9, "tỷ"), (10**6, "triệu"), (10**3, "nghìn"), (1, "")):
        count, number = divmod(number, size)
        if count:
            parts.append(f"{_spell_hundreds(count, full=bool(parts))} {name}".strip())
    return ", ".join(parts)


@given(st.integers(1, 999_999_999_999), st.sampled_from(["{} đồng", "{} đồng chẵn", "{}", "{} đồng./."]))
def test_a_number_in_words_is_read_back(number: int, form: str) -> None:
    assert parse_numeral(form.format(_spell(number)).capitalize()) == number


@pytest.mark.parametrize("text", ["", "đồng", "xin chào", "mười hai con giáp", "một một"])
def test_words_that_are_no_number(text: str) -> None:
    assert parse_numeral(text) is None


RFQ, AWARD, AUCTION = NoticeKind.REQUEST_FOR_QUOTATION, NoticeKind.AWARD, NoticeKind.AUCTION


@pytest.mark.parametrize(
    ("text", "kind", "vnd"),
    [
        ("Giá gói thầu: 1.500.000.000 đồng\nBảo đảm dự thầu: 22.000.000 đồng", RFQ, 1_500_000_000),
        ("Bảo đảm dự thầu: 22.000.000 đồng\nChi phí nộp E-HSDT: 330.000 VND", RFQ, None),
        ("Dự toán gói thầu (đã gồm thuế GTGT): 750.000.000 đồng", RFQ, 750_000_000),
        (
            "Giá khởi điểm: 70.000.000 đồng (Bằng chữ: Bảy mươi triệu đồng). Bước giá: 1.000.000 đồng",
            AUCTION,
            70_000_000,
        ),
        ("Giá khởi điểm: 70.000.000 đồng (Bằng chữ: Bảy mươi hai triệu đồng)", AUCTION, None),
        ("Giá khởi điểm: 3.000.000 đồng/tháng x 28 tháng = 84.000.000 đồng", AUCTION, 84_000_000),
        ("Giá khởi điểm:\n- Lô 1: 422.000.000 đồng\n- Lô 2: 355.000.000 đồng", AUCTION, None),
        (
            "Giá khởi điểm:\n- Lô 1: 422.000.000 đồng\n- Lô 2: 355.000.000 đồng\nTổng giá khởi điểm: 777.000.000 đồng",
            AUCTION,
            777_000_000,
        ),
        ("Giá khởi điểm: 9.500 đồng/kg", AUCTION, None),
        ("Giá gói thầu: 900.000.000 đồng\nGiá trúng thầu: 880.000.000 đồng", AWARD, 880_000_000),
        ("Giá gói thầu: 900.000.000 đồng\nPhí: 1% giá trị trúng đấu giá vượt 50.000.000 đồng", AUCTION, 900_000_000),
        ("Tiền đặt trước: 150.000.000 đồng tương đương 5% doanh thu", AUCTION, None),
        ("Vốn điều lệ tối thiểu 5 tỷ đồng, doanh thu bình quân 20 tỷ đồng", RFQ, None),
        ("Giá gói thầu: 1.234.000.000", RFQ, 1_234_000_000),
        ("Giá gói thầu (đã gồm thuế, phí, lệ phí): 900.000.000 đồng", RFQ, 900_000_000),
        ("Giá gói thầu đã bao gồm thuế, phí và lệ phí là 900.000.000 đồng", RFQ, 900_000_000),
        ("Giá gói thầu: xem E-HSMT (phí hồ sơ): 1.500.000 đồng", RFQ, None),
        ("Gói thầu số 05 thi công nhà điều trị có giá 2,5 tỷ đồng", RFQ, 2_500_000_000),
        ("Dự kiến giá trị hợp đồng bảo trì: 813.000.000 đồng", RFQ, 813_000_000),
        ("Tổng chi phí dự kiến cho 03 ngày tập huấn là 69.500.000 đồng", RFQ, 69_500_000),
        ("Gói thầu tương tự có giá 2,5 tỷ đồng", RFQ, None),
        ("Nhà thầu đã hoàn thành gói thầu có giá 2,5 tỷ đồng", RFQ, None),
        ("Ví dụ: gói thầu có giá 2,5 tỷ đồng", RFQ, None),
        ("Năm 2024 bệnh viện đã ký hợp đồng mua hóa chất trị giá 4.300.000.000 đồng", RFQ, None),
        ("Bệnh viện ký hợp đồng mua hóa chất trị giá 4.300.000.000 đồng", AWARD, 4_300_000_000),
        ("Chi phí thuê dự kiến không vượt quá 720 triệu đồng", RFQ, 720_000_000),
        ("Kinh phí cho gói thầu trên là 540.000.000 (năm trăm bốn mươi triệu) đồng", RFQ, 540_000_000),
        ("Giá chào tối đa: 500tr", RFQ, 500_000_000),
        ("Giá gói thầu: năm trăm triệu đồng. Phạt chậm giao: 2.000.000 đồng/ngày", RFQ, 500_000_000),
        ("Giá thuê trần: hai mươi triệu đồng/m2, cọc 50.000.000 đồng", AUCTION, None),
        ("Giá:\n643.000.000 đồng\nHình thức: chào hàng cạnh tranh", NoticeKind.INVITATION_TO_TENDER, 643_000_000),
        ("Tổng tiền: 500.000.000", RFQ, 500_000_000),
        ("Tổng số cây giống: 500.000.000", RFQ, None),
        ("Phần 1: 200 triệu đồng\nPhần 2: 300 triệu đồng\nCộng: 500 triệu đồng", RFQ, 500_000_000),
        ("Phần 1: 200 triệu đồng\nPhần 2: 300 triệu đồng\nCộng: 510 triệu đồng", RFQ, None),
        (
            "Phí dịch vụ thẩm định giá tối đa: 99.000.000 đồng. Giá trị tài sản thẩm định: 25.000.000.000 đồng",
            NoticeKind.PRICE_APPRAISAL,
            99_000_000,
        ),
        ("Estimated budget: VND 450,000,000", RFQ, 450_000_000),
        ("Giá:\n85.000.000 đồng (bao gồm thuế GTGT)", RFQ, 85_000_000),
        ("Giá:\n85.000.000 đồng", RFQ, None),
        ("Đơn giá (đ)\nThành tiền (đ)\n1\nDầu\n148.800.000\nTổng cộng\n276.966.000", RFQ, 276_966_000),
        ("Số liều\n1\nVắc xin\n148.800.000\nTổng cộng\n276.966.000", RFQ, None),
        ("Giá gói thầu trước thuế 25.704.000.000 đ; sau thuế GTGT 8% là 27.760.320.000 đ", RFQ, 27_760_320_000),
        ("Giá gói thầu - đã in: 3.872.000.000 đồng; đúng là: 8.372.000.000 đồng", RFQ, 8_372_000_000),
        (
            "Giá trị xây lắp đã ký là 7.912.340.000đ. Giá gói thầu tư vấn giám sát được duyệt tại Quyết định số "
            "119/QĐ-TCT: 205.562.000 đồng",
            NoticeKind.CONSULTANT_SELECTION,
            205_562_000,
        ),
        ("Gói thầu thiết bị nói trên có giá 31,8 tỷ đồng", NoticeKind.CONSULTANT_SELECTION, None),
        ("Bỏ máy in nhiệt (trị giá ước 38 triệu đồng)", NoticeKind.AMENDMENT, None),
        ("Giá bán niêm yết cả lô: 21,35 triệu đồng", AUCTION, 21_350_000),
        ("Giá bán bộ HSMT: 1.000.000 đồng", NoticeKind.INVITATION_TO_TENDER, None),
    ],
)
def test_a_notice_is_worth_its_price_and_nothing_else(text: str, kind: NoticeKind, vnd: int | None) -> None:
    found = parse_amount(FoldedPassage(text), kind)
    assert (found.vnd if found else None) == vnd


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("Giá khởi điểm từ 7.000.000 đồng đến 150.000.000 đồng", (7_000_000, 150_000_000)),
        ("Giá khởi điểm: 7 - 150 triệu đồng", (7_000_000, 150_000_000)),
        ("Giá gói thầu từ 1,2 tỷ đến 1,5 tỷ đồng", (1_200_000_000, 1_500_000_000)),
        ("Giá khởi điểm:\n- Lô 1: 422.000.000 đồng\n- Lô 2: 355.000.000 đồng", (355_000_000, 422_000_000)),
        ("Giá gói thầu: 900.000.000 đồng hoặc 950.000.000 đồng", (900_000_000, 950_000_000)),
        ("Giá gói thầu (ĐVT: 1.000 đồng): 1.250.000", (1_250_000_000, 1_250_000_000)),
        ("Giá gói thầu: 1.250.000 (ĐVT: nghìn đồng)", (1_250_000_000, 1_250_000_000)),
        ("Đơn vị tính: 1.000 đồng\nGiá gói thầu: 1.250.000", (1_250_000_000, 1_250_000_000)),
        ("Đơn vị tính: 1.000 đồng\nGiá gói thầu: 1.250.000.000 đồng", (1_250_000_000, 1_250_000_000)),
        ("ĐVT: triệu đồng\nGiá gói thầu: 1.250", (1_250_000_000, 1_250_000_000)),
        ("Giá gói thầu (triệu đồng): 1.250,5", (1_250_500_000, 1_250_500_000)),
        ("Giá gói thầu (VND): 1 250 000 000", (1_250_000_000, 1_250_000_000)),
        ("Giá gói thầu: 1.250.000 nghìn đồng", (1_250_000_000, 1_250_000_000)),
        ("Giá gói thầu: Một tỷ hai trăm năm mươi triệu đồng", (1_250_000_000, 1_250_000_000)),
        ("Dự toán: bảy trăm năm mươi triệu đồng chẵn", (750_000_000, 750_000_000)),
        ("Tổng mức đầu tư 5 tỷ đồng. Giá gói thầu: 2 tỷ đồng", (2_000_000_000, 2_000_000_000)),
        ("Giá khởi điểm từ 5 tỷ đồng", None),
        ("Giá gói thầu:\nĐã ghi: 900.000.000 đồng\nSửa thành: 850.000.000 đồng", (850_000_000, 850_000_000)),
        (
            "Nội dung | Đã thông báo | Nay điều chỉnh là\nSố vị trí | 4 | 5\n"
            "Giá gói thầu | 612.000.000 đồng | 621.000.000 đồng",
            (621_000_000, 621_000_000),
        ),
        ("Kinh phí trạm được cấp cho việc sửa chữa này không quá 148 triệu đồng", (148_000_000, 148_000_000)),
        ("Mức giá trần: 4.500.000 đồng/tháng, tương ứng 54.000.000 đồng", (54_000_000, 54_000_000)),
        ("Giá của gói này: 4.218.336.000 đồng\nTổng mức đầu tư: 12.600.000.000 đồng", (4_218_336_000, 4_218_336_000)),
        ("Giá gói thầu: 1.118.207.000đ (dự toán ban đầu 1.204.660.000đ)", (1_118_207_000, 1_118_207_000)),
        ("Thư chào giá tư vấn, giá trị không vượt quá 118.200.000đ", (118_200_000, 118_200_000)),
        ("Phí dịch vụ đã bao gồm thuế, tối đa 9.900.000 đồng", (9_900_000, 9_900_000)),
        ("Giá khởi điểm: 432.000.000 đồng/năm (tương đương 36.000.000 đồng/tháng)", (432_000_000, 432_000_000)),
        ("Ngân sách của hợp tác xã: 750 triệu đồng; trong đó quỹ hỗ trợ 200 triệu đồng", (750_000_000, 750_000_000)),
        ("Tổng giá bán: 20.000.000 đồng; tổng nguyên giá: 775.000.000 đồng.", (20_000_000, 20_000_000)),
        ("1. Tại mục dự toán:\nĐã ghi: 89.000.000 đồng\nNay sửa lại là: 98.000.000 đồng", (98_000_000, 98_000_000)),
        ("Kinh phí nhà trường có thể chi: không quá 94.800.000 đồng", (94_800_000, 94_800_000)),
        (
            "Thực hiện Quyết định số 18/QĐ-UBND về việc bổ sung kinh phí 1.200.000.000 đồng cho các xã;\n"
            "Giá dự toán: 237.600.000đ.",
            (237_600_000, 237_600_000),
        ),
        (
            "Giá gói thầu: 2.685.400.000 đồng\nHồ sơ mời thầu bán tại phòng Kỹ thuật, giá 1.000.000 đồng một bộ",
            (2_685_400_000, 2_685_400_000),
        ),
        (
            "Giá trị gói vệ sinh được duyệt: 412.760.000 đồng, trong đó vật tư 100.000.000 đồng",
            (412_760_000, 412_760_000),
        ),
        ("Giá chào trọn gói gồm vận chuyển, thuế; không vượt 297 triệu đồng", (297_000_000, 297_000_000)),
        ("Tổng mức chi dự kiến cho cả thời gian thuê là một tỷ đồng", (1_000_000_000, 1_000_000_000)),
        ("Ngân sách trần: 252.000.000đ, tương đương 3.500.000đ/chuyến.", (252_000_000, 252_000_000)),
        ("Giá gói thầu (phí bảo hiểm tối đa): 2.420.600.000 đồng", (2_420_600_000, 2_420_600_000)),
        ("Sơ bộ tổng chi phí thực hiện dự án: 142.680.000.000 đồng", None),
        (
            "Tên gói thầu\nGiá gói thầu (đồng)\nMua phân bón\n1.450.000.000\nThuê máy gặt\n380.000.000\n"
            "Tổng cộng giá các gói thầu\n1.830.000.000",
            (1_830_000_000, 1_830_000_000),
        ),
        (
            "Giá trị gói thầu được phê duyệt tại Quyết định của Tổng công ty số\n"
            "416/QĐ-TCT là 11.275.480.000 đồng, trong đó dự phòng 536.927.000\nđồng.",
            (11_275_480_000, 11_275_480_000),
        ),
        ("Gói 1: tư vấn 58\nCộng giá trị các gói thầu: 1.354 triệu đồng", (1_354_000_000, 1_354_000_000)),
        (
            "ĐVT: nghìn đồng\nTT | Tên gói thầu | Giá gói thầu | Nguồn vốn\n1 | Mua máy | 485.500 | Thu SN\n"
            "2 | Vệ sinh | 732.000 | Thu SN\nTổng cộng: 02 gói | 1.217.500 | |",
            (1_217_500_000, 1_217_500_000),
        ),
        ("Dự toán tối thiểu 300 triệu, tối đa 500 triệu đồng", (300_000_000, 500_000_000)),
        ("Dự toán từ ba trăm triệu đến năm trăm triệu đồng", None),
        ("Giá gói thầu: trên 5 tỷ đồng", None),
        ("Bảo đảm dự thầu: Hai mươi triệu đồng", None),
        ("Đơn vị tính: Cái\nSố lượng: 1.250.000", None),
    ],
)
def test_ranges_units_and_words(text: str, ends: tuple[int, int] | None) -> None:
    found = parse_amount(FoldedPassage(text), RFQ)
    assert (found and (found.low, found.high)) == ends


@pytest.mark.parametrize(
    ("rows", "unit", "ends"),
    [
        ((("Tên gói thầu", "Giá gói thầu (1.000 đồng)"), ("Mua gạc", "1.250.000")), 1, (1_250_000_000,) * 2),
        ((("Tên gói thầu", "Giá gói thầu (triệu đồng)"), ("Mua gạc", "1.250,5")), 1, (1_250_500_000,) * 2),
        ((("Tên gói thầu", "Giá gói thầu"), ("Mua gạc", "1.250.000")), 1000, (1_250_000_000,) * 2),
        ((("ĐVT: nghìn đồng",) * 2, ("Tên gói thầu", "Giá gói thầu"), ("Mua gạc", "850")), 1, (850_000,) * 2),
        (
            (("Tên thiết bị", "SL", "Thành tiền"), ("Máy in", "4", "34.400"), ("Tổng cộng", "", "34.400")),
            1000,
            (34_400_000,) * 2,
        ),
        (
            (("Tên gói thầu", "Giá gói thầu"), ("Gạc", "250.000.000 đồng"), ("Bông", "150.000.000 đồng")),
            1000,
            (150_000_000, 250_000_000),
        ),
        (
            (
                ("Tên", "SL", "Giá kế hoạch", "Thành tiền"),
                ("Gạc", "120", "2.300.000", "276.000.000"),
                ("Tổng cộng", "", "", "276.000.000"),
            ),
            1,
            (276_000_000,) * 2,
        ),
    ],
)
def test_a_column_of_prices_is_counted_in_its_unit(
    rows: tuple[tuple[str, ...], ...], unit: int, ends: tuple[int, int]
) -> None:
    found = parse_table_amount([rows], RFQ, unit=unit)
    assert found is not None
    assert (found.low, found.high) == ends


@pytest.mark.parametrize(
    ("rows", "vnd"),
    [
        ((("Tên hàng", "SL", "Giá trúng thầu"), ("Gạc", "200", "2.950.000")), None),
        ((("Tên hàng", "ĐVT", "SL", "Giá trúng thầu"), ("Máy siêu âm", "Máy", "01", "980.000.000")), 980_000_000),
        ((("Tên hàng", "SL", "Giá trúng thầu"), ("Máy", "1", "980.000.000"), ("Gạc", "200", "2.950.000")), None),
        ((("Tên hàng", "SL", "Giá trúng thầu"), ("Gạc", "2", "2.950.000"), ("Tổng cộng", "", "5.900.000")), 5_900_000),
        ((("Tên gói thầu", "Giá trúng thầu"), ("Mua gạc", "2.950.000")), 2_950_000),
        (
            (("Tên hàng", "Đơn giá trúng thầu", "Thành tiền"), ("Gạc", "295", "590"), ("Tổng cộng", "", "5.900.000")),
            None,
        ),
    ],
)
def test_prices_won_beside_quantities_are_no_worth_without_a_total(
    rows: tuple[tuple[str, ...], ...], vnd: int | None
) -> None:
    found = parse_table_amount([rows], NoticeKind.AWARD)
    assert (found and found.vnd) == vnd


def test_offered_prices_in_rows_below_a_heading_of_results_are_no_worth() -> None:
    text = (
        "Kết quả lựa chọn nhà thầu gói thầu hóa chất\nLô | Nhà thầu | Giá dự thầu | Giá trúng thầu\n"
        "1 | Công ty A | 18.500.000.000 | 18.420.600.000\nTổng cộng: 18.460.500.000 đồng."
    )
    found = parse_amount(FoldedPassage(text), NoticeKind.AWARD)
    assert found is not None
    assert found.vnd == 18_460_500_000
