"""A query as an alert keeps it finds what its page showed."""

from collections.abc import Iterator
from datetime import datetime

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


@pytest.mark.parametrize("typed", ["gạc phẫu thuật", "gạcc phẫu thuật", "gacj phaaux thuaatj", "thàng máy"])
def test_what_is_kept_finds_what_the_page_shows(engine: WhooshEngine, typed: str) -> None:
    kept = write_standing(engine, Query(text=typed), NOW)
    shown, found = (
        {hit.id for hit in engine.search(query, now=NOW).hits}
        for query in (Query(text=typed), Query(text=kept.text, literal=True))
    )
    assert shown == found
