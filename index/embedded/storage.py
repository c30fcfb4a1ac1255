"""Whoosh's storage in a folder, made to survive power cuts: what is announced is on the disk, and has a checksum."""

import os
import struct
import zlib
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage

from index.embedded.folder import sync_dir
from timthau.errors import IndexDamagedError

_CHECK = struct.Struct("<I4s")
_MAGIC = b"TOC1"


class SyncedStorage(FileStorage):  # type: ignore[misc]  # whoosh is not typed
    """A folder of index files. Raises IndexDamagedError for a table of contents that is cut off or changed."""

    @property
    def path(self) -> Path:
        return Path(self.folder)

    def sync_file(self, name: str) -> None:
        """Make sure that a written file survives a power cut."""
        handle = os.open(self.path / name, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def open_file(self, name: str, **kwargs: Any) -> Any:
        if name.endswith(".toc"):
            data = (self.path / name).read_bytes()
            if data[-_CHECK.size :] != _CHECK.pack(zlib.crc32(data[: -_CHECK.size]), _MAGIC):
                raise IndexDamagedError(f"{self.path / name} is cut off or damaged")
        return super().open_file(name, **kwargs)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:  # noqa: ARG002  # whoosh's signature
        """Announce a file under its name: the table of contents, with which a commit becomes visible.

        All that was written before is on the disk by then, and so are the names of the files.
        """
        path = self.path / oldname
        with path.open("r+b") as file:
            check = zlib.crc32(file.read())
            file.write(_CHECK.pack(check, _MAGIC))
            file.flush()
            os.fsync(file.fileno())
        sync_dir(self.path)
        # Unlike Whoosh's own, which removes the old file first where `safe` is not set, this is one step.
        os.replace(path, self.path / newname)
        sync_dir(self.path)
