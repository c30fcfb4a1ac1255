"""Which notices belong together: by number, else by buyer and subject; and what only looks alike stays apart."""

from dataclasses import replace
from datetime import date, datetime
from itertools import permutations
from pathlib import Path
from typing import Any, Literal
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timthau.exchange.intake import import_file
from timthau.model.moment import HANOI
from timthau.model.notice import Notice, NoticeKind, make_id
from timthau.model.profile import ALIKE, ALIKE_CHANGE, read_profile
from timthau.model.relation import Basis, Relation, RelationKind, relate
from timthau.model.subject import may_be_alike, parse_subject
from timthau.store.notice import Store

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)
PORTAL = "egp"
TENDER = NoticeKind.INVITATION_TO_TENDER
MONITORS = "Gói thầu số 3: Mua sắm máy theo dõi bệnh nhân năm 2026"


def _build(key: str, **said: Any) -> Notice:
    values = {
        "source": "bv",
        "kind": TENDER,
        "title": MONITORS,
        "buyer": "Bệnh viện Mắt Thanh Hóa",
        "published_at": date(2026, 3, 2),
        "deadline_at": date(2026, 3, 20),
    } | said
    return Notice(id=make_id(values["source"], key), source_key=key, url=f"https://bv.example/{key}", **values)


def _relate(one: Notice, other: Notice) -> Relation | None:
    """The relation of two notices, which is the same whichever is looked at first."""
    first, second = read_profile(one), read_profile(other)
    assert relate(first, second) == relate(second, first)
    if relate(first, second):
        for having, asking in ((first, second), (second, first)):
            shared = having.keys().keys() & asking.lookups().keys()
            sketches = [(having.keys()[key], asking.lookups()[key]) for key in shared]
            assert any(may_be_alike(*two, ALIKE_CHANGE) for two in sketches), "they would never be compared"
    return relate(first, second)


EARLIER = _build("a")
LATER = {"published_at": date(2026, 4, 6), "deadline_at": date(2026, 4, 20)}


@pytest.mark.parametrize(
    ("earlier", "later", "kind", "number"),
    [
        # The hospital's own page and the portal, which has the number.
        (
            {"text": "Số E-TBMT: IB2600111222-00 trên Hệ thống mạng đấu thầu"},
            {"source": PORTAL, "title": "Máy theo dõi", "reference_number": "IB2600111222"},
            RelationKind.SAME,
            "ib2600111222",
        ),
        (
            {"kind": NoticeKind.PLAN, "reference_number": "PL2600333444", "title": "Kế hoạch 2026", "buyer": "Sở Y tế"},
            {"text": "thuộc KHLCNT PL2600333444"},
            RelationKind.PLANNED,
            "pl2600333444",
        ),
        (
            {"source": PORTAL, "reference_number": "IB2600111222"},
            {"kind": NoticeKind.AWARD, "title": "Kết quả", "text": "E-TBMT số IB2600111222"},
            RelationKind.AWARDS,
            "ib2600111222",
        ),
        (
            {"reference_number": "1234/YCBG-BVM", "kind": NoticeKind.REQUEST_FOR_QUOTATION},
            {"kind": NoticeKind.AMENDMENT, "source": "other", "text": "Gia hạn Yêu cầu báo giá số 1234/YCBG-BVM"},
            RelationKind.AMENDS,
            "1234/ycbg-bvm",
        ),
        (
            {"source": PORTAL, "reference_number": "IB2600111222"},
            {"title": f"{MONITORS} (lần 2)", "text": "thay cho IB2600111222"},
            RelationKind.REPEATS,
            "ib2600111222",
        ),
    ],
)
def test_a_number_in_both_tells(earlier: Any, later: Any, kind: RelationKind, number: str) -> None:
    one, other = _build("a", **earlier), _build("b", **(LATER | later))
    assert _relate(one, other) == Relation(other.id, one.id, kind, Basis.NUMBER, number, 0.95)


@pytest.mark.parametrize(
    ("earlier", "later", "kind"),
    [
        ({}, {"source": PORTAL, "published_at": date(2026, 3, 3), "deadline_at": date(2026, 3, 20)}, RelationKind.SAME),
        ({"amount_vnd": 5}, {"amount_vnd": 5, "title": f"{MONITORS} (lần 2)"}, RelationKind.REPEATS),
        ({"amount_vnd": 5}, {"amount_vnd": 5}, RelationKind.REPEATS),
        ({}, {"title": f"{MONITORS} (lần 2)"}, RelationKind.REPEATS),
        ({"title": f"{MONITORS} (lần 2)"}, {"title": f"{MONITORS} lần 3"}, RelationKind.REPEATS),
        ({"amount_vnd": 5}, {"amount_vnd": 3, "title": f"{MONITORS} (đấu thầu lại)"}, RelationKind.REPEATS),
        ({}, {"kind": NoticeKind.AWARD, "title": f"Kết quả lựa chọn nhà thầu {MONITORS}"}, RelationKind.AWARDS),
        ({"kind": NoticeKind.PLAN}, {}, RelationKind.PLANNED),
    ],
)
def test_where_no_number_is_printed_buyer_and_subject_tell(earlier: Any, later: Any, kind: RelationKind) -> None:
    one, other = _build("a", **earlier), _build("b", **(LATER | {"buyer": "BV Mắt Thanh Hoá"} | later))
    relation = _relate(one, other)
    assert relation is not None
    assert (relation.id, relation.other, relation.kind, relation.basis) == (other.id, one.id, kind, Basis.TITLE)
    assert 0.6 < relation.confidence < 1


CHANGED = {
    "a": ("Yêu cầu báo giá cho gói thầu mua khẩu trang, găng tay y tế", "12/YCBG-BV", "2026-11-01"),
    "b": ("Yêu cầu báo giá cho gói thầu mua khẩu trang, găng tay y tế", "40/YCBG-BV", "2026-11-10"),
    "c": ("Thư mời báo giá mua sắm dụng cụ phẫu thuật nội soi khớp", None, "2026-11-05"),
    "d": ("Thông báo gia hạn báo giá mua khẩu trang, găng tay y tế", None, "2026-11-11"),
    "p": ("Kế hoạch lựa chọn nhà thầu mua khẩu trang năm 2026", "9/KH-BV", "2026-11-01"),
}
MASKS = "Thông báo gia hạn thời gian nhận báo giá mua khẩu trang, găng tay y tế"


@pytest.mark.parametrize(
    ("title", "text", "day", "expected"),
    [
        (MASKS, "", "2026-11-12", "b"),  # of two the latest
        (MASKS, "", "2026-11-10", "b"),  # on its very day
        (MASKS, "Theo số 12/YCBG-BV", "2026-11-12", "a"),
        (MASKS, "Theo kế hoạch số 9/KH-BV", "2026-11-12", "b"),  # the plan is not what changes
        (MASKS, "", "2026-11-03", "a"),
        ("Hủy thư mời báo giá mua sắm dụng cụ phẫu thuật nội soi khớp", "", "2026-11-12", "c"),
        ("Đính chính thông báo số 40/YCBG-BV", "", "2026-11-12", "b"),
        ("Điều chỉnh kế hoạch số 9/KH-BV", "", "2026-11-12", "p"),
        ("Thông báo gia hạn nhận báo giá mua máy chụp cắt lớp vi tính", "", "2026-11-12", None),
        ("Thông báo gia hạn", "", "2026-11-12", None),
    ],
)
@pytest.mark.parametrize("buyer", [None, "Bệnh viện Mắt"])
@pytest.mark.parametrize("change_first", [True, False])
def test_a_change_is_matched_by_number_or_title_and_to_no_other(  # noqa: PLR0917 - fixture and cases
    store: Store, title: str, text: str, day: str, expected: str | None, buyer: str | None, change_first: bool
) -> None:
    said = {"buyer": "Bệnh viện Mắt", "deadline_at": None}
    kinds = {"d": NoticeKind.AMENDMENT, "p": NoticeKind.PLAN}
    earlier = [
        _build(
            key,
            title=name,
            reference_number=number,
            published_at=date.fromisoformat(at),
            kind=kinds.get(key, NoticeKind.REQUEST_FOR_QUOTATION),
            **said,
        )
        for key, (name, number, at) in CHANGED.items()
    ]
    change = _build(
        "x",
        title=title,
        text=text,
        kind=NoticeKind.AMENDMENT,
        published_at=date.fromisoformat(day),
        **(said | {"buyer": buyer}),
    )
    for notice in [change, *earlier] if change_first else [*earlier, change]:
        store.save(notice, NOW)
        store.relations.catch_up()
    keys = {notice.id: notice.source_key for notice in earlier}
    amended = store.relations.amended([change.id]).get(change.id, [])
    assert [keys[key] for key in amended] == ([expected] if expected else [])
    found = [relation for relation in store.relations.of(change.id) if relation.kind is RelationKind.AMENDS]
    assert [relation.other for relation in found] == amended


def test_what_was_linked_when_it_was_read_is_linked() -> None:
    amendment = _build("b", kind=NoticeKind.CANCELLATION, title="Hủy", amends=EARLIER.id)
    assert _relate(EARLIER, amendment) == Relation(amendment.id, EARLIER.id, RelationKind.AMENDS, Basis.LINK, "", 0.9)


@pytest.mark.parametrize(
    "later",
    [
        {"title": MONITORS.replace("2026", "2027")},  # the next year's purchase
        {"title": MONITORS.replace("số 3", "số 4")},  # another lot
        {},  # the same title again, and nothing says that it is the same purchase
        {"amount_vnd": 6, "title": f"{MONITORS} (lần 2)"},  # a further round for another amount
        {"title": MONITORS.replace("năm", "bổ sung lần 2 năm")},
        {"buyer": "Bệnh viện Mắt Nghệ An", "amount_vnd": 5},
        {"buyer": None, "amount_vnd": 5},
        {"amount_vnd": 5, "published_at": date(2026, 12, 6), "deadline_at": None},  # too late to be the same
        {"source": PORTAL},  # same title in two places, with two deadlines
        {"source": PORTAL, "deadline_at": date(2026, 3, 20), "amount_vnd": 6},
        {"kind": NoticeKind.AMENDMENT, "title": f"Gia hạn {MONITORS}", "source": "other"},
        {"kind": NoticeKind.AMENDMENT, "title": f"Gia hạn {MONITORS}".replace("số 3", "số 4")},  # of another lot
        {"kind": NoticeKind.AMENDMENT, "title": f"Gia hạn {MONITORS}", "published_at": date(2026, 2, 1)},  # earlier
        {"kind": NoticeKind.AMENDMENT, "title": f"Gia hạn {MONITORS}", "buyer": "Bệnh viện Mắt Nghệ An"},
        {"kind": NoticeKind.AWARD, "published_at": date(2027, 6, 1)},
        {"text": "Căn cứ Quyết định số 743/QĐ-UBND"},
    ],
)
def test_what_only_looks_alike_stays_apart(later: dict[str, Any]) -> None:
    earlier = replace(EARLIER, amount_vnd=5, text="Căn cứ Quyết định số 743/QĐ-UBND")
    assert _relate(earlier, _build("b", **(LATER | later))) is None


def test_titles_that_name_nothing_are_not_alike() -> None:
    one, other = (_build(key, title="Thư mời báo giá số 3", source=key, amount_vnd=5) for key in "ab")
    assert _relate(one, other) is None


def test_a_list_of_many_numbers_is_related_to_none_of_them() -> None:
    portal = _build("a", source=PORTAL, reference_number="IB2600000001")
    numbers = " ".join(f"IB26000000{number:02}" for number in range(30))
    assert _relate(portal, _build("b", title="Danh sách gói thầu", text=numbers, **LATER)) is None


def test_a_local_number_of_another_year_is_another_number() -> None:
    one = _build("a", reference_number="12/TB-BVM", title="Mua bông")
    other = _build("b", reference_number="12/TB-BVM", title="Mua gạc", source="x", published_at=date(2027, 3, 1))
    assert _relate(one, other) is None


@pytest.mark.parametrize(
    ("title", "number", "is_anew"),
    [
        ("Mua vật tư (lần 2)", 2, False),
        ("Mua vật tư lần thứ ba", 3, False),
        ("Mua vật tư lần 02.", 2, False),
        ("Mua vật tư lần 1", 1, False),
        ("Mua vật tư (bổ sung lần 2)", 1, False),
        ("Mua vật tư lần 2 năm 2026", 1, False),
        ("Mua vật tư (đấu thầu lại)", 2, True),
        ("Thông báo mời thầu lại lần 3 gói thầu vật tư", 3, True),
    ],
)
def test_a_title_says_the_how_manieth_call_it_is(title: str, number: int, is_anew: bool) -> None:
    subject = parse_subject(title)
    assert (subject.round, subject.is_anew) == (number, is_anew)


STORY = [
    _build(
        "plan", kind=NoticeKind.PLAN, reference_number="PL2600333444", title="Kế hoạch", published_at=date(2026, 2, 1)
    ),
    _build("call", text="KHLCNT PL2600333444", reference_number="IB2600111222", source=PORTAL, amount_vnd=5),
    _build("twin", text="E-TBMT IB2600111222"),
    _build("again", source=PORTAL, title=f"{MONITORS} (lần 2)", amount_vnd=5, **LATER),
    _build("other", title="Mua bông băng"),
]
LINKS = {
    ("call", "plan", "planned"),
    ("twin", "call", "same"),
    ("again", "call", "repeats"),
    ("again", "twin", "repeats"),
}


def _links(store: Store) -> set[tuple[str, str, str]]:
    keys = {notice.id: notice.source_key for notice in STORY}
    found = {relation for notice in STORY for relation in store.relations.of(notice.id)}
    return {(keys[r.id], keys[r.other], str(r.kind)) for r in found}


@pytest.mark.parametrize("order", list(permutations(range(5)))[::17])
def test_relations_do_not_depend_on_what_was_found_first(store: Store, order: tuple[int, ...]) -> None:
    for number in order:
        store.save(STORY[number], NOW)
        store.relations.catch_up()
    expected = {(a, b, kind) for a, b, kind in LINKS}
    found = _links(store)
    # Twins of one day have no order of their own.
    assert {(*sorted(link[:2]), link[2]) for link in found} == {(*sorted(link[:2]), link[2]) for link in expected}
    store.relations.forget()
    assert _links(store) == set()
    assert store.relations.catch_up(batch=2) >= 5
    assert _links(store) == found


def test_a_changed_notice_loses_what_no_longer_holds(store: Store) -> None:
    store.save_all(STORY, NOW)
    store.relations.catch_up()
    again = STORY[3]
    store.save(replace(again, title="Mua gạc"), NOW)
    store.relations.catch_up()
    assert store.relations.of(again.id) == []


def test_few_of_the_real_tenders_are_related_although_many_share_a_title(store: Store, shared: Path) -> None:
    import_file(store, shared / "corpus" / "egp_medical.jsonl.gz", progress=lambda _count: None)
    assert store.relations.catch_up() == 2870
    found = {relation for notice in store.each_summary() for relation in store.relations.of(notice.id)}
    assert {relation.kind for relation in found} == {RelationKind.REPEATS}
    assert 90 <= len(found) <= 110


@pytest.mark.parametrize("day", [None, date.min, date.max])
def test_days_at_the_ends_of_time_have_keys_too(day: date | None) -> None:
    profile = read_profile(_build("a", published_at=day, deadline_at=None, kind=NoticeKind.AMENDMENT))
    assert profile.keys()
    assert profile.lookups()


def test_a_title_of_very_many_words_costs_no_more_than_one_of_some() -> None:
    title = " ".join(f"từ{chr(97 + number % 26)}{chr(97 + number // 26)}" for number in range(600))
    profile = read_profile(_build("a", title=title, kind=NoticeKind.AMENDMENT))
    assert len(profile.keys()) < 100


_TITLES = st.lists(st.sampled_from([f"{one}{other}" for one in "abcdefgh" for other in "mnpqrst"]), max_size=40)


@given(_TITLES, _TITLES, st.sampled_from([0.5, ALIKE_CHANGE, ALIKE]))
def test_titles_that_are_alike_have_sketches_that_may_be(shared: list[str], own: list[str], likeness: float) -> None:
    one, other = parse_subject(" ".join(shared)), parse_subject(" ".join([*shared, *own]))
    if one.measure_likeness(other) >= likeness:
        assert may_be_alike(one.sketch, other.sketch, likeness)


def test_titles_of_other_things_are_told_apart_by_their_sketches() -> None:
    one, other = (parse_subject(title) for title in (MONITORS, "Cung cấp suất ăn cho người bệnh nội trú năm 2026"))
    assert not may_be_alike(one.sketch, other.sketch, ALIKE_CHANGE)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_numbers_are_found_with_their_accents_composed_or_apart(form: Literal["NFC", "NFD"]) -> None:
    text = "Căn cứ Quyết định số 123/QĐ-BVTH.2, 45 /ĐỀ-án; mã Ib 2600111222 (ngày 3/4/2026, tỷ lệ 1234567/QĐ)"
    profile = read_profile(_build("a", buyer=None, title=MONITORS, text=normalize(form, text)))
    assert profile.named == {"ib2600111222", "bv 123/qd-bvth.2", "bv 45/de-an"}
