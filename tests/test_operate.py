"""The commands of docs/operate.md are copied from the page and do what it says."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import main
from tests import ROOT

PAGE = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
COMMANDS = [
    line for block in re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL) for line in block.splitlines()
]
OURS = [line for line in COMMANDS if line.startswith("timthau ")]


def test_the_page_has_commands_to_copy() -> None:
    assert len(OURS) == 7
    assert len(COMMANDS) > 20


def test_our_commands_run_in_their_order_on_a_new_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMTHAU_HOME", str(tmp_path / "home"))
    (tmp_path / "timthau").mkdir()
    for line in OURS:
        words = shlex.split(line.replace("/var/backups", str(tmp_path)))[1:]
        asked = "một mật khẩu khá dài\n" * 2 if words[:2] == ["admin", "create"] else None
        result = CliRunner().invoke(main, words, input=asked)
        assert result.exit_code == 0, (line, result.output)
    assert (tmp_path / "timthau" / "first.tar.gz").is_file()
    assert (tmp_path / "home" / "secret_key").is_file()


def test_the_files_that_are_installed_are_in_the_repository() -> None:
    named = [word for line in COMMANDS for word in shlex.split(line) if word.startswith("/opt/timthau-source/")]
    assert len(named) >= 6
    assert [word for word in named if not (ROOT / word.removeprefix("/opt/timthau-source/")).exists()] == []


def test_the_units_that_are_started_are_those_that_were_installed() -> None:
    installed = {Path(word).name for line in COMMANDS if line.startswith("install ") for word in shlex.split(line)}
    started = re.findall(r"systemctl (?:enable --now|stop|start) (.+)", "\n".join(COMMANDS))
    assert {unit for line in started for unit in line.split()} <= installed


def test_the_service_runs_the_program_that_was_installed() -> None:
    unit = (ROOT / "deploy" / "systemd" / "timthau.service").read_text(encoding="utf-8")
    assert "ExecStart=/opt/timthau/bin/timthau run " in unit
    assert "python3 -m venv /opt/timthau" in COMMANDS
