"""What several tests need: a notice to start from, a store of their own, settings in a folder of their own."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Engine, inspect

from tests import SHARED
from tests.site import postgresql
from tests.site.alert_stores import StaffedStores
from timthau.config import Settings
from timthau.model.moment import HANOI
from timthau.model.notice import Notice, NoticeKind, make_id
from timthau.store import database
from timthau.store.notice import Store

# How long an example takes says more of what else the machine does than of the code. The same examples each time: a run
# fails by a change, not by chance. New ones are looked for with --hypothesis-profile=search.
hypothesis_settings.register_profile(
    "same examples", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.register_profile(
    "search", hypothesis_settings.get_profile("same examples"), derandomize=False, max_examples=500, print_blob=True
)
hypothesis_settings.load_profile("same examples")


def pytest_configure(config: pytest.Config) -> None:
    """On a server a store that a test leaves open has connections, which end with it as files do."""
    if os.environ.get("TIMTHAU_TEST_POSTGRESQL"):
        config.addinivalue_line("filterwarnings", "ignore:<psycopg:ResourceWarning")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session", autouse=True)
def copied_tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A new SQLite file gets its tables by a copy of one that was migrated once: migrations take longer than a test."""
    template = tmp_path_factory.mktemp("tables") / "timthau.db"
    migrate, one_at_a_time = database._migrate, Lock()
    database.open_database(f"sqlite:///{template}").dispose()

    def copy_or_migrate(engine: Engine) -> None:
        path = engine.url.database if engine.dialect.name == "sqlite" else None
        with one_at_a_time:
            if path and path != ":memory:" and not inspect(engine).get_table_names():
                with closing(sqlite3.connect(template)) as source, closing(sqlite3.connect(path)) as new:
                    source.backup(new)
        migrate(engine)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_migrate", copy_or_migrate)
        yield


@pytest.fixture(scope="session")
def empty_server() -> Iterator[str | None]:
    """With TIMTHAU_TEST_POSTGRESQL=1 a server whose database `empty` has the tables: `make test-postgresql`."""
    if not os.environ.get("TIMTHAU_TEST_POSTGRESQL"):
        yield None
        return
    if not postgresql.is_installed():
        pytest.skip("no server of PostgreSQL on this machine")
    with postgresql.run_server() as url:
        postgresql.create_database(url, "empty", template="template0")
        database.open_database(url.replace("/postgres?", "/empty?")).dispose()
        yield url


@pytest.fixture
def databases(empty_server: str | None) -> Iterator[postgresql.Databases | None]:
    """New databases on the server, which are gone after the test: thousands of them would be millions of files."""
    if empty_server is None:
        yield None
        return
    made = postgresql.Databases(empty_server, template="empty")
    yield made
    made.drop()


@pytest.fixture(autouse=True)
def usual_database(databases: postgresql.Databases | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database of settings that name none: a file, or a new one on the server, of this process and its children.

    It is made when settings are first read.
    """
    if databases is None:
        return
    url = databases.name()
    load = Settings.load.__func__  # type: ignore[attr-defined]  # a class method has one

    def load_with_server(cls: type[Settings], environ: Mapping[str, str] | None = None) -> Settings:
        told = os.environ if environ is None else environ
        loaded: Settings = load(cls, {"TIMTHAU_DATABASE_URL": url, **told})
        databases.make(loaded.database_url)
        return loaded

    monkeypatch.setenv("TIMTHAU_DATABASE_URL", url)
    monkeypatch.setattr(Settings, "load", classmethod(load_with_server))


@pytest.fixture
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("needs ../shared, which is not beside this checkout")
    return SHARED


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load({"TIMTHAU_HOME": str(tmp_path / "home"), "TIMTHAU_GATHER_MINUTES": "0"})


@pytest.fixture
def name_home(databases: postgresql.Databases | None) -> Callable[[Path], dict[str, str]]:
    """The settings that name a home with a store of its own, for processes that are started with them."""
    named: dict[Path, dict[str, str]] = {}

    def name(home: Path) -> dict[str, str]:
        if home not in named:
            own = {"TIMTHAU_DATABASE_URL": databases.make(databases.name())} if databases else {}
            named[home] = {"TIMTHAU_HOME": str(home)} | own
        return named[home]

    return name


@pytest.fixture
def make_installation(tmp_path: Path, name_home: Callable[[Path], dict[str, str]]) -> Callable[[], Settings]:
    """Further installations, each with a home and a store of its own."""
    return lambda: Settings.load(name_home(tmp_path / f"installation{time.monotonic_ns()}"))


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = Store.open(settings.database_url)
    yield opened
    opened.close()


@pytest.fixture
def make_notice() -> Callable[..., Notice]:
    def make(key: str = "a", *, source: str = "bv", **said: Any) -> Notice:
        defaults: dict[str, Any] = {
            "url": f"https://bv.example/{key}.html",
            "kind": NoticeKind.REQUEST_FOR_QUOTATION,
            "title": "Yêu cầu báo giá vật tư y tế",
            "deadline_at": datetime(2026, 12, 1, 17, 0, tzinfo=HANOI),
        }
        return Notice(id=make_id(source, key), source=source, source_key=key, **(defaults | said))

    return make


@pytest.fixture
def stores(settings: Settings) -> Iterator[StaffedStores]:
    opened = StaffedStores.open(settings)
    yield opened
    opened.close()


@pytest.fixture
def at_now() -> Iterator[None]:
    """The moment at which the tests of the page take place."""
    from tests.site.webui import NOW  # other tests need no Flask

    with time_machine.travel(NOW, tick=False):
        yield
