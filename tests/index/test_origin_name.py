"""Names of countries where things are made: which are one."""

import pytest

from index.language.origin import make_origin_key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("VIETNAM", "viet nam"),
        ("Nam Khoa/ Việt Nam", "viet nam"),
        ("Công ty TNHH Mỹ Anh - Việt Nam", "viet nam"),
        ("Roche Diagnostics GmbH, Germany", "duc"),
        ("KOREA, REPUBLIC OF", "han quoc"),
        ("Thụy Sỹ", "thuy si"),
        ("USA", "my"),
        ("Hoa kỳ", "my"),
        ("Đức/ G7", "duc"),
        ("1. Anh 2. Thụy Sĩ", "1 anh 2 thuy si"),
        ("Randox Laboratories", "randox laboratories"),
    ],
)
def test_names_of_one_country_are_one_origin(name: str, key: str) -> None:
    assert make_origin_key(name) == key
