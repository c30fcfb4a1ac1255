"""A copy of this machine that forgets: a script runs as root over its file system, on a network of its own."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

_BEGIN = """
set -eu
mount --make-rprivate /
mount -t tmpfs none "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" overlay "$1/root"
mount -t proc proc "$1/root/proc"
mount -t tmpfs none "$1/root/run"
mount --rbind /dev "$1/root/dev"
for folder in $2; do
    mkdir -p "$1/root$folder"
    mount --rbind "$folder" "$1/root$folder"
    mount -o remount,bind,ro "$1/root$folder"
done
ip link set lo up
shift 2
exec chroot "$@"
"""


@cache
def is_possible() -> bool:
    """Whether this machine can be copied so: it wants root, namespaces and overlays, which containers often refuse."""
    if os.geteuid() != 0 or not all(map(shutil.which, ("unshare", "ip", "chroot"))):
        return False
    return run(Path("/tmp"), ["true"]).returncode == 0


def run(folder: Path, command: list[str], *, typed: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command on a copy, which is laid over `folder`; nothing stays of what it does, and none of its processes.

    What it needs that lies on another file system than the root is seen as it is, and cannot be changed.
    """
    here = os.stat("/").st_dev
    seen = {Path(path).resolve() for path in (sys.prefix, sys.base_prefix, Path(__file__).parents[2])}
    others = [str(path) for path in sorted(seen) if path.stat().st_dev != here]
    namespaces = ["unshare", "--mount", "--net", "--ipc", "--pid", "--fork", "--kill-child"]
    return subprocess.run(
        [*namespaces, "sh", "-c", _BEGIN, "sh", str(folder), " ".join(others), str(folder / "root"), *command],
        input=typed,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"} | environment,
        check=False,
        timeout=500,
        start_new_session=True,  # without a terminal, passwords are read from what is typed
    )
