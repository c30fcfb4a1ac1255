"""Guides are read from files, and a file that cannot be used is named."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timthau.config import data_dir
from timthau.errors import ConfigError
from timthau.model.guide import load_guides, parse_guide
from timthau.text.fold import fold

GOOD = """+++
title = "Nộp báo giá"
keywords = ["báo giá"]
url = "https://example.vn/"
checked_on = 2026-01-31
+++
# Bước một
"""


def test_a_guide_takes_slug_and_language_from_its_file_name(tmp_path: Path) -> None:
    (tmp_path / "nop-bao-gia.vi.md").write_text(GOOD)
    [guide] = load_guides(tmp_path)
    assert (guide.slug, guide.language, guide.title) == ("nop-bao-gia", "vi", "Nộp báo giá")
    assert (guide.keywords, guide.checked_on, guide.body) == (("báo giá",), date(2026, 1, 31), "# Bước một")
    assert guide.source is None


def test_windows_line_ends_and_a_byte_order_mark_are_read() -> None:
    guide = parse_guide("\ufeff" + GOOD.replace("\n", "\r\n"), "x", "vi")
    assert guide.title == "Nộp báo giá"


def test_a_title_typed_in_decomposed_form_is_stored_composed() -> None:
    assert parse_guide('+++\ntitle = "Ba\u0301o gia\u0301"\n+++\nx\n', "x", "vi").title == "Báo giá"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("just text", "front matter"),
        ('+++\ntitle = "x"\nbody', "front matter"),
        ("+++\ntitle = \n+++\nx\n", "Invalid value"),
        ("+++\n+++\nx\n", "title is missing"),
        ('+++\ntitle = "x"\n+++\n\n', "a body is missing"),
        ('+++\ntitle = "x"\nauthor = "y"\n+++\nx\n', "author is no field"),
        ('+++\ntitle = "x"\nchecked_on = "May"\n+++\nx\n', "checked_on is no date"),
        ('+++\ntitle = "x"\nkeywords = [1]\n+++\nx\n', "keywords"),
    ],
)
def test_a_broken_file_is_named_with_what_is_wrong(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "broken.vi.md").write_text(text)
    with pytest.raises(ConfigError, match=rf"broken\.vi\.md: .*{re.escape(complaint)}"):
        load_guides(tmp_path)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.vi.md").write_bytes(b"+++\ntitle = '\xff'\n+++\nx")
    with pytest.raises(ConfigError, match=r"broken\.vi\.md"):
        load_guides(tmp_path)


def test_a_file_name_without_language_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Guide.md").write_text(GOOD)
    with pytest.raises(ConfigError, match=r"Guide\.md: .*<slug>\.<language>"):
        load_guides(tmp_path)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nowhere"):
        load_guides(tmp_path / "nowhere")


@given(st.text())
def test_any_text_is_a_guide_or_a_value_error(text: str) -> None:
    try:
        guide = parse_guide(text, "x", "vi")
    except ValueError:
        return
    assert guide.title


def test_every_shipped_guide_comes_in_both_languages() -> None:
    languages: dict[str, set[str]] = {}
    for guide in load_guides(data_dir() / "guides"):
        languages.setdefault(guide.slug, set()).add(guide.language)
    assert "vssid-vneid" in languages
    assert all(found == {"vi", "en"} for found in languages.values()), languages


def test_the_login_guide_carries_the_words_people_type() -> None:
    guides = {(g.slug, g.language): g for g in load_guides(data_dir() / "guides")}
    guide = guides["vssid-vneid", "vi"]
    words = fold(" ".join((guide.title, *guide.keywords)))
    for typed in ("đăng nhập vssid", "dang nhap vneid", "định danh mức 2", "không đăng nhập được vssid"):
        assert fold(typed) in words
    assert guide.url
    assert guide.checked_on
