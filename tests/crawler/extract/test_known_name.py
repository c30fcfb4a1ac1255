"""Names as scans spell them are put right by known names, and others stay as they are."""

import gzip
import json

import pytest

from crawler.extract.text.known_name import correct_name
from tests import SHARED


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("Bệnh viện Phối Nghệ An", "Bệnh viện Phổi Nghệ An"),
        ("Bệnh viện Đa kñóa Sông Lam", "Bệnh viện Đa khoa Sông Lam"),
        ("BỆNH VIỆN ĐA KHÓA TỈNH NGHỆ AN", "BỆNH VIỆN ĐA KHOA TỈNH NGHỆ AN"),
        ("Bệnh viện Ung bưóu Hà Nam", "Bệnh viện Ung bướu Hà Nam"),
        ("Bệnh viện Mắt Nghê An", "Bệnh viện Mắt Nghệ An"),
        ("Sở Y tế Quảng Trì", "Sở Y tế Quảng Trị"),
        ("Trung tâm Kiếm soát bệnh tật tỉnh Nghệ An", "Trung tâm Kiểm soát bệnh tật tỉnh Nghệ An"),
    ],
)
def test_a_misread_word_of_a_known_name_is_put_right(read: str, meant: str) -> None:
    assert correct_name(read) == meant


@pytest.mark.parametrize(
    "name",
    [
        "Bệnh viện Lào Cai",
        "Bệnh viện Nhi Thanh Hoá",
        "Bệnh viện Tim Hà Nội",
        "Bệnh viện Phúc Hưng",
        "Bệnh viện Đa khoa Khu Vực Vĩnh Linh",
        "Bệnh viện Đa khoa An Lạc",
        "TRUNG TÂM Y TẾ KHU VỰC ĐẮK SONG",
        "Trường Đại học Vinh",
        "Công ty Bình Định Mới",
        "",
    ],
)
def test_other_names_stay(name: str) -> None:
    assert correct_name(name) == name


@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared, which is not beside this checkout")
def test_no_real_buyer_is_changed() -> None:
    with gzip.open(SHARED / "corpus" / "egp_medical.jsonl.gz", "rt", encoding="utf-8") as lines:
        buyers = {json.loads(line)["buyer"] for line in lines}
    assert {name: correct_name(name) for name in buyers if name and correct_name(name) != name} == {}
