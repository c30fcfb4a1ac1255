"""All of a database in another one: a SQLite file as a whole, anything else table by table, as it was at one moment."""

from pathlib import Path

from sqlalchemy import Connection, Engine, Integer, delete, func, insert, select, text

from timthau.batch import batched
from timthau.store.database import copy_sqlite, open_database
from timthau.store.process.writer import EVERYTHING
from timthau.store.schema import metadata

_AT_ONCE = 500  # rows of one statement


def copy_database(source_url: str, target_url: str) -> None:
    """Put what a database holds in the place of what another one holds; both may be in use. Raises StoreError."""
    source = open_database(source_url)
    try:
        if source.dialect.name == "sqlite" and target_url.startswith("sqlite:///"):
            copy_sqlite(Path(str(source.url.database)), Path(target_url.removeprefix("sqlite:///")))
        else:
            _copy_tables(source, target_url)
    finally:
        source.dispose()


def _copy_tables(source: Engine, target_url: str) -> None:
    target = open_database(target_url)
    try:
        whole = {} if source.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        with (
            source.connect().execution_options(yield_per=_AT_ONCE, **whole) as reader,
            target.execution_options(timthau_writes=EVERYTHING).begin() as writer,
        ):
            for table in reversed(metadata.sorted_tables):
                writer.execute(delete(table))
            for table in metadata.sorted_tables:
                for some in batched(reader.execute(select(table)).mappings(), _AT_ONCE):
                    writer.execute(insert(table), [dict(row) for row in some])
            if writer.dialect.name == "postgresql":
                _set_sequences(writer)
    finally:
        target.dispose()


def _set_sequences(connection: Connection) -> None:
    """The numbers that a server gives next come after those that were copied."""
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None or not isinstance(column.type, Integer):
            continue
        last = connection.execute(select(func.max(column))).scalar()
        name = connection.execute(select(func.pg_get_serial_sequence(table.name, column.name))).scalar()
        if last is not None and name is not None:
            connection.execute(text("SELECT setval(:name, :last)"), {"name": name, "last": last})
