"""Award lines in the database: many at a time, with what they said before, and a cursor by which others keep up."""

import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Engine, Select, bindparam, delete, func, insert, select, tuple_, update

from timthau.batch import batched
from timthau.model.award_line import RULES, AwardLine, find_tender_number, hash_said, list_lines
from timthau.model.buyer import make_buyer_id
from timthau.model.moment import HANOI, format_moment
from timthau.model.notice import Notice
from timthau.model.record import Outcome, Saved
from timthau.store.award.recent import RecentLines
from timthau.store.award.supplier import SupplierStore, note_winners
from timthau.store.award.table import award_line as lines
from timthau.store.award.table import award_state as states
from timthau.store.award.table import award_version as versions
from timthau.store.award.table import award_winner as winners
from timthau.store.portal import PortalDay, save_day
from timthau.store.process.writer import Lock, take
from timthau.store.schema import notice as notices
from timthau.store.schema import version as notice_versions

_PARAMETERS = 2000  # of one statement; SQLite takes 32,766


@dataclass(frozen=True)
class AwardLineChange:
    """A change of an award line; `seq` grows with each. One that `is_gone` is said by its source no more."""

    seq: int
    line: AwardLine
    is_gone: bool


class AwardStore(SupplierStore):
    """What was paid: award lines and suppliers. Of lines that are gone only `versions` and `changes_after` tell."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._recent = RecentLines()

    def save_all(self, batch: Iterable[AwardLine], seen_at: datetime) -> list[Saved]:
        """Keep what lines say now in one transaction; a version is written only where the meaning changed."""
        with self._writer.begin() as connection:
            return save_lines(connection, batch, seen_at, self._recent)

    def save_portal_page(self, batch: Iterable[AwardLine], day: PortalDay | None, seen_at: datetime) -> list[Saved]:
        """Save a page of a portal's prices and how far its day was read, in one transaction."""
        with self._writer.begin() as connection:
            if day:
                save_day(connection, day)
            return save_lines(connection, batch, seen_at)

    def seen_since(self, source: str, moment: datetime) -> set[str]:
        """The ids of a source's lines that were seen at or after a moment."""
        seen = (lines.c.source == source) & (lines.c.last_seen_at >= format_moment(moment))
        with self._engine.connect() as connection:
            return set(connection.execute(select(lines.c.id).where(seen)).scalars())

    def let_go_unseen(self, source: str, tab: str, day: date, *, seen: Container[str], at: datetime) -> int:
        """Note that a source's lines of a tab and day of publication are no more, but those whose ids were seen."""
        begin, end = day.isoformat(), (day + timedelta(days=1)).isoformat()
        of_day = (lines.c.source == source) & (lines.c.dated_at >= begin) & (lines.c.dated_at < end)
        with self._writer.begin() as connection:
            ids = connection.execute(select(lines.c.id).where(of_day, lines.c.tab == tab, _THERE)).scalars().all()
            return let_go(connection, [one for one in ids if one not in seen], at)

    def lines_by_id(self, ids: Iterable[str]) -> dict[str, AwardLine]:
        """The lines that exist, as they are now, by id."""
        with self._engine.connect() as connection:
            return {
                row.id: _read_line(row)
                for some in batched(ids, _PARAMETERS)
                for row in connection.execute(_CURRENT.where(lines.c.id.in_(some)))
            }

    def versions(self, line_id: str) -> list[AwardLine]:
        """All that a line has said, oldest first."""
        earlier = select(versions, lines.c.first_seen_at).join(lines).where(versions.c.line_id == line_id)
        with self._engine.connect() as connection:
            rows = connection.execute(earlier.order_by(versions.c.version))
            found = [_read_document(row.document, row.version, row.first_seen_at, row.seen_at) for row in rows]
            current = connection.execute(_ALL.where(lines.c.id == line_id)).first()
        return [*found, _read_line(current)] if current else []

    def lines_of_notice(self, notice: Notice, *, limit: int = 1000) -> list[AwardLine]:
        """What was awarded by a notice, and in the tender whose number it carries, in the order of the lines' ids."""
        own = lines.c.notice_id == notice.id
        number = find_tender_number(notice)
        found = self._list(_CURRENT.where(own).order_by(lines.c.id).limit(limit))
        if number:
            found += self.lines_of_tender(number, limit=limit)
        return list({line.id: line for line in found}.values())[:limit]

    def lines_of_tender(self, number: str, *, limit: int = 1000) -> list[AwardLine]:
        """What was awarded in the tender of a number of the portal."""
        return self._list(_CURRENT.where(lines.c.tender_number == number).order_by(lines.c.id).limit(limit))

    def lines_of_buyer(self, buyer_id: str, *, limit: int = 100, offset: int = 0) -> list[AwardLine]:
        """What a buyer bought, the latest first."""
        rows = _CURRENT.where(lines.c.buyer_id == buyer_id).order_by(lines.c.dated_at.desc(), lines.c.id)
        return self._list(rows.limit(limit).offset(offset))

    def lines_of_supplier(self, supplier_id: str, *, limit: int = 100, offset: int = 0) -> list[AwardLine]:
        """What a supplier won, alone or with others, the latest first."""
        own = select(winners.c.line_id, winners.c.dated_at).where(winners.c.supplier_id == supplier_id).distinct()
        page = own.order_by(winners.c.dated_at.desc(), winners.c.line_id).limit(limit).offset(offset).subquery()
        rows = _CURRENT.join(page, page.c.line_id == lines.c.id)
        return self._list(rows.order_by(page.c.dated_at.desc(), lines.c.id))

    def each_line(self, *, batch: int = 1000) -> Iterator[AwardLine]:
        """All lines in the order of their ids, read in batches so that memory stays flat."""
        after = ""
        while found := self._list(_CURRENT.where(lines.c.id > after).order_by(lines.c.id).limit(batch)):
            yield from found
            after = found[-1].id

    def each_tender(self, *, batch: int = 1000) -> Iterator[list[AwardLine]]:
        """The lines of each tender of the portal, without those that stand in notices, in the order of its numbers."""
        after = ("", "")
        rest: list[AwardLine] = []
        place = tuple_(lines.c.tender_number, lines.c.id)
        # As it is written, `notice_id` leads to no index: most lines have none, and each batch would sort them all.
        rows = _CURRENT.where(func.coalesce(lines.c.notice_id, "") == "")
        rows = rows.order_by(lines.c.tender_number, lines.c.id).limit(batch)
        while found := self._list(rows.where(lines.c.tender_number >= after[0], place > after)):
            after = (found[-1].tender_number or "", found[-1].id)
            *whole, rest = (list(own) for _, own in groupby([*rest, *found], key=lambda line: line.tender_number))
            yield from whole
        if rest:
            yield rest

    def derive(self, *, batch: int = 200) -> int:
        """Have notices give the lines that they carry which were stored when none were kept; gives how many carry some.

        What a batch gave and how far it came are one transaction; where all have given theirs it costs one look.
        """
        done = 0
        while (after := self._find_underived()) is not None:
            carrying = select(notices.c.id, notice_versions.c.document).join(notice_versions)
            carrying = carrying.where(notice_versions.c.version == notices.c.version, notices.c.id > after)
            carrying = carrying.where(notice_versions.c.document.contains(_CARRIES)).order_by(notices.c.id).limit(batch)
            with self._writer.begin() as connection:
                found = connection.execute(carrying).all()
                said = [Notice.from_json(json.loads(row.document)) for row in found]
                replace_lines(connection, said, datetime.now(HANOI))
                connection.execute(delete(states))
                values = {"after_id": found[-1].id if found else after, "done": len(found) < batch}
                connection.execute(insert(states).values(rules=RULES, **values))
            done += len(found)
        return done

    def _find_underived(self) -> str | None:
        """After which notice they have not yet given their lines by today's rules; None where all have."""
        with self._engine.connect() as connection:
            row = connection.execute(select(states).where(states.c.rules == RULES)).first()
        return "" if row is None else None if row.done else row.after_id

    def count(self) -> int:
        """How many lines there are."""
        every = select(func.count()).select_from(lines)
        with self._engine.connect() as connection:
            gone = connection.execute(every.where(lines.c.gone_at.is_not(None))).scalar_one()
            return connection.execute(every).scalar_one() - gone

    def changes_after(self, seq: int, limit: int) -> list[AwardLineChange]:
        """The next changes after a number, in order, each with what its line says now; earlier ones of it are passed
        over."""
        rows = _ALL.add_columns(lines.c.change_seq, lines.c.gone_at, lines.c.content_hash)
        rows = rows.where(lines.c.change_seq > seq).order_by(lines.c.change_seq).limit(limit)
        with self._engine.connect() as connection:
            return [
                AwardLineChange(row.change_seq, self._recall(row), row.gone_at is not None)
                for row in connection.execute(rows)
            ]

    def last_change(self) -> int:
        """The newest number of a change; 0 when there never was one."""
        with self._engine.connect() as connection:
            return _last_change(connection)

    def _recall(self, row: Any) -> AwardLine:
        """The line of a row; of one that was just written its text is not read again."""
        line = self._recent.take(row.id, row.content_hash)
        return line.seen(row.version, row.first_seen_at, row.last_seen_at) if line else _read_line(row)

    def _list(self, rows: Select[Any]) -> list[AwardLine]:
        with self._engine.connect() as connection:
            return [_read_line(row) for row in connection.execute(rows)]


def save_lines(
    connection: Connection, batch: Iterable[AwardLine], seen_at: datetime, recent: RecentLines | None = None
) -> list[Saved]:
    """Keep what lines say now, in the transaction of whoever calls; of lines with one id the last counts.

    What is written is kept among the `recent` ones too.
    """
    said = {line.id: line for line in batch}
    known = {
        row.id: row
        for some in batched(said, _PARAMETERS)
        for row in connection.execute(select(*_KNOWN).where(lines.c.id.in_(some)))
    }
    seq, seen = _last_change(connection), format_moment(seen_at)
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    saved: list[Saved] = []
    for line in said.values():
        before, told = known.get(line.id), line.to_json()
        content_hash = hash_said(told)
        same = before is not None and before.content_hash == content_hash
        version = before.version + (not same) if before else 1
        if before is None or not same or before.gone_at:
            seq += 1
            beside = {"version": version, "content_hash": content_hash, "change_seq": seq, "gone_at": None}
            (changed if before else new).append(_write_row(line, told, seen) | beside)
            if recent:
                recent.keep(content_hash, line)
        outcome = Outcome.UNCHANGED if same else Outcome.CHANGED if before else Outcome.NEW
        saved.append(Saved(line.id, version, outcome))
    _keep_versions(connection, [one.id for one in saved if one.outcome is Outcome.CHANGED])
    again = {row["id"] for row in changed}
    _write(connection, new, changed)
    _note_seen(connection, known.keys() - again, said, seen)
    note_winners(connection, [said[row["id"]] for row in new], [said[key] for key in again])
    return saved


def replace_lines(connection: Connection, batch: Iterable[Notice], seen_at: datetime) -> None:
    """Keep the award lines that notices carry now, and let go of those that they carried and do not any more."""
    for some in batched(batch, _PARAMETERS):
        take(connection, Lock.COMMON)
        own = select(lines.c.id).where(lines.c.notice_id.in_([notice.id for notice in some]), _THERE)
        known = set(connection.execute(own).scalars())
        said = [line for notice in some for line in list_lines(notice)]
        save_lines(connection, said, seen_at)
        let_go(connection, known - {line.id for line in said}, seen_at)


def let_go(connection: Connection, ids: Iterable[str], at: datetime) -> int:
    """Note that lines are said no more by their source; they keep their versions. How many were there."""
    gone = 0
    for some in batched(sorted(ids), _PARAMETERS):
        rows = connection.execute(select(lines.c.id).where(lines.c.id.in_(some), _THERE)).scalars().all()
        seq = _last_change(connection)
        values = [{"key": key, "at": format_moment(at), "seq": seq + n} for n, key in enumerate(rows, start=1)]
        if values:
            gone_row: dict[str, Any] = {"gone_at": bindparam("at"), "change_seq": bindparam("seq")}
            connection.execute(update(lines).where(lines.c.id == bindparam("key")).values(gone_row), values)
            note_winners(connection, (), (), gone=rows)
        gone += len(rows)
    return gone


#: What stands in columns of its own, beside the document.
_BESIDE = frozenset({"version", "first_seen_at", "last_seen_at"})
_PACKED = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
#: Stands in the document of a notice that has awards.
_CARRIES = '"awards": [{'
_THERE = lines.c.gone_at.is_(None)
_KNOWN = (lines.c.id, lines.c.version, lines.c.content_hash, lines.c.gone_at)
_ALL = select(lines.c.id, lines.c.version, lines.c.first_seen_at, lines.c.last_seen_at, lines.c.document)
_CURRENT = _ALL.where(_THERE)
_CHANGE = update(lines).where(lines.c.id == bindparam("key"))  # what is set follows from the rows
_SEE = _CHANGE.values(last_seen_at=bindparam("seen"))


def _write_row(line: AwardLine, told: Mapping[str, Any], seen: str | None) -> dict[str, Any]:
    """The columns that follow from what a line says, here as JSON too, and from when that was seen."""
    document = {
        name: value for name, value in told.items() if value is not None and value != [] and name not in _BESIDE
    }
    return {
        "id": line.id,
        "source": line.source,
        "tab": line.tab,
        "notice_id": line.notice_id,
        "tender_number": line.tender_number,
        "buyer_id": make_buyer_id(line.buyer) if line.buyer else None,
        "dated_at": told["published_at"] or told["decided_at"],
        "first_seen_at": told["first_seen_at"] or seen,
        "last_seen_at": told["last_seen_at"] or seen,
        "document": _PACKED.encode(document),
    }


def _keep_versions(connection: Connection, ids: Sequence[str]) -> None:
    """Put what lines say until now beside what they said before."""
    for some in batched(ids, _PARAMETERS):
        current = select(lines.c.id, lines.c.version, lines.c.last_seen_at, lines.c.document)
        into = insert(versions).from_select(
            ["line_id", "version", "seen_at", "document"], current.where(lines.c.id.in_(some))
        )
        connection.execute(into)


def _write(connection: Connection, new: list[dict[str, Any]], changed: list[dict[str, Any]]) -> None:
    if new:
        connection.execute(insert(lines), new)
    if changed:
        names = changed[0].keys() - {"id", "first_seen_at"}
        rows = [{"key": row["id"]} | {name: row[name] for name in names} for row in changed]
        connection.execute(_CHANGE, rows)


def _note_seen(connection: Connection, ids: Iterable[str], said: Mapping[str, AwardLine], seen: str | None) -> None:
    rows = [{"key": key, "seen": format_moment(said[key].last_seen_at) or seen} for key in sorted(ids)]
    if rows:
        connection.execute(_SEE, rows)


def _last_change(connection: Connection) -> int:
    return connection.execute(select(func.max(lines.c.change_seq))).scalar() or 0


def _read_line(row: Any) -> AwardLine:
    return _read_document(row.document, row.version, row.first_seen_at, row.last_seen_at)


def _read_document(document: str, version: int, first: str, last: str) -> AwardLine:
    beside = {"version": version, "first_seen_at": first, "last_seen_at": last}
    return AwardLine.from_json(json.loads(document) | beside)
