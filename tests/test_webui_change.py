"""Changes between versions are found field by field and line by line."""

from dataclasses import replace

from webui_site import build_notice, in_days

from timthau.model import Item
from webui.change import find_moved_deadline, list_revisions

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


def test_the_last_other_deadline_is_the_one_that_moved() -> None:
    days = [replace(FIRST, deadline_at=in_days(n)) for n in (1, 2, 2, 5)]
    assert find_moved_deadline(days) == in_days(2)
    assert find_moved_deadline(days[:1]) is None
    assert find_moved_deadline([days[0], replace(FIRST, deadline_at=None)]) == in_days(1)
