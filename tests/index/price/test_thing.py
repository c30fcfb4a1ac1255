"""When an item and an award line are called the same thing."""

import pytest

from index.price.thing import list_codes, list_keys, list_traits, other_sorts, parse_thing, sized_key
from timthau.text.fold import fold


@pytest.mark.parametrize(
    ("item", "line"),
    [
        ("Băng bột bó 10cm x 2,7m", "Băng bó bột 10cm x 2.7m"),
        ("Phần lô 12: Hoá chất xét nghiệm Amylase", "Hóa chất xét nghiệm amylase."),
        ("HH10(Khí oxy y tế)", "Khí Oxy y tế"),
        ("Bơm tiêm sử dụng một lần", "Bơm tiêm dùng 1 lần"),
        ("Mask thở oxy các cỡ", "Mask thở Oxy (các số)"),
    ],
)
def test_other_ways_to_write_a_name_are_the_same_thing(item: str, line: str) -> None:
    assert parse_thing(item).key == list_keys(line, None)[0] != 0


@pytest.mark.parametrize(
    ("item", "line"),
    [
        ("Bơm tiêm 5ml", "Bơm tiêm 10ml"),
        ("Chỉ không tan 3/0", "Chỉ tan 3/0"),
        ("Găng tay có bột", "Găng tay không bột"),
        ("Thủy ngân", "Thùy ngân"),
        ("Máy thở", "Dây máy thở"),
    ],
)
def test_another_size_material_or_word_is_another_thing(item: str, line: str) -> None:
    assert parse_thing(item).key not in list_keys(line, None)


def test_a_size_may_stand_in_a_short_specification_and_a_brand_in_its_own_field() -> None:
    assert parse_thing("Bơm tiêm nhựa", "Loại 5ml").key == list_keys("Bơm tiêm nhựa 5 ml", None)[0]
    assert parse_thing("Bơm tiêm nhựa 5ml").key == list_keys("Bơm tiêm nhựa", "5 ml")[1]
    assert parse_thing("Trám bít Fuji 9").key in list_keys("Trám bít 9", None, ["Fuji"])
    assert parse_thing("Bơm tiêm nhựa 5ml").key not in list_keys("Bơm tiêm nhựa", "Dung tích 5 ml; " + "mô tả dài " * 9)


def test_names_that_say_nothing_have_no_key_and_short_ones_are_not_sure() -> None:
    assert parse_thing("Phần 3:").key == 0
    assert not parse_thing("Van điện từ").is_sure
    assert parse_thing("Khẩu trang y tế 3 lớp").is_sure


def test_a_name_said_again_and_a_holder_without_a_size_are_not_sure() -> None:
    assert not parse_thing("Kẹp clip mạch (vessel clip)").is_sure
    assert parse_thing("Mặt nạ gây mê (Mask)").is_sure
    assert not parse_thing("Hộp đựng vật sắc nhọn").is_sure
    assert parse_thing("Hộp đựng vật sắc nhọn 5 lít").is_sure
    assert parse_thing("Lọ đựng nước tiểu vô trùng", "50ml").is_sure


def test_a_liquid_is_sure_by_its_substance_or_size_not_by_its_use() -> None:
    assert not parse_thing("Nước tráng phim tự động").is_sure
    assert parse_thing("Nước tráng phim tự động 20 lít").is_sure
    assert parse_thing("Dung dịch ngâm dụng cụ glutaraldehyde").is_sure


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Dây dẫn AHW14R-013S, số 922148025", {"AHW14R013S", "922148025"}),
        ("Gạc 10cmx10cm, ISO13485, 1.000.000 cái, 2024-2025, 12/11/2026", set()),
        ("Bơm 10ml, PB-980, 123456, theo TT14/2020/TT-BYT", set()),
    ],
)
def test_a_makers_code_is_told_from_sizes_days_amounts_and_standards(text: str, codes: set[str]) -> None:
    assert list_codes(text) == codes


def test_a_query_asks_for_its_whole_numbers_and_for_machines() -> None:
    assert set(list_traits("bơm tiêm 5ml")) <= set(list_traits("Bơm tiêm nhựa 5 ml + kim 23G"))
    assert not set(list_traits("bơm tiêm 5ml")) <= set(list_traits("Bơm tiêm 0,5ml"))
    assert set(list_traits("máy thở")) <= set(list_traits("01 Hệ thống máy thở"))
    assert not set(list_traits("máy thở")) <= set(list_traits("Phổi giả dùng cho máy thở"))
    assert list_traits("găng tay") == ()


@pytest.mark.parametrize(
    "query", ["băng phim", "Quả lọc thận", "bộ dây truyền dịch", "máy thở", "giường bệnh", "kính lúp", "đầu đốt"]
)
def test_a_query_typed_without_accents_leaves_out_what_the_accented_one_does(query: str) -> None:
    assert other_sorts(fold(query)) == other_sorts(query)
    assert list_traits(fold(query)) == list_traits(query)


@pytest.mark.parametrize("query", ["noi soi da day", "dinh luong glucose", "bong nong mach vanh", "tu tieu"])
def test_a_noun_that_is_mostly_another_word_says_no_sort_without_accents(query: str) -> None:
    assert not other_sorts(query)


def test_a_name_that_goes_on_with_a_size_has_the_key_of_what_stands_before_it() -> None:
    assert sized_key("Ống ly tâm Eppendorf loại 1.5ml, 500 cái") == parse_thing("Ống Eppendorf ly tâm").sized_key != 0
    assert sized_key("Tay dao mổ điện dùng 1 lần") == sized_key("Tay dao mổ điện") == 0
    assert parse_thing("Bơm tiêm một lần 10ml").states_size
    assert not parse_thing("Bơm tiêm dùng một lần").states_size
