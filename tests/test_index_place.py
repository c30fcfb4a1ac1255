"""Provinces by any of their names, and what went into them in 2025."""

import pytest

from index.place import find_merged, place_key, today_name
from timthau.province import load_provinces


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Thành phố Đà Nẵng", "đà nẵng"),
        ("TP.HCM", "TP. Hồ Chí Minh"),
        ("tỉnh Thanh Hoá", "THANH HÓA"),
        ("Thừa Thiên Huế", "thành phố Huế"),
        ("Đắc Lắc", "Dak Lak"),
    ],
)
def test_spellings_of_one_province_have_one_key(one: str, other: str) -> None:
    assert place_key(one) == place_key(other)


def test_provinces_of_until_2025_are_in_one_of_today() -> None:
    assert find_merged("Gia Lai") == ("Bình Định",)
    assert sorted(find_merged("tp hcm")) == ["Bà Rịa - Vũng Tàu", "Bình Dương"]
    assert find_merged("Bình Định") == find_merged("Hà Nội") == find_merged("nowhere") == ()
    assert (today_name("Quảng Nam"), today_name("Thành phố Huế"), today_name("Paris")) == ("Đà Nẵng", "Huế", "Paris")
    merged = [name for now in {province.now for province in load_provinces()} for name in find_merged(now)]
    assert len(merged) == 63 - 34
