"""From the store to the index: catching up, rebuilding beside, mending."""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from index.embedded import codec as whoosh_codec
from index.embedded.folder import IndexFolder
from index.opening import open_engine
from index.query import Query
from index.sync import catch_up, open_current, rebuild
from timthau.errors import IndexDamagedError
from timthau.model.moment import HANOI
from timthau.model.notice import Guide, Notice
from timthau.store.notice import Store

MakeNotice = Callable[..., Notice]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"whoosh:{tmp_path / 'index'}"


@pytest.fixture
def filled(store: Store, make_notice: MakeNotice) -> Store:
    store.save_all([make_notice(f"k{number}", title=f"máy thở {number}") for number in range(7)], NOW)
    store.save_guide(Guide(slug="vssid", title="Đăng nhập VssID", body=""))
    return store


def test_catching_up_follows_the_outbox(filled: Store, url: str, make_notice: MakeNotice) -> None:
    engine, seen = open_engine(url), list[tuple[int, int]]()
    assert catch_up(filled, engine, batch=3, progress=lambda done, total: seen.append((done, total))) == 8
    assert (engine.count(), engine.cursor()) == (8, filled.last_change())
    assert seen == [(3, 8), (6, 8), (8, 8)]
    filled.save(make_notice("k0", title="bông băng"), NOW)
    assert catch_up(filled, engine) == 1
    assert engine.search(Query(text="bông băng")).total == 1
    assert catch_up(filled, engine) == 0


def test_a_rebuild_is_picked_up_by_open_readers(filled: Store, url: str) -> None:
    reader = open_current(filled, url, lambda _: None)
    assert rebuild(filled, url) == 8
    assert (reader.count(), reader.cursor()) == (8, filled.last_change())
    assert len(list(Path(url.removeprefix("whoosh:")).glob("build-*"))) == 1


def test_a_batch_meant_for_the_build_before_a_swap_is_not_lost(
    filled: Store, url: str, make_notice: MakeNotice
) -> None:
    engine = open_engine(url)
    with IndexFolder(Path(url.removeprefix("whoosh:"))).building():
        catch_up(filled, engine)  # goes to the old build; the new one is empty
    engine.apply([make_notice("late")], (), cursor=99, since=8)
    assert engine.cursor() == 0
    assert catch_up(filled, engine) == 8


@pytest.mark.parametrize("damage", ["segment", "contents", "pointer", "build", "all"])
def test_damage_is_mended_with_one_warning(filled: Store, url: str, damage: str) -> None:
    root = Path(url.removeprefix("whoosh:"))
    rebuild(filled, url)
    (build,) = root.glob("build-*")
    if damage == "segment":
        (file,) = build.glob("*.tt")
        file.write_bytes(file.read_bytes()[:500])
    elif damage == "contents":
        next(build.glob("*.toc")).write_bytes(b"no")
    elif damage == "pointer":
        (root / "CURRENT").write_text("nowhere")
    else:
        shutil.rmtree(build if damage == "build" else root)
    warnings: list[str] = []
    engine = open_current(filled, url, warnings.append)
    assert engine.search(Query(text="máy thở")).total == 7
    assert len(warnings) == 1


def test_an_index_of_another_format_is_built_anew(filled: Store, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older:
        older.setattr(whoosh_codec, "_FORMAT", whoosh_codec._FORMAT - 1)
        rebuild(filled, url)
    warnings: list[str] = []
    assert open_current(filled, url, warnings.append).search(Query(text="máy thở")).total == 7
    (warning,) = warnings
    assert "another version" in warning
    assert "\n" not in warning


@pytest.mark.parametrize("name", [b"index.another.layout", b"nowhere.at.all.codec"])
def test_an_index_that_another_layout_pickled_is_built_anew(filled: Store, url: str, name: bytes) -> None:
    rebuild(filled, url)
    (contents,) = Path(url.removeprefix("whoosh:")).rglob("*.toc")
    data = contents.read_bytes()
    assert b"index.embedded.codec" in data
    contents.write_bytes(data.replace(b"index.embedded.codec", name))
    warnings: list[str] = []
    assert open_current(filled, url, warnings.append).search(Query(text="máy thở")).total == 7
    (warning,) = warnings
    assert "\n" not in warning
    assert open_current(filled, url, warnings.append).count() == 8
    assert len(warnings) == 1


def test_damage_that_shows_in_use_is_mended(filled: Store, url: str) -> None:
    warnings: list[str] = []
    engine = open_current(filled, url, warnings.append)
    (file,) = Path(url.removeprefix("whoosh:")).rglob("*.tt")
    data = bytearray(file.read_bytes())
    data[: len(data) // 2] = bytes(len(data) // 2)
    warnings.clear()
    file.write_bytes(data)
    fresh = open_current(filled, url, warnings.append)
    assert fresh.search(Query(text="máy thở")).total == 7
    assert len(warnings) == 1
    assert engine.search(Query(text="máy thở")).total == 7


def test_an_empty_store_and_no_index_are_no_damage(store: Store, url: str) -> None:
    warnings: list[str] = []
    assert open_current(store, url, warnings.append).count() == 0
    assert warnings == []


def _die_at(step: int, root: Path) -> None:
    seen = 0

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        if event in ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir") and str(root) in str(arguments[0]):
            seen += 1
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_rebuild_killed_at_any_step_leaves_an_index_in_use(filled: Store, url: str) -> None:
    root = Path(url.removeprefix("whoosh:"))
    rebuild(filled, url)
    for step in range(1, 200, 3):
        child = os.fork()
        if child == 0:
            _die_at(step, root)
            rebuild(filled, url)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        assert open_engine(url).count() == 8
        if not os.WIFSIGNALED(status):
            break
    assert step > 10
    assert len(list(root.glob("build-*"))) == 1


def test_a_pointer_out_of_the_folder_is_damage(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("../elsewhere")
    with pytest.raises(IndexDamagedError):
        IndexFolder(tmp_path).current()
