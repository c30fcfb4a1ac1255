"""Import and export: what comes out can be taken in again, and broken lines do not stop the rest."""

import csv
import gzip
import io
import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from timthau.errors import DocumentError
from timthau.exchange.description import write_described
from timthau.exchange.intake import import_file
from timthau.exchange.table import LINE_FORMATS, write_csv, write_jsonl, write_xlsx
from timthau.model.award_line import AwardLine
from timthau.model.moment import HANOI
from timthau.model.notice import Contact, Notice, NoticeKind, make_id
from timthau.model.supplier import Winner
from timthau.store.notice import Store

MakeNotice = Callable[..., Notice]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)


def _lines(*notices: Notice) -> bytes:
    out = io.BytesIO()
    write_jsonl(notices, out)
    return out.getvalue()


def _ignore(step: int) -> None: ...


@pytest.mark.parametrize("packed", [False, True])
def test_what_was_exported_is_imported_unchanged(
    store: Store, make_notice: MakeNotice, tmp_path: Path, packed: bool
) -> None:
    notices = [make_notice(str(number)) for number in range(450)]
    path = tmp_path / "notices.jsonl"
    path.write_bytes(gzip.compress(_lines(*notices)) if packed else _lines(*notices))
    first = import_file(store, path, progress=_ignore)
    assert (first.notices.new, first.rejected) == (450, [])
    out = io.BytesIO()
    write_jsonl(store.each_notice(), out)
    path.write_bytes(out.getvalue())
    assert import_file(store, path, progress=_ignore).notices.unchanged == 450


def test_broken_lines_are_named_and_the_rest_is_taken(store: Store, make_notice: MakeNotice, tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    no_title = json.dumps(make_notice("2").to_json() | {"title": ""})
    path.write_bytes(
        b"\n".join(
            [_lines(make_notice("1")).strip(), b"{cut", no_title.encode(), b"", b"[]", b"\xff\xfe", b"3", b"[" * 90_000]
        )
        + b"\n"
        + _lines(make_notice("9"))
    )
    report = import_file(store, path, progress=_ignore)
    assert report.notices.new == 2
    assert [number for number, _ in report.rejected] == [2, 3, 5, 6, 7, 8]
    assert report.rejected[1][1] == "title is missing"
    assert store.count() == 2


def test_a_cut_gzip_file_is_one_line_and_keeps_what_was_whole(
    store: Store, make_notice: MakeNotice, tmp_path: Path
) -> None:
    path = tmp_path / "cut.jsonl.gz"
    many = [make_notice(str(n), text=f"{n * 7919}" * 50) for n in range(900)]
    path.write_bytes(gzip.compress(_lines(*many))[:-2000])
    with pytest.raises(DocumentError, match="end-of-stream"):
        import_file(store, path, progress=_ignore)
    assert store.count() % 200 == 0


def test_a_damaged_gzip_file_is_one_line(store: Store, make_notice: MakeNotice, tmp_path: Path) -> None:
    path = tmp_path / "damaged.jsonl.gz"
    packed = bytearray(gzip.compress(_lines(make_notice("1"))))
    packed[10] = 0xFF  # the first byte of the compressed data: a kind of block that does not exist
    path.write_bytes(packed)
    with pytest.raises(DocumentError, match=r"damaged\.jsonl\.gz"):
        import_file(store, path, progress=_ignore)


def test_csv_opens_as_utf8_and_holds_no_formulas(make_notice: MakeNotice) -> None:
    out = io.BytesIO()
    write_csv([make_notice(title="=HYPERLINK(1)", buyer="Bệnh viện Mắt")], out)
    text = out.getvalue().decode("utf-8-sig")
    assert out.getvalue().startswith(b"\xef\xbb\xbf")
    row = next(csv.DictReader(io.StringIO(text)))
    assert row["title"] == "'=HYPERLINK(1)"
    assert (row["buyer"], row["deadline_at"]) == ("Bệnh viện Mắt", "2026-12-01 17:00")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_text_of_a_table_is_taken_for_a_formula(make_notice: MakeNotice, sign: str) -> None:
    out = io.BytesIO()
    write_csv([make_notice(title=f"{sign}cmd|' /C calc'!A0", contacts=(Contact(phone="+84 237"),))], out)
    row = next(csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline="")))
    assert row["title"] == f"'{sign}cmd|' /C calc'!A0"
    assert row["phone"] == "'+84 237"


def test_a_workbook_opens_with_dates_numbers_and_texts_of_their_own_kinds(
    make_notice: MakeNotice, tmp_path: Path
) -> None:
    path = tmp_path / "notices.xlsx"
    full = make_notice(
        title="=1+1\x07 bệnh viện\ud800",
        amount_vnd=9_000_000_000_000,
        published_at=date(2026, 11, 2),
        reference_number="0012",
        delivery_place="x" * 40_000,
    )
    with path.open("wb") as out:
        write_xlsx([full, make_notice("2", deadline_at=None)], out)
    header, first, second = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    row = dict(zip(header, first, strict=True))
    assert row["title"] == "=1+1 bệnh viện"
    assert (row["amount_vnd"], row["reference_number"]) == (9_000_000_000_000, "0012")
    assert row["published_at"] == date(2026, 11, 2)
    assert row["deadline_at"] == datetime(2026, 12, 1, 17, 0)  # noqa: DTZ001  # a workbook knows no zones
    assert len(row["delivery_place"]) == 32_767
    assert dict(zip(header, second, strict=True))["deadline_at"] == ""


def test_lines_of_an_export_name_related_notices_and_what_is_true_now(store: Store, make_notice: MakeNotice) -> None:
    one = make_notice("1", title="Mua máy thở xâm nhập", published_at=date(2026, 11, 2))
    other = make_notice(
        "2",
        title="Hủy thông báo mua máy thở xâm nhập",
        kind=NoticeKind.CANCELLATION,
        deadline_at=None,
        published_at=date(2026, 11, 5),
    )
    store.save_all([one, other], NOW)
    store.relations.catch_up()
    out = io.BytesIO()
    write_described(store, [one, other], out, NOW)
    first, second = map(json.loads, out.getvalue().splitlines())
    told = {"kind": "amends", "basis": "title", "evidence": "100%", "confidence": 0.898, "is_doubtful": False}
    assert first["related"] == [told | {"id": other.id, "is_later": True}]
    assert second["related"] == [told | {"id": one.id, "is_later": False}]
    assert (first["amends"], second["amends"]) == (None, one.id)
    assert first["deadline_at"] == "2026-12-01T17:00:00+07:00"
    assert first["effective"] == {
        "state": "cancelled",
        "is_open": False,
        "deadline_at": "2026-12-01T17:00:00+07:00",
        "ended_at": "2026-11-05T00:00:00+07:00",
        "because": other.id,
    }
    assert Notice.from_json(second).content_hash() == other.content_hash()  # taken in again it is no other version


def test_a_workbook_holds_real_dates_and_no_formulas(make_notice: MakeNotice) -> None:
    out = io.BytesIO()
    write_xlsx([make_notice(title="=1+1", published_at=datetime(2026, 11, 2, 8, 0, tzinfo=HANOI))], out)
    header, row = load_workbook(out).active.iter_rows()
    cells = dict(zip([cell.value for cell in header], row, strict=True))
    assert (cells["title"].value, cells["title"].data_type) == ("=1+1", "s")
    assert cells["published_at"].value == datetime(2026, 11, 2, 8, 0)  # noqa: DTZ001  # a workbook knows no zones
    assert cells["deadline_at"].is_date


def test_award_lines_are_tables_with_all_digits_and_come_back(store: Store, tmp_path: Path) -> None:
    winners = (Winner(name="=Công ty A", tax_code="0101234567"), Winner(name="Công ty B"))
    line = AwardLine(
        id=make_id("egp", "1"),
        source="egp",
        source_key="1",
        url="https://egp.example/",
        name="Găng tay",
        quantity=2.5,
        unit_price_vnd=Decimal("448199.99999999994"),
        suppliers=winners,
    )
    store.awards.save_all([line], NOW)
    out = io.BytesIO()
    LINE_FORMATS["csv"](store.awards.each_line(), out)
    row = next(csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig"))))
    assert (row["unit_price_vnd"], row["quantity"]) == ("448199.99999999994", "2.5")
    assert (row["suppliers"], row["tax_codes"]) == ("'=Công ty A; Công ty B", "0101234567")
    path = tmp_path / "lines.xlsx"
    with path.open("wb") as workbook:
        LINE_FORMATS["xlsx"](store.awards.each_line(), workbook)
    header, first = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    cells = dict(zip(header, first, strict=True))
    assert (cells["quantity"], cells["suppliers"]) == (2.5, "=Công ty A; Công ty B")
    assert cells["unit_price_vnd"] == pytest.approx(448_200)
    lines = tmp_path / "lines.jsonl"
    with lines.open("wb") as out_lines:
        LINE_FORMATS["jsonl"](store.awards.each_line(), out_lines)
    assert import_file(store, lines, progress=_ignore).lines.unchanged == 1
