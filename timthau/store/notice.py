"""The store: notices with all they have said, guides, pages and runs. The truth, from which the index is built."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection, Engine, bindparam, delete, func, insert, select, tuple_, update

from timthau.batch import batched
from timthau.model.change import Revision, compare
from timthau.model.moment import HANOI, format_moment
from timthau.model.notice import Guide, Notice
from timthau.model.record import Change, Outcome, Page, Run, RunStatus, Saved, Summary
from timthau.store.database import Tables
from timthau.store.portal import Edition, PortalDay, Sighting, each_sighting, keep_late_edition, load_days, save_day
from timthau.store.relation import RelationStore
from timthau.store.row import read_change, read_guide, read_notice, read_page, read_run, read_summary
from timthau.store.schema import guide as guides
from timthau.store.schema import notice as notices
from timthau.store.schema import outbox
from timthau.store.schema import page as pages
from timthau.store.schema import run as runs
from timthau.store.schema import version as versions

__all__ = ["Change", "Outcome", "Page", "Run", "RunStatus", "Saved", "Store", "Summary"]

_PARAMETERS = 500  # of one statement; SQLite takes 32,766
_EARLIER = outbox.alias("earlier")
_LATEST = (runs.c.started_at.desc(), runs.c.id.desc())


class Store(Tables):
    """Notices with all their versions, guides, crawled pages and runs, in one SQL database.

    Every method is one transaction; a change and its outbox row are written together. Safe for threads.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.relations = RelationStore(engine, self.notices_by_id)

    # --- notices

    def save(self, notice: Notice, seen_at: datetime) -> Saved:
        """Keep what a notice says now; a new version is written only when its meaning changed."""
        return self.save_all([notice], seen_at)[0]

    def save_all(self, batch: Iterable[Notice], seen_at: datetime) -> list[Saved]:
        """Save several notices in one transaction."""
        with self._writer.begin() as connection:
            return [_save_notice(connection, notice, seen_at) for notice in batch]

    def save_portal_page(self, editions: Iterable[Edition], day: PortalDay | None, seen_at: datetime) -> list[Saved]:
        """Save a page of a portal and how far its day was read, in one transaction."""
        with self._writer.begin() as connection:
            if day:
                save_day(connection, day)
            return [_save_edition(connection, edition, seen_at) for edition in editions]

    def notice(self, notice_id: str) -> Notice | None:
        """The current version of a notice."""
        return self.notices_by_id([notice_id]).get(notice_id)

    def notices_by_id(self, ids: Iterable[str]) -> dict[str, Notice]:
        """The current versions of those notices that exist, by id."""
        with self._engine.connect() as connection:
            return {
                row.id: read_notice(row)
                for some in batched(ids, _PARAMETERS)
                for row in connection.execute(_CURRENT.where(notices.c.id.in_(some)))
            }

    def versions(self, notice_id: str) -> list[Notice]:
        """All that a notice has said, oldest first; empty when there is no such notice."""
        rows = _HISTORY.where(notices.c.id == notice_id).order_by(versions.c.version)
        with self._engine.connect() as connection:
            return [read_notice(row) for row in connection.execute(rows)]

    def summaries(self, ids: Iterable[str]) -> dict[str, Summary]:
        """What lists show of those notices that exist, by id."""
        columns = [notices.c[name] for name in Summary.__dataclass_fields__]
        with self._engine.connect() as connection:
            return {
                row["id"]: read_summary(row)
                for some in batched(ids, _PARAMETERS)
                for row in connection.execute(select(*columns).where(notices.c.id.in_(some))).mappings()
            }

    def each_summary(self) -> Iterator[Summary]:
        """What lists show of all notices, oldest id first; for counting, not for paging."""
        columns = [notices.c[name] for name in Summary.__dataclass_fields__]
        with self._engine.connect() as connection:
            for row in connection.execute(select(*columns).order_by(notices.c.id)).mappings():
                yield read_summary(row)

    def each_notice(self, *, batch: int = 500) -> Iterator[Notice]:
        """All current notices in the order of their ids, read in batches so that memory stays flat."""
        after = ""
        while True:
            page = _CURRENT.where(notices.c.id > after).order_by(notices.c.id).limit(batch)
            with self._engine.connect() as connection:
                found = [read_notice(row) for row in connection.execute(page)]
            yield from found
            if len(found) < batch:
                return
            after = found[-1].id

    def each_history(self, *, batch: int = 100) -> Iterator[list[Notice]]:
        """All versions of each notice, oldest first, in the order of the notices' ids; memory stays flat."""
        after = ""
        while True:
            page = select(notices.c.id).where(notices.c.id > after).order_by(notices.c.id).limit(batch).subquery()
            rows = _HISTORY.join(page, page.c.id == notices.c.id).order_by(notices.c.id, versions.c.version)
            with self._engine.connect() as connection:
                found = [(row.id, read_notice(row)) for row in connection.execute(rows)]
            for _, history in groupby(found, key=itemgetter(0)):
                yield [notice for _, notice in history]
            if not found:
                return
            after = found[-1][0]

    def count(self) -> int:
        """How many notices there are."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(notices)).scalar_one()

    # --- guides

    def save_guide(self, guide: Guide) -> bool:
        """Keep a guide; True when it is new or changed."""
        document = json.dumps(asdict(guide), ensure_ascii=False, sort_keys=True, default=str)
        key = (guides.c.slug == guide.slug) & (guides.c.language == guide.language)
        with self._writer.begin() as connection:
            known = connection.execute(select(guides.c.document).where(key)).scalar()
            if known == document:
                return False
            connection.execute(delete(guides).where(key))
            connection.execute(insert(guides).values(slug=guide.slug, language=guide.language, document=document))
            _announce(connection, "guide", guide.slug)
            return True

    def guides(self) -> list[Guide]:
        """All guides in all languages, by slug."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(guides.c.document).order_by(guides.c.slug, guides.c.language))
            return [read_guide(row.document) for row in rows]

    def guides_by_slug(self, slugs: Iterable[str]) -> list[Guide]:
        """Those guides that exist, in all their languages."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(guides.c.document).where(guides.c.slug.in_(list(slugs))))
            return [read_guide(row.document) for row in rows]

    def guide(self, slug: str, language: str) -> Guide | None:
        """A guide in a language; in Vietnamese where that language is missing."""
        found = {guide.language: guide for guide in self.guides_by_slug([slug])}
        return found.get(language) or found.get("vi")

    # --- the outbox

    def changes_after(self, seq: int, limit: int) -> list[Change]:
        """The next changes after an outbox number, in order."""
        rows = select(outbox).where(outbox.c.seq > seq).order_by(outbox.c.seq).limit(limit)
        with self._engine.connect() as connection:
            return [read_change(row) for row in connection.execute(rows)]

    def last_change_before(self, moment: datetime) -> int:
        """The outbox number after which everything changed at or after a moment; 0 when that is all."""
        earlier = select(func.max(outbox.c.seq)).where(outbox.c.changed_at < format_moment(moment))
        with self._engine.connect() as connection:
            return connection.execute(earlier).scalar() or 0

    def revisions(self, changes: Iterable[Change]) -> dict[int, Revision]:
        """What each of those changes that are of notices changed, by outbox number; call it with few at a time.

        The first change of a notice is that it is new, also where older editions of it were met later.
        """
        # One statement, so that the numbers of versions cannot move in between (see `timthau.portal`).
        first = select(func.min(_EARLIER.c.seq)).where(
            _EARLIER.c.entity_id == outbox.c.entity_id, _EARLIER.c.entity == outbox.c.entity
        )
        rows = (
            select(outbox.c.seq, outbox.c.version.label("announced"), first.scalar_subquery().label("first"))
            .add_columns(notices.c.first_seen_at, versions.c.seen_at.label("last_seen_at"), versions)
            .join(versions, versions.c.notice_id == outbox.c.entity_id)
            .join(notices, notices.c.id == versions.c.notice_id)
            .where(outbox.c.entity == "notice", versions.c.version.in_((outbox.c.version, outbox.c.version - 1)))
        )
        told: dict[int, Notice] = {}
        before: dict[int, Notice] = {}
        with self._engine.connect() as connection:
            for some in batched((change.seq for change in changes), _PARAMETERS):
                for row in connection.execute(rows.where(outbox.c.seq.in_(some))):
                    if row.version == row.announced:
                        told[row.seq] = read_notice(row)
                    elif row.seq != row.first:
                        before[row.seq] = read_notice(row)
        return {seq: compare(before.get(seq), notice) for seq, notice in told.items()}

    def versions_at(self, keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Notice]:
        """Those versions of notices that exist, by id and number."""
        rows = select(notices.c.first_seen_at, versions.c.seen_at.label("last_seen_at"), versions).join(versions)
        with self._engine.connect() as connection:
            return {
                (row.notice_id, row.version): read_notice(row)
                for some in batched(keys, _PARAMETERS)
                for row in connection.execute(rows.where(tuple_(versions.c.notice_id, versions.c.version).in_(some)))
            }

    def last_changed_at(self) -> datetime | None:
        """When something last changed; None when nothing was ever stored."""
        newest = self.changes_after(self.last_change() - 1, 1)
        return newest[0].changed_at if newest else None

    def last_change(self) -> int:
        """The newest outbox number; 0 when nothing was ever stored."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.max(outbox.c.seq))).scalar() or 0

    # --- crawled pages

    def page(self, source: str, url: str) -> Page | None:
        """What is known of an address of a source."""
        with self._engine.connect() as connection:
            row = connection.execute(select(pages).where(pages.c.source == source, pages.c.url == url)).mappings()
            return next((read_page(found) for found in row), None)

    def pages(self, source: str) -> dict[str, Page]:
        """All known addresses of a source."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(pages).where(pages.c.source == source)).mappings()
            return {row["url"]: read_page(row) for row in rows}

    def save_pages(self, batch: Iterable[Page]) -> None:
        """Remember addresses in place of what was known of them; of several words on one address the last holds."""
        rows = {(page.source, page.url): page for page in batch}
        if not rows:
            return
        values = [asdict(page) | {"checked_at": format_moment(page.checked_at)} for page in rows.values()]
        known = (pages.c.source == bindparam("of")) & (pages.c.url == bindparam("at"))
        with self._writer.begin() as connection:
            connection.execute(delete(pages).where(known), [{"of": source, "at": url} for source, url in rows])
            connection.execute(insert(pages), values)

    # --- portals

    def portal_days(self, source: str, search: str) -> dict[date, PortalDay]:
        """The days of publication that were begun or read of what a search of a portal finds."""
        with self._engine.connect() as connection:
            return load_days(connection, source, search)

    def sightings(self, source: str, since: date) -> list[Sighting]:
        """When the notices of a source that were published on or after a day were last seen, by time published."""
        with self._engine.connect() as connection:
            return list(each_sighting(connection, source, since))

    def seen_since(self, source: str, moment: datetime) -> set[str]:
        """The ids of a source's notices that were seen at or after a moment."""
        seen = (notices.c.source == source) & (notices.c.last_seen_at >= format_moment(moment))
        with self._engine.connect() as connection:
            return set(connection.execute(select(notices.c.id).where(seen)).scalars())

    # --- runs

    def start_run(self, source: str, started_at: datetime, *, full: bool = False) -> int:
        """Note that a crawl begins; runs of the same source that never ended are marked interrupted."""
        zeros = dict.fromkeys(("found", "new", "changed", "unchanged", "failed", "requests"), 0)
        begun = {"source": source, "started_at": format_moment(started_at), "status": RunStatus.RUNNING, "full": full}
        with self._writer.begin() as connection:
            left = (runs.c.source == source) & (runs.c.status == RunStatus.RUNNING)
            connection.execute(update(runs).where(left).values(status=RunStatus.INTERRUPTED))
            result = connection.execute(insert(runs).values(message="", **begun, **zeros))
            return int(result.inserted_primary_key.id)  # type: ignore[union-attr]  # an insert of one row has one

    def finish_run(self, run: Run) -> None:
        """Keep how a run ended, with its counts."""
        values = asdict(run) | {name: format_moment(getattr(run, name)) for name in ("started_at", "finished_at")}
        with self._writer.begin() as connection:
            connection.execute(update(runs).where(runs.c.id == run.id).values(values))

    def runs(self, source: str, *, limit: int = 50) -> list[Run]:
        """The latest runs of a source, newest first."""
        query = select(runs).where(runs.c.source == source).order_by(*_LATEST).limit(limit)
        with self._engine.connect() as connection:
            return [read_run(row) for row in connection.execute(query).mappings()]

    def recent_runs(self, each: int = 50) -> list[Run]:
        """The latest runs of every source, so many of each, newest first."""
        rank = func.row_number().over(partition_by=runs.c.source, order_by=_LATEST)
        ranked = select(runs.c.id, rank.label("rank")).subquery()
        query = select(runs).join(ranked, ranked.c.id == runs.c.id).where(ranked.c.rank <= each).order_by(*_LATEST)
        with self._engine.connect() as connection:
            return [read_run(row) for row in connection.execute(query).mappings()]


_CURRENT = select(
    notices.c.id, notices.c.first_seen_at, notices.c.last_seen_at, versions.c.version, versions.c.document
)
_CURRENT = _CURRENT.join(versions, (versions.c.notice_id == notices.c.id) & (versions.c.version == notices.c.version))

_HISTORY = select(notices.c.id, notices.c.first_seen_at, versions.c.seen_at.label("last_seen_at"), versions)
_HISTORY = _HISTORY.join(versions, versions.c.notice_id == notices.c.id)


def _save_edition(connection: Connection, edition: Edition, seen_at: datetime) -> Saved:
    late = keep_late_edition(connection, edition, seen_at)
    return late or _save_notice(connection, edition.notice, seen_at, edition.number)


def _save_notice(connection: Connection, notice: Notice, seen_at: datetime, edition: str | None = None) -> Saved:
    known = connection.execute(
        select(notices.c.version, notices.c.content_hash).where(notices.c.id == notice.id).with_for_update()
    ).first()
    seen = format_moment(notice.last_seen_at or seen_at)
    content_hash = notice.content_hash()
    if known and known.content_hash == content_hash:
        connection.execute(update(notices).where(notices.c.id == notice.id).values(last_seen_at=seen))
        return Saved(notice.id, known.version, Outcome.UNCHANGED)
    number = known.version + 1 if known else 1
    document = notice.to_json()
    values = {name: document[name] for name in Summary.__dataclass_fields__} | {
        "version": number,
        "content_hash": content_hash,
        "last_seen_at": seen,
    }
    if known:
        connection.execute(update(notices).where(notices.c.id == notice.id).values(values))
    else:
        values["first_seen_at"] = format_moment(notice.first_seen_at or seen_at)
        connection.execute(insert(notices).values(values))
    text = json.dumps(document | {"version": number}, ensure_ascii=False)
    row = {"notice_id": notice.id, "version": number, "seen_at": seen, "document": text, "edition": edition}
    connection.execute(insert(versions).values(row))
    _announce(connection, "notice", notice.id, number)
    return Saved(notice.id, number, Outcome.CHANGED if known else Outcome.NEW)


def _announce(connection: Connection, entity: str, entity_id: str, version: int | None = None) -> None:
    row = {"entity": entity, "entity_id": entity_id, "version": version}
    connection.execute(insert(outbox).values(row | {"changed_at": format_moment(datetime.now(HANOI))}))
