"""A whole installation in one file, and back: taken while it runs, checked when it is read."""

import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from timthau import __version__
from timthau.config import Settings
from timthau.errors import BackupError
from timthau.scratch import workplace
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
    fresh = target.with_name(f".{target.name}.part")
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
        try:
            with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                with tarfile.open(fileobj=file, mode="w:gz", compresslevel=3) as archive:
                    archive.add(folder / _MANIFEST, _MANIFEST)
                    archive.add(folder / _DATABASE, _DATABASE)
                    for name in names:
                        archive.add(settings.home / name, name, recursive=False)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(target)
        except OSError as error:
            raise BackupError(f"{target} cannot be written: {error.strerror or error}") from error
        finally:
            fresh.unlink(missing_ok=True)
    return BackupReport(count, str(manifest["made_at"]), len(names), originals, _KEY in names)


def restore_backup(settings: Settings, source: Path, *, replace: bool) -> BackupReport:
    """Put what a backup has in the place of what is there; nothing else may run meanwhile.

    It is unpacked and checked beside first, and the database is put in place last: one that is killed is begun again.
    Raises BackupError where the file is none, damaged or of a newer version, or notices would go without `replace`.
    """
    with workplace(settings.home) as folder:
        manifest = _unpack(source, folder)
        _check(manifest, folder, source)
        with closing(Store.open(settings.database_url)) as store:
            there = store.count()
        if there and not replace:
            raise BackupError(f"there are {there} notices here already: say --replace to put the backup in their place")
        files = _put_files(folder, settings.home)
        _put_database(folder / _DATABASE, settings.database_url)
        with closing(Store.open(settings.database_url)) as store:
            store.end_lost_runs(lambda _: True)  # what was being read when the backup was made
    return BackupReport(
        manifest["notices"], manifest["made_at"], files, bool(manifest["originals"]), bool(manifest["secrets"])
    )


def _each_file(home: Path, name: str) -> Iterator[str]:
    for path in sorted((home / name).rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield str(path.relative_to(home))


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    try:
        with tarfile.open(source, "r:gz") as archive:
            for member in archive:
                content = archive.extractfile(member) if _belongs(member) else None
                if content is None:
                    raise BackupError(f"{source} is no backup of TimThau: it holds {member.name}")
                # By hand: `extract` learnt to keep inside a folder with Python 3.11.4, and Debian 12 has 3.11.2.
                path = folder / member.name
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with content, open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                    shutil.copyfileobj(content, file, _BLOCK)
        manifest: dict[str, Any] = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        if not isinstance(manifest, dict):
            raise ValueError("what it holds is not told")
    except (tarfile.TarError, EOFError, zlib.error, ValueError, RecursionError, FileNotFoundError) as error:
        raise BackupError(f"{source} is no whole backup of TimThau: {error}") from error
    except OSError as error:
        raise BackupError(f"{source} cannot be read: {error.strerror or error}") from error
    return manifest


def _belongs(member: tarfile.TarInfo) -> bool:
    top, *below = member.name.split("/")
    return member.isfile() and top in (_MANIFEST, _DATABASE, _KEY, _SOURCES, _ORIGINALS) and ".." not in below


def _check(manifest: dict[str, Any], folder: Path, source: Path) -> None:
    if manifest.get("format") != _FORMAT or manifest.get("revision", "") > SCHEMA_REVISION:
        raise BackupError(
            f"{source} was made by a newer TimThau ({manifest.get('version')}, tables {manifest.get('revision')}; here "
            f"{__version__}, tables {SCHEMA_REVISION}): install that version first"
        )
    database = folder / _DATABASE
    if not database.exists() or _hash(database) != manifest.get("database_sha256"):
        raise BackupError(f"{source} is damaged: the database is not the one that was put into it")
    with closing(sqlite3.connect(database)) as connection:
        said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if said != "ok":
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
    try:
        with closing(sqlite3.connect(target, timeout=5)) as connection:  # what the log holds must not be laid over it
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA journal_mode = DELETE")
        with closing(sqlite3.connect(database)) as fresh:
            fresh.execute("PRAGMA journal_mode = DELETE")
        with database.open("rb") as file:
            os.fsync(file.fileno())
        shutil.move(database, target)
    except (sqlite3.Error, OSError) as error:
        raise BackupError(f"{target} cannot be replaced; does TimThau still run? {error}") from error


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
