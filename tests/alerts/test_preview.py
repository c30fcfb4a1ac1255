"""What a subscription would have sent."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from alerts.preview import preview
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


def test_it_counts_the_notices_of_the_last_30_days_and_the_days_they_came_on(
    stores: StaffedStores, engine: WhooshEngine, make_notice: MakeNotice
) -> None:
    for key, days_ago in (("a", 1), ("b", 1), ("c", 29), ("old", 31)):
        _keep(stores, engine, make_notice(key, title=f"Báo giá băng phim {key}"), days_ago)
    _keep(stores, engine, make_notice("other", title="Báo giá găng tay"), 1)
    seen = preview(Query(text="băng phim"), store=stores.store, alerts=stores.alerts, engine=engine, now=NOON)
    assert (seen.notices, seen.busy_days) == (3, 2)
    assert [notice.title for notice in seen.newest] == [f"Báo giá băng phim {key}" for key in "bac"]
    assert seen.suggestion is None


def test_what_was_open_when_it_came_counts_although_it_has_closed(
    stores: StaffedStores, engine: WhooshEngine, make_notice: MakeNotice
) -> None:
    _keep(stores, engine, make_notice("a", deadline_at=NOON - timedelta(days=2)), 9)
    _keep(stores, engine, make_notice("b", deadline_at=NOON - timedelta(days=20)), 9)
    query = Query(text="vật tư", status=Status.OPEN)
    assert preview(query, store=stores.store, alerts=stores.alerts, engine=engine, now=NOON).notices == 1


def test_words_that_look_misspelt_are_named_and_not_mended(
    stores: StaffedStores, engine: WhooshEngine, make_notice: MakeNotice
) -> None:
    for key in "abc":
        _keep(stores, engine, make_notice(key, title="Báo giá kim luồn tĩnh mạch"), 1)
    query = Query(text="kim luông")
    seen = preview(query, store=stores.store, alerts=stores.alerts, engine=engine, now=NOON)
    assert seen.suggestion == "kim luồn"


def test_a_preview_of_everything_is_refused(stores: StaffedStores, engine: WhooshEngine) -> None:
    with pytest.raises(SubscriptionError):
        preview(Query(), store=stores.store, alerts=stores.alerts, engine=engine, now=NOON)
