"""Changes between versions are found field by field and line by line."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.site.webui import build_notice, in_days
from timthau.model.change import ChangeKind, Revision, compare, find_moved_deadline, list_revisions
from timthau.model.notice import Attachment, Contact, Item, NoticeKind

FIRST = build_notice("a", text="một\nhai\nba", items=(Item(name="Găng tay", quantity=10.0), Item(name="Bông")))


def test_one_version_has_no_history() -> None:
    assert list_revisions([FIRST]) == []
    assert list_revisions([]) == []
    assert find_moved_deadline([]) is None


def test_revisions_stand_newest_first_with_old_and_new() -> None:
    second = replace(FIRST, title="Mới", version=2)
    third = replace(second, amount_vnd=5, version=3)
    newest, older = list_revisions([FIRST, second, third])
    assert newest.notice.version == 3
    assert [(c.field, c.old, c.new) for c in newest.fields] == [("amount_vnd", None, 5)]
    assert [(c.field, c.old, c.new) for c in older.fields] == [("title", FIRST.title, "Mới")]


def test_lines_that_went_and_came_are_listed_and_moved_ones_are_not() -> None:
    [revision] = list_revisions([FIRST, replace(FIRST, text="ba\nhai\n\n  bốn ", items=FIRST.items[::-1])])
    [change] = revision.lines
    assert (change.field, change.removed, change.added, change.more) == ("text", ("một",), ("bốn",), 0)


def test_long_changes_are_cut_and_counted() -> None:
    [revision] = list_revisions([FIRST, replace(FIRST, text="\n".join(str(n) for n in range(100)))])
    [change] = revision.lines
    assert len(change.added) == 12
    assert change.more == 88


def test_a_changed_item_shows_its_quantity() -> None:
    [revision] = list_revisions([FIRST, replace(FIRST, items=(replace(FIRST.items[0], quantity=20.0), FIRST.items[1]))])
    [change] = revision.lines
    assert (change.removed, change.added) == (("Găng tay: 10",), ("Găng tay: 20",))


def test_another_file_under_the_same_name_is_a_change() -> None:
    file = Attachment(url="https://benhvien.example.vn/1.pdf", filename="YCBG.pdf", sha256="a")
    before = replace(FIRST, attachments=(file,))
    [revision] = list_revisions([before, replace(before, attachments=(replace(file, sha256="b"),))])
    [change] = revision.lines
    assert (change.field, change.removed, change.added) == ("attachments", ("YCBG.pdf",), ("YCBG.pdf",))


def test_changed_contacts_and_ways_of_handing_in_are_shown() -> None:
    changed = replace(FIRST, contacts=(Contact(name="Phòng Vật tư", phone="0237 1"),), submission_methods=("email",))
    [revision] = list_revisions([FIRST, changed])
    assert [(line.field, line.added) for line in revision.lines] == [
        ("submission_methods", ("email",)),
        ("contacts", ("Phòng Vật tư, 0237 1",)),
    ]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"deadline_at": in_days(9)}, ChangeKind.EXTENDED),
        ({"deadline_at": in_days(2)}, ChangeKind.SHORTENED),
        ({"deadline_at": in_days(9).date()}, ChangeKind.EXTENDED),
        ({"deadline_at": None}, ChangeKind.CHANGED),
        ({"title": "Mới"}, ChangeKind.CHANGED),
        ({"kind": NoticeKind.CANCELLATION, "deadline_at": in_days(9)}, ChangeKind.CANCELLED),
        ({"kind": NoticeKind.AWARD}, ChangeKind.AWARDED),
        ({"kind": NoticeKind.INVITATION_TO_TENDER}, ChangeKind.CHANGED),
    ],
)
def test_a_change_is_named_by_the_gravest_thing_it_did(said: dict[str, Any], kind: ChangeKind) -> None:
    old = replace(FIRST, deadline_at=in_days(5))
    assert compare(old, replace(old, **said)).kind is kind


def test_a_first_version_is_new_and_changes_nothing() -> None:
    assert compare(None, FIRST) == Revision(FIRST, ChangeKind.NEW, (), ())


def test_changes_are_plain_values_in_json() -> None:
    revision = compare(replace(FIRST, deadline_at=date(2026, 12, 1)), replace(FIRST, deadline_at=in_days(30)))
    [change] = revision.fields
    assert change.to_json() == {"field": "deadline_at", "old": "2026-12-01", "new": "2026-12-23T09:00:00+07:00"}


def test_the_last_other_deadline_is_the_one_that_moved() -> None:
    days = [replace(FIRST, deadline_at=in_days(n)) for n in (1, 2, 2, 5)]
    assert find_moved_deadline(days) == in_days(2)
    assert find_moved_deadline(days[:1]) is None
    assert find_moved_deadline([days[0], replace(FIRST, deadline_at=None)]) == in_days(1)
