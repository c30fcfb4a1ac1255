"""Long work with a process beside it: its changes get into the index, whatever becomes of that process."""

import multiprocessing
import os
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from index import companion
from index.companion import follow_beside
from index.opening import open_engine
from index.query import Query
from index.sync import catch_up
from timthau.config import Settings
from timthau.model.moment import HANOI
from timthau.model.notice import Notice
from timthau.store.notice import Store

MakeNotice = Callable[..., Notice]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)


@pytest.mark.parametrize("is_killed", [False, True])
def test_a_process_beside_the_work_takes_in_what_changes(
    make_notice: MakeNotice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_killed: bool
) -> None:
    left: list[int] = []
    monkeypatch.setattr(companion, "catch_up", lambda store, engine: left.append(catch_up(store, engine)))
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    settings = Settings.load({"TIMTHAU_HOME": str(tmp_path)})
    urls = settings.database_url, settings.index_url
    with closing(Store.open(urls[0])) as store, closing(open_engine(urls[1])) as engine:
        with follow_beside(store, engine, *urls, every=0, few=0) as catch_up_now_and_then:
            for number in range(5):
                store.save_all([make_notice(f"k{number}", title=f"máy thở {number}")], NOW)
                catch_up_now_and_then()
                for beside in multiprocessing.active_children() if is_killed else ():
                    beside.kill()
        assert not multiprocessing.active_children()
        assert (engine.count(), engine.cursor()) == (5, store.last_change())
        assert engine.search(Query(text="máy thở")).total == 5
    assert left == ([5] if is_killed else [0])


def test_short_work_needs_no_process(
    store: Store, make_notice: MakeNotice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    url = f"whoosh:{tmp_path / 'index'}"
    with closing(open_engine(url)) as engine:
        with follow_beside(store, engine, "sqlite:///none", url, every=0, few=1000) as catch_up_now_and_then:
            store.save_all([make_notice("k")], NOW)
            catch_up_now_and_then()
            assert not multiprocessing.active_children()
            assert engine.count() == 1
        assert engine.cursor() == store.last_change()
