"""A whole store into another database: from SQLite to PostgreSQL, or back, with nothing lost."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from timthau.errors import StoreError
from timthau.store.database import Tables, without_nul
from timthau.store.process.writer import EVERYTHING
from timthau.store.schema import metadata

_AT_ONCE = 200  # rows, of which each may have a document of megabytes

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class CopiedTable:
    """How many rows of a table were copied."""

    name: str
    rows: int


class _WholeStore(Tables):
    """All tables at once."""

    def read(self) -> Connection:
        """A connection that sees one state of the database."""
        if self._engine.dialect.name == "postgresql":
            return self._engine.execution_options(isolation_level="REPEATABLE READ").connect()
        return self._engine.connect()

    def write(self) -> Connection:
        """A connection that keeps every other writer out."""
        return self._engine.execution_options(timthau_writes=EVERYTHING).connect()


def copy_store(source: str, target: str, *, progress: Progress | None = None) -> list[CopiedTable]:
    """Copy all tables of one database into another that is empty, and compare what is read again there.

    Both are brought up to date first. It is one transaction: after a failure the target is as empty as before. What is
    written to the source meanwhile is not copied. `progress` is called with rows done and rows in all.
    Raises StoreError, also when the copy differs.
    """
    with closing(_WholeStore.open(source)) as one, closing(_WholeStore.open(target)) as other:
        try:
            with one.read() as old, other.write() as new, new.begin():
                return list(_copy(old, new, progress))
        except SQLAlchemyError as error:
            reason = getattr(error, "orig", None) or error
            raise StoreError(f"the store cannot be copied: {' '.join(str(reason).split())}") from error


def _copy(old: Connection, new: Connection, progress: Progress | None) -> Iterator[CopiedTable]:
    tables = metadata.sorted_tables
    if filled := [table.name for table in tables if _count(new, table)]:
        raise StoreError(f"the database to copy into is not empty: it has rows in {', '.join(filled)}")
    total, done = sum(_count(old, table) for table in tables), 0
    for table in tables:
        sent, rows = 0, 0
        for batch in _read(old, table):
            new.execute(insert(table), batch)
            sent += sum(map(_digest, batch))
            rows += len(batch)
            if progress:
                progress(done + rows, total)
        if sent != sum(_digest(row) for batch in _read(new, table) for row in batch):
            raise StoreError(f"the copy of {table.name} differs from what was read, and is not kept")
        _go_on_counting(new, table)
        done += rows
        yield CopiedTable(table.name, rows)


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _read(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """All rows, a few at a time."""
    rows = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_AT_ONCE)
    with connection.execute(rows) as result:
        for batch in result.mappings().partitions():
            yield [dict(row) for row in batch]


def _digest(row: Mapping[str, Any]) -> int:
    """A number that hardly any other row has; their sum does not hang on the order, which is another elsewhere."""
    said = repr([*without_nul(row).values()]).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(said, digest_size=16).digest(), "big")


def _go_on_counting(new: Connection, table: Table) -> None:
    """Let the numbers that the database gives go on behind those that were given; SQLite does so by itself."""
    column = table.autoincrement_column
    if column is not None and new.dialect.name == "postgresql":
        last = new.execute(select(func.max(column))).scalar()
        if last is not None:
            new.execute(select(func.setval(func.pg_get_serial_sequence(table.name, column.name), last)))
