"""The store: notices with all they have said, guides, pages and runs. The truth, from which the index is built."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection, Engine, delete, func, select, update

from timthau.batch import batched
from timthau.model.award_line import TENDER_SOURCES
from timthau.model.moment import format_moment
from timthau.model.notice import Attachment, Notice, make_id
from timthau.model.record import Saved, Summary
from timthau.store.award.line import AwardStore
from timthau.store.desk.correction import CorrectionStore
from timthau.store.desk.decision import DecisionStore
from timthau.store.desk.table import VISIBLE
from timthau.store.effective import EffectiveStore, judge_anew
from timthau.store.guide import GuideStore
from timthau.store.original import OriginalStore
from timthau.store.outbox import OutboxStore
from timthau.store.page import PageStore
from timthau.store.portal import Edition, PortalDay, Sighting, each_sighting, keep_late_edition, load_days, save_day
from timthau.store.process.writer import Fence, Lock
from timthau.store.relation import RelationStore
from timthau.store.row import LISTED_COLUMNS, read_notice, read_summary, read_time
from timthau.store.run import RunStore
from timthau.store.saving import save_notices
from timthau.store.schema import notice as notices
from timthau.store.schema import version as versions
from timthau.store.standing import StandingStore

_PARAMETERS = 500  # of one statement; SQLite takes 32,766


class Store(PageStore, RunStore, StandingStore, OriginalStore, EffectiveStore, GuideStore, OutboxStore):
    """Notices with all their versions, guides, crawled pages and runs, in one SQL database.

    Every method is one transaction; a change and its outbox row are written together. Safe for threads. Whoever reads
    finds no notice that its operator has hidden; `corrections` alone knows of those.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.relations = RelationStore(engine, self.notices_by_id)
        self.effective = EffectiveStore(engine)
        self.awards = AwardStore(engine)
        self.corrections = CorrectionStore(engine)
        self.decisions = DecisionStore(engine)
        self.decisions.take_in()

    def fenced(self) -> "Store":
        """The same store for one run: what is written through it fails with LeaseLostError when the run is over.

        It is over when it ended, and when another run of its source was begun, by whomever.
        """
        return Store(self._engine.execution_options(timthau_fence=Fence()))

    # --- notices

    def save(self, notice: Notice, seen_at: datetime) -> Saved:
        """Keep what a notice says now; a new version is written only when its meaning changed."""
        return self.save_all([notice], seen_at)[0]

    def save_all(self, batch: Iterable[Notice], seen_at: datetime) -> list[Saved]:
        """Save several notices in one transaction."""
        listed = list(batch)
        with self._writer.begin(*{notice.source for notice in listed}) as connection:
            return save_notices(connection, listed, seen_at)

    def save_portal_page(self, editions: Iterable[Edition], day: PortalDay | None, seen_at: datetime) -> list[Saved]:
        """Save a page of a portal and how far its day was read, in one transaction."""
        listed = list(editions)
        sources = {edition.notice.source for edition in listed} | {day.source for day in (day,) if day}
        with self._writer.begin(*sources) as connection:
            if day:
                save_day(connection, day)
            return [_save_edition(connection, edition, seen_at) for edition in listed]

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

    def versions(self, notice_id: str, *, limit: int | None = None) -> list[Notice]:
        """What a notice has said, oldest first, or the latest so many of it; empty when there is no such notice."""
        rows = _HISTORY.where(notices.c.id == notice_id).order_by(*(part.desc() for part in _IN_ORDER)).limit(limit)
        with self._engine.connect() as connection:
            return [read_notice(row) for row in connection.execute(rows)][::-1]

    def each_version(self, notice_id: str) -> Iterator[Notice]:
        """All that a notice has said, oldest first, one at a time, as each may have megabytes of text."""
        keys = select(versions.c.notice_id, versions.c.version).where(versions.c.notice_id == notice_id)
        keys = keys.join(notices, notices.c.id == versions.c.notice_id).where(VISIBLE)
        with self._engine.connect() as connection:
            numbers = [row.version for row in connection.execute(keys.order_by(*_IN_ORDER))]
        for number in numbers:
            yield from self.versions_at([(notice_id, number)]).values()

    def find_file(self, notice_id: str, sha256: str) -> Attachment | None:
        """The file by its bytes among all that a notice has ever had."""
        said = versions.c.document.contains(sha256, autoescape=True)
        rows = select(versions.c.document).join(notices, notices.c.id == versions.c.notice_id)
        rows = rows.where(versions.c.notice_id == notice_id, said, VISIBLE)
        with self._engine.connect() as connection:
            for (document,) in connection.execute(rows):
                for file in Notice.from_json(json.loads(document)).attachments:
                    if file.sha256 == sha256:
                        return file
        return None

    def prune_versions(self, most: int) -> int:
        """Keep the first version of each notice and so many of its latest; gives how many are gone."""
        count = func.count()
        many = select(versions.c.notice_id).group_by(versions.c.notice_id).having(count > most + 1)
        gone = 0
        with self._engine.connect() as connection:
            found = connection.execute(many).scalars().all()
        for key in found:
            own = versions.c.notice_id == key
            latest = select(versions.c.version).where(own).order_by(*(part.desc() for part in _IN_ORDER)).limit(most)
            with self._writer.begin(Lock.SOURCES) as connection:
                kept = [1, *connection.execute(latest).scalars()]
                gone += connection.execute(delete(versions).where(own, versions.c.version.not_in(kept))).rowcount
        return gone

    def changed_at(self, ids: Iterable[str]) -> dict[str, datetime]:
        """When those notices that exist were first seen to say what they say now, by id."""
        seen = select(notices.c.id, versions.c.seen_at, notices.c.first_seen_at, notices.c.version).join(versions)
        seen = seen.where(versions.c.version == notices.c.version)
        with self._engine.connect() as connection:
            return {
                row.id: read_time(row.first_seen_at if row.version == 1 else row.seen_at)
                for some in batched(ids, _PARAMETERS)
                for row in connection.execute(seen.where(notices.c.id.in_(some)))
            }

    def summaries(self, ids: Iterable[str]) -> dict[str, Summary]:
        """What lists show of those notices that exist, by id."""
        with self._engine.connect() as connection:
            found = {
                row["id"]: read_summary(row)
                for some in batched(ids, _PARAMETERS)
                for row in connection.execute(_LISTED.where(notices.c.id.in_(some))).mappings()
            }
        effects = self.effective.of(found)
        return found | {key: replace(found[key], effective=effect) for key, effect in effects.items()}

    def each_summary(self) -> Iterator[Summary]:
        """What lists show of all notices, oldest id first; for counting, not for paging."""
        effects = self.effective.all()
        with self._engine.connect() as connection:
            for row in connection.execute(_LISTED.order_by(notices.c.id)).mappings():
                effect, summary = effects.get(row["id"]), read_summary(row)
                yield replace(summary, effective=effect) if effect else summary

    def addresses_of(self, source: str) -> list[str]:
        """Where a few notices of a source stand."""
        few = select(notices.c.url).where(notices.c.source == source, VISIBLE).order_by(notices.c.source_key).limit(20)
        with self._engine.connect() as connection:
            return list(connection.execute(few).scalars())

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
            page = (
                select(notices.c.id).where(notices.c.id > after, VISIBLE).order_by(notices.c.id).limit(batch).subquery()
            )
            rows = _HISTORY.join(page, page.c.id == notices.c.id).order_by(notices.c.id, *_IN_ORDER)
            with self._engine.connect() as connection:
                found = [(row.id, read_notice(row)) for row in connection.execute(rows)]
            for _, history in groupby(found, key=itemgetter(0)):
                yield [notice for _, notice in history]
            if not found:
                return
            after = found[-1][0]

    def find_tender(self, number: str) -> str:
        """The id of the notice of a tender of the portal: the one that is stored, else the one that it will have."""
        ids = [make_id(source, number) for source in TENDER_SOURCES]
        with self._engine.connect() as connection:
            known = set(connection.execute(select(notices.c.id).where(notices.c.id.in_(ids))).scalars())
        return next((key for key in ids if key in known), ids[0])

    def count(self) -> int:
        """How many notices there are."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(notices).where(VISIBLE)).scalar_one()

    def note_gone(self, ids: Iterable[str], at: datetime) -> list[str]:
        """Note that notices are no longer on their sites, since a time; the ids of those not noted before.

        They stay readable, with all they said. The next one that is read at its address is there again.
        """
        there = notices.c.gone_at.is_(None)
        with self._writer.begin(Lock.SOURCES, Lock.COMMON) as connection:
            fresh = [
                key
                for some in batched(ids, _PARAMETERS)
                for key in connection.execute(select(notices.c.id).where(notices.c.id.in_(some), there)).scalars()
            ]
            for some in batched(fresh, _PARAMETERS):
                values = {"gone_at": format_moment(at)}
                connection.execute(update(notices).where(notices.c.id.in_(some)).values(values))
            judge_anew(connection, fresh)
        return fresh

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


_LISTED = select(*(notices.c[name] for name in LISTED_COLUMNS)).where(VISIBLE)

_CURRENT = select(
    notices.c.id, notices.c.first_seen_at, notices.c.last_seen_at, versions.c.version, versions.c.document
)
_CURRENT = _CURRENT.join(versions, (versions.c.notice_id == notices.c.id) & (versions.c.version == notices.c.version))
_CURRENT = _CURRENT.where(VISIBLE)

_HISTORY = select(notices.c.id, notices.c.first_seen_at, versions.c.seen_at.label("last_seen_at"), versions)
_HISTORY = _HISTORY.join(versions, versions.c.notice_id == notices.c.id).where(VISIBLE)
#: Versions of one notice from the oldest; late editions stand before the version that they were overtaken by.
_IN_ORDER = (
    func.coalesce(versions.c.stands_before, versions.c.version),
    versions.c.stands_before.is_(None),
    versions.c.edition,
)


def _save_edition(connection: Connection, edition: Edition, seen_at: datetime) -> Saved:
    late = keep_late_edition(connection, edition, seen_at)
    return late or save_notices(connection, [edition.notice], seen_at, edition.number)[0]
