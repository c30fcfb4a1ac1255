"""Award lines and suppliers: what they say, their versions, who is one supplier, and what others catch up with."""

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.site.postgresql import needs_file
from timthau.exchange.intake import import_file
from timthau.model.award import Award, AwardItem
from timthau.model.award_line import AwardLine
from timthau.model.buyer import make_buyer_id
from timthau.model.moment import HANOI
from timthau.model.notice import Notice, NoticeKind, make_id
from timthau.model.record import Outcome
from timthau.model.supplier import Winner, make_supplier_key, parse_tax_code, split_name
from timthau.store.notice import Store

MakeNotice = Callable[..., Notice]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)
LATER = NOW + timedelta(days=1)
#: As others gather the portal's prices: one of the lines of ../shared, with a price made up.
GATHERED = {
    "id": "2500141608",
    "notify_no": "IB2500100015",
    "lot": "PP2500141608",
    "title": "Mua vật tư y tế cho Khoa Chẩn đoán hình ảnh",
    "buyer": "Bệnh viện Trường Đại học Y - Dược Huế",
    "province": "Thành phố Huế",
    "name": "Dây dẫn đường dùng cho can thiệp mạch máu",
    "model": "WAMS-135-1645; WAMS-165-1645",
    "brand": None,
    "maker": "Công ty TNHH Asahi Intecc Hà Nội",
    "year": "Từ năm 2024 trở về sau",
    "unit": "Cái",
    "quantity": 10,
    "unit_price_vnd": 448199.99999999994,
    "amount_vnd": 30000000,
    "suppliers": ["CÔNG TY CỔ PHẦN TRANG THIẾT BỊ Y TẾ ĐỨC TÍN"],
    "supplier_code": "vn0310471834",
    "decision_no": "KQ2500100015_2504231552",
    "decision_date": "2025-04-23T23:59:59",
    "published_at": "2025-04-23T18:09:04",
}


def make_line(key: str = "1", *winners: Winner, **said: Any) -> AwardLine:
    defaults: dict[str, Any] = {"url": "https://egp.example/", "name": "Găng tay", "unit": "Đôi"}
    return AwardLine(id=make_id("egp", key), source="egp", source_key=key, suppliers=winners, **(defaults | said))


def _import(store: Store, path: Path, *entries: dict[str, Any]) -> Any:
    path.write_bytes(gzip.compress(b"\n".join(json.dumps(entry).encode() for entry in entries)))
    return import_file(store, path, progress=lambda _: None)


def test_prices_as_others_gather_them_are_imported_without_loss(store: Store, tmp_path: Path) -> None:
    report = _import(store, tmp_path / "prices.jsonl.gz", GATHERED)
    assert (report.lines.new, report.rejected) == (1, [])
    (line,) = store.awards.lines_of_tender("IB2500100015")
    assert (line.source, line.source_key) == ("egp-prices", "2500141608")
    assert line.unit_price_vnd == Decimal("448199.99999999994")
    assert line.suppliers == (Winner(name="CÔNG TY CỔ PHẦN TRANG THIẾT BỊ Y TẾ ĐỨC TÍN", tax_code="0310471834"),)
    assert (line.decided_at, line.published_at) == (
        date(2025, 4, 23),
        datetime(2025, 4, 23, 18, 9, 4, tzinfo=HANOI),
    )
    assert AwardLine.from_json(json.loads(json.dumps(line.to_json()))) == line
    assert _import(store, tmp_path / "again.jsonl.gz", line.to_json()).lines.unchanged == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"name": ""},
        {"quantity": "mười"},
        {"unit_price_vnd": "NaN"},
        {"amount_vnd": 10**20},
        {"suppliers": [{"tax_code": "1"}]},
        {"decision_date": "hôm qua"},
        {"maker": ["a"]},
        {"unit": "\ud800"},
        {"unit": "\x00"},
        {"suppliers": [{"name": "\ud800"}]},
        {"quantity": 10**400},
        {"unit_price_vnd": "1E+999999999"},
        {"amount_vnd": "1E-999999999"},  # written out it has as many zeros
    ],
)
def test_a_line_that_cannot_be_used_is_named_and_the_rest_taken(
    store: Store, tmp_path: Path, broken: dict[str, Any]
) -> None:
    report = _import(store, tmp_path / "prices.jsonl.gz", GATHERED | broken, GATHERED)
    assert ([number for number, _ in report.rejected], report.lines.new) == ([1], 1)


@pytest.mark.parametrize("price", ["0.1", "448199.99999999994", "12345678901234567.89", "520", "5542222.222222223"])
def test_a_price_keeps_its_digits(store: Store, price: str) -> None:
    line = make_line(unit_price_vnd=Decimal(price))
    store.awards.save_all([line], NOW)
    assert store.awards.lines_by_id([line.id])[line.id].unit_price_vnd == Decimal(price)


def test_what_was_just_written_is_told_as_it_is_read_again(store: Store, tmp_path: Path) -> None:
    winners = (Winner(name="Công ty A", tax_code="0100000001"), Winner(name="Công ty B"))
    line = make_line("1", *winners, unit_price_vnd=Decimal("448199.99999999994"), quantity=2.5, decided_at=NOW.date())
    _import(store, tmp_path / "prices.jsonl.gz", GATHERED)
    store.awards.save_all([line], NOW)
    store.awards.save_all([replace(line, unit_price_vnd=Decimal("0.5"), published_at=NOW)], LATER)
    told = store.awards.changes_after(0, 10)
    assert told == store.awards.changes_after(0, 10)  # which are told but once
    assert [(change.line.version, change.line.unit_price_vnd) for change in told][1:] == [(2, Decimal("0.5"))]


def test_a_changed_price_is_a_version_and_a_change_and_nothing_else_is(store: Store) -> None:
    line, other = make_line("1", unit_price_vnd=Decimal(100)), make_line("2")
    assert [saved.outcome for saved in store.awards.save_all([line, other], NOW)] == [Outcome.NEW, Outcome.NEW]
    seen = store.awards.last_change()
    assert [saved.outcome for saved in store.awards.save_all([line, other], LATER)] == [Outcome.UNCHANGED] * 2
    assert store.awards.last_change() == seen
    corrected = replace(line, unit_price_vnd=Decimal(90), specification="loại  1")
    assert store.awards.save_all([corrected], LATER)[0].outcome is Outcome.CHANGED
    assert store.awards.save_all([replace(corrected, specification="loại 1")], LATER)[0].outcome is Outcome.UNCHANGED
    assert [(one.version, one.unit_price_vnd) for one in store.awards.versions(line.id)] == [(1, 100), (2, 90)]
    (change,) = store.awards.changes_after(seen, 10)
    assert (change.line.id, change.line.version, change.is_gone) == (line.id, 2, False)
    assert (change.line.first_seen_at, change.line.last_seen_at) == (NOW, LATER)
    assert [one.id for one in store.awards.each_line(batch=1)] == sorted([line.id, other.id])


def test_lines_are_found_by_buyer_tender_and_supplier_the_latest_first(store: Store) -> None:
    won = Winner(name="Công ty TNHH A", tax_code="0101234567")
    lines = [
        make_line(str(day), won, buyer=buyer, published_at=date(2026, 3, day), tender_number="IB2600000001")
        for day, buyer in ((1, "Bệnh viện Mắt"), (3, "BỆNH VIỆN MẮT"), (2, "bv Mắt"))
    ]
    store.awards.save_all(lines, NOW)
    found = store.awards.lines_of_buyer(make_buyer_id("Bệnh viện Mắt"))
    assert [line.source_key for line in found] == ["3", "2", "1"]
    assert [line.source_key for line in store.awards.lines_of_supplier(won.id, limit=2)] == ["3", "2"]
    assert len(store.awards.lines_of_tender("IB2600000001")) == 3


def test_a_notice_carries_its_award_lines_as_long_as_it_says_them(store: Store, make_notice: MakeNotice) -> None:
    gloves = AwardItem(name="Găng tay", unit="Đôi", quantity=10, unit_price_vnd=Decimal("1250.5"), maker="Vglove")
    mask = AwardItem(name="Khẩu trang", unit="Cái", unit_price_vnd=Decimal(500))
    award = Award(supplier="Công ty TNHH A", tax_code="0101234567-001", amount_vnd=1_000_000, items=(gloves, mask))
    lot = Award(supplier="Công ty TNHH B", lot="Phần 2", amount_vnd=2_000_000)
    said = {"kind": NoticeKind.AWARD, "buyer": "Bệnh viện Mắt", "reference_number": "12/QĐ-BVM"}
    notice = make_notice(awards=(award, lot), text="TBMT số IB2600123456", **said)
    store.save(notice, NOW)
    lines = {line.name: line for line in store.awards.lines_of_notice(notice)}
    assert {name: (line.unit_price_vnd, line.amount_vnd) for name, line in lines.items()} == {
        "Găng tay": (Decimal("1250.5"), None),
        "Khẩu trang": (500, None),
        "Phần 2": (None, 2_000_000),
    }
    assert lines["Găng tay"].suppliers == (Winner(name="Công ty TNHH A", tax_code="0101234567001"),)
    assert {(line.tender_number, line.decision_number) for line in lines.values()} == {("IB2600123456", "12/QĐ-BVM")}
    seen = store.awards.last_change()
    dearer = replace(mask, unit_price_vnd=Decimal(600))
    store.save(replace(notice, awards=(replace(award, items=(dearer,)),)), LATER)
    changes = {change.line.name: change.is_gone for change in store.awards.changes_after(seen, 10)}
    assert changes == {"Găng tay": True, "Khẩu trang": False, "Phần 2": True}
    (line,) = store.awards.lines_of_notice(notice)
    assert (line.version, line.unit_price_vnd) == (2, 600)
    assert [supplier.name for supplier in store.awards.find_suppliers()[1]] == ["Công ty TNHH A"]


# --- suppliers


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("vn0101234567", "0101234567"),
        ("0101234567-001", "0101234567001"),
        ("VN 0101234567", "0101234567"),
        ("vnz000012345", "z000012345"),
        ("0101 234 567", "0101234567"),
        ("0101.234.567", "0101234567"),
        ("MST: 0101234567 – 001", "0101234567001"),
        ("Mã số thuế 0101234567/001", "0101234567001"),
        ("0101234567, 0307654321", "0101234567, 0307654321"),
        (" ", None),
    ],
)
def test_a_tax_code_is_read_without_what_stands_around_it(text: str, code: str | None) -> None:
    assert parse_tax_code(text) == code


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("CÔNG TY TNHH MTV DƯỢC HOÀ AN", "Công ty trách nhiệm hữu hạn một thành viên Dược Hòa An", True),
        ("Công ty TNHH TM & DV Kỹ Thuật", "CÔNG TY TNHH THƯƠNG MẠI VÀ DỊCH VỤ KĨ THUẬT", True),
        ("Công ty TNHH A (Tên cũ: Công ty TNHH B)", "Công ty TNHH A", True),
        ("Công ty TNHH Thiên Ân", "Công ty TNHH Thiện An", False),
        ("Công ty TNHH Minh Anh", "Công ty cổ phần Minh Anh", False),
        ("Công ty TNHH Minh Anh Hà Nội", "Công ty TNHH Minh Anh", False),
    ],
)
def test_spellings_of_one_name_share_a_key_and_names_do_not(one: str, other: str, same: bool) -> None:
    assert (make_supplier_key(one) == make_supplier_key(other)) is same


def test_old_names_are_split_off() -> None:
    name = "CÔNG TY TNHH MERINCO ( TÊN CŨ: CÔNG TY TNHH SAO THỦY)"
    assert split_name(name) == ("CÔNG TY TNHH MERINCO", ("CÔNG TY TNHH SAO THỦY",))


def test_one_supplier_by_tax_code_with_its_spellings(store: Store) -> None:
    spellings = ("CÔNG TY TNHH A", "Công ty TNHH A (tên cũ: Công ty TNHH X)", "Công ty Cổ phần Y")
    store.awards.save_all(
        [
            make_line(str(day), Winner(name=name, tax_code="0101234567"), published_at=date(2026, 3, day))
            for day, name in enumerate(spellings, start=1)
        ],
        NOW,
    )
    supplier = store.awards.supplier_of_code("0101234567")
    assert supplier is not None
    assert (supplier.name, supplier.old_names, supplier.lines) == ("Công ty Cổ phần Y", ("Công ty TNHH X",), 3)
    assert {one.name for one in supplier.names} == set(spellings)
    assert store.awards.find_suppliers("cong ty x")[1] == [supplier]
    assert store.awards.find_suppliers("0101234567")[0] == 1


@pytest.mark.parametrize("named_first", [True, False])
def test_a_name_without_a_code_belongs_to_the_only_code_that_has_it(store: Store, named_first: bool) -> None:
    bare, stated = (
        make_line("1", Winner(name="CÔNG TY TNHH A")),
        make_line("2", Winner(name="Công ty TNHH A", tax_code="1")),
    )
    for line in (bare, stated) if named_first else (stated, bare):
        store.awards.save_all([line], NOW)
    known = Winner(name="Công ty TNHH A", tax_code="1").id
    assert store.awards.winners_of([bare.id, stated.id]) == {bare.id: [known], stated.id: [known]}
    assert store.awards.find_suppliers()[0] == 1
    if named_first:  # its page has moved
        assert store.awards.supplier(Winner(name="Công ty TNHH A").id) == store.awards.supplier(known)
    other = make_line("3", Winner(name="Công ty TNHH A", tax_code="2"))
    store.awards.save_all([other], NOW)  # now nobody knows whose the line is
    assert store.awards.winners_of([bare.id]) == {bare.id: [Winner(name="CÔNG TY TNHH A").id]}
    assert [supplier.lines for supplier in store.awards.find_suppliers()[1]] == [1, 1, 1]
    store.awards.save_all([replace(other, suppliers=(Winner(name="Công ty TNHH B", tax_code="2"),))], LATER)
    assert store.awards.winners_of([bare.id]) == {bare.id: [known]}
    assert store.awards.find_suppliers()[0] == 2


def test_a_code_that_nobody_knows_whose_it_is_joins_no_names(store: Store, tmp_path: Path) -> None:
    joint = GATHERED | {"suppliers": ["Công ty TNHH A", "Công ty TNHH B"]}
    _import(store, tmp_path / "prices.jsonl.gz", joint)
    (line,) = store.awards.each_line()
    assert line.loose_tax_code == "0310471834"
    assert len(set(store.awards.winners_of([line.id])[line.id])) == 2
    assert store.awards.supplier_of_code("0310471834") is None


def test_notices_that_were_stored_before_award_lines_give_theirs_once(store: Store, make_notice: MakeNotice) -> None:
    winner = Award(supplier="Công ty A", items=(AwardItem(name="Gạc", unit_price_vnd=Decimal(5)),))
    for key in "abc":
        store.save(make_notice(key, kind=NoticeKind.AWARD, awards=(winner,)), NOW)
    store.save(make_notice("d"), NOW)
    with store._writer.begin() as connection:
        for table in ("award_winner", "supplier_name", "supplier", "award_line"):
            connection.execute(text(f"DELETE FROM {table}"))
    assert store.awards.count() == 0
    assert store.awards.derive(batch=2) == 3
    assert [line.name for line in store.awards.each_line()] == ["Gạc"] * 3
    assert store.awards.derive() == 0


@needs_file  # plans are told otherwise elsewhere
def test_lines_are_counted_and_found_by_when_they_were_seen_without_a_look_at_each(store: Store) -> None:
    store.awards.save_all([make_line(str(number)) for number in range(3)], NOW)
    store.awards.save_all([make_line("0", name="Găng tay dài")], LATER)
    assert store.awards.count() == 3
    assert store.awards.seen_since("egp", LATER) == {make_id("egp", "0")}
    queries = {
        "SELECT count(*) FROM award_line": "INDEX",
        "SELECT count(*) FROM award_line WHERE gone_at IS NOT NULL": "award_line_gone",
        "SELECT id FROM award_line WHERE source = 'egp' AND last_seen_at >= 'x'": "award_line_seen",
    }
    with store._engine.connect() as connection:
        for query, index in queries.items():
            plan = connection.execute(text(f"EXPLAIN QUERY PLAN {query}")).first()
            assert plan is not None
            assert index in plan.detail


def test_the_code_of_a_member_is_not_that_of_a_joint_venture(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/joint.db")
    alone = GATHERED | {"id": "1", "suppliers": ["Công ty TNHH Lương Gia"], "supplier_code": "0101234567"}
    joint = alone | {"id": "2", "suppliers": ["LIÊN DANH: Lương Gia – Hưng Thịnh"]}
    _import(store, tmp_path / "joint.gz", alone, joint)
    found = {supplier.name: supplier.tax_code for supplier in store.awards.find_suppliers()[1]}
    assert found == {"Công ty TNHH Lương Gia": "0101234567", "LIÊN DANH: Lương Gia – Hưng Thịnh": None}
    assert {line.loose_tax_code for line in store.awards.each_line()} == {None, "0101234567"}
    store.close()


def test_a_text_that_comes_as_a_whole_number_is_taken_as_it_is(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/year.db")
    report = _import(store, tmp_path / "year.gz", GATHERED | {"year": 2024, "model": 922148025})
    assert not report.rejected
    assert [(line.year, line.model) for line in store.awards.each_line()] == [("2024", "922148025")]
    store.close()
