"""Numbered editions of notices, in whatever order they are met, and how far a portal's days were read."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as checked
from hypothesis import strategies as st

from tests.site.postgresql import needs_file
from timthau.config import Settings
from timthau.model.moment import HANOI
from timthau.model.notice import Notice
from timthau.model.record import Outcome, Saved
from timthau.store.clock import ClockStore
from timthau.store.notice import Store
from timthau.store.portal import Edition, PortalDay, Sighting

MakeNotice = Callable[..., Notice]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)
_keys = count()


def save(store: Store, notice: Notice, *numbers: str) -> list[Saved]:
    """Save editions of a notice one after the other; each has its number in the title."""
    editions = (Edition(number, replace(notice, title=f"Bản {number}")) for number in numbers)
    return [saved for edition in editions for saved in store.save_portal_page([edition], None, NOW)]


def titles(store: Store, notice: Notice) -> list[str]:
    return [version.title.removeprefix("Bản ") for version in store.versions(notice.id)]


def test_an_earlier_edition_that_is_met_late_becomes_history_and_not_news(
    store: Store, make_notice: MakeNotice
) -> None:
    notice = make_notice()
    save(store, notice, "01")
    (late,) = save(store, notice, "00")
    assert late == Saved(notice.id, 1, Outcome.UNCHANGED)
    stored = store.notice(notice.id)
    assert stored is not None
    assert (stored.title, stored.version) == ("Bản 01", 1)
    assert [(v.version, v.title) for v in store.versions(notice.id)] == [(0, "Bản 00"), (1, "Bản 01")]
    assert store.last_change() == 1


def test_a_number_that_was_published_stays_that_of_the_same_words(store: Store, make_notice: MakeNotice) -> None:
    notice = make_notice()
    save(store, notice, "00", "03")
    published = {version.version: version.title for version in store.versions(notice.id)}
    told = {seq: revision.fields for seq, revision in store.revisions(store.changes_after(0, 9)).items()}
    save(store, notice, "02", "01")
    now = {version.version: version.title for version in store.versions(notice.id)}
    assert published == {1: "Bản 00", 2: "Bản 03"}
    assert now == published | {0: "Bản 02", -1: "Bản 01"}
    assert titles(store, notice) == ["00", "01", "02", "03"]
    assert {seq: revision.fields for seq, revision in store.revisions(store.changes_after(0, 9)).items()} == told
    assert [[v.title for v in history] for history in store.each_history()] == [
        ["Bản 00", "Bản 01", "Bản 02", "Bản 03"]
    ]


def test_a_known_edition_that_is_met_again_changes_nothing(store: Store, make_notice: MakeNotice) -> None:
    notice = make_notice()
    outcomes = [saved.outcome for saved in save(store, notice, "00", "01", "00", "01")]
    assert outcomes == [Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert titles(store, notice) == ["00", "01"]


def test_what_changes_within_an_edition_is_a_version(store: Store, make_notice: MakeNotice) -> None:
    notice = make_notice()
    save(store, notice, "00", "02")
    store.save_portal_page([Edition("02", replace(notice, title="Bản 02 hủy"))], None, NOW)
    save(store, notice, "01")
    assert titles(store, notice) == ["00", "01", "02", "02 hủy"]


@needs_file  # its row belongs to no alert that is there
def test_what_a_subscriber_was_told_of_stays_the_same_version(
    settings: Settings, store: Store, make_notice: MakeNotice
) -> None:
    notice = make_notice()
    save(store, notice, "00", "02")
    path = settings.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as raw:
        columns = "subscription_id, notice_id, version, found_at"
        told_of = f"INSERT INTO alert_match ({columns}) VALUES ('somebody', ?, 1, '2026-11-23')"
        raw.execute(told_of, [notice.id])
        raw.commit()
        save(store, notice, "01")
        ((told,),) = raw.execute("SELECT version FROM alert_match").fetchall()
    assert {version.version: version.title for version in store.versions(notice.id)}[told] == "Bản 00"


def test_a_notice_from_elsewhere_gets_its_first_edition(store: Store, make_notice: MakeNotice) -> None:
    notice = make_notice()
    store.save(notice, NOW)
    save(store, notice, "00")
    assert titles(store, notice) == [notice.title, "00"]


@checked(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(order=st.permutations([f"{number:02}" for number in range(6)]).map(lambda order: order[:5]))
def test_editions_stand_in_their_order_however_they_arrive(
    store: Store, make_notice: MakeNotice, order: list[str]
) -> None:
    notice = make_notice(f"k{next(_keys)}")
    before = store.last_change()
    save(store, notice, *order)
    assert titles(store, notice) == sorted(order)
    stored = store.notice(notice.id)
    assert stored is not None
    assert stored.title == f"Bản {max(order)}"
    changes = store.changes_after(before, 100)
    announced = [revision.notice.title for revision in store.revisions(changes).values()]
    news = [number for place, number in enumerate(order) if number == max(order[: place + 1])]
    assert announced == [f"Bản {number}" for number in news]


DAY = PortalDay(
    source="egp",
    search="all",
    day=date(2026, 11, 20),
    pages=1,
    received=10,
    total=12,
    complete=False,
    read_at=NOW,
)


def test_a_page_and_how_far_its_day_is_read_are_one_transaction(store: Store, make_notice: MakeNotice) -> None:
    store.save_portal_page([Edition("00", make_notice())], DAY, NOW)
    assert store.portal_days("egp", "all") == {DAY.day: DAY}
    broken = replace(make_notice("b"), first_seen_at="now")  # type: ignore[arg-type]  # what the database refuses
    with pytest.raises(AttributeError):
        store.save_portal_page([Edition("00", broken)], replace(DAY, pages=2, complete=True), NOW)
    assert store.portal_days("egp", "all") == {DAY.day: DAY}
    assert store.portal_days("egp", "other") == {}


def test_sightings_are_those_of_one_source_in_the_order_of_publication(store: Store, make_notice: MakeNotice) -> None:
    early, late = NOW - timedelta(days=3), NOW - timedelta(days=1)
    store.save_all(
        [
            make_notice("late", published_at=late, deadline_at=date(2026, 12, 1)),
            make_notice("early", published_at=early, deadline_at=None),
            make_notice("day", published_at=early.date()),
            make_notice("old", published_at=NOW - timedelta(days=30)),
        ],
        NOW,
    )
    assert store.sightings("bv", early.date()) == [
        Sighting(make_notice("early").id, early, None, NOW),
        Sighting(make_notice("late").id, late, datetime(2026, 12, 1, 23, 59, 59, tzinfo=HANOI), NOW),
    ]
    assert store.sightings("egp", early.date()) == []


def test_what_a_crawl_by_a_clock_that_was_ahead_has_dated_is_of_the_present_and_its_days_are_read_again(
    store: Store, make_notice: MakeNotice
) -> None:
    later, clock = NOW + timedelta(days=40), ClockStore(store.engine)
    right, wrong, elsewhere = make_notice("a"), make_notice("b"), replace(make_notice("c"), source="khac")
    days = [
        PortalDay(
            source=right.source,
            search="s",
            day=date(2026, 11, day),
            pages=1,
            received=1,
            total=1,
            complete=True,
            read_at=at,
        )
        for day, at in ((20, NOW), (23, later))
    ]
    store.save_portal_page([Edition("00", right)], days[0], NOW)
    store.save_portal_page([Edition("00", wrong)], days[1], later)
    store.save(elsewhere, later)
    store.note_gone([wrong.id], later)
    clock.pull_back_source(right.source, NOW)
    found = {key: store.notice(key) for key in (right.id, wrong.id, elsewhere.id)}
    assert {key: one.first_seen_at for key, one in found.items() if one} == {
        right.id: NOW,
        wrong.id: NOW,
        elsewhere.id: later,
    }
    assert store.effective.of([wrong.id])[wrong.id].ended_at == NOW
    assert set(store.portal_days(right.source, "s")) == {date(2026, 11, 20)}
