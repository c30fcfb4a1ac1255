"""Whether what is found is the thing asked for, on labelled queries over real tenders: tests/quality/match.

For goods the mean precision and recall of the set in order of date, typed with and without accents; for queries by
class success, mean reciprocal rank and precision of the first ten. Floors stand in tests/floors/match.json;
TIMTHAU_LOWER_FLOORS=1 writes what is reached now as those of a half. The half `heldout` is measured, never worked on:
until its floors are written it is only asked whether they are there.
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from index.contract import Entity, Hit
from index.embedded.engine import WhooshEngine
from index.query import Query, Sort
from tests import SHARED, TESTS
from tests.quality.typing import build_engine, load_corpus
from timthau.config import data_dir
from timthau.model.guide import load_guides
from timthau.model.moment import HANOI
from timthau.text.fold import fold

FLOORS = TESTS / "floors" / "match.json"
QUERIES = TESTS / "quality" / "match"
NOW = datetime(2026, 11, 29, 9, 0, tzinfo=HANOI)
_MOST = 5000  # hits of a set; more than there are notices

Figures = dict[str, float]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> WhooshEngine:
    if not SHARED.exists():
        pytest.skip("needs ../shared, which is not beside this checkout")
    engine = build_engine(load_corpus(), tmp_path_factory.mktemp("index"))
    engine.apply(load_guides(data_dir() / "guides"), (), cursor=2)
    return engine


@pytest.mark.parametrize("half", ["dev", "heldout"])
def test_matches_are_the_thing_asked_for(engine: WhooshEngine, half: str) -> None:
    floors: dict[str, dict[str, Figures]] = json.loads(FLOORS.read_text("utf-8"))
    writes = bool(os.environ.get("TIMTHAU_LOWER_FLOORS"))
    if half not in floors and not writes:
        pytest.skip(f"the floors of {half} are not written yet")
    reached = {
        "goods": measure_goods(engine, half, str),
        "goods_folded": measure_goods(engine, half, fold),
        **measure_queries(engine, half),
    }
    if writes:
        floors[half] = {group: _cut(figures) for group, figures in reached.items()}
        FLOORS.write_text(json.dumps(floors, indent=2) + "\n", "utf-8")
    below = {
        f"{group} {name}": (round(value, 3), floors[half][group][name])
        for group, figures in reached.items()
        for name, value in figures.items()
        if value < floors[half][group][name]
    }
    assert below == {}


def test_the_halves_have_nothing_in_common() -> None:
    for file, name in (("goods.jsonl", "phrase"), ("queries.jsonl", "q")):
        dev, heldout = ({row[name] for row in _load(half, file)} for half in ("dev", "heldout"))
        assert len(dev & heldout) == 0


def measure_goods(engine: WhooshEngine, half: str, type_: Any) -> Figures:
    """Mean precision and recall of the sets in order of date."""
    precisions, recalls = [], []
    for row in _load(half, "goods.jsonl"):
        query = Query(text=type_(row["phrase"]), sort=Sort.NEWEST)
        hits = engine.search(query, limit=_MOST, now=NOW, passages=False).hits
        found = {hit.source_key for hit in hits if hit.entity is Entity.NOTICE}
        relevant = set(row["relevant"])
        precisions.append(len(found & (relevant | set(row["also"]))) / len(found) if found else 0.0)
        recalls.append(len(found & relevant) / len(relevant))
    return {"precision": mean(precisions), "recall": mean(recalls)}


def measure_queries(engine: WhooshEngine, half: str) -> dict[str, Figures]:
    """Success, mean reciprocal rank and precision of the first ten, by class of query and in all."""
    ranks: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for row in _load(half, "queries.jsonl"):
        hits = engine.search(Query(text=row["q"]), limit=10, now=NOW, passages=False).hits
        right = [_is_right(hit, row) for hit in hits]
        first = next((1 / place for place, ok in enumerate(right, 1) if ok), 0.0)
        for group in (row["class"], "ALL"):
            ranks[group].append((float(any(right)), first, sum(right) / max(1, len(right))))
    return {
        group: dict(zip(("success", "mrr", "precision"), map(mean, zip(*own, strict=True)), strict=True))
        for group, own in sorted(ranks.items())
    }


def _is_right(hit: Hit, row: Mapping[str, Any]) -> bool:
    if "guide" in row:
        return hit.entity is Entity.GUIDE and hit.id == row["guide"]
    return hit.entity is Entity.NOTICE and hit.source_key in (*row["relevant"], *row.get("also", ()))


def _load(half: str, file: str) -> Iterator[dict[str, Any]]:
    with Path(QUERIES / half / file).open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _cut(figures: Figures) -> Figures:
    """Figures to three places, none above what was reached."""
    return {name: int(value * 1000) / 1000 for name, value in figures.items()}
