"""Stands in for what a test cannot ask of a machine: apt, systemd, certbot, containers, and who edits a file.

As far as docs/operate.md uses them: units are read, checked by systemd's own tool where it is, and what they start is
started, as their user and with their settings. What is not known here is refused.
"""

import argparse
import configparser
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
NAME = "tim.thau.example"
UNITS = Path("/etc/systemd/system")
TRIALS = Path("/srv")  # what the page knows nothing of: the repository that is cloned, which process is which unit

_SECONDS_TO_END = 60


def refuse(tool: str, words: Sequence[str]) -> None:
    sys.exit(f"{tool}: docs/operate.md says what is neither run nor checked here: {shlex.join(words)}")


def apt_get(*words: str) -> None:
    """The names of packages are asked of apt's own lists, where there are any; nothing is installed."""
    if words[:2] == ("install", "-y") and list(Path("/var/lib/apt/lists").glob("*_Packages*")):
        subprocess.run(["apt-cache", "show", *words[2:]], check=True, stdout=subprocess.DEVNULL)
    elif words != ("update",) and words[:2] != ("install", "-y"):
        refuse("apt-get", words)


def git(*words: str) -> None:
    """A repository of its own, with what is committed here, stands for the address on the page."""
    trust = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}

    def call(*arguments: str | Path) -> None:
        subprocess.run(["/usr/bin/git", *arguments], check=True, env=os.environ | trust)

    if words[0] != "clone":
        call(*words)
        return
    origin = TRIALS / "timthau.git"
    call("clone", "-q", "--bare", "--shared", ROOT, origin)
    call("-C", origin, "update-ref", "refs/heads/released", "HEAD")
    call("-C", origin, "symbolic-ref", "HEAD", "refs/heads/released")
    call("clone", "-q", "--shared", origin, words[-1])


def python3(*words: str) -> None:
    """A new environment sees the packages of the tests': nothing is fetched, but the lock's versions are compared."""
    if words[:2] != ("-m", "venv"):
        refuse("python3", words)
    folder = Path(words[2])
    subprocess.run([Path(sys.base_prefix, "bin", "python3"), "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = folder.glob("lib/python3*/site-packages")
    (theirs,) = Path(sys.prefix).glob("lib/python3*/site-packages")
    (packages / "tests.pth").write_text(f"{theirs}\n")
    installer = folder / "bin" / "pip"
    installer.write_text(f'#!/bin/sh\nexec {sys.executable} {__file__} pip {folder}/bin/python "$@"\n')
    installer.chmod(0o755)
    for path in [*theirs.parents, *Path(sys.base_prefix).parents]:
        with_way = path.stat().st_mode | 0o011
        if path.stat().st_mode != with_way and path.stat().st_dev == Path("/").stat().st_dev:
            path.chmod(with_way)  # another user than root runs it


def pip(python: str, *words: str) -> None:
    """The program itself is built and installed; of what the lock names, each has to be there as it says."""
    if words[:3] != ("install", "--require-hashes", "-r"):
        subprocess.run([python, "-m", "pip", *words], check=True, env=os.environ | {"PIP_NO_INDEX": "1"})
        return
    text = re.sub(r"\\\n|#.*", "", Path(words[3]).read_text())
    for line in filter(str.strip, text.splitlines()):
        said, *hashes = line.split(" --hash=")
        requirement = Requirement(said)
        if requirement.marker is None or requirement.marker.evaluate():
            assert hashes, said
            assert requirement.specifier.contains(version(requirement.name)), said


def editor(path: str) -> None:
    file = Path(path)
    file.write_text(file.read_text().replace("timthau.example.vn", NAME))


def certbot(*words: str) -> None:
    parser = argparse.ArgumentParser("certbot", exit_on_error=True)
    parser.add_argument("command", choices=["certonly"])
    parser.add_argument("--nginx", action="store_true", required=True)
    parser.add_argument("--deploy-hook", required=True)
    parser.add_argument("-d", dest="name", choices=[NAME], required=True)
    said = parser.parse_args(words)
    folder = Path("/etc/letsencrypt/live", said.name)
    folder.mkdir(parents=True)
    kind = ("-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    names = ("-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}")
    files = ("-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem")
    subprocess.run(["openssl", "req", *kind, *names, *files], check=True, stderr=subprocess.DEVNULL)
    subprocess.run(said.deploy_hook, shell=True, check=True)


def systemd_run(*words: str) -> None:
    parser = argparse.ArgumentParser("systemd-run")
    parser.add_argument("-q", "--quiet", action="store_true")
    parser.add_argument("--pty", action="store_true")
    parser.add_argument("-p", dest="properties", action="append", default=[])
    parser.add_argument("-E", dest="environment", action="append", default=[])
    parser.add_argument("command", nargs=argparse.REMAINDER)
    said = parser.parse_args(words)
    told = dict(each.partition("=")[::2] for each in said.properties)
    environment = _read_settings(told["EnvironmentFile"], *said.environment)
    _become(told["User"], said.command, environment)


def systemctl(*words: str) -> None:
    match words:
        case ("daemon-reload",):
            _verify_units()
        case ("enable", "--now", *units) | ("start", *units):
            for unit in units:
                _start(unit)
        case ("stop", unit):
            _stop(unit)
        case ("reload", "nginx"):
            subprocess.run(["nginx", "-t", "-q"], check=True)
            runs = Path("/run/nginx.pid").read_text().strip()  # checking makes an empty one
            subprocess.run(["nginx", *(("-s", "reload") if runs else ())], check=True)
        case _:
            refuse("systemctl", words)


def docker(*words: str) -> None:
    """What a builder reads is there; the files themselves have tests of their own."""
    if words[:2] == ("compose", "-f") and words[3:] == ("up", "-d"):
        Path(words[2]).read_bytes()
    elif words[:4] == ("build", "--format", "docker", "-f") and words[5:] == ("-t", "timthau", "."):
        Path(words[4]).read_bytes()
    else:
        refuse("docker", words)


def _verify_units() -> None:
    if not shutil.which("systemd-analyze"):
        return
    units = sorted(UNITS.glob("timthau*"))
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], stderr=subprocess.PIPE, text=True, check=False
    )
    if faults := [line for line in found.stderr.splitlines() if "timthau" in line]:
        sys.exit("\n".join(faults))


def _start(unit: str) -> None:
    sections = _read_unit(unit)
    if unit.endswith(".timer"):  # its time has come
        if shutil.which("systemd-analyze"):
            subprocess.run(["systemd-analyze", "calendar", sections["Timer"]["OnCalendar"]], check=True)
        _start(unit.replace(".timer", ".service"))
        return
    service = sections["Service"]
    if folder := service.get("StateDirectory"):
        home = Path("/var/lib", folder)
        home.mkdir(mode=int(service["StateDirectoryMode"], 8), exist_ok=True)
        shutil.chown(home, service["User"], service["Group"])
    command = shlex.split(service["ExecStart"].replace("%%", "%"))
    environment = _read_settings(service["EnvironmentFile"], service["Environment"])
    if service.get("Type") == "oneshot":
        if child := os.fork():
            if os.waitpid(child, 0)[1]:
                sys.exit(f"{unit} failed")
        else:
            _become(service["User"], command, environment)
        return
    if child := os.fork():
        (TRIALS / unit).write_text(str(child))
    else:
        os.setsid()
        _become(service["User"], [*command, "web", "alerts"], environment)  # there is no network for crawls


def _stop(unit: str) -> None:
    process = Path("/proc", (TRIALS / unit).read_text())
    os.kill(int(process.name), signal.SIGTERM)
    deadline = time.monotonic() + _SECONDS_TO_END
    while process.exists() and "\nState:\tZ" not in (process / "status").read_text():
        if time.monotonic() > deadline:
            sys.exit(f"{unit} does not end")
        time.sleep(0.1)  # polling another process, which is no child of this one


def _read_unit(unit: str) -> configparser.ConfigParser:
    sections = configparser.ConfigParser(strict=False, interpolation=None)
    sections.optionxform = str  # type: ignore[assignment,method-assign]  # keys as they are written
    sections.read_string((UNITS / unit).read_text())
    return sections


def _read_settings(file: str, *more: str) -> dict[str, str]:
    lines = [line for line in Path(file.lstrip("-")).read_text().splitlines() if not line.startswith("#")]
    settings = dict(line.partition("=")[::2] for line in [*lines, *more] if line)
    return settings | {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


def _become(user: str, command: Sequence[str], environment: dict[str, str]) -> None:
    words = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", *command]
    os.chdir("/")
    os.execvpe("setpriv", words, environment)


TOOLS: dict[str, Callable[..., None]] = {
    "apt-get": apt_get,
    "certbot": certbot,
    "docker": docker,
    "editor": editor,
    "git": git,
    "pip": pip,
    "podman": docker,
    "python3": python3,
    "systemctl": systemctl,
    "systemd-run": systemd_run,
}

if __name__ == "__main__":
    TOOLS[sys.argv[1]](*sys.argv[2:])
