"""The tables of data/ that people edit: columns parted by tabs, lines that begin with # are remarks."""

from collections.abc import Iterator

from timthau.config import data_dir


def load_rows(name: str) -> Iterator[list[str]]:
    """The rows of a table below data/, each with its columns."""
    for line in (data_dir() / name).read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield [column.strip() for column in line.split("\t")]
