"""A whole installation in one file, and back: consistent while it runs, checked, and never half."""

import gzip
import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from desk.backup import restore_backup, write_backup
from index.query import Query
from index.sync import open_current
from tests import ROOT
from tests.site import postgresql
from timthau.config import Settings
from timthau.errors import BackupError, StoreError
from timthau.model.moment import HANOI
from timthau.model.notice import Notice
from timthau.store.database import SCHEMA_REVISION, find_file
from timthau.store.notice import Store

MakeNotice = Callable[..., Notice]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)


def _find(settings: Settings) -> list[tuple[str, str]]:
    with (
        closing(Store.open(settings.database_url)) as store,
        closing(open_current(store, settings.index_url, print)) as engine,
    ):
        return [(hit.id, hit.title) for hit in engine.search(Query(text="vat tu"), limit=99, now=NOW).hits]


@pytest.fixture
def other(make_installation: Callable[[], Settings]) -> Settings:
    return make_installation()


def _execute(settings: Settings, *statements: str) -> None:
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture
def filled(settings: Settings, make_notice: MakeNotice) -> Settings:
    with closing(Store.open(settings.database_url)) as store:
        store.save_all([make_notice(str(number)) for number in range(20)], NOW)
        notice = make_notice("3")
        store.corrections.correct(notice.id, "title", "Vật tư đã sửa", reason="", by="lan", at=NOW)
    for path in ("sources/bv.toml", "originals/ab/abc"):
        (settings.home / path).parent.mkdir(parents=True)
        (settings.home / path).write_text(path)
    return settings


def test_after_total_loss_everything_answers_as_before(filled: Settings, tmp_path: Path, other: Settings) -> None:
    before, file = _find(filled), tmp_path / "backup.tar.gz"
    written = write_backup(filled, file, originals=True, secrets=True, now=NOW)
    assert (written.notices, written.files) == (20, 3)
    assert file.stat().st_mode & 0o777 == 0o600
    restored = restore_backup(other, file, replace=False)
    assert (restored.notices, restored.files) == (20, 3)
    assert sorted(_find(other)) == sorted(before)
    with closing(Store.open(other.database_url)) as store:
        (correction,) = store.corrections.all()
        assert correction.value == "Vật tư đã sửa"
    for path in ("sources/bv.toml", "originals/ab/abc", "secret_key"):
        assert (other.home / path).read_bytes() == (filled.home / path).read_bytes()


def test_what_is_written_meanwhile_is_whole_in_the_backup_or_not_in_it(
    filled: Settings, tmp_path: Path, make_notice: MakeNotice, other: Settings
) -> None:
    stop, file = threading.Event(), tmp_path / "backup.tar.gz"

    def keep_saving() -> None:
        with closing(Store.open(filled.database_url)) as store:
            number = 0
            while not stop.is_set():
                store.save_all([make_notice(f"{number}-{part}") for part in range(5)], NOW)
                number += 1

    writer = threading.Thread(target=keep_saving)
    writer.start()
    try:
        write_backup(filled, file, originals=False, secrets=False, now=NOW)
    finally:
        stop.set()
        writer.join()
    restored = restore_backup(other, file, replace=False)
    with closing(Store.open(other.database_url)) as store:
        assert store.count() == restored.notices
        assert restored.notices % 5 == 0
        assert store.last_change() == restored.notices + 1  # the correction


def test_a_backup_that_is_killed_leaves_the_one_of_before(filled: Settings, tmp_path: Path, other: Settings) -> None:
    file = tmp_path / "backup.tar.gz"
    write_backup(filled, file, originals=False, secrets=False, now=NOW)
    before = file.read_bytes()
    code = (
        "import os, signal, tarfile; add = tarfile.TarFile.add\n"
        "def die(self, name, *said, **more):\n"
        "    add(self, name, *said, **more); os.kill(os.getpid(), signal.SIGKILL)\n"
        "tarfile.TarFile.add = die\n"
        "from cli.main import main; main()"
    )
    environment = os.environ | {"TIMTHAU_HOME": str(filled.home), "PYTHONPATH": str(ROOT)}
    killed = subprocess.run([sys.executable, "-c", code, "backup", str(file)], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert file.read_bytes() == before
    assert restore_backup(other, file, replace=False).notices == 20


def test_a_restore_that_is_killed_is_begun_again(filled: Settings, tmp_path: Path, other: Settings) -> None:
    file = tmp_path / "backup.tar.gz"
    write_backup(filled, file, originals=True, secrets=True, now=NOW)
    code = (
        "import os, signal, desk.backup\n"
        "desk.backup._put_database = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from cli.main import main; main()"
    )
    own = {"TIMTHAU_HOME": str(other.home), "TIMTHAU_DATABASE_URL": other.database_url}
    environment = os.environ | own | {"PYTHONPATH": str(ROOT)}
    killed = subprocess.run([sys.executable, "-c", code, "restore", str(file)], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert restore_backup(other, file, replace=False).notices == 20
    assert len(_find(other)) == 20


def test_notices_are_replaced_only_when_it_is_said(
    filled: Settings, tmp_path: Path, make_notice: MakeNotice, other: Settings
) -> None:
    file = tmp_path / "backup.tar.gz"
    write_backup(filled, file, originals=False, secrets=False, now=NOW)
    with closing(Store.open(other.database_url)) as store:
        store.save(make_notice("mine"), NOW)
    with pytest.raises(BackupError, match="1 notices here already"):
        restore_backup(other, file, replace=False)
    restore_backup(other, file, replace=True)
    assert len(_find(other)) == 20


def _pack(path: Path, manifest: dict[str, object], database: bytes, extra: str = "") -> Path:
    parts = {"manifest.json": json.dumps(manifest).encode(), "timthau.db": database} | ({extra: b"x"} if extra else {})
    with tarfile.open(path, "w:gz") as archive:
        for name, content in parts.items():
            source = path.parent / "part"
            source.write_bytes(content)
            archive.add(source, name)
    return path


def test_what_is_no_backup_damaged_or_newer_is_refused_and_nothing_is_touched(
    filled: Settings, tmp_path: Path, other: Settings
) -> None:
    good = tmp_path / "good.tar.gz"
    write_backup(filled, good, originals=False, secrets=False, now=NOW)
    (tmp_path / "text.tar.gz").write_text("no archive")
    (tmp_path / "half.tar.gz").write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    newer = {"format": 1, "notices": 1, "revision": "9999", "version": "9.9"}
    _pack(tmp_path / "newer.tar.gz", newer, b"")
    same = newer | {"revision": SCHEMA_REVISION, "database_sha256": "0" * 64}
    _pack(tmp_path / "changed.tar.gz", same, b"other bytes")
    _pack(tmp_path / "outside.tar.gz", same, b"", extra="../outside")
    _pack(tmp_path / "climbing.tar.gz", same, b"", extra="sources/../../../../outside")
    for name in ("text", "half", "newer", "changed", "outside", "climbing"):
        with pytest.raises(BackupError) as told:
            restore_backup(other, tmp_path / f"{name}.tar.gz", replace=True)
        assert "\n" not in str(told.value)
    assert not list(tmp_path.rglob("outside"))
    assert not list((other.home / "tmp").iterdir())


def _member(name: str, kind: bytes = tarfile.REGTYPE, size: int = 0) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.size = kind, size
    member.linkname = "" if kind == tarfile.REGTYPE else "/etc/passwd"
    return member


@pytest.mark.parametrize(
    ("member", "told"),
    [
        (_member("sources", tarfile.SYMTYPE), "it holds sources"),
        (_member("secret_key", tarfile.LNKTYPE), "it holds secret_key"),
        (_member("originals/a", tarfile.CHRTYPE), "it holds originals/a"),
        (_member("originals/a", tarfile.FIFOTYPE), "it holds originals/a"),
        (_member("secret_key/a"), "it holds secret_key/a"),
        (_member("/etc/passwd"), "it holds /etc/passwd"),
        (_member("originals/a", size=1 << 60), "would take 1152921504.6 GB"),
        (_member("manifest.json", size=1 << 30), "it holds manifest.json"),
        (_member("originals/a", tarfile.XHDTYPE, size=1 << 32), "a part of 4294967296 bytes"),
        (_member("originals/a", tarfile.GNUTYPE_LONGNAME, size=1 << 32), "a part of 4294967296 bytes"),
    ],
    ids=lambda said: f"{said.name} {said.type!r}" if isinstance(said, tarfile.TarInfo) else "",
)
def test_links_devices_and_giants_in_a_backup_are_refused(
    tmp_path: Path, other: Settings, member: tarfile.TarInfo, told: str
) -> None:
    file = tmp_path / "hostile.tar.gz"
    with gzip.open(file, "wb") as packed:
        packed.write(member.tobuf() + bytes(2 * tarfile.BLOCKSIZE))
    with pytest.raises(BackupError, match=told):
        restore_backup(other, file, replace=True)
    assert not list((other.home / "tmp").iterdir())


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\0" + bytes(5000), None])
def test_a_database_that_cannot_be_read_is_replaced_where_that_is_said(
    filled: Settings, tmp_path: Path, content: bytes | None
) -> None:
    file, database = tmp_path / "backup.tar.gz", find_file(filled.database_url)
    if database is None:
        pytest.skip("a server mends its own")
    write_backup(filled, file, originals=False, secrets=False, now=NOW)
    if content is None:
        _execute(filled, "UPDATE alembic_version SET version_num = '9999'")
    else:
        database.write_bytes(content)
    with pytest.raises(BackupError, match="say --replace"):
        restore_backup(filled, file, replace=False)
    assert restore_backup(filled, file, replace=True).notices == 20
    assert len(_find(filled)) == 20


def test_a_backup_of_other_tables_is_refused(tmp_path: Path, other: Settings) -> None:
    path = tmp_path / "any.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num)")
        connection.execute("INSERT INTO alembic_version VALUES (?)", (SCHEMA_REVISION,))
        connection.commit()
    database = path.read_bytes()
    manifest = {"format": 1, "notices": 1, "revision": SCHEMA_REVISION}
    for name, content in (("tables", database), ("none", b"any bytes")):
        digest = hashlib.sha256(content).hexdigest()
        file = _pack(tmp_path / f"{name}.tar.gz", manifest | {"database_sha256": digest}, content)
        with pytest.raises(BackupError, match="damaged"):
            restore_backup(other, file, replace=True)


def test_two_backups_into_one_file_leave_one_that_is_whole(filled: Settings, tmp_path: Path, other: Settings) -> None:
    file = tmp_path / "backup.tar.gz"
    with ThreadPoolExecutor(2) as pool:
        written = [pool.submit(write_backup, filled, file, originals=True, secrets=True, now=NOW) for _ in range(2)]
        assert [one.result().notices for one in written] == [20, 20]
    assert restore_backup(other, file, replace=False).notices == 20
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_a_database_of_a_newer_version_is_refused_in_one_clear_line(filled: Settings) -> None:
    _execute(filled, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError) as told:
        Store.open(filled.database_url)
    assert str(told.value) == (
        f"the database was written by a newer TimThau (tables 9999, here {SCHEMA_REVISION}): install that version "
        "again, or restore a backup of this one"
    )


def test_tables_are_brought_up_to_date_after_a_copy_was_kept(filled: Settings) -> None:
    newer = ("correction", "hidden", "session", "account", "deed", "errand", "decision", "worker")
    drops = [f"DROP TABLE {table}" for table in newer]
    _execute(filled, *drops, "UPDATE alembic_version SET version_num = '0019'")  # as it was before the desk
    with closing(Store.open(filled.database_url)) as store:
        assert store.count() == 20
    if not filled.database_url.startswith("sqlite"):
        return  # a server is copied by `timthau backup` alone
    kept = filled.home / "timthau.db.before-upgrade"
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0019",)
        assert connection.execute("SELECT count(*) FROM notice").fetchone() == (20,)
    assert kept.stat().st_mode & 0o077 == 0


def test_originals_elsewhere_are_not_asked_for(filled: Settings, tmp_path: Path) -> None:
    settings = replace(filled, originals_url="s3://bucket/prefix")
    written = write_backup(settings, tmp_path / "backup.tar.gz", originals=True, secrets=False, now=NOW)
    assert (written.files, written.has_originals) == (1, False)


@pytest.mark.skipif(not postgresql.is_installed(), reason="needs Debian's postgresql")
def test_a_store_on_a_server_comes_back_into_a_file_and_into_a_server(
    filled: Settings,
    tmp_path: Path,
    make_notice: MakeNotice,
    other: Settings,
    make_installation: Callable[[], Settings],
) -> None:
    file = tmp_path / "backup.tar.gz"
    write_backup(filled, file, originals=False, secrets=False, now=NOW)
    with postgresql.run_server() as url:
        server = replace(make_installation(), database_url=url)
        restore_backup(server, file, replace=False)
        with closing(Store.open(url)) as store:
            assert store.save(make_notice("fresh"), NOW).version == 1  # numbers go on behind those that were copied
            assert store.last_change() == 22
        again = tmp_path / "again.tar.gz"
        assert write_backup(server, again, originals=False, secrets=False, now=NOW).notices == 21
    restore_backup(other, again, replace=False)
    with closing(Store.open(other.database_url)) as store:
        assert store.count() == 21
        assert store.corrections.all()[0].value == "Vật tư đã sửa"
        assert len(list(store.each_history())) == 21
