"""Changes are seen in order, each once, while others write: on SQLite and on a real PostgreSQL server."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.pool import QueuePool

from index.sync import catch_up, open_current
from tests.site import postgresql
from tests.site.award_lines import HOA_BINH, MINH_AN, build_line
from timthau.errors import LeaseLostError, StoreError
from timthau.exchange import database
from timthau.exchange.database import copy_store
from timthau.model.award import Award, AwardItem
from timthau.model.moment import HANOI
from timthau.model.notice import Guide, Notice, NoticeKind
from timthau.model.record import KnownPage, Run, RunStatus
from timthau.store.clock import ClockStore
from timthau.store.notice import Store
from timthau.store.portal import Edition, PortalDay
from timthau.store.process.lock import SessionLocks
from timthau.store.process.writer import Lock
from timthau.store.saving import save_notices
from timthau.store.schema import metadata

MakeNotice = Callable[..., Notice]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)
WRITERS = 4
BATCHES = 25


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if not postgresql.is_installed():
        pytest.skip("needs Debian's postgresql")
    with postgresql.run_server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/timthau.db"
    server: str = request.getfixturevalue("server")
    name = f"t{time.monotonic_ns()}"
    postgresql.create_database(server, name)
    return server.replace("/postgres?", f"/{name}?")


def _write(url: str, writer: int, make_notice: MakeNotice) -> None:
    """Batches of two notices of a source of its own and, in every second, one that all write, so that transactions
    overlap in time and in what they touch."""
    with closing(Store.open(url)) as store:
        for batch in range(BATCHES):
            own = [make_notice(f"{writer}-{batch}-{one}", source=f"bv{writer}") for one in "ab"]
            shared = [make_notice("shared", title=f"{writer} {batch}")] if batch % 2 == 0 else []
            store.save_all([*own, *shared], NOW)


def test_a_reader_beside_writers_sees_every_change_once_and_in_order(url: str, make_notice: MakeNotice) -> None:
    Store.open(url).close()
    done = threading.Event()
    seen: list[tuple[int, str, int | None]] = []

    def read() -> None:
        cursor, last_round = 0, False
        with closing(Store.open(url)) as store:
            while not last_round:
                last_round = done.is_set()
                while changes := store.changes_after(cursor, 7):
                    seen.extend((change.seq, change.id, change.version) for change in changes)
                    cursor = changes[-1].seq

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        reader = pool.submit(read)
        writers = [pool.submit(_write, url, number, make_notice) for number in range(WRITERS)]
        wait(writers)
        done.set()
        for ended in (*writers, reader):
            ended.result()
    with closing(Store.open(url)) as store:
        stored = [(change.seq, change.id, change.version) for change in store.changes_after(0, 10_000)]
    with_shared = -(-BATCHES // 2)
    assert len(stored) == WRITERS * (BATCHES * 2 + with_shared)
    assert seen == stored
    shared = make_notice("shared").id
    assert [version for _, key, version in seen if key == shared] == list(range(1, WRITERS * with_shared + 1))


def test_at_a_server_writers_of_other_sources_do_not_wait(server: str, make_notice: MakeNotice) -> None:
    postgresql.create_database(server, name := f"t{time.monotonic_ns()}")
    first, beside, after = make_notice(source="one"), make_notice(source="two"), make_notice("b", source="one")
    with closing(Store.open(server.replace("/postgres?", f"/{name}?"))) as store, ThreadPoolExecutor(2) as pool:
        with store.relations._writer.begin(Lock.RELATIONS), store._writer.begin("one") as held:
            save_notices(held, [first], NOW)
            store.save(beside, NOW)  # in the middle of a batch that began before
            assert [change.id for change in store.changes_after(0, 9)] == [beside.id]
            corrected = partial(store.corrections.correct, beside.id, "title", "Khác", reason="", by="An", at=NOW)
            waiting = [pool.submit(store.save, after, NOW), pool.submit(corrected)]
            assert not wait(waiting, timeout=0.5).done  # until the batch of the source can be seen
        for one in waiting:
            one.result()
        changes = store.changes_after(0, 9)
    assert [change.id for change in changes[:2]] == [beside.id, first.id]
    assert {change.id for change in changes[2:]} == {after.id, beside.id}
    assert [change.changed_at for change in changes] == sorted(change.changed_at for change in changes)


def test_who_writes_of_many_sources_at_once_waits_for_each(server: str, make_notice: MakeNotice) -> None:
    postgresql.create_database(server, name := f"t{time.monotonic_ns()}")
    many = [make_notice(str(number), source=f"bv{number}") for number in range(40)]
    with closing(Store.open(server.replace("/postgres?", f"/{name}?"))) as store, ThreadPoolExecutor(1) as pool:
        with store._writer.begin("bv7") as held:
            save_notices(held, [make_notice("7", source="bv7", title="Lần 1")], NOW)
            saving = pool.submit(store.save_all, many, NOW)
            assert not wait([saving], timeout=0.5).done
        assert [saved.version for saved in saving.result()] == [2 if number == 7 else 1 for number in range(40)]


def test_the_store_works_the_same_on_both(url: str, make_notice: MakeNotice, tmp_path: Path) -> None:
    notice = make_notice(title="Thuỷ tinh thể", amount_vnd=9_000_000_000_000)
    moved = replace(notice, deadline_at=datetime(2026, 12, 8, 17, 0, tzinfo=HANOI))
    with closing(Store.open(url)) as store:
        store.save_all([notice, moved], NOW)
        assert store.save_guide(Guide(slug="vssid", title="VssID", body="…"))
        store.save_pages([KnownPage(source="bv", url=notice.url, outcome="notice", checked_at=NOW)])
        run = Run(id=store.start_run("bv", NOW), source="bv", started_at=NOW, status=RunStatus.OK)
        store.finish_run(run)
        assert [v.deadline_at for v in store.versions(notice.id)] == [notice.deadline_at, moved.deadline_at]
        assert list(store.each_notice(batch=1)) == [store.notice(notice.id)]
        [first, second, _] = changes = store.changes_after(0, 9)
        assert store.revisions(changes)[second.seq].fields[0].old == notice.deadline_at
        assert store.last_change_before(first.changed_at) == 0
        assert store.runs("bv") == [run]
        with closing(open_current(store, f"whoosh:{tmp_path}/index", print)) as engine:
            assert catch_up(store, engine) == 0
            assert engine.count() == 2
    database = create_engine(url)
    with database.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.dispose()


def test_several_may_open_a_new_database_at_once(url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(Store.open, [url] * 4))
    for store in stores:
        assert store.count() == 0
        store.close()


def test_editions_and_days_of_a_portal_are_kept_alike(url: str, make_notice: MakeNotice) -> None:
    notice = make_notice(published_at=NOW)
    day = PortalDay(source="bv", search="all", day=NOW.date(), pages=1, received=3, total=3, complete=True, read_at=NOW)
    with closing(Store.open(url)) as store:
        for number in ("02", "00", "01"):
            store.save_portal_page([Edition(number, replace(notice, title=number))], day, NOW)
        assert [(v.version, v.title) for v in store.versions(notice.id)] == [(0, "00"), (-1, "01"), (1, "02")]
        assert store.portal_days("bv", "all") == {day.day: day}
        assert [sighting.id for sighting in store.sightings("bv", NOW.date())] == [notice.id]
        assert store.seen_since("bv", NOW) == {notice.id}


def test_award_lines_and_suppliers_are_kept_on_both(url: str, make_notice: MakeNotice) -> None:
    item = AwardItem(name="Gạc", unit_price_vnd=Decimal("1234.5"))
    won = Award(supplier="Công ty A", tax_code="0101234567", items=(item,))
    with closing(Store.open(url)) as store:
        lines = [build_line(str(n), f"Kim số {n}", n + 1, suppliers=((MINH_AN,), (HOA_BINH,))[n % 2]) for n in range(5)]
        store.awards.save_all(lines, NOW)
        store.awards.save_all([replace(lines[0], unit_price_vnd=Decimal("0.123456789012345678"))], NOW)
        notice = make_notice("a", kind=NoticeKind.AWARD, awards=(won,))
        store.save(notice, NOW)
        assert store.awards.count() == 6
        assert [line.unit_price_vnd for line in store.awards.versions(lines[0].id)] == [
            Decimal(1),
            Decimal("0.123456789012345678"),
        ]
        assert store.awards.find_suppliers("minh an")[0] == 1
        assert store.awards.seen_since("egp-prices", NOW) == {line.id for line in lines}
        assert [change.seq for change in store.awards.changes_after(0, 9)] == [2, 3, 4, 5, 6, 7]
        store.save(replace(notice, awards=()), NOW)
        assert (store.awards.count(), store.awards.derive()) == (5, 0)


def test_old_versions_lost_runs_and_clocks_are_put_in_order_on_both(url: str, make_notice: MakeNotice) -> None:
    with closing(Store.open(url)) as store, closing(ClockStore.open(url)) as clock:
        for number in range(5):
            store.save(make_notice("a", title=f"Lần {number}"), NOW)
        assert store.prune_versions(2) == 2
        assert [notice.version for notice in store.versions(make_notice("a").id)] == [1, 4, 5]
        store.start_run("bv", NOW)
        assert store.end_lost_runs(lambda _: True) == ["bv"]
        assert clock.newest() is not None
        assert clock.pull_back(NOW) is False


def test_who_lost_a_source_writes_nothing_any_more_on_both(url: str, make_notice: MakeNotice) -> None:
    with closing(Store.open(url)) as store:
        old, other, new = store.fenced(), store.fenced(), store.fenced()
        first = old.start_run("bv", NOW)
        other.start_run("elsewhere", NOW)
        old.save(make_notice("a"), NOW)
        if url.startswith("sqlite"):  # a server's locks tell who begins that the other lost the source
            assert store.end_lost_runs(lambda source: source == "bv") == ["bv"]
        new.start_run("bv", NOW)
        writes: list[Callable[[], object]] = [
            lambda: old.save(make_notice("b"), NOW),
            lambda: old.note_gone([make_notice("a").id], NOW),
            old.awards.derive,
            lambda: old.finish_run(Run(id=first, source="bv", started_at=NOW, status=RunStatus.OK)),
        ]
        for write in writes:
            with pytest.raises(LeaseLostError, match="another process reads bv"):
                write()
        assert [run.status for run in store.runs("bv")] == [RunStatus.RUNNING, RunStatus.INTERRUPTED]
        assert (store.count(), store.last_change()) == (1, 1)
        assert old.notice(make_notice("a").id) is not None
        for one in (new, other):
            one.save(make_notice("c"), NOW)
        store.save(make_notice("d"), NOW)
        assert store.count() == 3


def test_a_letter_that_a_server_does_not_take_is_left_out(url: str, make_notice: MakeNotice) -> None:
    with closing(Store.open(url)) as store:
        notice = make_notice(title="Mua\0 máy thở", buyer="BV\0 Mắt", text="một\0hai")
        assert [saved.version for saved in store.save_all([notice, make_notice("b")], NOW)] == [1, 1]
        assert store.notice(notice.id) is not None
        assert len(store.summaries([notice.id])) == 1


def test_what_changes_tell_comes_in_their_order(url: str, make_notice: MakeNotice) -> None:
    with closing(Store.open(url)) as store:
        for number in range(30):
            store.save(make_notice(f"{number % 10}", title=f"Mua {number}"), NOW)
        changes = store.changes_after(0, 100)
        assert list(store.revisions(reversed(changes))) == [change.seq for change in changes]


def test_a_store_is_copied_whole_and_goes_on_where_it_was(url: str, make_notice: MakeNotice, tmp_path: Path) -> None:
    old, back = f"sqlite:///{tmp_path}/old.db", f"sqlite:///{tmp_path}/back.db"
    with closing(Store.open(old)) as store:
        for number in range(40):
            store.save(make_notice(f"{number % 30}", title=f"Mua máy thở {number}\0"), NOW)
        store.save_guide(Guide(slug="vssid", title="VssID", body="Mở ứng dụng"))
        store.relations.catch_up()
        before = [store.versions(notice.id) for notice in store.each_notice()]
        cursor = store.last_change()
    copied = {table.name: table.rows for table in copy_store(old, url)}
    assert (copied["notice"], copied["version"], copied["outbox"]) == (30, 40, cursor)
    with closing(Store.open(url)) as store:
        assert [store.versions(notice.id) for notice in store.each_notice()] == before
        assert store.last_change() == cursor
        store.save(make_notice("new"), NOW)
        assert store.last_change() == cursor + 1
    with pytest.raises(StoreError, match="not empty"):
        copy_store(old, url)
    assert sum(table.rows for table in copy_store(url, back)) > sum(copied.values())


def test_a_copy_that_fails_leaves_nothing_behind(
    url: str, make_notice: MakeNotice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = f"sqlite:///{tmp_path}/old.db"
    with closing(Store.open(old)) as store:
        store.save(make_notice(), NOW)
    sums = iter(range(10**6))
    with monkeypatch.context() as patch:
        patch.setattr(database, "_digest", lambda _: next(sums))
        with pytest.raises(StoreError, match="differs"):
            copy_store(old, url)
    with closing(Store.open(url)) as store:
        assert (store.count(), store.last_change()) == (0, 0)


def test_a_file_needs_no_locks_at_a_server(tmp_path: Path) -> None:
    assert SessionLocks.open(f"sqlite:///{tmp_path}/timthau.db") is None


def test_what_one_process_holds_at_a_server_no_other_has(server: str) -> None:
    now = 0.0
    mine, others = (SessionLocks.open(server) for _ in range(2))
    assert mine is not None
    assert others is not None
    mine._clock = lambda: now
    with closing(others):
        assert mine.take(["a.example", "b.example"])
        assert not others.take(["c.example", "b.example"])
        assert (others.is_held("b.example"), others.is_held("c.example")) == (True, False)
        mine.give_back(["b.example"], rest=30.0)
        assert not mine.take(["b.example"])
        assert not others.take(["b.example"])
        now = 31.0
        mine.check()
        assert others.take(["b.example"])
        mine.close()  # as when its process dies
        assert _wait_until(lambda: others.take(["a.example"]))


def test_who_gives_no_sign_of_life_loses_what_it_holds(server: str) -> None:
    frozen, living, waiting = (SessionLocks.open(server) for _ in range(3))
    assert frozen is not None
    assert living is not None
    assert waiting is not None
    with closing(living), closing(waiting):
        assert frozen.take(["e.example"])
        assert living.take(["f.example"])
        assert not waiting.take(["e.example"])  # the lease is long
        waiting._lease = 0.0
        assert _wait_until(lambda: waiting.take(["e.example"]))
        living.check()
        with pytest.raises(StoreError):
            frozen.check()


def test_the_url_of_a_server_says_how_many_connections_are_kept(server: str) -> None:
    with closing(Store.open(f"{server}&pool_size=2&max_overflow=1&pool_timeout=30")) as store:
        assert isinstance(store.engine.pool, QueuePool)
        assert (store.engine.pool.size(), store.engine.pool.timeout()) == (2, 30)
        with store.engine.connect() as connection:
            assert connection.execute(text("SHOW idle_in_transaction_session_timeout")).scalar() == "5min"
    with pytest.raises(StoreError, match="TIMTHAU_DATABASE_URL"):
        Store.open(f"{server}&pool_size=many")


def test_a_process_hears_that_it_lost_what_it_held(server: str) -> None:
    mine = SessionLocks.open(server)
    assert mine is not None
    assert mine.take(["d.example"])
    pid = mine._connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"SELECT pg_terminate_backend({pid}, 10000)"))
    engine.dispose()
    with pytest.raises(StoreError):
        mine.check()
    mine.close()


def _wait_until(done: Callable[[], bool]) -> bool:
    for _ in range(1000):
        if done():
            return True
        time.sleep(0.01)  # polling another thread
    return False
