"""Changes are told in the order they were stored, each once, with what it changed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine
from click.testing import CliRunner

from cli.main import main
from timthau.config import Settings
from timthau.exchange.journal import each_change
from timthau.model.change import ChangeKind
from timthau.model.moment import HANOI
from timthau.model.notice import Guide, Notice, NoticeKind
from timthau.store.notice import Store
from timthau.store.portal import Edition

MakeNotice = Callable[..., Notice]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)


@pytest.fixture
def story(store: Store, make_notice: MakeNotice) -> Notice:
    """A notice that is found, extended twice in one run, called off, and comes to an award, among others."""
    first = make_notice()
    later = replace(first, deadline_at=datetime(2026, 12, 8, 17, 0, tzinfo=HANOI))
    latest = replace(later, deadline_at=datetime(2026, 12, 15, 17, 0, tzinfo=HANOI), amount_vnd=5_000_000)
    with time_machine.travel(NOW, tick=False) as clock:
        store.save_all([first, make_notice("other"), later, latest], NOW)
        store.save_guide(Guide(slug="vssid", title="VssID", body="…"))
        clock.shift(timedelta(days=1))
        store.save(replace(latest, kind=NoticeKind.CANCELLATION), NOW)
        store.save(replace(latest, kind=NoticeKind.AWARD), NOW)
    return first


def test_two_quick_changes_are_two_changes(store: Store, story: Notice) -> None:
    told = [
        (change.version, revision.kind, [(field.old, field.new) for field in revision.fields if field.field != "kind"])
        for change, revision in each_change(store, 0)
        if revision and change.id == story.id
    ]
    days = [datetime(2026, 12, day, 17, 0, tzinfo=HANOI) for day in (1, 8, 15)]
    assert told == [
        (1, ChangeKind.NEW, []),
        (2, ChangeKind.EXTENDED, [(days[0], days[1])]),
        (3, ChangeKind.EXTENDED, [(days[1], days[2]), (None, 5_000_000)]),
        (4, ChangeKind.CANCELLED, []),
        (5, ChangeKind.AWARDED, []),
    ]


@pytest.mark.parametrize("limit", range(1, 9))
def test_reading_on_from_any_cursor_gives_each_change_once(store: Store, story: Notice, limit: int) -> None:
    read: list[int] = []
    while more := [change.seq for change, _ in each_change(store, read[-1] if read else 0, limit=limit)]:
        assert len(more) <= limit
        read += more
    assert read == list(range(1, 8))


def test_a_notice_is_new_once_also_where_an_older_edition_is_met_later(store: Store, make_notice: MakeNotice) -> None:
    first = make_notice(deadline_at=datetime(2026, 12, 1, 9, 0, tzinfo=HANOI))
    second, third = (replace(first, deadline_at=datetime(2026, 12, day, 9, 0, tzinfo=HANOI)) for day in (8, 15))
    for number, notice in [("01", second), ("00", first), ("02", third)]:
        store.save_portal_page([Edition(number, notice)], None, NOW)
    told = [(change.version, revision and revision.kind) for change, revision in each_change(store, 0)]
    assert told == [(1, ChangeKind.NEW), (2, ChangeKind.EXTENDED)]
    assert [notice.deadline_at for notice in store.versions(first.id)] == [
        first.deadline_at,
        second.deadline_at,
        third.deadline_at,
    ]


def test_many_changes_are_read_in_order(store: Store, make_notice: MakeNotice) -> None:
    store.save_all([make_notice(str(n)) for n in range(120)], NOW)
    assert [change.seq for change, _ in each_change(store, 3)] == list(range(4, 121))
    assert [change.seq for change, _ in each_change(store, 3, limit=70)] == list(range(4, 74))


def _run(settings: Settings, *arguments: str) -> list[str]:
    result = CliRunner().invoke(main, ["changes", *arguments], env={"TIMTHAU_HOME": str(settings.home)})
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def test_the_command_tells_old_and_new(settings: Settings, story: Notice) -> None:
    lines = _run(settings, "--since", "3")
    assert lines[:3] == [
        f"4  2026-11-23 09:00  extended  {story.id}  {story.title}",
        "    deadline_at: 2026-12-08T17:00:00+07:00 → 2026-12-15T17:00:00+07:00",
        "    amount_vnd: not stated → 5000000",
    ]
    assert lines[3] == "5  2026-11-23 09:00  guide  vssid"


@pytest.mark.parametrize(("day", "count"), [("2026-11-23", 7), ("24/11/2026", 2), ("2026-11-25", 0)])
def test_the_command_starts_at_a_day(settings: Settings, story: Notice, day: str, count: int) -> None:
    assert len(_run(settings, "--json", "--since", day)) == count


def test_a_day_that_is_none_is_an_error_of_use(settings: Settings) -> None:
    result = CliRunner().invoke(main, ["changes", "--since", "yesterday"], env={"TIMTHAU_HOME": str(settings.home)})
    assert result.exit_code == 2
