"""One buyer has one key under its spellings, and two buyers never share one."""

import gzip
import json
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timthau.errors import ConfigError
from timthau.model.buyer import correct_key, find_tax_code, fold_buyer, make_buyer_key, parse_corrections
from timthau.text.fold import collapse_spaces, nfc
from timthau.text.table import load_rows


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bệnh viện Mắt Thanh Hóa", "BỆNH  VIỆN MẮT THANH HOÁ "),
        ("Bệnh viện Mắt Thanh Hóa", "benh vien mat thanh hoa"),
        ("Bệnh viện Mắt Thanh Hóa", "BV Mắt Thanh Hóa"),
        ("Bệnh viện đa khoa khu vực Lệ Thủy", "BVĐKKV Lệ Thuỷ"),
        ("Ủy ban nhân dân xã Ia Pa", "UBND xã Ia Pa"),
        ("Trung tâm Y tế huyện Đức Cơ", "TTYT huyện Đức Cơ"),
        ("Trung tâm Kiểm soát bệnh tật thành phố Huế", "CDC TP. Huế"),
        ("Bệnh viện Sản - Nhi Nghệ An", "Bệnh viện Sản–Nhi Nghệ An"),
        ("Trường Đại học Kỹ thuật Y-Dược", "Trường Đại học Kĩ thuật Y Dược"),
        ("Ban Quản lý dự án số 1", "Ban Quản lý dự án số I"),
        ("Ban Quản lý dự án số 01", "BQLDA 1"),
        ("Trại giam số 3", "Trại giam 3"),
        ("Bệnh viện II Lâm Đồng", "Bệnh viện 2 Lâm Đồng"),
        ("Bệnh viện Mắt (MST: 2800123456)", "Bệnh viện Mắt"),
    ],
)
def test_spellings_of_one_buyer_share_a_key(one: str, other: str) -> None:
    assert make_buyer_key(one) == make_buyer_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bệnh viện C Đà Nẵng", "Bệnh viện Đà Nẵng"),
        ("Bệnh viện đa khoa tỉnh Gia Lai", "Bệnh viện đa khoa Gia Lai"),
        ("Ban Quản lý dự án số 1", "Ban Quản lý dự án số 2"),
        ("Ban Quản lý dự án số I", "Ban Quản lý dự án số II"),
        ("Bệnh viện Quân y 4", "Bệnh viện Quân y 4, Cục Hậu cần - Kỹ thuật Quân khu 4"),
        ("Trung tâm Y tế Sơn Hà", "Trung tâm Y tế Sơn Hòa"),
    ],
)
def test_buyers_of_like_names_stay_two(one: str, other: str) -> None:
    assert make_buyer_key(one) != make_buyer_key(other)


def test_the_decisions_of_the_file_hold() -> None:
    for verdict, one, other in load_rows("buyers.tsv"):
        assert (make_buyer_key(one) == make_buyer_key(other)) == (verdict == "same"), (one, other)


def test_the_spellings_of_real_tenders_fold_without_joining_two_buyers(shared: Path) -> None:
    with gzip.open(shared / "corpus" / "egp_medical.jsonl.gz") as lines:
        names = {json.loads(line)["buyer"] for line in lines}
    groups: dict[str, set[str]] = defaultdict(set)
    for name in names:
        groups[make_buyer_key(name)].add(nfc(collapse_spaces(name)).upper())
    joined = {tuple(sorted(spellings)) for spellings in groups.values()}
    assert (len(names), len(groups)) == (497, 487)
    # What was joined by more than case and spaces, each read and found to be one buyer.
    assert {names for names in joined if len(names) > 1} == {
        ("VIỆN SỐT RÉT - KÝ SINH TRÙNG - CÔN TRÙNG QUY NHƠN", "VIỆN SỐT RÉT KÝ SINH TRÙNG CÔN TRÙNG QUY NHƠN")
    }


def test_a_correction_joins_all_spellings_of_both() -> None:
    corrections = parse_corrections(
        [("same", "Bệnh viện Mắt cũ", "Bệnh viện Mắt mới"), ("same", "Bệnh viện Mắt mới", "Bệnh viện Mắt")]
    )
    keys = {correct_key(name, corrections) for name in ("BV MẮT CŨ", "Bệnh viện mắt mới", "Bệnh viện Mắt")}
    assert keys == {fold_buyer("Bệnh viện Mắt")}


def test_a_correction_keeps_two_exact_spellings_apart() -> None:
    corrections = parse_corrections([("different", "Trạm y tế xã Tân Hoà", "Trạm y tế xã Tân Hoa")])
    one, other = (correct_key(name, corrections) for name in ("TRẠM Y TẾ XÃ TÂN HÒA", "Trạm y tế xã  Tân Hoa"))
    assert one != other


def test_a_known_tax_code_counts_before_the_name() -> None:
    corrections = parse_corrections([("same", "2800123456", "Bệnh viện Mắt")])
    assert correct_key("Bệnh viện Mắt và Da liễu (mã số thuế 2800123456)", corrections) == "benh vien mat"
    assert correct_key("Bệnh viện Mắt và Da liễu", corrections) != "benh vien mat"
    assert find_tax_code("Chi nhánh (MST 2800123456-001)") == "2800123456001"
    assert find_tax_code("Bệnh viện 2800123456") is None


@pytest.mark.parametrize("row", [["same", "a"], ["alike", "a", "b"], ["same", "a", "b", "c"]])
def test_a_row_that_is_no_correction_is_one_line(row: list[str]) -> None:
    with pytest.raises(ConfigError, match=r"buyers\.tsv"):
        parse_corrections([row])


def test_corrections_in_a_circle_end() -> None:
    corrections = parse_corrections([("same", "a b", "c d"), ("same", "c d", "a b")])
    assert correct_key("a b", corrections) in {"a b", "c d"}


@given(st.text(max_size=60))
def test_any_text_has_a_key_that_its_cases_share(name: str) -> None:
    key = fold_buyer(name)
    assert fold_buyer(f"  {name} ") == key
    assert key == " ".join(key.split())
