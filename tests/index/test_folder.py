"""Builds of an index that were killed: the next who opens it takes them away, unless somebody is building."""

from pathlib import Path

from index.embedded.engine import WhooshEngine
from index.embedded.folder import IndexFolder
from index.embedded.home import EmbeddedHome


def test_what_a_killed_build_left_is_gone_when_the_index_is_opened_next(tmp_path: Path) -> None:
    home = EmbeddedHome(tmp_path, WhooshEngine)
    home.open().close()
    left = tmp_path / "build-000002"
    left.mkdir()
    (left / "segment").write_bytes(b"half")
    home.open().close()
    assert [path.name for path in tmp_path.glob("build-*")] == ["build-000001"]


def test_a_build_that_goes_on_is_left_alone(tmp_path: Path) -> None:
    home = EmbeddedHome(tmp_path, WhooshEngine)
    home.open().close()
    with IndexFolder(tmp_path).building() as new:
        home.open().close()
        assert new.is_dir()
    assert IndexFolder(tmp_path).current() == new


def test_links_in_the_folder_of_an_index_lead_to_nothing_that_is_written_or_removed(tmp_path: Path) -> None:
    index, theirs = tmp_path / "index", tmp_path / "theirs"
    (theirs / "folder").mkdir(parents=True)
    for name in ("build.lock", "write.lock", "CURRENT.new", "folder/segment"):
        (theirs / name).write_text("theirs")
    index.mkdir()
    for name in ("build.lock", "write.lock", "CURRENT.new"):
        (index / name).symlink_to(theirs / name)
    (index / "build-000001").symlink_to(theirs / "folder")
    (index / "build-000002").write_text("no folder")
    home = EmbeddedHome(index, WhooshEngine)
    with home.building() as engine:
        assert engine.count() == 0
    home.open().close()
    assert {path.read_text() for path in theirs.rglob("*") if path.is_file()} == {"theirs"}
    assert [path.is_dir() and not path.is_symlink() for path in index.glob("build-*")] == [True]
