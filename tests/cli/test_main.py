"""The command line: what it prints, and how it ends."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from tests import ROOT
from timthau.exchange.table import write_jsonl
from timthau.model.notice import Item, Notice

MakeNotice = Callable[..., Notice]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TIMTHAU_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def _run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result


@pytest.fixture
def imported(home: Path, tmp_path: Path, make_notice: MakeNotice) -> Path:
    path = tmp_path / "notices.jsonl"
    with path.open("wb") as out:
        write_jsonl(
            [
                make_notice(
                    "1", title="Yêu cầu báo giá thủy tinh thể nhân tạo", buyer="Bệnh viện Mắt", province="Thanh Hóa"
                ),
                make_notice("2", title="Thư mời báo giá sửa chữa trạm biến áp", items=(Item(name="Máy biến áp"),)),
                make_notice("3", title="Kết quả lựa chọn nhà thầu thủy tinh thể", kind="award", deadline_at=None),
            ],
            out,
        )
    assert "3 notices: 3 new" in _run("import", str(path)).stdout
    return path


def test_search_prints_one_json_object_a_query(imported: Path, tmp_path: Path) -> None:
    queries = tmp_path / "queries.txt"
    queries.write_text("thuy tinh the\ntrạm biến áp\nkhông có gì như thế này zzz\n", encoding="utf-8")
    lines = [json.loads(line) for line in _run("search", "--queries", str(queries), "--json").stdout.splitlines()]
    assert [line["q"] for line in lines] == queries.read_text(encoding="utf-8").splitlines()
    assert {hit["source_key"] for hit in lines[0]["hits"]} == {"1", "3"}
    assert lines[1]["hits"][0] | {"score": 0, "id": ""} == {
        "id": "",
        "source": "bv",
        "source_key": "2",
        "title": "Thư mời báo giá sửa chữa trạm biến áp",
        "score": 0,
    }
    assert lines[0]["took_ms"] > 0


def test_a_search_says_until_when_and_whose(imported: Path) -> None:
    shown = _run("search", "thuy tinh the nhan tao").stdout
    assert "01/12/2026 17:00 | Bệnh viện Mắt | Thanh Hóa" in shown


def test_a_workbook_is_not_written_to_a_terminal(imported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _run("export", "--format", "xlsx").stdout_bytes.startswith(b"PK")
    monkeypatch.setattr("cli.exchange.is_terminal", lambda _: True)
    assert "name a file with -o" in _run("export", "--format", "xlsx", code=2).stderr


def test_a_search_waits_for_no_writer(imported: Path, home: Path) -> None:
    _run("search", "thuy tinh the")  # whoever is first keeps the guides
    with closing(sqlite3.connect(home / "timthau.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert "found" in _run("search", "thuy tinh the").stdout


def test_filters_narrow_a_search(imported: Path) -> None:
    def keys(*options: str) -> set[str]:
        found = json.loads(_run("search", "thuy tinh the", "--json", *options).stdout)
        return {hit["source_key"] for hit in found["hits"]}

    assert keys("--kind", "award") == {"3"}
    assert keys("--province", "thanh hoa") == {"1"}
    assert keys("--buyer", "BỆNH VIỆN MẮT") == {"1"}
    assert keys("--sort", "deadline") == {"1", "3"}


@pytest.mark.parametrize(
    "text", ["((", '"', "-", "a:b:c", "*", "\\", "' OR 1=1", "😀", "\u0301", "AND OR NOT", "[1 TO", "x" * 5000]
)
def test_odd_characters_are_searched_and_never_an_error(imported: Path, text: str) -> None:
    assert json.loads(_run("search", "--json", "--", text).stdout)["q"] == text


def test_guides_are_found_beside_notices(imported: Path) -> None:
    found = json.loads(_run("search", "dang nhap vneid", "--json").stdout)
    assert found["hits"][0]["id"] == "vssid-vneid"


def test_a_missing_index_is_built_again_with_one_warning(imported: Path, home: Path) -> None:
    shutil.rmtree(home / "index")
    result = _run("search", "tram bien ap", "--json")
    assert json.loads(result.stdout)["total"] == 1
    assert result.stderr.count("warning:") == 1
    assert "warning" not in _run("search", "tram bien ap").stderr


def test_a_corrupt_index_is_built_again_with_one_warning(imported: Path, home: Path) -> None:
    for file in (home / "index").rglob("*"):
        if file.is_file() and file.stat().st_size > 100:
            file.write_bytes(b"\x00" * (file.stat().st_size // 2))
    result = _run("search", "tram bien ap", "--json")
    assert json.loads(result.stdout)["total"] == 1
    assert result.stderr.count("warning:") == 1


def test_an_index_whose_pointer_is_damaged_is_built_again_with_one_warning(imported: Path, home: Path) -> None:
    (home / "index" / "CURRENT").write_bytes(b"\xff\x00")
    result = _run("search", "tram bien ap", "--json")
    assert json.loads(result.stdout)["total"] == 1
    assert result.stderr.count("warning:") == 1


def test_a_broken_line_is_named_and_the_rest_is_imported(home: Path, imported: Path) -> None:
    imported.write_text(imported.read_text(encoding="utf-8") + "{broken\n", encoding="utf-8")
    result = _run("import", str(imported), code=1)
    assert f"{imported}:4: is not JSON" in result.stderr
    assert "3 notices: 0 new, 0 changed, 3 unchanged" in result.stdout


def test_an_export_is_complete_or_not_there(imported: Path, tmp_path: Path) -> None:
    for name in ("jsonl", "csv", "xlsx"):
        _run("export", "--format", name, "-o", str(tmp_path / f"out.{name}"))
    assert len((tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()) == 3
    assert list(tmp_path.glob("*.part")) == []
    _run("export", "-o", str(tmp_path / "no folder" / "x"), code=1)


def test_an_export_into_a_pipe_leaves_the_pipe_in_its_place(imported: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as pool:
        read = pool.submit(pipe.read_bytes)
        _run("export", "-o", str(pipe))
        assert read.result().count(b"\n") == 3
    assert pipe.is_fifo()


def test_a_cursor_that_no_answer_gave_is_one_line(home: Path) -> None:
    assert "Invalid value for '--since'" in _run("changes", "--since", "9" * 19, code=2).stderr


def test_queries_in_another_encoding_are_searched_for_what_can_be_read(imported: Path, tmp_path: Path) -> None:
    queries = tmp_path / "queries.txt"
    queries.write_bytes(b"tram bien ap \xff\n")
    assert json.loads(_run("search", "--queries", str(queries), "--json").stdout)["hits"][0]["source_key"] == "2"


def test_reindex_counts_what_it_indexed(imported: Path) -> None:
    guides = len(list((ROOT / "data" / "guides").glob("*.md")))
    assert f"{3 + guides} documents indexed" in _run("reindex").stdout


def test_a_query_or_a_file_of_queries_is_needed(home: Path) -> None:
    _run("search", code=2)


def test_a_setting_that_cannot_be_used_is_one_line(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMTHAU_DATABASE_URL", "oracle://nowhere")
    result = _run("export", code=1)
    assert result.stderr.count("\n") <= 2
    assert "TIMTHAU_DATABASE_URL" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--nosuch",),
        ("nosuch",),
        ("crawl", "--since", "yesterday"),
        ("search",),
        ("import", "nosuch.jsonl"),
        ("alerts", "bounce", "nosuch"),
        ("sources", "add"),
    ],
)
def test_a_command_that_was_called_wrongly_is_one_line(home: Path, arguments: tuple[str, ...]) -> None:
    (line,) = _run(*arguments, code=2).stderr.splitlines()
    assert line.startswith("timthau: ")
    assert line.endswith("--help`)")
    assert ". (see" not in line


def test_a_folder_that_cannot_be_written_is_one_line(imported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMTHAU_INDEX_URL", "whoosh:/proc/nowhere")
    assert "timthau: /proc/nowhere: No such file or directory" in _run("search", "kính", code=1).stderr.splitlines()


def test_extract_prints_a_notice(home: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "<html><body><article><h1>Thư mời báo giá sửa chữa trạm biến áp</h1>"
        "<p>Bệnh viện Đa khoa Sông Mây kính mời các đơn vị gửi báo giá trước 16 giờ 30 ngày 05/12/2026.</p>"
        "</article></body></html>",
        encoding="utf-8",
    )
    notice = json.loads(_run("extract", str(page), "--url", "https://bv.example/tin/1.html").stdout)
    assert (notice["kind"], notice["deadline_at"]) == ("request_for_quotation", "2026-12-05T16:30:00+07:00")
    assert notice["buyer"] == "Bệnh viện Đa khoa Sông Mây"
    assert notice["url"] == "https://bv.example/tin/1.html"


def test_extract_says_when_a_page_is_no_notice(home: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "<html><body><h1>Phòng chống sốt xuất huyết</h1><p>Ngủ màn, diệt bọ gậy.</p></body></html>", encoding="utf-8"
    )
    assert json.loads(_run("extract", str(page), code=3).stdout)["kind"] is None


@pytest.mark.parametrize("content", [b"", b"\x00" * 300, b"%PDF-1.7 cut"])
def test_extract_of_what_cannot_be_read_is_one_line(home: Path, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.pdf"
    path.write_bytes(content)
    result = _run("extract", str(path), code=1)
    assert result.stderr.count("\n") == 1


def test_doctor_looks_at_everything_and_lists_the_settings(imported: Path) -> None:
    out = _run("doctor").stdout
    for subject in ("disk", "store", "index", "definitions", "OCR", "archives", "TIMTHAU_HOME"):
        assert subject in out


def test_doctor_turns_red_when_the_store_cannot_be_opened(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.mkdir()
    (home / "timthau.db").write_bytes(b"no database " * 100)
    assert "BAD   store" in _run("doctor", code=1).stdout
