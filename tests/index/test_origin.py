"""An index of another database (restored, emptied, replaced) is made anew, or the loss is told; all stays found."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from index.query import Query
from index.sync import open_current
from timthau.errors import StoreError
from timthau.model.moment import HANOI
from timthau.model.notice import Notice
from timthau.store.notice import Store

MakeNotice = Callable[..., Notice]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)


@contextmanager
def _opened(home: Path) -> Iterator[Store]:
    with closing(Store.open(f"sqlite:///{home}/timthau.db")) as store:
        yield store


def _found(home: Path) -> tuple[set[str], list[str]]:
    """What a search for everything finds, and the warnings that it took."""
    warnings: list[str] = []
    with (
        _opened(home) as store,
        closing(open_current(store, f"whoosh:{home}/index", warnings.append)) as engine,
    ):
        return {hit.title for hit in engine.search(Query(), limit=50).hits}, warnings


def _save(home: Path, *notices: Notice) -> None:
    with _opened(home) as store:
        store.save_all(notices, NOW)


def _replace(home: Path, database: Path | None) -> None:
    for path in home.glob("timthau.db*"):
        path.unlink()
    if database:
        shutil.copy(database, home / "timthau.db")


def test_a_restored_database_that_grew_past_the_index_is_found_whole(tmp_path: Path, make_notice: MakeNotice) -> None:
    _save(tmp_path, make_notice("1", title="Mua một"), make_notice("2", title="Mua hai"))
    backup = tmp_path / "backup.db"
    shutil.copy(tmp_path / "timthau.db", backup)
    _save(tmp_path, make_notice("3", title="Mua ba"), make_notice("4", title="Mua bốn"))
    assert len(_found(tmp_path)[0]) == 4
    _replace(tmp_path, backup)
    _save(tmp_path, *(make_notice(f"n{n}", title=f"Mua mới {n}") for n in range(2)))
    titles, warnings = _found(tmp_path)
    assert titles == {"Mua một", "Mua hai", "Mua mới 0", "Mua mới 1"}
    assert len(warnings) == 1
    assert _found(tmp_path) == (titles, [])


def test_an_index_that_is_ahead_of_its_database_is_made_anew(tmp_path: Path, make_notice: MakeNotice) -> None:
    _save(tmp_path, make_notice("1", title="Mua một"))
    backup = tmp_path / "backup.db"
    shutil.copy(tmp_path / "timthau.db", backup)
    _save(tmp_path, make_notice("2", title="Mua hai"))
    _found(tmp_path)
    _replace(tmp_path, backup)
    assert _found(tmp_path)[0] == {"Mua một"}


def test_a_database_that_vanished_is_an_error_and_no_empty_beginning(tmp_path: Path, make_notice: MakeNotice) -> None:
    _save(tmp_path, make_notice("1", title="Mua một"))
    _found(tmp_path)
    _replace(tmp_path, None)
    for _ in range(2):
        with pytest.raises(StoreError, match="database is empty, but its index knows 1 changes"):
            _found(tmp_path)
    shutil.rmtree(tmp_path / "index")
    assert _found(tmp_path)[0] == set()


def test_damage_inside_the_database_is_told_in_one_line(tmp_path: Path, make_notice: MakeNotice) -> None:
    _save(tmp_path, *(make_notice(str(n), title=f"Mua {n}", text="x" * 3000) for n in range(60)))
    path = tmp_path / "timthau.db"
    with _opened(tmp_path) as store:
        assert store.find_damage() == ""
    content = bytearray(path.read_bytes())
    content[-60_000:-40_000] = b"\xff" * 20_000  # among the notices: the tables are described in front
    path.write_bytes(content)
    with _opened(tmp_path) as store:
        assert store.find_damage().count("\n") == 0 != len(store.find_damage())
