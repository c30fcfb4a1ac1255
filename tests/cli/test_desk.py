"""`timthau notices`, `admin`, `mails`, `sources define`: the desk by commands."""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import main
from timthau.config import Settings
from timthau.model.moment import HANOI
from timthau.model.notice import Notice
from timthau.store.notice import Store

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)


@pytest.fixture
def notice(settings: Settings, make_notice: Callable[..., Notice], monkeypatch: pytest.MonkeyPatch) -> Notice:
    monkeypatch.setenv("TIMTHAU_HOME", str(settings.home))
    made = make_notice()
    with closing(Store.open(settings.database_url)) as store:
        store.save(made, NOW)
    return made


def _run(*arguments: str, code: int = 0, typed: str | None = None) -> str:
    result = CliRunner().invoke(main, arguments, input=typed)
    assert result.exit_code == code, result.output
    return result.stdout if code == 0 else result.output


def _find() -> list[str]:
    return [hit["id"] for hit in json.loads(_run("search", "vật tư y tế", "--json"))["hits"]]


def test_a_notice_is_corrected_shown_exported_and_reverted(notice: Notice) -> None:
    said = _run("notices", "correct", notice.id, "deadline_at", "8/12/2026 16:30", "--reason", "letter")
    assert said == f"{notice.id}: deadline_at is 2026-12-08T16:30:00+07:00\n"
    assert "(terminal) on " in _run("notices", "show", notice.id)
    assert json.loads(_run("notices", "corrections"))["said"] == "2026-12-01T17:00:00+07:00"
    assert "08/12/2026 16:30" in _run("search", "vật tư y tế")
    assert "as the page says" in _run("notices", "revert", notice.id, "deadline_at")
    assert "is not corrected" in _run("notices", "revert", notice.id, "deadline_at", code=1)
    assert "cannot be 'mai'" in _run("notices", "correct", notice.id, "deadline_at", "mai", code=1)


def test_a_notice_is_hidden_and_shown_again(notice: Notice) -> None:
    _run("notices", "hide", notice.id, "--reason", "names a patient")
    assert notice.id not in _find()
    assert "hidden by" in _run("notices", "show", notice.id)
    _run("notices", "unhide", notice.id)
    assert notice.id in _find()
    assert "was not read from a page of its own" in _run("notices", "reread", notice.id, code=1)
    log = _run("admin", "log")
    assert log.index("unhide") < log.index(" hide ")


def test_accounts_are_made_changed_and_removed(notice: Notice) -> None:
    password = "một mật khẩu khá dài\n" * 2
    assert "otpauth://" in _run("admin", "create", "lan", "--second-factor", typed=password)
    assert _run("admin", "list") == "lan  with a second factor\n"
    _run("admin", "second-factor", "lan", "--off")
    _run("admin", "password", "lan", typed=password)
    assert "12 to 200 letters" in _run("admin", "create", "minh", typed="short\n" * 2, code=1)
    _run("admin", "remove", "lan")
    assert _run("admin", "list") == ""
    assert "password" not in json.loads(_run("admin", "log", "-n", "1", "--json"))["detail"]


def test_a_definition_is_checked_and_kept(notice: Notice, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "bv.example.toml"
    file.write_text('title = "BV"\nhome = "https://bv.example/"\n', encoding="utf-8")
    assert _run("sources", "define", str(file)) == "bv.example: defined\n"
    assert (settings.home / "sources" / "bv.example.toml").exists()
    file.write_text("title = 5")
    assert "is missing" in _run("sources", "define", str(file), code=1)


def test_a_person_is_forgotten(notice: Notice) -> None:
    assert "0 subscriptions deleted" in _run("mails", "forget", "a@b.vn")
    assert "0 waiting" in _run("mails", "list")
    assert "there is no mail" in _run("mails", "resend", "x", code=1)
    assert "there is no subscription" in _run("mails", "release", "x", code=1)
