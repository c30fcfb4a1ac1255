"""Opening the database: what differs between SQLite and PostgreSQL, and bringing its tables up to date."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Self

from sqlalchemy import (
    ARRAY,
    URL,
    BigInteger,
    Column,
    Connection,
    Engine,
    ExceptionContext,
    FromClause,
    Table,
    create_engine,
    event,
    func,
    insert,
    inspect,
    literal,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError, SQLAlchemyError

from timthau.errors import StoreError
from timthau.scratch import PART
from timthau.store.process.writer import EVERYTHING, StoreWriter, pass_fence, take_all

#: Of SQLite: what a large transaction changes is written once where it fits, what several change once into the file.
_CACHE_KB, _CHECKPOINT_PAGES = 16_000, 8_000

#: The newest migration; a test holds it to what timthau/migrations says, so that opening needs no Alembic.
SCHEMA_REVISION = "0023"

_POOL = ("pool_size", "max_overflow", "pool_timeout", "pool_recycle")
_ABANDONED = "-c idle_in_transaction_session_timeout=5min"

MIGRATIONS = Path(__file__).parent / "migrations"


class Tables:
    """Some tables of a database: what reads and writes them is below this.

    Every method of such a class is one transaction. Safe for threads and for several processes.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = StoreWriter(engine)

    @classmethod
    def open(cls, url: str) -> Self:
        """The tables in the database at an SQLAlchemy URL, made or migrated if need be. Raises StoreError."""
        return cls(open_database(url))

    @property
    def engine(self) -> Engine:
        """The connections, for other tables of the same database."""
        return self._engine

    def find_damage(self) -> str:
        """What is wrong inside the database, in one line; empty when nothing is, or where the server sees to it itself.

        Reads all of it. Raises StoreError when it cannot be read at all.
        """
        if self._engine.dialect.name != "sqlite":
            return ""
        with self._engine.connect() as connection:
            said = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
        return "" if said == "ok" else " ".join(said.split())

    def close(self) -> None:
        """Give back the connections."""
        self._engine.dispose()


def open_database(url: str) -> Engine:
    """An engine on an up-to-date database. Raises StoreError with one line when that cannot be had."""
    try:
        address, pool = read_url(url)
        engine = create_engine(address, **pool)
        if engine.dialect.name == "sqlite":
            _prepare_sqlite(engine)
        elif engine.dialect.name == "postgresql":
            _prepare_postgresql(engine)
        name_failures(engine)
        try:
            _migrate(engine)
        except BaseException:
            engine.dispose()  # a connection left open would keep others from the file
            raise
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError) as error:
        raise StoreError(f"TIMTHAU_DATABASE_URL cannot be used: {error}") from error
    except (SQLAlchemyError, OSError) as error:
        reason = getattr(error, "orig", None) or error
        raise StoreError(f"the database {engine.url.render_as_string()} cannot be opened: {reason}") from error
    return engine


def read_url(url: str) -> tuple[URL, dict[str, Any]]:
    """The address of a database, and what its URL says of the pool of connections to a server, as SQLAlchemy calls it.

    A transaction at a server ends when its process is frozen or gone, so that its locks are no longer held.
    Raises ArgumentError and ValueError.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "postgresql":
        return parsed, {}
    pool = {name: int(str(parsed.query[name])) for name in _POOL if name in parsed.query}
    address = parsed.difference_update_query(_POOL)
    if "options" not in address.query:
        address = address.update_query_dict({"options": _ABANDONED})
    return address, {"pool_pre_ping": True, **pool}


def name_failures(engine: Engine) -> None:
    """What happens to a database in use (a full disk, a server that is gone, damage) is a StoreError, as at opening."""

    @event.listens_for(engine, "handle_error")
    def _on_error(context: ExceptionContext) -> None:
        # Damage is a plain DatabaseError; what derives from it otherwise, such as IntegrityError, is a fault of ours.
        if type(context.sqlalchemy_exception) in (OperationalError, DatabaseError):
            raise StoreError(f"the database {engine.url.render_as_string()}: {context.original_exception}")


def _prepare_sqlite(engine: Engine) -> None:
    """Readers never wait for the writer (WAL), writers queue up, and a commit is on the disk when it returns."""
    if engine.url.database and engine.url.database != ":memory:":
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)

    @event.listens_for(engine, "connect")
    def _on_connect(connection, _record) -> None:  # type: ignore[no-untyped-def]  # DBAPI objects have no types
        connection.isolation_level = None  # the driver must not open transactions behind our back
        connection.execute("PRAGMA busy_timeout = 60000")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        # Taking the write lock at once: a read that turns into a write could otherwise fail in the middle.
        options = connection.get_execution_options()
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("timthau_writes") else "BEGIN")
        pass_fence(connection, options)


def _prepare_postgresql(engine: Engine) -> None:
    """Each writer holds what its transaction says, see `timthau.store.process.writer`, until its commit can be seen.

    The server's texts have no NUL, which pages and files may bring along.
    """

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        take_all(connection, options.get("timthau_writes", ()))
        pass_fence(connection, options)

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def _on_execute(_connection, _cursor, statement, parameters, _context, many):  # type: ignore[no-untyped-def]  # as above
        return statement, [*map(without_nul, parameters)] if many else without_nul(parameters)


def without_nul(row: Any) -> Any:
    """Values by name without the letter NUL, which PostgreSQL does not take."""
    if not isinstance(row, Mapping):
        return row
    return {name: value.replace("\0", "") if isinstance(value, str) else value for name, value in row.items()}


def join_numbers(connection: Connection, column: Column[int], numbers: Sequence[int]) -> FromClause:
    """A table's rows of which a column is one of some numbers, in order and each once.

    They are one parameter: each as its own would cost more than the look-up.
    """
    if connection.dialect.name == "sqlite":
        given = func.json_each(json.dumps(numbers)).table_valued("value")
    else:
        given = func.unnest(literal(numbers, ARRAY(BigInteger))).table_valued("value").render_derived()
    return given.join(column.table, column == given.c.value)


def insert_numbers(connection: Connection, table: Table, rows: Sequence[tuple[int, ...]]) -> None:
    """Write many rows of a table that has only numbers; in order they cost the least."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":  # as they are, for naming each value costs more than writing it
        connection.exec_driver_sql(str(insert(table).compile(dialect=connection.dialect)), list(rows))
        return
    given = [func.unnest(literal(list(numbers), ARRAY(BigInteger))) for numbers in zip(*rows, strict=True)]
    connection.execute(insert(table).from_select(list(table.c), select(*given)))


def find_file(url: str) -> Path | None:
    """The file of a SQLite database at a URL; None where a server, or memory, holds it."""
    parsed = make_url(url)
    is_file = parsed.get_backend_name() == "sqlite" and parsed.database not in (None, ":memory:")
    return Path(str(parsed.database)) if is_file else None


def copy_sqlite(source: Path, target: Path) -> None:
    """A copy of a SQLite file as it is at one moment, whoever writes to it meanwhile: whole, or not there.

    Raises StoreError.
    """
    draft = target.with_name(f".{target.name}{PART}")
    try:
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600, exist_ok=False)
        with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(draft)) as other:
            other.execute("PRAGMA journal_mode = OFF")  # what is not whole is thrown away
            one.backup(other)
        draft.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{source} cannot be copied to {target}: {error}") from error


def _migrate(engine: Engine) -> None:
    revision = _revision(engine)
    if revision == SCHEMA_REVISION:
        return
    if revision and revision > SCHEMA_REVISION:
        raise StoreError(
            f"the database was written by a newer TimThau (tables {revision}, here {SCHEMA_REVISION}): install that "
            "version again, or restore a backup of this one"
        )
    from alembic import command  # noqa: PLC0415  # costs 200 ms, needed only once in a database's life
    from alembic.config import Config  # noqa: PLC0415  # as above

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    # Every other writer is kept out first, so that of two processes that start at once the second finds the work done.
    with engine.execution_options(timthau_writes=EVERYTHING).begin() as connection:
        config.attributes["connection"] = connection
        if (before := _revision(engine)) and before != SCHEMA_REVISION:
            _keep_copy(engine)
        command.upgrade(config, "head")


def _keep_copy(engine: Engine) -> None:
    """The file as it was before its tables are changed, beside it; a server's operator keeps one himself."""
    if engine.dialect.name == "sqlite" and engine.url.database:
        path = Path(engine.url.database)
        copy_sqlite(path, path.with_name(f"{path.name}.before-upgrade"))


def _revision(engine: Engine) -> str | None:
    if not inspect(engine).has_table("alembic_version"):
        return None
    with engine.connect() as connection:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
