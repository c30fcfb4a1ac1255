"""A whole installation in one file, and back: taken while it runs, checked when it is read."""

import gzip
import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from timthau import __version__
from timthau.config import Settings
from timthau.errors import BackupError, StoreError
from timthau.scratch import PART, clear_parts, workplace
from timthau.store.database import SCHEMA_REVISION, find_file
from timthau.store.desk.copying import copy_database
from timthau.store.notice import Store

_DATABASE, _MANIFEST, _KEY = "timthau.db", "manifest.json", "secret_key"
_FORMAT = 1
#: Folders of TIMTHAU_HOME that go along: the operator's own definitions, and the files of notices.
_SOURCES, _ORIGINALS = "sources", "originals"
_BLOCK = 1 << 20


@dataclass(frozen=True)
class BackupReport:
    """What is in a backup: how many notices, of when, and how many files beside the database."""

    notices: int
    made_at: str
    files: int
    has_originals: bool
    has_secrets: bool


def write_backup(settings: Settings, target: Path, *, originals: bool, secrets: bool, now: datetime) -> BackupReport:
    """Put the store, own definitions and, as wished, originals and the secret key into one file.

    The database is copied in one transaction, so that everything may go on meanwhile; the originals come after it, so
    that each that the copy names is there. The file is whole or not there. Raises BackupError and StoreError.
    """
    kept = settings.home / _ORIGINALS
    if originals and Path(settings.originals_url or kept) != kept:
        originals = False  # they lie in a store of their own, which is backed up where it is
    clear_parts(target.parent.glob(f".{target.name}.*{PART}"))
    with workplace(settings.home) as folder:
        copy_database(settings.database_url, f"sqlite:///{folder / _DATABASE}")
        with closing(Store.open(f"sqlite:///{folder / _DATABASE}")) as store:
            count = store.count()
        folders = [_SOURCES, *([_ORIGINALS] if originals else [])]
        names = [path for name in folders for path in _each_file(settings.home, name)]
        names += [_KEY] if secrets and (settings.home / _KEY).exists() else []
        manifest = {
            "format": _FORMAT,
            "version": __version__,
            "revision": SCHEMA_REVISION,
            "made_at": now.isoformat(timespec="seconds"),
            "notices": count,
            "originals": originals,
            "secrets": _KEY in names,
            "database_sha256": _hash(folder / _DATABASE),
        }
        (folder / _MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        beside = {_MANIFEST: folder / _MANIFEST, _DATABASE: folder / _DATABASE}
        _pack(target, beside | {name: settings.home / name for name in names})
    return BackupReport(count, str(manifest["made_at"]), len(names), originals, _KEY in names)


def _pack(target: Path, paths: Mapping[str, Path]) -> None:
    """Write an archive of files by their names in it; beside its place first, where two may do so at once."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=PART, dir=target.parent)
        fresh = Path(name)
        try:
            with open(handle, "wb") as file:
                with tarfile.open(fileobj=file, mode="w:gz", compresslevel=3) as archive:
                    for inside, path in paths.items():
                        archive.add(path, inside, recursive=False)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(target)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        raise BackupError(f"{target} cannot be written: {error.strerror or error}") from error


def restore_backup(settings: Settings, source: Path, *, replace: bool) -> BackupReport:
    """Put what a backup has in the place of what is there; nothing else may run meanwhile.

    It is unpacked and checked beside first, and the database is put in place last: one that is killed is begun again.
    With `replace` what is there may be damaged, or of a newer version.

    Raises BackupError where the file is none, damaged or of a newer version, or notices would go without `replace`.
    """
    with workplace(settings.home) as folder:
        manifest = _unpack(source, folder)
        _check(manifest, folder, source)
        if not replace:
            _refuse_loss(settings.database_url)
        files = _put_files(folder, settings.home)
        _put_database(folder / _DATABASE, settings.database_url)
        with closing(Store.open(settings.database_url)) as store:
            store.end_lost_runs(lambda _: True)  # what was being read when the backup was made
    return BackupReport(
        manifest["notices"], manifest["made_at"], files, bool(manifest["originals"]), bool(manifest["secrets"])
    )


def _refuse_loss(url: str) -> None:
    try:
        with closing(Store.open(url)) as store:
            there = store.count()
    except StoreError as error:
        raise BackupError(f"{error}; say --replace to put the backup in its place") from error
    if there:
        raise BackupError(f"there are {there} notices here already: say --replace to put the backup in their place")


def _each_file(home: Path, name: str) -> Iterator[str]:
    for path in sorted((home / name).rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield str(path.relative_to(home))


class _Archive(gzip.GzipFile):
    """Gives no more at once than what a whole block needs: a header may claim to be as large as memory."""

    def read(self, size: int | None = -1) -> bytes:
        if size is None or not 0 <= size <= _BLOCK:
            raise tarfile.ReadError(f"a part of {size} bytes")
        return super().read(size)


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    try:
        with _Archive(source) as packed, tarfile.open(fileobj=packed, mode="r:") as archive:
            for member in archive:
                _unpack_member(archive, member, folder)
        manifest: dict[str, Any] = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        if not isinstance(manifest, dict) or not isinstance(manifest.get("notices"), int):
            raise ValueError("what it holds is not told")
    except (tarfile.TarError, EOFError, zlib.error, ValueError, RecursionError, FileNotFoundError) as error:
        raise BackupError(f"{source} is no whole backup of TimThau: {error}") from error
    except OSError as error:
        raise BackupError(f"{source} cannot be read: {error.strerror or error}") from error
    return manifest


def _unpack_member(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    content = archive.extractfile(member) if _belongs(member) else None
    if content is None:
        raise ValueError(f"it holds {member.name}")
    if member.size > (free := shutil.disk_usage(folder).free):
        raise ValueError(f"{member.name} would take {member.size / 1e9:.1f} GB, and {free / 1e9:.1f} are free")
    # By hand: `extract` learnt to keep inside a folder with Python 3.11.4, and Debian 12 has 3.11.2.
    path = folder / member.name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with content, open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        shutil.copyfileobj(content, file, _BLOCK)


def _belongs(member: tarfile.TarInfo) -> bool:
    top, *below = member.name.split("/")
    if not member.isreg() or ".." in below:
        return False
    if top == _MANIFEST and member.size > _BLOCK:
        return False
    return top in (_SOURCES, _ORIGINALS) if below else top in (_MANIFEST, _DATABASE, _KEY)


def _check(manifest: dict[str, Any], folder: Path, source: Path) -> None:
    if manifest.get("format") != _FORMAT or str(manifest.get("revision")) > SCHEMA_REVISION:
        raise BackupError(
            f"{source} was made by a newer TimThau ({manifest.get('version')}, tables {manifest.get('revision')}; here "
            f"{__version__}, tables {SCHEMA_REVISION}): install that version first"
        )
    database = folder / _DATABASE
    if not database.exists() or _hash(database) != manifest.get("database_sha256"):
        raise BackupError(f"{source} is damaged: the database is not the one that was put into it")
    try:
        with closing(Store.open(f"sqlite:///{database}")) as store:
            said = store.find_damage()
            store.count()
    except StoreError as error:
        raise BackupError(f"{source} is damaged: {error}") from error
    if said:
        raise BackupError(f"{source} is damaged: {said}")


def _put_files(folder: Path, home: Path) -> int:
    count = 0
    for name in (_SOURCES, _ORIGINALS):
        for path in _each_file(folder, name):
            (home / path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.move(folder / path, home / path)
            count += 1
    if (folder / _KEY).exists():
        shutil.move(folder / _KEY, home / _KEY)
        count += 1
    return count


def _put_database(database: Path, url: str) -> None:
    """In place of a SQLite file at once; into the tables of a server in one transaction."""
    target = find_file(url)
    if target is None:
        copy_database(f"sqlite:///{database}", url)
        return
    fresh = target.with_name(f".{target.name}{PART}")  # the workplace may be on another disk
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _close_log(target)
        _close_log(database)
        shutil.move(database, fresh)
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        fresh.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise BackupError(f"{target} cannot be replaced; does TimThau still run? {error}") from error


def _close_log(database: Path) -> None:
    """Take what the log of a SQLite file holds into it, or throw it away with one that is damaged: it must not be laid
    over another."""
    try:
        with closing(sqlite3.connect(database, timeout=5)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError:  # somebody has it open
        raise
    except sqlite3.DatabaseError:
        for end in ("-wal", "-shm", "-journal"):
            database.with_name(database.name + end).unlink(missing_ok=True)


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
