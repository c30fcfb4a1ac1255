"""What killed work has left behind is taken away at the next start; what is being written stays."""

import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from crawler.memory.download import Downloads
from crawler.process.log import RunLog
from tests import ROOT
from timthau.model.moment import HANOI
from timthau.original import clear_originals
from timthau.scratch import clear_parts, clear_workplaces, workplace

_HOLD = """
import sys
from pathlib import Path
from timthau.scratch import workplace
with workplace(Path(sys.argv[1])) as folder:
    (folder / "probe.db").write_text("half")
    print(folder, flush=True)
    sys.stdin.read()
"""


def test_workplaces_of_the_dead_are_removed_and_those_of_the_living_stay(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process, workplace(tmp_path) as own:
        assert process.stdout
        theirs = Path(process.stdout.readline().strip())
        clear_workplaces(tmp_path)
        assert (theirs.is_dir(), own.is_dir()) == (True, True)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert theirs.is_dir()
        clear_workplaces(tmp_path)
        assert (theirs.exists(), own.is_dir()) == (False, True)
    assert list((tmp_path / "tmp").iterdir()) == []


def test_files_that_were_never_finished_are_removed_once_nobody_can_be_writing_them(tmp_path: Path) -> None:
    old, fresh = tmp_path / "a.part", tmp_path / "b.part"
    for path in (old, fresh):
        path.write_text("half")
    os.utime(old, (0, 0))
    clear_parts(tmp_path.glob("*.part"))
    assert (old.exists(), fresh.exists()) == (False, True)


def test_links_to_elsewhere_lead_to_nothing_that_is_removed(tmp_path: Path) -> None:
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    for folder in (home / "tmp", home / "downloads", home / "originals", home / "logs", elsewhere):
        folder.mkdir(parents=True)
    theirs = [elsewhere / name for name in ("a.json", "b.part", "c#1", "20200101-000000.log", "d.txt")]
    for path in theirs:
        path.write_text("theirs")
        os.utime(path, (0, 0))
    for link in ("tmp/x", "downloads/ab", "originals/ab", "logs/bv"):
        (home / link).symlink_to(elsewhere)
    (home / "originals" / "e#1").symlink_to(elsewhere / "d.txt")
    clear_workplaces(home)
    clear_originals(str(home / "originals"))
    Downloads(home / "downloads").clear(0)
    RunLog(home / "logs", "bv", datetime(2026, 11, 23, 9, tzinfo=HANOI), 1).close()
    assert [path.read_text() for path in theirs] == ["theirs"] * len(theirs)


def test_where_the_place_itself_is_a_link_nothing_in_it_is_removed_but_ones_own(tmp_path: Path) -> None:
    theirs = tmp_path / "elsewhere" / "theirs"
    theirs.mkdir(parents=True)
    home = tmp_path / "home"
    home.mkdir()
    (home / "tmp").symlink_to(tmp_path / "elsewhere")
    with workplace(home) as own:
        clear_workplaces(home)
        assert own.is_dir()
    assert list((tmp_path / "elsewhere").iterdir()) == [theirs]
