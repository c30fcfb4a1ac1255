"""The engine on Whoosh: the conformance suite, commits that survive kills and torn writes, damage that is found."""

import os
import random
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from index.embedded.codec import ArraySegment, MergePolicy, list_small, merge_alike, merge_small
from index.embedded.engine import WhooshEngine
from index.opening import open_engine
from index.query import Query
from tests.index_contract import NOW, IndexContract, MakeNotice, found
from timthau.errors import ConfigError, IndexDamagedError


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[WhooshEngine]:
    opened = WhooshEngine(tmp_path / "index")
    yield opened
    opened.close()


class TestWhooshEngine(IndexContract):
    """The engine keeps the contract."""


def test_an_unknown_scheme_is_a_setting_that_cannot_be_used() -> None:
    with pytest.raises(ConfigError, match="whoosh:FOLDER"):
        open_engine("elastic://localhost")


def test_readers_see_a_commit_of_another_engine(engine: WhooshEngine, tmp_path: Path, make_notice: MakeNotice) -> None:
    reader = WhooshEngine(tmp_path / "index")
    for number in range(20):
        engine.apply([make_notice(f"k{number}", title=f"máy thở {number}")], (), cursor=number + 1)
        assert (reader.count(), reader.cursor()) == (number + 1, number + 1)
    assert len(reader._index.current().segments) < 8  # merged on the way


def test_one_segment_of_all_answers_the_same(engine: WhooshEngine, make_notice: MakeNotice) -> None:
    for number in range(12):
        engine.apply([make_notice(f"k{number % 9}", title=f"Mua máy thở loại {number}")], (), cursor=number + 1)
    before = engine.search(Query(text="máy thở loại 9"), now=NOW)
    engine.optimize()
    after = engine.search(Query(text="máy thở loại 9"), now=NOW)
    assert (after.hits, after.facets, after.total) == (before.hits, before.facets, before.total)
    assert len(engine._index.current().segments) == 1


def test_settled_segments_are_few_and_answer_the_same(engine: WhooshEngine, make_notice: MakeNotice) -> None:
    cursor = 0
    for count in [70] * 7 + [1] * 9:
        batch = [make_notice(f"k{cursor + i}", title=f"Mua máy thở loại {i}") for i in range(count)]
        engine.apply(batch, (), cursor=(cursor := cursor + count))
    before = engine.search(Query(text="máy thở loại 3"), now=NOW)
    assert len(engine._index.current().segments) > 4
    engine.settle()
    after = engine.search(Query(text="máy thở loại 3"), now=NOW)
    assert (after.hits, after.facets, after.total) == (before.hits, before.facets, before.total)
    assert len(engine._index.current().segments) <= 4
    settled = engine._index.current().generation
    engine.settle()
    assert engine._index.current().generation == settled  # nothing is written twice
    assert engine.cursor() == cursor


@pytest.mark.parametrize(
    ("counts", "small"),
    [
        ([], []),
        ([1000], []),
        ([4000, 4000, 4000, 1000, 900], [0, 1, 2, 3, 4]),  # as an import leaves them: one of all
        ([100_000, 3000, 40, 30], [3]),  # a single one is nothing to merge
        ([90, 20_000, 300, 30, 300_000, 1000], [0, 3]),  # as years of crawling do: one more beside the largest
        ([250_000, 250_000, 90, 90, 90], [2, 3, 4]),  # full ones are never written again
        ([150_000, 150_000, 150_000, 10], [1, 2, 3]),
    ],
)
def test_segments_that_are_large_beside_the_others_are_left_as_they_are(counts: list[int], small: list[int]) -> None:
    assert list_small(counts) == small


class _Planned:
    """A writer that only counts what it would write."""

    def __init__(self, count: int) -> None:
        self._count = count
        self.taken: list[ArraySegment] = []

    def new_count(self) -> int:
        return self._count

    def add_segment(self, segment: ArraySegment) -> None:
        self.taken.append(segment)


@pytest.mark.parametrize(
    ("total", "batch", "most_written"),
    [(20_000, 200, 4), (100_000, 200, 4.5), (100_000, 2000, 4.5), (1_000_000, 2000, 4.5), (100_000, 20, 6.5)],
)
def test_an_import_of_any_size_leaves_few_segments_and_writes_little_again(
    total: int, batch: int, most_written: float
) -> None:
    segments: list[ArraySegment] = []
    written = 0

    def commit(count: int, policy: MergePolicy) -> None:
        nonlocal segments, written
        writer, new = _Planned(count), ArraySegment("planned")
        left = policy(writer, segments)  # type: ignore[arg-type]  # it asks for no more than this
        new.set_doc_count(count + sum(segment.doc_count() for segment in writer.taken))
        segments, written = [*left, new], written + new.doc_count()

    for _ in range(total // batch):
        commit(batch, merge_alike)
    while len(list_small([segment.doc_count() for segment in segments])) > 1:
        commit(0, merge_small)
    assert sum(segment.doc_count() for segment in segments) == total
    assert len(segments) <= 4
    assert written <= most_written * total


def test_threads_search_while_one_writes(engine: WhooshEngine, make_notice: MakeNotice) -> None:
    problems: list[object] = []

    def look() -> None:
        for _ in range(30):
            answer = engine.search(Query(text="máy thở"), now=NOW)
            if answer.total % 2:
                problems.append(answer.total)

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(10):
        pair = [make_notice(f"{number}-{i}", title="máy thở") for i in (0, 1)]
        engine.apply(pair, (), cursor=number + 1)
    for thread in threads:
        thread.join()
    assert problems == []
    assert engine.count() == 20


def test_a_failing_batch_leaves_the_index_and_its_lock(engine: WhooshEngine, make_notice: MakeNotice) -> None:
    def broken() -> Iterator[Any]:
        yield make_notice("a")
        raise RuntimeError("the store is gone")

    with pytest.raises(RuntimeError):
        engine.apply(broken(), (), cursor=1)
    engine.apply([make_notice("b")], (), cursor=1)
    assert engine.count() == 1


# --- kills and torn writes

_STEPS = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir")


def _die_at(step: int, folder: Path) -> None:
    """Kill this process at the given operation on a file of the folder."""
    seen = 0

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        if event in _STEPS and str(folder) in str(arguments[0]):
            seen += 1
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def _killed_at(step: int, folder: Path, work: Callable[[], None]) -> bool:
    """Do some work in a process that is killed at a step; whether it came that far."""
    child = os.fork()
    if child == 0:
        _die_at(step, folder)
        work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _tear(folder: Path, committed: set[Path], chance: random.Random) -> None:
    """Cut files that no commit has announced, as a power cut may."""
    for file in folder.rglob("*"):
        if file.is_file() and file not in committed and file.suffix != ".lock" and file.stat().st_size:
            os.truncate(file, chance.randrange(file.stat().st_size))


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("merging", [False, True])
def test_a_kill_at_any_step_leaves_the_last_or_the_new_commit(
    tmp_path: Path, make_notice: MakeNotice, merging: bool
) -> None:
    folder, chance = tmp_path / "index", random.Random(1)
    engine = WhooshEngine(folder)
    count = 3 if merging else 1  # the fourth segment of a size makes one of all
    for number in range(count):
        engine.apply([make_notice(f"k{number}", title="máy thở")], (), cursor=number + 1)
    batch = [make_notice("k0", title="máy in"), make_notice("new", title="máy thở")]
    for step in range(1, 100):
        before = {file for file in folder.rglob("*") if file.is_file()}
        killed = _killed_at(step, folder, lambda: WhooshEngine(folder).apply(batch, (), cursor=count + 1))
        announced = any(file.suffix == ".toc" and file not in before for file in folder.rglob("*.toc"))
        if not announced:
            _tear(folder, before, chance)
        reader = WhooshEngine(folder)
        reader.verify()
        if reader.cursor() == count:
            assert (reader.count(), len(found(reader, "máy thở"))) == (count, count), step
        else:
            assert (reader.cursor(), reader.count(), len(found(reader, "máy thở"))) == (count + 1, count + 1, count)
            break
        assert killed
    assert step > 5
    engine.apply([make_notice("after", title="máy thở")], (), cursor=count + 2)  # and writing goes on
    assert engine.count() == count + 2


# --- damage


def _change(file: Path, place: int) -> None:
    data = bytearray(file.read_bytes())
    data[place % len(data)] ^= 0xFF
    file.write_bytes(data)


@pytest.mark.parametrize("place", [0, 100, 1000, 5000, -1, -30, -400])
@pytest.mark.parametrize("pattern", ["*.tt", "*.toc"])
def test_a_changed_byte_is_found(tmp_path: Path, make_notice: MakeNotice, pattern: str, place: int) -> None:
    WhooshEngine(tmp_path).apply([make_notice(title="máy thở", text="khoa mắt " * 50)], (), cursor=1)
    (file,) = tmp_path.rglob(pattern)
    _change(file, place)
    with pytest.raises(IndexDamagedError):
        WhooshEngine(tmp_path).verify()


@pytest.mark.parametrize("length", [0, 10, 700])
def test_a_file_that_is_cut_off_is_found(tmp_path: Path, make_notice: MakeNotice, length: int) -> None:
    WhooshEngine(tmp_path).apply([make_notice()], (), cursor=1)
    (file,) = tmp_path.rglob("*.tt")
    os.truncate(file, length)
    with pytest.raises(IndexDamagedError):
        WhooshEngine(tmp_path)


def test_a_missing_file_is_found(tmp_path: Path, make_notice: MakeNotice) -> None:
    WhooshEngine(tmp_path).apply([make_notice()], (), cursor=1)
    (file,) = tmp_path.rglob("*.tt")
    file.unlink()
    with pytest.raises(IndexDamagedError):
        WhooshEngine(tmp_path)
