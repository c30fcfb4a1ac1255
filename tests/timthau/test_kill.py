"""Work on the store that is killed before each of its statements loses nothing, and the next does the rest."""

import hashlib
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests import ROOT
from timthau.model.moment import HANOI
from timthau.model.notice import Notice
from timthau.original import open_originals
from timthau.store.database import SCHEMA_REVISION
from timthau.store.notice import Store

MakeNotice = Callable[..., Notice]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)
NOTICES = 2
#: One copy of the database after the other, each for a process that dies some statements later than the one before.
_KILLED = """
import itertools, os, shutil, signal, sys
from pathlib import Path
import alembic.command
from sqlalchemy import event
from sqlalchemy.engine import Engine
from timthau.store.notice import Store

def die(*_):
    if next(left, None) is None:
        os.kill(os.getpid(), signal.SIGKILL)

for number in itertools.count(1, STEP):
    path = shutil.copy(sys.argv[1], Path(sys.argv[1]).with_name(f"{number:03}.db"))
    if not (child := os.fork()):
        left = iter(range(1, number))
        event.listen(Engine, "before_cursor_execute", die)
        store = Store.open(f"sqlite:///{path}")
        WORK
        os._exit(0)
    if os.waitpid(child, 0)[1] != signal.SIGKILL:
        break
"""


@pytest.fixture
def database(tmp_path: Path, make_notice: MakeNotice) -> Path:
    path = tmp_path / "whole.db"
    with closing(Store.open(f"sqlite:///{path}")) as store:
        for day in range(5):
            notices = [make_notice(str(n), title=f"Mua máy thở {day}") for n in range(NOTICES)]
            store.save_all(notices, NOW + timedelta(days=day))
    return path


def _kill_everywhere(database: Path, work: str, step: int = 1) -> list[Path]:
    """What was left of the database by each that was killed, so many statements later than the one before."""
    code = _KILLED.replace("WORK", work).replace("STEP", str(step))
    subprocess.run([sys.executable, "-c", code, str(database)], cwd=ROOT, check=True)
    return sorted(database.parent.glob("[0-9]*.db"))[:-1]  # the last came to its end


def _look(path: Path) -> tuple[str, str, int]:
    """Whether a database is whole, of which version, and how many notices it has."""
    with closing(sqlite3.connect(path)) as connection:
        said, *_ = connection.execute("PRAGMA quick_check").fetchone()
        revision, *_ = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        count, *_ = connection.execute("SELECT count(*) FROM notice").fetchone()
    return said, revision, count


def test_tables_that_a_kill_left_half_changed_are_as_before_and_changed_by_the_next(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        for table in ("correction", "hidden", "session", "account", "deed", "errand", "decision", "worker"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("UPDATE alembic_version SET version_num = '0019'")
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    left = _kill_everywhere(database, "pass", step=3)
    found = [_look(path) for path in left]
    assert found.count(("ok", "0019", NOTICES)) >= 5
    assert set(found) <= {("ok", revision, NOTICES) for revision in ("0019", SCHEMA_REVISION)}
    for path in database.parent.glob("*.before-upgrade"):
        assert _look(path) == ("ok", "0019", NOTICES)
    for path in left[5::10]:
        Store.open(f"sqlite:///{path}").close()
        assert _look(path) == ("ok", SCHEMA_REVISION, NOTICES)


def test_a_copy_that_is_killed_stands_not_under_its_name(database: Path) -> None:
    kept = database.with_name("kept.db")
    kept.write_text("the one of before")
    code = (
        "import os, signal, sqlite3, sys; from contextlib import closing; from pathlib import Path\n"
        "import timthau.store.database as database\n"
        "class Dying(sqlite3.Connection):\n"
        "    def backup(self, target): super().backup(target, pages=1, progress=lambda *_: os.kill(os.getpid(), 9))\n"
        "connect = sqlite3.connect\n"
        "sqlite3.connect = lambda path: connect(path, factory=Dying)\n"
        "database.copy_sqlite(*map(Path, sys.argv[1:]))"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(database), str(kept)], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert kept.read_text() == "the one of before"


def test_versions_are_pruned_whole_or_not_at_all_for_each_notice(database: Path) -> None:
    left = _kill_everywhere(database, "store.prune_versions(2)")
    assert len(left) >= 2 * NOTICES
    for path in left:
        with closing(sqlite3.connect(path)) as connection:
            kept = connection.execute("SELECT count(*) FROM version GROUP BY notice_id").fetchall()
        assert {count for (count,) in kept} <= {3, 5}
        assert _look(path) == ("ok", SCHEMA_REVISION, NOTICES)
    with closing(Store.open(f"sqlite:///{left[-1]}")) as store:
        store.prune_versions(2)
        assert [[one.version for one in store.versions(notice.id)] for notice in store.each_notice()] == [
            [1, 4, 5]
        ] * NOTICES


def test_an_original_that_a_kill_left_half_kept_is_kept_by_the_next(database: Path) -> None:
    work = (
        "from timthau.original import open_originals; import hashlib; from datetime import datetime\n"
        "        files = open_originals(str(path) + '.files', 1, store)\n"
        "        files.keep(hashlib.sha256(b'%PDF').hexdigest(), b'%PDF', 'application/pdf', "
        "datetime.fromisoformat('2026-11-23T09:00+07:00'))"
    )
    left = _kill_everywhere(database, work)
    digest = hashlib.sha256(b"%PDF").hexdigest()
    told = set()
    for path in left[-2:]:
        with closing(Store.open(f"sqlite:///{path}")) as store:
            files = open_originals(f"{path}.files", 1, store)
            assert files
            told.add((store.original(digest) is not None, files.read(digest) is not None))
            assert files.keep(digest, b"%PDF", "application/pdf", NOW)
            assert (files.read(digest), store.originals_size()) == (b"%PDF", 4)
    assert (False, True) in told  # the bytes came first
    assert (True, False) not in told
