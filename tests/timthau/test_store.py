"""The store: versions, the outbox, pages and runs, on a real database."""

import multiprocessing
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from tests.site.postgresql import needs_file
from timthau.config import Settings
from timthau.errors import StoreError
from timthau.model.moment import HANOI
from timthau.model.notice import Attachment, Guide, Notice, NoticeKind, make_id
from timthau.model.record import KnownPage, Outcome, Run, RunStatus
from timthau.store.database import MIGRATIONS, SCHEMA_REVISION
from timthau.store.notice import Store
from timthau.store.schema import metadata

MakeNotice = Callable[..., Notice]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)


def test_a_notice_comes_back_as_it_was_saved(store: Store, make_notice: MakeNotice) -> None:
    notice = make_notice(text="đến trước 17h", amount_vnd=9_000_000_000_000, published_at=date(2026, 11, 20))
    saved = store.save(notice, NOW)
    assert (saved.version, saved.outcome) == (1, Outcome.NEW)
    assert store.notice(notice.id) == replace(notice, first_seen_at=NOW, last_seen_at=NOW)


def test_an_unchanged_notice_makes_no_version_but_moves_last_seen(store: Store, make_notice: MakeNotice) -> None:
    notice = make_notice()
    store.save(notice, NOW)
    saved = store.save(notice, NOW + timedelta(days=1))
    assert (saved.version, saved.outcome) == (1, Outcome.UNCHANGED)
    stored = store.notice(notice.id)
    assert stored is not None
    assert (stored.first_seen_at, stored.last_seen_at) == (NOW, NOW + timedelta(days=1))
    assert store.last_change() == 1


def test_a_changed_deadline_makes_a_version_and_the_old_one_is_kept(store: Store, make_notice: MakeNotice) -> None:
    notice = make_notice()
    moved = replace(notice, deadline_at=datetime(2026, 12, 8, 17, 0, tzinfo=HANOI))
    store.save(notice, NOW)
    assert store.save(moved, NOW + timedelta(days=1)).outcome is Outcome.CHANGED
    assert [(v.version, v.deadline_at, v.last_seen_at) for v in store.versions(notice.id)] == [
        (1, notice.deadline_at, NOW),
        (2, moved.deadline_at, NOW + timedelta(days=1)),
    ]
    assert store.summaries([notice.id, "none"])[notice.id].deadline_at == moved.deadline_at


def test_each_change_stands_once_in_the_outbox_in_order(store: Store, make_notice: MakeNotice) -> None:
    first, second = make_notice("1"), make_notice("2")
    store.save_all([first, second, first, replace(first, title="khác")], NOW)
    store.save_guide(Guide(slug="vssid", title="VssID", body="…"))
    expected = [("notice", first.id), ("notice", second.id), ("notice", first.id), ("guide", "vssid")]
    assert [(c.entity, c.id) for c in store.changes_after(0, 10)] == expected
    assert [c.version for c in store.changes_after(0, 10)] == [1, 1, 2, None]
    [last] = store.changes_after(3, 10)
    assert (last.seq, last.entity, last.id, last.version) == (4, "guide", "vssid", None)


def test_a_failed_batch_leaves_nothing_behind(store: Store, make_notice: MakeNotice) -> None:
    twin = replace(make_notice(), id=make_id("other", "id"))  # same source and key under another id
    with pytest.raises(Exception, match=r"(?i)unique"):
        store.save_all([make_notice(), twin], NOW)
    assert (store.count(), store.last_change()) == (0, 0)


def test_all_notices_are_read_in_batches_without_loss(store: Store, make_notice: MakeNotice) -> None:
    notices = [make_notice(str(number)) for number in range(7)]
    store.save_all(notices, NOW)
    assert {n.id for n in store.each_notice(batch=3)} == {n.id for n in notices}
    assert len(list(store.each_notice(batch=7))) == 7


def test_any_number_of_notices_can_be_asked_for(store: Store, make_notice: MakeNotice) -> None:
    notice = make_notice()
    store.save(notice, NOW)
    ids = [*map(str, range(70_000)), notice.id]
    assert list(store.notices_by_id(ids)) == list(store.summaries(ids)) == [notice.id]


def test_a_guide_is_found_in_its_language_and_else_in_vietnamese(store: Store) -> None:
    vietnamese = Guide(slug="vssid", title="Đăng nhập", body="…", keywords=("vneid",), checked_on=date(2026, 11, 1))
    store.save_guide(vietnamese)
    assert store.guide("vssid", "en") == vietnamese
    english = replace(vietnamese, language="en", title="Log in")
    assert store.save_guide(english)
    assert not store.save_guide(english)
    assert store.guide("vssid", "en") == english
    assert store.guide("none", "vi") is None


def test_a_page_is_remembered_in_place_of_the_old_one(store: Store) -> None:
    page = KnownPage(source="bv", url="https://bv.example/1", outcome="notice", etag="a", checked_at=NOW)
    store.save_pages([page])
    store.save_pages([page, replace(page, etag="b")])
    assert store.page("bv", page.url) == replace(page, etag="b")
    assert store.page("other", page.url) is None
    assert list(store.pages("bv")) == [page.url]


@needs_file  # where one process at a time reads a source, the others are over
def test_a_run_that_began_long_ago_is_marked_by_the_next_one_and_a_late_one_may_go_on_elsewhere(store: Store) -> None:
    store.start_run("bv", NOW - timedelta(days=8))
    store.start_run("bv", NOW)
    second = store.start_run("bv", NOW + timedelta(hours=1), full=True)
    done = Run(
        id=second,
        source="bv",
        started_at=NOW + timedelta(hours=1),
        finished_at=NOW + timedelta(hours=2),
        status=RunStatus.OK,
        full=True,
        found=3,
        new=3,
    )
    store.finish_run(done)
    assert store.runs("bv")[0] == done
    assert [run.status for run in store.runs("bv")[1:]] == [RunStatus.RUNNING, RunStatus.INTERRUPTED]


def test_a_source_that_runs_often_does_not_hide_one_that_ran_long_ago(store: Store) -> None:
    store.start_run("rare", NOW)
    often = [store.start_run("often", NOW + timedelta(hours=hours)) for hours in range(1, 5)]
    assert [(run.source, run.id) for run in store.recent_runs(2)][:2] == [("often", often[3]), ("often", often[2])]
    assert [run.source for run in store.recent_runs(2)] == ["often", "often", "rare"]


def test_the_migrations_make_the_tables_that_the_code_uses(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    Store.open(url).close()
    engine = create_engine(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == SCHEMA_REVISION


def test_outbox_rows_of_an_older_database_get_the_versions_they_announced(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    engine = create_engine(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for entity, key in [("notice", "a"), ("notice", "b"), ("guide", "a"), ("notice", "a")]:
            values = {"entity": entity, "key": key, "at": "2026-11-23T09:00:00+07:00"}
            connection.execute(
                text("INSERT INTO outbox (entity, entity_id, changed_at) VALUES (:entity, :key, :at)"), values
            )
    engine.dispose()
    store = Store.open(url)
    assert [c.version for c in store.changes_after(0, 9)] == [1, 1, None, 2]
    store.close()


def _save_many(url: str, source: str) -> None:
    store = Store.open(url)
    for number in range(40):
        notice = Notice(
            id=make_id(source, str(number)),
            source=source,
            source_key=str(number),
            url="https://bv.example/",
            kind=NoticeKind.OTHER,
            title="t",
        )
        store.save(notice, NOW)
    store.close()


def test_several_processes_may_open_a_new_database_and_write_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/shared.db"
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_save_many, args=(url, f"s{number}")) for number in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    store = Store.open(url)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert (store.count(), store.last_change()) == (120, 120)
    assert [c.seq for c in store.changes_after(0, 200)] == list(range(1, 121))
    store.close()


@pytest.mark.parametrize("url", ["nonsense://x", "sqlite:////proc/none/x.db", "no url"])
def test_a_database_that_cannot_be_opened_is_one_line(url: str) -> None:
    with pytest.raises(StoreError) as error:
        Store.open(url)
    assert "\n" not in str(error.value)


def test_a_file_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_text("this is not a database, although it is long enough to be looked at" * 9)
    with pytest.raises(StoreError, match="not a database"):
        Store.open(f"sqlite:///{path}")


@needs_file
def test_a_database_that_fails_in_use_is_one_error(store: Store, settings: Settings, make_notice: MakeNotice) -> None:
    with closing(sqlite3.connect(settings.home / "timthau.db")) as connection:
        connection.execute("DROP TABLE outbox")
    with pytest.raises(StoreError, match=r"the database sqlite:.*: no such table: outbox"):
        store.save_all([make_notice("1")], NOW)
    assert store.count() == 0


def test_only_the_first_and_the_latest_versions_are_kept(store: Store, make_notice: Callable[..., Notice]) -> None:
    for number in range(1, 8):
        store.save(make_notice("a", title=f"Lần {number}"), NOW)
    store.save(make_notice("b"), NOW)
    key = make_notice("a").id
    assert store.prune_versions(3) == 3
    assert [notice.version for notice in store.versions(key)] == [1, 5, 6, 7]
    assert [notice.version for notice in store.each_version(key)] == [1, 5, 6, 7]
    assert [notice.version for notice in store.versions(key, limit=2)] == [6, 7]
    assert store.prune_versions(3) == 0
    revisions = store.revisions(store.changes_after(0, 100))
    assert [str(revision.kind) for revision in revisions.values()] == ["new", "changed", "changed", "new"]
    assert store.save(make_notice("a", title="Lần 8"), NOW).version == 8


def test_a_hash_of_a_time_that_took_more_for_meaning_makes_no_version(
    store: Store, make_notice: Callable[..., Notice]
) -> None:
    store.save(make_notice("a"), NOW)
    with store._writer.begin() as connection:
        connection.execute(text("UPDATE notice SET content_hash = 'of another time'"))
    assert [store.save(make_notice("a"), NOW).outcome for _ in range(2)] == [Outcome.UNCHANGED] * 2
    with store._engine.connect() as connection:
        assert connection.execute(text("SELECT content_hash FROM notice")).scalar() == make_notice("a").content_hash()


def test_a_file_is_found_in_whatever_version_had_it(store: Store, make_notice: Callable[..., Notice]) -> None:
    file = Attachment(url="https://bv.example/1.pdf", filename="1.pdf", sha256="a" * 64)
    store.save(make_notice("a", attachments=(file,)), NOW)
    key = make_notice("a").id
    store.save(make_notice("a"), NOW)
    assert store.find_file(key, "a" * 64) == file
    assert store.find_file(key, "b" * 64) is None
    assert store.find_file("none", "a" * 64) is None
