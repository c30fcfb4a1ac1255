"""The outbox: one row a change, written with it, read by whatever keeps up with the store."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select, tuple_

from timthau.batch import batched
from timthau.model.change import Revision, compare
from timthau.model.moment import format_moment
from timthau.model.notice import Notice
from timthau.model.record import Change, News
from timthau.store.database import Tables
from timthau.store.desk.table import VISIBLE
from timthau.store.row import read_change, read_notice, read_time
from timthau.store.schema import notice as notices
from timthau.store.schema import outbox
from timthau.store.schema import version as versions

_PARAMETERS = 500  # of one statement; SQLite takes 32,766
_EARLIER = outbox.alias("earlier")


class OutboxStore(Tables):
    """Changes in their order."""

    def changes_after(self, seq: int, limit: int) -> list[Change]:
        """The next changes after an outbox number, in order."""
        rows = select(outbox).where(outbox.c.seq > seq).order_by(outbox.c.seq).limit(limit)
        with self._engine.connect() as connection:
            return [read_change(row) for row in connection.execute(rows)]

    def first_changes(self, ids: Iterable[str]) -> dict[str, int]:
        """The outbox number of the first change of each of some notices."""
        first = select(outbox.c.entity_id, func.min(outbox.c.seq)).where(outbox.c.entity == "notice")
        with self._engine.connect() as connection:
            return {
                key: seq
                for some in batched(ids, _PARAMETERS)
                for key, seq in connection.execute(
                    first.where(outbox.c.entity_id.in_(some)).group_by(outbox.c.entity_id)
                )
            }

    def last_change_before(self, moment: datetime) -> int:
        """The outbox number after which everything changed at or after a moment; 0 when that is all."""
        earlier = select(func.max(outbox.c.seq)).where(outbox.c.changed_at < format_moment(moment))
        with self._engine.connect() as connection:
            return connection.execute(earlier).scalar() or 0

    def revisions(self, changes: Iterable[Change]) -> dict[int, Revision]:
        """What each of those changes that are of notices changed, by outbox number; call it with few at a time.

        The first change of a notice is that it is new, also where older editions of it were met later. What a version
        changed of one that is kept no more is not told.
        """
        first = select(func.min(_EARLIER.c.seq)).where(
            _EARLIER.c.entity_id == outbox.c.entity_id, _EARLIER.c.entity == outbox.c.entity
        )
        rows = (
            select(outbox.c.seq, outbox.c.version.label("announced"), first.scalar_subquery().label("first"))
            .add_columns(notices.c.first_seen_at, versions.c.seen_at.label("last_seen_at"), versions)
            .join(versions, versions.c.notice_id == outbox.c.entity_id)
            .join(notices, notices.c.id == versions.c.notice_id)
            .where(
                VISIBLE, outbox.c.entity == "notice", versions.c.version.in_((outbox.c.version, outbox.c.version - 1))
            )
        )
        told: dict[int, Notice] = {}
        before: dict[int, Notice] = {}
        new: set[int] = set()
        with self._engine.connect() as connection:
            for some in batched((change.seq for change in changes), _PARAMETERS):
                for row in connection.execute(rows.where(outbox.c.seq.in_(some))):
                    if row.version == row.announced:
                        told[row.seq] = read_notice(row)
                        if row.seq == row.first:
                            new.add(row.seq)
                    elif row.seq != row.first:
                        before[row.seq] = read_notice(row)
        return {seq: compare(before.get(seq), notice) for seq, notice in told.items() if seq in before or seq in new}

    def versions_at(self, keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Notice]:
        """Those versions of notices that exist, by id and number."""
        rows = select(notices.c.first_seen_at, versions.c.seen_at.label("last_seen_at"), versions).join(versions)
        rows = rows.where(VISIBLE)
        with self._engine.connect() as connection:
            return {
                (row.notice_id, row.version): read_notice(row)
                for some in batched(keys, _PARAMETERS)
                for row in connection.execute(rows.where(tuple_(versions.c.notice_id, versions.c.version).in_(some)))
            }

    def news_since(self, moment: datetime, limit: int) -> list[News]:
        """The notices found or changed at or after a moment, the latest first; only the last `limit` changes count."""
        rows = select(outbox).where(outbox.c.entity.in_(("notice", "state"))).order_by(outbox.c.seq.desc()).limit(limit)
        since = format_moment(moment)
        found: dict[str, News] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(rows):
                if row.changed_at < since:
                    break
                is_first = row.entity == "notice" and row.version == 1
                known = found.setdefault(row.entity_id, News(row.entity_id, is_first, read_time(row.changed_at)))
                if is_first and not known.is_new:
                    found[row.entity_id] = replace(known, is_new=True)
        return list(found.values())

    def last_changed_at(self) -> datetime | None:
        """When something last changed; None when nothing was ever stored."""
        newest = self.changes_after(self.last_change() - 1, 1)
        return newest[0].changed_at if newest else None

    def last_change(self) -> int:
        """The newest outbox number; 0 when nothing was ever stored."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.max(outbox.c.seq))).scalar() or 0
