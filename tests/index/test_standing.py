"""A query as an alert keeps it finds what its page showed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from index.embedded.engine import WhooshEngine
from index.query import Query
from index.standing import write_standing
from timthau.model.moment import HANOI
from timthau.model.notice import Notice, NoticeKind

NOW = datetime(2026, 11, 1, tzinfo=HANOI)
TITLES = (
    "Mua gạc phẫu thuật ổ bụng",
    "Mua gạc phẫu thuật vô trùng",
    "Dao phẫu thuật",
    "Máy thở, băng cuộn và phim chụp",
    "Bảo trì thang máy",
    "Sửa chữa thang máy",
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WhooshEngine]:
    engine = WhooshEngine(tmp_path_factory.mktemp("index"))
    notices = [
        Notice(id=f"n{i}", source="s", source_key=str(i), url="u", kind=NoticeKind.PLAN, title=title)
        for i, title in enumerate(TITLES)
    ]
    engine.apply(notices, (), cursor=1)
    yield engine
    engine.close()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("gạc phẫu thuật", "gạc phẫu thuật"),
        ("gạcc phẫu thuật", "gạc phẫu thuật"),
        ("gacj phaaux thuaatj", "gạc phẫu thuật"),
        ("thang may", "thang may"),
        ("thàng máy", "thang may"),
        ("3\tMáy thở\tCái\t20", "Máy thở"),
        ("băng phim", "băng phim"),
        ("không gì cả ở đây", "không gì cả ở đây"),
        ('"gạcc phẫu thuật"', '"gạcc phẫu thuật"'),
    ],
)
def test_words_that_were_mended_are_kept_as_they_were_found(engine: WhooshEngine, typed: str, kept: str) -> None:
    assert write_standing(engine, Query(text=typed), NOW).text == kept


def test_a_year_that_was_read_as_that_of_publication_is_kept_so(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    day = datetime(2026, 3, 2, tzinfo=HANOI)
    bought = Notice(
        id="n1", source="s", source_key="1", url="u", kind=NoticeKind.PLAN, title="Mua kim luồn 22G", published_at=day
    )
    engine.apply([bought], (), cursor=1)
    kept = write_standing(engine, Query(text="kim luồn 22G 2026"), NOW)
    assert (kept.text, kept.published_from, kept.published_to) == ("kim luồn 22G", date(2026, 1, 1), date(2026, 12, 31))
    assert engine.search(replace(kept, literal=True), now=NOW).total == 1
    engine.close()


@pytest.mark.parametrize("typed", ["gạc phẫu thuật", "gạcc phẫu thuật", "gacj phaaux thuaatj", "thàng máy"])
def test_what_is_kept_finds_what_the_page_shows(engine: WhooshEngine, typed: str) -> None:
    kept = write_standing(engine, Query(text=typed), NOW)
    shown, found = (
        {hit.id for hit in engine.search(query, now=NOW).hits}
        for query in (Query(text=typed), Query(text=kept.text, literal=True))
    )
    assert shown == found
