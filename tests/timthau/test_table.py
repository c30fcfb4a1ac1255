"""Tables that people edit, and cells that spreadsheets may open."""

from pathlib import Path

import pytest

from timthau.errors import ConfigError
from timthau.text import table
from timthau.text.table import guard_cell, load_rows


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(table, "data_dir", lambda: tmp_path)
    return tmp_path


def test_remarks_and_empty_lines_are_no_rows_and_cells_have_no_spaces_around_them(data: Path) -> None:
    (data / "a.tsv").write_text("# remark\n\nmột \t hai\n", encoding="utf-8")
    assert list(load_rows("a.tsv")) == [["một", "hai"]]


def test_a_table_with_names_gives_the_rows_below_them(data: Path) -> None:
    (data / "a.tsv").write_text("# remark\nname\tnow\nHà Nội\tHà Nội\n", encoding="utf-8")
    assert list(load_rows("a.tsv", columns=("name", "now"))) == [["Hà Nội", "Hà Nội"]]


@pytest.mark.parametrize(("text", "line"), [("now\tname\n", 1), ("name\tnow\nHà Nội\n", 2)])
def test_a_row_that_does_not_fit_is_named_with_its_line(data: Path, text: str, line: int) -> None:
    (data / "a.tsv").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"data/a\.tsv:{line}: "):
        list(load_rows("a.tsv", columns=("name", "now")))


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_is_run_as_a_formula(sign: str) -> None:
    assert guard_cell(f"{sign}SUM(A1)") == f"'{sign}SUM(A1)"


def test_what_is_no_text_and_ordinary_text_stay_as_they_are() -> None:
    assert [guard_cell(value) for value in (-5, None, "Bông - băng")] == [-5, None, "Bông - băng"]
