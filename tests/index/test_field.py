"""What a notice buys, read from its title and items; unknown is better than wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.field import field_bits, find_fields, find_named_field
from timthau.locale.label import PURCHASES
from timthau.model.purchase import FIELDS, Field


@pytest.mark.parametrize(
    ("title", "fields"),
    [
        ("Mua sắm hoá chất, sinh phẩm, VẬT TƯ Y TẾ năm 2026", "chemical consumable"),
        ("Thuốc Generic bổ sung lần 2", "medicine"),
        ("Gói thầu thuộc dự toán mua sắm năm 2026", ""),
        ("Mua thuốc thử cho máy huyết học", "chemical"),
        ("Hóa chất dùng cho máy sinh hóa tự động", "chemical"),
        ("Gói thầu sử dụng cho khoa Dược: mua máy siêu âm", "equipment"),
        ("Cung cấp dịch vụ bảo dưỡng thiết bị y tế", "maintenance"),
        ("Tư vấn giám sát thi công cải tạo khu khám bệnh", "consulting"),
        ("Thẩm định giá vật tư y tế", "consulting"),
        ("Mua bơm tiêm khi chưa có kết quả, trong khi chờ đấu thầu hóa chất", "consumable"),
        ("Thu gom, vận chuyển, xử lý chất thải y tế nguy hại", "waste"),
        ("Đấu giá thanh lý xe ô tô cứu thương", ""),
        ("Nguồn vốn ngân sách của nhà thuốc", ""),
        ("Mua sắm văn phòng phẩm", "office"),
        ("Nâng cấp phần mềm quản lý bệnh viện (HIS, LIS)", "it"),
        ("Khí y tế", "gas"),
        ("Hệ thống khí y tế", "equipment"),
        ("Bảo trì, bảo dưỡng thanh máy", "maintenance"),
    ],
)
def test_titles_say_what_is_bought(title: str, fields: str) -> None:
    assert find_fields(title) == frozenset(map(Field, fields.split()))


def test_the_name_of_the_buyer_says_nothing() -> None:
    buyer = "Ban Xây dựng và Thiết bị y tế"
    assert find_fields(f"{buyer} mời báo giá suất ăn", buyer=buyer) == {Field.FOOD}


def test_items_decide_where_the_title_says_nothing_and_most_agree() -> None:
    assert find_fields("Mua sắm hàng hóa", ["Bơm tiêm 5ml", "Kim luồn 22G", "Xà phòng"]) == {Field.CONSUMABLE}
    assert find_fields("Mua sắm hàng hóa", ["Bơm tiêm 5ml", "Xà phòng", "Đèn"]) == frozenset()
    assert find_fields("Mua sắm thuốc", ["Bơm tiêm 5ml"]) == {Field.MEDICINE}


def test_people_name_fields_with_and_without_accents() -> None:
    assert {find_named_field(name) for name in ("Hóa Chất", "hoa chat", "chemical")} == {Field.CHEMICAL}
    with pytest.raises(ValueError, match="xyz"):
        find_named_field("xyz")


def test_every_field_has_a_name_and_a_bit_of_its_own() -> None:
    assert set(PURCHASES) == set(map(str, Field))
    assert field_bits(FIELDS) == 2 ** len(FIELDS) - 1 < 2**32


@given(st.text(), st.lists(st.text(), max_size=3), st.none() | st.text(max_size=5))
def test_any_text_has_fields_or_none(title: str, items: list[str], buyer: str | None) -> None:
    assert find_fields(title, items, buyer) <= set(Field)
