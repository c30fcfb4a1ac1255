"""Where an index lives: numbered builds side by side, and a file that names the one in use."""

import contextlib
import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from timthau.errors import IndexDamagedError

_CURRENT = "CURRENT"
_BUILD = re.compile(r"build-\d{6,}")


def sync_dir(path: Path) -> None:
    """Make sure that the names in a folder survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class IndexFolder:
    """A folder with builds of an index; only the one that CURRENT names is used, the others are left-overs."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def exists(self) -> bool:
        """Whether an index was ever put into use here."""
        return (self.path / _CURRENT).exists()

    def current(self) -> Path | None:
        """The build in use; None when there is none."""
        try:
            name = (self.path / _CURRENT).read_text(encoding="ascii", errors="replace").strip()
        except FileNotFoundError:
            return None
        if not _BUILD.fullmatch(name):
            raise IndexDamagedError(f"{self.path / _CURRENT} names no build")
        return self.path / name

    def current_or_new(self) -> Path:
        """The build in use; an empty one is put into use when there is none."""
        current = self.current()
        if current is None:
            with self.building() as new:
                pass
            current = new
        return current

    @contextmanager
    def building(self) -> Iterator[Path]:
        """A place for a new build, put into use when the block ends well; one build at a time, others wait.

        Left-overs of killed builds and the build before are removed; readers that have it open keep it until
        they look again.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        with self._lock("build.lock"):
            current = self._current_if_any()
            number = int(current.name.removeprefix("build-")) + 1 if current else 1
            new = self.path / f"build-{number:06d}"
            self._remove_all_but(current)
            new.mkdir()
            yield new
            with self._lock("write.lock"):  # a writer that is at work finishes in the build it began in
                self._use(new)
                self._remove_all_but(new)

    def clear(self) -> None:
        """Remove what killed builds have left, unless somebody builds now."""
        if len(list(self.path.glob("build-*"))) < 2:
            return
        with (self.path / "build.lock").open("a") as file, contextlib.suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._remove_all_but(self._current_if_any())

    def _current_if_any(self) -> Path | None:
        with contextlib.suppress(IndexDamagedError):
            return self.current()
        return max(self.path.glob("build-*"), default=None)  # readers may still have it open

    def _use(self, build: Path) -> None:
        sync_dir(build)
        draft = self.path / f"{_CURRENT}.new"
        draft.unlink(missing_ok=True)  # it may be a link, by which another file would be written
        with draft.open("x") as file:
            file.write(build.name)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path / _CURRENT)
        sync_dir(self.path)

    def _remove_all_but(self, kept: Path | None) -> None:
        for build in self.path.glob("build-*"):
            if build == kept:
                continue
            if build.is_symlink() or not build.is_dir():
                build.unlink(missing_ok=True)
            else:
                shutil.rmtree(build, ignore_errors=True)

    @contextmanager
    def _lock(self, name: str) -> Iterator[None]:
        with (self.path / name).open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
