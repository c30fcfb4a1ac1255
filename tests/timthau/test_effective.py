"""What is true of a notice now, whatever it says itself; and the projection of it, which follows the outbox."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from timthau.model.effective import Effective, State, by_itself
from timthau.model.moment import HANOI
from timthau.model.notice import Notice, NoticeKind, make_id
from timthau.store import relation as relation_store
from timthau.store.notice import Store

MakeNotice = Callable[..., Notice]
NOW = datetime(2026, 11, 10, 9, 0, tzinfo=HANOI)
TITLE = "mua sắm máy thở xâm nhập cho khoa hồi sức"
FIRST, SECOND, THIRD = (datetime(2026, 11, day, 17, 0, tzinfo=HANOI) for day in (20, 25, 30))
Tell = Callable[..., Notice]


@pytest.fixture
def call(make_notice: MakeNotice) -> Notice:
    said: dict[str, Any] = {"title": f"Yêu cầu báo giá {TITLE}", "published_at": date(2026, 11, 2)}
    return make_notice("call", deadline_at=FIRST, buyer="Bệnh viện Mắt", reference_number="12/YCBG-BVM", **said)


@pytest.fixture
def tell(make_notice: MakeNotice) -> Tell:
    def build(key: str, kind: NoticeKind = NoticeKind.AMENDMENT, day: int = 6, **said: Any) -> Notice:
        values = {"title": f"Thông báo {key} {TITLE}", "buyer": "Bệnh viện Mắt", "deadline_at": None} | said
        source = values.pop("source", "bv")
        notice = make_notice(key, kind=kind, published_at=date(2026, 11, day), **values)
        return replace(notice, source=source, id=make_id(source, key))

    return build


def _follow(store: Store, notices: Iterable[Notice]) -> Store:
    for notice in notices:
        store.save(notice, NOW)
        store.relations.catch_up()
    return store


def _of(store: Store, notice: Notice) -> Effective:
    stored = store.notice(notice.id)
    assert stored is not None
    found = store.effective.of([notice.id]).get(notice.id, by_itself(stored))
    return replace(found, sequence=0, decided_at=None)


def test_a_separate_extension_moves_the_deadline_and_says_why(store: Store, call: Notice, tell: Tell) -> None:
    later = tell("gia hạn", deadline_at=SECOND)
    _follow(store, [call, later])
    assert _of(store, call) == Effective(state=State.EXTENDED, deadline_at=SECOND, because=later.id)
    assert store.notice(call.id) == replace(call, first_seen_at=NOW, last_seen_at=NOW)  # its own words stay


def test_a_separate_cancellation_ends_it_on_its_day(store: Store, call: Notice, tell: Tell) -> None:
    cancelled = tell("hủy", NoticeKind.CANCELLATION)
    _follow(store, [call, cancelled])
    ended = datetime(2026, 11, 6, tzinfo=HANOI)
    assert _of(store, call) == Effective(state=State.CANCELLED, deadline_at=FIRST, ended_at=ended, because=cancelled.id)
    assert _of(store, call).is_open(NOW) is False
    assert _of(store, call).closes_at == ended - timedelta(seconds=1)


def test_a_correction_without_a_later_deadline_is_told_and_moves_nothing(
    store: Store, call: Notice, tell: Tell
) -> None:
    corrected = tell("đính chính", deadline_at=FIRST - timedelta(days=1))  # the old one, quoted
    _follow(store, [call, corrected])
    assert _of(store, call) == Effective(state=State.CORRECTED, deadline_at=FIRST, because=corrected.id)


def test_a_change_that_names_what_it_changes_may_bring_its_deadline_forward(
    store: Store, call: Notice, tell: Tell
) -> None:
    sooner, text = FIRST - timedelta(days=3), "Theo yêu cầu báo giá số 12/YCBG-BVM"
    extended, changed = tell("gia hạn", deadline_at=SECOND), tell("sửa đổi", day=7, text=text, deadline_at=sooner)
    _follow(store, [call, extended, changed])
    assert _of(store, call) == Effective(state=State.SHORTENED, deadline_at=sooner, because=changed.id)
    assert _of(store, extended).deadline_at == sooner  # the earlier change shares the fate


@pytest.mark.parametrize(
    "said",
    [
        {"deadline_at": FIRST},  # the first one, quoted after it was extended
        {"deadline_at": FIRST.date()},
        {"deadline_at": datetime(2026, 11, 5, 17, 0, tzinfo=HANOI)},  # it lies behind: no deadline of this call
    ],
)
def test_an_old_deadline_that_a_change_quotes_is_no_new_one(
    store: Store, call: Notice, tell: Tell, said: dict[str, Any]
) -> None:
    extended = tell("gia hạn", deadline_at=SECOND)
    _follow(store, [call, extended, tell("đính chính", day=8, text="Theo số 12/YCBG-BVM", **said)])
    assert _of(store, call) == Effective(state=State.EXTENDED, deadline_at=SECOND, because=extended.id)


def test_an_award_ends_what_has_closed_and_not_what_is_open(store: Store, call: Notice, tell: Tell) -> None:
    early = tell("kết quả", NoticeKind.AWARD, day=6, title=f"Kết quả lựa chọn nhà thầu {TITLE}")
    late = tell("kết quả 2", NoticeKind.AWARD, day=28, title=f"Kết quả lựa chọn nhà thầu {TITLE}")
    _follow(store, [call, early])
    assert _of(store, call) == Effective(deadline_at=FIRST)
    _follow(store, [late])
    assert (_of(store, call).state, _of(store, call).because) == (State.AWARDED, late.id)


def test_the_last_word_counts_and_earlier_changes_share_the_fate(store: Store, call: Notice, tell: Tell) -> None:
    once, twice = tell("gia hạn", deadline_at=SECOND), tell("gia hạn lần 2", day=9, deadline_at=THIRD)
    _follow(store, [call, once, twice])
    extended = Effective(state=State.EXTENDED, deadline_at=THIRD, because=twice.id)
    assert [_of(store, notice) for notice in (call, once)] == [extended, extended]
    assert _of(store, twice) == Effective(deadline_at=THIRD)
    cancelled = tell("hủy", NoticeKind.CANCELLATION, day=10)
    _follow(store, [cancelled])
    assert {_of(store, notice).state for notice in (call, once, twice, cancelled)} == {State.CANCELLED}
    _follow(store, [tell("thông báo lại, gia hạn", day=12, deadline_at=THIRD)])
    assert _of(store, call).is_open(NOW) is True


def test_a_notice_that_became_a_cancellation_is_cancelled_by_itself(store: Store, call: Notice) -> None:
    _follow(store, [call, replace(call, kind=NoticeKind.CANCELLATION)])
    assert (_of(store, call).state, _of(store, call).because) == (State.CANCELLED, None)


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ({"text": "Theo số 12/YCBG-BVM"}, True),  # of another source, by the same buyer
        ({"text": "Theo số 12/YCBG-BVM", "buyer": "Bệnh viện Phổi"}, False),
        ({"text": "Theo số 12/YCBG-BVM", "buyer": None}, False),
        ({}, False),  # the title alone
    ],
)
def test_another_source_changes_the_state_only_if_the_buyer_agrees(
    store: Store, call: Notice, tell: Tell, said: dict[str, Any], counts: bool
) -> None:
    other = tell("hủy", NoticeKind.CANCELLATION, source="elsewhere", **said)
    _follow(store, [call, other])
    assert _of(store, call).state is (State.CANCELLED if counts else State.STATED)


def test_a_stated_link_of_a_stranger_is_only_related(store: Store, call: Notice, tell: Tell) -> None:
    other = tell("hủy", NoticeKind.CANCELLATION, source="elsewhere", buyer="Bệnh viện Phổi", amends=call.id)
    _follow(store, [call, other])
    assert _of(store, call) == Effective(deadline_at=FIRST)
    assert [relation.id for relation in store.relations.of(call.id)] == [other.id]


def test_of_two_with_one_title_the_one_that_was_open_is_meant(store: Store, call: Notice, tell: Tell) -> None:
    earlier = replace(call, id="earlier", source_key="earlier", reference_number=None, published_at=date(2026, 9, 2))
    earlier = replace(Notice.from_json(earlier.to_json()), deadline_at=datetime(2026, 9, 9, tzinfo=HANOI))
    cancelled = tell("hủy", NoticeKind.CANCELLATION)
    _follow(store, [earlier, call, cancelled])
    assert (_of(store, call).state, _of(store, earlier).state) == (State.CANCELLED, State.STATED)
    _follow(store, [replace(earlier, deadline_at=FIRST)])  # now nobody can tell which of the two is meant
    assert (_of(store, call).state, _of(store, earlier).state) == (State.STATED, State.STATED)
    assert [relation.other for relation in store.relations.of(cancelled.id)] == [call.id]


def test_titles_that_say_too_little_change_nothing(store: Store, call: Notice, tell: Tell) -> None:
    short = replace(call, title="Mua thuốc")
    cancelled = tell("hủy", NoticeKind.CANCELLATION, title="Hủy mua thuốc")
    _follow(store, [short, cancelled])
    assert _of(store, short) == Effective(deadline_at=FIRST)
    assert store.relations.amended([cancelled.id]) == {cancelled.id: [short.id]}


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
def test_it_does_not_depend_on_what_was_found_first(
    store: Store, call: Notice, tell: Tell, order: tuple[int, ...]
) -> None:
    story = [
        call,
        tell("gia hạn", deadline_at=SECOND),
        tell("gia hạn lần 2", day=8, deadline_at=THIRD),
        tell("kết quả", NoticeKind.AWARD, day=30, title=f"Kết quả lựa chọn nhà thầu {TITLE}"),
    ]
    _follow(store, [story[number] for number in order])
    found = [_of(store, notice) for notice in story]
    assert [effective.state for effective in found] == [State.EXTENDED, State.EXTENDED, State.STATED, State.STATED]
    announced = store.last_change()
    store.relations.forget()
    store.relations.catch_up(batch=1)
    assert [_of(store, notice) for notice in story] == found
    assert store.last_change() == announced  # worked out anew, nothing differs, and nothing is announced


def test_each_change_is_announced_once_and_counted(store: Store, call: Notice, tell: Tell) -> None:
    _follow(store, [call, tell("gia hạn", deadline_at=SECOND)])
    changes = store.changes_after(0, 99)
    assert [(change.entity, change.id) for change in changes if change.entity == "state"] == [("state", call.id)]
    _follow(store, [tell("gia hạn", deadline_at=THIRD)])
    assert store.effective.of([call.id])[call.id].sequence == 2
    _follow(store, [tell("gia hạn", deadline_at=THIRD, title="Thông báo tuyển sinh lớp điều dưỡng")])
    withdrawn = store.effective.of([call.id])[call.id]
    assert (withdrawn.sequence, withdrawn.state, withdrawn.deadline_at) == (3, State.STATED, FIRST)


def test_a_kill_while_all_is_worked_out_anew_is_made_up_for(
    store: Store, call: Notice, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save_all([call, tell("gia hạn", deadline_at=SECOND)], NOW)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(relation_store, "judge_anew", die)
        with pytest.raises(KeyboardInterrupt):
            store.relations.catch_up(batch=1)
    assert _of(store, call).state is State.STATED
    store.relations.catch_up()
    assert _of(store, call).state is State.EXTENDED
