"""Tables as text: those of data/ that people edit, and cells that spreadsheets may open."""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import TypeVar

from timthau.config import data_dir
from timthau.errors import ConfigError

_Cell = TypeVar("_Cell")


def load_rows(name: str, *, columns: Sequence[str] = ()) -> Iterator[list[str]]:
    """The rows of a table below data/, each with its columns, parted by tabs; lines that begin with # are remarks.

    Where `columns` are given the first row has to name them, and every row has as many. Raises ConfigError.
    """
    head: list[str] | None = None
    for number, line in enumerate((data_dir() / name).read_text("utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        row = [column.strip() for column in line.split("\t")]
        if columns and head is None:
            head = row
            if head != list(columns):
                raise ConfigError(f"data/{name}:{number}: the columns have to be {', '.join(columns)}")
        elif columns and len(row) != len(columns):
            raise ConfigError(f"data/{name}:{number}: {len(row)} columns instead of {len(columns)}")
        else:
            yield row


def list_tables(folder: str) -> list[str]:
    """The names of the tables in a folder below data/, as `load_rows` takes them, in order."""
    return sorted(f"{folder}/{path.name}" for path in (data_dir() / folder).glob("*.tsv"))


def guard_cell(value: _Cell) -> _Cell | str:
    """The value of a cell, with ' before a text that a spreadsheet would run as a formula (OWASP, "CSV injection")."""
    if not isinstance(value, str):
        return value
    # Spreadsheets pass over blanks, and take full-width signs for the plain ones.
    dangerous = value.startswith(("\t", "\r", "\n")) or unicodedata.normalize("NFKC", value).lstrip().startswith(
        ("=", "+", "-", "@")
    )
    return f"'{value}" if dangerous else value
