"""Sums in figures and words, and which of them a notice is worth."""

from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crawler.extract.field.money import parse_amount, parse_sums
from crawler.extract.text.passage import Passage
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
    ],
)
def test_a_notice_is_worth_its_price_and_nothing_else(text: str, kind: NoticeKind, vnd: int | None) -> None:
    assert parse_amount(Passage(text), kind) == vnd
