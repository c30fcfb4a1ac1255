"""Buyers and notices that people join or part stay so when pages are read again and everything is made anew."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from desk.decision import DecisionDesk
from desk.office import Office, open_office
from index.opening import open_engine
from index.query import Query
from index.sync import catch_up, rebuild
from tests.site.opensearch import find_lack, run_cluster
from timthau.config import Settings
from timthau.errors import DeskError
from timthau.model import buyer
from timthau.model.award_line import AwardLine
from timthau.model.buyer import make_buyer_id
from timthau.model.desk.record import Operator
from timthau.model.effective import State
from timthau.model.moment import HANOI
from timthau.model.notice import Notice, NoticeKind, make_id
from timthau.model.relation import Basis, RelationKind
from timthau.store.overview.keeper import OverviewKeeper

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)
OLD, NEW = "Bệnh viện Nhi Trung tâm", "Bệnh viện Nhi Hà Đông"
LAN = Operator(name="lan")
LACK = find_lack()

MakeNotice = Callable[..., Notice]


@pytest.fixture(scope="module")
def cluster_url() -> Iterator[str]:
    with run_cluster() as cluster:
        yield cluster.url


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:
    with open_office(settings) as opened:
        yield opened
    buyer.decide(())


@pytest.fixture(params=["embedded", pytest.param("cluster", marks=pytest.mark.skipif(bool(LACK), reason=LACK))])
def searched(request: pytest.FixtureRequest, office: Office) -> Office:
    """The office over each engine of the index."""
    if request.param == "cluster":
        url = f"opensearch+{request.getfixturevalue('cluster_url')}/decisions-{uuid.uuid4().hex}"
        office = replace(office, settings=replace(office.settings, index_url=url))
    return office


@pytest.fixture
def desk(office: Office) -> DecisionDesk:
    return DecisionDesk(office, LAN)


def _find(office: Office, name: str) -> set[str]:
    with closing(open_engine(office.settings.index_url)) as engine:
        catch_up(office.stores.store, engine)
        return {hit.id for hit in engine.search(Query(buyers=(name,)), now=NOW).hits}


def test_joined_buyers_are_one_in_searches_pages_and_prices_until_it_is_undone(
    searched: Office, desk: DecisionDesk, make_notice: MakeNotice
) -> None:
    store = searched.stores.store
    one, other = make_notice("a", buyer=OLD), make_notice("b", buyer=NEW.upper())
    store.save_all([one, other], NOW)
    line = AwardLine(
        id="l" * 16, source="portal", source_key="1", url="https://portal.example/1", name="Phim", buyer=OLD
    )
    store.awards.save_all([line], NOW)
    assert _find(searched, NEW) == {other.id}
    number = desk.join_buyers(OLD, NEW, "one house", NOW)
    third = make_notice("c", buyer=OLD)
    store.save(third, NOW)
    assert _find(searched, NEW) == _find(searched, OLD) == {one.id, other.id, third.id}
    seen = OverviewKeeper(store).get().buyers
    assert {key: found.count for key, found in seen.items()} == {make_buyer_id(NEW): 3}
    assert [found.name for found in store.awards.lines_of_buyer(make_buyer_id(NEW))] == ["Phim"]
    rebuild(store, searched.settings.index_url)
    assert _find(searched, OLD) == {one.id, other.id, third.id}
    assert desk.undo(number, NOW).one == OLD
    assert _find(searched, NEW) == {other.id}
    assert store.awards.lines_of_buyer(make_buyer_id(NEW)) == []
    assert [deed.what for deed in searched.deeds.deeds()] == ["undo", "buyer join"]


def test_a_spelling_is_parted_and_joined_to_another_buyer(
    searched: Office, desk: DecisionDesk, make_notice: MakeNotice
) -> None:
    store = searched.stores.store
    one, other = make_notice("a", buyer="Trạm y tế Tân Hóa"), make_notice("b", buyer="TRAM Y TE TAN HOA")
    store.save_all([one, other], NOW)
    assert _find(searched, "Trạm y tế Tân Hóa") == {one.id, other.id}
    desk.part_buyer("TRAM Y TE TAN HOA", "another commune", NOW)
    assert _find(searched, "Trạm y tế Tân Hóa") == {one.id}
    assert _find(searched, "tram y te tan hoa") == {other.id}


def test_names_that_nobody_uses_and_circles_are_refused_or_end(
    office: Office, desk: DecisionDesk, make_notice: MakeNotice
) -> None:
    office.stores.store.save_all([make_notice("a", buyer=OLD), make_notice("b", buyer=NEW)], NOW)
    for decide in (
        lambda: desk.join_buyers("Bệnh viện Không Có", NEW, "", NOW),
        lambda: desk.part_buyer("Bệnh viện Không Có", "", NOW),
        lambda: desk.join_buyers(OLD, OLD, "", NOW),
        lambda: desk.join_buyers(" ", OLD, "", NOW),
        lambda: desk.join_notices("a" * 16, "amends", "b" * 16, "", NOW),
        lambda: desk.join_notices("a" * 16, "loves", "b" * 16, "", NOW),
        lambda: desk.undo(77, NOW),
    ):
        with pytest.raises(DeskError):
            decide()
    desk.join_buyers(OLD, NEW, "", NOW)
    desk.join_buyers(NEW, OLD, "", NOW)  # takes the place of the first
    assert make_buyer_id(OLD) == make_buyer_id(NEW)
    assert [one.reverted_at is None for one in office.stores.store.decisions.all()] == [True, False]


def test_another_process_and_a_copy_of_the_store_know_what_was_decided(
    office: Office, desk: DecisionDesk, make_notice: MakeNotice
) -> None:
    office.stores.store.save_all([make_notice("a", buyer=OLD), make_notice("b", buyer=NEW)], NOW)
    desk.join_buyers(OLD, NEW, "", NOW)
    buyer.decide(())  # as in a process that was started before
    assert make_buyer_id(OLD) != make_buyer_id(NEW)
    office.stores.store.relations.catch_up()
    assert make_buyer_id(OLD) == make_buyer_id(NEW)


def test_a_change_that_a_person_joins_moves_the_deadline_and_one_that_is_parted_does_not(
    office: Office, desk: DecisionDesk, make_notice: MakeNotice
) -> None:
    store = office.stores.store
    call = make_notice("a", buyer=OLD, title="Mua vải bạt", deadline_at=NOW + timedelta(days=5))
    said = {"kind": NoticeKind.AMENDMENT, "title": "Thông báo gia hạn", "deadline_at": NOW + timedelta(days=9)}
    change = replace(make_notice("b", buyer=NEW, **said), source="another", id=make_id("another", "b"))
    store.save_all([call, change], NOW)
    store.relations.catch_up()
    assert store.relations.of(call.id) == []
    number = desk.join_notices(change.id, "amends", call.id, "its second page", NOW)
    for again in (False, True):
        if again:
            store.relations.forget()
        store.relations.catch_up()
        (relation,) = store.relations.of(call.id)
        assert (relation.id, relation.kind, relation.basis) == (change.id, RelationKind.AMENDS, Basis.PERSON)
        stands = store.effective.of([call.id])[call.id]
        assert (stands.state, stands.deadline_at) == (State.EXTENDED, change.deadline_at)
    desk.undo(number, NOW)
    store.relations.catch_up()
    assert store.relations.of(call.id) == []
    assert store.effective.of([call.id])[call.id].state is State.STATED


def test_notices_that_rules_relate_are_parted_until_it_is_undone(
    office: Office, desk: DecisionDesk, make_notice: MakeNotice
) -> None:
    store = office.stores.store
    call = make_notice("a", reference_number="12/TB-BV", title="Mua băng")
    change = make_notice("b", kind=NoticeKind.AMENDMENT, title="Gia hạn thông báo số 12/TB-BV mua băng")
    store.save_all([call, change], NOW)
    store.relations.catch_up()
    assert len(store.relations.of(call.id)) == 1
    number = desk.part_notices(call.id, change.id, "", NOW)
    store.relations.catch_up()
    store.save(make_notice("b", kind=NoticeKind.AMENDMENT, title="Gia hạn thông báo số 12/TB-BV mua băng dính"), NOW)
    store.relations.catch_up()
    assert store.relations.of(call.id) == []
    desk.undo(number, NOW)
    store.relations.catch_up()
    assert len(store.relations.of(call.id)) == 1
