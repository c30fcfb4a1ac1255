"""From records of the portal's winning prices to award lines."""

import gzip
import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crawler.egp.definition import Prices
from crawler.egp.price_record import read_price
from crawler.egp.price_search import RangeForm, list_price_searches
from crawler.egp.search import PublicationWindow, parse_answer
from tests.site.price_list import make_price, record_of
from timthau.exchange.award import PRICES_PAGE, read_award_line
from timthau.model.award_line import AwardLine
from timthau.model.moment import HANOI
from timthau.model.supplier import Winner
from timthau.text.fold import collapse_spaces
from timthau.text.repair import repair

AT = datetime(2026, 9, 25, 10, 0, tzinfo=HANOI)
TAB = "THIET_BI_VAT_TU_Y_TE"


def line_of(**said: Any) -> AwardLine:
    return read_price(make_price("a", AT, **said), source="gia", url="https://gia.example/", tab=TAB).line


def test_a_record_becomes_an_award_line() -> None:
    line = line_of()
    assert (line.source_key, line.tab, line.name, line.model) == ("a", TAB, "Bơm tiêm a", "BT-5")
    assert (line.unit, line.quantity, line.unit_price_vnd) == ("Cái", 1000, Decimal("650.5"))
    assert (line.specification, line.province, line.tender_number) == ("- Dung tích 5 ml", "Thanh Hóa", "IB2600000001")
    assert (line.decided_at, line.published_at) == (date(2026, 9, 25), AT)
    assert line.suppliers == (Winner(name="CÔNG TY TNHH THIẾT BỊ THỬ NGHIỆM", tax_code="0100000009"),)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"donGia": None, "donGiaDuThau": "1250"}, {"unit_price_vnd": Decimal(1250)}),
        ({"donGia": "NaN"}, {"unit_price_vnd": None}),
        ({"donGia": 0.0}, {"unit_price_vnd": None}),
        ({"donGia": [448199.99999999994]}, {"unit_price_vnd": Decimal("448199.99999999994")}),
        ({"khoiLuongDouble": None, "soLuong": 3}, {"quantity": 3.0}),
        ({"winningName": "Công ty A", "winningCode": None}, {"suppliers": (Winner(name="Công ty A"),)}),
        ({"winningName": ["A", "B"], "winningCode": ["vn0101234567"]}, {"loose_tax_code": "0101234567"}),
        ({"winningName": None}, {"suppliers": ()}),
        ({"diaDiem": None}, {"province": None}),
        ({"diaDiem": [{"provName": "Tỉnh Huế"}, {"provName": "Đà Nẵng"}]}, {"province": None}),
        ({"ngayBanHanhQuyetDinh": None}, {"decided_at": None}),
        (
            {"ngayBanHanhQuyetDinh": "2026-09-24T10:15:09"},
            {"decided_at": datetime(2026, 9, 24, 10, 15, 9, tzinfo=HANOI)},
        ),
        ({"cauHinh": '"Thép không gỉ_x000D_"'}, {"specification": "Thép không gỉ"}),
        ({"cauHinh": "5'' và 6'' hoặc tương đương"}, {"specification": "5'' và 6'' hoặc tương đương"}),
    ],
)
def test_fields_are_read_with_the_types_that_come(said: dict[str, Any], expected: dict[str, Any]) -> None:
    line = line_of(**said)
    assert {name: getattr(line, name) for name in expected} == expected


@pytest.mark.parametrize("said", [{"id": None}, {"tenThietBi": "", "danhMucHangHoa": None}])
def test_what_has_no_id_or_name_is_no_line(said: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="a record has no"):
        line_of(**said)


def test_a_medicine_has_its_ingredient_and_group() -> None:
    record = make_price("m", AT, "THUOC_TAN_DUOC", tenHoatChat="Paracetamol", nhomThuoc="N4", lieuDung="500 mg")
    reading = read_price(record, source="gia", url="https://gia.example/", tab="THUOC_TAN_DUOC")
    assert (reading.line.name, reading.line.active_ingredient, reading.line.medicine_group) == (
        "Bơm tiêm m",
        "Paracetamol",
        "N4",
    )
    assert reading.unknown == ("lieuDung",)


def test_lines_as_others_gather_them_are_those_that_the_portal_gives(shared: Path) -> None:
    """Three lines a tender, each field that the portal's list has; and the same line has the same id both ways."""
    seen: dict[str, int] = {}
    with gzip.open(shared / "corpus" / "egp_prices.jsonl.gz", "rt", encoding="utf-8") as packed:
        for text in packed:
            said = json.loads(text)
            seen[said["notify_no"]] = number = seen.get(said["notify_no"], 0) + 1
            if number > 3 or said["published_at"] is None:
                continue
            line = read_price(record_of(said), source="egp-prices", url=PRICES_PAGE, tab=TAB).line
            gathered = read_award_line(json.loads(text, parse_float=Decimal))
            assert line.id == gathered.id
            for name in ("quantity", "unit_price_vnd", "loose_tax_code", "decided_at", "published_at"):
                assert getattr(line, name) == getattr(gathered, name), (name, said)
            winners = [[(_plain(won.name), won.tax_code) for won in one.suppliers] for one in (line, gathered)]
            assert winners[0] == winners[1]
            for name in ("name", "model", "brand", "maker", "origin", "year", "unit", "buyer", "decision_number"):
                assert _plain(getattr(line, name)) == _plain(getattr(gathered, name)), (name, said)
    assert len(seen) == 1007


def test_services_have_a_type_and_no_tab() -> None:
    (search,) = list_price_searches(Prices(tabs=("DICH_VU_TU_VAN",)))
    body = json.loads(search.build_body(PublicationWindow(AT, AT), 2, RangeForm.TEXT))[0]
    filters = {rule["fieldName"]: rule for rule in body["query"][0]["filters"]}
    assert filters["type"]["fieldValues"] == ["DICH_VU_TU_VAN"]
    assert "tab" not in filters
    assert filters["ngay_dang_tai_kqlcnt"]["from"] == "2026-09-25T10:00:00.000Z"
    assert body["pageNumber"] == 2


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b'{"page": {}}',
        b'{"resultList": 3}',
        b'{"page": {"content": [1], "totalElements": 1}}',
        pytest.param(b'{"page": ' + b"[" * 100_000, id="nested"),
    ],
)
def test_an_answer_of_another_shape_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match="has no"):
        parse_answer(body)


def _plain(text: str | None) -> str:
    return collapse_spaces(repair(text or ""))
