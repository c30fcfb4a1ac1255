"""Whether alerts tell of the thing asked for: the labelled goods of tests/quality/match over real tenders."""

import json
from collections import defaultdict
from statistics import mean

import pytest

from alerts.match import Matcher
from alerts.subscription import keep_query
from index.query import Query
from tests import SHARED, TESTS
from tests.quality.typing import load_corpus
from tests.site.saved_search import NOW

_LEAST = 0.93  # right among all that is told for a phrase, in the mean


@pytest.mark.parametrize("half", ["dev", "heldout"])
def test_alerts_for_goods_hold_few_wrong_hits(half: str) -> None:
    if not SHARED.exists():
        pytest.skip("needs ../shared, which is not beside this checkout")
    lines = (TESTS / "quality" / "match" / half / "goods.jsonl").read_text("utf-8").splitlines()
    goods = {row["phrase"]: {*row["relevant"], *row["also"]} for row in map(json.loads, lines)}
    matcher = Matcher((phrase, keep_query(Query(text=phrase), NOW.date())) for phrase in goods)
    corpus = load_corpus()
    source_keys = {notice.id: notice.source_key for notice in corpus}
    told: dict[str, set[str]] = defaultdict(set)
    for phrase, notice_id in matcher.match(corpus, NOW):
        told[phrase].add(source_keys[notice_id])
    assert told.keys() == goods.keys()
    assert mean(len(told[phrase] & right) / len(told[phrase]) for phrase, right in goods.items()) >= _LEAST
