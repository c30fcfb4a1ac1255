"""The files that were downloaded, as the text read from them: so that none is fetched or read twice.

Each file's text lies in TIMTHAU_HOME/downloads under a name made from its address, with what the server said of it.
The folder can be deleted; files are fetched again then, when their notice is read again.
"""

import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from crawler.extract.document import FileText
from timthau.scratch import PART, clear_parts


@dataclass(frozen=True, kw_only=True)
class Download:
    """One file: the server's name for it, its size in bytes, SHA-256, validators and its text."""

    url: str
    filename: str | None
    media_type: str | None
    size: int
    sha256: str
    etag: str | None
    last_modified: str | None
    content: FileText


class Downloads:
    """The folder of downloads. Writing is all or nothing: a file cut short by a crash is never seen."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, url: str) -> Download | None:
        """What is kept of a file; None when there is nothing, or nothing that can be read."""
        try:
            said: dict[str, Any] = json.loads(self._path(url).read_text(encoding="utf-8"))
            return Download(**(said | {"content": FileText.from_json(said["content"])}))
        except (OSError, ValueError, KeyError, TypeError):  # gone, or written by another version
            return None

    def save(self, download: Download) -> None:
        """Keep a file's text."""
        path = self._path(download.url)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(suffix=PART, dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                json.dump(asdict(download), out, ensure_ascii=False)
            Path(name).replace(path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                Path(name).unlink()

    def clear(self, most_bytes: int) -> None:
        """Remove what crawls that were killed had begun to write, and the oldest texts beyond so many bytes."""
        clear_parts(self._folder.glob(f"*/*{PART}"))
        found = (path for path in self._folder.glob("*/*.json") if not path.parent.is_symlink())
        kept = sorted((_look(path), path) for path in found)
        left = sum(size for (_, size), _ in kept) - most_bytes
        for (_, size), path in kept:
            if left <= 0:
                return
            path.unlink(missing_ok=True)
            left -= size

    def _path(self, url: str) -> Path:
        name = hashlib.sha256(url.encode()).hexdigest()
        return self._folder / name[:2] / f"{name[2:]}.json"


def _look(path: Path) -> tuple[float, int]:
    """When a file was written, and its size in bytes; nothing of one that is gone."""
    with contextlib.suppress(FileNotFoundError):
        found = path.stat()
        return found.st_mtime, found.st_size
    return 0.0, 0
