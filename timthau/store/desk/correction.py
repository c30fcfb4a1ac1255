"""Corrections and hidden notices, in the database; a correction that holds is put on top of whatever is saved."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from timthau.errors import DeskError
from timthau.model.desk.correction import Correction, Hiding, put_value, read_value
from timthau.model.moment import format_moment
from timthau.model.notice import Notice
from timthau.model.record import Outcome, Saved
from timthau.store.database import Tables
from timthau.store.desk.held import HOLDS, load_held, read_correction, write_value
from timthau.store.desk.table import correction as corrections
from timthau.store.desk.table import hidden
from timthau.store.process.writer import Lock, announce
from timthau.store.row import read_notice, read_time
from timthau.store.saving import save_said
from timthau.store.schema import notice as notices
from timthau.store.schema import version as versions


class CorrectionStore(Tables):
    """What people know better than the pages, and which notices they hide."""

    def stored(self, notice_id: str) -> Notice | None:
        """The current version of a notice, hidden or not."""
        with self._engine.connect() as connection:
            return _load(connection, notice_id)

    def correct(self, notice_id: str, field: str, value: Any, *, reason: str, by: str, at: datetime) -> Saved:
        """Put a value of Notice JSON in place of what the page says, now and whenever it is read again.

        Raises DeskError when there is no such notice, or it cannot have that value.
        """
        with self._writer.begin(Lock.SOURCES, Lock.COMMON) as connection:
            notice = _demand(connection, notice_id)
            corrected = put_value(notice, field, value)
            held = load_held(connection, [notice_id]).get(notice_id, [])
            before = next((one for one in held if one.field == field), None)
            said = before.said if before else read_value(notice, field)
            if before:
                _end(connection, before.id, by, at)
            row = {"notice_id": notice_id, "field": field, "reason": reason, "made_by": by}
            texts = {"value": write_value(read_value(corrected, field)), "said": write_value(said)}
            connection.execute(insert(corrections).values(row | texts | {"made_at": format_moment(at)}))
            return _save(connection, notice, corrected, at)

    def revert(self, correction_id: int, *, by: str, at: datetime) -> Saved:
        """Let what the page says count again. Raises DeskError when the correction does not hold any more."""
        with self._writer.begin(Lock.SOURCES, Lock.COMMON) as connection:
            row = connection.execute(select(corrections).where(corrections.c.id == correction_id, HOLDS)).first()
            if row is None:
                raise DeskError(f"there is no correction {correction_id} that holds")
            _end(connection, correction_id, by, at)
            notice = _demand(connection, row.notice_id)
            return _save(connection, notice, put_value(notice, row.field, json.loads(row.said)), at)

    def held(self, ids: Iterable[str]) -> dict[str, list[Correction]]:
        """The corrections that hold, by notice, of those notices that have any."""
        with self._engine.connect() as connection:
            return load_held(connection, ids)

    def all(self, *, notice_id: str | None = None, limit: int | None = None) -> list[Correction]:
        """Corrections with those that were reverted, newest first; of one notice, or of all."""
        rows = select(corrections).order_by(corrections.c.id.desc()).limit(limit)
        if notice_id is not None:
            rows = rows.where(corrections.c.notice_id == notice_id)
        with self._engine.connect() as connection:
            return [read_correction(row) for row in connection.execute(rows)]

    def hide(self, notice_id: str, *, reason: str, by: str, at: datetime) -> None:
        """Show a notice to nobody from now on. Raises DeskError."""
        values = {"notice_id": notice_id, "reason": reason, "hidden_by": by, "hidden_at": format_moment(at)}
        with self._writer.begin() as connection:
            _demand(connection, notice_id)
            connection.execute(delete(hidden).where(hidden.c.notice_id == notice_id))
            connection.execute(insert(hidden).values(values))
            announce(connection, "state", [(notice_id, None)])

    def unhide(self, notice_id: str) -> None:
        """Show a notice again. Raises DeskError when it is not hidden."""
        with self._writer.begin() as connection:
            if not connection.execute(delete(hidden).where(hidden.c.notice_id == notice_id)).rowcount:
                raise DeskError(f"the notice {notice_id} is not hidden")
            announce(connection, "state", [(notice_id, None)])

    def hiding(self, notice_id: str) -> Hiding | None:
        """Why and by whom a notice is hidden; None when it is not."""
        with self._engine.connect() as connection:
            row = connection.execute(select(hidden).where(hidden.c.notice_id == notice_id)).first()
            return _read_hiding(row) if row else None

    def hidings(self) -> list[Hiding]:
        """All hidden notices, the latest first."""
        rows = select(hidden).order_by(hidden.c.hidden_at.desc(), hidden.c.notice_id)
        with self._engine.connect() as connection:
            return [_read_hiding(row) for row in connection.execute(rows)]


def _load(connection: Connection, notice_id: str) -> Notice | None:
    columns = (notices.c.first_seen_at, notices.c.last_seen_at, versions.c.version, versions.c.document)
    current = (versions.c.notice_id == notices.c.id) & (versions.c.version == notices.c.version)
    row = connection.execute(select(*columns).join(versions, current).where(notices.c.id == notice_id)).first()
    return read_notice(row) if row else None


def _demand(connection: Connection, notice_id: str) -> Notice:
    if (notice := _load(connection, notice_id)) is None:
        raise DeskError(f"there is no notice {notice_id}")
    return notice


def _save(connection: Connection, before: Notice, corrected: Notice, at: datetime) -> Saved:
    """Keep what a notice is said to say now; when it was last seen on its site, and whether it still is, stays."""
    if corrected.content_hash() == before.content_hash():
        return Saved(before.id, before.version, Outcome.UNCHANGED)
    this = notices.c.id == before.id
    standing = connection.execute(select(notices.c.last_seen_at, notices.c.gone_at).where(this)).mappings().one()
    current = (versions.c.notice_id == before.id) & (versions.c.version == before.version)
    edition = connection.execute(select(versions.c.edition).where(current)).scalar()
    saved = save_said(connection, replace(corrected, last_seen_at=None), at, edition)
    connection.execute(update(notices).where(this).values(**standing))
    return saved


def _end(connection: Connection, correction_id: int, by: str, at: datetime) -> None:
    values = {"reverted_by": by, "reverted_at": format_moment(at)}
    connection.execute(update(corrections).where(corrections.c.id == correction_id).values(values))


def _read_hiding(row: Any) -> Hiding:
    return Hiding(
        notice_id=row.notice_id, reason=row.reason, hidden_by=row.hidden_by, hidden_at=read_time(row.hidden_at)
    )
