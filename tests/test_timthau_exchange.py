"""Import and export: what comes out can be taken in again, and broken lines do not stop the rest."""

import csv
import gzip
import io
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from timthau.errors import DocumentError
from timthau.exchange import import_notices, write_csv, write_jsonl, write_xlsx
from timthau.model import HANOI, Notice
from timthau.store import Store

MakeNotice = Callable[..., Notice]


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
    first = import_notices(store, path, progress=_ignore)
    assert (first.new, first.rejected) == (450, [])
    out = io.BytesIO()
    write_jsonl(store.each_notice(), out)
    path.write_bytes(out.getvalue())
    assert import_notices(store, path, progress=_ignore).unchanged == 450


def test_broken_lines_are_named_and_the_rest_is_taken(store: Store, make_notice: MakeNotice, tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    no_title = json.dumps(make_notice("2").to_json() | {"title": ""})
    path.write_bytes(
        b"\n".join([_lines(make_notice("1")).strip(), b"{cut", no_title.encode(), b"", b"[]", b"\xff\xfe", b"3"])
        + b"\n"
        + _lines(make_notice("9"))
    )
    report = import_notices(store, path, progress=_ignore)
    assert report.new == 2
    assert [number for number, _ in report.rejected] == [2, 3, 5, 6, 7]
    assert report.rejected[1][1] == "title is missing"
    assert store.count() == 2


def test_a_cut_gzip_file_is_one_line_and_keeps_what_was_whole(
    store: Store, make_notice: MakeNotice, tmp_path: Path
) -> None:
    path = tmp_path / "cut.jsonl.gz"
    many = [make_notice(str(n), text=f"{n * 7919}" * 50) for n in range(900)]
    path.write_bytes(gzip.compress(_lines(*many))[:-2000])
    with pytest.raises(DocumentError, match="end-of-stream"):
        import_notices(store, path, progress=_ignore)
    assert store.count() % 200 == 0


def test_csv_opens_as_utf8_and_holds_no_formulas(make_notice: MakeNotice) -> None:
    out = io.BytesIO()
    write_csv([make_notice(title="=HYPERLINK(1)", buyer="Bệnh viện Mắt")], out)
    text = out.getvalue().decode("utf-8-sig")
    assert out.getvalue().startswith(b"\xef\xbb\xbf")
    row = next(csv.DictReader(io.StringIO(text)))
    assert row["title"] == "'=HYPERLINK(1)"
    assert (row["buyer"], row["deadline_at"]) == ("Bệnh viện Mắt", "2026-12-01 17:00")


def test_a_workbook_holds_real_dates_and_no_formulas(make_notice: MakeNotice) -> None:
    out = io.BytesIO()
    write_xlsx([make_notice(title="=1+1", published_at=datetime(2026, 11, 2, 8, 0, tzinfo=HANOI))], out)
    header, row = load_workbook(out).active.iter_rows()
    cells = dict(zip([cell.value for cell in header], row, strict=True))
    assert (cells["title"].value, cells["title"].data_type) == ("=1+1", "s")
    assert cells["published_at"].value == datetime(2026, 11, 2, 8, 0)  # noqa: DTZ001  # a workbook knows no zones
    assert cells["deadline_at"].is_date
