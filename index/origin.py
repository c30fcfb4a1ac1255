"""Which database an index was made from: one that was restored or emptied has another past, which its numbers hide."""

from pathlib import Path
from typing import Protocol

from timthau.errors import IndexDamagedError, StoreError
from timthau.store.notice import Store


class Mark(Protocol):
    """One line that is kept beside an index."""

    @property
    def place(self) -> str:
        """What people call the place of the index."""

    def read(self) -> str:
        """The line; empty when there is none."""

    def write(self, mark: str) -> None:
        """Put a line in place of the one before."""


class FileMark:
    """A mark in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def place(self) -> str:
        return str(self._path.parent)

    def read(self) -> str:
        return self._path.read_text(encoding="utf-8") if self._path.exists() else ""

    def write(self, mark: str) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".new")
        draft.write_text(mark, encoding="utf-8")
        draft.replace(self._path)


class Origin:
    """What is kept beside an index: the newest change that its database had, with all that is known of it."""

    def __init__(self, kept: Mark) -> None:
        self._kept = kept

    def note(self, store: Store) -> None:
        """Keep where the database stands; it has to be that of the index."""
        if mark := _mark_of(store, store.last_change()):
            self._kept.write(mark)

    def check(self, store: Store, cursor: int) -> None:
        """Raises IndexDamagedError for an index of another database, StoreError when the database lost everything."""
        mark = self._kept.read()
        number, _, _ = mark.partition(" ")
        last = store.last_change()
        if mark and not last:
            raise StoreError(
                f"the database is empty, but its index knows {number} changes: restore the database, or delete "
                f"{self._kept.place} to begin anew"
            )
        if cursor > last:
            raise IndexDamagedError(f"it knows {cursor} changes, the database {last}: that was restored or replaced")
        if mark and mark != _mark_of(store, int(number)):
            raise IndexDamagedError(f"change {number} of its database was another one: that was restored or replaced")


def _mark_of(store: Store, number: int) -> str:
    """One change in one line, which no other database has by that number; empty when there is none."""
    found = store.changes_after(number - 1, 1)
    if not found or found[0].seq != number:
        return ""
    change = found[0]
    return f"{change.seq} {change.entity} {change.id} {change.changed_at.isoformat()}"
