"""The matcher gives exactly the pairs that one search for each subscription would."""

import gzip
import itertools
import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.match import Matcher
from index.embedded.engine import WhooshEngine
from index.query import Query, Status
from tests.site.saved_search import NOW, any_notices, any_searches, make_searches
from timthau.model.moment import start_of
from timthau.model.notice import Notice

Pairs = set[tuple[str, str]]


def search(subscriptions: Iterable[tuple[str, Query]], notices: Sequence[Notice], now: datetime) -> Pairs:
    """What the searches of subscriptions find, one after the other."""
    with TemporaryDirectory() as folder:
        engine = WhooshEngine(Path(folder))
        engine.apply(notices, (), cursor=1)
        found = {
            (identity, hit.id)
            for identity, query in subscriptions
            for hit in engine.search(replace(query, literal=True), limit=len(notices), now=now, passages=False).hits
        }
        engine.close()
    return found


def read_corpus(shared: Path) -> list[Notice]:
    with gzip.open(shared / "corpus" / "egp_medical.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [Notice.from_json(json.loads(line)) for line in lines]


def test_two_thousand_searches_for_real_notices_match_as_if_each_were_run(shared: Path) -> None:
    chance = random.Random(11)
    corpus = read_corpus(shared)
    notices = chance.sample(corpus, 300)
    now = max(start_of(notice.published_at) for notice in notices if notice.published_at)
    made = itertools.islice(make_searches(corpus, chance), 2000)
    subscriptions = [(f"s{number}", query) for number, query in enumerate(made)]
    searched = search(subscriptions, notices, now)
    assert len(searched) > 10_000
    assert len({identity for identity, _ in searched}) > 1000
    matcher = Matcher(subscriptions)
    assert set(matcher.match(notices, now)) == searched
    # Kept, and given a few notices at a time, it says the same.
    parts = [matcher.match(notices[start : start + 7], now) for start in range(0, len(notices), 7)]
    assert set(itertools.chain(*parts)) == searched


@settings(max_examples=60, deadline=None)
@given(st.lists(any_notices, min_size=1, max_size=9), st.lists(any_searches, max_size=12))
def test_any_searches_match_as_if_each_were_run(notices: list[Notice], queries: list[Query]) -> None:
    subscriptions = [(f"s{number}", query) for number, query in enumerate(queries)]
    matched = list(Matcher(subscriptions).match(notices, NOW))
    assert len(matched) == len(set(matched))
    assert set(matched) == search(subscriptions, notices, NOW)


def test_what_is_not_literal_yet_is_matched_literally(make_notice: Callable[..., Notice]) -> None:
    matcher = Matcher([("slip", Query(text="thủy tnh thể")), ("most", Query(text="thủy tinh thể philips"))])
    assert list(matcher.match([make_notice(title="Mua thủy tinh thể")], NOW)) == []


def test_a_search_without_words_matches_what_passes_its_filters(make_notice: Callable[..., Notice]) -> None:
    matcher = Matcher([("all", Query()), ("open", Query(status=Status.OPEN)), ("not", Query(text="-máy"))])
    notices = [make_notice("a", title="Mua máy in"), make_notice("b", deadline_at=NOW - timedelta(days=1))]
    a, b = (notice.id for notice in notices)
    assert set(matcher.match(notices, NOW)) == {("all", a), ("all", b), ("open", a), ("not", b)}


def test_a_province_of_today_stands_for_those_that_went_into_it_only_where_words_expand(
    make_notice: Callable[..., Notice],
) -> None:
    today = Query(provinces=("Gia Lai",))
    matcher = Matcher([("wide", today), ("narrow", replace(today, expand=False))])
    notice = make_notice(province="Bình Định")
    assert list(matcher.match([notice], NOW)) == [("wide", notice.id)]


def test_now_decides_what_is_open(make_notice: Callable[..., Notice]) -> None:
    matcher, notice = Matcher([("open", Query(status=Status.OPEN))]), make_notice(deadline_at=NOW)
    assert len(list(matcher.match([notice], NOW))) == 1
    assert not list(matcher.match([notice], NOW + timedelta(seconds=1)))


def test_the_last_of_several_notices_with_one_id_counts(make_notice: Callable[..., Notice]) -> None:
    matcher = Matcher([("old", Query(text="máy thở")), ("new", Query(text="máy in"))])
    notices = [make_notice(title="Mua máy thở"), make_notice(title="Mua máy in")]
    assert list(matcher.match(notices, NOW)) == [("new", notices[0].id)]


def test_more_notices_than_are_matched_at_once_are_all_matched(make_notice: Callable[..., Notice]) -> None:
    notices = [make_notice(f"k{number}", title=f"Mua máy {number}") for number in range(1100)]
    matcher = Matcher([("all", Query(text="máy")), ("one", Query(text="1099")), ("none", Query(text="bông"))])
    matched = list(matcher.match(notices, NOW))
    assert [id_ for subscription, id_ in matched if subscription == "all"] == [notice.id for notice in notices]
    assert [pair for pair in matched if pair[0] != "all"] == [("one", notices[1099].id)]


def test_a_search_that_comes_later_is_matched_from_then_on(make_notice: Callable[..., Notice]) -> None:
    matcher, notices = Matcher([("first", Query(text="máy thở"))]), [make_notice(title="Mua máy thở")]
    assert [subscription for subscription, _ in matcher.match(notices, NOW)] == ["first"]
    matcher.add("second", Query(text="thở -bông"))
    matcher.add("third", Query(text="bông"))
    assert [subscription for subscription, _ in matcher.match(notices, NOW)] == ["first", "second"]


def test_nothing_to_match_is_no_error(make_notice: Callable[..., Notice]) -> None:
    assert list(Matcher([]).match([make_notice()], NOW)) == []
    assert list(Matcher([("a", Query(text="máy"))]).match([], NOW)) == []
    assert list(Matcher([("a", Query(text='"'))]).match([make_notice(title="")], NOW)) == [("a", make_notice().id)]
