"""Which originals of attachments are kept."""

from sqlalchemy import func, insert, select

from timthau.model.moment import format_moment
from timthau.model.record import Original
from timthau.store.database import Tables
from timthau.store.row import read_time
from timthau.store.schema import original as originals


class OriginalStore(Tables):
    """One row a file, by the SHA-256 of its bytes."""

    def original(self, sha256: str) -> Original | None:
        """What is kept under a hash."""
        with self._engine.connect() as connection:
            row = connection.execute(select(originals).where(originals.c.sha256 == sha256)).first()
        if row is None:
            return None
        return Original(sha256=row.sha256, size=row.size, media_type=row.media_type, stored_at=read_time(row.stored_at))

    def kept_originals(self, hashes: list[str]) -> set[str]:
        """Those of some hashes under which a file is kept."""
        with self._engine.connect() as connection:
            return set(connection.execute(select(originals.c.sha256).where(originals.c.sha256.in_(hashes))).scalars())

    def originals_size(self) -> int:
        """Of all together, in bytes."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.coalesce(func.sum(originals.c.size), 0))).scalar_one())

    def note_original(self, original: Original) -> None:
        """Keep that a file is kept; another run may have been quicker."""
        row = {"sha256": original.sha256, "size": original.size, "media_type": original.media_type}
        with self._writer.begin() as connection:
            known = connection.execute(select(originals.c.sha256).where(originals.c.sha256 == original.sha256)).first()
            if known is None:
                connection.execute(insert(originals).values(**row, stored_at=format_moment(original.stored_at)))
