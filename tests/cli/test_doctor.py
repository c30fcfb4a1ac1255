"""What `timthau doctor` finds: a place for originals that takes none, an index that is of no use, a missing browser."""

import shutil
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from cli.doctor import CheckState, Finding, examine
from index.price.sync import open_current
from tests.site.award_lines import build_line
from timthau.config import Settings
from timthau.model.moment import HANOI
from timthau.store.notice import Store


def _find(settings: Settings, subject: str) -> Finding:
    return next(finding for finding in examine(settings) if finding.subject == subject)


def _settings(folder: Path, originals: str = "") -> Settings:
    said = {"TIMTHAU_ORIGINALS_URL": originals} if originals else {}
    return Settings.load({"TIMTHAU_HOME": str(folder / "home"), **said})


def test_originals_can_be_kept_or_it_is_said_why_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _find(_settings(tmp_path), "originals").state is CheckState.OK
    assert not list((tmp_path / "home" / "originals").iterdir())
    assert "not kept" in _find(_settings(tmp_path, "none"), "originals").message
    (tmp_path / "file").write_text("no folder")
    assert _find(_settings(tmp_path, str(tmp_path / "file" / "originals")), "originals").state is CheckState.BAD
    for name, value in (("ENDPOINT_URL", "http://127.0.0.1:9"), ("ACCESS_KEY_ID", "a"), ("SECRET_ACCESS_KEY", "b")):
        monkeypatch.setenv(f"AWS_{name}", value)
    finding = _find(_settings(tmp_path, "s3://originals/tt"), "originals")
    assert (finding.state, "takes no files" in finding.message) == (CheckState.BAD, True)


def test_the_index_of_award_lines_is_behind_damaged_or_of_another_database(tmp_path: Path) -> None:
    settings = _settings(tmp_path)

    def look() -> tuple[CheckState, str]:
        finding = _find(settings, "prices")
        return finding.state, finding.message

    def fill() -> None:
        with closing(Store.open(settings.database_url)) as store:
            store.awards.save_all([build_line(f"k{n}", "Bơm tiêm", 700) for n in range(3)], datetime.now(HANOI))

    assert look() == (CheckState.OK, "0 award lines, 0 changes behind the store")
    fill()
    assert look() == (CheckState.WARN, "0 award lines, 3 changes behind the store")
    with closing(Store.open(settings.database_url)) as store:
        open_current(store, settings.index_url, print).close()
    assert look() == (CheckState.OK, "3 award lines, 0 changes behind the store")
    Path(settings.database_url.removeprefix("sqlite:///")).unlink()
    state, message = look()
    assert (state, "it is built again" in message) == (CheckState.WARN, True)
    fill()
    with closing(Store.open(settings.database_url)) as store:
        open_current(store, settings.index_url, print).close()
    assert look()[0] is CheckState.OK
    (pointer,) = (settings.home / "index" / "prices").glob("CURRENT")
    pointer.write_text("nothing")
    state, message = look()
    assert (state, "names no build" in message) == (CheckState.WARN, True)


def test_a_source_that_needs_a_browser_says_when_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _settings(tmp_path)
    assert not [finding for finding in examine(settings) if finding.subject == "browser"]
    folder = settings.home / "sources"
    folder.mkdir(parents=True)
    (folder / "spa.toml").write_text('title = "SPA"\nhome = "https://bv.example/"\njavascript = true\n', "utf-8")
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    finding = _find(settings, "browser")
    assert (finding.state, "spa cannot be read" in finding.message) == (CheckState.BAD, True)


def test_an_index_that_cannot_be_read_is_one_line_among_the_others(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    (tmp_path / "home" / "index" / "CURRENT").mkdir(parents=True)
    found = {finding.subject: finding for finding in examine(settings)}
    assert (found["index"].state, "cannot be read" in found["index"].message) == (CheckState.BAD, True)
    assert {"disk", "store", "alerts"} <= found.keys()
