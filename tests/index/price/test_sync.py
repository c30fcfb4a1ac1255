"""The index of award lines follows the store, is rebuilt beside, and mended when it is damaged or gone."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.opening import open_price_engine
from index.price.query import PriceQuery
from index.price.sync import catch_up, open_current, rebuild
from tests.site.award_lines import build_line
from tests.site.webui import NOW
from timthau.store.notice import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path}/store.db")
    opened.awards.save_all([build_line(f"k{n}", "Kim luồn tĩnh mạch", 3000 + n) for n in range(7)], NOW)
    yield opened
    opened.close()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"whoosh:{tmp_path}/index"


def test_the_index_follows_new_changed_and_same_lines(store: Store, url: str) -> None:
    engine = open_price_engine(url)
    assert catch_up(store, engine, batch=3) == 7
    assert (engine.count(), engine.cursor()) == (7, store.awards.last_change())
    store.awards.save_all(
        [build_line("k0", "Kim luồn tĩnh mạch", 9000), build_line("k1", "Kim luồn tĩnh mạch", 3001)], NOW
    )
    assert catch_up(store, engine) == 1
    assert engine.search(PriceQuery(text="kim luồn")).dearest[0].price == 9000


def test_a_rebuild_takes_the_place_of_the_old_one_and_readers_go_on(store: Store, url: str) -> None:
    reader = open_current(store, url, lambda _: None)
    assert rebuild(store, url) == 7
    assert reader.search(PriceQuery(text="kim luồn")).total == 7


def test_a_missing_or_damaged_index_is_built_from_the_store(store: Store, url: str) -> None:
    warnings: list[str] = []
    open_current(store, url, warnings.append).close()
    folder = Path(url.partition(":")[2]) / "prices"
    for file in folder.rglob("*.tt"):
        file.write_bytes(file.read_bytes()[:-40])
    assert open_current(store, url, warnings.append).search(PriceQuery(text="kim luồn")).total == 7
    shutil.rmtree(folder)
    assert open_current(store, url, warnings.append).count() == 7
    assert len(warnings) == 3
