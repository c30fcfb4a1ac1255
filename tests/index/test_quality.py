"""Search quality on real tenders, held to the floors of tests/floors/search.json.

Once with the labelled queries of ../shared, once with pieces of notices typed in all ways of `typist`,
so that rules are measured and not answers; `bench/typed.py` asks many more. TIMTHAU_LOWER_FLOORS=1 writes what is
reached now as the new floors.
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterable
from itertools import chain
from typing import Any

import pytest

from index.embedded.engine import WhooshEngine
from tests import TESTS
from tests.quality.typing import SHARED, Question, build_engine, load_corpus, make_questions, rank_of
from timthau.model.notice import Notice

pytestmark = pytest.mark.slow

HURRIED = ("mixed", "reordered_folded", "two_words_folded")
SEEDS = (1, 2, 3, 4)  # several: one alone may flatter or wrong a way of typing
FLOORS = TESTS / "floors" / "search.json"


@pytest.fixture(scope="module")
def corpus() -> list[Notice]:
    if not SHARED.exists():
        pytest.skip("needs ../shared, which is not beside this checkout")
    return load_corpus()


@pytest.fixture(scope="module")
def engine(corpus: list[Notice], tmp_path_factory: pytest.TempPathFactory) -> WhooshEngine:
    return build_engine(corpus, tmp_path_factory.mktemp("index"))


def test_labelled_queries_reach_their_floors(engine: WhooshEngine) -> None:
    queries = json.loads((SHARED / "search" / "queries.json").read_text("utf-8"))
    check(engine, "shared", (Question(q["class"], "", q["q"], "", frozenset(q["relevant"])) for q in queries))


@pytest.mark.nightly
def test_all_ways_of_typing_reach_their_floors(engine: WhooshEngine, corpus: list[Notice]) -> None:
    check(engine, "made", make_questions(corpus, 2026, each=6))


def test_typing_in_a_hurry_reaches_its_floors_whatever_the_seed(engine: WhooshEngine, corpus: list[Notice]) -> None:
    check(engine, "hurried", chain.from_iterable(make_questions(corpus, seed, each=8, only=HURRIED) for seed in SEEDS))


def check(engine: WhooshEngine, name: str, questions: Iterable[Question]) -> None:
    """Compare the mean reciprocal rank of each way of typing with its floor."""
    ranks: dict[str, list[float]] = defaultdict(list)
    for question in questions:
        rank = rank_of(engine, question)
        for group in (question.way, "ALL"):
            ranks[group].append(rank)
    reached = {group: sum(values) / len(values) for group, values in sorted(ranks.items())}
    floors: dict[str, dict[str, float]] = json.loads(FLOORS.read_text("utf-8"))
    if os.environ.get("TIMTHAU_LOWER_FLOORS"):
        floors[name] = {group: int(value * 1000) / 1000 for group, value in reached.items()}
        FLOORS.write_text(json.dumps(floors, indent=2) + "\n", "utf-8")
    below = {group: value for group, value in reached.items() if value < floors[name][group]}
    assert below == {}


def test_suggestions_are_words_of_real_tenders(engine: WhooshEngine) -> None:
    completions: Any = engine.suggest("kim luon")
    assert completions
    assert all("kim luồn" in completion.lower() for completion in completions)
