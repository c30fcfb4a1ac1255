"""Originals are kept by their hash, once, within their bound: in a folder, and in a real S3 server."""

import hashlib
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from timthau.config import Settings
from timthau.errors import ConfigError
from timthau.model.moment import HANOI
from timthau.original import open_originals
from timthau.store.notice import Store

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)
LETTER = b"%PDF-1.7 thu moi"
HASH = hashlib.sha256(LETTER).hexdigest()


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """The address of an S3 server with one bucket."""
    pytest.importorskip("moto.server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "moto.server", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    until = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(urllib.request.Request(f"{url}/tep-goc", method="PUT")).close()
            break
        except urllib.error.URLError:
            assert time.monotonic() < until
            time.sleep(0.2)  # another process is starting
    yield url
    process.terminate()
    process.wait()


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "folder":
        return str(tmp_path / "originals")
    for name, value in (("ACCESS_KEY_ID", "test"), ("SECRET_ACCESS_KEY", "test"), ("REGION", "us-east-1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", request.getfixturevalue("bucket"))
    return "s3://tep-goc/timthau"


def test_what_was_kept_is_read_again(place: str, store: Store) -> None:
    originals = open_originals(place, 1, store)
    assert originals
    assert originals.read(HASH) is None
    assert originals.keep(HASH, LETTER, "application/pdf", NOW)
    assert originals.keep(HASH, LETTER, "application/pdf", NOW)
    assert originals.read(HASH) == LETTER
    kept = store.original(HASH)
    assert kept
    assert (kept.size, kept.media_type, kept.stored_at) == (len(LETTER), "application/pdf", NOW)
    assert store.originals_size() == len(LETTER)
    assert store.kept_originals([HASH, "0" * 64]) == {HASH}


def test_beyond_the_bound_nothing_is_kept(tmp_path: Path, store: Store, caplog: pytest.LogCaptureFixture) -> None:
    originals = open_originals(str(tmp_path / "originals"), 0, store)
    assert originals
    assert not originals.keep(HASH, LETTER, "application/pdf", NOW)
    assert store.original(HASH) is None
    assert "no room for more originals" in caplog.text


def test_originals_can_be_turned_off_and_another_kind_of_place_is_refused(store: Store, tmp_path: Path) -> None:
    settings = Settings.load({"TIMTHAU_HOME": str(tmp_path), "TIMTHAU_ORIGINALS_URL": "none"})
    assert open_originals(settings.originals_url, settings.originals_gb, store) is None
    with pytest.raises(ConfigError, match="neither a folder nor s3"):
        Settings.load({"TIMTHAU_HOME": str(tmp_path), "TIMTHAU_ORIGINALS_URL": "ftp://x/y"})
