"""Whether alerts tell of the thing asked for: the labelled goods of tests/quality/match over real tenders."""

import json
from collections import defaultdict
from collections.abc import Mapping
from statistics import mean

import pytest

from alerts.match import Matcher
from alerts.subscription import keep_query
from index.query import Query
from tests import SHARED, TESTS
from tests.quality.typing import load_corpus
from tests.site.saved_search import NOW

_LEAST = 0.93  # right among all that is told for a phrase, in the mean


def test_alerts_for_goods_hold_few_wrong_hits() -> None:
    if not SHARED.exists():
        pytest.skip("needs ../shared, which is not beside this checkout")
    halves = [_load_goods(half) for half in ("dev", "heldout")]
    phrases = {phrase for goods in halves for phrase in goods}
    matcher = Matcher((phrase, keep_query(Query(text=phrase), NOW.date())) for phrase in phrases)
    corpus = load_corpus()
    source_keys = {notice.id: notice.source_key for notice in corpus}
    told: dict[str, set[str]] = defaultdict(set)
    for phrase, notice_id in matcher.match(corpus, NOW):
        told[phrase].add(source_keys[notice_id])
    assert told.keys() == phrases
    for goods in halves:
        assert mean(len(told[phrase] & right) / len(told[phrase]) for phrase, right in goods.items()) >= _LEAST


def _load_goods(half: str) -> Mapping[str, set[str]]:
    """What is right for each phrase."""
    lines = (TESTS / "quality" / "match" / half / "goods.jsonl").read_text("utf-8").splitlines()
    return {row["phrase"]: {*row["relevant"], *row["also"]} for row in map(json.loads, lines)}
