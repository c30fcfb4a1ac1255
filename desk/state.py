"""What an installation is made of: sizes on the disk, how far others are behind the store, versions."""

import os
import platform
import shutil
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from timthau import __version__
from timthau.store.database import SCHEMA_REVISION

#: Files that are counted; what goes beyond is not, so that a page about a great home does not take minutes.
_MOST_FILES = 200_000
_PACKAGES = ("scrapy", "whoosh3", "sqlalchemy", "flask", "waitress", "lxml", "pypdfium2")


@dataclass(frozen=True)
class Folder:
    """A folder or file of TIMTHAU_HOME: its size in bytes, and whether there is more that was not counted."""

    name: str
    size: int
    is_cut: bool


def measure_home(home: Path) -> list[Folder]:
    """What lies in the home, the largest first."""
    left = _MOST_FILES
    found = []
    for entry in sorted(os.scandir(home), key=lambda one: one.name):
        size, count = _measure(entry.path, left)
        left -= count
        found.append(Folder(entry.name, size, left <= 0))
    return sorted(found, key=lambda folder: (-folder.size, folder.name))


def free_bytes(home: Path) -> int:
    """What is free where the home lies."""
    return shutil.disk_usage(home).free


def list_versions() -> list[tuple[str, str]]:
    """What runs here: the program, its tables, Python, and the libraries that most depends on."""
    found = [("TimThau", __version__), ("tables", SCHEMA_REVISION), ("Python", platform.python_version())]
    for name in _PACKAGES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:  # another distribution of Whoosh
            continue
    return found


def _measure(path: str, most: int) -> tuple[int, int]:
    """Bytes and number of files below a path; files that go meanwhile count for nothing."""
    if not os.path.isdir(path) or os.path.islink(path):
        try:
            return os.lstat(path).st_size, 1
        except OSError:
            return 0, 1
    size = count = 0
    for folder, _, names in os.walk(path):
        for name in names:
            if count >= most:
                return size, count
            count += 1
            try:
                size += os.lstat(os.path.join(folder, name)).st_size
            except OSError:
                continue
    return size, count
