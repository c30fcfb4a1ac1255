"""The engine on a cluster: the conformance suite on one node, kills of a writer, a rebuild beside searches."""

import os
import random
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from index.contract import Engine
from index.embedded.engine import WhooshEngine
from index.opensearch.cluster import Cluster, ClusterAddress
from index.opensearch.engine import OpenSearchEngine
from index.opensearch.home import ClusterHome
from index.opensearch.mapping import DRAFT, build_index
from index.opensearch.writing import Writer
from index.query import Query, Sort, Status
from tests.index_contract import NOW, IndexContract, MakeNotice, found
from tests.site.guarded_cluster import guard, make_certificate
from tests.site.opensearch import find_lack, run_cluster
from timthau.errors import ConfigError, IndexUnavailableError
from timthau.model.notice import Notice, NoticeKind
from timthau.text.fold import fold

pytestmark = pytest.mark.slow
LACK = find_lack()
needs_cluster = pytest.mark.skipif(bool(LACK), reason=LACK)


@pytest.fixture(scope="module")
def cluster_url() -> Iterator[str]:
    with run_cluster() as cluster:
        yield cluster.url


@pytest.fixture
def address(cluster_url: str) -> ClusterAddress:
    """A name of its own for each test; what is there goes with the node."""
    return ClusterAddress.parse(f"{cluster_url}/test-{uuid.uuid4().hex}")


@pytest.fixture
def engine(address: ClusterAddress) -> Iterator[OpenSearchEngine]:
    with closing(OpenSearchEngine(address)) as opened:
        yield opened


@needs_cluster
class TestOpenSearchEngine(IndexContract):
    """The engine keeps the contract."""


@needs_cluster
@pytest.mark.parametrize("step", ["_fetch", "_send", "_commit"])
def test_a_batch_that_was_cut_off_is_counted_once(
    engine: OpenSearchEngine, make_notice: MakeNotice, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    engine.apply([make_notice("a", title="máy thở"), make_notice("b", title="máy in")], (), cursor=1)
    batch = [make_notice("a", title="máy siêu âm"), make_notice("c", title="máy thở")]

    def die(*_: object, **__: object) -> None:
        raise RuntimeError("killed")

    whole = getattr(Writer, step)

    def do_and_die(*arguments: object, **named: object) -> None:
        whole(*arguments, **named)
        die()

    monkeypatch.setattr(Writer, step, die if step == "_commit" else do_and_die)
    with pytest.raises(RuntimeError):
        engine.apply(batch, (), cursor=3)
    monkeypatch.undo()
    engine.apply(batch, (), cursor=3)
    assert (engine.cursor(), engine.count()) == (3, 3)
    assert (found(engine, "máy thở"), found(engine, "máy siêu âm")) == (["c"], ["a"])
    vocabulary = engine._reader.current()
    assert vocabulary.words_from("sieu") == {"sieu"}
    engine.apply([], [make_notice(key).id for key in "abc"], cursor=4)
    assert (engine.count(), engine._reader.current().words_from("")) == (0, set())


def test_what_a_node_has_no_room_for_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = {"index": {"status": 429, "error": {"type": "circuit_breaking_exception"}}}
    answers = [{"errors": True, "items": [refused]}, {"errors": False, "items": []}]
    sent: list[object] = []

    def call(_self: Cluster, _method: str, _path: str, body: object, **_: object) -> dict[str, Any]:
        sent.append(body)
        return answers[min(len(sent), 2) - 1]

    monkeypatch.setattr(Cluster, "call", call)
    monkeypatch.setattr("index.opensearch.writing._PAUSES", (0,))
    writer = Writer(Cluster(ClusterAddress.parse("http://127.0.0.1:9/x")), "x", {})
    writer._post([{"index": {}}, {}])
    assert sent == [[{"index": {}}, {}]] * 2
    answers[1] = answers[0]
    with pytest.raises(IndexUnavailableError, match="circuit_breaking"):
        writer._post([])


@needs_cluster
def test_a_rebuild_takes_the_place_of_what_is_searched(address: ClusterAddress, make_notice: MakeNotice) -> None:
    home = ClusterHome(address)
    assert not home.exists()
    with closing(home.open()) as reader:
        reader.apply([make_notice("a", title="máy thở")], (), cursor=1)
        assert home.exists()
        with home.building() as new:
            new.apply([make_notice("b", title="máy thở")], (), cursor=2)
            assert (found(reader, "máy thở"), reader.cursor()) == (["a"], 1)
        reader._reader.look_again()
        assert (found(reader, "máy thở"), reader.cursor()) == (["b"], 2)


@needs_cluster
def test_what_was_built_is_copied_as_files_and_not_indexed_again(
    address: ClusterAddress, make_notice: MakeNotice
) -> None:
    with ClusterHome(address).building() as new:
        new.apply([make_notice("a", title="máy thở")], (), cursor=1)
    with closing(Cluster(address)) as cluster:
        stats = cluster.call("GET", f"/{address.name}/_stats/translog")
    assert stats["_all"]["primaries"]["translog"]["uncommitted_operations"] == 0


@needs_cluster
def test_of_two_rebuilds_at_once_one_stays(address: ClusterAddress, make_notice: MakeNotice) -> None:
    home = ClusterHome(address)
    with home.building() as later, home.building() as sooner:
        for engine in (later, sooner):
            engine.apply([make_notice("a", title="máy thở")], (), cursor=1)
    with closing(home.open()) as reader, closing(Cluster(address)) as cluster:
        assert (found(reader, "máy thở"), reader.count()) == (["a"], 1)
        assert len(cluster.call("GET", f"/{address.name}-*")) == 1


@needs_cluster
def test_two_writers_at_once_lose_and_double_nothing(
    address: ClusterAddress, engine: OpenSearchEngine, make_notice: MakeNotice
) -> None:
    with closing(OpenSearchEngine(address)) as other:
        for number in range(6):
            batch = [make_notice(f"k{number}", title="máy thở"), make_notice("same", title=f"máy in {number}")]
            for writer in (engine, other):
                writer.apply(batch, (), cursor=number + 1, since=number)
        assert (engine.count(), other.count(), engine.cursor()) == (7, 7, 6)
        assert len(found(engine, "máy thở")) == 6


_THINGS = ("máy thở", "bơm tiêm điện", "vật tư y tế", "hóa chất xét nghiệm", "băng phim", "sữa rửa mặt", "thang máy")
_DEEDS = ("Mua sắm", "Yêu cầu báo giá", "Bảo trì", "Thuê", "Cung cấp lắp đặt")
_PLACES = (("Bệnh viện Mắt", "Hà Nội"), ("BV Mắt", "Hà Nội"), ("Sở Y tế", "Đắk Lắk"), ("Trung tâm Y tế", None))


def _make_many(make_notice: MakeNotice, chance: random.Random) -> Iterator[Notice]:
    for number in range(150):
        buyer, province = chance.choice(_PLACES)
        things = " và ".join(chance.sample(_THINGS, chance.randint(1, 3)))
        published = NOW - timedelta(days=chance.randrange(400), hours=number)
        yield make_notice(
            f"n{number}",
            title=f"{chance.choice(_DEEDS)} {things} lần {number % 7}",
            buyer=buyer,
            province=province,
            kind=chance.choice(list(NoticeKind)),
            amount_vnd=chance.choice((None, number * 10_000_000)),
            published_at=published,
            deadline_at=chance.choice((None, published + timedelta(days=20))),
            text="\n".join(chance.sample(_THINGS, 2)),
        )


def _ask_anything(chance: random.Random) -> Query:
    thing, other = chance.sample(_THINGS, 2)
    shapes = (thing, fold(thing), f'"{thing}"', f"{thing} -{other.split()[0]}", f"{thing} OR {other}", thing[:-1], "")
    return Query(
        text=f"{chance.choice(('', '', chance.choice(_DEEDS)))} {chance.choice(shapes)}".strip(),
        kinds=tuple(chance.sample(list(NoticeKind), 3)) if chance.random() < 0.3 else (),
        provinces=("Hà Nội",) if chance.random() < 0.2 else (),
        status=chance.choice((None, None, *Status)),
        min_amount=chance.choice((None, None, 300_000_000)),
        sort=chance.choice(list(Sort)),
    )


@needs_cluster
def test_both_engines_answer_the_same_to_whatever_is_asked(
    engine: OpenSearchEngine, make_notice: MakeNotice, tmp_path: Path
) -> None:
    chance = random.Random(21)
    notices = list(_make_many(make_notice, chance))
    with closing(WhooshEngine(tmp_path / "index")) as embedded:
        for own in (embedded, engine):
            own.apply(notices[:100], (), cursor=1)
            own.apply(notices[50:], [notices[3].id], cursor=2)
        for query in (_ask_anything(chance) for _ in range(50)):
            one, other = (own.search(query, limit=200, now=NOW) for own in (embedded, engine))
            assert (one.total, one.facets, one.relaxed) == (other.total, other.facets, other.relaxed), query
            ids, others = ([hit.id for hit in answer.hits] for answer in (one, other))
            assert sorted(ids) == sorted(others), query
            assert query.sort is Sort.RELEVANCE or ids == others, query


@needs_cluster
def test_a_query_of_very_many_words_is_answered(engine: OpenSearchEngine, make_notice: MakeNotice) -> None:
    text = " ".join(f"{thing} {fold(thing)} thiết bị vật tư tiêu hao" for thing in _THINGS)
    engine.apply([make_notice("a", title=text), make_notice("b", title="máy thở")], (), cursor=1)
    assert found(engine, text)[:1] == ["a"]


@needs_cluster
def test_what_a_killed_rebuild_left_behind_is_removed_by_the_next_one(
    address: ClusterAddress, make_notice: MakeNotice
) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    home = ClusterHome(address)
    with closing(Cluster(address)) as cluster:
        for number, process in ((1, dead.pid), (2, os.getpid())):
            body = build_index(1, 0)
            body["mappings"]["_meta"]["process"] = process
            body["settings"] |= DRAFT
            cluster.call("PUT", f"/{address.name}-{number:032x}", body, patient=True)
        with home.building() as new:
            new.apply([make_notice("a", title="máy thở")], (), cursor=1)
        left = cluster.call("GET", f"/{address.name}-*")
    assert f"{address.name}-{1:032x}" not in left
    assert f"{address.name}-{2:032x}" in left  # somebody builds it now
    assert len(left) == 2


@needs_cluster
def test_a_cluster_behind_tls_and_a_password_is_asked_by_who_trusts_it_and_knows_it(
    address: ClusterAddress, make_notice: MakeNotice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(tmp_path)
    with guard(address.hosts[0], certificate, "an", "p@ss:1") as place:

        def ask(who: str) -> list[str]:
            with closing(OpenSearchEngine(ClusterAddress.parse(f"https://{who}@{place}/{address.name}"))) as engine:
                engine.apply([make_notice("a", title="máy thở")], (), cursor=1)
                return found(engine, "máy thở")

        with pytest.raises(IndexUnavailableError, match="out of reach"):
            ask("an:p%40ss%3A1")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert ask("an:p%40ss%3A1") == ["a"]
        with pytest.raises(IndexUnavailableError, match="refuses"):
            ask("an:wrong")


def test_a_cluster_out_of_reach_is_not_damaged() -> None:
    with closing(OpenSearchEngine(ClusterAddress.parse("http://127.0.0.1:9/timthau"))) as engine:
        asked: list[Callable[[Engine], object]] = [
            lambda own: own.cursor(),
            lambda own: own.search(Query(text="máy thở"), now=NOW),
            lambda own: own.suggest("máy"),
            lambda own: own.apply([], ["a"], cursor=1),
        ]
        for ask in asked:
            with pytest.raises(IndexUnavailableError):
                ask(engine)


@pytest.mark.parametrize("url", ["http://", "http://host", "http://host/Name", "http://host/a?shards=x", "ftp://h/a"])
def test_an_address_that_names_no_index_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="TIMTHAU_INDEX_URL"):
        ClusterAddress.parse(url)


def test_an_address_names_several_nodes_and_who_asks() -> None:
    address = ClusterAddress.parse("https://an:p%40ss@one:9201,two:9202/timthau?shards=3&replicas=1")
    assert address.hosts == ("https://an:p%40ss@one:9201", "https://an:p%40ss@two:9202")
    assert (address.name, address.shards, address.replicas) == ("timthau", 3, 1)
