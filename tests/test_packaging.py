"""The wheel: what it carries, and that it works outside the checkout."""

import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # Built from a copy, so that building leaves nothing in the checkout and takes nothing that git ignores.
    copy = tmp_path_factory.mktemp("copy")
    files = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in files.stdout.decode().rstrip("\0").split("\0"):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "build", "-q", "-w", "-n", "-o", str(out), str(copy)], check=True)
    return next(out.glob("*.whl"))


def test_the_wheel_carries_everything(wheel: Path) -> None:
    carried = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        f"timthau/{path.relative_to(ROOT)}" if path.is_relative_to(ROOT / "data") else str(path.relative_to(ROOT))
        for folder in ("data", "timthau", "crawler", "index", "alerts", "desk", "webui", "cli")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted - carried == set()
    assert not any(name.startswith(("tests/", "docs/", "bench/")) for name in carried)


def _list_pinned(lock: Path) -> Iterator[str]:
    """The names of the packages that a lock installs here."""
    for line in lock.read_text("utf-8").splitlines():
        if "==" in line and not line.startswith(("#", " ")):
            pinned = Requirement(line.removesuffix("\\"))
            if pinned.marker is None or pinned.marker.evaluate():
                yield pinned.name


def _lend(lock: Path, site_packages: Path) -> None:
    """Put what a lock installs into an environment, as links to what is installed here: that needs no network."""
    for name in _list_pinned(lock):
        found = distribution(name)
        for top in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
            if not (site_packages / top).exists():
                (site_packages / top).symlink_to(Path(str(found.locate_file(top))))


def test_the_demo_works_from_a_wheel_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    empty = tmp_path / "venv"
    venv.create(empty)
    python = str(empty / "bin" / "python")
    _lend(ROOT / "locks" / "run.txt", next(empty.glob("lib/python*/site-packages")))
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "-q", "--no-index", str(wheel)], check=True)  # all it asks for is in the lock
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["TIMTHAU_HOME"] = str(tmp_path / "home")
    command = [str(empty / "bin" / "timthau"), "demo", "--once"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    checked = re.findall(r"(\d+) / (\d+)", done.stdout)
    assert len(checked) >= 12
    assert all(right == wanted for right, wanted in checked)
