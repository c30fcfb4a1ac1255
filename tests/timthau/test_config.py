"""Settings from the environment."""

from pathlib import Path

import pytest

from tests.site.postgresql import needs_file
from timthau.config import SETTINGS, Settings, data_dir
from timthau.errors import ConfigError


@needs_file
def test_every_setting_has_a_field_and_a_default_that_works(tmp_path: Path) -> None:
    settings = Settings.load({"TIMTHAU_HOME": str(tmp_path / "home")})
    assert {setting.attribute for setting in SETTINGS} == set(Settings.__dataclass_fields__)
    assert settings.database_url == f"sqlite:///{tmp_path}/home/timthau.db"
    assert settings.home.is_dir()


def test_the_secret_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    first = Settings.load({"TIMTHAU_HOME": str(tmp_path)})
    assert len(first.secret_key) >= 32
    assert Settings.load({"TIMTHAU_HOME": str(tmp_path)}).secret_key == first.secret_key
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_a_home_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    home = Settings.load({"TIMTHAU_HOME": str(tmp_path / "home")}).home
    assert home.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("kept", [b"", b"\n", b"short", b"\xff" * 40])
def test_a_secret_key_that_anybody_could_guess_is_refused_in_one_line(tmp_path: Path, kept: bytes) -> None:
    (tmp_path / "secret_key").write_bytes(kept)
    with pytest.raises(ConfigError, match="secret key"):
        Settings.load({"TIMTHAU_HOME": str(tmp_path)})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TIMTHAU_DATABASE_URL", "nothing"),
        ("TIMTHAU_HOME", "/proc/nowhere/home"),
        ("TIMTHAU_BASE_URL", "thau.example"),
        ("TIMTHAU_BASE_URL", "mailto:thau.example"),
        ("TIMTHAU_BASE_URL", "https://thau.example:99999"),
        ("TIMTHAU_SMTP_URL", "http://relay.example"),
        ("TIMTHAU_SMTP_URL", "smtp:relay.example"),
        ("TIMTHAU_SMTP_URL", "smtp://"),
        ("TIMTHAU_SMTP_URL", "smtp://relay.example:99999"),
        ("TIMTHAU_SMTP_URL", "smtp://u:m%C3%A2t@relay.example"),
        ("TIMTHAU_CANARY", "nobody"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        Settings.load({"TIMTHAU_HOME": str(tmp_path)} | {name: value})


def test_a_password_is_not_shown_where_its_url_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"u:\*\*\*@relay") as caught:
        Settings.load({"TIMTHAU_HOME": str(tmp_path), "TIMTHAU_SMTP_URL": "smtp://u:se:cr@et@relay.example:x"})
    assert "cr@et" not in str(caught.value)


def test_data_that_people_edit_is_found() -> None:
    assert (data_dir() / "guides").is_dir()
