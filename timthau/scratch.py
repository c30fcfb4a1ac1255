"""What is written only for a while: whoever is killed leaves some of it behind, and the next start takes it away."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

#: The end of a file's name until the file is whole.
PART = ".part"
#: Nobody writes at one file for so many seconds.
_ABANDONED_SECONDS = 3600


@contextmanager
def workplace(home: Path) -> Iterator[Path]:
    """A folder of one's own below TIMTHAU_HOME/tmp, for as long as the block lasts and the process lives."""
    place = home / "tmp"
    with _gate(place):
        folder = Path(tempfile.mkdtemp(dir=place))
        handle = os.open(folder, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def clear_workplaces(home: Path) -> None:
    """Remove the workplaces of processes that are gone; none where TIMTHAU_HOME/tmp is a link to a folder of others."""
    place = home / "tmp"
    if place.is_symlink():
        return
    with _gate(place):
        for folder in filter(Path.is_dir, place.iterdir()):
            handle = os.open(folder, os.O_RDONLY)
            with suppress(BlockingIOError):  # somebody works there
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            os.close(handle)


def lives(process: int) -> bool:
    """Whether a process of this machine lives, by its number."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is another user's
        return True
    return True


def clear_parts(parts: Iterable[Path]) -> None:
    """Remove files that were never finished, and that nobody has touched for an hour; none to which a link leads."""
    for part in parts:
        with suppress(FileNotFoundError):
            is_own = not part.parent.is_symlink()
            if is_own and abs(time.time() - part.lstat().st_mtime) > _ABANDONED_SECONDS:
                part.unlink()


@contextmanager
def _gate(place: Path) -> Iterator[None]:
    """One at a time makes or removes workplaces, so that none is removed before its maker holds it."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
