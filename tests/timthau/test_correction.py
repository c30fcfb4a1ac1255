"""What a person knows better stays on top of what is read, and what is hidden is found by nobody."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from index.query import Query
from index.sync import catch_up, open_current, rebuild
from timthau.config import Settings
from timthau.errors import DeskError
from timthau.model.desk.correction import CORRECTABLE, parse_value, put_value, read_value
from timthau.model.moment import HANOI
from timthau.model.notice import Notice, NoticeKind
from timthau.model.record import Outcome
from timthau.store.notice import Store
from timthau.store.overview.keeper import OverviewKeeper

MakeNotice = Callable[..., Notice]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)
LATER = NOW + timedelta(hours=6)
RIGHT = datetime(2026, 12, 8, 16, 30, tzinfo=HANOI)


def _correct(
    store: Store, notice: Notice, field: str = "deadline_at", value: object = "2026-12-08T16:30:00+07:00"
) -> None:
    store.corrections.correct(notice.id, field, value, reason="letter of the buyer", by="lan", at=NOW)


def test_a_correction_stays_when_the_page_is_read_again_and_knows_what_the_page_says(
    store: Store, make_notice: MakeNotice
) -> None:
    notice = make_notice()
    store.save(notice, NOW)
    _correct(store, notice)
    assert store.save(notice, LATER).outcome is Outcome.UNCHANGED
    moved = replace(notice, deadline_at=notice.deadline_at and notice.deadline_at + timedelta(days=1))
    assert store.save(moved, LATER).outcome is Outcome.UNCHANGED  # what the page says of it does not count
    assert store.save(replace(moved, title="Yêu cầu báo giá hóa chất"), LATER).outcome is Outcome.CHANGED
    current = store.notice(notice.id)
    assert current is not None
    assert (current.deadline_at, current.title, current.version) == (RIGHT, "Yêu cầu báo giá hóa chất", 3)
    (held,) = store.corrections.held([notice.id])[notice.id]
    assert (held.field, held.value, held.said) == (
        "deadline_at",
        "2026-12-08T16:30:00+07:00",
        "2026-12-02T17:00:00+07:00",
    )
    assert (held.made_by, held.made_at, held.reason) == ("lan", NOW, "letter of the buyer")


def test_a_correction_is_a_version_that_others_are_told_of_and_reverting_it_another(
    store: Store, make_notice: MakeNotice
) -> None:
    notice = make_notice()
    store.save(notice, NOW)
    _correct(store, notice)
    (held,) = store.corrections.held([notice.id])[notice.id]
    store.corrections.revert(held.id, by="minh", at=LATER)
    assert [one.deadline_at for one in store.versions(notice.id)] == [notice.deadline_at, RIGHT, notice.deadline_at]
    assert [change.version for change in store.changes_after(0, 10)] == [1, 2, 3]
    assert store.corrections.held([notice.id]) == {}
    (gone,) = store.corrections.all()
    assert (gone.reverted_by, gone.reverted_at) == ("minh", LATER)
    with pytest.raises(DeskError):
        store.corrections.revert(held.id, by="minh", at=LATER)


def test_a_second_correction_of_a_field_takes_the_place_of_the_first(store: Store, make_notice: MakeNotice) -> None:
    notice = make_notice()
    store.save(notice, NOW)
    _correct(store, notice)
    _correct(store, notice, value=None)
    (held,) = store.corrections.held([notice.id])[notice.id]
    assert (held.value, held.said) == (None, "2026-12-01T17:00:00+07:00")
    assert len(store.corrections.all(notice_id=notice.id)) == 2


def test_a_correction_says_nothing_of_when_the_page_was_seen_and_whether_it_still_stands(
    store: Store, make_notice: MakeNotice
) -> None:
    notice = make_notice()
    store.save(notice, NOW)
    store.note_gone([notice.id], LATER)
    _correct(store, notice)
    current = store.notice(notice.id)
    assert current is not None
    assert current.last_seen_at == NOW
    assert store.effective.of([notice.id])[notice.id].state == "gone"


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("deadline_at", "8/12/2026 16:30", "2026-12-08T16:30:00+07:00"),
        ("deadline_at", "2026-12-08T09:30:00+00:00", "2026-12-08T16:30:00+07:00"),
        ("deadline_at", " 2026-12-08 ", "2026-12-08"),
        ("deadline_at", "", None),
        ("amount_vnd", "45000000", 45_000_000),
        ("kind", "plan", "plan"),
        ("title", " Mua  sắm ", "Mua sắm"),
    ],
)
def test_what_is_typed_becomes_what_notice_json_has(field: str, typed: str, value: object) -> None:
    assert parse_value(field, typed) == value


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("deadline_at", "mai"),
        ("deadline_at", "31/02/2026"),
        ("deadline_at", "0001-01-01 00:00"),
        ("amount_vnd", "-5"),
        ("amount_vnd", "9" * 30),
        ("kind", "tender"),
        ("title", " "),
        ("title", "x" * 2001),
        ("text", "anything"),
        ("id", "abc"),
    ],
)
def test_what_a_notice_cannot_say_is_refused(field: str, typed: str) -> None:
    with pytest.raises(DeskError):
        parse_value(field, typed)


def test_every_field_that_can_be_corrected_goes_there_and_back(make_notice: MakeNotice) -> None:
    notice = make_notice(published_at=date(2026, 11, 20), amount_vnd=5)
    assert all(put_value(notice, field, read_value(notice, field)) == notice for field in CORRECTABLE)
    assert put_value(notice, "kind", "award").kind is NoticeKind.AWARD


def test_a_hidden_notice_is_found_by_nobody_until_it_is_shown_again(
    store: Store, settings: Settings, make_notice: MakeNotice
) -> None:
    notice, other = make_notice("a"), make_notice("b")
    store.save_all([notice, other], NOW)
    overview = OverviewKeeper(store, clock=iter(range(0, 100_000, 1000)).__next__)
    assert overview.get().total == 2
    with closing(open_current(store, settings.index_url, print)) as engine:
        store.corrections.hide(notice.id, reason="names a patient", by="lan", at=NOW)
        catch_up(store, engine)

        def find() -> set[str]:
            return {hit.id for hit in engine.search(Query(text="vật tư"), limit=9, now=NOW).hits}

        assert find() == {other.id}
        assert store.notice(notice.id) is None
        assert store.versions(notice.id) == list(store.each_version(notice.id)) == []
        assert store.versions_at([(notice.id, 1)]) == store.summaries([notice.id]) == {}
        assert [one.id for one in store.each_notice()] == [one.id for one in store.each_summary()] == [other.id]
        assert [history[0].id for history in store.each_history()] == [other.id]
        assert (store.count(), overview.get().total, rebuild(store, settings.index_url)) == (1, 1, 1)
        store.save(replace(notice, title="Yêu cầu báo giá vật tư y tế đợt 2"), LATER)  # it is still read
        catch_up(store, engine)
        assert find() == {other.id}

        store.corrections.unhide(notice.id)
        catch_up(store, engine)
        assert find() == {notice.id, other.id}
        assert (store.count(), overview.get().total) == (2, 2)
    with pytest.raises(DeskError):
        store.corrections.unhide(notice.id)
    with pytest.raises(DeskError):
        store.corrections.hide("nobody", reason="", by="lan", at=NOW)
