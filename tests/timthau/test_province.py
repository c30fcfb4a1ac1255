"""Provinces by any of their names, and what went into them in 2025."""

import pytest

from timthau.model.province import find_merged, load_provinces, make_province_key, name_today


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
    assert make_province_key(one) == make_province_key(other)


def test_provinces_of_until_2025_are_in_one_of_today() -> None:
    assert find_merged("Gia Lai") == ("Bình Định",)
    assert sorted(find_merged("tp hcm")) == ["Bà Rịa - Vũng Tàu", "Bình Dương"]
    assert find_merged("Bình Định") == find_merged("Hà Nội") == find_merged("nowhere") == ()
    assert (name_today("Quảng Nam"), name_today("Thành phố Huế"), name_today("Paris")) == ("Đà Nẵng", "Huế", "Paris")
    merged = [name for now in {province.now for province in load_provinces()} for name in find_merged(now)]
    assert len(merged) == 63 - 34
