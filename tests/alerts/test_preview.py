"""What a subscription would have sent."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from alerts.preview import Preview, PreviewKeeper, preview
from index.embedded.engine import WhooshEngine
from index.query import Query, Status
from index.sync import catch_up
from tests.site.alert_stores import NOON, StaffedStores
from timthau.errors import SubscriptionError
from timthau.model.notice import Notice

MakeNotice = Callable[..., Notice]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[WhooshEngine]:
    opened = WhooshEngine(tmp_path / "scratch")
    yield opened
    opened.close()


def _keep(stores: StaffedStores, engine: WhooshEngine, notice: Notice, days_ago: int) -> None:
    with time_machine.travel(NOON - timedelta(days=days_ago), tick=False):
        stores.store.save(notice, NOON - timedelta(days=days_ago))
    catch_up(stores.store, engine)


def _see(stores: StaffedStores, engine: WhooshEngine, query: Query, now: datetime = NOON) -> Preview:
    recent = timedelta(days=14)
    return preview(query, store=stores.store, alerts=stores.alerts, engine=engine, now=now, recent=recent)


def test_it_counts_the_notices_of_the_last_30_days_and_the_days_they_came_on(
    stores: StaffedStores, engine: WhooshEngine, make_notice: MakeNotice
) -> None:
    for key, days_ago in (("a", 1), ("b", 1), ("c", 29), ("old", 31)):
        _keep(stores, engine, make_notice(key, title=f"Báo giá băng phim {key}"), days_ago)
    _keep(stores, engine, make_notice("other", title="Báo giá găng tay"), 1)
    seen = _see(stores, engine, Query(text="băng phim"))
    assert (seen.notices, seen.busy_days) == (3, 2)
    assert [notice.title for notice in seen.newest] == [f"Báo giá băng phim {key}" for key in "bac"]
    assert seen.suggestion is None


def test_what_was_open_when_it_came_counts_although_it_has_closed(
    stores: StaffedStores, engine: WhooshEngine, make_notice: MakeNotice
) -> None:
    _keep(stores, engine, make_notice("a", deadline_at=NOON - timedelta(days=2)), 9)
    _keep(stores, engine, make_notice("b", deadline_at=NOON - timedelta(days=20)), 9)
    query = Query(text="vật tư", status=Status.OPEN)
    assert _see(stores, engine, query).notices == 1


def test_words_that_look_misspelt_are_named_and_not_mended(
    stores: StaffedStores, engine: WhooshEngine, make_notice: MakeNotice
) -> None:
    for key in "abc":
        _keep(stores, engine, make_notice(key, title="Báo giá kim luồn tĩnh mạch"), 1)
    query = Query(text="kim luông")
    seen = _see(stores, engine, query)
    assert seen.suggestion == "kim luồn"


def test_what_was_old_when_it_was_imported_is_no_news(
    stores: StaffedStores, engine: WhooshEngine, make_notice: MakeNotice
) -> None:
    closed = {"title": "Báo giá băng phim", "deadline_at": NOON - timedelta(days=60)}
    _keep(stores, engine, make_notice("a", **closed), 2)
    _keep(stores, engine, make_notice("b", **closed, published_at=NOON - timedelta(days=70)), 2)
    _keep(stores, engine, make_notice("c", **closed, published_at=NOON - timedelta(days=9)), 2)
    _keep(stores, engine, make_notice("d", title="Báo giá băng phim"), 2)
    seen = _see(stores, engine, Query(text="băng phim"))
    assert seen.notices == 2


def test_what_a_first_crawl_finds_open_is_not_expected_every_week(
    stores: StaffedStores, engine: WhooshEngine, make_notice: MakeNotice
) -> None:
    for number in range(40):  # two a day for twenty days, all still open
        published = NOON - timedelta(days=number // 2)
        _keep(stores, engine, make_notice(str(number), title="Báo giá băng phim", published_at=published), 0)
    seen = _see(stores, engine, Query(text="băng phim"))
    assert (seen.notices, seen.weekly) == (40, 14)


def test_it_shows_the_line_that_matched_and_how_many_come_in_a_week(
    stores: StaffedStores, engine: WhooshEngine, make_notice: MakeNotice
) -> None:
    _keep(stores, engine, make_notice("first"), 60)
    for number in range(60):
        said = "Phụ lục\nMua băng phim 3M khổ 35\nHết"
        _keep(stores, engine, make_notice(str(number), text=said), number % 29)
    seen = _see(stores, engine, Query(text="băng phim"))
    assert (seen.notices, seen.weekly, seen.is_broad) == (60, 14, False)
    lines = {passage.parts for found in seen.passages.values() for passage in found if passage.where == "text"}
    assert lines == {("Mua ", "băng phim", " 3M khổ 35")}


def test_more_than_anybody_reads_is_called_broad(
    stores: StaffedStores, engine: WhooshEngine, make_notice: MakeNotice
) -> None:
    for number in range(51):
        stores.store.save(make_notice(str(number), title="Báo giá băng phim"), NOON)
    catch_up(stores.store, engine)
    later = NOON + timedelta(days=1)
    assert _see(stores, engine, Query(text="băng phim"), later).is_broad


def test_an_end_date_that_has_passed_is_told(stores: StaffedStores, engine: WhooshEngine) -> None:
    def ended(**days: date) -> date | None:
        query = Query(text="băng phim", **days)  # type: ignore[arg-type]  # days alone
        return _see(stores, engine, query).ended

    assert ended(deadline_to=date(2026, 11, 24)) == date(2026, 11, 24)
    assert ended(published_to=date(2026, 1, 1), deadline_to=date(2026, 12, 24)) == date(2026, 1, 1)
    assert ended(deadline_to=NOON.date()) is None


def test_words_that_stand_apart_in_many_hits_are_offered_as_a_phrase(
    stores: StaffedStores, engine: WhooshEngine, make_notice: MakeNotice
) -> None:
    for number in range(3):
        _keep(stores, engine, make_notice(f"a{number}", title="Mua máy thở, máy siêu âm"), 1)
    _keep(stores, engine, make_notice("b", title="Mua máy siêu âm thở"), 1)
    for key, title in (("c", "Mua siêu âm máy"), ("d", "Mua máy đo siêu âm"), ("e", "Mua siêu máy âm")):
        _keep(stores, engine, make_notice(key, title=title), 1)

    def see(text: str) -> Preview:
        return _see(stores, engine, Query(text=text))

    loose = see("siêu âm máy")
    if loose.notices > 1:  # whether words apart match at all is the search's affair
        assert (loose.phrase, loose.phrase_notices) == ('"siêu âm máy"', 1)
    assert see('"siêu âm máy"').phrase is None


def test_a_preview_of_everything_is_refused(stores: StaffedStores, engine: WhooshEngine) -> None:
    with pytest.raises(SubscriptionError):
        _see(stores, engine, Query())


def test_a_preview_is_worked_out_once_until_something_changes(
    stores: StaffedStores, engine: WhooshEngine, make_notice: MakeNotice, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper, search = PreviewKeeper(), engine.search
    searches: list[Any] = []

    def count(*said: Any, **more: Any) -> Any:
        searches.append(said)
        return search(*said, **more)

    monkeypatch.setattr(engine, "search", count)

    def see(text: str) -> tuple[int, int]:
        """How many notices it shows, and how many searches that took."""
        before = len(searches)
        said: dict[str, Any] = {"store": stores.store, "alerts": stores.alerts, "engine": engine, "now": NOON}
        shown = keeper.get(Query(text=text), recent=timedelta(days=14), **said)
        return shown.notices, len(searches) - before

    _keep(stores, engine, make_notice("a", title="Báo giá băng phim"), 1)
    assert see("băng phim")[1] > 0
    assert see("băng phim") == (1, 0)
    assert see("phim")[1] > 0
    _keep(stores, engine, make_notice("b", title="Báo giá băng phim"), 1)
    assert see("băng phim")[0] == 2
