"""The bytes of attachments, kept by what they are: in a folder or in any S3-compatible store.

A vendor can open a file from here after the site took it away or put another in its place.
"""

import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from timthau.errors import ConfigError
from timthau.model.record import Original
from timthau.scratch import clear_parts
from timthau.store.notice import Store

if TYPE_CHECKING:
    from obstore.store import ObjectStore, RetryConfig

#: What `find_fault` writes.
_TRIAL = ".trial"
_HASTY: "RetryConfig" = {"max_retries": 1, "retry_timeout": timedelta(seconds=5)}
_log = logging.getLogger(__name__)


class Originals:
    """Files by the SHA-256 of their bytes; what was stored when, and of which size, stands in the store."""

    def __init__(self, files: "ObjectStore", store: Store, most_bytes: int) -> None:
        self._files, self._store, self._most = files, store, most_bytes

    def keep(self, sha256: str, content: bytes, media_type: str, at: datetime) -> bool:
        """Keep a file's bytes; False when there is no room left or the place does not take them, which is logged."""
        import obstore  # noqa: PLC0415 - a crawl that fetches no file needs none

        if self._store.original(sha256):
            return True
        if self._store.originals_size() + len(content) > self._most:
            _log.warning("no room for more originals: raise TIMTHAU_ORIGINALS_GB (%s is not kept)", sha256)
            return False
        try:
            obstore.put(self._files, _path_of(sha256), content)
        except (obstore.exceptions.BaseError, OSError) as error:
            _log.warning("the original %s cannot be kept: %s", sha256, error)
            return False
        # The row comes after the bytes: what it promises is there.
        self._store.note_original(Original(sha256=sha256, size=len(content), media_type=media_type, stored_at=at))
        return True

    def find_fault(self) -> str:
        """Why nothing can be kept now; empty when a trial byte can be written and taken away again."""
        import obstore  # noqa: PLC0415 - as above

        try:
            obstore.put(self._files, _TRIAL, b"0")
            obstore.delete(self._files, _TRIAL)
        except (obstore.exceptions.BaseError, OSError) as error:
            return str(error).partition("\n")[0]
        return ""

    def read(self, sha256: str) -> bytes | None:
        """A file's bytes; None when they are not there."""
        import obstore  # noqa: PLC0415 - as above

        try:
            return bytes(obstore.get(self._files, _path_of(sha256)).bytes())
        except FileNotFoundError:
            return None


def open_originals(place: str, gigabytes: int, store: Store, *, hasty: bool = False) -> Originals | None:
    """Where originals are kept, a folder or an s3:// URL; None when that is empty. Raises ConfigError.

    With `hasty` a place that does not answer within seconds is not asked again.
    """
    if not place:
        return None
    from obstore.exceptions import BaseError  # noqa: PLC0415 - the library is large
    from obstore.store import LocalStore, S3Store  # noqa: PLC0415 - as above

    try:
        files = (
            S3Store.from_url(place, client_options={"allow_http": True}, retry_config=_HASTY if hasty else None)
            if place.startswith("s3://")
            else LocalStore(Path(place), mkdir=True)
        )
    except (BaseError, OSError, ValueError) as error:
        raise ConfigError(f"TIMTHAU_ORIGINALS_URL={place!r}: {error}") from error
    return Originals(files, store, gigabytes * 1_000_000_000)


def clear_originals(place: str) -> None:
    """Remove files that were never written to their end, where originals are kept in a folder."""
    if place and not place.startswith("s3://"):
        clear_parts(Path(place).glob("*/*#*"))


def _path_of(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:]}"
