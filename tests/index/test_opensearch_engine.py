"""The engine on a cluster: the conformance suite on one node, kills of a writer, a rebuild beside searches."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from index.contract import Engine
from index.opensearch.cluster import Cluster, ClusterAddress
from index.opensearch.engine import OpenSearchEngine
from index.opensearch.home import ClusterHome
from index.opensearch.writing import Writer
from index.query import Query
from tests.index_contract import NOW, IndexContract, MakeNotice, found
from tests.site.opensearch import find_lack, run_cluster
from timthau.errors import ConfigError, IndexUnavailableError

LACK = find_lack()
needs_cluster = pytest.mark.skipif(bool(LACK), reason=LACK)


@pytest.fixture(scope="module")
def cluster_url() -> Iterator[str]:
    with run_cluster() as cluster:
        yield cluster.url


@pytest.fixture
def address(cluster_url: str) -> Iterator[ClusterAddress]:
    own = ClusterAddress.parse(f"{cluster_url}/test-{uuid.uuid4().hex}")
    yield own
    with closing(Cluster(own)) as cluster:
        cluster.call("DELETE", f"/{own.name}-*", ok=(404,), patient=True)


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
