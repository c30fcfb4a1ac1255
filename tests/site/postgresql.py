"""A PostgreSQL server of its own for tests: on a socket in a folder of its own, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))  # where Debian puts them, off the PATH
_USER = "postgres"  # Debian's; the server refuses to run as root


#: For tests that open the file of SQLite itself, or of what only a file has.
needs_file = pytest.mark.skipif(bool(os.environ.get("TIMTHAU_TEST_POSTGRESQL")), reason="of a store in a file alone")


def is_installed() -> bool:
    """Whether this machine has the server."""
    return bool(_BINARIES)


@contextmanager
def run_server() -> Iterator[str]:
    """A fresh server; gives the SQLAlchemy URL of its empty database."""
    # Not below pytest's own folder: the server runs as another user, and a socket's path may have 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="timthau-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, _USER, _USER)
    data = str(folder / "data")
    try:
        _call("initdb", "-D", data, "-U", "timthau", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync")
        _call("pg_ctl", "start", "-w", "-D", data, "-l", str(folder / "log"), "-o", f"-h '' -k {folder} -F")
        try:
            yield f"postgresql+psycopg://timthau@/postgres?host={folder}"
        finally:
            _call("pg_ctl", "stop", "-w", "-m", "immediate", "-D", data)
    finally:
        shutil.rmtree(folder)


def create_database(url: str, name: str, *, template: str = "template1") -> None:
    """A new database on a server, as a copy of one that nobody uses."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    engine.dispose()


class Databases:
    """Databases of one test on a server, copies of one of its databases."""

    def __init__(self, server: str, *, template: str) -> None:
        self._server, self._template = server, template
        self._named: list[str] = []
        self._made: set[str] = set()
        self._making = threading.Lock()

    def name(self) -> str:
        """The URL of one that may be made."""
        self._named.append(self._server.replace("/postgres?", f"/t{time.monotonic_ns()}?"))
        return self._named[-1]

    def make(self, url: str) -> str:
        """Make one that was named, if it is not there yet."""
        with self._making:
            if url in self._named and url not in self._made:
                create_database(self._server, str(make_url(url).database), template=self._template)
                self._made.add(url)
        return url

    def drop(self) -> None:
        """Remove those that were made, whoever still uses them."""
        engine = create_engine(self._server, isolation_level="AUTOCOMMIT")
        with engine.connect() if self._made else nullcontext() as connection:
            for url in self._made:
                connection.exec_driver_sql(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")
        engine.dispose()


def _call(program: str, *arguments: str) -> None:
    command = [str(_BINARIES[-1] / program), *arguments]
    if os.geteuid() == 0:
        command = ["runuser", "-u", _USER, "--", *command]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd="/", timeout=60)
