"""The help page promises only what the search box understands."""

from dataclasses import replace

import pytest

from index.language.parser import parse_query
from index.query import Query
from tests.site.webui import open_site
from webui.view.syntax import GROUPS

WORDS, FIELDS = ([typed for typed, _ in examples] for _, examples in GROUPS)


@pytest.mark.parametrize("typed", FIELDS)
def test_every_example_of_a_field_is_a_filter(typed: str) -> None:
    wish = parse_query(Query(text=typed), lambda _row: False)
    assert replace(wish.filters, text="") != Query()


@pytest.mark.parametrize("typed", WORDS[1:])
def test_every_example_of_words_is_more_than_plain_words(typed: str) -> None:
    wish = parse_query(Query(text=typed), lambda _row: False)
    assert any(not clause.plain for clause in wish.clauses)


def test_the_help_page_leads_to_searches(tmp_path_factory: pytest.TempPathFactory) -> None:
    html = open_site(tmp_path_factory.mktemp("site")).get("/search/help")
    assert html.count('href="/search?q=') == len(WORDS) + len(FIELDS)
